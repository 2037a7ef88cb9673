"""Ledgers of the packs themselves: the ladder, the subject's own signature, a vetoed candidate, a year's chain."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import msgspec
from regulated import LONGNAN, people

from schemes.assessment import Force
from schemes.loading import load
from scoring.compute import compute
from scoring.inputs import FactEntry, GradesSigned, Inputs, PartScore

HUAYUAN = load("huayuan_2016")


def test_the_severest_rung_covers_the_others():
    """花园乡 第九条: every ground is listed; of the ladder only the heaviest rung stands as proposed."""
    helper = people("helper", 1)
    steps = {each.key: each.step for each in HUAYUAN.consequences}
    laddered = [fact for fact in HUAYUAN.facts if not fact.periods and (not fact.subjects or "helper" in fact.subjects)]
    facts = tuple(FactEntry("s01", "2016-12", fact.key, "甲", "附件", confirmed_by="乙") for fact in laddered)
    row = compute(HUAYUAN, Inputs(subjects=helper, facts=facts), "乡", "2016-12").row("s01")
    heaviest = max(step for fact in laddered for key in fact.consequences if (step := steps[key]) is not None)
    rungs = {each.step for each in row.consequences if each.severest and each.step is not None}
    assert rungs == {heaviest}
    assert any(not each.severest for each in row.consequences)
    assert (row.proposed, row.composite) == (None, None)


def test_a_subject_signs_for_himself_alone():
    """花园乡 第五条: the step that the helper signs is not signed by a signature over the whole township."""
    helper = people("helper", 1)
    own = next(step.key for step in HUAYUAN.sign_off if step.subject_signs)
    signature = GradesSigned("乡", "2016", own, "乡党委", date(2017, 1, 5))

    def signed(given):
        row = compute(HUAYUAN, Inputs(subjects=helper, signed=(given,)), "乡", "2016").row("s01")
        return next(step for step in row.chain if step.step == own).by

    assert signed(signature) is None
    assert signed(replace(signature, by="本人", subject="s01")) == "本人"


def test_a_vetoed_candidate_takes_no_seat():
    """A veto frees the seat, and the vetoed subject stays in the pool."""
    rule = msgspec.structs.replace(LONGNAN.facts[0], force=Force.SHALL, grades=("incompetent",))
    scheme = msgspec.structs.replace(LONGNAN, facts=(rule,))
    cadres = people("cadre", 10)
    parts = tuple(
        PartScore(cadre.id, "2018", part, Fraction(99 - number), "考核组", "表")
        for number, cadre in enumerate(cadres)
        for part in ("deeds", "leaders")
    )
    fact = FactEntry("s01", "2018", rule.key, "甲", "通报", confirmed_by="乙")
    ledger = compute(scheme, Inputs(subjects=cadres, parts=parts, facts=(fact,)), "乡", "2018")
    assert [row.proposed for row in ledger.rows[:3]] == ["incompetent", "excellent", "competent"]
    assert (ledger.quotas[0].pool, ledger.quotas[0].number) == (10, 1)
