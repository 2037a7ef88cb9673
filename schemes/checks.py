"""What a well-formed pack may still get wrong: references, ranges, sums and orders. Each check names its key path."""

from collections.abc import Iterable
from fractions import Fraction

from schemes.assessment import Grade
from schemes.assessment_checks import check_assessment
from schemes.errors import SchemeError, SchemeFault
from schemes.rules import (
    FEWEST_BALLOTS,
    RESERVED_OPTION_KEYS,
    RESERVED_OPTION_TITLES,
    Composite,
    OutcomeKind,
    PanelRule,
    PollExample,
    SchemeFile,
    ScoreExample,
)

_HUNDRED = Fraction(100)


def check(scheme: SchemeFile, where: str) -> None:
    """Raise SchemeError at the first thing that does not hold together."""
    _unique(where, "subjects", "key", (each.key for each in scheme.subjects))
    _unique(where, "panels", "key", (each.key for each in scheme.panels))
    for number, subject in enumerate(scheme.subjects):
        _no_repeats(where, f"subjects[{number}].periods", subject.periods)
    for number, panel in enumerate(scheme.panels):
        _check_panel(where, f"panels[{number}]", panel)
    _unique(where, "grades", "key", (each.key for each in scheme.grades))
    _unique(where, "grades", "title", (each.title for each in scheme.grades))
    _check_grade_lines(scheme.grades, where, "grades")
    _check_floor(scheme, where)
    _check_display(scheme, where)
    _check_composites(scheme, where)
    if scheme.notice.days < scheme.notice.minimum_days:
        limit = scheme.notice.minimum_days
        raise SchemeError(where, "notice.days", SchemeFault.NOTICE_TOO_SHORT, value=scheme.notice.days, limit=limit)
    check_assessment(scheme, where, unique=_unique, grade_lines=_check_grade_lines)
    _check_examples(scheme, where)


def _check_panel(where: str, at: str, panel: PanelRule) -> None:
    _check_options(where, at, panel)
    _check_weights(where, at, panel)
    _check_minimums(where, at, panel)
    _no_repeats(where, f"{at}.raters", panel.raters)
    if (rule := panel.dissatisfied) is not None:
        _within(where, f"{at}.dissatisfied.above", rule.above, Fraction(1))
        _no_repeats(where, f"{at}.dissatisfied.options", rule.options)
        known = {option.key for option in panel.options}
        for number, key in enumerate(rule.options):
            if key not in known:
                raise SchemeError(where, f"{at}.dissatisfied.options[{number}]", SchemeFault.UNKNOWN_OPTION, value=key)


def _check_options(where: str, at: str, panel: PanelRule) -> None:
    _unique(where, f"{at}.options", "key", (each.key for each in panel.options))
    _unique(where, f"{at}.options", "title", (each.title for each in panel.options))
    for number, option in enumerate(panel.options):
        if option.key in RESERVED_OPTION_KEYS:
            raise SchemeError(where, f"{at}.options[{number}].key", SchemeFault.RESERVED, value=option.key)
        if option.title in RESERVED_OPTION_TITLES:
            raise SchemeError(where, f"{at}.options[{number}].title", SchemeFault.RESERVED, value=option.title)


def _check_minimums(where: str, at: str, panel: PanelRule) -> None:
    if panel.minimum_returned < FEWEST_BALLOTS:
        path, value = f"{at}.minimum_returned", panel.minimum_returned
        raise SchemeError(where, path, SchemeFault.MINIMUM_TOO_SMALL, value=value, limit=FEWEST_BALLOTS)
    if panel.minimum_expected < panel.minimum_returned:
        path, value, limit = f"{at}.minimum_expected", panel.minimum_expected, panel.minimum_returned
        raise SchemeError(where, path, SchemeFault.ROSTER_BELOW_MINIMUM, value=value, limit=limit)
    _check_turnout(where, at, panel)


def _check_turnout(where: str, at: str, asked: PanelRule | PollExample) -> None:
    if asked.at_least_share is not None and asked.more_than_share is not None:
        raise SchemeError(where, f"{at}.more_than_share", SchemeFault.TWO_SHARES)
    _within(where, f"{at}.at_least_share", asked.at_least_share, Fraction(1))
    _within(where, f"{at}.more_than_share", asked.more_than_share, Fraction(1))
    if asked.more_than_share == 1:
        # nobody can return more ballots than the roster has people
        raise SchemeError(where, f"{at}.more_than_share", SchemeFault.OUT_OF_RANGE, value=1, low=0, high="below 1")


def _check_weights(where: str, at: str, panel: PanelRule) -> None:
    before: Fraction | None = None
    for number, option in enumerate(panel.options):
        path = f"{at}.options[{number}].weight"
        if panel.outcome is OutcomeKind.COUNTS_ONLY:
            if option.weight is not None:
                raise SchemeError(where, path, SchemeFault.WEIGHT_UNUSED)
            continue
        if option.weight is None:
            raise SchemeError(where, path, SchemeFault.WEIGHT_MISSING)
        _within(where, path, option.weight, Fraction(1))
        if before is not None and option.weight > before:
            raise SchemeError(where, path, SchemeFault.WEIGHT_RISES, value=option.weight, before=before)
        before = option.weight


def _check_grade_lines(grades: tuple[Grade, ...], where: str, at: str) -> None:
    if all(grade.at_least is None for grade in grades):
        return
    before: Fraction | None = None
    for number, grade in enumerate(grades):
        path = f"{at}[{number}].at_least"
        if grade.at_least is None:
            raise SchemeError(where, path, SchemeFault.GRADE_LINES_MIXED)
        _within(where, path, grade.at_least, _HUNDRED)
        if before is not None and grade.at_least >= before:
            raise SchemeError(where, path, SchemeFault.GRADE_LINES_RISE, value=grade.at_least, before=before)
        before = grade.at_least
    if before:
        path = f"{at}[{len(grades) - 1}].at_least"
        raise SchemeError(where, path, SchemeFault.GRADE_LINES_OPEN, value=before)


def _check_floor(scheme: SchemeFile, where: str) -> None:
    floor = scheme.satisfaction_floor
    if floor is None:
        return
    _within(where, "satisfaction_floor.threshold", floor.threshold, _HUNDRED)
    _check_pool(scheme, where, "satisfaction_floor.panels", floor.panels)
    if floor.grade not in {grade.key for grade in scheme.grades}:
        raise SchemeError(where, "satisfaction_floor.grade", SchemeFault.UNKNOWN_GRADE, value=floor.grade)


def _check_display(scheme: SchemeFile, where: str) -> None:
    """Refuse lines finer than the display: no rounding could keep the numbers beside them apart."""
    decimals = scheme.display.decimals
    lines = [(f"grades[{number}].at_least", grade.at_least) for number, grade in enumerate(scheme.grades)]
    if scheme.satisfaction_floor is not None:
        lines.append(("satisfaction_floor.threshold", scheme.satisfaction_floor.threshold))
    lines += [
        (f"grade_scales[{place}].grades[{number}].at_least", grade.at_least)
        for place, scale in enumerate(scheme.grade_scales)
        for number, grade in enumerate(scale.grades)
    ]
    for path, line in lines:
        if line is not None and (line * 10**decimals).denominator != 1:
            raise SchemeError(where, path, SchemeFault.LINE_TOO_FINE, value=line, decimals=decimals)


def _check_composites(scheme: SchemeFile, where: str) -> None:
    if scheme.composite is not None:
        _check_composite(scheme, where, "composite", scheme.composite)
    for number, composite in enumerate(scheme.composites):
        _check_composite(scheme, where, f"composites[{number}]", composite)


def _check_composite(scheme: SchemeFile, where: str, at: str, composite: Composite) -> None:
    _unique(where, f"{at}.parts", "key", (each.key for each in composite.parts))
    for number, part in enumerate(composite.parts):
        _within(where, f"{at}.parts[{number}].weight", part.weight, Fraction(1))
        _check_pool(scheme, where, f"{at}.parts[{number}].panels", part.panels)
    total = sum((part.weight for part in composite.parts), Fraction(0))
    if total != 1:
        raise SchemeError(where, f"{at}.parts", SchemeFault.WEIGHTS_SUM, value=total)


def _check_pool(scheme: SchemeFile, where: str, at: str, keys: tuple[str, ...]) -> None:
    """Panels whose counts are added: they exist, are scored, and share one scale."""
    _no_repeats(where, at, keys)
    panels = {panel.key: panel for panel in scheme.panels}
    for number, key in enumerate(keys):
        path = f"{at}[{number}]"
        if key not in panels:
            raise SchemeError(where, path, SchemeFault.UNKNOWN_PANEL, value=key)
        if panels[key].outcome is not OutcomeKind.SCORED:
            raise SchemeError(where, path, SchemeFault.PANEL_NOT_SCORED, value=key)
        if panels[key].weights != panels[keys[0]].weights:
            raise SchemeError(where, path, SchemeFault.SCALES_DIFFER, value=key, first=keys[0])


def _check_examples(scheme: SchemeFile, where: str) -> None:
    panels = {panel.key: panel for panel in scheme.panels}
    for number, example in enumerate(scheme.examples):
        at = f"examples[{number}]"
        if example.panel not in panels:
            raise SchemeError(where, f"{at}.panel", SchemeFault.UNKNOWN_PANEL, value=example.panel)
        _check_turnout(where, at, example)
        options = len(panels[example.panel].options)
        for key, given in (("counts", example.counts), ("rates", example.rates or None)):
            if given is not None and len(given) != options:
                path = f"{at}.{key}"
                raise SchemeError(where, path, SchemeFault.EXAMPLE_LENGTH, value=len(given), options=options)
    expected: list[tuple[str, PollExample | ScoreExample]]
    expected = [(f"examples[{number}]", each) for number, each in enumerate(scheme.examples)]
    expected += [(f"score_examples[{number}]", each) for number, each in enumerate(scheme.score_examples)]
    grades = {grade.key for grade in scheme.grades}
    named: set[str] = set()
    for at, each in expected:
        _within(where, f"{at}.score", each.score, _HUNDRED)
        if each.grade is not None and each.grade not in grades:
            raise SchemeError(where, f"{at}.grade", SchemeFault.UNKNOWN_GRADE, value=each.grade)
        if each.name in named:
            raise SchemeError(where, f"{at}.name", SchemeFault.REPEATED, value=each.name)
        named.add(each.name)
    _check_worked(scheme, where, named)


def _check_worked(scheme: SchemeFile, where: str, named: set[str]) -> None:
    """Refuse a name that stands twice; a key that the scheme does not have is reported when the example is run."""
    for table in ("composite", "quota", "grades", "year", "count", "sample"):
        for number, worked in enumerate(getattr(scheme, f"{table}_examples")):
            if worked.name in named:
                path = f"{table}_examples[{number}].name"
                raise SchemeError(where, path, SchemeFault.REPEATED, value=worked.name)
            named.add(worked.name)


def _within(where: str, path: str, value: Fraction | None, high: Fraction) -> None:
    if value is not None and not 0 <= value <= high:
        raise SchemeError(where, path, SchemeFault.OUT_OF_RANGE, value=value, low=0, high=high)


def _unique(where: str, at: str, key: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            raise SchemeError(where, f"{at}[{number}].{key}", SchemeFault.REPEATED, value=value)
        seen.add(value)


def _no_repeats(where: str, at: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            raise SchemeError(where, f"{at}[{number}]", SchemeFault.REPEATED, value=str(value))
        seen.add(value)
