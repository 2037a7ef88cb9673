"""The sign-off chain 逐级签字 of a counted poll, before its result is published.

Invariants:
* the steps are the frozen scheme's, for the kinds of subject of this poll, and are signed strictly in their order;
* nobody signs twice, and a subject signs nothing about himself unless the scheme says so of the step;
* a paper signature counts only when a second person has compared it with its scan;
* whoever refuses says why, and all signatures are gone: what is signed again was looked at again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit
from polling.calendar import day_of
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import Poll, Role
from polling.organizations import RUNS_POLLS, holds
from polling.people import LONGEST_NAME, WITNESSES, demand_role, who_may
from polling.polls import demand_state, find_poll, scheme_of
from polling.recusal import demand_unconcerned, is_concerned, same_name
from publishing.models import Signature
from publishing.scans import type_of
from schemes.assessment import SignOff, SignOffKind, SignOffOf
from schemes.rules import SchemeFile

LONGEST_TEXT = 1000
APPROVERS = frozenset({Role.APPROVER})
# who may compare a paper signature with its scan
COMPARES = RUNS_POLLS | WITNESSES


@dataclass(frozen=True)
class Step:
    """One step and how it stands; `row` is None before the result was sent to be signed."""

    position: int
    rule: SignOff
    row: Signature | None

    @property
    def done(self) -> bool:
        """Whether it is signed."""
        return self.row is not None and self.row.done


@dataclass(frozen=True)
class Chain:
    """All steps of a poll, in their order."""

    steps: tuple[Step, ...]

    @property
    def sent(self) -> bool:
        """Whether the result was sent to be signed."""
        return any(step.row is not None for step in self.steps)

    @property
    def complete(self) -> bool:
        """Whether nobody's signature is missing; a scheme without steps wants none."""
        return all(step.done for step in self.steps)

    @property
    def current(self) -> Step | None:
        """The step whose turn it is, once the result was sent."""
        return next((step for step in self.steps if not step.done), None) if self.sent else None


def steps_of(scheme: SchemeFile, kinds: Iterable[str]) -> tuple[SignOff, ...]:
    """The steps that the result of a poll with these kinds of subject needs."""
    own = set(kinds)
    return tuple(
        step
        for step in scheme.sign_off
        if step.of is SignOffOf.RESULT and (not step.subjects or own & set(step.subjects))
    )


def chain_of(session: Session, poll: Poll) -> Chain:
    """The chain of a poll and how it stands."""
    rules = steps_of(scheme_of(poll), (subject.kind for subject in poll.subjects))
    rows = session.scalars(sa.select(Signature).where(Signature.poll_id == poll.id))
    found = {row.position: row for row in rows}
    return Chain(tuple(Step(position, rule, found.get(position)) for position, rule in enumerate(rules)))


def send(session: Session, poll: Poll, asked: Sequence[str | None], *, who: str, now: datetime) -> None:
    """Send a counted result to be signed; `asked` names the approver of each step, None where it is signed on paper.

    Raises RuleRefused for a name that is no approver's, stands twice or is a subject's; `sign_none` where the scheme wants no signature.
    """
    chain = _begun(session, poll, sent=False)
    demand_unconcerned(session, poll, who)
    if not chain.steps:
        raise RuleRefused("sign_none")
    if len(asked) != len(chain.steps):
        raise BadInput("sign_number", wanted=len(chain.steps))
    for step, name in zip(chain.steps, asked, strict=True):
        if name is not None:
            demand_role(session, name, APPROVERS, poll.organization_id)
            _demand_may_sign(session, poll, step, name, [other for other in asked[: step.position] if other])
        session.add(Signature(poll_id=poll.id, position=step.position, step=step.rule.key, asked=name))
    audit.record(session, who=who, what="poll.send", poll_id=poll.id, now=now, asked=list(asked))


def sign(session: Session, poll: Poll, position: int, *, name: str, text: str | None, now: datetime) -> None:
    """Sign the step whose turn it is, by an approver who has just given the password.

    Raises RuleRefused `sign_order`, `sign_asked`, `sign_twice`, `sign_subject`, BadInput `opinion_empty`.
    """
    chain = _begun(session, poll)
    step = _turn(chain, position)
    row = _row(step)
    if row.name is not None:
        raise RuleRefused("sign_paper_waits")
    demand_role(session, name, APPROVERS, poll.organization_id)
    if row.asked is not None and not same_name(row.asked, name):
        raise RuleRefused("sign_asked", name=row.asked)
    _demand_may_sign(session, poll, step, name, _signed_by(chain))
    row.name, row.signed_on, row.way, row.text = name, day_of(now), "account", _opinion(step, text)
    audit.record(session, who=name, what="poll.sign", poll_id=poll.id, now=now, step=step.rule.title)


def send_back(session: Session, poll: Poll, *, reason: str, who: str, now: datetime) -> None:
    """退回: end the chain for a reason; all signatures go, and the result waits to be looked at again. Raises BadInput `reason_empty`."""
    chain = _begun(session, poll)
    demand_unconcerned(session, poll, who)
    if not reason.strip():
        raise BadInput("reason_empty")
    step = chain.current
    drop(session, poll)
    audit.record(
        session,
        who=who,
        what="poll.return",
        poll_id=poll.id,
        now=now,
        step=step.rule.title if step is not None else "",
        reason=reason.strip()[:LONGEST_TEXT],
    )


def drop(session: Session, poll: Poll) -> None:
    """Take all signatures away."""
    session.execute(sa.delete(Signature).where(Signature.poll_id == poll.id))


def enter_paper(
    session: Session,
    poll: Poll,
    position: int,
    *,
    name: str,
    on: date,
    text: str | None,
    scan: bytes,
    who: str,
    now: datetime,
) -> None:
    """Enter a signature on the printed sheet with its scan; it counts once `confirm_paper` was done by somebody else."""
    chain = _begun(session, poll)
    step = _turn(chain, position)
    row = _row(step)
    if row.name is not None:
        raise RuleRefused("sign_paper_waits")
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput("sign_name", most=LONGEST_NAME)
    if not (poll.closed_on or on) <= on <= day_of(now):
        raise BadInput("sign_date", first=(poll.closed_on or on).isoformat(), last=day_of(now).isoformat())
    _demand_may_sign(session, poll, step, name, _signed_by(chain))
    demand_unconcerned(session, poll, who)
    kind = type_of(scan)
    row.name, row.signed_on, row.way, row.text = name, on, "paper", _opinion(step, text)
    row.entered_by, row.scan, row.scan_type = who, scan, kind
    audit.record(session, who=who, what="poll.paper", poll_id=poll.id, now=now, step=step.rule.title, name=name)


def confirm_paper(session: Session, poll: Poll, position: int, *, second: str | None, now: datetime) -> None:
    """A second person has compared the paper signature with its scan; None: a rehearsal's own. Raises RuleRefused."""
    step, row = _paper(session, poll, position)
    if second is None:
        if not poll.rehearsal:
            raise RuleRefused("two_people_needed")
        second = REHEARSAL_CLERK
    else:
        demand_role(session, second, COMPARES, poll.organization_id)
        demand_unconcerned(session, poll, second)
    if second in (row.entered_by, row.name):
        raise RuleRefused("second_clerk_same", name=second)
    row.confirmed_by = second
    audit.record(
        session, who=second, what="poll.compare", poll_id=poll.id, now=now, step=step.rule.title, name=row.name
    )


def discard_paper(session: Session, poll: Poll, position: int, *, who: str, now: datetime) -> None:
    """Throw away what was entered of a paper signature that does not fit its scan."""
    demand_unconcerned(session, poll, who)
    step, row = _paper(session, poll, position)
    name = row.name
    row.name = row.signed_on = row.way = row.text = row.entered_by = row.scan = row.scan_type = None
    audit.record(session, who=who, what="poll.discard", poll_id=poll.id, now=now, step=step.rule.title, name=name)


REHEARSAL_CLERK = "演练录入员"


def stand_in(session: Session, poll: Poll, *, who: str, now: datetime) -> None:
    """A rehearsal's people sign whatever is missing, in one go. Raises RuleRefused `rehearsal_person` for a poll that counts."""
    if not poll.rehearsal:
        raise RuleRefused("rehearsal_person")
    if chain_of(session, poll).complete:
        return
    if not chain_of(session, poll).sent:
        send(session, poll, [None] * len(chain_of(session, poll).steps), who=who, now=now)
    for step in chain_of(session, poll).steps:
        if not step.done:
            row = _row(step)
            row.name, row.signed_on, row.way = f"演练{step.rule.who}", day_of(now), "rehearsal"
            row.text = row.scan = row.scan_type = row.entered_by = None
    audit.record(session, who=who, what="poll.stand_in", poll_id=poll.id, now=now)


def demand_signed(session: Session, poll: Poll) -> None:
    """Raise RuleRefused `sign_missing` naming the steps that are not signed."""
    missing = [step.rule.title for step in chain_of(session, poll).steps if not step.done]
    if missing:
        raise RuleRefused("sign_missing", steps=missing)


def signed(session: Session, poll: Poll) -> list[dict[str, Any]]:
    """The `signed` of a result document: who stood for which step, and on which day. What an opinion says is not published."""
    return [
        {
            "step": step.rule.key,
            "title": step.rule.title,
            "who": step.rule.who,
            "name": step.row.name,
            "on": step.row.signed_on.isoformat(),
        }
        for step in chain_of(session, poll).steps
        if step.row is not None and step.row.signed_on is not None
    ]


def waiting_for(session: Session, name: str) -> list[Poll]:
    """The polls whose turn it is to be signed by this approver."""
    asked = sa.select(Signature.poll_id).where(Signature.asked == name, Signature.name.is_(None))
    polls = [find_poll(session, poll_id) for poll_id in session.scalars(asked.order_by(Signature.poll_id).distinct())]
    return [poll for poll in polls if turn_of(session, poll, name) is not None]


def approvers(session: Session, poll: Poll) -> list[str]:
    """The names of those who may be asked to sign this poll's result at the desk."""
    return who_may(session, APPROVERS, poll.organization_id)


def turn_of(session: Session, poll: Poll, name: str) -> Step | None:
    """The step that this approver is asked to sign now, None where it is somebody else's turn, or who was asked approves here no more."""
    step = chain_of(session, poll).current if poll.state is State.COUNTED else None
    waits = step is not None and step.row is not None and step.row.name is None and step.row.asked == name
    return step if waits and holds(session, name, APPROVERS, poll.organization_id) else None


def scan_of(session: Session, poll: Poll, position: int) -> tuple[bytes, str] | None:
    """The scan of a paper signature and its media type."""
    row = session.get(Signature, (poll.id, position))
    return (row.scan, row.scan_type) if row is not None and row.scan is not None and row.scan_type is not None else None


def demand_not_subject(session: Session, poll: Poll, name: str) -> None:
    """Raise RuleRefused `sign_subject` for somebody who is assessed in this very poll."""
    if is_concerned(session, poll, name):
        raise RuleRefused("sign_subject", name=name)


def _begun(session: Session, poll: Poll, *, sent: bool = True) -> Chain:
    """The chain of a counted poll that was (or was not yet) sent to be signed."""
    if poll.trial_of is not None:  # its box holds examples
        raise RuleRefused("trial_not_published")
    demand_state(poll, State.COUNTED)
    chain = chain_of(session, poll)
    if sent and not chain.sent:
        raise RuleRefused("sign_not_sent")
    if chain.sent and not sent:
        raise RuleRefused("sign_sent")
    return chain


def _turn(chain: Chain, position: int) -> Step:
    step = chain.current
    if step is None:
        raise RuleRefused("sign_complete")
    if step.position != position:
        raise RuleRefused("sign_order", step=step.rule.title)
    return step


def _row(step: Step) -> Signature:
    assert step.row is not None
    return step.row


def _signed_by(chain: Chain) -> list[str]:
    return [step.row.name for step in chain.steps if step.row is not None and step.row.name is not None]


def _demand_may_sign(session: Session, poll: Poll, step: Step, name: str, before: Iterable[str]) -> None:
    if not step.rule.subject_signs:
        demand_not_subject(session, poll, name)
    if any(same_name(other, name) for other in before):
        raise RuleRefused("sign_twice", name=name)


def _opinion(step: Step, text: str | None) -> str | None:
    text = (text or "").strip()
    if step.rule.kind is SignOffKind.OPINION and not text:
        raise BadInput("opinion_empty", step=step.rule.title)
    if len(text) > LONGEST_TEXT:
        raise BadInput("text_long", most=LONGEST_TEXT)
    return text or None


def _paper(session: Session, poll: Poll, position: int) -> tuple[Step, Signature]:
    step = _turn(_begun(session, poll), position)
    row = _row(step)
    if row.name is None or row.way != "paper":
        raise RuleRefused("sign_paper_none")
    return step, row
