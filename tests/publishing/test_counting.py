"""Counting: the sum is what was chosen; boxes that stay shut; rows without valid votes; archives and keys that are not this box's."""

import json
import os
from fractions import Fraction

import pytest
import sqlalchemy as sa

from ballots.models import PartialDecryption
from belenios.trustees import new_key
from belenios.verify import verify
from polling.errors import DomainError, RuleRefused
from polling.lifecycle import State
from polling.polls import find_poll
from publishing.results import gather, row_fields
from tally.outcome import CountsOnly, Scored, Withheld

EXCELLENT, GOOD, FAIR, BAD, DONT_KNOW, BLANK = 1, 2, 3, 4, 5, 0


def refused(act, *arguments) -> DomainError:
    """The domain error that an act runs into."""
    with pytest.raises(DomainError) as caught:
        act(*arguments)
    return caught.value


def state(village) -> State:
    """Where the poll stands."""
    with village.database.read() as session:
        return find_poll(session, village.poll).state


def outcomes(village) -> list:
    """The outcomes of all rows."""
    with village.database.read() as session:
        return [row.outcome for row in gather(find_poll(session, village.poll))]


def test_the_sum_is_what_was_chosen(any_village):
    """Two subjects, ten ballots with every kind of choice: counts, abstentions and scores are those of the voters, exactly."""
    any_village.opened(subjects=2)
    picks = [(1, 4), (1, 4), (1, 4), (2, 4), (2, 3), (3, 3), (4, 2), (5, 1), (0, 0), (1, 5)]
    any_village.vote(picks)
    any_village.close()
    assert any_village.count() == []
    assert state(any_village) is State.COUNTED
    with any_village.database.read() as session:
        first, second = (row_fields(row) for row in gather(find_poll(session, any_village.poll)))
    assert list(first["counts"].values()) == [4, 2, 1, 1]
    assert list(second["counts"].values()) == [1, 1, 2, 4]
    assert [(row["abstain"], row["dont_know"], row["invalid"]) for row in (first, second)] == [(1, 1, 0)] * 2
    score = Fraction(100) * (4 + 2 * Fraction(4, 5) + Fraction(1, 2)) / 8
    assert first["score"] == {"num": score.numerator, "den": score.denominator}
    found = verify(any_village.panel().archive, setup=any_village.panel().setup_hash)
    assert found.opened
    assert found.result == ((1, 4, 2, 1, 1, 1), (1, 1, 1, 2, 4, 1))


@pytest.mark.parametrize(
    ("returned", "issued", "reason"),
    [(9, 10, "below_minimum"), (4, 10, "below_minimum"), (0, 10, "below_minimum"), (10, 9, "void"), (3, 2, "void")],
)
def test_a_box_that_may_not_be_opened_stays_shut(village, monkeypatch, returned, issued, reason):
    """Below the minimum, or with more ballots than slips were handed out, no key sees the archive and no number is anywhere."""
    village.opened()
    village.vote([[EXCELLENT]] * returned)
    village.close(villagers=issued)
    monkeypatch.setattr("publishing.counting.decrypt", lambda *_, **__: pytest.fail("a key was used"))
    monkeypatch.setattr("ballots.keys.KeyStore.get", lambda *_: pytest.fail("a key was unwrapped"))
    assert village.count() == []
    [outcome] = outcomes(village)
    assert isinstance(outcome, Withheld)
    assert outcome.reason.value == reason
    panel = village.panel()
    assert panel.result is None
    assert not verify(panel.archive).opened
    with village.database.read() as session:
        assert session.scalars(sa.select(PartialDecryption)).all() == []
    [row] = json.loads(village.publish())["document"]["subjects"][0]["rows"]
    assert not [value for value in row.values() if isinstance(value, (int, dict))]


def test_one_panel_withheld_leaves_the_others(village):
    """A panel that stays shut keeps nothing from the one beside it."""
    village.opened(panels=("interviewees", "villagers"))
    village.vote([[EXCELLENT]] * 15, "interviewees")
    village.vote([[EXCELLENT]] * 9)
    village.close()
    assert village.count() == []
    assert [type(outcome) for outcome in outcomes(village)] == [Scored, Withheld]


@pytest.mark.parametrize("pick", [DONT_KNOW, BLANK])
def test_a_row_without_valid_votes_has_no_score(village, pick):
    """When nobody chose among the options the score is absent and the floor unknown: neither a pass nor a veto."""
    village.opened(subjects=2)
    village.vote([[pick, EXCELLENT]] * 10)
    village.close()
    assert village.count() == []
    without, scored = outcomes(village)
    assert (type(without), without.reason.value) == (Withheld, "no_valid_votes")
    assert isinstance(scored, Scored)
    first, second = json.loads(village.publish())["document"]["subjects"]
    assert first["rows"][0]["score"] is None
    assert first["rows"][0]["display"] is None
    assert (first["floor"]["below"], second["floor"]["below"]) == (None, False)


def test_a_key_of_another_poll_in_the_place_is_refused(village):
    """A wrapped key that is not of this box moves nothing: the count is refused and says why."""
    village.opened()
    village.vote([[EXCELLENT]] * 10)
    village.close()
    village.store().put(village.poll, 1, new_key(os.urandom), os.urandom)
    error = refused(village.count)
    assert (type(error), error.code) == (RuleRefused, "decryption_refused")
    assert error.params == {"panel": "villagers", "reason": "foreign_key"}
    assert state(village) is State.TALLIED


def test_an_archive_that_was_tampered_with_is_not_decrypted(village):
    """A stored archive whose tally is not its ballots' sum, or with a byte changed, is refused before any key is used."""
    village.opened()
    village.vote([[EXCELLENT]] * 10)
    village.close()
    raw = bytearray(village.panel().archive)
    raw[len(raw) // 2] ^= 1
    with village.database.write() as session:
        session.execute(sa.text("UPDATE panels SET archive = :raw"), {"raw": bytes(raw)})
    error = refused(village.count)
    assert (error.code, error.params["reason"]) == ("decryption_refused", "not_verified")


def test_counting_again_changes_nothing(village):
    """A counted poll is not counted again."""
    village.opened()
    village.vote([[EXCELLENT]] * 10)
    village.close()
    village.count()
    before = village.panel().archive
    assert refused(village.count).code == "state_needed"
    assert village.panel().archive == before


def test_outcomes_are_one_of_three():
    """What a row can be is Scored, CountsOnly or Withheld: only the first has a score."""
    assert [
        hasattr(kind, "score") or "score" in getattr(kind, "__slots__", ()) for kind in (Scored, CountsOnly, Withheld)
    ] == [True, False, False]
