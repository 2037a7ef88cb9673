"""Poll files: read strictly, and every mistake named with file, key path or line."""

import pytest
from village import NOW

from polling.errors import BadInput
from polling.models import Subject
from polling.polls import create_poll, find_poll, read_poll_file
from schemes.errors import SchemeError

GOOD = """scheme = "standard"
title = "2026年10月 嘎玛村驻村工作队民主测评"
period = "2026-10"
rehearsal = true
base_url = "http://127.0.0.1:8000"
[[subjects]]
id = "gama-team"
kind = "work_team"
name = "嘎玛村驻村工作队"
[[panels]]
key = "evaluators"
expected = 24
spare = 3
"""
WHERE = "某村.toml"


def error_of(raw: bytes) -> tuple[str, dict]:
    """Code and parameters of what reading a file runs into."""
    with pytest.raises(BadInput) as caught:
        read_poll_file(raw, WHERE)
    assert caught.value.params.pop("where") == WHERE
    return caught.value.code, caught.value.params


def test_the_example_is_read():
    """The example of the README is read as it is written."""
    file = read_poll_file(GOOD.encode(), WHERE)
    assert (file.scheme, file.period, file.rehearsal, file.base_url) == (
        "standard",
        "2026-10",
        True,
        "http://127.0.0.1:8000",
    )
    assert [(subject.id, subject.kind) for subject in file.subjects] == [("gama-team", "work_team")]
    assert [(panel.key, panel.expected, panel.spare) for panel in file.panels] == [("evaluators", 24, 3)]


def test_windows_files_are_read():
    """A byte order mark and Windows line ends are no mistakes."""
    raw = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read_poll_file(raw, WHERE) == read_poll_file(GOOD.encode(), WHERE)


def test_what_may_be_left_out():
    """rehearsal, base_url and spare have defaults: a real poll, the installation's address, one in ten."""
    lines = [line for line in GOOD.splitlines() if not line.startswith(("rehearsal", "base_url", "spare"))]
    file = read_poll_file("\n".join(lines).encode(), WHERE)
    assert (file.rehearsal, file.base_url, file.panels[0].spare) == (False, None, None)


@pytest.mark.parametrize(
    ("old", "new", "code", "params"),
    [
        ("rehearsal = true", "rehearsal = true\nsecret = 1", "file_unknown_key", {"path": "secret"}),
        ('name = "嘎', 'nmae = 1\nname = "嘎', "file_unknown_key", {"path": "subjects[0].nmae"}),
        ("spare = 3", "spare = 3\nspre = 3", "file_unknown_key", {"path": "panels[0].spre"}),
        ("[[panels]]", "[panel]\n[[panels]]", "file_unknown_key", {"path": "panel"}),
        ('scheme = "standard"\n', "", "file_missing_key", {"path": "scheme"}),
        ('period = "2026-10"\n', "", "file_missing_key", {"path": "period"}),
        ("expected = 24\n", "", "file_missing_key", {"path": "panels[0].expected"}),
        ('kind = "work_team"\n', "", "file_missing_key", {"path": "subjects[0].kind"}),
        ("expected = 24", 'expected = "24"', "file_wrong_type", {"path": "panels[0].expected", "wanted": "int"}),
        ("expected = 24", "expected = 24.0", "file_wrong_type", {"path": "panels[0].expected", "wanted": "int"}),
        ("expected = 24", "expected = true", "file_wrong_type", {"path": "panels[0].expected", "wanted": "int"}),
        ("expected = 24", "expected = 1e999", "file_wrong_type", {"path": "panels[0].expected", "wanted": "int"}),
        ("rehearsal = true", 'rehearsal = "yes"', "file_wrong_type", {"path": "rehearsal", "wanted": "bool"}),
        ('period = "2026-10"', "period = 2026-10-01", "file_wrong_type", {"path": "period", "wanted": "str"}),
        ('title = "2026年10月', 'title = "a"\ntitle = "', "file_syntax", {"line": 3}),
        ("expected = 24", "expected = 2４", "file_syntax", {"line": 12}),
        ("expected = 24", "expected =", "file_syntax", {"line": 12}),
        ("expected = 24", "expected = 2026-02-30", "file_syntax", {"line": 12}),
        ('name = "嘎玛村驻村工作队"', 'name = "嘎玛村', "file_syntax", {"line": 9}),
        ('id = "gama-team"', 'id = "gama\x00team"', "file_syntax", {"line": 7}),
    ],
)
def test_each_mistake_is_named(old, new, code, params):
    """An unknown or missing key and a wrong type name their path, a mistake of writing its line."""
    assert old in GOOD
    assert error_of(GOOD.replace(old, new, 1).encode()) == (code, params)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_missing_key"),
        (GOOD.encode("gb18030"), "file_not_utf8"),
        (GOOD.encode("utf-16"), "file_not_utf8"),
        (b"a = " + b"[" * 100_000, "file_syntax"),
        (b"a = " + b"{a = " * 100_000, "file_syntax"),
        (b"a = " + b"[\n" * 100_000, "file_syntax"),
        (b"expected = " + b"9" * 5000, "file_syntax"),
        (b"a." * 100_000 + b"a = 1", "file_syntax"),
        (bytes(1000), "file_syntax"),
        (b"scheme = " + b"x" * 1_000_000, "file_syntax"),
    ],
    ids=[
        "empty",
        "GB 18030",
        "UTF-16",
        "nested arrays",
        "nested tables",
        "nested over lines",
        "5000 digits",
        "long path",
        "zero bytes",
        "long word",
    ],
)
def test_hostile_files_are_mistakes_like_others(raw, code):
    """Whatever the bytes are, the error is one of the closed list and names the file."""
    assert error_of(raw)[0] == code


def test_the_line_of_a_wrong_byte():
    """A file in another encoding is told the line of the first byte that is no UTF-8."""
    assert error_of(b"a = 1\n\n\xff") == ("file_not_utf8", {"line": 3})


@pytest.fixture
def create(database):
    """Try to make a draft out of a file: code and parameters of the refusal, or None."""

    def make(text: str, poll_id: str = "1" * 14):
        with database.write() as session:
            try:
                create_poll(
                    session, read_poll_file(text.encode(), WHERE), where=WHERE, poll_id=poll_id, who="测试", now=NOW
                )
            except BadInput as error:
                session.rollback()
                return error.code, {
                    name: value for name, value in error.params.items() if name != "where" or value != WHERE
                }
        return None

    return make


SUBJECT = '[[subjects]]\nid = "{}"\nkind = "work_team"\nname = "{}"\n'


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ('title = "2026年10月 嘎玛村驻村工作队民主测评"', 'title = "  "', "poll_empty", "title"),
        ('name = "嘎玛村驻村工作队"', 'name = " "', "poll_empty", "subjects[0].name"),
        ('base_url = "http://127.0.0.1:8000"', 'base_url = "ftp://a"', "poll_base_url", "base_url"),
        ('base_url = "http://127.0.0.1:8000"', 'base_url = "http://a/#b"', "poll_base_url", "base_url"),
        ('base_url = "http://127.0.0.1:8000"', 'base_url = "http://a\\n"', "poll_base_url", "base_url"),
        ('base_url = "http://127.0.0.1:8000"', 'base_url = ""', "poll_base_url", "base_url"),
        ("rehearsal = true", 'closes = "17:30"', "poll_closes", "closes"),
        ("rehearsal = true", 'closes = "2026-02-30 17:30"', "poll_closes", "closes"),
        ('id = "gama-team"', 'id = "Gama"', "subject_id", "subjects[0].id"),
        ('id = "gama-team"', 'id = "gama\\n"', "subject_id", "subjects[0].id"),
        ('id = "gama-team"', f'id = "{"a" * 65}"', "subject_id", "subjects[0].id"),
        ('kind = "work_team"', 'kind = "villager"', "subject_kind", "subjects[0].kind"),
        ('key = "evaluators"', 'key = "officials"', "panel_unknown", "panels[0].key"),
        ("expected = 24", "expected = 0", "panel_expected", "panels[0].expected"),
        ("expected = 24", "expected = 20001", "panel_expected", "panels[0].expected"),
        ("expected = 24", "expected = -9999999999999999999999", "panel_expected", "panels[0].expected"),
        ("spare = 3", "spare = -1", "panel_spare", "panels[0].spare"),
        ("spare = 3", "spare = 20001", "panel_spare", "panels[0].spare"),
        ("[[panels]]", SUBJECT.format("gama-team", "另一个") + "[[panels]]", "poll_twice", "subjects[1].id"),
        ("[[panels]]", SUBJECT.format("other", " 嘎玛村驻村工作队") + "[[panels]]", "poll_twice", "subjects[1].name"),
        ("[[panels]]", '[[panels]]\nkey = "evaluators"\nexpected = 20\n[[panels]]', "poll_twice", "panels[1].key"),
        ('period = "2026-10"', 'period = "2026-13"', "unreadable_period", "period"),
        ('period = "2026-10"', 'period = "十月"', "unreadable_period", "period"),
        ('period = "2026-10"', 'period = "2026H1"', "period_not_assessed", "period"),
    ],
)
def test_what_cannot_be_so_is_named(create, old, new, code, path):
    """What is well written but cannot be is refused with its place, and no draft is made."""
    assert old in GOOD
    found, params = create(GOOD.replace(old, new, 1))
    assert (found, params["path"]) == (code, path)
    assert create(GOOD) is None


def test_nothing_to_assess_and_nobody_to_ask(create):
    """A poll without subjects or without panels is refused; more than sixty subjects are too many."""
    head, _, tail = GOOD.partition("[[subjects]]")
    panels = "[[panels]]" + tail.partition("[[panels]]")[2]
    assert create(head + "subjects = []\n" + panels)[0] == "poll_subjects_number"
    assert create(head + "panels = []\n[[subjects]]" + tail.partition("[[panels]]")[0])[0] == "poll_no_panels"
    many = "".join(SUBJECT.format(f"team-{number}", f"第{number}队") for number in range(61))
    assert create(head + many + panels) == ("poll_subjects_number", {"path": "subjects", "number": 61, "most": 60})


def test_a_scheme_that_does_not_exist(create):
    """An unknown scheme is refused by name."""
    with pytest.raises(SchemeError):
        create(GOOD.replace('"standard"', '"../../etc/passwd"'))


def test_a_known_subject_keeps_its_name(create, database):
    """The same id next month is the same subject; another name under it, or another kind, is refused with what is known."""
    assert create(GOOD, "1" * 14) is None
    assert create(GOOD.replace("2026-10", "2026-11"), "2" * 14) is None
    with database.read() as session:
        assert session.get(Subject, "gama-team").name == "嘎玛村驻村工作队"
    code, params = create(GOOD.replace("嘎玛村驻村工作队", "达那村驻村工作队"), "3" * 14)
    assert (code, params["id"], params["name"], params["path"]) == (
        "subject_differs",
        "gama-team",
        "嘎玛村驻村工作队",
        "subjects[0]",
    )
    assert create(GOOD.replace("work_team", "first_secretary"), "3" * 14)[0] == "subject_differs"


def test_spare_slips_are_one_in_ten_rounded_up(create, database):
    """Where a file names no spare slips, a tenth of the expected ones is printed besides, rounded up; 0 means none."""
    for poll_id, expected, spare, wanted in [("1" * 14, 24, None, 3), ("2" * 14, 20, None, 2), ("3" * 14, 21, 0, 0)]:
        text = GOOD.replace("expected = 24", f"expected = {expected}").replace(
            "spare = 3", "" if spare is None else f"spare = {spare}"
        )
        assert create(text, poll_id) is None
        with database.read() as session:
            assert [panel.spare for panel in find_poll(session, poll_id).panels] == [wanted]
