"""What the simulated years of all schemes say in the same words: the score of a row, who gets what, whom a row waits for, a signed chain."""

import gettext
from datetime import date

from schemes.assessment import SignOffOf
from scoring.inputs import GradesSigned
from scoring.parts import Composed
from scoring.summary import summary


def score(row):
    """The exact number, None where there is none."""
    return row.composite.score if isinstance(row.composite, Composed) else None


def who_gets(ledger, consequence):
    """The ids of those to whom it is proposed."""
    return {row.subject.id for row in ledger.rows if any(each.consequence == consequence for each in row.consequences)}


def waits(row):
    """What the row waits for, as (kind, key), without the signatures that nobody has given yet."""
    return [(each.kind.value, each.key) for each in row.awaited if each.kind != "signature"]


def sheet(scheme, ledger):
    """The summary sheet as it is printed."""
    return summary(scheme, [ledger], gettext.NullTranslations().gettext)


def notes(made):
    """All that stands beneath the tables of a sheet."""
    return [note for section in made.sections for note in section.notes]


def found(ledger):
    """Every quota's pool, number, holders and finding."""
    return {board.key: (board.pool, board.number, board.given, board.finding.value) for board in ledger.quotas}


def signed(scheme, ledger, on: date):
    """Every step of the chain by somebody over these very figures: one by one where the scheme says so, else over the whole ledger."""
    steps = [rule for rule in scheme.sign_off if rule.of is SignOffOf.GRADES]
    return tuple(
        GradesSigned(ledger.organization, ledger.period, rule.key, f"{rule.who}甲", on, "同意", subject, ledger.digest)
        for rule in steps
        for subject in ([row.subject.id for row in ledger.rows] if rule.names_subject else [None])
    )
