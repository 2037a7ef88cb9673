"""What named people decide and sign: grades, exceptions of quotas, the steps of the chain. Each is an entry, as in `scoring.entering`."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import takewhile
from typing import Literal

from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from schemes.assessment import SignOff, SignOffOf
from schemes.rules import Scheme
from scoring.entering import append_one, check_ledger_period, kind_of, same_name
from scoring.entries import Act, New, detail_of, in_force, standing
from scoring.ledger import Row
from scoring.register import find, line


def decide_grade(
    session: Session,
    act: Act,
    scheme: Scheme,
    *,
    subject: str,
    period: str,
    grade: str,
    reason: str,
    replaces: int | None = None,
) -> int:
    """Enter a grade that people decided. Raise BadInput `scoring_grade_unknown`, RuleRefused `scoring_recusal`, `scoring_entered`."""
    found = find(session, subject, rehearsal=act.rehearsal).subject
    kind = check_ledger_period(scheme, found, period)
    grades = {each.key: each.title for each in scheme.grades_of(found.kind, kind)}
    key = next((key for key, title in grades.items() if grade in (key, title)), None)
    if key is None:
        raise BadInput("scoring_grade_unknown", value=grade[:40], allowed=list(grades.values()) or ["—"])
    if same_name(found.name, act.who):
        raise RuleRefused("scoring_recusal", name=act.who)
    for entry in in_force(session, ["grade"], rehearsal=act.rehearsal, scheme=scheme.name, subjects=[subject]):
        if entry.period == period and entry.number != replaces:
            raise RuleRefused("scoring_entered", number=entry.number)
    detail = {"grade": key, "reason": line(reason, "理由")}
    return append_one(session, act, New("grade", detail, scheme.name, found.organization, found.id, period), replaces)


def decide_quota(
    session: Session,
    act: Act,
    scheme: Scheme,
    *,
    quota: str,
    organization: str,
    period: str,
    what: Literal["alternative", "override"],
    reason: str,
) -> int:
    """Approve a quota's alternative share, where it has none its other rounding, or that a bound is broken.

    Raise BadInput `scoring_quota_unknown`, RuleRefused `scoring_entered`.
    """
    rule = next((each for each in scheme.quotas if quota in (each.key, each.title)), None)
    if rule is None or (what == "alternative" and not rule.leaves_a_choice):
        raise BadInput(
            "scoring_quota_unknown", value=quota[:80], allowed=[each.title for each in scheme.quotas] or ["—"]
        )
    _check_period(scheme, period)
    for entry in in_force(session, ["quota"], rehearsal=act.rehearsal, scheme=scheme.name):
        old = detail_of(entry)
        if (entry.organization, entry.period, old["quota"], old["what"]) == (organization, period, rule.key, what):
            raise RuleRefused("scoring_entered", number=entry.number)
    detail = {"quota": rule.key, "what": what, "reason": line(reason, "理由")}
    return append_one(session, act, New("quota", detail, scheme.name, line(organization, "单位"), "", period))


def _check_period(scheme: Scheme, period: str) -> None:
    """Raise BadInput `scoring_period` unless the pack makes ledgers of such periods, assessed or summed up."""
    kind = kind_of(period)
    kinds = {each for rule in scheme.subjects for each in rule.periods}
    kinds |= {each for scale in scheme.grade_scales for each in scale.periods}
    kinds |= {rule.over for rule in scheme.aggregates} | {rule.over for rule in scheme.grade_counts}
    if kind not in kinds:
        raise BadInput("scoring_period", value=period[:40])


def sign(
    session: Session,
    act: Act,
    scheme: Scheme,
    *,
    organization: str,
    period: str,
    step: str,
    by: str,
    on: date,
    ledger: str,
    rows: Sequence[Row],
    text: str = "",
    subject: str | None = None,
) -> int:
    """Sign one step of the chain over an organization's grades, or over one `subject`'s alone.

    `by`: who signs, who may be another than the clerk who enters it. The signature binds once somebody else compared it (`compare`). `ledger`, `rows`: the digest and the rows of the ledger that was signed.
    Nobody among its subjects signs, but where the step is the subject's own (公务员法 第七十六条; 花园乡 第五条). The order is that of the rows' chains.
    Raise BadInput `scoring_step_unknown`, `scoring_step_subject`, `scoring_subject_unknown`, `scoring_empty`; RuleRefused `scoring_recusal`,
    `scoring_entered`, `scoring_step_not_asked`, `scoring_step_early`.
    """
    rule = _find_step(scheme, step)
    _check_period(scheme, period)
    by = line(by, "签字人")
    if rule.names_subject and subject is None:
        raise BadInput("scoring_step_subject", step=rule.title)
    concerned = [row for row in rows if subject is None or row.subject.id == subject]
    if subject is not None and not concerned:
        raise BadInput("scoring_subject_unknown", value=subject[:80])
    if not rule.subject_signs and any(same_name(row.subject.name, by) for row in concerned):
        raise RuleRefused("scoring_recusal", name=by)
    if rule.kind.value == "opinion":
        line(text, "意见")
    fresh = {
        (detail["step"], entry.subject): entry.number
        for entry in in_force(session, ["sign"], rehearsal=act.rehearsal, scheme=scheme.name)
        if (entry.organization, entry.period) == (organization, period)
        and (detail := detail_of(entry))["ledger"] == ledger
    }
    if number := fresh.get((rule.key, subject or "")):
        raise RuleRefused("scoring_entered", number=number)
    _demand_order(rule, concerned, fresh.keys())
    detail = {
        "step": rule.key,
        "by": by,
        "on": on.isoformat(),
        "text": text.strip(),
        "ledger": ledger,
        "compare": True,  # absent from what was entered before one had to (decision 85)
    }
    return append_one(session, act, New("sign", detail, scheme.name, organization, subject or "", period))


def compare(session: Session, act: Act, *, number: int, rows: Sequence[Row]) -> int:
    """Say that a signature stands on the sheet as it was entered: a second person does, who neither entered nor gave it.

    `rows`: those of its ledger; nobody among whom the signature concerns compares it. Raise RuleRefused `scoring_compare_self`,
    `scoring_recusal`, `scoring_compared`, `scoring_entry_replaced`.
    """
    line(act.who, "核对人")
    signed = standing(session, number, "sign", rehearsal=act.rehearsal)
    said = detail_of(signed)
    if same_name(signed.who, act.who) or same_name(said["by"], act.who):
        raise RuleRefused("scoring_compare_self", name=act.who)
    if any(same_name(row.subject.name, act.who) for row in rows if signed.subject in ("", row.subject.id)):
        raise RuleRefused("scoring_recusal", name=act.who)
    if not said.get("compare") or number in compared(session, signed.scheme, rehearsal=act.rehearsal):
        raise RuleRefused("scoring_compared", number=number)
    new = New("compare", {"entry": number}, signed.scheme, signed.organization, signed.subject, signed.period)
    return append_one(session, act, new)


def compared(session: Session, scheme: str, *, rehearsal: bool) -> dict[int, str]:
    """Who compared which signature, by its number."""
    return {
        detail_of(each)["entry"]: each.who
        for each in in_force(session, ["compare"], rehearsal=rehearsal, scheme=scheme)
    }


def _find_step(scheme: Scheme, named: str) -> SignOff:
    steps = [each for each in scheme.sign_off if each.of is SignOffOf.GRADES]
    found = next((each for each in steps if named in (each.key, each.title)), None)
    if found is None:
        raise BadInput("scoring_step_unknown", value=named[:80], allowed=[each.title for each in steps] or ["—"])
    return found


def _demand_order(rule: SignOff, rows: Sequence[Row], signed: AbstractSet[tuple[str, str]]) -> None:
    """Every chain that asks for this step has the steps before it signed; a step that no chain has is waited for by nobody.

    `signed`: (step, subject id or "" for everybody) over these very figures.
    """
    chains = [(row.subject.id, row.chain) for row in rows if any(each.step == rule.key for each in row.chain)]
    if not chains:
        raise RuleRefused("scoring_step_not_asked", step=rule.title)
    for subject, chain in chains:
        for each in takewhile(lambda step: step.step != rule.key, chain):
            if not signed & {(each.step, ""), (each.step, subject)}:
                raise RuleRefused("scoring_step_early", step=rule.title, before=each.title)
