"""考核结果汇总表: one table for each kind of subject, out of the ledgers of a township or of all townships of a county.

Plain lines of text: `summary_xlsx` and `summary_print` only set them. Numbers stand as people read them (`tally.display`); exact ones are in the
ledger. What is missing is said in words, never left blank or set to zero; empty until somebody signed are the last column and
those of the steps that are signed in each subject's own row, to be filled in by hand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemes.assessment import SignOffOf
from schemes.rules import Scheme
from scoring.grading import applies
from scoring.ledger import AwaitedKind, Ledger, Row
from scoring.parts import Composed, MissingReason, PartMissing, PartValue
from tally.display import score_text

Words = Callable[[str], str]
_MARK = "※"


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of subject: column titles and rows of as many cells; `notes`: what stands below, one line each."""

    title: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """One line to sign: the step, who signs it, and who has, where somebody has over these very figures in every ledger."""

    title: str
    who: str
    signed: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet. `digests`: of the ledgers it was made of, by organization, as signatures name them."""

    heading: str
    scheme: str
    period: str
    organizations: tuple[str, ...]
    rehearsal: bool
    sections: tuple[Section, ...]
    signatures: tuple[Signature, ...]
    digests: tuple[tuple[str, str], ...]


def summary(scheme: Scheme, ledgers: Sequence[Ledger], _: Words) -> Sheet:
    """Put the ledgers of one period together; one for each organization, all of the same pack."""
    county = len(ledgers) > 1
    place = _("全县") if county else ledgers[0].organization or _("未登记单位")
    sections = [
        section
        for rule in scheme.subjects
        if (section := _section(scheme, rule.key, rule.title, ledgers, _, county=county)) is not None
    ]
    return Sheet(
        heading=_("{place}{period}考核结果汇总表").format(place=place, period=_period(ledgers[0].period, _)),
        scheme=_("{title}（第{version}版）").format(title=scheme.title, version=scheme.version),
        period=ledgers[0].period,
        organizations=tuple(each.organization for each in ledgers),
        rehearsal=ledgers[0].rehearsal,
        sections=tuple(sections),
        signatures=tuple(_signatures(scheme, ledgers, _)),
        digests=tuple((each.organization or _("未登记单位"), each.digest) for each in ledgers),
    )


def _period(label: str, _: Words) -> str:
    year, rest = label[:4], label[4:]
    if not rest:
        return _("{year}年度").format(year=year)
    if rest[0] == "Q":
        return _("{year}年第{number}季度").format(year=year, number=rest[1])
    if rest[0] == "H":
        return _("{year}年上半年").format(year=year) if rest[1] == "1" else _("{year}年下半年").format(year=year)
    if len(rest) == len("-10"):
        return _("{year}年{month}月").format(year=year, month=int(rest[1:]))
    return _("{first}至{last}年").format(first=year, last=rest[1:])


def _section(
    scheme: Scheme, kind: str, title: str, ledgers: Sequence[Ledger], _: Words, *, county: bool
) -> Section | None:
    found = [(ledger, row) for ledger in ledgers for row in ledger.rows if row.subject.kind == kind]
    if not found:
        return None
    grades = {each.key: each.title for each in scheme.grades_of(kind, ledgers[0].period_kind)}
    parts = _parts(found)
    scored = any(row.composite is not None for _ledger, row in found)
    titles = [_("序号"), *([_("单位")] if county else []), _("姓名"), *parts.values()]
    own_steps = _own_steps(scheme, found)
    titles += [_("综合得分")] if scored else []
    # 花园乡 knows no grades: what stands in their place is what the ladder proposes
    titles += [_("拟定等次") if grades else _("拟提出"), *own_steps.values(), *([_("审定等次")] if grades else [])]
    rows, notes = [], []
    for number, (ledger, row) in enumerate(found, 1):
        own = {part.key: part for part in row.parts}
        cells = [str(number), *([ledger.organization or "—"] if county else []), row.subject.name]
        cells += [_value(scheme, own.get(key), _) for key in parts]
        if scored:
            cells.append(row.shown or (_("缺") if row.assessed else "—"))
        said = _remarks(scheme, row, grades, _)
        cells += [_proposal(row, grades, _), *(_signed_in(row, step, _) for step in own_steps)]
        cells += [grades.get(row.confirmed or "", "")] if grades else []
        rows.append(tuple(cells))
        if said:
            notes.append(
                _("{number} {name}：{said}").format(number=number, name=row.subject.name, said="；".join(said))
            )
    return Section(title, tuple(titles), tuple(rows), tuple(notes))


def _proposal(row: Row, grades: dict[str, str], _: Words) -> str:
    """The grade that is proposed; without grades every consequence, also one that a heavier rung covers: 书面检查 goes with 通报."""
    if not row.assessed and row.proposed is None:
        return _("未考核")
    if not grades:
        return "、".join(dict.fromkeys(each.title for each in row.consequences)) or "—"
    return (grades.get(row.proposed or "", "") or _("待定")) + (_MARK if row.vetoes else "")


def _own_steps(scheme: Scheme, found: Sequence[tuple[Ledger, Row]]) -> dict[str, str]:
    """Who signs in each subject's own row, by the key of the step."""
    asked = {step.step for _ledger, row in found for step in row.chain}
    return {rule.key: rule.who for rule in scheme.sign_off if rule.names_subject and rule.key in asked}


def _signed_in(row: Row, key: str, _: Words) -> str:
    signed = [step for step in row.chain if step.step == key and step.by is not None and not step.stale]
    return _("{name} {day}").format(name=signed[0].by, day=signed[0].on) if signed else ""


def _parts(found: Sequence[tuple[Ledger, Row]]) -> dict[str, str]:
    """The titles of all addends by key, with their weights in percent."""
    titles: dict[str, str] = {}
    for _ledger, row in found:
        for part in row.parts:
            tenths = (2000 * part.weight.numerator + part.weight.denominator) // (2 * part.weight.denominator)
            shown = f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)
            titles.setdefault(part.key, f"{part.title} {shown}%")
    return titles


def _value(scheme: Scheme, part: PartValue | PartMissing | None, _: Words) -> str:
    if part is None:
        return "—"
    return score_text(scheme, part.value) if isinstance(part, PartValue) else _("缺")


def _reasons(_: Words) -> dict[MissingReason, str]:
    return {
        MissingReason.NO_RESULT: _("没有测评结果"),
        MissingReason.NOT_ENTERED: _("没有填报"),
        MissingReason.SEVERAL_RESULTS: _("有几份测评结果"),
        MissingReason.SEVERAL_ENTRIES: _("填报了几个数"),
        MissingReason.VOID: _("测评作废"),
        MissingReason.BELOW_MINIMUM: _("收回票不足"),
        MissingReason.TOO_FEW: _("收回票太少"),
        MissingReason.NO_VALID_VOTES: _("没有有效票"),
        MissingReason.NOT_OPENED: _("票箱未开"),
    }


def _remarks(scheme: Scheme, row: Row, grades: dict[str, str], _: Words) -> list[str]:
    """What a reader must know beside the numbers, shortest first things first."""
    reasons = _reasons(_)
    said = [
        _("缺{part}（{reason}）").format(part=part.title, reason=reasons[part.reason])
        for part in row.parts
        if isinstance(part, PartMissing)
    ]
    if row.periods:
        counted = [each for each in row.periods if isinstance(each.composite, Composed)]
        said.append(_("按{number}期平均").format(number=len(counted)) if counted else _("没有一期有得分"))
        if counted and row.missing_periods:
            said.append(_("缺{periods}").format(periods="、".join(_period(each, _) for each in row.missing_periods)))
    said += [
        _("{mark}{title}，定为{grade}").format(mark=_MARK, title=each.title, grade=grades.get(each.grade, each.grade))
        for each in row.vetoes
    ]
    said += [
        (_("{title}，只能定为{grades}之一") if each.binding else _("{title}，可定为{grades}")).format(
            title=each.title, grades="、".join(grades.get(key, key) for key in each.grades)
        )
        for each in row.choices
        if each.chosen is None
    ]
    said += [_("{title}（待另一人确认）").format(title=each.title) for each in row.pending]
    said += [
        _("可能取消{bar}").format(bar=each.title) if each.proposed else _("取消{bar}").format(bar=each.title)
        for each in row.bars
    ]
    if row.decision is not None:
        said.append(_("集体研究：{reason}").format(reason=row.decision.reason))
    titles = {each.key: each.title for each in scheme.attributes}
    said += [
        _("名册缺{attribute}，未计入").format(attribute=titles.get(each.key, each.key))
        for each in row.awaited
        if each.kind is AwaitedKind.ATTRIBUTE
    ]
    words = {
        AwaitedKind.TIE: _("名额末位并列"),
        AwaitedKind.FLOOR: _("群众满意度未知"),
        AwaitedKind.QUOTA: _("名额不符"),
        AwaitedKind.STALE: _("数字变动，须重新签字"),
    }
    said += [words[kind] for kind in words if any(each.kind is kind for each in row.awaited)]
    return said


def _signatures(scheme: Scheme, ledgers: Sequence[Ledger], _: Words) -> list[Signature]:
    lines = []
    period = ledgers[0].period_kind
    kinds = {row.subject.kind for ledger in ledgers for row in ledger.rows}
    for rule in scheme.sign_off:
        if rule.of is not SignOffOf.GRADES or rule.names_subject:
            continue
        if not any(applies(rule.subjects, kind, rule.periods, period) for kind in kinds):
            continue
        each_ledger = [
            [step for row in ledger.rows for step in row.chain if step.step == rule.key] for ledger in ledgers
        ]
        steps = [step for own in each_ledger for step in own]
        if not steps and rule.grades:  # an opinion that no proposed grade asks for
            continue
        names = {(step.by, step.on) if step.by is not None and not step.stale else None for step in steps}
        # an organization without any proposed grade has nothing signed: the county's line stays open
        one = next(iter(names)) if len(names) == 1 and all(each_ledger) else None
        signed = _("{name} {day}").format(name=one[0], day=one[1]) if one is not None else ""
        lines.append(Signature(rule.title, rule.who, signed))
    return lines
