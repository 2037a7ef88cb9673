"""What named people enter: numbers with their source, facts with evidence, decisions, signatures. Each is an entry and a line of the audit log.

Every function takes the act (who, when, which world) and the pack it is entered by; it gives the number of the entry.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Literal

from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from schemes.assessment import SignOff, SignOffOf
from schemes.periods import PeriodError, check_period, period_kind
from schemes.rules import CompositePart, Scheme
from schemes.vocabulary import PeriodKind
from scoring.drafts import in_scope
from scoring.entries import Act, New, append, detail_of, in_force, standing
from scoring.inputs import Subject
from scoring.models import Entry
from scoring.register import find, line

# an exact decimal of 0 to 100; six decimals are more than any score sheet has
_SCORE = re.compile(r"(?:100(?:\.0{1,6})?|[0-9]{1,2}(?:\.[0-9]{1,6})?)")


def check_score(text: str) -> str:
    """Give an exact decimal text of 0 to 100 as it is. Raise BadInput `scoring_score`."""
    text = text.strip()
    if not text.isascii() or not _SCORE.fullmatch(text):
        raise BadInput("scoring_score", value=text[:40])
    return text


def check_subject_period(scheme: Scheme, subject: Subject, period: str) -> PeriodKind:
    """Raise BadInput `scoring_period` or `scoring_period_kind` unless the pack assesses this subject in this period."""
    try:
        return check_period(scheme, period, subject.kind)
    except PeriodError as error:
        if error.code == "unreadable_period":
            raise BadInput("scoring_period", value=period[:40]) from None
        raise BadInput("scoring_period_kind", value=period[:40], name=subject.name) from None


def check_ledger_period(scheme: Scheme, subject: Subject, period: str) -> PeriodKind:
    """Raise BadInput `scoring_period` or `scoring_period_kind` unless the ledger of this period has a row for the subject.

    That is more than where it is assessed itself: a year that sums up months is graded, and has facts, without numbers of its own.
    """
    kind = _kind_of(period)
    if not in_scope(scheme, subject, kind):
        raise BadInput("scoring_period_kind", value=period[:40], name=subject.name)
    return kind


def _kind_of(period: str) -> PeriodKind:
    try:
        return period_kind(period)
    except PeriodError:
        raise BadInput("scoring_period", value=period[:40]) from None


def find_part(scheme: Scheme, subject: Subject, named: str) -> CompositePart:
    """The part of the composite of that key or title that people enter. Raise BadInput `scoring_part_unknown` or `scoring_part_polled`."""
    composite = scheme.composite_of(subject.kind)
    parts = composite.parts if composite is not None else ()
    part = next((each for each in parts if named in (each.key, each.title)), None)
    if part is None:
        allowed = [each.title for each in parts if not each.panels] or ["—"]
        raise BadInput("scoring_part_unknown", value=named[:80], allowed=allowed)
    if part.panels:
        raise BadInput("scoring_part_polled", value=part.title)
    return part


def same_name(one: str, other: str) -> bool:
    """Whether two written names are one: width, spaces and middle dots make no difference."""

    def bare(name: str) -> str:
        return re.sub(r"[\s·•・‧]", "", unicodedata.normalize("NFKC", name)).casefold()

    return bare(one) == bare(other)


def new_part(
    act: Act, scheme: Scheme, subject: Subject, *, period: str, part: str, score: str, source: str, by: str = ""
) -> New:
    """The checked entry of one part score; `by`: who gave the number, by default who enters it."""
    check_subject_period(scheme, subject, period)
    rule = find_part(scheme, subject, part)
    detail = {
        "part": rule.key,
        "score": check_score(score),
        "source": line(source, "来源"),
        "by": line(by or act.who, "评分人"),
    }
    return New("part", detail, scheme=scheme.name, organization=subject.organization, subject=subject.id, period=period)


def part_key(scheme: Scheme, kind: str, entry: New | Entry) -> tuple[str, ...]:
    """What may stand once: subject, period and part; where several people give a number, also who gave it."""
    detail = detail_of(entry) if isinstance(entry, Entry) else entry.detail
    composite = scheme.composite_of(kind)
    several = composite is not None and any(each.key == detail["part"] and each.several for each in composite.parts)
    return (entry.subject, entry.period, detail["part"], *((detail["by"],) if several else ()))


def enter_part(
    session: Session,
    act: Act,
    scheme: Scheme,
    *,
    subject: str,
    period: str,
    part: str,
    score: str,
    source: str,
    by: str = "",
    replaces: int | None = None,
) -> int:
    """Enter one number of the composite with where it comes from.

    Raise BadInput: `scoring_subject_unknown`, `scoring_period`, `scoring_period_kind`, `scoring_part_unknown`, `scoring_part_polled`,
    `scoring_score`, `scoring_empty`; RuleRefused `scoring_entered` where it stands already and is not the entry it `replaces`.
    """
    found = find(session, subject, rehearsal=act.rehearsal).subject
    new = new_part(act, scheme, found, period=period, part=part, score=score, source=source, by=by)
    own = part_key(scheme, found.kind, new)
    for entry in in_force(session, ["part"], rehearsal=act.rehearsal, scheme=scheme.name, subjects=[subject]):
        if part_key(scheme, found.kind, entry) == own and entry.number != replaces:
            raise RuleRefused("scoring_entered", number=entry.number)
    return _append(session, act, new, replaces)


def _append(session: Session, act: Act, new: New, replaces: int | None = None) -> int:
    """Append one entry; what it replaces is of its kind and about the same subject and period."""
    if replaces is not None:
        old = standing(session, replaces, new.kind, rehearsal=act.rehearsal)
        if (old.scheme, old.subject, old.period) != (new.scheme, new.subject, new.period):
            raise RuleRefused("scoring_entry_replaced", number=replaces)
    made = New(new.kind, new.detail, new.scheme, new.organization, new.subject, new.period, replaces)
    about = {"subject": new.subject, "period": new.period, "organization": new.organization}
    [number] = append(session, act, [made], what=new.kind, **about)
    return number


def enter_fact(
    session: Session,
    act: Act,
    scheme: Scheme,
    *,
    subject: str,
    period: str,
    fact: str,
    evidence: str,
    chosen: str | None = None,
    replaces: int | None = None,
) -> int:
    """Enter a fact of the scheme with its evidence; it binds once somebody else confirms it (R7).

    `chosen`: the grade picked where the rule says `may`. Raise BadInput: `scoring_empty` without evidence or author, `scoring_fact_unknown`,
    `scoring_fact_subject`, `scoring_grade_unknown`, and what `enter_part` raises for subject and period.
    """
    found = find(session, subject, rehearsal=act.rehearsal).subject
    kind = check_ledger_period(scheme, found, period)
    line(act.who, "填报人")
    rule = next((each for each in scheme.facts if fact in (each.key, each.title)), None)
    if rule is None:
        raise BadInput("scoring_fact_unknown", value=fact[:80], allowed=[each.title for each in scheme.facts] or ["—"])
    if not _concerns(rule.subjects, found.kind) or (rule.periods and kind not in rule.periods):
        raise BadInput("scoring_fact_subject", value=rule.title, name=found.name, period=period)
    if chosen is not None and chosen not in rule.grades:
        raise BadInput("scoring_grade_unknown", value=chosen[:40], allowed=list(rule.grades) or ["—"])
    detail = {"fact": rule.key, "evidence": line(evidence, "依据"), "chosen": chosen}
    return _append(session, act, New("fact", detail, scheme.name, found.organization, found.id, period), replaces)


def _concerns(subjects: Iterable[str], kind: str) -> bool:
    return not subjects or kind in subjects


def confirm_fact(session: Session, act: Act, *, number: int) -> int:
    """Confirm a fact that another person entered. Raise RuleRefused `scoring_confirm_self`, `scoring_confirmed`, `scoring_entry_replaced`."""
    line(act.who, "确认人")
    fact = standing(session, number, "fact", rehearsal=act.rehearsal)
    if same_name(fact.who, act.who):
        raise RuleRefused("scoring_confirm_self", name=act.who)
    subject = find(session, fact.subject, rehearsal=act.rehearsal).subject
    if same_name(subject.name, act.who):
        raise RuleRefused("scoring_recusal", name=act.who)
    confirmed = in_force(session, ["confirm"], rehearsal=act.rehearsal, scheme=fact.scheme, subjects=[fact.subject])
    if any(detail_of(each)["entry"] == number for each in confirmed):
        raise RuleRefused("scoring_confirmed", number=number)
    detail = {"entry": number}
    return _append(session, act, New("confirm", detail, fact.scheme, fact.organization, fact.subject, fact.period))


def withdraw(session: Session, act: Act, *, number: int, reason: str) -> int:
    """Take an entry back; it stays readable. Raise RuleRefused `scoring_entry_replaced`, BadInput `scoring_empty`."""
    detail = {"reason": line(reason, "理由")}
    old = session.get(Entry, number)
    if old is None or old.rehearsal != act.rehearsal or old.kind == "withdraw":
        raise RuleRefused("scoring_entry_replaced", number=number)
    new = New("withdraw", detail, old.scheme, old.organization, old.subject, old.period, number)
    [made] = append(session, act, [new], what="withdraw", entry=number)
    return made


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
    return _append(session, act, New("grade", detail, scheme.name, found.organization, found.id, period), replaces)


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
    """Approve a quota's alternative share, or that a bound is broken. Raise BadInput `scoring_quota_unknown`, RuleRefused `scoring_entered`."""
    rule = next((each for each in scheme.quotas if quota in (each.key, each.title)), None)
    if rule is None or (what == "alternative" and rule.alternative is None):
        raise BadInput(
            "scoring_quota_unknown", value=quota[:80], allowed=[each.title for each in scheme.quotas] or ["—"]
        )
    _check_period(scheme, period)
    for entry in in_force(session, ["quota"], rehearsal=act.rehearsal, scheme=scheme.name):
        old = detail_of(entry)
        if (entry.organization, entry.period, old["quota"], old["what"]) == (organization, period, rule.key, what):
            raise RuleRefused("scoring_entered", number=entry.number)
    detail = {"quota": rule.key, "what": what, "reason": line(reason, "理由")}
    return _append(session, act, New("quota", detail, scheme.name, line(organization, "单位"), "", period))


def _check_period(scheme: Scheme, period: str) -> PeriodKind:
    """Raise BadInput `scoring_period` unless the pack makes ledgers of such periods, assessed or summed up."""
    kind = _kind_of(period)
    kinds = {each for rule in scheme.subjects for each in rule.periods}
    kinds |= {each for scale in scheme.grade_scales for each in scale.periods}
    kinds |= {rule.over for rule in scheme.aggregates} | {rule.over for rule in scheme.grade_counts}
    if kind not in kinds:
        raise BadInput("scoring_period", value=period[:40])
    return kind


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
    people: Iterable[Subject],
    text: str = "",
    subject: str | None = None,
) -> int:
    """Sign one step of the chain over an organization's grades, or over one `subject`'s alone.

    `by`: who signs, who may be another than the clerk who enters it. `ledger`: the digest of the ledger that was signed. `people`: the
    subjects of that ledger: nobody among them signs, but where the step is the subject's own (公务员法 第七十六条; 花园乡 第五条).
    Raise BadInput `scoring_step_unknown`, `scoring_empty`; RuleRefused `scoring_recusal`, `scoring_step_early`, `scoring_entered`.
    """
    rule = _find_step(scheme, step)
    kind = _check_period(scheme, period)
    by = line(by, "签字人")
    if rule.names_subject and subject is None:
        raise BadInput("scoring_step_subject", step=rule.title)
    concerned = [each for each in people if subject is None or each.id == subject]
    if subject is not None and not concerned:
        raise BadInput("scoring_subject_unknown", value=subject[:80])
    if not rule.subject_signs and any(same_name(each.name, by) for each in concerned):
        raise RuleRefused("scoring_recusal", name=by)
    if rule.kind.value == "opinion":
        line(text, "意见")
    signed = [
        (detail_of(entry), entry)
        for entry in in_force(session, ["sign"], rehearsal=act.rehearsal, scheme=scheme.name)
        if (entry.organization, entry.period) == (organization, period)
    ]
    fresh = [(detail["step"], entry) for detail, entry in signed if detail["ledger"] == ledger]
    # before the signature about one subject come those over all and those about him
    before = {key for key, entry in fresh if subject is None or entry.subject in ("", subject)}
    for key, entry in fresh:
        if key == rule.key and entry.subject == (subject or ""):
            raise RuleRefused("scoring_entered", number=entry.number)
    _demand_order(scheme, rule, kind, before, {each.kind for each in concerned})
    detail = {"step": rule.key, "by": by, "on": on.isoformat(), "text": text.strip(), "ledger": ledger}
    return _append(session, act, New("sign", detail, scheme.name, organization, subject or "", period))


def _find_step(scheme: Scheme, named: str) -> SignOff:
    steps = [each for each in scheme.sign_off if each.of is SignOffOf.GRADES]
    found = next((each for each in steps if named in (each.key, each.title)), None)
    if found is None:
        raise BadInput("scoring_step_unknown", value=named[:80], allowed=[each.title for each in steps] or ["—"])
    return found


def _demand_order(scheme: Scheme, rule: SignOff, period: PeriodKind, signed: set[str], kinds: set[str]) -> None:
    """The steps before this one come first; one that is asked for only with some grades may not be needed at all."""
    for each in scheme.sign_off:
        if each.key == rule.key:
            return
        asked = (
            each.of is SignOffOf.GRADES
            and not each.grades
            and (not each.periods or period in each.periods)
            and any(_concerns(each.subjects, kind) for kind in kinds)
        )
        if asked and each.key not in signed:
            raise RuleRefused("scoring_step_early", step=rule.title, before=each.title)


def exact(text: str) -> Fraction:
    """The number of a checked score text."""
    return Fraction(text)
