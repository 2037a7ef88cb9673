"""Tables that are handed in: all of it or nothing, and every fault by row and column."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from cli.output import load_translations
from cli.words import sentence
from polling.errors import BadInput
from scoring.entries import detail_of, in_force
from scoring.importing import import_register, import_scores, register_template, score_template
from scoring.register import current

HEAD = ["编号", "姓名", "周期", "项目", "得分", "来源"]
GOOD = [
    ["zhaxi", "扎西", "2026-10", "平时掌握", 98, "乡镇打分表"],
    ["zhuoma", "卓玛", "2026-10", "daily", "85.5", "乡镇打分表"],
]


def workbook(rows, change=lambda sheet: None):
    """An xlsx of these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(rows, encoding="utf-8"):
    """The same as csv."""
    return "".join(",".join(map(str, row)) + "\r\n" for row in rows).encode(encoding)


@pytest.fixture
def load(office):
    """Import part scores: (rows, entries)."""
    office.register(*office.members)

    def call(raw, **options):
        with office.database.write() as session:
            done = import_scores(session, office.act(), office.scheme, raw, where="得分.xlsx", **options)
        return done.rows, done.entries

    return call


def refused(load, office, raw, code):
    """Import what is refused: the sentence; nothing of it is kept."""
    before = office.snapshot()
    with pytest.raises(BadInput) as caught:
        load(raw)
    assert caught.value.code == code
    assert office.snapshot() == before
    said = sentence(caught.value, load_translations("zh_CN"))
    assert "{" not in said
    return said


def scores(office):
    """The scores in force by subject."""
    with office.database.read() as session:
        return {
            each.subject: detail_of(each)["score"]
            for each in in_force(session, ["part"], rehearsal=False, scheme="county")
        }


@pytest.mark.parametrize(
    "raw", [workbook([HEAD, *GOOD]), csv([HEAD, *GOOD]), csv([HEAD, *GOOD], "gbk"), csv([HEAD, *GOOD], "utf-8-sig")]
)
def test_xlsx_and_csv_say_the_same(load, office, raw):
    """Numbers stay exact whatever the file is; the same file again enters nothing."""
    assert load(raw) == (2, 2)
    assert scores(office) == {"zhaxi": "98", "zhuoma": "85.5"}
    assert load(raw) == (2, 0)


def test_one_bad_row_and_nothing_is_imported(load, office):
    """101, 优, an unknown subject, another's name, a polled part, a row twice: each named by row and column, all at once."""
    bad = [
        ["zhaxi", "扎西", "2026-10", "平时掌握", 101, "表"], ["zhuoma", "卓玛", "2026-10", "平时掌握", "优", "表"],
        ["nobody", "无名", "2026-10", "平时掌握", 90, "表"], ["awang", "扎西", "2026-10", "平时掌握", 90, "表"],
        ["awang", "阿旺", "2026-10", "民意测评", 90, "表"], ["awang", "阿旺", "2026-10", "平时掌握", 90, ""], ["awang", "阿旺", "十月", "平时掌握", 90, "表"],
    ]  # fmt: skip
    said = refused(load, office, workbook([HEAD, *GOOD, GOOD[0], *bad]), "scoring_file_faults")
    assert "8 处" in said
    for words in (
        "第 4 行 A 列与第 2 行重复",
        "第 5 行 E 列：得分“101”",
        "第 6 行 E 列：得分“优”",
        "第 7 行 A 列",
        "第 8 行 B 列",
        "第 9 行 D 列",
        "第 10 行 F 列",
        "第 11 行 C 列",
    ):
        assert words in said


def test_twenty_faults_are_said_and_all_are_counted(load, office):
    """A file with fifty faults says so, and names twenty."""
    said = refused(
        load, office, csv([HEAD, *([["nobody", "无", "2026-10", "平时掌握", 90, "表"]] * 50)]), "scoring_file_faults"
    )
    assert "50 处" in said
    assert said.count("登记簿里没有") == 20


def test_what_stands_is_only_changed_when_told_so(load, office):
    """Another number for what stands is a fault; as a correction it replaces it."""
    load(csv([HEAD, *GOOD]))
    other = csv([HEAD, ["zhaxi", "扎西", "2026-10", "平时掌握", 97, "乡镇打分表"]])
    assert "第 2 行 E 列" in refused(load, office, other, "scoring_file_faults")
    assert load(other, replace=True) == (1, 1)
    assert scores(office)["zhaxi"] == "97"


@pytest.mark.parametrize(
    ("cell", "words"),
    [("=1+1", "第 2 行 E 列是公式"), ("=SUM(A1:A2)", "公式"), ("9\n0", "第 2 行 E 列读不懂"), ("9" * 3000, "读不懂")],
)
def test_formulas_and_unreadable_cells_are_refused(load, office, cell, words):
    """In xlsx, and in csv, whose readers run them."""
    rows = [HEAD, ["zhaxi", "扎西", "2026-10", "平时掌握", cell, "表"]]
    assert words in refused(load, office, workbook(rows), "scoring_file_faults")
    if "\n" not in cell:
        assert words in refused(load, office, csv(rows), "scoring_file_faults")


def test_merged_cells_are_refused(load, office):
    """With the first cell of the merged ones."""
    raw = workbook([HEAD, *GOOD], lambda sheet: sheet.merge_cells("F2:F3"))
    assert "第 2 行 F 列是合并的单元格" in refused(load, office, raw, "scoring_file_faults")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (["编号", "姓名", "周期", "项目", "分数", "来源"], "缺少：得分；不认得：分数"),
        ([*HEAD, "得分"], "重复：得分"),
        ([], "缺少：编号"),
    ],
)
def test_wrong_headers_are_refused(load, office, head, words):
    """What is missing, unknown or there twice."""
    assert words in refused(load, office, workbook([head, *GOOD]), "scoring_file_header")


def test_a_date_that_the_sheet_made_of_a_month_is_read(load, office):
    """2026-10 typed into a sheet becomes the first of October, and is October."""
    assert load(workbook([HEAD, ["zhaxi", "扎西", datetime(2026, 10, 1), "平时掌握", 98, "表"]])) == (1, 1)  # noqa: DTZ001 - as openpyxl reads it


def test_a_huge_file_is_refused(load, office):
    """Too many rows, too many columns, too many bytes: refused, and soon."""
    many = "".join(f"zhaxi,扎西,2026-10,平时掌握,{number % 100},表\n" for number in range(20_001))
    refused(load, office, (",".join(HEAD) + "\n" + many).encode(), "scoring_file_rows")
    refused(load, office, ",".join(HEAD * 10).encode(), "scoring_file_columns")
    refused(load, office, b"x" * (8 * 1024 * 1024 + 1), "scoring_file_large")
    refused(load, office, ("a,b\n" * 1_000_000).encode(), "scoring_file_rows")


def repacked(raw, name, text):
    """A workbook with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, text)
    return out.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
TEXTS_TYPE = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
SHEET_TEXTS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t xml:space="preserve">%s</t></si></sst>'


def test_a_sheet_is_one_by_what_it_is(load, office):
    """Merged cells are found in whatever part of the workbook the sheet is."""
    good = workbook([HEAD, *GOOD], lambda sheet: sheet.merge_cells("A2:A3"))
    packed, moved = zipfile.ZipFile(io.BytesIO(good)), good
    for part in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        moved = repacked(moved, part, packed.read(part).replace(b"xl/worksheets/sheet1.xml", b"xl/first.dat"))
    moved = repacked(moved, "xl/first.dat", packed.read("xl/worksheets/sheet1.xml"))
    moved = repacked(moved, "xl/worksheets/sheet1.xml", b"<nothing/>")
    assert "合并" in refused(load, office, moved, "scoring_file_faults")


def test_a_zip_bomb_is_refused(load, office):
    """A part of 100 MB in 100 kB, a bomb of entities, a far row in a small file: refused or bounded before anything is unpacked."""
    good = workbook([HEAD, *GOOD])
    refused(load, office, repacked(good, "xl/media/x.xml", b" " * 101_000_000), "scoring_file_inflated")
    for name, text in [
        ("xl/worksheets/sheet1.xml", SHEET % (b"<row>" + b"<c><v>1</v></c>" * 600_000 + b"</row>")),
        ("xl/styles.xml", b"<styleSheet><cellXfs>" + b"<xf/>" * 150_000 + b"</cellXfs></styleSheet>"),
        ("xl/workbook.xml", b"<workbook><sheets>" + b'<sheet name="x" sheetId="1"/>' * 401 + b"</sheets></workbook>"),
    ]:
        refused(load, office, repacked(good, name, text), "scoring_file_inflated")
    # one long text that many cells show
    texts = repacked(good, "xl/sharedStrings.xml", SHEET_TEXTS % (b" " + b"x" * 1900))
    texts = repacked(
        texts,
        "[Content_Types].xml",
        zipfile.ZipFile(io.BytesIO(good)).read("[Content_Types].xml").replace(b"</Types>", TEXTS_TYPE),
    )
    often = SHEET % (b'<row><c t="s"><v>0</v></c></row>' * 20_000)
    refused(load, office, repacked(texts, "xl/worksheets/sheet1.xml", often), "scoring_file_inflated")
    ebcdic = b'<?xml version="1.0" encoding="cp037"?>' + "<sst/>".encode("cp037")
    refused(load, office, repacked(good, "xl/sharedStrings.xml", ebcdic), "scoring_file_kind")
    refused(load, office, repacked(good, "xl/sharedStrings.xml", "<sst/>".encode("utf-16-le")), "scoring_file_kind")
    # a part is measured by whatever name
    refused(
        load,
        office,
        repacked(good, "xl/sheet.dat", SHEET % (b"<row/>" * 600_000 + b"<xf/>" * 150_000)),
        "scoring_file_inflated",
    )
    # looking for merged cells comes to an end soon, also where none does
    endless = b"<mergeCell " * 20_000 + b"a" * 4_000_000
    refused(load, office, repacked(good, "xl/worksheets/sheet1.xml", endless), "scoring_file_kind")
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    refused(load, office, repacked(good, "xl/sharedStrings.xml", bomb), "scoring_file_kind")
    far = SHEET % b'<row r="1000000"><c r="A1000000"><v>1</v></c></row>'
    refused(load, office, repacked(good, "xl/worksheets/sheet1.xml", far), "scoring_file_rows")


@pytest.mark.parametrize("raw", [b"PK\x03\x04 no zip", b"PK", b"\xff\xfea\x00", b"a\x00b", b'"a,b\n', b"\x81"])
def test_what_is_no_table_is_refused(load, office, raw):
    """Broken zips, UTF-16, open quotes: refused with what to do."""
    before = office.snapshot()
    with pytest.raises(BadInput, match=r"scoring_file_(kind|encoding|csv)"):
        load(raw)
    assert office.snapshot() == before


def test_a_second_sheet_with_content_is_refused(load, office):
    """What would be left out silently is refused."""
    raw = workbook([HEAD, *GOOD], lambda sheet: sheet.parent.create_sheet("二").append(["x"]))
    refused(load, office, raw, "scoring_file_sheets")


def test_the_register_is_imported_with_attributes(any_office):
    """Names, units, attributes by the pack's titles; another name for a known id is a fault unless it corrects."""
    head = ["编号", "姓名", "类别", "单位", "起始日期", "海拔", "驻村"]
    rows = [
        ["zhaxi", "扎西", "驻村工作队员", "嘎玛乡", None, 4600, "是"],
        ["zhuoma", "卓玛", "team_member", "曲水乡", None, None, "否"],
    ]

    def load(raw, **options):
        with any_office.database.write() as session:
            return import_register(
                session, any_office.act(), any_office.scheme, raw, where="对象.xlsx", **options
            ).entries

    assert load(workbook([head, *rows])) == 2
    assert load(workbook([head, *rows])) == 0
    with any_office.database.read() as session:
        found = current(session, rehearsal=False)
    assert found["zhaxi"].subject.attributes == {"altitude_m": 4600, "stationed": True}
    renamed = workbook([head, ["zhaxi", "扎西顿珠", "驻村工作队员", "嘎玛乡", "2026-07-01", 4600, "是"]])
    refused(load, any_office, renamed, "scoring_file_faults")
    assert load(renamed, replace=True) == 1
    bad = [
        ["x y", "甲", "驻村工作队员", "嘎玛乡", None, None, None],
        ["y", "乙", "干部", "嘎玛乡", None, "高", None],
        ["z", "", "work_team", "嘎玛乡", "七月", None, None],
    ]
    said = refused(load, any_office, workbook([head, *bad]), "scoring_file_faults")
    for words in ("第 2 行 A 列", "第 3 行 C 列", "第 3 行 F 列", "第 4 行 B 列", "第 4 行 E 列"):
        assert words in said


def test_the_templates_have_the_headers_that_are_read(load, office):
    """A template that is filled in is a file that is read."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(score_template()))
    book.active.delete_rows(2, 500)
    book.active.append([*GOOD[0], "王县长"])
    out = io.BytesIO()
    book.save(out)
    assert load(out.getvalue()) == (1, 1)
    head = [cell.value for cell in load_workbook(io.BytesIO(register_template(office.scheme))).active[1]]
    assert head == ["编号", "姓名", "类别", "单位", "职务", "起始日期", "结束日期", "海拔", "驻村"]
