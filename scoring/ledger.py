"""The ledger of one organization and one period: a row a subject, with every number's origin. Frozen values, no database, no clock.

* `Composed | Missing`: a composite with a missing part is no number, and has no `score` attribute (law 9);
* a veto never touches the composite: it stands beside it and overrides the grade (R7);
* `proposed` is what the rules and the decisions of people give; `confirmed` needs the whole chain of signatures and nothing awaited (law 12);
* every sequence has one order, so that equal inputs make equal bytes (`scoring.writing.ledger_document`).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from schemes.assessment import SignOffKind
from schemes.vocabulary import PeriodKind
from scoring.board import QuotaBoard
from scoring.findings import Barred, Choice, Counted, PendingFact, ProposedConsequence, Veto
from scoring.inputs import GradeDecision, Subject
from scoring.parts import Composed, Composite, Part, PollSource, Satisfaction


@dataclass(frozen=True, slots=True)
class PeriodScore:
    """A shorter period inside a longer one. `composite` None: people grade there without a formula.

    `assessed`: anything at all is known of it. `grade`: confirmed, else proposed; `vetoes`: keys of the vetoes of that period.
    """

    period: str
    assessed: bool
    composite: Composite | None
    satisfaction: Fraction | None
    grade: str | None
    confirmed: bool
    vetoes: tuple[str, ...]


class AwaitedKind(StrEnum):
    """Why a grade is not proposed, or not confirmed yet.

    * score: the composite has missing parts
    * people: the grades have no lines, so people decide (`GradeDecision`)
    * tie: the last seat of a quota is shared; open: missing scores could move the last seat
    * choice: a rule with `may` waits for the person who chooses
    * fact: an entered fact waits for the person who confirms it
    * count: a rule about shorter periods cannot be told yet
    * floor: nobody knows whether the satisfaction is below the floor, so the grade is no pass yet
    * quota: a bound that must hold is broken
    * signature: a step of the chain is not signed; stale: it was signed over other figures
    * attribute: the register lacks what decides whether the subject is assessed in this period at all
    * decision: somebody decided a grade that the rules do not leave open; it has no effect
    """

    SCORE = "score"
    PEOPLE = "people"
    TIE = "tie"
    OPEN = "open"
    CHOICE = "choice"
    FACT = "fact"
    COUNT = "count"
    FLOOR = "floor"
    QUOTA = "quota"
    SIGNATURE = "signature"
    STALE = "stale"
    ATTRIBUTE = "attribute"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Awaited:
    """One thing that is awaited; `key`: of the part, quota, rule, fact, step or attribute (empty for `people` and `decision`)."""

    kind: AwaitedKind
    key: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain that this subject's grade needs. `by` and `on` None: not signed; `stale`: signed over other figures."""

    step: str
    title: str
    who: str
    kind: SignOffKind
    by: str | None
    on: date | None
    text: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One subject's period.

    `assessed` False: nothing is known of the subject in this period; it is in no pool. `polls`: every published row about the subject, by panel
    in the scheme's order, also where there is no formula and people grade with the counts before them. `parts`: the addends (of a longer period that is a
    mean: none, and `periods` instead). `composite` None: the scheme has no formula for this kind of subject. `shown`: the composite as people
    read it. `band`: the key of the grade whose band holds the exact composite; a reading, not a grade.
    """

    subject: Subject
    assessed: bool
    polls: tuple[PollSource, ...] = ()
    parts: tuple[Part, ...] = ()
    periods: tuple[PeriodScore, ...] = ()
    composite: Composite | None = None
    shown: str | None = None
    satisfaction: Satisfaction | None = None
    band: str | None = None
    vetoes: tuple[Veto, ...] = ()
    choices: tuple[Choice, ...] = ()
    pending: tuple[PendingFact, ...] = ()
    counted: tuple[Counted, ...] = ()
    bars: tuple[Barred, ...] = ()
    consequences: tuple[ProposedConsequence, ...] = ()
    decision: GradeDecision | None = None
    proposed: str | None = None
    awaited: tuple[Awaited, ...] = ()
    chain: tuple[Step, ...] = ()
    confirmed: str | None = None

    @property
    def complete(self) -> bool:
        """Tell whether the whole chain is signed and nothing is awaited, also where there is no grade to confirm (花园乡)."""
        return bool(self.chain) and not self.awaited

    @property
    def missing_periods(self) -> tuple[str, ...]:
        """The shorter periods that the mean leaves out."""
        return tuple(each.period for each in self.periods if not isinstance(each.composite, Composed))


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline of the period: the last day counts to 24:00 in Beijing. `first` None: from the start."""

    key: str
    title: str
    source: str
    first: date | None
    last: date
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """All rows of an organization's period, by kind of subject in the scheme's order, then by name and id.

    `first`, `last`: the days of the period, inclusive. `rehearsal`: computed from rehearsed polls. `digest`: what a signature over the grades
    names, SHA-256 (hex) of everything here but the signatures and what follows from them.
    """

    scheme: str
    scheme_version: int
    scheme_digest: str
    organization: str
    period: str
    period_kind: PeriodKind
    first: date
    last: date
    rehearsal: bool
    rows: tuple[Row, ...]
    quotas: tuple[QuotaBoard, ...]
    deadlines: tuple[Due, ...]
    digest: str = ""

    def row(self, subject: str) -> Row:
        """Give the row of that subject id; KeyError when the ledger has none."""
        for each in self.rows:
            if each.subject.id == subject:
                return each
        raise KeyError(subject)
