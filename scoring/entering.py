"""What named people enter: numbers with their source, facts with evidence; what they decide and sign is in `scoring.deciding`.

Each is an entry and a line of the audit log. Every function takes the act (who, when, which world) and the pack it is entered by; it gives the number of the entry.
"""

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction

from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
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
    kind = kind_of(period)
    if not in_scope(scheme, subject, kind):
        raise BadInput("scoring_period_kind", value=period[:40], name=subject.name)
    return kind


def kind_of(period: str) -> PeriodKind:
    """The kind of a period's label. Raise BadInput `scoring_period`."""
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
    return append_one(session, act, new, replaces)


def append_one(session: Session, act: Act, new: New, replaces: int | None = None) -> int:
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
    return append_one(session, act, New("fact", detail, scheme.name, found.organization, found.id, period), replaces)


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
    return append_one(session, act, New("confirm", detail, fact.scheme, fact.organization, fact.subject, fact.period))


def withdraw(session: Session, act: Act, *, number: int, reason: str) -> int:
    """Take an entry back; it stays readable. Raise RuleRefused `scoring_entry_replaced`, BadInput `scoring_empty`."""
    detail = {"reason": line(reason, "理由")}
    old = session.get(Entry, number)
    if old is None or old.rehearsal != act.rehearsal or old.kind == "withdraw":
        raise RuleRefused("scoring_entry_replaced", number=number)
    new = New("withdraw", detail, old.scheme, old.organization, old.subject, old.period, number)
    [made] = append(session, act, [new], what="withdraw", entry=number)
    return made


def exact(text: str) -> Fraction:
    """The number of a checked score text."""
    return Fraction(text)
