"""A pack for people: every rule is there, with its article beside it."""

import re
from gettext import NullTranslations

import pytest
from rich.cells import cell_len

from cli.scheme_page import written
from polling.scheme_chapters import chapters, examples_of
from schemes.loading import load, names
from scoring.examples import run_assessment_examples
from tally.examples import run_examples

WIDTH = 110


def words(message):
    """The msgid itself."""
    return NullTranslations().gettext(message)


@pytest.mark.parametrize("name", names())
def test_every_rule_of_a_pack_is_on_its_page(name):
    """Each titled rule of each table is said, each with the article that the pack gives it."""
    scheme = load(name)
    rules = [rule for _title, listed in chapters(scheme, words) for rule in listed]
    tables = ("subjects", "attributes", "panels", "facts", "grade_counts", "bars", "consequences", "quotas")
    for table in (*tables, "sign_off", "deadlines", "inspections"):
        for each in getattr(scheme, table):
            assert any(each.title in said and source == each.source for said, source in rules), (table, each.key)
    scales = [(scheme.source, scheme.grades), *((scale.source, scale.grades) for scale in scheme.grade_scales)]
    for article, grades in scales:
        for grade in grades:
            assert any(grade.title in said and source == (grade.source or article) for said, source in rules)
    assert all(grade.source for grade in scheme.grades)


@pytest.mark.parametrize("name", names())
def test_every_worked_example_is_counted(name):
    """The page promises as many as `scheme check` runs."""
    scheme = load(name)
    assert examples_of(scheme) == len([*run_examples(scheme), *run_assessment_examples(scheme)])


@pytest.mark.parametrize("name", names())
def test_no_reading_stands_in_a_comment_alone(name):
    """Where a comment says (ours), the article of its table says so too: people read the page, not the file's comments."""
    lines = load(name).raw.decode().split("\n")
    heads = [number for number, line in enumerate(lines) if line.startswith("[")]
    for number, line in enumerate(lines):
        if "(ours" not in line.partition("#")[2] or (number < heads[0] and line.startswith("# Each")):
            continue
        code = next((at for at in range(number, len(lines)) if not lines[at].startswith("#")), number)
        head = max((at for at in heads if at <= code), default=0)
        body = lines[head : next((at for at in heads if at > head), len(lines))]
        sources = [each.partition("source =")[2].partition("#")[0] for each in body]
        assert any("(ours)" in each for each in sources), (number + 1, line)


@pytest.mark.parametrize("name", names())
def test_the_page_fits_and_marks_what_is_ours(name):
    """No line runs out of the page, and no (ours) is left in English."""
    text = written(load(name), words, WIDTH)
    assert max(map(cell_len, text.splitlines())) <= WIDTH + 2
    assert "(ours)" not in text
    assert "〔自定〕" in text


def test_numbers_and_marks():
    """Shares, weights, floors, rungs and yuan as people write them."""
    pages = {name: re.sub(r"\s+", "", written(load(name), words, 400)) for name in names()}
    for name, said in {
        "tibet_2018": "民意测评占20%",
        "longnan": "经批准可到20%",
        "shangzhou": "优秀：一次性奖励（年度），800元",
        "baicheng_2011": "超过有效票的30%就提示，可确定为C等、D等",
        "huayuan_2016": "移交司法机关追究刑事责任，责任追究第5级",
        "standard": "民主测评得分占2/3",
    }.items():
        assert said in pages[name], name
    assert "由考核对象本人签" in pages["huayuan_2016"]
    assert pages["huayuan_2016"].count("，逐一签第五条") == 3
    assert "这个办法没有投票" in pages["huayuan_2016"]
