"""What a ledger is computed from: published results and what named people entered. Plain frozen values, no database.

Everything that was entered is kept as it was; a correction is a newer entry. These types hold what is in force: what was replaced, withdrawn
or superseded has been left out before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what is assessed, with what the register holds of it. `organization`: the township or unit that it is ranked in."""

    id: str
    kind: str
    name: str
    organization: str = ""
    attributes: Mapping[str, int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartScore:
    """One number that a person gave for one part of the composite, 0 to 100, with where it comes from."""

    subject: str
    period: str
    part: str
    score: Fraction
    by: str
    source: str


@dataclass(frozen=True, slots=True)
class FactEntry:
    """A fact of the scheme (R7), entered with evidence. It binds once another person confirmed it; `chosen`: the grade picked under `may`."""

    subject: str
    period: str
    fact: str
    by: str
    evidence: str
    confirmed_by: str | None = None
    chosen: str | None = None


@dataclass(frozen=True, slots=True)
class GradeDecision:
    """A grade that people decided: where there is no formula, at a tie, or out of the ones that a rule proposes."""

    subject: str
    period: str
    grade: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuotaDecision:
    """What was approved about a quota: the `alternative` share or rounding, or an `override` of a bound that is broken."""

    quota: str
    organization: str
    period: str
    what: Literal["alternative", "override"]
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class GradesSigned:
    """One step of the chain (`sign_off` with `of = "grades"`) for an organization's period; `subject` where the step is about one alone.

    `ledger`: the `digest` of the ledger that was signed, so that a grade never changes under a signature; empty where none was recorded.
    """

    organization: str
    period: str
    step: str
    by: str
    on: date
    text: str = ""
    subject: str | None = None
    ledger: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All of it, in force. `results`: the result documents, parsed, of any period, in the order of their ids."""

    subjects: tuple[Subject, ...] = ()
    results: tuple[Mapping[str, Any], ...] = ()
    parts: tuple[PartScore, ...] = ()
    facts: tuple[FactEntry, ...] = ()
    decisions: tuple[GradeDecision, ...] = ()
    quota_decisions: tuple[QuotaDecision, ...] = ()
    signed: tuple[GradesSigned, ...] = ()
