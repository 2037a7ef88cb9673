"""docs/schemes.md and the types say the same, key by key."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

import schemes
from schemes.loading import read_scheme
from schemes.rules import SchemeFile
from tally.examples import run_examples

DOCUMENT = (Path(schemes.__file__).parent.parent / "docs" / "schemes.md").read_text(encoding="utf-8")
# the chapter that explains each type, by the start of its heading
CHAPTERS = {
    "SchemeFile": "The head",
    "SubjectRule": "`[[subjects]]`",
    "PanelRule": "`[[panels]]`",
    "Option": "`options`",
    "Dissatisfied": "`dissatisfied`",
    "Grade": "`[[grades]]`",
    "GradeScale": "`[[grade_scales]]`",
    "Attribute": "`[[attributes]]`",
    "SignOff": "`[[sign_off]]`",
    "Fact": "`[[facts]]`",
    "Bar": "`[[bars]]`",
    "Consequence": "`[[consequences]]`",
    "Quota": "`[[quotas]]`",
    "Aggregate": "`[[aggregates]]`",
    "AttributeTest": "`only`",
    "GradeCount": "`[[grade_counts]]`",
    "Occasion": "`when`",
    "Deadline": "`[[deadlines]]`",
    "AssessmentYear": "`[assessment_year]`",
    "Inspection": "`[[inspections]]`",
    "SatisfactionFloor": "`[satisfaction_floor]`",
    "Composite": "`[composite]` and `[[composites]]`",
    "CompositePart": "`parts`",
    "Notice": "`[notice]`",
    "SlipTexts": "`[slip]`",
    "DisplayRule": "`[display]`",
    "PollExample": "`[[examples]]`",
    "ScoreExample": "`[[score_examples]]`",
    "CompositeExample": "`[[composite_examples]]`",
    "QuotaExample": "`[[quota_examples]]`",
    "GradesExample": "`[[grades_examples]]`",
    "YearExample": "`[[year_examples]]`",
    "CountExample": "`[[count_examples]]`",
    "SampleExample": "`[[sample_examples]]`",
}


def inside(hint):
    """Walk a type hint to its leaves."""
    if get_origin(hint) is Literal:
        yield hint
        return
    yield hint
    for part in get_args(hint):
        yield from inside(part)


def structs(root=SchemeFile):
    """Collect every struct a pack is made of."""
    found = {root.__name__: root}
    for hint in get_type_hints(root).values():
        for leaf in inside(hint):
            if isinstance(leaf, type) and issubclass(leaf, msgspec.Struct) and leaf.__name__ not in found:
                found |= structs(leaf)
    return found


def chapter(name):
    """Give the text of the chapter that explains a type."""
    (text,) = [part for part in DOCUMENT.split("\n## ")[1:] if part.startswith(CHAPTERS[name])]
    return text


def rows(name):
    """Give the keys that a chapter's table explains, and whether it calls them 必填."""
    return {key: must == "必填" for key, must in re.findall(r"^\| `(\w+)` \| (\S*) ?\|", chapter(name), re.MULTILINE)}


STRUCTS = structs()


def test_every_type_has_its_chapter():
    """No table of a pack goes unexplained, and no chapter explains a table that is gone."""
    assert set(STRUCTS) == set(CHAPTERS)


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_every_key_is_explained_where_it_belongs(name):
    """Each chapter lists exactly the keys of its type, and calls 必填 exactly those without which the loader refuses."""
    required = {field.name: field.required for field in msgspec.structs.fields(STRUCTS[name])}
    assert rows(name) == required


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_every_choice_is_named(name):
    """Where a key takes one of a few words, the chapter has them all."""
    for hint in get_type_hints(STRUCTS[name]).values():
        for leaf in inside(hint):
            words = get_args(leaf) if get_origin(leaf) is Literal else ()
            if isinstance(leaf, type) and issubclass(leaf, StrEnum):
                words = tuple(leaf)
            for word in words:
                assert f"`{word}`" in chapter(name)


def test_the_pack_of_the_document_works():
    """The example a county starts from is read by the loader and its worked examples come true."""
    (text,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    scheme = read_scheme(text.encode(), "docs/schemes.md")
    results = run_examples(scheme)
    assert len(results) == 2
    assert [each for each in results if not each.ok] == []
