"""Lists handed in as files: read into the form to be looked at, each fault by its cell, and files as WPS writes them."""

import base64
import html
import io
import random
import re
import zipfile

import pytest
from desks import workbook
from drafting import Desk, Form, application, at, begin, make, poll_of


@pytest.fixture
def desk(village) -> Desk:
    """The organizer at the desk."""
    return Desk(application(village))


def upload(desk, address, field, raw, *, name="名单.xlsx", status=200, **typed):
    """Choose a file and press the button beside it: the page."""
    fields = desk.fields(address)
    answer = desk.client.post(address, data=fields | typed | {"act": "read", field: (io.BytesIO(raw), name)})
    answer.request.environ["wsgi.input"].close()  # a large body lies in a file of the client's
    assert answer.status_code == status, html.unescape(answer.text)
    return html.unescape(answer.text)


def fields_of(page) -> dict[str, str]:
    """What the form shows."""
    return Form(page.partition("<main")[2]).fields


def test_subjects_from_a_table(village, desk):
    """Names go to the lists of their kinds, behind what is typed; nothing is saved before somebody looked; the own kind needs no column."""
    poll_id = begin(desk)
    subjects = at(poll_id, "subjects")
    raw = workbook(
        ["序号", "名称", "类别"],
        [1, "甲村工作队", "驻村工作队"],
        [2, " 扎西 ", "第一书记"],
        [None, None, None],
        [3, "乙村工作队", None],
    )
    page = upload(desk, subjects, "file", raw, subjects_work_team="丙村工作队\n甲村工作队")
    assert "从「名单.xlsx」读到 3 个" in page
    shown = fields_of(page)
    assert shown["subjects_work_team"].split("\n") == ["丙村工作队", "甲村工作队", "乙村工作队"]
    assert shown["subjects_first_secretary"] == "扎西"
    assert poll_of(village, poll_id).subjects == []
    desk.send("", to=subjects, fields=shown)
    assert [row.name for row in poll_of(village, poll_id).subjects] == [
        "丙村工作队",
        "甲村工作队",
        "乙村工作队",
        "扎西",
    ]
    shown = fields_of(
        upload(desk, at(begin(desk), "subjects"), "file", workbook([1, "卓玛"], [2, "格桑"]), kind="team_member")
    )
    assert shown["subjects_team_member"].split("\n") == ["卓玛", "格桑"]
    shown = fields_of(
        upload(
            desk, at(begin(desk), "subjects"), "file", "丁村工作队\r\n戊村工作队\r\n".encode("gb18030"), name="名单.txt"
        )
    )
    assert shown["subjects_work_team"].split("\n") == ["丁村工作队", "戊村工作队"]


def test_each_fault_is_named_by_its_cell(village, desk):
    """What can't be is said with its cell, all at once, and nothing of the file is taken; what was typed stays."""
    poll_id = begin(desk)
    subjects = at(poll_id, "subjects")
    raw = workbook(["名称", "类别"], ["甲队", "驻村工作队"], ["甲队", None], ["乙队", "村干部"])
    page = upload(desk, subjects, "file", raw, status=422, subjects_work_team="丙队")
    assert "「A3」和「A2」一样" in page
    assert "「A4」旁边的类别「村干部」" in page
    assert fields_of(page)["subjects_work_team"] == "丙队"
    raw = workbook(["编号", "名称"], [7, None], [8, "长" * 101], [9, "=A1"])
    assert "「B4」：是公式" in upload(desk, subjects, "file", raw, status=422)
    page = upload(desk, subjects, "file", workbook(["编号", "名称"], [7, None], [8, "长" * 101]), status=422)
    assert "「B2」：没有名称" in page
    assert "「B3」：太长" in page


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "名单.et", "另存为 .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "名单.xls", "另存为 .xlsx"),
        (b"PK\x03\x04 broken", "名单.xlsx", "不是完好的"),
        (workbook(), "名单.xlsx", "没有内容"),
        (workbook(["名称"]), "名单.xlsx", "没有内容"),
        ("甲".encode("utf-16"), "名单.txt", "编码"),
    ],
)
def test_files_that_are_no_list(desk, raw, name, words):
    """An old table, a broken one, an empty one: a sentence that says what to do; the page stays."""
    page = upload(desk, at(begin(desk), "subjects"), "file", raw, name=name, status=422, subjects_work_team="丙队")
    assert words in page
    assert fields_of(page)["subjects_work_team"] == "丙队"


def as_wps_writes(raw: bytes) -> bytes:
    """A workbook with what WPS does otherwise: absolute paths of parts, no styles although cells name some, no size of the sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            if part in ("xl/styles.xml", "docProps/core.xml"):
                continue
            text = old.read(part).decode()
            if part == "xl/_rels/workbook.xml.rels":
                text = re.sub(r"<Relationship [^>]*styles[^>]*/>", "", text)
                text = re.sub(r'Target="(?!/)([^"]+)"', r'Target="/xl/\1"', text)
            elif part == "[Content_Types].xml":
                text = re.sub(r'<Override [^>]*(styles|core)\.xml"[^>]*/>', "", text)
            elif part == "_rels/.rels":
                text = re.sub(r"<Relationship [^>]*core[^>]*/>", "", text)
            elif part.startswith("xl/worksheets/"):
                text = re.sub(r"<dimension[^>]*/>", "", text).replace("<c r=", '<c s="7" r=')
            new.writestr(part, text)
    return out.getvalue()


def test_a_workbook_as_wps_saves_it(desk):
    """Absolute paths of parts, cells of styles that are not there, and no stated size are read all the same."""
    raw = as_wps_writes(workbook(["名称"], ["甲村工作队"], ["乙村工作队"]))
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert "xl/styles.xml" not in packed.namelist()
        assert b'Target="/xl/worksheets/sheet1.xml"' in packed.read("xl/_rels/workbook.xml.rels")
        assert b's="7"' in packed.read("xl/worksheets/sheet1.xml")
    shown = fields_of(upload(desk, at(begin(desk), "subjects"), "file", raw))
    assert shown["subjects_work_team"].split("\n") == ["甲村工作队", "乙村工作队"]


def test_a_roster_from_a_table(village, desk):
    """Names and households are read into the roster to be looked at; saved they say how many are expected. A comma in a name stays in it."""
    poll_id = make(desk)
    rows = [["姓名", "户"], ["扎西", "扎西家"], ["次仁，大", None], *([f"人{number}", None] for number in range(9))]
    page = upload(desk, at(poll_id, "panels"), "file_villagers", workbook(*rows))
    assert "读到 11 个" in page
    shown = fields_of(page)
    assert shown["roster_villagers"].split("\n")[:3] == ["扎西，扎西家", "次仁，大\t", "人0"]
    desk.send("", to=at(poll_id, "panels"), fields=shown)
    assert {panel.key: panel.expected for panel in poll_of(village, poll_id).panels}["villagers"] == 11
    assert desk.fields(at(poll_id, "panels"))["roster_villagers"].split("\n")[1] == "次仁，大\t"


def with_rows(rows: bytes, packing: int) -> bytes:
    """A workbook whose sheet has these rows."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["姓名"]))) as old, zipfile.ZipFile(out, "w", packing) as new:
        for part in old.namelist():
            text = old.read(part)
            if part.startswith("xl/worksheets/"):
                text = re.sub(
                    rb"<sheetData>.*</sheetData>", lambda _found: b"<sheetData>" + rows + b"</sheetData>", text
                )
            new.writestr(part, text)
    return out.getvalue()


def row(text: str) -> bytes:
    """A row with one cell."""
    return f'<row><c t="inlineStr"><is><t>{text}</t></is></c></row>'.encode()


@pytest.fixture(scope="module")
def twenty_megabytes() -> bytes:
    """A workbook of twenty thousand names that is twenty megabytes long, as one with pictures or endless columns is."""
    noise = base64.b64encode(random.Random(1).randbytes(15 * 2**20)).decode()
    size = len(noise) // 20_000
    raw = with_rows(b"".join(row(noise[at : at + size]) for at in range(0, len(noise), size)), zipfile.ZIP_STORED)
    assert 20 * 2**20 <= len(raw) < 22 * 2**20
    return raw


@pytest.mark.parametrize(("step", "field"), [("panels", "file_villagers"), ("subjects", "file")])
def test_twenty_megabytes_are_refused_in_words(village, desk, twenty_megabytes, step, field):
    """A workbook beyond the limit is refused before it is read, with a sentence that says what to do; the draft stays as it was saved."""
    poll_id = make(desk)
    address = at(poll_id, step)
    desk.send(at(poll_id, "panels"), roster_villagers="\n".join(f"人{number}" for number in range(12)))
    before, shown = poll_of(village, poll_id).revision, desk.fields(address)
    page = upload(desk, address, field, twenty_megabytes, status=413)
    assert "最多 8 MB。请按浏览器的后退键回到表里。是名单或表格，请只留要用的列，去掉图片，另存一份再来。" in page
    assert poll_of(village, poll_id).revision == before
    assert without_token(desk.fields(address)) == without_token(shown)


@pytest.mark.parametrize(("step", "field"), [("panels", "file_villagers"), ("subjects", "file")])
def test_a_small_file_that_unpacks_to_a_huge_sheet_is_refused(desk, step, field):
    """A hundred kilobytes of a million cells are refused before a reader of sheets works on them for minutes; what was typed stays."""
    address = at(make(desk), step)
    raw = with_rows(b"<row>" + b"<c><v>1</v></c>" * 1_000_000 + b"</row>", zipfile.ZIP_DEFLATED)
    assert len(raw) < 200_000
    typed = {"roster_villagers": "扎西\n卓玛"} if step == "panels" else {"subjects_work_team": "丙队"}
    page = upload(desk, address, field, raw, status=422, **typed)
    assert "解开后太大，不像一份表。请打开一份新表" in page
    assert fields_of(page).items() >= typed.items()


def without_token(fields) -> dict[str, str]:
    """A form's fields but for the one that is new on every page."""
    return {name: value for name, value in fields.items() if name != "csrf_token"}


def test_a_name_like_an_earlier_one_is_warned_about_and_never_refused(village, desk):
    """The next page and the check name both; nothing is refused; the warning is not said again by every save."""
    make(desk)
    poll_id = begin(desk)
    answer = desk.send(at(poll_id, "subjects"), subjects_work_team="达纳村驻村工作队\n嘎玛村驻村工作队")
    words = "「达纳村驻村工作队」很像以前的「达那村驻村工作队」"
    assert words in desk.page(answer.location)
    assert words not in desk.page(at(poll_id, "panels"))
    assert words in desk.page(at(poll_id))
    assert words in desk.page(at(poll_id, "subjects"))
    desk.send(at(poll_id, "subjects"), subjects_work_team="达那村驻村工作队\n嘎玛村驻村工作队")
    assert "很像" not in desk.page(at(poll_id))
