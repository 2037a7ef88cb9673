"""Somebody at the organizer's desk, without a browser: signs in, fills in a page's form as it stands there, and looks at the answer."""

import html
import io
import os
import re

from openpyxl import Workbook
from PIL import Image, ImageDraw
from village import NOW

from ballots import invitations
from ballots.shares import write_share
from belenios.decryption import decrypt
from belenios.trustees import new_key, public_part
from polling.lifecycle import State
from polling.polls import find_poll
from publishing.counting import take_share

PASSWORD = "vier-worte-am-see"
ORGANIZER, SCRUTINEER, OTHER = "王组织", "李监票", "赵组织"


class Desk:
    """A browser of somebody who is signed in: fills in a page's form as it stands there."""

    def __init__(self, app, name=ORGANIZER) -> None:
        self.client = app.test_client()
        page = self.client.get("/desk/login").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        answer = self.client.post("/desk/login", data={"csrf_token": token, "name": name, "password": PASSWORD})
        assert answer.status_code == 302, answer.text

    def page(self, address, status=200) -> str:
        """A page's text."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    def form(self, address) -> dict[str, str]:
        """The hidden fields of the form in a page's main part."""
        main = self.page(address).partition("<main")[2]
        found = dict(re.findall(r'<input[^>]*name="(csrf_token|revision)"[^>]*value="([^"]*)"', main))
        assert set(found) == {"csrf_token", "revision"}, main
        return found

    def send(self, address, status, follow=False, hidden=None, **fields) -> str:
        """Fill in and send the form of a page: what comes back."""
        answer = self.client.post(address, data=(hidden or self.form(address)) | fields, follow_redirects=follow)
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)


def state(village) -> State:
    """Where the poll stands."""
    with village.database.read() as session:
        return find_poll(session, village.poll).state


def title_of(village) -> str:
    """The poll's title."""
    with village.database.read() as session:
        return find_poll(session, village.poll).title


def change(village, **columns) -> None:
    """Change the poll's row, as time or somebody else would have."""
    with village.database.write() as session:
        for name, value in columns.items():
            setattr(find_poll(session, village.poll), name, value)


def at(village, page="") -> str:
    """The address of one of the poll's pages."""
    return f"/desk/polls/{village.poll}" + (f"/{page}" if page else "")


def invite(village, name) -> int:
    """Ask somebody for a key: the invitation's number."""
    with village.database.write() as session:
        poll = find_poll(session, village.poll, lock=True)
        names = [*(holder.name for holder in invitations.invited(session, poll)), name]
        invitations.name_holders(session, poll, names, who=ORGANIZER, now=NOW)
        return invitations.invited(session, poll)[-1].number


def bring(village, number) -> int:
    """The key of an invited holder comes: the private key."""
    key = new_key(os.urandom)
    with village.database.write() as session:
        poll = find_poll(session, village.poll, lock=True)
        public = public_part(key, os.urandom)
        invitations.bring_file(session, poll, number, public, where="key", who=ORGANIZER, now=NOW)
    return key


def hand_in(village, name, key) -> None:
    """A holder's share comes."""
    panel = village.panel()
    share = decrypt(panel.archive, key, panel.setup_hash, os.urandom)
    raw = write_share(str(panel.uuid), panel.setup_hash, share.owner, share.payload)
    take_share(village.database, village.poll, raw, where="share", who=name, now=NOW)


def close_fields(**fields) -> dict[str, str]:
    """The second person's fields, right but for what is named."""
    return {"witness": SCRUTINEER, "password": PASSWORD} | fields


def signed_sheet() -> bytes:
    """A scan of a signed page."""
    picture = Image.new("L", (900, 500), 250)
    ImageDraw.Draw(picture).line([(100, 300), (250, 200), (300, 330), (500, 220), (700, 300)], fill=20, width=6)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def workbook(*rows):
    """An xlsx of these rows."""
    made = Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
