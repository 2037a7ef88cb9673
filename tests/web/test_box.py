"""The box over HTTP: every route of the public interface, before opening, open, closed."""

import base64
import gzip
import hashlib
import json
import re

import pytest
import sqlalchemy as sa
from babel.messages.pofile import read_po
from running import ROOT

from ballots.casting import CastRefusal
from ballots.models import BoxedBallot
from belenios.ballot import tracker_of
from belenios.credentials import point_of, secret_of
from belenios.election import read_election
from belenios.verify import verify
from polling.polls import find_poll
from publishing.signing import SignatureFalse, check_document, check_receipt, key_id
from web.app import create_app
from web.errors import STATUS, sentence
from web.openapi import OPENAPI

REFUSAL_STATUS = {
    "malformed": 400,
    "non_canonical": 400,
    "unreadable_encoding": 415,
    "too_large": 413,
    "wrong_election": 409,
    "box_not_open": 409,
    "box_closed": 410,
    "unknown_credential": 403,
    "already_cast": 409,
    "false_signature": 422,
    "false_proof": 422,
    "busy": 503,
}
NOBODY = "1" * 14


class Box:
    """The application over a village, and the addresses of its one panel."""

    def __init__(self, village) -> None:
        self.village = village
        self.app = create_app(village.database)
        self.client = self.app.test_client()
        self.panel = village.panels["villagers"]

    def get(self, path: str, **headers):
        """GET under the panel's address."""
        return self.client.get(f"/v/{self.panel}{path}", headers=headers)

    def post(self, raw: bytes, panel: str | None = None, **headers):
        """POST a ballot's bytes."""
        return self.client.post(f"/v/{panel or self.panel}/ballots", data=raw, headers=headers)

    def keys(self) -> dict[str, bytes]:
        """The keys that sign, by an id worked out here."""
        listed = self.client.get("/api/v1/keys").json["keys"]
        return {key_id(public): public for public in (base64.b64decode(entry["public"]) for entry in listed)}

    def stored(self) -> int:
        """How many ballots are in the box."""
        with self.village.database.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(BoxedBallot))

    def point(self, number: int) -> str:
        """The public credential of a slip."""
        return point_of(secret_of(self.village.codes["villagers"][number], self.panel))


@pytest.fixture
def box(any_village) -> Box:
    """An open box for ten voters, on both databases."""
    any_village.opened()
    return Box(any_village)


def url_safe(tracker: str) -> str:
    """A tracker as it stands in a path."""
    return tracker.replace("+", "-").replace("/", "_")


def test_before_opening_nothing_can_be_cast(village):
    """A printed poll has a page and knows its slips: election, opening record and ballots answer box_not_open."""
    village.create()
    village.print()
    box = Box(village)
    assert box.get("").status_code == 200
    assert box.get(f"/credentials/{box.point(0)}").status_code == 200
    assert box.get(f"/credentials/{'0' * 64}").status_code == 404
    for path in ("/election.json", "/opening.json", f"/ballots/{'A' * 43}"):
        answer = box.get(path)
        assert (answer.status_code, answer.json["refusal"]) == (409, "box_not_open"), path
    answer = box.post(b"{}")
    assert (answer.status_code, answer.json["refusal"]) == (409, "box_not_open")
    for path in ("/ballots", "/archive.bel"):
        assert box.get(path).status_code == 409


def test_election_and_opening_record(box):
    """election.json is the hashed bytes, cacheable for ever; the opening record is signed and names the same setup."""
    answer = box.get("/election.json")
    assert answer.status_code == 200
    assert answer.data == box.village.panel().election
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    opening = box.get("/opening.json")
    record = check_document(opening.data, box.keys())
    assert record["panel"] == box.panel
    assert record["phi"] == read_election(answer.data).fingerprint
    assert record["setup"] == box.village.panel().setup_hash
    assert (record["credentials"], record["rehearsal"], record["secrecy"]) == (10, True, False)
    with pytest.raises(SignatureFalse):
        check_document(opening.data.replace(b'"credentials":10', b'"credentials":11'), box.keys())


def test_casting_once_again_and_twice(box):
    """201 with tracker and receipt, 200 for the same bytes, 409 already_cast for other bytes of the same slip; one is stored."""
    raw, other = box.village.seal(0, [1]), box.village.seal(0, [2])
    first = box.post(raw)
    assert first.status_code == 201
    assert (
        first.json["tracker"] == tracker_of(raw) == base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")
    )
    [public] = box.keys().values()
    check_receipt(box.panel, first.json["tracker"], first.json["receipt"], public)
    with pytest.raises(SignatureFalse):
        check_receipt(box.panel, tracker_of(other), first.json["receipt"], public)
    again = box.post(gzip.compress(raw), Content_Encoding="gzip")
    assert (again.status_code, again.json) == (200, first.json)
    refused = box.post(other)
    assert (refused.status_code, refused.json["refusal"]) == (409, "already_cast")
    assert set(refused.json) == {"refusal", "message"}
    assert box.stored() == 1


def test_credentials_and_trackers_can_be_asked_for(box):
    """A slip is unused, then cast; a stranger is unknown. A tracker in a path is url-safe."""
    assert box.get(f"/credentials/{box.point(0)}").status_code == 200
    trackers = []
    # nearly always a few ballots suffice to meet both characters that a path may not hold as they are
    while len(trackers) < 10 and not all(any(sign in tracker for tracker in trackers) for sign in "+/"):
        trackers.append(box.post(box.village.seal(len(trackers))).json["tracker"])
    assert box.get(f"/credentials/{box.point(0)}").status_code == 409
    for stranger in ("0" * 64, "x", box.point(0).upper()):
        assert box.get(f"/credentials/{stranger}").status_code == 404
    for tracker in trackers:
        assert box.get(f"/ballots/{url_safe(tracker)}").status_code == 200
    assert box.get(f"/ballots/{url_safe(tracker_of(b'x'))}").status_code == 404


def test_lists_and_archive_come_after_closing_only(box):
    """While the box is open no list of trackers and no archive can be had; afterwards both, and the archive verifies."""
    cast = [box.post(box.village.seal(number)).json["tracker"] for number in range(6)]
    for path in ("/ballots", "/archive.bel"):
        answer = box.get(path)
        assert (answer.status_code, answer.json["error"]) == (409, "not_closed")
        assert not any(tracker in answer.text for tracker in cast)
    box.village.close()
    listed = box.get("/ballots").json["trackers"]
    assert listed == sorted(cast)
    answer = box.get("/archive.bel")
    found = verify(answer.data, setup=box.village.panel().setup_hash)
    assert sorted(found.trackers) == listed
    assert not found.opened
    assert box.get("/archive.bel", If_None_Match=answer.headers["ETag"]).status_code == 304
    assert box.panel in answer.headers["Content-Disposition"]


def test_a_closed_box_takes_nothing_new(box):
    """After closing, bytes that are in the box are answered 200 with the same receipt, all others 410 box_closed."""
    raw, late, stranger = box.village.seal(0), box.village.seal(1), b"not even json"
    receipt = box.post(raw).json
    box.village.close()
    again = box.post(raw)
    assert (again.status_code, again.json) == (200, receipt)
    for bytes_ in (late, stranger, box.village.seal(0, [3])):
        answer = box.post(bytes_)
        assert (answer.status_code, answer.json["refusal"]) == (410, "box_closed")
    assert box.stored() == 1
    assert box.get(f"/credentials/{box.point(0)}").status_code == 409


def test_an_annulled_box_is_closed(village):
    """A poll annulled while open takes no more ballots, lists none and has no archive, for ever."""
    village.opened()
    box = Box(village)
    box.post(village.seal(0))
    village.annul()
    answer = box.post(village.seal(1))
    assert (answer.status_code, answer.json["refusal"]) == (410, "box_closed")
    for path in ("/ballots", "/archive.bel"):
        answer = box.get(path)
        assert (answer.status_code, answer.json["error"]) == (410, "annulled")


def test_a_box_annulled_after_closing_gives_no_archive(village):
    """Annulled between closing and counting, a box hands its archive to nobody: no key holder can be led to open it."""
    village.opened()
    village.vote([[1]] * 10)
    village.close()
    village.annul()
    assert Box(village).get("/archive.bel").status_code == 410
    assert "作废" in Box(village).get("").text


UNKNOWN = [
    "",
    "/election.json",
    "/opening.json",
    "/credentials/" + "0" * 64,
    "/ballots/" + "A" * 43,
    "/ballots",
    "/archive.bel",
]


def test_an_unknown_panel_is_not_found(any_database):
    """Every route of a panel that does not exist answers 404, whatever the number looks like; nothing breaks, nothing is echoed."""
    client = create_app(any_database).test_client()
    for panel in (NOBODY, "x", "0" * 14, "a%00b", "%F0%9F%97%B3", "..%2f..%2fetc", "A" * 5000):
        for path in UNKNOWN:
            answer = client.get(f"/v/{panel}{path}")
            assert answer.status_code == 404, (panel, path)
            assert panel == "x" or panel not in answer.text
        assert client.post(f"/v/{panel}/ballots", data=b"{}").status_code == 404
        assert client.get("/", query_string={"panel": panel.replace("%00", "\0")}).status_code == 200
        assert client.get(f"/results/{panel}").status_code == 404
        assert client.get(f"/api/v1/results/{panel}").status_code == 404


def test_zero_bytes_in_addresses_are_not_found(box):
    """A zero byte, which PostgreSQL takes in no text, is an unknown address and no fault of the server."""
    for path in ("/credentials/%00", "/ballots/%00", "/ballots/a%00"):
        assert box.get(path).status_code == 404
    assert box.client.get("/api/v1/results/%00").status_code == 404


def test_a_typed_panel_number_leads_to_its_page(box):
    """Who cannot scan types the number, spaces as they like, and is led to the voter's page; a wrong one is told so."""
    typed = f" {box.panel[:5]} {box.panel[5:]} "
    answer = box.client.get("/", query_string={"panel": typed})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/v/{box.panel}")
    assert 'role="alert"' in box.client.get("/", query_string={"panel": NOBODY}).text


def test_no_cookie_and_strict_headers_on_every_route(box):
    """No route sets a cookie, even for one sent; each forbids foreign content, referrers, sniffing, and caching but by choice."""
    box.post(box.village.seal(0))
    raw = box.village.seal(1)
    answers = [box.get(path, Cookie="session=abc") for path in (*UNKNOWN, f"/credentials/{box.point(0)}")]
    answers += [box.post(raw), box.post(raw), box.post(b"x"), box.client.get("/"), box.client.get("/api/v1/keys")]
    answers += [
        box.client.get("/static/yipiao.css"),
        box.client.get("/nowhere"),
        box.client.put(f"/v/{box.panel}/ballots"),
    ]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Cache-Control" in answer.headers
        answer.close()
    assert [answer.headers["Cache-Control"] for answer in answers[-5:-3]] == ["no-store", "no-cache"]


def test_every_refusal_has_its_status():
    """The list of refusals is closed: each has exactly the status that the interface names."""
    assert {refusal.value: STATUS[refusal] for refusal in CastRefusal} == REFUSAL_STATUS
    assert set(STATUS) == set(CastRefusal)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_refusal_has_its_sentence(database, language):
    """Each refusal is told in one sentence, in Chinese and in English, each its own."""
    with create_app(database).test_request_context(f"/?lang={language}"):
        said = {other: sentence(other) for other in CastRefusal}
    assert len(set(said.values())) == len(CastRefusal)
    for words in said.values():
        assert bool(re.search("[\u4e00-\u9fff]", words)) == (language == "zh_CN"), "run `make translations`"


def test_the_catalogue_of_english_is_compiled():
    """The compiled catalogue that pages read is not older than its sentences: `make translations` makes it."""
    folder = ROOT / "translations/en/LC_MESSAGES"
    with (folder / "messages.po").open("rb") as file:
        assert len(read_po(file)) > 0
    assert (folder / "messages.mo").exists(), "run `make translations`"


def test_sentences_follow_the_readers_language(box):
    """?lang= wins, then what the browser asks for, then Chinese."""
    for asked, headers, chinese in [
        ("", {}, True),
        ("", {"Accept-Language": "en-GB,en;q=0.9"}, False),
        ("?lang=en", {}, False),
    ]:
        answer = box.client.post(f"/v/{box.panel}/ballots{asked}", data=b"x", headers=headers)
        assert bool(re.search("[\u4e00-\u9fff]", answer.json["message"])) == chinese


def test_a_page_that_cannot_be_made_says_nothing_of_the_inside(box, monkeypatch, caplog):
    """A fault of the server is a plain sentence with status 500; neither answer nor log holds address, code or detail."""
    monkeypatch.setattr("web.voter.credential_state", lambda *_: 1 / 0)
    answer = box.get(f"/credentials/{box.point(0)}")
    assert (answer.status_code, answer.json["error"]) == (500, "internal")
    assert "ZeroDivision" not in answer.text
    assert "error in voter.credential" in caplog.text
    assert box.point(0) not in caplog.text
    assert box.panel not in caplog.text


def test_a_silent_database_means_busy_and_nothing_lost(box, monkeypatch):
    """When the database does not answer, a ballot is refused as busy with a time to come again; the same bytes then go in."""
    raw = box.village.seal(0)
    kept = box.village.database.engine
    box.village.database.engine = sa.create_engine("sqlite:////nowhere/at/all.sqlite3")
    answer = box.post(raw)
    assert (answer.status_code, answer.json["refusal"], answer.headers["Retry-After"]) == (503, "busy", "3")
    box.village.database.engine = kept
    assert box.post(raw).status_code == 201


def test_results_and_keys_for_other_programs(box):
    """A published result is listed and handed out byte for byte as it was signed; its page shows it; unknown ids are 404."""
    assert box.client.get("/api/v1/results").json == {"results": [], "next": None, "more": False}
    box.village.vote([[1]] * 10)
    box.village.close()
    assert box.village.count() == []
    raw = box.village.publish()
    [entry] = box.client.get("/api/v1/results").json["results"]
    assert entry == {
        "id": json.loads(raw)["document"]["id"],
        "poll": box.village.poll,
        "type": "yipiao.result",
        "published_on": "2026-10-20",
        "annulled": False,
    }
    answer = box.client.get(f"/api/v1/results/{entry['id']}")
    assert answer.data == raw
    assert check_document(answer.data, box.keys())["poll"] == box.village.poll
    page = box.client.get(f"/results/{entry['id']}")
    assert "100.00" in page.text
    assert "演练" in page.text
    assert f"/results/{entry['id']}" in box.client.get("/").text
    assert box.client.get(f"/api/v1/results/{NOBODY}").status_code == 404


def test_the_interface_is_described_as_it_is(box):
    """The OpenAPI document names every route of voters and programs with its methods, and no other."""
    routes = {}
    for rule in box.app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in ("voter", "feed", "receiving"):
            path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
            routes.setdefault(path, set()).update(method.lower() for method in rule.methods - {"HEAD", "OPTIONS"})
    described = {path: set(methods) for path, methods in OPENAPI["paths"].items()}
    assert described == routes
    assert box.client.get("/api/v1/openapi.json").json == json.loads(json.dumps(OPENAPI))


def test_slips_of_one_panel_open_no_other(any_village):
    """A ballot for one panel of a poll is refused by another, and its slip is unknown there."""
    any_village.opened(panels=("villagers", "interviewees"))
    box = Box(any_village)
    other = any_village.panels["interviewees"]
    answer = box.post(any_village.seal(0), panel=other)
    assert (answer.status_code, answer.json["refusal"]) == (409, "wrong_election")
    assert box.client.get(f"/v/{other}/credentials/{box.point(0)}").status_code == 404
    assert box.stored() == 0
    with any_village.database.read() as session:
        assert len(find_poll(session, any_village.poll).panels) == 2
