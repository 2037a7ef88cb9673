"""Key holders for the tests of their page: keys in every form in which they are kept, and a poll that has two of them."""

import json
import os
import re
import secrets

from playwright.sync_api import expect
from village import NOW

from ballots.invitations import name_holders, new_link, register_key
from ballots.key_backup import backup_text
from belenios.archive import ArchiveWriter, read_archive
from belenios.ballot import read_ballot, tracker_of
from belenios.election import read_election
from belenios.tallying import encrypted_tally
from belenios.trustees import fingerprint, new_key, public_part, read_public_part
from polling.lifecycle import State
from polling.polls import find_poll
from publishing.turnout import NOTED


class Key:
    """A key holder's key, in each form in which it is kept."""

    def __init__(self) -> None:
        self.private = new_key(os.urandom)
        self.public = public_part(self.private, os.urandom)
        self.fingerprint = fingerprint(read_public_part(self.public).public_key)
        self.groups = backup_text(self.private).split("-")
        self.decrypted: dict[str, str] = {}

    def file(self, **changes) -> dict:
        """The key file, as a browser is given it."""
        document = {
            "type": "yipiao.trustee-key",
            "private_key": str(self.private),
            "public": self.public.decode(),
            "confirmed": True,
            "decrypted": self.decrypted,
        }
        return {"name": "li.key", "mimeType": "application/json", "buffer": json.dumps(document | changes).encode()}


class Closing:
    """A poll with two holders' keys on a running server."""

    def __init__(self, site, **options) -> None:
        self.site, self.village = site, site.village
        self.village.create(**options)
        self.keys = [Key(), Key()]
        with site.database.write() as session:
            poll = find_poll(session, self.village.poll, lock=True)
            name_holders(session, poll, ["李明", "王芳"], who="组织者", now=NOW)
            for number, key in enumerate(self.keys, start=1):
                token = new_link(session, poll, number, random=secrets.token_bytes, who="组织者", now=NOW)
                register_key(session, poll.id, token, key.public, now=NOW)
        self.village.print()
        self.village.open()

    @property
    def url(self) -> str:
        """The page."""
        return f"{self.site.url}/scrutineer/{self.village.poll}"

    def closed(self, ballots: int = 10, **more: int) -> "Closing":
        """Voted in and closed."""
        for key, number in ({"villagers": ballots} | more).items():
            self.village.vote([[1 + turn % 4] for turn in range(number)], key)
        self.village.close()
        return self

    def archive(
        self, ballots: list[bytes], tally_of: list[bytes] | None = None, credentials: bytes | None = None
    ) -> bytes:
        """The box's archive with other ballots in it, its tally that of `tally_of`, or with another list of credentials."""
        panel = self.village.panel()
        writer = ArchiveWriter(1_790_000_000)
        writer.setup(panel.election, panel.trustees, credentials or panel.credentials)
        for raw in sorted(ballots, key=tracker_of):
            writer.ballot(raw)
        writer.end_ballots()
        counted = [read_ballot(raw) for raw in tally_of or ballots]
        writer.encrypted_tally(encrypted_tally(read_election(panel.election), counted), len(ballots))
        return writer.bytes()

    def ballots(self) -> list[bytes]:
        """The ballots in the box."""
        return list(read_archive(self.village.panel().archive).ballots)


def give(page, url, key, **changes) -> None:
    """Open the page and choose a key file."""
    page.goto(url)
    title(page, "请拿出您的钥匙")
    page.set_input_files("#key-file", key.file(**changes))


def write_setups(page, village) -> None:
    """Type what was noted at opening, where the page asks for it because its device does not remember."""
    title(page, "核对无误")
    for key, uuid in village.panels.items():
        field = page.locator(f"#setup-{uuid}")
        if field.count():
            field.fill(village.panel(key).setup_hash[:NOTED])


def title(page, text) -> None:
    """Wait for a view by its heading."""
    expect(page.locator("h1")).to_have_text(re.compile(text))


def state(poll) -> State:
    """Where the poll stands."""
    with poll.site.database.read() as session:
        return find_poll(session, poll.village.poll).state
