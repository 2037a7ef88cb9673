"""Running a pack's worked examples of what follows after a poll through the functions of the ledger: `yipiao scheme check` and the tests."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from schemes.assessment import Rounding
from schemes.periods import PeriodError, period_kind
from schemes.rules import Scheme
from schemes.vocabulary import PeriodKind
from schemes.worked import CompositeExample, CountExample, GradesExample, QuotaExample, SampleExample, YearExample
from scoring.board import Position
from scoring.composite import composed, parts_of, satisfaction_of
from scoring.compute import compute
from scoring.grading import band_of, floor_veto, propose
from scoring.inputs import GradeDecision, Inputs, PartScore, QuotaDecision, Subject
from scoring.ledger import PeriodScore, Row
from scoring.parts import Composed, PollSource
from scoring.periods import inside
from scoring.quota import numbers, rounded, seats_of
from scoring.results import Polled
from scoring.years import aggregate_for, mean_of
from tally.counts import Counts, RowError, Turnout
from tally.display import score_text
from tally.examples import Checked, compared
from tally.outcome import decide, outcome_name

# a label of each kind, for the examples that name no period
_LABELS = {
    PeriodKind.MONTH: "2020-01",
    PeriodKind.QUARTER: "2020Q1",
    PeriodKind.HALF_YEAR: "2020H1",
    PeriodKind.YEAR: "2020",
    PeriodKind.TERM: "2019-2020",
}


def run_assessment_examples(scheme: Scheme) -> list[Checked]:
    """Run every such example, in the order of the tables. Nothing is raised for an example that is wrong: it is reported."""
    results = []
    for example, run in _listed(scheme):
        try:
            differences = run(scheme, example)
        except (KeyError, StopIteration) as error:
            differences = [f"the scheme has no such key: {error}"]
        except (PeriodError, RowError, ValueError) as error:
            differences = [str(error)]
        results.append(Checked(example.name, not differences, "; ".join(differences)))
    return results


def _listed(scheme: Scheme) -> Iterator[tuple[Any, Callable[[Scheme, Any], list[str]]]]:
    runs: tuple[tuple[tuple[Any, ...], Callable[[Scheme, Any], list[str]]], ...] = (
        (scheme.composite_examples, _composite),
        (scheme.quota_examples, _quota),
        (scheme.grades_examples, _grades),
        (scheme.year_examples, _year),
        (scheme.count_examples, _count),
        (scheme.sample_examples, _sample),
    )
    for examples, run in runs:
        for example in examples:
            yield example, run


def _composite(scheme: Scheme, example: CompositeExample) -> list[str]:
    kind = scheme.subject(example.subject).periods[0]
    formula = scheme.composite_of(example.subject)
    if formula is None:
        raise KeyError(f"composite of {example.subject}")
    known = {part.key for part in formula.parts if not part.panels}
    for key in example.entered:
        if key not in known:
            raise KeyError(key)
    polled = {key: (_polled(scheme, key, votes),) for key, votes in example.counts.items()}
    entered = [
        PartScore("example", "", key, score, f"{number}", "")
        for key, scores in example.entered.items()
        for number, score in enumerate(scores)
    ]
    composite = composed(parts_of(scheme, formula, polled, entered))
    score = composite.score if isinstance(composite, Composed) else None
    scale = scheme.grades_of(example.subject, kind)
    satisfaction = satisfaction_of(scheme, polled)
    row = Row(
        Subject("example", example.subject, "example"),
        assessed=True,
        composite=composite,
        band=band_of(scale, composite),
        vetoes=floor_veto(scheme, satisfaction),
    )
    shown = score_text(scheme, score) if score is not None else None
    return [
        *compared("score", example.score, score),
        *(compared("shown", example.shown, shown) if example.shown is not None else []),
        *(compared("band", example.band, row.band) if example.band is not None else []),
        *compared("below_floor", example.below_floor, satisfaction.below if satisfaction is not None else None),
        *compared("grade", example.grade, propose(scale, row, None, None)[0]),
    ]


def _polled(scheme: Scheme, key: str, votes: tuple[int, ...]) -> Polled:
    counts = Counts(votes)
    outcome = decide(scheme, key, Turnout(counts.total, counts.total, counts.total), counts)
    return Polled(outcome, PollSource("", "", key, "", "", (), outcome_name(outcome)))


def _quota(scheme: Scheme, example: QuotaExample) -> list[str]:
    rule = next(each for each in scheme.quotas if each.key == example.quota)
    subject = scheme.subject(rule.subjects[0]) if rule.subjects else scheme.subjects[0]
    scale = scheme.grades_of(subject.key, rule.periods[0] if rule.periods else subject.periods[0])
    scores = [*example.scores, *[Fraction(0)] * (example.pool - len(example.scores))]
    rows = [
        Row(
            Subject(f"{number:04d}", subject.key, ""),
            assessed=True,
            composite=Composed(score),
            band=band_of(scale, Composed(score)),
        )
        for number, score in enumerate(scores)
    ]
    number, alternative, other = numbers(rule, example.pool)
    differences = [
        *compared("number", example.number, number),
        *compared("alternative", example.alternative, alternative),
        *compared("other_reading", example.other_reading, other),
    ]
    if not example.scores:
        return differences
    positions = [seat.position for seat in seats_of(rule, scale, rows, ())]
    differences += compared("inside", example.inside, positions.count(Position.INSIDE))
    differences += compared("tied", example.tied, positions.count(Position.TIE))
    approved = QuotaDecision(rule.key, "", "", "alternative", "", "")
    further = [seat.position for seat in seats_of(rule, scale, rows, (approved,))].count(Position.INSIDE)
    return differences + compared("inside_alternative", example.inside_alternative, further)


def _grades(scheme: Scheme, example: GradesExample) -> list[str]:
    """People decide so many of each grade; of each grade the first half, rounded up, has every yes_no attribute."""
    period = _LABELS[example.period]
    answers = [each.key for each in scheme.attributes if each.kind == "yes_no"]
    subjects, decisions = [], []
    for grade, number in example.given.items():
        for place in range(number):
            identity = f"{grade}-{place:04d}"
            attributes = dict.fromkeys(answers, place < (number + 1) // 2)
            subjects.append(Subject(identity, example.subject, identity, "", attributes))
            decisions.append(GradeDecision(identity, period, grade, "example", ""))
    inputs = Inputs(subjects=tuple(subjects), decisions=tuple(decisions))
    findings = {board.key: board.finding.value for board in compute(scheme, inputs, "", period).quotas}
    return [difference for key, said in example.found.items() for difference in compared(key, said, findings.get(key))]


def _year(scheme: Scheme, example: YearExample) -> list[str]:
    kind = period_kind(example.period)
    rule = aggregate_for(scheme, Subject("example", example.subject, ""), kind)
    if rule is None:
        raise KeyError(f"aggregate of {example.subject}")
    labels = inside(scheme, example.period, rule.of)
    periods = [
        PeriodScore(
            period=label,
            assessed=label in example.scores,
            composite=Composed(example.scores[label]) if label in example.scores else None,
            satisfaction=None,
            grade=None,
            confirmed=False,
            vetoes=(),
        )
        for label in labels
    ]
    mean = mean_of(periods)
    missing = tuple(each.period for each in periods if each.composite is None)
    outside = tuple(label for label in example.scores if label not in labels)
    score = mean.score if isinstance(mean, Composed) else None
    return [
        *compared("scores outside the period", (), outside),
        *compared("score", example.score, score),
        *compared("shown", example.shown, score_text(scheme, score) if score is not None else None),
        *compared("grade", example.grade, band_of(scheme.grades_of(example.subject, kind), mean)),
        *compared("missing", example.missing, missing),
    ]


def _count(scheme: Scheme, example: CountExample) -> list[str]:
    """People decide the grades of the shorter periods, one after the other."""
    kind = period_kind(example.period)
    of = next(rule.of for rule in scheme.grade_counts if rule.over is kind)
    labels = inside(scheme, example.period, of)
    grades = [grade for grade, number in example.given.items() for _each in range(number)]
    subject = Subject("example", example.subject, "example")
    decisions = tuple(
        GradeDecision("example", label, grade, "example", "") for label, grade in zip(labels, grades, strict=False)
    )
    row = compute(scheme, Inputs(subjects=(subject,), decisions=decisions), "", example.period).row("example")
    return [
        *compared("periods with a grade", len(grades), len(decisions)),
        *compared("holds", example.holds, tuple(each.key for each in row.counted if each.applies)),
        *compared("choices", example.choices, tuple(key for choice in row.choices for key in choice.grades)),
        *compared("bars", example.bars, tuple(each.bar for each in row.bars)),
    ]


def _sample(scheme: Scheme, example: SampleExample) -> list[str]:
    rule = next(each for each in scheme.inspections if each.key == example.inspection)
    return compared("size", example.size, rounded(rule.share, example.population, Rounding.CEIL))
