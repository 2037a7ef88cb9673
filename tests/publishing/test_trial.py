"""A trial ballot in a throw-away box: really sealed, cast and counted, and nothing of it stays."""

import secrets
from gettext import NullTranslations

import pytest
import sqlalchemy as sa
from village import NOW

from ballots.annulment import annul
from ballots.casting import cast
from ballots.models import BoxedBallot, Credential, Invitation, PartialDecryption, Purge, Trustee
from ballots.removal import throw_away
from belenios.credentials import secret_of
from belenios.election import read_election
from belenios.sealing import seal
from polling import audit
from polling.errors import RuleRefused
from polling.lifecycle import State
from polling.models import AuditEntry, Panel, Poll
from polling.polls import find_poll
from publishing import trial
from publishing.signing_keys import load_signer
from tally.outcome import Scored


def begin(village, panel="villagers") -> trial.Begun:
    """Open a trial of the village's poll and cast its examples."""
    signer = load_signer(village.database)
    with village.database.write() as session:
        begun = trial.begin(
            session,
            find_poll(session, village.poll, lock=True),
            panel,
            base_url="http://10.0.0.9:8000",
            title="（试投）",
            store=village.store(),
            sign=lambda record: signer.document(record).decode(),
            who="王",
            now=NOW,
            random=secrets.token_bytes,
            translations=NullTranslations(),
        )
    for raw in trial.examples(begun, secrets.token_bytes):
        cast(village.database, begun.panel, raw)
    return begun


def vote(village, begun, picks) -> None:
    """Cast the one slip's ballot."""
    election = read_election(begun.election)
    rows = [
        [int(place == pick) for place in range(question.width)]
        for question, pick in zip(election.questions, picks, strict=True)
    ]
    code = begun.url.partition("#")[2]
    cast(village.database, begun.panel, seal(election, secret_of(code, begun.panel), rows, secrets.token_bytes))


def count(village, begun):
    """Count a trial."""
    return trial.count(
        village.database, begun.poll, store=village.store(), who="王", now=NOW, random=secrets.token_bytes
    )


def end(village) -> None:
    """Throw the trials of the poll away."""
    with village.database.write() as session:
        trial.end(session, village.poll, store=village.store(), who="王", now=NOW)


def left(village) -> list[int]:
    """How many rows of each kind there are."""
    with village.database.read() as session:
        models = (Poll, Panel, Credential, BoxedBallot, Trustee, Invitation, PartialDecryption, Purge)
        return [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in models]


@pytest.mark.parametrize(("panel", "needed"), [("evaluators", 20), ("interviewees", 15), ("villagers", 10)])
def test_one_ballot_among_examples_is_counted(any_village, panel, needed):
    """The box takes as many ballots as the scheme asks for; the sums less the examples are the one ballot; all of it goes afterwards."""
    any_village.create(panels=(panel,), subjects=3)
    before = left(any_village)
    begun = begin(any_village, panel)
    with any_village.database.read() as session:
        assert trial.standing(session, any_village.poll) == trial.Standing(begun.poll, panel, needed - 1, come=False)
    with pytest.raises(RuleRefused, match="trial_waits"):
        count(any_village, begun)
    vote(any_village, begun, [1, 0, 4])
    lines = count(any_village, begun)
    assert [line.own for line in lines] == [1, 0, 4]
    assert [sum(line.sums) for line in lines] == [needed] * 3
    assert [line.sums[0] for line in lines] == [0, 1, 0]
    assert all(isinstance(line.row.outcome, Scored) for line in lines)
    assert [line.own for line in count(any_village, begun)] == [1, 0, 4]  # an answer that was lost is given again
    end(any_village)
    assert left(any_village) == before
    assert not list((any_village.database.settings.home / "keys").glob("*"))
    with any_village.database.read() as session:
        assert trial.standing(session, any_village.poll) is None
        assert session.scalar(sa.select(AuditEntry.what).order_by(AuditEntry.number.desc()).limit(1)) == "trial.end"
        assert audit.walk(session).broken is None


def test_a_trial_leaves_its_poll_alone(village):
    """A printed poll keeps its slips, its state and its revision; it opens as if there had been no trial, with keys of its own."""
    village.create(panels=("villagers",))
    village.print()
    with village.database.read() as session:
        before = find_poll(session, village.poll).revision
        points = set(session.scalars(sa.select(Credential.point)))
    begun = begin(village)
    with village.database.read() as session:
        tried = find_poll(session, begun.poll)
        assert (tried.trial_of, tried.rehearsal, tried.state) == (village.poll, True, State.OPEN)
        assert session.scalars(sa.select(Trustee.origin).where(Trustee.poll_id == begun.poll)).all() == ["server"]
        assert points.isdisjoint(session.scalars(sa.select(Credential.point).where(Credential.panel == begun.panel)))
    end(village)
    with village.database.read() as session:
        assert find_poll(session, village.poll).revision == before
        assert set(session.scalars(sa.select(Credential.point))) == points
    village.open()
    village.vote([[1]] * 10)


def test_a_trial_uses_the_frozen_scheme(village):
    """A printed poll is tried out by the rules it was frozen with, whatever the pack says by now."""
    village.create()
    village.print()
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        poll.scheme_raw = poll.scheme_raw.replace("很满意".encode(), "特别满意".encode())
    begun = begin(village)
    assert read_election(begun.election).questions[0].answers[0] == "特别满意"
    end(village)


@pytest.mark.parametrize("state", ["open", "annulled"])
def test_only_what_is_not_open_yet_is_tried_out(village, state):
    """Once the box is open, or annulled, no trial begins."""
    village.opened()
    if state == "annulled":
        with village.database.write() as session:
            annul(session, find_poll(session, village.poll), reason="x", people=("a", "b"), now=NOW)
    with pytest.raises(RuleRefused, match="state_needed"):
        begin(village)
    assert left(village)[0] == 1


def test_only_drafts_and_trials_are_thrown_away(village):
    """A poll whose slips were printed is never removed, and none of its ballots goes."""
    village.opened()
    village.vote([[1]] * 3)
    before = left(village)
    with pytest.raises(RuleRefused, match="state_needed"), village.database.write() as session:
        throw_away(session, find_poll(session, village.poll), who="王", now=NOW)
    assert left(village) == before
