"""What was published, for pages and other programs to read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import organizations
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import find_poll, scheme_of
from publishing.models import Notice, ResultDocument
from schemes.rules import PanelRule, PublicView

# flag of a row with so few valid votes that the figures would tell who chose what
FEW_VALID = "few_valid"


@dataclass(frozen=True)
class Listed:
    """One published document, as lists name it."""

    id: str
    poll: str
    title: str
    period: str
    rehearsal: bool
    published_on: date
    annulled: bool
    superseded: bool


def listed(session: Session) -> list[Listed]:
    """List all published result documents, in the order of publication; withdrawals are none."""
    columns = (
        ResultDocument.id,
        Poll.id,
        Poll.title,
        Poll.period_label,
        Poll.rehearsal,
        ResultDocument.published_on,
        Poll.state == State.ANNULLED,
    )
    latest = sa.select(sa.func.max(Notice.number)).where(Notice.poll_id == Poll.id).correlate(Poll).scalar_subquery()
    statement = (
        sa.select(*columns, Notice.number < latest)
        .join(Poll, Poll.id == ResultDocument.poll_id)
        .join(Notice, Notice.document_id == ResultDocument.id)
    )
    return [Listed(*row) for row in session.execute(statement.order_by(ResultDocument.published_on, ResultDocument.id))]


def signed_document(session: Session, document_id: str) -> bytes | None:
    """Give the exact bytes of a published document, None where there is none of that id."""
    raw = session.scalar(sa.select(ResultDocument.raw).where(ResultDocument.id == document_id))
    return None if raw is None else raw.encode()


def all_documents(session: Session) -> list[tuple[str, str]]:
    """List (id, signed bytes as text) of every published document, in the order of publication."""
    rows = session.execute(sa.select(ResultDocument.id, ResultDocument.raw).order_by(ResultDocument.number))
    return [(identity, raw) for identity, raw in rows]


def frozen_scheme(session: Session, digest: str) -> bytes | None:
    """Give the exact bytes of a scheme that a printed poll was frozen with, by SHA-256 (hex); None where no poll was."""
    return session.scalar(sa.select(Poll.scheme_raw).where(Poll.scheme_digest == digest).limit(1))


@dataclass(frozen=True)
class PublicOption:
    """Votes for one option, and their share of the valid votes in percent."""

    title: str
    votes: int
    rate: str


@dataclass(frozen=True)
class PublicRow:
    """What the public may see of one subject (its id and name) in one panel. `outcome` is a word of the document, or `few_valid`: then nothing else is told.

    `options` and `apart` (弃权, 不了解, 无效) are empty where only the outcome is public; `below` None: no floor here, or it is unknown.
    """

    subject: str
    name: str
    outcome: str
    score: Fraction | None = None
    display: str | None = None
    valid: int | None = None
    options: tuple[PublicOption, ...] = ()
    apart: tuple[int, int | None, int] | None = None
    threshold: str | None = None
    below: bool | None = None
    dissatisfied: bool = False


@dataclass(frozen=True)
class PublicPanel:
    """What the public may see of one panel; `rows` is empty where its box was not opened or nothing of it is public."""

    title: str
    raters: tuple[str, ...]
    view: PublicView
    document: dict[str, Any]
    rows: tuple[PublicRow, ...]

    @property
    def scored(self) -> list[PublicRow]:
        """The rows with a score, the lowest first."""
        return sorted((row for row in self.rows if row.score is not None), key=_score)


def _score(row: PublicRow) -> Fraction:
    return row.score or Fraction(0)


@dataclass(frozen=True)
class PublicResult:
    """A published document as far as its scheme makes it public."""

    document: dict[str, Any]
    panels: tuple[PublicPanel, ...]
    annulled: bool
    superseded_by: str | None = None
    withdrawal: dict[str, Any] | None = None
    correcting: bool = False
    final_on: date | None = None
    asked_by: str = ""
    organization: str = ""
    contact: str | None = None

    @property
    def open_until(self) -> str | None:
        """The last day of a notice that counts; None where the result is final, replaced, withdrawn or being corrected."""
        stands = not (self.annulled or self.superseded_by or self.correcting or self.final_on)
        return str(self.document["notice"]["last"]) if stands and "notice" in self.document else None


def public_result(session: Session, document_id: str) -> PublicResult | None:
    """Give a published result document as the public may see it, None where there is none of that id."""
    row = session.get(ResultDocument, document_id)
    notice = session.get(Notice, document_id)
    if row is None or notice is None:
        return None
    poll = find_poll(session, row.poll_id)
    document = json.loads(row.raw)["document"]
    scheme = scheme_of(poll)
    rules = {rule.key: rule for rule in scheme.panels}
    panels = tuple(_panel(document, panel, rules[panel["key"]]) for panel in document["panels"])
    after = session.scalar(
        sa.select(Notice.document_id).where(Notice.poll_id == poll.id, Notice.number == notice.number + 1)
    )
    withdrawal = session.get(ResultDocument, notice.withdrawn_by) if notice.withdrawn_by is not None else None
    return PublicResult(
        document,
        panels,
        poll.state is State.ANNULLED,
        superseded_by=after,
        withdrawal=None if withdrawal is None else json.loads(withdrawal.raw)["document"],
        correcting=poll.state is State.COUNTED and after is None,
        final_on=notice.final_on,
        asked_by=scheme.slip.asked_by,
        organization=poll.organization_id,
        contact=organizations.contact(session, poll.organization_id),
    )


def withdrawn_document(session: Session, withdrawal_id: str) -> str | None:
    """The latest result document of the poll that this document withdraws, None for what is no withdrawal."""
    return session.scalar(
        sa.select(Notice.document_id)
        .where(Notice.withdrawn_by == withdrawal_id)
        .order_by(Notice.number.desc())
        .limit(1)
    )


def is_told(panel: Mapping[str, Any], rule: PanelRule) -> bool:
    """Whether anything of a document's panel is public: its box was opened, and its scheme says so."""
    return panel["withheld"] is None and rule.public is not PublicView.NOTHING


def _panel(document: dict[str, Any], panel: dict[str, Any], rule: PanelRule) -> PublicPanel:
    rows = tuple(_row(subject, panel, rule.public) for subject in document["subjects"]) if is_told(panel, rule) else ()
    return PublicPanel(panel["title"], rule.raters, rule.public, panel, rows)


def _row(subject: dict[str, Any], panel: dict[str, Any], view: PublicView) -> PublicRow:
    [row] = [row for row in subject["rows"] if row["panel_key"] == panel["key"]]
    name, floor = subject["name"], subject["floor"]
    if FEW_VALID in row["flags"]:
        return PublicRow(subject["id"], name, FEW_VALID)
    counted = view is PublicView.COUNTS and row["counts"] is not None
    here = floor is not None and floor["panels"] == [panel["key"]]
    return PublicRow(
        subject["id"],
        name,
        row["outcome"],
        score=score_of(row),
        display=row["display"],
        valid=row["valid"] if counted else None,
        options=tuple(
            PublicOption(
                option["title"], row["counts"][option["key"]], rate(row["counts"][option["key"]], row["valid"])
            )
            for option in panel["options"]
        )
        if counted
        else (),
        apart=(row["abstain"], row["dont_know"] if panel["dont_know"] else None, row["invalid"]) if counted else None,
        threshold=floor["threshold"] if here else None,
        below=floor["below"] if here else None,
        dissatisfied=counted and "dissatisfied" in row["flags"],
    )


def score_of(row: Mapping[str, Any]) -> Fraction | None:
    """The exact score of a document's row, 0 to 100; None where the outcome has none."""
    return None if row["score"] is None else Fraction(row["score"]["num"], row["score"]["den"])


def rate(votes: int, valid: int) -> str:
    """Return votes over valid votes as a percentage with two decimals, half up, worked out in integers; a dash without valid votes."""
    if valid == 0:
        return "—"
    hundredths = (20_000 * votes + valid) // (2 * valid)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
