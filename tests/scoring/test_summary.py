"""The summary sheet: every figure of the ledger, what is missing in words, and lines to sign."""

import gettext
import io
from datetime import date

import msgspec
import pypdf
import pytest
from openpyxl import load_workbook

from scoring import book, deciding, entering
from scoring.inputs import Subject
from scoring.summary import summary
from scoring.summary_print import write_summary
from scoring.summary_xlsx import summary_xlsx

_ = gettext.NullTranslations().gettext


@pytest.fixture
def sheet(office):
    """A county of two townships; 扎西 has everything and a veto, =卓玛 lacks two parts, the office has signed in one of them."""
    office.register(office.members[0], Subject("zhuoma", "team_member", "=卓玛", "曲水乡", {}))
    office.receive(office.result("r1", subjects=("zhaxi", "zhuoma")))
    part = {"subject": "zhaxi", "period": "2026-10", "source": "表"}
    with office.database.write() as session:
        entering.enter_part(session, office.act(), office.scheme, part="daily", score="98", **part)
        entering.enter_part(session, office.act(), office.scheme, part="leaders", score="90", **part)
        fact = {"subject": "zhaxi", "period": "2026-10", "fact": "absent", "evidence": "通报"}
        number = entering.enter_fact(session, office.act(), office.scheme, **fact)
        entering.confirm_fact(session, office.act("张科长"), number=number)
    ledger = _ledgers(office)[0]
    with office.database.write() as session:
        place = {"organization": "嘎玛乡", "period": "2026-10", "on": date(2026, 11, 24), "rows": ledger.rows}
        signed = {"step": "office", "by": "王主任", "ledger": ledger.digest}
        number = deciding.sign(session, office.act(), office.scheme, **signed, **place)
        deciding.compare(session, office.act("张科长"), number=number, rows=ledger.rows)
    return lambda number=2: summary(office.scheme, _ledgers(office)[:number], _)


def _ledgers(office):
    with office.database.read() as session:
        return [book.current(session, "county", place, "2026-10", rehearsal=False) for place in ("嘎玛乡", "曲水乡")]


def test_the_sheet_says_what_the_ledger_says(sheet):
    """Scores as people read them, the veto marked and named, what is missing named; the last two columns wait for signatures."""
    [section] = sheet().sections
    assert section.titles == (
        "序号", "单位", "姓名", "平时掌握 10%", "领导评分 20%", "民意测评 70%", "综合得分", "拟定等次", "本人",
        "审定等次",
    )  # fmt: skip
    assert section.rows == (
        ("1", "嘎玛乡", "扎西", "98.00", "90.00", "85.00", "87.30", "不称职※", "", ""),
        ("2", "曲水乡", "=卓玛", "缺", "缺", "85.00", "缺", "待定", "", ""),
    )
    assert "※擅自脱岗，定为不称职" in section.notes[0]
    assert "缺平时掌握（没有填报）" in section.notes[1]


def test_who_signed_is_named_where_all_are_signed(sheet):
    """A township's sheet names who signed its figures; the county's does not, for the other township is not signed."""
    assert [line.signed for line in sheet(1).signatures] == ["王主任 2026-11-24", ""]
    assert {line.signed for line in sheet(2).signatures} == {""}


def test_only_who_signs_for_these_subjects_has_a_line(office, sheet):
    """A step for a kind that is not on the sheet is no line on it: nobody looks for a signature that no rule asks for."""
    other = msgspec.structs.replace(
        office.scheme.sign_off[-1],
        key="other",
        title="机关干部审定",
        subjects=("township_cadre",),
        grades=(),
        subject_signs=False,
    )
    scheme = msgspec.structs.replace(office.scheme, sign_off=(*office.scheme.sign_off, other))
    made = summary(scheme, _ledgers(office)[:1], _)
    assert [line.title for line in made.signatures] == [line.title for line in sheet(1).signatures]


def test_the_workbook_holds_text_and_no_formula(sheet):
    """A name that begins with = stays a name, marked as text."""
    page = load_workbook(io.BytesIO(summary_xlsx(sheet(), _))).worksheets[0]
    assert page["A1"].value == "全县2026年10月考核结果汇总表"
    assert (page["C5"].value, page["C5"].data_type, page["C5"].quotePrefix) == ("=卓玛", "s", True)
    assert [cell.value or "" for cell in page[4]] == list(sheet().sections[0].rows[0])


def test_the_print_has_every_cell_and_the_lines_to_sign(sheet):
    """One A4 page with heading, cells, notes, steps, and the digests that the signatures are over."""
    out = io.BytesIO()
    made = sheet()
    assert write_summary(out, made, _) == 1
    text = "".join(page.extract_text() for page in pypdf.PdfReader(out).pages).replace("\0", "").replace(" ", "")
    wanted = [
        "全县2026年10月考核结果汇总表",
        "县强基办审核",
        "县委书记",
        "签字",
        *made.sections[0].rows[0],
        made.digests[1][1][:12],
    ]
    assert [each for each in wanted if each.replace(" ", "") not in text.replace("\n", "")] == []
