"""What the printed report promises: the document's figures, nothing that is withheld, and a page a section chief can sign."""

import copy
import gettext
import io
import itertools
import re
import shutil
import subprocess
from fractions import Fraction

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import NAMES, a_document, a_withheld_row

from ballots.reconciliation import Reconciliation
from publishing.page import BOTTOM, LEFT, RIGHT, TOP, Code, Rule, Text
from publishing.report import _compose, rate, write_report

PLAIN = gettext.NullTranslations()
# what stands on the page of `a_document()`
EXPECTED = """测评结果报告 2026年10月嘎玛村驻村工作队民主测评 2026年10月 2026年11月21日 演练 驻村干部考核通用方案
    应到25人 发出票26张 收回票24张 最低收回20张 84.55 50.00% 54.55% 分值1.0 分值0.8 分值0.5 分值0 弃权 不了解 无效 有效票 得分
    含票数，供考核组使用，不张贴 60分 低于底线：队员阿旺 达到底线：嘎玛村驻村工作队 队员王䶮 队员扎西※ 不满意（不称职）票超过规定比例
    3f9a11c07b2e90d4 组织者 监票人 计票人 日期 第1页，共1页"""


def pages_of(document):
    """Print a report and return the text of its pages, without blanks."""
    out = io.BytesIO()
    count = write_report(out, document, PLAIN)
    reader = pypdf.PdfReader(io.BytesIO(out.getvalue()))
    assert len(reader.pages) == count
    return [re.sub(r"[\s\0]", "", page.extract_text()) for page in reader.pages]


def said(document, row_height=5.2):
    """Return every text that is placed on the pages."""
    return [
        mark.text
        for page in _compose(document, PLAIN.gettext, row_height).pages
        for mark in page
        if isinstance(mark, Text)
    ]


def box_of(mark):
    """Return left, top, right, bottom of a mark; of a text the height of its capitals and Han characters."""
    match mark:
        case Text():
            tall = mark.size * 0.3528
            return mark.x, mark.y - 0.7 * tall, mark.x + mark.face.width(mark.text, mark.size), mark.y + 0.02 * tall
        case Code():
            return mark.x, mark.y, mark.x + mark.side, mark.y + mark.side
        case Rule():
            return mark.x1, mark.y1, mark.x2, mark.y2


def demand_order(canvas):
    """Every mark lies within the margins, no two texts overlap, and no line of a table runs through one."""
    for page in canvas.pages:
        boxes = [(box_of(mark), mark) for mark in page]
        for left, top, right, bottom in (box for box, _mark in boxes):
            assert LEFT - 0.01 <= left <= right <= RIGHT + 0.01
            assert TOP - 0.01 <= top <= bottom <= BOTTOM + 0.01
        solid = [pair for pair in boxes if not isinstance(pair[1], Rule)]
        rules = [pair for pair in boxes if isinstance(pair[1], Rule)]
        for (a, one), (b, other) in itertools.chain(itertools.combinations(solid, 2), itertools.product(solid, rules)):
            apart = a[2] <= b[0] + 0.05 or b[2] <= a[0] + 0.05 or a[3] <= b[1] + 0.05 or b[3] <= a[1] + 0.05
            assert apart, (one, other)


def test_a_village_day_fits_on_one_page_with_everything_on_it():
    """Three panels of eight subjects make one page with the figures, scale, floor, hashes and signature lines."""
    document = a_document()
    (page,) = pages_of(document)
    sentences = re.findall(r"\S+", EXPECTED)
    sentences.append(document["scheme"]["digest"])
    for panel in document["panels"]:
        sentences += [
            panel["archive"][:32],
            panel["archive"][32:],
            panel["setup"][:32],
            panel["setup"][32:],
            panel["title"],
        ]
    assert [sentence for sentence in sentences if sentence not in page] == []


@pytest.mark.skipif(
    not (shutil.which("pdftoppm") and shutil.which("zbarimg")),
    reason="NOT TESTED whether the report's QR codes can be scanned: pdftoppm or zbarimg is missing, `make tools` installs them",
)
def test_the_archive_hash_of_each_panel_can_be_scanned(tmp_path):
    """A QR reader finds the archive's SHA-256 of every panel on the printed page."""
    document = a_document()
    with (tmp_path / "report.pdf").open("wb") as out:
        write_report(out, document, PLAIN)
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "report.pdf", "page"], cwd=tmp_path, check=True)
    answer = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", *tmp_path.glob("*.pgm")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(answer.stdout.split()) == sorted(panel["archive"] for panel in document["panels"])


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("below_minimum", "少于最低要求"),
        ("void", "作废"),
        ("too_few", "暴露个人选择"),
        ("not_opened", "票箱未开"),
        ("new_reason", "不公布票数"),
    ],
)
def test_a_withheld_panel_is_said_in_words(reason, words):
    """A box that was never opened gives one sentence, no table; its floor is unknown, neither reached nor missed."""
    (page,) = pages_of(a_document(withheld=reason))
    assert words in page
    assert "很满意" not in page
    assert "未知（既不算达到，也不算低于）：" + "、".join(NAMES).replace(" ", "") in page
    assert "达到底线" not in page
    assert "低于底线" not in page


@pytest.mark.parametrize("whole_panel", [True, False])
def test_numbers_of_withheld_rows_are_never_printed(whole_panel):
    """Even if a document carried numbers beside a withheld outcome, the report would not show them."""
    document = a_document()
    leaking = copy.deepcopy(document["subjects"][0]["rows"][2])
    leaking |= {
        "outcome": "below_minimum",
        "counts": dict.fromkeys(leaking["counts"], 77),
        "display": "88.77",
        "abstain": 66,
        "valid": 308,
    }
    if whole_panel:
        document["panels"][2]["withheld"] = "below_minimum"
        for subject in document["subjects"]:
            subject["rows"][2] = leaking
    else:
        document["subjects"][0]["rows"][2] = leaking
    texts = said(document)
    assert not {"77", "66", "308", "88.77", "25.00%"} & set(texts)
    assert any("少于最低要求" in text for text in texts)


def test_a_row_without_valid_votes_has_no_score():
    """Nobody chose: words instead of a score, no zero that could be taken for one."""
    document = a_document()
    document["subjects"][0]["rows"][1] = a_withheld_row(document["panels"][1], "no_valid_votes")
    (page,) = pages_of(document)
    assert "没有有效票，不计得分" in page


def test_counts_only_rows_show_counts_and_no_score():
    """Where the regulation has no formula, votes and rates stand there and the score cell says that none is made."""
    document = a_document()
    for subject in document["subjects"]:
        subject["rows"][0] |= {"outcome": "counts_only", "score": None, "display": None}
    (page,) = pages_of(document)
    assert page.count("不计分") == 8
    assert "54.55%" in page


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_rates_are_rounded_half_up_in_whole_numbers(votes, valid):
    """The printed rate is the exact quotient rounded half up to two decimals, for any votes."""
    exact = Fraction(votes * 10000, valid)
    rounded = int(exact + Fraction(1, 2))
    assert rate(votes, valid) == f"{rounded // 100}.{rounded % 100:02d}%"


def test_a_rate_without_valid_votes_is_a_dash():
    """No valid votes, no rate: never 0 %."""
    assert rate(0, 0) == "—"


def test_rehearsals_are_marked_and_real_polls_are_not():
    """演练 stands on a rehearsal's report and nowhere on a real one."""
    assert "演练，不得作为考核依据" in "".join(pages_of(a_document()))
    assert "演练" not in "".join(pages_of(a_document(rehearsal=False)))


def test_many_rows_go_on_further_pages_and_none_is_lost():
    """Sixty subjects fill several pages: every row once a panel, the table's head again on each, signatures once, on the last."""
    document = a_document(60)
    pages = pages_of(document)
    assert len(pages) > 2
    whole = "".join(pages)
    assert whole.count("84.67") == 60 + sum(
        row["display"] == "84.67" for subject in document["subjects"] for row in subject["rows"][2:]
    )
    assert whole.count("监票人") == 1
    assert "监票人" in pages[-1]
    for number, page in enumerate(pages, 1):
        assert f"第{number}页，共{len(pages)}页" in page
        if "%" in page:
            assert "测评对象" in page


@pytest.mark.parametrize("subjects", [1, 8, 9, 23, 24, 40])
@pytest.mark.parametrize("height", [6.4, 4.7])
def test_nothing_leaves_the_page_or_its_cell(subjects, height):
    """Whatever the number of rows, every mark lies within the margins, and no two texts overlap."""
    document = a_document(subjects)
    document["title"] = (
        "关于开展二〇二六年第四季度驻村工作队和第一书记履职情况民主测评暨群众满意度调查工作的嘎玛乡嘎玛村村民代表会议"
    )
    document["subjects"][0]["name"] = "昌都市卡若区嘎玛乡嘎玛村驻村工作队（西藏自治区强基办派驻）二〇二六年度"
    demand_order(_compose(document, PLAIN.gettext, height))


def test_other_scales_fit_into_the_table():
    """Three or seven options, without weights, and hundreds of votes still make a readable table."""
    for count in (1, 3, 7):
        document = a_document(3)
        panel = document["panels"][0]
        panel["options"] = [{"key": f"o{number}", "title": f"第{number}档", "weight": None} for number in range(count)]
        for subject in document["subjects"]:
            subject["rows"][0] |= {
                "counts": {f"o{number}": 1234 for number in range(count)},
                "valid": 1234 * count + 1,
                "outcome": "counts_only",
                "display": None,
            }
        demand_order(_compose(document, PLAIN.gettext, 5.2))
        (page,) = pages_of(document)
        assert said(document).count("1234") == 3 * count
        assert "第0档" in page
        assert "None" not in page


def test_a_superseded_report_is_named():
    """A report that replaces another says which."""
    document = a_document()
    document["supersedes"] = "2026-10-gama-00"
    assert "替代报告：2026-10-gama-00" in "".join(pages_of(document))


def test_subjects_without_a_floor_get_no_floor_line():
    """Schemes without a satisfaction floor print none."""
    document = a_document()
    for subject in document["subjects"]:
        subject["floor"] = None
    assert "底线" not in "".join(pages_of(document))


def printed(document, steps=(), balances=None):
    """The words of a report, without blanks."""
    out = io.BytesIO()
    pages = write_report(out, document, PLAIN, steps, balances)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(out).pages)
    return pages, re.sub(r"[\s\0]", "", text)


def test_a_missing_glyph_never_stops_the_report():
    """A name, a signer or a reason that the font lacks letters of is printed with 〓 for each, which is said; what is unseen is left out."""
    document = a_document()
    document["title"] += "❤\ufe0f"
    document["subjects"][1]["name"] = "ᠮᠣ队"
    found = Reconciliation(26, 25, 0, 0, 24, 25, 25, "补发𪚥一张\n👍")
    steps = [{"title": "审定", "who": "县委", "name": "张𪚥"}]
    texts = "".join(printed(document, steps, {document["panels"][0]["key"]: found})[1])
    wanted = ["民主测评〓", "〓〓队", "补发〓一张〓。", "张〓", "〓：打印字体里没有的字"]
    assert [words for words in wanted if words not in texts] == []
    assert "民主测评〓〓" not in texts
    assert "〓" not in printed(a_document())[1]


def test_a_line_for_every_step_of_the_chain():
    """Where the scheme has a chain, its steps and offices stand at the foot, in their order, filled in once signed; else the usual four."""
    steps = [{"title": "考核组确认", "who": "考核组长"}, {"title": "乡镇党委审定", "who": "乡镇党委书记"}]
    pages, open_ = printed(a_document(), steps)
    assert pages == 1
    assert open_.index("考核组确认（考核组长）") < open_.index("乡镇党委审定（乡镇党委书记）")
    assert open_.count("签字日期") == 2
    assert "监票人" not in open_
    done = [step | {"step": "x", "name": "张组长", "on": "2026-11-20"} for step in steps]
    _pages, signed = printed(a_document() | {"signed": done})
    assert signed.count("张组长") == signed.count("2026-11-20") == 2
    many = [{"title": f"第{number}步", "who": "某机关"} for number in range(12)]
    assert "第11步（某机关）" in printed(a_document(), many)[1]


def test_a_formula_stands_only_under_scores():
    """A report of counts alone explains no score."""
    document = a_document()
    assert "得分＝" in printed(document)[1]
    for subject in document["subjects"]:
        for row in subject["rows"]:
            if row["outcome"] == "scored":
                row |= {"outcome": "counts_only", "score": None, "display": None}
    assert "得分＝" not in printed(document)[1]
    assert "等次由有权机关审定" in printed(document)[1]


def test_the_same_document_gives_the_same_report():
    """Nothing of the machine or the hour is printed: two reports of one document are the same bytes."""
    first, second = io.BytesIO(), io.BytesIO()
    write_report(first, a_document(), PLAIN)
    write_report(second, a_document(), PLAIN)
    assert first.getvalue() == second.getvalue()
    assert pypdf.PdfReader(first).metadata["/CreationDate"].startswith("D:20000101")


def test_sentences_go_through_the_translations():
    """Every fixed word of the report can be translated: what Chinese remains comes from the document or is a numeral."""

    class Marked(gettext.NullTranslations):
        def gettext(self, message):
            return "x" + "".join(re.findall(r"%\(\w+\)[sd]|%[sd]", message))

    document = a_document(2)
    own = str([document[part] for part in ("title", "scheme", "panels", "subjects")]) + "一二三"
    texts = [
        mark.text for page in _compose(document, Marked().gettext, 5.2).pages for mark in page if isinstance(mark, Text)
    ]
    assert [char for text in texts for char in text if "\u4e00" <= char <= "\u9fff" and char not in own] == []
