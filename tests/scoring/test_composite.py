"""The composite: exact, pooled by adding counts, and no number while a part is missing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from regulated import LONGNAN, TIBET, people, published

from scoring.compute import compute
from scoring.inputs import Inputs, PartScore
from scoring.parts import Composed, Missing, MissingReason, PartMissing
from scoring.results import ResultRefused

MEMBER = people("team_member", 1)[0]
MARCH = "2018-03"
MASSES = (0, 3, 6, 2, 4, 0)
OFFICIALS = (0, 11, 0, 0, 0, 0)


def entered(usual=98, target="95.7", subject="s01", period=MARCH):
    """The two parts that people give in Tibet."""
    return (
        PartScore(subject, period, "usual", Fraction(usual), "强基办", "登记表"),
        PartScore(subject, period, "target", Fraction(target), "强基办", "考评表"),
    )


def row(results=(), parts=(), **more):
    """The member's row of March."""
    inputs = Inputs(subjects=(MEMBER,), results=results, parts=parts)
    return compute(TIBET, inputs, "乡", MARCH, **more).row("s01")


def march(masses=MASSES, officials=OFFICIALS, **more):
    """March's poll."""
    return published(TIBET, MARCH, [MEMBER], {"officials": [officials], "masses": masses and [masses]}, **more)


def test_a_veto_beside_a_composite_of_92():
    """Worked example 4: 92.02 stays 92.02 and excellent by band, and the grade is incompetent."""
    found = row((march(),), entered())
    assert found.composite == Composed(Fraction(98, 10) + Fraction(2, 10) * Fraction(198, 26) * 10 + Fraction("66.99"))
    assert (found.shown, found.band, found.proposed) == ("92.02", "excellent", "incompetent")
    assert [veto.key for veto in found.vetoes] == ["satisfaction_floor"]
    assert found.satisfaction.score == Fraction(176, 3)


def test_a_missing_part_makes_no_number():
    """Law 9: no score attribute, no band, no grade, and the reason stands at the part."""
    found = row((march(),), entered()[:1])
    assert found.composite == Missing(("target",))
    assert not hasattr(found.composite, "score")
    assert (found.shown, found.band) == (None, None)
    assert [part.reason for part in found.parts if isinstance(part, PartMissing)] == [MissingReason.NOT_ENTERED]


@pytest.mark.parametrize(
    ("masses", "reason"),
    [(None, MissingReason.BELOW_MINIMUM), ((6, 0, 0, 0, 0, 0), MissingReason.NO_VALID_VOTES)],
)
def test_a_withheld_row_is_a_missing_part(masses, reason):
    """Half a pool is no pool; the floor is unknown, which is no veto."""
    found = row((march(masses=masses),), entered())
    (part,) = [part for part in found.parts if isinstance(part, PartMissing)]
    assert (part.key, part.reason, part.panel) == ("opinion", reason, "masses")
    assert found.satisfaction.below is None
    assert found.vetoes == ()
    assert found.proposed is None


def test_a_poll_held_again_replaces_one_that_gave_no_number():
    """The row with numbers counts; two rows with numbers are a question for people, not a choice of the program."""
    again = published(TIBET, MARCH, [MEMBER], {"masses": [MASSES]}, name="again")
    assert isinstance(row((march(masses=None), again), entered()).composite, Composed)
    twice = row((march(), again), entered())
    assert [part.reason for part in twice.parts if isinstance(part, PartMissing)] == [MissingReason.SEVERAL_RESULTS]


def test_a_document_that_disagrees_with_itself_is_refused():
    """Counts, outcome and score are decided anew; a wrong one is never used."""
    for change in (
        {"score": {"num": 90, "den": 1}},
        {"outcome": "counts_only"},
        {"counts": {"a": 1, "b": 6, "c": 2, "d": 4}},
    ):
        document = march()
        document["subjects"][0]["rows"][1] |= change
        with pytest.raises(ResultRefused) as caught:
            row((document,), entered())
        assert (caught.value.document, caught.value.place) == ("doc", "s01, masses")


def test_rehearsals_and_other_rules_are_left_out():
    """Neither a rehearsed poll nor a poll under other rules feeds a real ledger."""
    assert row((march(rehearsal=True),), entered()).composite == Missing(("opinion",))
    assert isinstance(row((march(rehearsal=True),), entered(), rehearsal=True).composite, Composed)
    foreign = march()
    foreign["scheme"]["digest"] = "0" * 64
    assert row((foreign,), entered()).composite == Missing(("opinion",))


def test_several_people_give_their_mean():
    """陇南市 第八条: leaders 94 and 93 are 93.5; where one number is wanted two are a question."""
    cadre = people("cadre", 1)
    both = [PartScore("s01", "2018", "leaders", Fraction(n), f"领导{n}", "评分表") for n in (94, 93)]
    deeds = [PartScore("s01", "2018", "deeds", Fraction(n), f"督考办{n}", "实绩表") for n in (92, 91)]
    found = compute(LONGNAN, Inputs(subjects=cadre, parts=(*both, deeds[0])), "乡", "2018").row("s01")
    assert found.composite == Composed(Fraction("92.15"))
    asked = compute(LONGNAN, Inputs(subjects=cadre, parts=(*both, *deeds)), "乡", "2018").row("s01")
    assert asked.composite == Missing(("deeds",))


@given(st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(lambda votes: sum(votes) >= 5))
def test_no_poll_below_60_reaches_92(votes):
    """Worked example 5: if one poll served both uses, a composite of 92 or more beside a veto could not be."""
    poll = published(TIBET, MARCH, [MEMBER], {"officials": [(0, *votes, 0)], "masses": [(0, *votes, 0)]})
    found = row((poll,), entered(100, 100))
    assert found.composite == Composed(80 + found.satisfaction.score / 5)
    assert (found.composite.score < 92) == found.satisfaction.below == bool(found.vetoes)
