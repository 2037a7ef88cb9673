"""What the loader accepts, and how it says no."""

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.errors import SENTENCES, SchemeError, SchemeFault
from schemes.loading import MOST_BYTES, digest, load, names, read_scheme
from schemes.rules import Scheme

STANDARD = load("standard").raw.decode()
FIRST = '  { key = "excellent", title = "优秀", weight = 1.0 },\n'
VILLAGERS = "minimum_returned = 10      # (ours)\n"


def edited(*edits):
    """Give the standard pack with the first occurrence of each old text replaced."""
    text = STANDARD
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


COUNTS_ONLY = (
    'outcome = "scored"\npublic = "outcome"         # (custom)',
    'outcome = "counts_only"\npublic = "outcome" #',
)
NO_WEIGHTS = [
    ('title = "优秀", weight = 1.0', 'title = "优秀"'),
    ('title = "称职", weight = 0.8', 'title = "称职"'),
    ('title = "基本称职", weight = 0.5', 'title = "基本称职"'),
    ('title = "不称职", weight = 0 ', 'title = "不称职" '),
]

# one line per way to be wrong: what is edited, the key path, the code
WRONG = [
    # the shape of the file
    ([("version = 3", "versoin = 1")], "versoin", SchemeFault.UNKNOWN_KEY),
    ([(FIRST, FIRST.replace("weight", "wieght"))], "panels[0].options[0].wieght", SchemeFault.UNKNOWN_KEY),
    ([("minimum_days = 3", "minimum_day = 3")], "notice.minimum_day", SchemeFault.UNKNOWN_KEY),
    ([("version = 3", "version = 2\nraw = 'x'")], "raw", SchemeFault.UNKNOWN_KEY),
    ([("version = 3", "version = 2\ndigest = 'x'")], "digest", SchemeFault.UNKNOWN_KEY),
    ([("version = 3\n", "")], "version", SchemeFault.MISSING_KEY),
    ([('public = "counts" ', "# ")], "panels[2].public", SchemeFault.MISSING_KEY),
    ([("version = 3", "version = '2'")], "version", SchemeFault.WRONG_TYPE),
    ([("version = 3", "version = 2.0")], "version", SchemeFault.WRONG_TYPE),
    ([("version = 3", "version = true")], "version", SchemeFault.WRONG_TYPE),
    ([("version = 3", "version = 0")], "version", SchemeFault.WRONG_TYPE),
    ([("days = 5", "days = -5")], "notice.days", SchemeFault.WRONG_TYPE),
    ([("issued = 25", "issued = 99999999999999999999999999")], "examples[0].issued", SchemeFault.WRONG_TYPE),
    ([("dont_know = true", "dont_know = 1")], "panels[2].dont_know", SchemeFault.WRONG_TYPE),
    ([('title = "驻村工作队"', "title = 2026-10-01")], "subjects[0].title", SchemeFault.WRONG_TYPE),
    ([('["month", "quarter", "year"]', "[]")], "subjects[0].periods", SchemeFault.WRONG_TYPE),
    ([('title = "驻村工作队"', "title = 1.5")], "subjects[0].title", SchemeFault.WRONG_TYPE),
    ([('title = "驻村工作队"', 'title = ""')], "subjects[0].title", SchemeFault.NOT_A_LINE),
    ([('title = "驻村工作队"', 'title = "驻村工作队 "')], "subjects[0].title", SchemeFault.NOT_A_LINE),
    ([('title = "驻村工作队"', 'title = "驻村\\n工作队"')], "subjects[0].title", SchemeFault.NOT_A_LINE),
    ([('title = "驻村工作队"', f'title = "{"驻" * 301}"')], "subjects[0].title", SchemeFault.NOT_A_LINE),
    ([('key = "work_team"', 'key = "Work team"')], "subjects[0].key", SchemeFault.NOT_A_KEY),
    ([('key = "work_team"', 'key = "work_team\\n"')], "subjects[0].key", SchemeFault.NOT_A_KEY),
    ([('key = "work_team"', f'key = "{"w" * 41}"')], "subjects[0].key", SchemeFault.NOT_A_KEY),
    ([('kind = "interview"', 'kind = "chat"')], "panels[1].kind", SchemeFault.NOT_ONE_OF),
    ([('"month", "quarter"', '"month", "week"')], "subjects[0].periods[1]", SchemeFault.NOT_ONE_OF),
    ([('rounding = "half_up"', 'rounding = "half_even"')], "display.rounding", SchemeFault.NOT_ONE_OF),
    ([('outcome = "below_minimum"', 'outcome = "bad"')], "examples[6].outcome", SchemeFault.NOT_ONE_OF),
    # numbers
    ([(FIRST, FIRST.replace("1.0", "true"))], "panels[0].options[0].weight", SchemeFault.NOT_EXACT),
    ([(FIRST, FIRST.replace("1.0", "nan"))], "panels[0].options[0].weight", SchemeFault.NOT_EXACT),
    ([(FIRST, FIRST.replace("1.0", "inf"))], "panels[0].options[0].weight", SchemeFault.NOT_EXACT),
    ([(FIRST, FIRST.replace("1.0", "1e999999999"))], "panels[0].options[0].weight", SchemeFault.NOT_EXACT),
    ([(FIRST, FIRST.replace("1.0", "1e99999999999999999999"))], "panels[0].options[0].weight", SchemeFault.NOT_EXACT),
    ([(FIRST, FIRST.replace("1.0", "-0.5"))], "panels[0].options[0].weight", SchemeFault.NOT_EXACT),
    ([(FIRST, FIRST.replace("1.0", '"0.8"'))], "panels[0].options[0].weight", SchemeFault.NOT_EXACT),
    ([('weight = "2/3"', 'weight = "2/0"')], "composite.parts[0].weight", SchemeFault.NOT_EXACT),
    ([('weight = "2/3"', 'weight = "２/３"')], "composite.parts[0].weight", SchemeFault.NOT_EXACT),
    # what does not hold together
    ([(FIRST, FIRST.replace("1.0", "1.01"))], "panels[0].options[0].weight", SchemeFault.OUT_OF_RANGE),
    ([("threshold = 60", "threshold = 101")], "satisfaction_floor.threshold", SchemeFault.OUT_OF_RANGE),
    ([("at_least = 90", "at_least = 900")], "grades[0].at_least", SchemeFault.OUT_OF_RANGE),
    ([(VILLAGERS, VILLAGERS + "more_than_share = 1\n")], "panels[2].more_than_share", SchemeFault.OUT_OF_RANGE),
    ([(VILLAGERS, VILLAGERS + "at_least_share = 1.2\n")], "panels[2].at_least_share", SchemeFault.OUT_OF_RANGE),
    (
        [('["incompetent"], source', '["incompetent"], above = "31/30", source')],
        "panels[0].dissatisfied.above",
        SchemeFault.OUT_OF_RANGE,
    ),
    ([('options = ["dissatisfied"]', "options = []")], "panels[2].dissatisfied.options", SchemeFault.WRONG_TYPE),
    ([("score = 89.995", "score = 100.5")], "score_examples[5].score", SchemeFault.OUT_OF_RANGE),
    ([('key = "first_secretary"', 'key = "work_team"')], "subjects[1].key", SchemeFault.REPEATED),
    ([('"month", "quarter"', '"month", "month"')], "subjects[0].periods[1]", SchemeFault.REPEATED),
    ([('key = "interviewees"', 'key = "evaluators"')], "panels[1].key", SchemeFault.REPEATED),
    ([('{ key = "competent"', '{ key = "excellent"')], "panels[0].options[1].key", SchemeFault.REPEATED),
    ([('title = "一般"', 'title = "满意"')], "panels[2].options[2].title", SchemeFault.REPEATED),
    (
        [('panels = ["villagers"]', 'panels = ["villagers", "villagers"]')],
        "satisfaction_floor.panels[1]",
        SchemeFault.REPEATED,
    ),
    ([('name = "79.99"', 'name = "formula"')], "score_examples[1].name", SchemeFault.REPEATED),
    ([(FIRST, FIRST.replace('"excellent"', '"abstain"'))], "panels[0].options[0].key", SchemeFault.RESERVED),
    ([('title = "一般"', 'title = "不了解"')], "panels[2].options[2].title", SchemeFault.RESERVED),
    ([(FIRST, FIRST.replace("优秀", "弃权"))], "panels[0].options[0].title", SchemeFault.RESERVED),
    ([(FIRST, FIRST.replace(", weight = 1.0", ""))], "panels[0].options[0].weight", SchemeFault.WEIGHT_MISSING),
    ([COUNTS_ONLY], "panels[0].options[0].weight", SchemeFault.WEIGHT_UNUSED),
    ([(FIRST, FIRST.replace("1.0", "0.7"))], "panels[0].options[1].weight", SchemeFault.WEIGHT_RISES),
    (
        [("minimum_returned = 10 ", "minimum_returned = 4 ")],
        "panels[2].minimum_returned",
        SchemeFault.MINIMUM_TOO_SMALL,
    ),
    (
        [("minimum_expected = 10", "minimum_expected = 9")],
        "panels[2].minimum_expected",
        SchemeFault.ROSTER_BELOW_MINIMUM,
    ),
    (
        [(VILLAGERS, VILLAGERS + 'at_least_share = "2/3"\nmore_than_share = "1/2"\n')],
        "panels[2].more_than_share",
        SchemeFault.TWO_SHARES,
    ),
    (
        [('at_least_share = "2/3"\n', 'at_least_share = "2/3"\nmore_than_share = "1/2"\n')],
        "examples[18].more_than_share",
        SchemeFault.TWO_SHARES,
    ),
    (
        [('options = ["dissatisfied"]', 'options = ["unhappy"]')],
        "panels[2].dissatisfied.options[0]",
        SchemeFault.UNKNOWN_OPTION,
    ),
    ([('panels = ["villagers"]', 'panels = ["masses"]')], "satisfaction_floor.panels[0]", SchemeFault.UNKNOWN_PANEL),
    ([('panels = ["interviewees"]', 'panels = ["chats"]')], "composite.parts[1].panels[0]", SchemeFault.UNKNOWN_PANEL),
    ([('panel = "interviewees"', 'panel = "chats"')], "examples[8].panel", SchemeFault.UNKNOWN_PANEL),
    ([('grade = "incompetent"\n', 'grade = "bad"\n')], "satisfaction_floor.grade", SchemeFault.UNKNOWN_GRADE),
    ([('grade = "excellent"', 'grade = "superb"')], "score_examples[2].grade", SchemeFault.UNKNOWN_GRADE),
    ([COUNTS_ONLY, *NO_WEIGHTS], "composite.parts[0].panels[0]", SchemeFault.PANEL_NOT_SCORED),
    (
        [
            ('title = "一般", weight = 0.5', 'title = "一般", weight = 0.6'),
            ('panels = ["villagers"]', 'panels = ["evaluators", "villagers"]'),
        ],
        "satisfaction_floor.panels[1]",
        SchemeFault.SCALES_DIFFER,
    ),
    ([('weight = "1/3"', "weight = 0.3333")], "composite.parts", SchemeFault.WEIGHTS_SUM),
    ([("at_least = 80\n", "\n")], "grades[1].at_least", SchemeFault.GRADE_LINES_MIXED),
    ([("at_least = 80", "at_least = 90")], "grades[1].at_least", SchemeFault.GRADE_LINES_RISE),
    ([("at_least = 80", "at_least = 95")], "grades[1].at_least", SchemeFault.GRADE_LINES_RISE),
    ([("at_least = 0", "at_least = 10")], "grades[3].at_least", SchemeFault.GRADE_LINES_OPEN),
    ([("at_least = 80", "at_least = 80.005")], "grades[1].at_least", SchemeFault.LINE_TOO_FINE),
    ([("threshold = 60", 'threshold = "181/3"')], "satisfaction_floor.threshold", SchemeFault.LINE_TOO_FINE),
    ([("days = 5", "days = 2")], "notice.days", SchemeFault.NOTICE_TOO_SHORT),
    ([("counts = [12, 8, 3, 2]", "counts = [12, 8, 3]")], "examples[0].counts", SchemeFault.EXAMPLE_LENGTH),
    ([('rates = ["48.00%", ', "rates = [")], "examples[0].rates", SchemeFault.EXAMPLE_LENGTH),
]


@pytest.mark.parametrize(("edits", "path", "code"), WRONG, ids=[f"{code}-{path}" for _, path, code in WRONG])
def test_a_wrong_pack_is_refused_by_file_key_path_and_code(edits, path, code):
    """Whatever is wrong, the error names the file, the key path and a code, in attributes and in its text."""
    with pytest.raises(SchemeError) as caught:
        read_scheme(edited(*edits).encode(), "county.toml")
    assert (caught.value.where, caught.value.path, caught.value.code) == ("county.toml", path, code)
    assert str(caught.value).startswith(f"county.toml: {path}: ")


BROKEN = [
    (b"name = \n", SchemeFault.SYNTAX, {"line": 1, "column": 8}),
    (b'name = "a"\ntitle = \n', SchemeFault.SYNTAX, {"line": 2, "column": 9}),
    (b'name = "a"\nname = "b"\n', SchemeFault.SYNTAX, {"line": 2, "column": 11}),
    (b'name = "a"\npanels = [1,\n', SchemeFault.SYNTAX, {"line": 2, "column": 13}),
    (b'\nname = "a\nversion = 1\n', SchemeFault.SYNTAX, {"line": 2, "column": 10}),
    (b"a = 1\nb = " + b"9" * 5000, SchemeFault.LINE_TOO_LONG, {"line": 2}),
    (b"a = 1\r\nb = ?\r\n", SchemeFault.SYNTAX, {"line": 2, "column": 5}),
    (b"a = " + b"[" * 1900, SchemeFault.TOO_DEEP, {}),
    (b"a = " + b"[\n" * 60_000, SchemeFault.TOO_DEEP, {}),
    ("title = '民主'".encode("gbk"), SchemeFault.NOT_UTF8, {"byte": 9}),
    (b"#" * (MOST_BYTES + 1), SchemeFault.TOO_LONG, {"bytes": MOST_BYTES + 1}),
]


@pytest.mark.parametrize(
    ("raw", "code", "params"), BROKEN, ids=[f"{code}-{i}" for i, (_, code, _) in enumerate(BROKEN)]
)
def test_a_file_that_is_no_toml_is_refused_with_its_place(raw, code, params):
    """Broken TOML is refused with line and column, anything else that is no text by what it is; the loader never crashes."""
    with pytest.raises(SchemeError) as caught:
        read_scheme(raw, "county.toml")
    assert caught.value.code == code
    assert params.items() <= caught.value.params.items()
    assert caught.value.path == ""
    assert str(caught.value).startswith("county.toml: ")


def test_every_fault_of_the_list_is_seen_and_worded():
    """No code is dead and none lacks a sentence."""
    elsewhere = {SchemeFault.UNKNOWN_SCHEME, SchemeFault.WRONG_NAME, SchemeFault.TAKEN}
    elsewhere |= {  # tests/schemes/test_assessment_checks.py
        SchemeFault.UNKNOWN_SUBJECT,
        SchemeFault.UNKNOWN_ATTRIBUTE,
        SchemeFault.UNKNOWN_BAR,
        SchemeFault.UNKNOWN_CONSEQUENCE,
        SchemeFault.PERIOD_NOT_ASSESSED,
        SchemeFault.ONE_GRADE,
        SchemeFault.ONE_BY_ONE,
        SchemeFault.ONE_OF_TWO,
        SchemeFault.NOT_A_DAY,
        SchemeFault.NO_SUCH_DAY,
        SchemeFault.TWO_COMPOSITES,
        SchemeFault.NOT_LONGER,
    }
    assert {code for _, _, code in WRONG} | {code for _, code, _ in BROKEN} | elsewhere == set(SchemeFault)
    assert set(SENTENCES) == set(SchemeFault)


def test_a_choice_that_is_unknown_is_answered_with_the_known_ones():
    """Who mistypes a kind reads which kinds there are."""
    with pytest.raises(SchemeError, match="known values: democratic_evaluation, interview, satisfaction"):
        read_scheme(edited(('kind = "interview"', 'kind = "chat"')).encode(), "county.toml")


def test_numbers_are_read_exactly():
    """Decimals, whole numbers and quotients become the very fractions that were written."""
    scheme = read_scheme(edited(("weight = 0.8", "weight = 0.823456789")).encode(), "county.toml")
    assert scheme.panels[0].options[1].weight == Fraction(823456789, 10**9)
    assert scheme.composite.parts[0].weight == Fraction(2, 3)
    assert scheme.panels[0].options[3].weight == Fraction(0)


def test_the_digest_is_the_sha256_of_the_file():
    """A scheme is named by the SHA-256 of its exact bytes, so that a changed comment is another scheme."""
    scheme = load("standard")
    assert scheme.digest == digest(scheme.raw) == hashlib.sha256(scheme.raw).hexdigest()
    again = read_scheme(scheme.raw + b"# a comment\n", "x.toml")
    assert again.digest != scheme.digest
    assert again.panels == scheme.panels


def test_frozen_bytes_give_the_same_scheme_again():
    """A poll that stored the bytes reads the same rules back."""
    scheme = load("standard")
    assert isinstance(scheme, Scheme)
    assert read_scheme(scheme.raw, "poll") == scheme


def test_a_byte_order_mark_is_no_error():
    """A pack saved by a Windows editor reads the same; only its digest differs."""
    marked = read_scheme(b"\xef\xbb\xbf" + STANDARD.encode(), "county.toml")
    assert marked.panels == load("standard").panels


@pytest.mark.parametrize("name", ["tibet", "", "../standard", "standard.toml", "packs/standard"])
def test_only_packs_that_are_there_can_be_loaded(name):
    """A name is looked up in the list of packs and never becomes a path."""
    with pytest.raises(SchemeError) as caught:
        load(name)
    assert caught.value.code == SchemeFault.UNKNOWN_SCHEME
    assert "standard" in str(caught.value)


def test_a_pack_must_be_called_as_its_file(tmp_path, monkeypatch):
    """A file county.toml that calls itself `standard` is refused: polls name schemes by one name."""
    (tmp_path / "county.toml").write_bytes(load("standard").raw)
    monkeypatch.setattr("schemes.loading.PACKS", tmp_path)
    assert names() == ["county"]
    with pytest.raises(SchemeError) as caught:
        load("county")
    assert (caught.value.path, caught.value.code) == ("name", SchemeFault.WRONG_NAME)


def test_a_scheme_cannot_be_changed():
    """Rules are frozen through and through."""
    scheme = load("standard")
    with pytest.raises(AttributeError):
        scheme.version = 2
    with pytest.raises(AttributeError):
        scheme.panels[0].options[0].weight = Fraction(1, 2)
    hash(scheme)


def answered(raw):
    """Read bytes; whatever they are, the answer is a scheme or a SchemeError."""
    try:
        answer = read_scheme(raw, "county.toml")
    except SchemeError as error:
        answer = error
    return answer


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(raw):
    """No file makes the loader fall over, and none but a whole pack is a scheme."""
    assert isinstance(answered(raw), SchemeError)


@given(
    st.integers(0, len(STANDARD)),
    st.integers(0, 40),
    st.one_of(
        st.text(max_size=6),
        st.sampled_from(["[", "{", "}", "=", "''", "1e9", "-1", "nan", "\n[x]\n", "1979-05-27", "[[panels]]\n"]),
    ),
)
def test_any_slip_of_the_pen_is_answered(start, length, typed):
    """A stretch of the pack deleted or typed over anywhere gives a scheme or a named error."""
    answer = answered((STANDARD[:start] + typed + STANDARD[start + length :]).encode("utf-8", "surrogatepass"))
    assert isinstance(answer, Scheme) or str(answer).startswith("county.toml: ")


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"b{number}{'.a' * 980} = 1\n" for number in range(60)),
        "".join(f"[b{number}{'.a' * 980}]\n" for number in range(60)),
        "[[a]]\n" * 20_000,
        "version = 0x" + "f" * 1900,
        "a" + ".a" * 60_000 + " = 1",
        "[" + "a." * 60_000 + "a]",
    ],
    ids=["dotted keys", "dotted tables", "many tables", "hexadecimal", "endless key", "endless table"],
)
def test_a_hostile_file_costs_little(text):
    """Files made to be slow are answered, and what took minutes or all memory is refused before it is parsed: by its size or its lines."""
    refused = answered(text.encode())
    assert isinstance(refused, SchemeError)
    endless = max(map(len, text.split("\n"))) > 2000
    assert (refused.code in (SchemeFault.TOO_LONG, SchemeFault.LINE_TOO_LONG)) == (endless or len(text) > 128 * 1024)
