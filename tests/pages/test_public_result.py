"""A published result: as far as its scheme makes it public, in sentences, bars and figures, with the evidence beside it."""

import base64
import hashlib
import json
import re
import secrets
from itertools import product

import pytest
from pages.hosting import hosted
from village import Village

FORMS = list(product(("phone", "desk"), ("light", "dark"), ("zh_CN", "en")))
WIDE = "document.documentElement.scrollWidth <= innerWidth"
FETCH = """async (link) => {
  const answer = await fetch(link);
  if (!answer.ok) throw new Error(link + answer.status);
  return btoa(Array.from(new Uint8Array(await answer.arrayBuffer()), (octet) => String.fromCharCode(octet)).join(''));
}"""
VILLAGERS = {"zh_CN": "村民代表和老党员代表", "en": "Representatives of villagers and veteran Party members"}
PERCENT = re.compile(r"\d+\.\d\d%")


@pytest.fixture(scope="module")
def published_once(tmp_path_factory, installed):
    """Two panels: the interviewees' outcome is public, the villagers' counts are. The village, its database closed, and the document's id.

    Villagers on three teams: satisfied, dissatisfied (below 60), and one that nearly nobody knew.
    """
    village = Village(installed(tmp_path_factory.mktemp("published") / "home"), secrets.token_bytes)
    village.opened(panels=("interviewees", "villagers"), subjects=3)
    village.vote([[1, 2, 4]] * 15, "interviewees")
    rows = [[2, 4, 5]] * 6 + [[1, 3, 0], [0, 4, 1], [2, 4, 1], [2, 4, 2]]
    village.vote(rows, "villagers")
    village.close()
    assert village.count() == []
    document = json.loads(village.publish())["document"]
    village.database.dispose()
    return village, document


@pytest.fixture
def result(published_once, home, cheap_passwords):
    """A copy of it behind a server: `site` and the document."""
    village = published_once[0].copied(home)
    with hosted(village) as site:
        yield site, published_once[1]
    village.database.dispose()


def section(page, name):
    """The text of a panel's part of the page, everything opened."""
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    return page.locator("section").filter(has=page.get_by_role("heading", name=name)).inner_text()


def demand_true_bars(page):
    """Each bar is drawn in the share that stands beside it, and the line of the floor at 60."""
    rows = page.locator(".bars li").all()
    assert len(rows) == 8
    for row in rows:
        bar = row.locator("rect").bounding_box()["width"] / row.locator("svg").bounding_box()["width"]
        assert bar == pytest.approx(float(PERCENT.search(row.inner_text())[0][:-1]) / 100, abs=0.02)
    assert {line.get_attribute("x1") for line in page.locator("line.limit").all()} == {"60"}


def test_what_is_public_and_what_is_not(result, desk, axe):
    """Counts and rates stand where the scheme publishes counts, the score alone where it publishes the outcome, and few votes are kept."""
    site, document = result
    page = desk()
    page.goto(f"{site.url}/results/{document['id']}")
    axe(page)
    villagers = section(page, "村民代表和老党员代表")
    axe(page)
    for words in (
        "参加测评的是村民代表、老党员代表。",
        "应到 10 人，发出 10 张，收回 10 张。",
        "2 个测评对象的得分在 5.00 和 82.22 之间。",
        "低于 60 分的有：第2工作队。",
        "8 票 88.89%",
        "有效票 9 张；弃权 1 票，不了解 0 票。",
        "有效票不到 5 张，为了保密不公布。",
        "得分条上的竖线是 60 分。",
    ):
        assert words in villagers, villagers
    # of the third team nothing but that sentence: three votes would tell who chose what
    hidden = page.locator(".score").filter(has_text="第3工作队").last.inner_text()
    assert not re.search(r"\d", hidden.replace("第3工作队", "").replace("不到 5 张", ""))
    demand_true_bars(page)
    interviewees = section(page, "个别谈话")
    assert "3 个测评对象的得分在 0.00 和 100.00 之间。" in interviewees
    assert PERCENT.findall(interviewees) == []
    assert "优秀" not in interviewees
    assert "票数交考核组" in interviewees


def test_the_evidence_can_be_had_and_checked(result, desk):
    """Archive, opening record, trackers, signed document, scheme and keys are one tap away, and the hashes beside them are theirs."""
    site, document = result
    page = desk()
    page.goto(f"{site.url}/results/{document['id']}")
    links = [link.get_attribute("href") for link in page.locator(".links a").all()]
    bodies = {link: base64.b64decode(page.evaluate(FETCH, link)) for link in links}
    text = page.inner_text("main")
    for panel in document["panels"]:
        archive = bodies[f"/v/{panel['panel']}/archive.bel"]
        assert hashlib.sha256(archive).hexdigest() == panel["archive"]
        assert panel["archive"] in text
        assert panel["setup"] in text
        assert len(json.loads(bodies[f"/v/{panel['panel']}/ballots"])["trackers"]) == panel["returned"]
        page.locator(f"a[href='/check/{panel['panel']}']").wait_for()
    assert json.loads(bodies[f"/api/v1/results/{document['id']}"])["document"] == document
    assert {"/api/v1/keys", f"/api/v1/schemes/{document['scheme']['digest']}"} < set(links)
    with page.expect_download() as download:
        page.get_by_text("结果文件（带签名）").click()
    assert download.value.suggested_filename == "result.json"


def test_every_form_of_a_result(result, phone, desk, look, axe):
    """Light, dark, English and, once annulled, with the warning above it: no wider than the screen, and readable."""
    site, document = result
    for made, scheme, language in FORMS:
        page = {"phone": phone, "desk": desk}[made](color_scheme=scheme)
        page.goto(f"{site.url}/results/{document['id']}?lang={language}")
        section(page, VILLAGERS[language])
        assert page.evaluate(WIDE)
        axe(page)
        look(page, f"result-{made}-{scheme}-{language}")
    site.village.annul()
    page.goto(f"{site.url}/results/{document['id']}")
    assert "本场测评已作废" in page.inner_text("main")
    page.goto(site.url + "/")
    assert "已作废" in page.inner_text("main")
    axe(page)


def test_withheld_is_said_in_words(site, phone, axe, look):
    """A box that stayed shut is a sentence that names the minimum: no score, no bar, no figure of votes."""
    site.village.opened()
    site.village.vote([[1]] * 6)
    site.village.close()
    site.village.count()
    document = json.loads(site.village.publish())["document"]
    page = phone()
    page.goto(f"{site.url}/results/{document['id']}")
    text = section(page, "村民代表和老党员代表")
    assert "收回的票不够最低人数（10 张），票箱没有打开，没有分数。" in text
    assert page.locator("section .bar").count() == 0
    assert "分。" not in text.replace("没有分数。", "")
    axe(page)
    look(page, "result-withheld")
