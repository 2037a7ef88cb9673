"""From rows to what a ledger is computed from: everything in force about one pack's name, real or rehearsed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from schemes.periods import period_kind
from schemes.rules import Scheme
from schemes.vocabulary import PeriodKind
from scoring import packs, receiving, register
from scoring.entering import exact
from scoring.entries import detail_of, in_force
from scoring.inputs import FactEntry, GradeDecision, GradesSigned, Inputs, PartScore, QuotaDecision, Subject
from scoring.models import Entry
from scoring.periods import days_of, inside
from scoring.register import Registered

_KINDS = ("part", "fact", "confirm", "grade", "quota", "sign", "compare")
# shorter first: a period belongs to the longer ones whose days hold its last day
_LONGER = {
    PeriodKind.MONTH: (PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR),
    PeriodKind.QUARTER: (PeriodKind.HALF_YEAR, PeriodKind.YEAR),
    PeriodKind.HALF_YEAR: (PeriodKind.YEAR,),
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that is in force. `documents`: (digest of the pack, document) by id; `packs`: every pack that a document names, by digest."""

    name: str
    rehearsal: bool
    documents: tuple[tuple[str, Mapping[str, Any]], ...]
    entries: tuple[Entry, ...]
    lines: Mapping[str, list[Registered]]
    packs: Mapping[str, Scheme]
    newest: Scheme


def gather(session: Session, name: str, *, rehearsal: bool) -> Gathered:
    """Read the rows once for many ledgers. Raise RuleRefused `scoring_pack_unknown`."""
    newest = packs.newest(session, name)
    documents = receiving.in_force(session, name, rehearsal=rehearsal)
    known = {digest: packs.by_digest(session, digest) for digest, _document in documents}
    return Gathered(
        name,
        rehearsal,
        tuple(documents),
        tuple(in_force(session, _KINDS, rehearsal=rehearsal, scheme=name)),
        register.lines(session, rehearsal=rehearsal),
        {digest: scheme for digest, scheme in known.items() if scheme is not None},
        newest,
    )


def scheme_for(gathered: Gathered, period: str) -> Scheme:
    """The pack that a period is computed by: that of the latest result of this very period, else of one inside it, else the newest.

    Rules are frozen with a poll: a pack that came later does not reach back.
    """
    documents = sorted(gathered.documents, key=lambda each: (str(each[1]["published_on"]), str(each[1]["id"])))
    for digest, document in reversed(documents):
        if document["period"]["label"] == period:
            return gathered.packs[digest]
    for digest, document in reversed(documents):
        scheme = gathered.packs[digest]
        first, last = days_of(scheme, period)
        if first <= days_of(scheme, document["period"]["label"])[1] <= last:
            return scheme
    return gathered.newest


def subjects_in(gathered: Gathered, scheme: Scheme, period: str) -> dict[str, Subject]:
    """The register at a period's end, and those that only documents name: they stand in no organization."""
    found = register.in_period(gathered.lines, *days_of(scheme, period))
    for _digest, document in gathered.documents:
        for each in document["subjects"]:
            if each["id"] not in gathered.lines:
                found.setdefault(each["id"], Subject(each["id"], each["kind"], each["name"]))
    return found


def inputs_for(gathered: Gathered, scheme: Scheme, period: str) -> Inputs:
    """What a period's ledger is computed from; the register as it stood on the period's last day."""
    subjects = subjects_in(gathered, scheme, period)
    entries = [(entry, detail_of(entry)) for entry in gathered.entries]
    confirmed = {detail["entry"]: entry.who for entry, detail in entries if entry.kind == "confirm"}
    compared = {detail["entry"] for entry, detail in entries if entry.kind == "compare"}
    known = {each.key for each in scheme.facts}
    return Inputs(
        subjects=tuple(subjects[identity] for identity in sorted(subjects)),
        results=tuple(document for digest, document in gathered.documents if digest == scheme.digest),
        parts=tuple(
            PartScore(entry.subject, entry.period, said["part"], exact(said["score"]), said["by"], said["source"])
            for entry, said in entries
            if entry.kind == "part"
        ),
        facts=tuple(
            FactEntry(
                entry.subject,
                entry.period,
                said["fact"],
                entry.who,
                said["evidence"],
                confirmed.get(entry.number),
                said["chosen"],
            )
            for entry, said in entries
            if entry.kind == "fact" and said["fact"] in known
        ),
        decisions=tuple(
            GradeDecision(entry.subject, entry.period, said["grade"], entry.who, said["reason"])
            for entry, said in entries
            if entry.kind == "grade"
        ),
        quota_decisions=tuple(
            QuotaDecision(said["quota"], entry.organization, entry.period, said["what"], entry.who, said["reason"])
            for entry, said in entries
            if entry.kind == "quota"
        ),
        signed=tuple(
            _signed(entry, said)
            for entry, said in entries
            if entry.kind == "sign" and (entry.number in compared or not said.get("compare"))
        ),
    )


def _signed(entry: Entry, said: Mapping[str, Any]) -> GradesSigned:
    return GradesSigned(
        entry.organization,
        entry.period,
        said["step"],
        said["by"],
        date.fromisoformat(said["on"]),
        said["text"],
        entry.subject or None,
        said["ledger"],
    )


def wanted(gathered: Gathered) -> list[tuple[str, str]]:
    """Every (organization, period) that something is known of, and the longer periods around it that the pack assesses, sorted."""
    about: set[tuple[str, str]] = {
        (each["id"], document["period"]["label"])
        for _digest, document in gathered.documents
        for each in document["subjects"]
    }
    about |= {(entry.subject, entry.period) for entry in gathered.entries if entry.subject}
    found = {(entry.organization, entry.period) for entry in gathered.entries if not entry.subject}
    units: dict[str, dict[str, Subject]] = {}
    for subject, period in about:
        scheme = scheme_for(gathered, period)
        kind = _on(gathered, period, units)[subject].kind if subject in _on(gathered, period, units) else ""
        for label in (period, *_around(scheme, period, kind)):
            registered = _on(gathered, label, units).get(subject)
            if registered is not None:
                found.add((registered.organization, label))
    return sorted(found)


def _on(gathered: Gathered, label: str, known: dict[str, dict[str, Subject]]) -> dict[str, Subject]:
    """The subjects of a period, read once for each period."""
    if label not in known:
        known[label] = subjects_in(gathered, scheme_for(gathered, label), label)
    return known[label]


def _around(scheme: Scheme, period: str, subject_kind: str) -> list[str]:
    """The longer periods that hold this one and that subjects of this kind are assessed in."""
    kind = period_kind(period)
    rhythms = {each for rule in scheme.subjects if rule.key == subject_kind for each in rule.periods}
    rhythms |= {rule.over for rule in scheme.aggregates if not rule.subjects or subject_kind in rule.subjects}
    rhythms |= {rule.over for rule in scheme.grade_counts if not rule.subjects or subject_kind in rule.subjects}
    year = int(period[:4])
    labels = {
        PeriodKind.QUARTER: [f"{year}Q{number}" for number in range(1, 5)],
        PeriodKind.HALF_YEAR: [f"{year}H{number}" for number in (1, 2)],
        PeriodKind.YEAR: [str(year), str(year + 1)],
    }
    return [
        label
        for longer in _LONGER.get(kind, ())
        if longer in rhythms
        for label in labels[longer]
        if period in inside(scheme, label, kind)
    ]
