"""One spelling of a ledger: the same inputs in any order make the same bytes, and every part of it is there."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regulated import TIBET, people, published

from scoring.compute import compute
from scoring.inputs import FactEntry, GradeDecision, GradesSigned, Inputs, PartScore
from scoring.writing import content_digest, ledger_bytes, ledger_document

MARCH = "2018-03"
MEMBERS = people("team_member", 4, altitude_m=4500)


def full():
    """Four members with every sort of entry, some of them twice."""
    sums = [(0, 5, 4, 1, n, 0) for n in range(4)]
    sums = [(0, row[1], row[2], row[3] + 3 - row[4], row[4], 0) for row in sums]
    return Inputs(
        subjects=MEMBERS,
        results=(
            published(TIBET, MARCH, MEMBERS, {"officials": sums}, name="b"),
            published(TIBET, MARCH, MEMBERS, {"masses": sums}, name="a"),
        ),
        parts=tuple(
            PartScore(member.id, MARCH, part, Fraction(90 + number), "强基办", "表")
            for number, member in enumerate(MEMBERS)
            for part in ("usual", "target")
        ),
        facts=tuple(FactEntry("s02", MARCH, "disobeyed", by, by, confirmed_by="丙") for by in "乙甲"),
        decisions=tuple(
            GradeDecision("s01", MARCH, grade, by, "") for grade, by in (("basic", "甲"), ("competent", "乙"))
        ),
        signed=tuple(
            GradesSigned("乡", MARCH, "secretary", by, date(2018, 4, day)) for by, day in (("甲", 8), ("乙", 9))
        ),
    )


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_the_order_of_the_inputs_is_nothing(data):
    """Rebuilt from the same documents and entries, whatever order they come in, the ledger is the same byte for byte."""
    given_inputs = full()
    shuffled = replace(
        given_inputs,
        **{
            name: tuple(data.draw(st.permutations(getattr(given_inputs, name))))
            for name in ("subjects", "results", "parts", "facts", "decisions", "signed")
        },
    )
    for period in (MARCH, "2018"):
        assert ledger_bytes(compute(TIBET, shuffled, "乡", period)) == ledger_bytes(
            compute(TIBET, given_inputs, "乡", period)
        )


def test_a_document_states_its_numbers_exactly():
    """Numerator and denominator, ISO days, and the variant of what may be missing."""
    document = json.loads(ledger_bytes(compute(TIBET, full(), "乡", MARCH)))
    assert (document["type"], document["version"], document["first"]) == ("yipiao.ledger", 1, "2018-03-01")
    row = document["rows"][0]
    assert row["composite"] == {"is": "composed", "score": {"num": 1140, "den": 13}}
    opinion = next(part for part in row["parts"] if part["key"] == "opinion")
    assert (opinion["is"], opinion["weight"]) == ("value", {"num": 1, "den": 5})
    assert [source["is"] for source in opinion["sources"]] == ["poll", "poll"]
    assert [source["document"] for source in opinion["sources"]] == ["b", "a"]
    assert row["subject"]["attributes"] == {"altitude_m": 4500}
    bare = ledger_document(compute(TIBET, Inputs(subjects=MEMBERS), "乡", MARCH))
    assert bare["rows"][0]["composite"] == {"is": "missing", "parts": ["usual", "opinion", "target"]}


@pytest.mark.parametrize("changed", ["parts", "facts", "results"])
def test_the_digest_covers_what_is_signed(changed):
    """Any other number, fact or document is another digest; a signature is none."""
    whole = full()
    ledger = compute(TIBET, whole, "乡", MARCH)
    fewer = compute(TIBET, replace(whole, **{changed: getattr(whole, changed)[:-1]}), "乡", MARCH)
    # of two confirmed entries of one fact the first is shown: without it, the other
    if changed == "facts":
        fewer = compute(TIBET, replace(whole, facts=whole.facts[1:]), "乡", MARCH)
    assert fewer.digest != ledger.digest
    assert compute(TIBET, replace(whole, signed=()), "乡", MARCH).digest == ledger.digest
    assert content_digest(ledger) == ledger.digest
