"""The pack `longnan` says what the document says, article by article."""

from fractions import Fraction

from schemes.assessment import Bound, Force, Rounding, SignOffOf, Strictness
from schemes.loading import load
from schemes.rules import OutcomeKind, PeriodKind

SCHEME = load("longnan")


def test_members_by_the_year():
    """第四条、第十条."""
    [subject] = SCHEME.subjects
    assert (subject.key, subject.periods) == ("county_leadership_member", (PeriodKind.YEAR,))


def test_both_polls_have_the_formula():
    """第八条第5、6项: 1.0, 0.8, 0.5, 0 in both; no minimum but that of secrecy."""
    assert [each.key for each in SCHEME.panels] == ["evaluators", "interviewees"]
    for panel in SCHEME.panels:
        assert (panel.outcome, panel.minimum_returned) == (OutcomeKind.SCORED, 5)
        assert panel.weights == (1, Fraction(4, 5), Fraction(1, 2), 0)
        assert panel.answer_titles == ("优秀", "称职", "基本称职", "不称职")


def test_six_parts():
    """第九条: 45, 20, 10, 10, 10, 5; leaders and heads are the mean of several."""
    found = [(part.key, part.weight * 100, part.panels, part.several) for part in SCHEME.composite.parts]
    assert found == [
        ("county_results", 45, (), False),
        ("target", 20, (), False),
        ("leaders", 10, (), True),
        ("heads", 10, (), True),
        ("evaluators", 10, ("evaluators",), False),
        ("interviewees", 5, ("interviewees",), False),
    ]


def test_bands():
    """第十二条: 含90分, 含80分, 含60分."""
    assert [(each.title, each.at_least) for each in SCHEME.grades] == [
        ("优秀", 90),
        ("称职", 80),
        ("基本称职", 60),
        ("不称职", 0),
    ]
    assert SCHEME.satisfaction_floor is None


def test_fifteen_and_at_most_twenty_percent_by_score():
    """第十一条第6项、第十二条: the cap of all assessed, the higher one for people to approve, seats by score."""
    [quota] = SCHEME.quotas
    assert (quota.grade, quota.bound, quota.share, quota.alternative) == (
        "excellent",
        Bound.AT_MOST,
        Fraction(3, 20),
        Fraction(1, 5),
    )
    assert (quota.by_score, quota.rounding, quota.strictness) == (True, Rounding.FLOOR, Strictness.MUST)


def test_nine_offices_may_veto_and_people_choose():
    """第十四条: nothing is automatic, and 优秀 is not among what may be proposed."""
    vetoes = [each for each in SCHEME.facts if each.source.startswith("第十四条")]
    assert len(vetoes) == 9
    assert {each.force for each in SCHEME.facts} == {Force.MAY}
    assert {each.grades for each in vetoes} == {("competent", "basically_competent", "incompetent")}


def test_use():
    """第十七条至第十九条."""
    assert [each.key for each in SCHEME.consequences if each.grades == ("basically_competent",)] == [
        "admonition_talk",
        "reassignment",
        "no_promotion",
    ]
    assert [each.key for each in SCHEME.consequences if each.grades == ("incompetent",)] == ["demotion_or_removal"]
    [two] = [each for each in SCHEME.facts if each.source.startswith("第十八条;")]
    assert two.consequences == ("priority_promotion",)


def test_four_steps():
    """第十五条: proposed, reviewed, deliberated, approved."""
    graded = [each for each in SCHEME.sign_off if each.of is SignOffOf.GRADES]
    assert [each.who for each in graded] == [
        "考核组长",
        "市委组织部、市督考办、市扶贫办",
        "市扶贫攻坚行动协调推进领导小组",
        "市委",
    ]


def test_marked_progress_and_false_figures():
    """第十七条 proposes promotion by choice, 第二十一条 that it is looked into; neither gives a grade."""
    proposed = {each.source: each.consequences for each in SCHEME.facts if each.source in ("第十七条", "第二十一条")}
    assert proposed == {"第十七条": ("selective_promotion",), "第二十一条": ("accountability",)}
    titles = {each.key: (each.title, each.grades) for each in SCHEME.consequences}
    assert titles["selective_promotion"] == ("择优予以提拔重用", ())
    assert titles["accountability"] == ("按照有关规定严肃问责查处", ())
