"""Ledgers from rows: what came and what was entered, and the same again from nothing else."""

from datetime import date

import pytest
import sqlalchemy as sa

from polling.errors import RuleRefused
from scoring import book, deciding, entering
from scoring.entries import New, append
from scoring.inputs import Subject
from scoring.models import Ledger
from scoring.receiving import Arrival
from scoring.register import Line, put

PART = {"subject": "zhaxi", "period": "2026-10", "source": "打分表"}


def deliver(office, document):
    """Receive one document and refresh, as a delivery does."""
    received = office.receive(document)
    with office.database.write() as session:
        book.refresh_received(session, received)
    return received


def enter(office, function, *arguments, rehearsal=False, who="李文书", **fields):
    """Enter something and refresh."""
    with office.database.write() as session:
        number = function(session, office.act(who, rehearsal=rehearsal), *arguments, **fields)
        book.refresh(session, "county", rehearsal=rehearsal)
    return number


def ledger(office, period="2026-10", organization="嘎玛乡", *, rehearsal=False):
    """The stored ledger."""
    with office.database.read() as session:
        return book.stored(session, "county", organization, period, rehearsal=rehearsal)


def row(office, subject="zhaxi", **place):
    """One subject's row."""
    [found] = [each for each in ledger(office, **place)["rows"] if each["subject"]["id"] == subject]
    return found


@pytest.fixture
def filled(any_office):
    """Three members; 扎西 has all parts of October: 98*0.1 + 90*0.2 + 85*0.7 = 87.30."""
    any_office.register(*any_office.members)
    deliver(any_office, any_office.result("r1", subjects=("zhaxi", "zhuoma")))
    enter(any_office, entering.enter_part, any_office.scheme, **PART | {"part": "daily", "score": "98"})
    for by, score in (("王县长", "88"), ("赵书记", "92")):
        enter(
            any_office, entering.enter_part, any_office.scheme, **PART | {"part": "leaders", "score": score, "by": by}
        )
    return any_office


def test_a_ledger_is_what_came_and_what_was_entered(filled):
    """The exact composite, whose parts are missing elsewhere; the year beside the month; nothing differs when made anew."""
    assert row(filled)["composite"] == {"is": "composed", "score": {"num": 873, "den": 10}}
    assert row(filled, "zhuoma")["composite"] == {"is": "missing", "parts": ["daily", "leaders"]}
    assert ledger(filled, "2026")["period_kind"] == "year"
    with filled.database.read() as session:
        assert book.first_difference(session) is None
        assert book.listed(session, rehearsal=False) == [("county", "嘎玛乡", "2026"), ("county", "嘎玛乡", "2026-10")]


def test_a_correction_moves_the_ledger_and_a_replay_does_not(filled):
    """A superseding document counts in place of the old one; withdrawn, the part is missing."""
    deliver(filled, filled.result("r2", supersedes="r1", votes=(10, 0, 0)))
    assert row(filled)["composite"]["score"] == {"num": 978, "den": 10} or row(filled)["composite"]["score"] == {
        "num": 489,
        "den": 5,
    }
    before = filled.snapshot()
    assert deliver(filled, filled.result("r1", subjects=("zhaxi", "zhuoma"))).arrival is Arrival.AGAIN
    assert filled.snapshot() == before
    deliver(filled, filled.withdrawal("w1", "r2"))
    assert row(filled)["composite"] == {"is": "missing", "parts": ["poll"]}
    with filled.database.read() as session:
        assert book.first_difference(session) is None


def test_the_order_of_arrival_makes_the_same_bytes(office, tmp_path):
    """Correction before or after what it replaces: one ledger, byte for byte."""
    office.register(*office.members)
    deliver(office, office.result("r2", supersedes="r1", votes=(10, 0, 0)))
    first = ledger(office)
    deliver(office, office.result("r1"))
    assert ledger(office) == first


def test_rehearsals_stand_in_no_real_ledger(office):
    """A rehearsal's result makes a rehearsal's ledger and leaves the real one as it was."""
    office.register(*office.members)
    office.register(*office.members, rehearsal=True)
    deliver(office, office.result("r1"))
    before = ledger(office)
    deliver(office, office.result("x1", poll="p9", votes=(1, 0, 9), rehearsal=True))
    assert ledger(office) == before
    assert ledger(office, rehearsal=True)["rehearsal"] is True


def test_every_tampered_ledger_is_found(filled):
    """A stored byte changed, a ledger lost, one too many: each is named; rebuilding mends them."""

    def broken(statement):
        with filled.database.write() as session:
            session.execute(statement)
        with filled.database.read() as session:
            found = book.first_difference(session)
        with filled.database.write() as session:
            assert book.rebuild(session) == 1
        with filled.database.read() as session:
            assert book.first_difference(session) is None
        return found.organization, found.period, found.what

    month = Ledger.period == "2026-10"
    assert broken(sa.update(Ledger).where(month).values(raw=b"{}")) == ("嘎玛乡", "2026-10", "differs")
    assert broken(sa.delete(Ledger).where(month)) == ("嘎玛乡", "2026-10", "missing")
    surplus = sa.insert(Ledger).values(rehearsal=False, organization="无", scheme="county", period="2026-09", raw=b"{}")
    assert broken(surplus) == ("无", "2026-09", "surplus")


def rows(office):
    """The rows of the township's month as they stand."""
    with office.database.read() as session:
        return book.current(session, "county", "嘎玛乡", "2026-10", rehearsal=False).rows


def test_signed_figures_that_change_are_signed_anew(filled):
    """A signature names the ledger it was given over; a new number makes it stale, and the grade is no longer confirmed."""
    for step, by in (("office", "王主任"), ("committee", "赵书记")):
        place = {"organization": "嘎玛乡", "period": "2026-10", "on": date(2026, 11, 24), "rows": rows(filled)}
        number = enter(filled, deciding.sign, filled.scheme, step=step, by=by, ledger=ledger(filled)["digest"], **place)
        enter(filled, deciding.compare, number=number, rows=rows(filled), who="张科长")
    own = {
        "organization": "嘎玛乡",
        "period": "2026-10",
        "on": date(2026, 11, 24),
        "rows": rows(filled),
        "subject": "zhaxi",
    }
    last = enter(filled, deciding.sign, filled.scheme, step="own", by="扎西", ledger=ledger(filled)["digest"], **own)
    assert row(filled)["confirmed"] is None  # nobody else compared it yet
    for who in ("李文书", "扎 西"):  # who entered it, who gave it
        with pytest.raises(RuleRefused, match="scoring_compare_self"):
            enter(filled, deciding.compare, number=last, rows=rows(filled), who=who)
    enter(filled, deciding.compare, number=last, rows=rows(filled), who="卓玛")
    with pytest.raises(RuleRefused, match="scoring_compared"):
        enter(filled, deciding.compare, number=last, rows=rows(filled), who="张科长")
    assert row(filled)["confirmed"] == "competent"
    deliver(filled, filled.result("r2", supersedes="r1", votes=(9, 1, 0)))
    assert row(filled)["confirmed"] is None
    assert {"kind": "stale", "key": "office"} in row(filled)["awaited"]


def test_nobody_compares_a_signature_over_himself_and_an_old_one_counts(filled):
    """One over the whole sheet is compared by none of it; one entered before comparing was asked for counts as it did, byte for byte."""
    place = {"organization": "嘎玛乡", "period": "2026-10", "on": date(2026, 11, 24), "rows": rows(filled)}
    sheet = {"step": "office", "by": "王主任", "ledger": ledger(filled)["digest"]}
    number = enter(filled, deciding.sign, filled.scheme, **sheet, **place)
    assert row(filled)["chain"][0]["by"] is None
    with pytest.raises(RuleRefused, match="scoring_recusal"):
        enter(filled, deciding.compare, number=number, rows=rows(filled), who="卓玛")
    said = {"step": "office", "by": "陈主任", "on": "2026-11-23", "text": "", "ledger": sheet["ledger"]}
    with filled.database.write() as session:
        old = New("sign", said, "county", "嘎玛乡", "", "2026-10")
        [number] = append(session, filled.act(), [old], what="sign")
        book.rebuild(session)
    assert row(filled)["chain"][0]["by"] == "陈主任"
    with pytest.raises(RuleRefused, match="scoring_compared"):
        enter(filled, deciding.compare, number=number, rows=rows(filled), who="张科长")


def test_who_moves_is_counted_where_he_stood(office):
    """Moved on 1 November: October stays with the old unit, November is the new one's."""
    office.register(*office.members)
    moved = Subject("zhaxi", "team_member", "扎西", "曲水乡", {})
    enter(office, put, office.scheme, Line(moved, since=date(2026, 11, 1)))
    deliver(office, office.result("r1"))
    deliver(office, office.result("r2", poll="p2", period="2026-11"))
    with office.database.read() as session:
        places = {(organization, period) for _scheme, organization, period in book.listed(session, rehearsal=False)}
    assert places == {("嘎玛乡", "2026-10"), ("曲水乡", "2026-11"), ("曲水乡", "2026")}
    assert row(office, period="2026-10")["subject"]["organization"] == "嘎玛乡"


def test_who_left_is_assessed_no_more_and_keeps_the_past(office):
    """Until 15 November: November's ledger still has him, December's has not, though another of the unit is in it; the year has."""
    office.register(*office.members)
    left = Line(office.members[0], until=date(2026, 11, 15), post="副队长")
    enter(office, put, office.scheme, left)
    for number, period in ((1, "2026-11"), (2, "2026-12")):
        deliver(office, office.result(f"r{number}", poll=f"p{number}", period=period, subjects=(office.members[1].id,)))
    rows = lambda period: {each["subject"]["id"] for each in ledger(office, period)["rows"]}  # noqa: E731
    assert "zhaxi" in rows("2026-11")
    assert "zhaxi" not in rows("2026-12")
    assert rows("2026-12")
    assert "zhaxi" in rows("2026")


def test_a_confirmed_fact_overrides_the_grade_and_not_the_score(filled):
    """R7: until another person confirms it nothing follows; then the grade is the fact's and the composite is what it was."""
    fact = {"subject": "zhaxi", "period": "2026-10", "fact": "absent", "evidence": "通报〔2026〕7号"}
    number = enter(filled, entering.enter_fact, filled.scheme, **fact)
    assert row(filled)["proposed"] != "incompetent"
    enter(filled, entering.confirm_fact, number=number, who="张科长")
    assert row(filled)["proposed"] == "incompetent"
    assert row(filled)["composite"]["score"] == {"num": 873, "den": 10}


def test_an_unknown_place_says_which_are_known(filled):
    """A typing error in the unit's name is answered with the names there are."""
    with filled.database.read() as session, pytest.raises(RuleRefused, match="嘎玛乡"):
        book.current(session, "county", "噶玛乡", "2026-10", rehearsal=False)
