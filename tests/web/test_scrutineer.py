"""Key holders over HTTP: their own cookieless routes, and the desk's page about keys."""

import base64
import gzip
import hashlib
import html
import io
import json
import os
import re

import pytest
import sqlalchemy as sa
from counties import add_person, add_places

from ballots import invitations
from ballots.models import PartialDecryption, Trustee
from ballots.shares import write_share
from belenios.decryption import decrypt
from belenios.trustees import fingerprint, new_key, public_part, read_public_part
from polling.lifecycle import State
from polling.models import AuditEntry, Role, User
from polling.people import add_user
from polling.polls import find_poll
from web.app import create_app
from web.login import Person
from web.scrutineer import MOST_BODY, MOST_KEY, PAGE, STATUS


class Holder:
    """A key holder with a key of their own."""

    def __init__(self) -> None:
        self.private = new_key(os.urandom)
        self.public = public_part(self.private, os.urandom)
        self.fingerprint = fingerprint(read_public_part(self.public).public_key)

    def share(self, village, key: str = "villagers") -> bytes:
        """The share document for a closed box."""
        panel = village.panel(key)
        made = decrypt(panel.archive, self.private, panel.setup_hash, os.urandom)
        return write_share(panel.uuid, panel.setup_hash, made.owner, made.payload)


class Server:
    """The application over a village: a key holder's client, and the organizer's desk."""

    def __init__(self, village) -> None:
        self.village = village
        self.app = create_app(village.database)
        self.client = self.app.test_client()
        self.desk = self.app.test_client()
        with village.database.write() as session:
            for name, role in (
                ("张组织", Role.ORGANIZER),
                ("李监票", Role.SCRUTINEER),
            ):
                add_user(session, name, role, None)
                session.get(User, name).password_hash = "no password is asked for here"
        self.sign_in(self.desk, "张组织")

    def sign_in(self, client, name: str) -> None:
        """Give a client this person's session."""
        with self.village.database.read() as session, self.app.test_request_context():
            mark = Person(session.get(User, name)).get_id()
        with client.session_transaction(path="/desk/") as kept:
            kept["_user_id"] = mark
            kept["_fresh"] = True

    @property
    def path(self) -> str:
        """The poll's address for key holders."""
        return f"/scrutineer/{self.village.poll}"

    def work(self) -> dict:
        """How far the poll is."""
        return self.client.get(f"{self.path}/work.json").json

    def page(self) -> str:
        """The desk's page about keys."""
        answer = self.desk.get(f"/desk/polls/{self.village.poll}/keys?lang=zh_CN")
        assert answer.status_code == 200
        return html.unescape(answer.text)

    def act(self, act: str, client=None, **fields):
        """Submit one of its forms, as the page had it."""
        seen = (client or self.desk).get(f"/desk/polls/{self.village.poll}/keys").text
        hidden = {
            name: (re.findall(rf'name="{name}" value="([^"]*)"', seen) or [""])[0]
            for name in ("csrf_token", "revision")
        }
        data = hidden | {"act": act} | fields
        return (client or self.desk).post(
            f"/desk/polls/{self.village.poll}/keys", data=data, content_type="multipart/form-data"
        )

    def token(self, number: int) -> str:
        """A fresh link's token, read off the desk's page."""
        answer = self.act("link", number=str(number))
        assert answer.status_code == 200
        [found] = set(re.findall(rf"/scrutineer/{self.village.poll}#([\w-]+)", answer.text))
        return found

    def post_key(self, token: str, holder: Holder, **more):
        """What the page posts."""
        body = json.dumps({"token": token, "public": holder.public.decode()} | more)
        return self.client.post(f"{self.path}/key", data=body)


@pytest.fixture
def server(village) -> Server:
    """A draft with two named holders."""
    village.create()
    made = Server(village)
    made.act("add", name="李明")
    made.act("add", name="王芳")
    return made


@pytest.fixture
def closed(server) -> tuple[Server, list[Holder]]:
    """A closed poll of ten ballots with the server's key and two holders'."""
    holders = [Holder(), Holder()]
    for number, holder in enumerate(holders, start=1):
        assert server.post_key(server.token(number), holder).status_code == 201
    server.village.print()
    server.village.open()
    server.village.vote([[1]] * 10)
    server.village.close()
    return server, holders


def refusal(answer) -> tuple[int, str]:
    """Status and code of a refusal; each has a sentence."""
    assert answer.json["message"]
    return answer.status_code, answer.json["refusal"]


def state(server) -> State:
    """Where the poll stands."""
    with server.village.database.read() as session:
        return find_poll(session, server.village.poll).state


def test_the_page_is_the_built_file(server):
    """Served and downloaded it is the same bytes, whose hash stands at the desk and in the source; its policy admits exactly what is in it."""
    raw = PAGE.read_bytes()
    served, loaded = server.client.get(server.path), server.client.get("/scrutineer/page.html")
    assert served.data == loaded.data == raw
    packed = server.client.get(server.path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == raw
    assert "attachment" in loaded.headers["Content-Disposition"]
    assert "Content-Disposition" not in served.headers
    digest = hashlib.sha256(raw).hexdigest()
    assert digest in server.page()
    assert PAGE.with_name("SHA256SUMS").read_text("ascii") == f"{digest}  {PAGE.name}\n"
    for told in (server.page(), (PAGE.parents[2] / "docs/roles/scrutineer.md").read_text("utf-8")):
        assert f"static/booth/{PAGE.with_name('SHA256SUMS').name}" in told
    policy = served.headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "worker-src blob:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert served.headers["Permissions-Policy"].startswith("camera=(self)")
    assert "Set-Cookie" not in served.headers
    text = raw.decode()
    for kind, element in (("script", r'<script id="program">(.*?)</script>'), ("style", r"<style>(.*?)</style>")):
        [inside] = re.findall(element, text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_a_link_brings_a_key_without_any_cookie(server):
    """The token out of the desk's link takes one key; desk and work list show its fingerprint beside the name."""
    holder = Holder()
    token = server.token(2)
    answer = server.post_key(token, holder)
    assert (answer.status_code, answer.json) == (201, {"fingerprint": holder.fingerprint})
    assert "Set-Cookie" not in answer.headers
    assert server.work()["keys"] == [
        {"owner": 2, "origin": "brought", "fingerprint": holder.fingerprint, "name": "王芳"}
    ]
    shown = server.page()
    assert holder.fingerprint in shown
    assert refusal(server.post_key(token, Holder())) == (403, "link_ended")
    assert server.post_key(token, holder).status_code == 201  # the first answer may have been lost


def test_bad_keys_are_refused(server):
    """What is no key, too long, of no poll or has a field too many is refused as such, and nothing is kept."""
    token, holder = server.token(1), Holder()
    path = f"{server.path}/key"
    for body in (b"", b"[]", b"{}", b"\xff\xfe", b"[" * 9_000, b'{"token":"x","public":5}'):
        assert refusal(server.client.post(path, data=body)) == (422, "key_false")
    assert refusal(server.post_key(token, holder, more="x"))[1] == "key_false"
    assert refusal(server.client.post(path, data=b" " * (MOST_KEY + 1))) == (413, "too_large")
    assert refusal(server.client.post("/scrutineer/nobody/key", data=json.dumps({"token": "x", "public": "{}"}))) == (
        404,
        "poll_unknown",
    )
    assert refusal(server.client.get("/scrutineer/nobody/work.json")) == (404, "poll_unknown")
    with server.village.database.read() as session:
        assert session.scalars(sa.select(Trustee)).all() == []
    assert server.post_key(token, holder).status_code == 201


def test_refusals_come_in_the_language_asked_for(server):
    """The page asks in its reader's language."""
    answer = server.client.post(f"{server.path}/key?lang=zh_CN", data=json.dumps({"token": "x", "public": "{}"}))
    assert "链接" in answer.json["message"]


def test_work_tells_how_far_the_poll_is(closed):
    """Before closing there is no box to open; after it the boxes, their ballots and whose shares are in; never a box that stays shut."""
    server, holders = closed
    work = server.work()
    assert work["state"] == "closed"
    assert work["title"] == "2026年10月 嘎玛村驻村工作队民主测评"
    panel = server.village.panels["villagers"]
    assert work["panels"] == [{"uuid": panel, "title": work["panels"][0]["title"], "returned": 10, "owners": []}]
    assert [key["name"] for key in work["keys"]] == [None, "李明", "王芳"]
    assert server.client.post(f"{server.path}/shares", data=holders[1].share(server.village)).status_code == 201
    assert server.work()["panels"][0]["owners"] == [3]
    server.village.annul()
    assert server.work()["panels"] == []


def test_an_open_box_names_no_box_to_open(village):
    """While people vote nothing is to be opened, and the share of a closed box elsewhere is refused by the state."""
    village.opened()
    server = Server(village)
    assert (server.work()["state"], server.work()["panels"]) == ("open", [])
    assert server.work()["all_panels"] == [village.panels["villagers"]]
    assert refusal(server.client.post(f"{server.path}/shares", data=b"{}")) == (409, "state_needed")


def test_a_box_with_too_few_ballots_is_not_listed(village):
    """What the gates withhold has no work for key holders."""
    village.opened()
    village.vote([[1]] * 2)
    village.close()
    assert Server(village).work()["panels"] == []


def test_shares_begin_the_tally_and_count(closed):
    """The first true share begins the tally, both let the poll be counted; the log names whose key it was."""
    server, holders = closed
    kept = holders[0].share(server.village)
    for holder, owner in zip(holders, (2, 3), strict=True):
        answer = server.client.post(f"{server.path}/shares", data=holder.share(server.village))
        assert (answer.status_code, answer.json["owner"]) == (201, owner)
        assert server.client.post(f"{server.path}/shares", data=holder.share(server.village)).status_code == 201
        assert state(server) is State.TALLIED
    with server.village.database.read() as session:
        assert len(session.scalars(sa.select(PartialDecryption)).all()) == 2
        told = session.scalars(sa.select(AuditEntry.who).where(AuditEntry.what == "poll.share")).all()
    assert told == ["李明", "王芳"]
    assert "都到了" in server.page()
    assert server.village.count() == []
    assert state(server) is State.COUNTED
    assert refusal(server.client.post(f"{server.path}/shares", data=kept)) == (409, "state_needed")


def test_false_shares_change_nothing(closed):
    """What is no share, of another box, or false is refused, and the poll stays closed."""
    server, holders = closed
    true = json.loads(holders[0].share(server.village))
    path = f"{server.path}/shares"
    cases = [
        (b"", 400, "share_file"),
        (b"\xff", 400, "share_file"),
        (json.dumps(true | {"setup": "0" * 64}).encode(), 409, "share_other_poll"),
        (json.dumps(true | {"panel": "1" * 14}).encode(), 409, "share_other_poll"),
        (json.dumps(true | {"owner": 3}).encode(), 422, "share_false"),
        (json.dumps(true | {"owner": 9}).encode(), 422, "share_false"),
        (json.dumps(true | {"payload": "{}"}).encode(), 422, "share_false"),
    ]
    for body, status, code in cases:
        assert refusal(server.client.post(path, data=body)) == (status, code), code
    assert refusal(server.client.post(path, data=b" " * (MOST_BODY + 1))) == (413, "too_large")
    assert state(server) is State.CLOSED
    assert server.client.post(path, data=json.dumps(true)).status_code == 201


def test_the_desk_warns_as_long_as_the_server_is_alone(server):
    """Without a brought key the plain warning stands; with one it goes; whoever has a backup to lose is told what it costs."""
    assert "还没有收到保管人的钥匙" in server.page()
    assert "票箱就再也打不开" in server.page()
    server.post_key(server.token(1), Holder())
    assert "还没有收到保管人的钥匙" not in server.page()


def test_a_link_is_shown_once(server):
    """Text and QR code stand on the answer to the click alone; the page seen again has neither."""
    answer = server.act("link", number="1")
    assert "data:image/png;base64," in answer.text
    link = f"/scrutineer/{server.village.poll}#"
    assert link in answer.text
    again = server.page()
    assert link not in again
    assert "链接已经给出" in again
    assert "data:image/png" not in again


def test_holders_are_added_and_struck_out(server):
    """A name twice is refused on the same form with what was typed; striking out takes the key along."""
    refused = server.act("add", name="李明")
    assert refused.status_code == 422
    assert 'value="李明"' in refused.text
    server.post_key(server.token(1), Holder())
    for typed in ("", "王芳"):
        refused = server.act("strike_out", number="1", written=typed)
        assert refused.status_code == 422
        assert "这里写的不是「李明」" in refused.text
        assert f'value="{typed}" aria-describedby="written-1-error"' in refused.text
    assert len(server.work()["keys"]) == 1
    assert server.act("strike_out", number="1", written="李 明").status_code == 302
    with server.village.database.read() as session:
        assert [holder.name for holder in invitations.invited(session, find_poll(session, server.village.poll))] == [
            "王芳"
        ]
        assert session.scalars(sa.select(Trustee)).all() == []
    for number in ("", "1", "-1", "９", "99999999999999999999"):
        assert server.act("strike_out", number=number).status_code == 422


def test_files_stand_for_links_and_shares(closed):
    """A public part and shares that were made elsewhere can be brought as files; one that is none is named."""
    server, holders = closed
    bad = server.act("shares", file=(io.BytesIO(b"x"), "什么.json"))
    assert bad.status_code == 422
    assert "什么.json" in bad.text
    files = [(io.BytesIO(holder.share(server.village)), "share.json") for holder in holders]
    assert server.act("shares", file=files).status_code == 302
    assert "都到了" in server.page()
    assert server.act("shares").status_code == 422
    server.village.create()
    server.act("add", name="赵")
    holder = Holder()
    assert server.act("file", number="1", file=(io.BytesIO(holders[0].public), "a.json")).status_code == 409
    assert server.act("file", number="1", file=(io.BytesIO(holder.public + b"\n"), "a.json")).status_code == 302
    assert holder.fingerprint in server.page()


def test_a_stale_form_is_refused(server):
    """A page that was opened before a key came is told to look again; nothing is struck out by mistake."""
    old = server.desk.get(f"/desk/polls/{server.village.poll}/keys").text
    hidden = {name: re.findall(rf'name="{name}" value="([^"]*)"', old)[0] for name in ("csrf_token", "revision")}
    server.post_key(server.token(1), Holder())
    answer = server.desk.post(
        f"/desk/polls/{server.village.poll}/keys", data=hidden | {"act": "strike_out", "number": "1"}
    )
    assert answer.status_code == 409
    assert len(server.work()["keys"]) == 1


def test_who_may_see_the_desks_page(server):
    """Nobody without signing in, no other role, no other organizer; and no post without its token."""
    path = f"/desk/polls/{server.village.poll}/keys"
    assert server.app.test_client().get(path).status_code == 302
    other = server.app.test_client()
    server.sign_in(other, "李监票")
    assert other.get(path).status_code == 403
    add_person(server.village.database, "别的组织", Role.ORGANIZER, add_places(server.village.database, "嘎玛乡")[0])
    other = server.app.test_client()
    server.sign_in(other, "别的组织")
    assert other.get(path).status_code == 404
    assert server.act("add", client=other, name="贼").status_code in {400, 403, 404}
    assert server.desk.post(path, data={"act": "add", "name": "贼"}).status_code in {400, 403}
    assert "贼" not in server.page()


def test_every_refusal_of_the_page_has_a_sentence():
    """Whatever the page's own modules refuse is said in words, and no sentence is left over for what nobody refuses."""
    folder = PAGE.parents[2] / "booth/scrutineer"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.js"))]
    refused = {code for text in texts for code in re.findall(r'Refused\(\s*"(\w+)"', text)}
    said = set(re.findall(r"(?m)^  (\w+):", (folder / "faults.js").read_text(encoding="utf-8")))
    # a public part is read within a key file or the list of trustees, which are refused as a whole
    inside = {"outside_group", "malformed", "false_proof", "repeated_key"}
    assert refused - said - inside == {"server"}
    # the rest comes from the server, or is named where the core lists its checks
    listed = set(re.findall(r"\w+", (folder / "core/index.js").read_text(encoding="utf-8")))
    assert said - refused - listed - set(STATUS) == {"not_closed"}
