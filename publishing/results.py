"""From counted boxes to a signed result: gather the rows, let `tally` decide, put the document together."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from ballots.models import Trustee
from ballots.opening import key_fingerprint
from ballots.slips import keys_of
from ballots.wording import Keys
from belenios.election import read_election
from polling import audit
from polling.calendar import day_of
from polling.errors import RuleRefused
from polling.lifecycle import State, step
from polling.models import Panel, Poll
from polling.polls import demand_state, scheme_of
from polling.recusal import demand_unconcerned
from polling.working_days import Holidays
from publishing import documents
from publishing.counting import turnout
from publishing.models import Correction, Notice, ResultDocument
from publishing.notice import demand_days, period
from publishing.sign_off import demand_signed, signed
from publishing.signing import Signer
from schemes.rules import PanelRule, Scheme
from tally.counts import Counts, Turnout, read_row
from tally.display import score_text
from tally.flags import Flags
from tally.outcome import Outcome, Scored, Withheld, decide, floor_of, outcome_name

COUNTED_STATES = (State.COUNTED, State.NOTICED, State.FINAL, State.ARCHIVED)


@dataclass(frozen=True)
class Row:
    """One panel's verdict on one subject; `counts` is None for a box that was never opened."""

    subject: str
    panel: str
    panel_key: str
    rule: PanelRule
    counts: Counts | None
    outcome: Outcome


def decide_rows(
    scheme: Scheme,
    panel_key: str,
    panel: str,
    *,
    figures: Turnout,
    subjects: Sequence[str],
    sums: Sequence[Sequence[int]] | None,
) -> list[Row]:
    """One row a subject of a panel, in the poll's order; `sums` None when the box was never opened."""
    rule = scheme.panel(panel_key)
    rows = []
    for position, subject in enumerate(subjects):
        counts = read_row(rule, sums[position]) if sums is not None else None
        rows.append(Row(subject, panel, panel_key, rule, counts, decide(scheme, panel_key, figures, counts)))
    return rows


def gather(poll: Poll) -> list[Row]:
    """Every subject x panel of a counted poll, panels in the scheme's order, subjects in the poll's."""
    demand_state(poll, *COUNTED_STATES)
    scheme = scheme_of(poll)
    subjects = [subject.subject_id for subject in poll.subjects]
    rows: list[Row] = []
    for panel in poll.panels:
        sums = json.loads(panel.result)["result"] if panel.result is not None else None
        rows += decide_rows(scheme, panel.key, str(panel.uuid), figures=turnout(panel), subjects=subjects, sums=sums)
    return rows


def row_fields(row: Row) -> dict[str, Any]:
    """The figures of a row as documents and `poll count` state them; a withheld row has no number at all."""
    counts, outcome = row.counts, row.outcome
    fields: dict[str, Any] = {
        "counts": None,
        "abstain": None,
        "dont_know": None,
        "invalid": None,
        "outcome": outcome_name(outcome),
        "score": None,
    }
    if counts is not None:
        fields["counts"] = {option.key: number for option, number in zip(row.rule.options, counts.options, strict=True)}
        fields |= {"abstain": counts.abstain, "dont_know": counts.dont_know, "invalid": counts.invalid}
    if isinstance(outcome, Scored):
        fields["score"] = {"num": outcome.score.numerator, "den": outcome.score.denominator}
    return fields


def subject_documents(
    scheme: Scheme, subjects: Sequence[tuple[str, str, str]], rows: Sequence[Row]
) -> list[dict[str, Any]]:
    """The `subjects` of a result document; `subjects` as (id, kind, name)."""
    listed = []
    for identity, kind, name in subjects:
        own = [row for row in rows if row.subject == identity]
        listed.append(
            {
                "id": identity,
                "kind": kind,
                "name": name,
                "floor": floor_document(scheme, own),
                "rows": [{"panel_key": row.panel_key, **_details(scheme, row)} for row in own],
            }
        )
    return listed


def _details(scheme: Scheme, row: Row) -> dict[str, Any]:
    outcome = row.outcome
    raised = None if isinstance(outcome, Withheld) else outcome.flags
    return row_fields(row) | {
        "valid": row.counts.valid if row.counts is not None else None,
        "display": score_text(scheme, outcome.score) if isinstance(outcome, Scored) else None,
        "dissatisfied": _dissatisfied(raised),
        "flags": _flag_names(raised),
    }


def _dissatisfied(raised: Flags | None) -> dict[str, int] | None:
    """Dissatisfied votes, with both denominators (the regulation names none)."""
    found = raised.dissatisfaction if raised is not None else None
    return None if found is None else {"votes": found.votes, "valid": found.valid, "returned": found.returned}


def _flag_names(raised: Flags | None) -> list[str]:
    names = []
    if raised is not None and raised.dissatisfaction is not None and raised.dissatisfaction.exceeded:
        names.append("dissatisfied")
    if raised is not None and raised.few_valid:
        names.append("few_valid")
    return names


def floor_document(scheme: Scheme, rows: Sequence[Row]) -> dict[str, Any] | None:
    """The satisfaction floor of one subject: `below` null while it is unknown, which is neither a pass nor a veto (law 9)."""
    status = floor_of(scheme, {row.panel_key: row.outcome for row in rows})
    return (
        None
        if status is None
        else {"panels": list(status.panels), "threshold": _number(status.threshold), "below": status.below}
    )


def panel_document(
    panel: Panel, rule: PanelRule, keys: Sequence[str], *, secrecy: bool, reason: str | None
) -> dict[str, Any]:
    """The `panels` entry of a result document. `secrecy`: the keys lay on two devices or more (law 14)."""
    assert panel.election is not None and panel.archive is not None  # noqa: PT018 - one invariant
    return rule_document(rule) | {
        "panel": panel.uuid,
        "credentials": panel.slips,
        "expected": panel.expected,
        "issued": panel.issued,
        "returned": panel.returned,
        "setup": panel.setup_hash,
        "phi": read_election(panel.election).fingerprint,
        "keys": list(keys),
        "secrecy": secrecy,
        "archive": hashlib.sha256(panel.archive).hexdigest(),
        "withheld": reason,
    }


def rule_document(rule: PanelRule) -> dict[str, Any]:
    """State of a panel what its scheme says: options with their weights, and the minimum of ballots."""
    return {
        "key": rule.key,
        "title": rule.title,
        "kind": rule.kind.value,
        "options": [
            {"key": option.key, "title": option.title, "weight": _decimal(option.weight)} for option in rule.options
        ],
        "dont_know": rule.dont_know,
        "minimum": rule.minimum_returned,
    }


def scheme_document(scheme: Scheme) -> dict[str, str]:
    """State which rules bind."""
    return {"name": scheme.name, "title": scheme.title, "version": str(scheme.version), "digest": scheme.digest}


def _number(value: Fraction) -> str:
    """A number of points as rules write it: 60, 60.5."""
    return str(value) if value.denominator == 1 else str(_decimal(value))


def _decimal(weight: Fraction | None) -> str | None:
    """A weight as rules write it: 1.0, 0.8, 0.25, 0; a quotient where no decimal of nine digits is exact."""
    if weight is None:
        return None
    for digits in range(1, 10):
        scaled = weight * 10**digits
        if scaled.denominator == 1:
            whole, rest = divmod(scaled.numerator, 10**digits)
            return "0" if weight == 0 else f"{whole}.{rest:0{digits}d}"
    return str(weight)


def publish(
    session: Session,
    poll: Poll,
    *,
    signer: Signer,
    document_id: str,
    who: str,
    now: datetime,
    holidays: Holidays,
    days: int | None = None,
) -> bytes:
    """Sign the result of a counted poll and put it on notice; gives the document's bytes, of a poll on notice those that were published.

    `days`: a notice longer than the scheme's. After a correction the document supersedes the one before. Raises RuleRefused `sign_missing`
    while the sign-off chain is not complete, and what `publishing.notice` and the holiday tables refuse.
    """
    if poll.trial_of is not None:  # its box holds examples
        raise RuleRefused("trial_not_published")
    before = latest_notice(session, poll)
    if before is not None and poll.state is not State.COUNTED:
        return (
            session.scalars(sa.select(ResultDocument.raw).where(ResultDocument.id == before.document_id)).one().encode()
        )
    demand_state(poll, State.COUNTED)
    demand_unconcerned(session, poll, who)
    demand_signed(session, poll)
    rule = scheme_of(poll).notice
    days = demand_days(rule, days)
    first, last = period(rule, days, day_of(now), holidays)
    document = result_document(session, poll, document_id, day_of(now)) | {
        "supersedes": before.document_id if before is not None else None,
        "notice": {"first": first.isoformat(), "last": last.isoformat()},
        "signed": signed(session, poll),
        "corrections": take_corrections(session, poll, document_id),
    }
    raw = signer.document(document)
    session.add(ResultDocument(id=document_id, poll_id=poll.id, raw=raw.decode(), published_on=day_of(now)))
    session.flush()  # a notice names its document
    number = before.number + 1 if before is not None else 1
    session.add(Notice(document_id=document_id, poll_id=poll.id, number=number, first_day=first, last_day=last))
    poll.state = step(poll.state, State.NOTICED)
    last_day = last.isoformat()
    audit.record(session, who=who, what="poll.publish", poll_id=poll.id, now=now, document=document_id, last=last_day)
    return raw


def latest_notice(session: Session, poll: Poll) -> Notice | None:
    """The notice of a poll's latest result document; None before there is one."""
    return session.scalars(
        sa.select(Notice).where(Notice.poll_id == poll.id).order_by(Notice.number.desc()).limit(1)
    ).first()


def take_corrections(session: Session, poll: Poll, document_id: str) -> list[dict[str, str]]:
    """The corrections that no document carries yet; from now on `document_id` does."""
    rows = session.scalars(
        sa.select(Correction)
        .where(Correction.poll_id == poll.id, Correction.document_id.is_(None))
        .order_by(Correction.number)
    ).all()
    for row in rows:
        row.document_id = document_id
    return [{"on": row.made_on.isoformat(), "reason": row.reason} for row in rows]


def result_document(session: Session, poll: Poll, document_id: str, published_on: date) -> dict[str, Any]:
    """The result document of a counted poll, unsigned."""
    scheme = scheme_of(poll)
    rows = gather(poll)
    trustees = session.scalars(sa.select(Trustee).where(Trustee.poll_id == poll.id).order_by(Trustee.position)).all()
    keys = [key_fingerprint(trustee) for trustee in trustees]
    secrecy = keys_of(session, poll) is Keys.SEPARATE
    panels = session.scalars(
        sa.select(Panel).where(Panel.poll_id == poll.id).order_by(Panel.position).options(undefer(Panel.archive))
    ).all()
    never_opened = {
        row.panel_key: row.outcome.reason.value
        for row in rows
        if row.counts is None and isinstance(row.outcome, Withheld)
    }
    return documents.result(
        document_id=document_id,
        poll={
            "poll": poll.id,
            "title": poll.title,
            "period": {"kind": poll.period_kind, "label": poll.period_label},
            "rehearsal": poll.rehearsal,
        },
        scheme=scheme_document(scheme),
        panels=[
            panel_document(panel, scheme.panel(panel.key), keys, secrecy=secrecy, reason=never_opened.get(panel.key))
            for panel in panels
        ],
        subjects=subject_documents(scheme, [(s.subject_id, s.kind, s.name) for s in poll.subjects], rows),
        published_on=published_on.isoformat(),
        supersedes=None,
    )
