"""A voter's phone in Python: what the page does, for rehearsals and tests. It talks to the box over HTTP alone."""

import base64
import contextlib
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from belenios.ballot import tracker_of
from belenios.credentials import point_of, secret_of
from belenios.election import Election, read_election
from belenios.group import RandomBytes
from belenios.sealing import seal
from publishing.signing import SignatureFalse, check_document, check_receipt, key_id


@dataclass(frozen=True)
class Slip:
    """What a scanned code says: where the panel is, and the secret that the address bar never sends."""

    page: str
    panel: str
    code: str

    @classmethod
    def scan(cls, url: str) -> "Slip":
        """Read a slip's address."""
        parts = urlsplit(url)
        return cls(
            page=f"{parts.scheme}://{parts.netloc}{parts.path}",
            panel=parts.path.rpartition("/")[2],
            code=parts.fragment,
        )


class Refused(Exception):
    """The box refused; `refusal` is its word."""

    def __init__(self, status: int, refusal: str) -> None:
        super().__init__(f"{status} {refusal}")
        self.status = status
        self.refusal = refusal


class Phone:
    """One phone. `rows` of a ballot: 0/1 per answer and question, blank first."""

    def __init__(self, client: httpx.Client, random: RandomBytes) -> None:
        self._client = client
        self._random = random
        self._elections: dict[str, Election] = {}

    def election(self, slip: Slip) -> Election:
        """The panel's election, held against the signed opening record."""
        if slip.page not in self._elections:
            election = read_election(self._get(f"{slip.page}/election.json"))
            record = check_document(self._get(f"{slip.page}/opening.json"), self.keys(slip))
            if (record["panel"], record["phi"]) != (slip.panel, election.fingerprint):
                raise Refused(0, "opening record and election differ")
            self._elections[slip.page] = election
        return self._elections[slip.page]

    def keys(self, slip: Slip) -> Mapping[str, bytes]:
        """The box's public signing keys by id."""
        parts = urlsplit(slip.page)
        answer = self._client.get(f"{parts.scheme}://{parts.netloc}/api/v1/keys")
        publics = [base64.b64decode(entry["public"]) for entry in answer.raise_for_status().json()["keys"]]
        return {key_id(public): public for public in publics}

    def state(self, slip: Slip) -> int:
        """200 unused, 409 cast, 404 unknown."""
        point = point_of(secret_of(slip.code, slip.panel))
        return self._client.get(f"{slip.page}/credentials/{point}").status_code

    def seal(self, slip: Slip, rows: Sequence[Sequence[int]]) -> bytes:
        """A sealed ballot."""
        return seal(self.election(slip), secret_of(slip.code, slip.panel), rows, self._random)

    def post(self, slip: Slip, raw: bytes) -> tuple[int, str]:
        """Cast; gives status and tracker after checking both tracker and receipt. Raises Refused."""
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        answer = self._client.post(f"{slip.page}/ballots", content=gzip.compress(raw), headers=headers)
        if answer.status_code not in (200, 201):
            raise Refused(answer.status_code, answer.json().get("refusal", "?"))
        taken = answer.json()
        if taken["tracker"] != tracker_of(raw):
            raise Refused(answer.status_code, "the box names another tracker")
        for public in self.keys(slip).values():
            with contextlib.suppress(SignatureFalse):
                check_receipt(slip.panel, taken["tracker"], taken["receipt"], public)
                return answer.status_code, taken["tracker"]
        raise Refused(answer.status_code, "the receipt is signed by none of the box's keys")

    def _get(self, url: str) -> bytes:
        answer = self._client.get(url)
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP's own
            raise Refused(answer.status_code, answer.json().get("refusal", "?"))
        return answer.content
