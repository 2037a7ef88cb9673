"""What people enter: exact, with source and author, never twice, never about oneself, and each on the record."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from polling.errors import BadInput, RuleRefused
from polling.models import AuditEntry
from polling.packs import load_pack
from schemes.assessment import SignOffOf
from scoring import deciding, entering
from scoring.entries import detail_of, in_force
from scoring.inputs import Subject
from scoring.ledger import Row, Step
from scoring.register import TOP, Line, current, in_period, lines, put

HUAYUAN = load_pack("huayuan_2016")

PART = {"subject": "zhaxi", "period": "2026-10", "part": "daily", "score": "98", "source": "乡镇月度打分表"}
FACT = {"subject": "zhaxi", "period": "2026-10", "fact": "absent", "evidence": "县强基办通报〔2026〕7号"}


@pytest.fixture
def enter(office):
    """Call a function of `scoring.entering` in a transaction of its own."""
    office.register(*office.members)

    def call(function, *, who="李文书", scheme=True, **fields):
        with office.database.write() as session:
            scheme_given = (office.scheme,) if scheme else ()
            return function(session, office.act(who), *scheme_given, **fields)

    return call


def chained(scheme, subject, *, without=()):
    """A row whose grade waits for every step of the scheme but those left out."""
    steps = [each for each in scheme.sign_off if each.of is SignOffOf.GRADES and each.key not in without]
    return Row(
        subject, True, chain=tuple(Step(each.key, each.title, each.who, each.kind, None, None) for each in steps)
    )


def details(office, kind):
    """The details of the entries of a kind in force."""
    with office.database.read() as session:
        scheme = "" if kind == "subject" else "county"
        return [detail_of(each) for each in in_force(session, [kind], rehearsal=False, scheme=scheme)]


def test_a_subject_keeps_its_id_through_a_new_name(any_office):
    """Renamed: the same id, one line in force, both on the record; the same line again makes no entry."""
    any_office.register(any_office.members[0], Subject("zhaxi", "team_member", "扎西顿珠", "嘎玛乡", {}))
    before = any_office.snapshot()
    any_office.register(Subject("zhaxi", "team_member", "扎西顿珠", "嘎玛乡", {}))
    assert any_office.snapshot() == before
    with any_office.database.read() as session:
        assert current(session, rehearsal=False)["zhaxi"].subject.name == "扎西顿珠"
        assert current(session, rehearsal=True) == {}
        assert session.scalar(sa.select(sa.func.count()).where(AuditEntry.what == "scoring.subject")) == 2


def test_who_moves_stays_in_the_old_units_past(office):
    """Moved on 1 July: until June he stands in the old unit, from July in the new one."""
    office.register(office.members[0])
    moved = Subject("zhaxi", "team_member", "扎西", "曲水乡", {})
    with office.database.write() as session:
        put(session, office.act(), office.scheme, Line(moved, since=date(2026, 7, 1)))
    with office.database.read() as session:
        found = lines(session, rehearsal=False)
    day = date.fromisoformat
    units = {
        each: in_period(found, day(each), day(each))["zhaxi"].organization for each in ("2026-06-30", "2026-07-31")
    }
    assert units == {"2026-06-30": "嘎玛乡", "2026-07-31": "曲水乡"}


def test_a_line_of_an_earlier_day_is_corrected(office):
    """It is put out of force, not shadowed: no other office sees the subject among its own. Moving it asks for a new day where a place is no mistake."""
    for since, unit, place in (
        (None, "甲", TOP),
        ("2026-07-01", "乙", TOP),
        ("2026-03-01", "丙", "other"),
        ("2026-03-01", "甲", TOP),
    ):
        said = Line(Subject("zhaxi", "team_member", "扎西", unit, {}), since and date.fromisoformat(since), place=place)
        with office.database.write() as session:
            number = put(session, office.act(), office.scheme, said)
    with office.database.read() as session:
        found = lines(session, rehearsal=False)["zhaxi"]
    assert [(each.subject.organization, each.place) for each in found] == [("甲", TOP), ("甲", TOP), ("乙", TOP)]
    assert found[1].number == number
    with office.database.write() as session:
        assert put(session, office.act(), office.scheme, said) == number
        moved = replace(said, place="other")
        with pytest.raises(RuleRefused, match="register_move_day"):
            put(session, office.act(), office.scheme, moved, corrects=False)


DAYS = ("2026-01-31", "2026-03-31", "2026-06-30", "2026-07-31", "2026-12-31")


@pytest.mark.parametrize(
    ("entered", "units"),
    [
        ([(None, "甲"), ("2026-07-01", "乙"), ("2026-03-01", "丙")], "甲丙丙乙乙"),  # entered late, of an earlier time
        ([(None, "甲"), ("2026-03-01", "丙"), ("2026-07-01", "乙")], "甲丙丙乙乙"),
        ([(None, "甲"), ("2026-07-01", "乙"), ("2026-03-01", "丙"), ("2026-07-01", "丁")], "甲丙丙丁丁"),
        ([(None, "甲"), ("2026-07-01", "乙"), ("2026-03-01", "丙"), ("2026-03-01", "丁")], "甲丁丁乙乙"),
        ([(None, "甲"), ("2026-03-01", "丙"), ("2026-07-01", "乙"), (None, "丁")], "丁丁丁丁丁"),  # a correction
        ([("2026-07-01", "乙"), ("2026-03-01", "丙")], "丙丙丙乙乙"),
    ],
)
def test_the_line_of_a_day_is_the_one_that_began_last(office, entered, units):
    """The latest first day not after it counts, not the order of entering; of equal ones the one entered last."""
    for since, unit in entered:
        said = Line(Subject("zhaxi", "team_member", "扎西", unit, {}), since and date.fromisoformat(since))
        with office.database.write() as session:
            put(session, office.act(), office.scheme, said)
    with office.database.read() as session:
        found, last = lines(session, rehearsal=False), current(session, rehearsal=False)["zhaxi"]
    days = [date.fromisoformat(day) for day in DAYS]
    assert "".join(in_period(found, day, day)["zhaxi"].organization for day in days) == units
    assert last.subject.organization == units[-1]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": "Zha Xi"}, "scoring_subject_id"), ({"kind": "helper"}, "scoring_subject_kind"), ({"name": " "}, "scoring_empty"),
        ({"organization": "a\nb"}, "scoring_line"), ({"attributes": {"age": 3}}, "scoring_attribute_unknown"),
        ({"attributes": {"altitude_m": True}}, "scoring_attribute"), ({"attributes": {"stationed": 1}}, "scoring_attribute"),
    ],
)  # fmt: skip
def test_a_subject_that_is_none_is_refused(office, changed, code):
    """Id, kind, name, unit and attributes are held against the pack."""
    fields = {
        "id": "zhaxi",
        "kind": "team_member",
        "name": "扎西",
        "organization": "嘎玛乡",
        "attributes": {},
    } | changed
    with pytest.raises(BadInput, match=rf"^{code} "):
        office.register(Subject(**fields))


def test_an_id_does_not_change_its_kind(office):
    """An id that is a member's does not become a team's."""
    office.register(office.members[0])
    with pytest.raises(RuleRefused, match="scoring_kind_changed"):
        office.register(Subject("zhaxi", "work_team", "嘎玛村工作队", "嘎玛乡", {}))


@pytest.mark.parametrize("score", ["101", "优", "", "-1", "1e1", "85,5", "100.01", "85.1234567", "８５", "NaN", "1/3"])
def test_a_score_that_is_none_is_refused(enter, office, score):
    """101 and 优 are no scores, and nothing is kept of them."""
    with pytest.raises(BadInput, match="scoring_score"):
        enter(entering.enter_part, **PART | {"score": score})
    assert details(office, "part") == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"source": " "}, "scoring_empty"), ({"subject": "nobody"}, "scoring_subject_unknown"), ({"period": "2026-13"}, "scoring_period"),
        ({"period": "2026Q3"}, "scoring_period_kind"), ({"part": "poll"}, "scoring_part_polled"), ({"part": "attendance"}, "scoring_part_unknown"),
    ],
)  # fmt: skip
def test_a_part_score_needs_subject_period_part_and_source(enter, changed, code):
    """Each is held against register and pack."""
    with pytest.raises(BadInput, match=rf"^{code} "):
        enter(entering.enter_part, **PART | changed)


def test_a_part_stands_once_and_is_corrected_by_number(enter, office):
    """A second number is refused; a correction names the entry it replaces, once; several leaders each give one."""
    first = enter(entering.enter_part, **PART)
    with pytest.raises(RuleRefused, match="scoring_entered"):
        enter(entering.enter_part, **PART | {"score": "99"})
    enter(entering.enter_part, **PART | {"score": "97.5", "replaces": first})
    assert [each["score"] for each in details(office, "part")] == ["97.5"]
    with pytest.raises(RuleRefused, match="scoring_entry_replaced"):
        enter(entering.withdraw, scheme=False, number=first, reason="填错")
    for by in ("王县长", "赵书记"):
        enter(entering.enter_part, **PART | {"part": "领导评分", "by": by})
    with pytest.raises(RuleRefused, match="scoring_entered"):
        enter(entering.enter_part, **PART | {"part": "leaders", "by": "王县长"})


def test_a_fact_needs_evidence_and_author_and_another_person(enter, office):
    """No evidence, no author, confirmed by its own author (however spelt) or by the subject: refused; then it is confirmed, once."""
    for changed in ({"evidence": " "}, {"who": " "}):
        with pytest.raises(BadInput, match="scoring_empty"):
            enter(entering.enter_fact, **FACT | changed)
    with pytest.raises(BadInput, match="scoring_fact_unknown"):
        enter(entering.enter_fact, **FACT | {"fact": "late"})
    number = enter(entering.enter_fact, **FACT)
    for who, code in (("李 文书", "scoring_confirm_self"), ("扎西", "scoring_recusal")):
        with pytest.raises(RuleRefused, match=code):
            enter(entering.confirm_fact, scheme=False, who=who, number=number)
    enter(entering.confirm_fact, scheme=False, who="张科长", number=number)
    with pytest.raises(RuleRefused, match="scoring_confirmed"):
        enter(entering.confirm_fact, scheme=False, who="赵干事", number=number)
    enter(entering.withdraw, scheme=False, number=number, reason="查无此事")
    assert details(office, "fact") == []
    with pytest.raises(RuleRefused, match="scoring_entry_replaced"):
        enter(entering.confirm_fact, scheme=False, who="赵干事", number=number)


def test_a_fact_holds_for_its_kinds_and_a_choice_for_its_grades(enter, office):
    """A fact about members is not entered about a team; under may a grade of the rule is picked."""
    office.register(Subject("team", "work_team", "嘎玛村工作队", "嘎玛乡", {}))
    with pytest.raises(BadInput, match="scoring_fact_subject"):
        enter(entering.enter_fact, **FACT | {"subject": "team", "period": "2026Q3"})
    with pytest.raises(BadInput, match="scoring_grade_unknown"):
        enter(entering.enter_fact, **FACT | {"fact": "careless", "chosen": "excellent"})
    enter(entering.enter_fact, **FACT | {"fact": "责任心差", "chosen": "competent"})


def test_decisions_name_known_grades_and_quotas(enter, office):
    """A grade is one of the scale and stands once; nobody decides about himself; a quota decision stands once."""
    decision = {"subject": "zhaxi", "period": "2026-10", "grade": "称职", "reason": "集体研究"}
    with pytest.raises(BadInput, match="scoring_grade_unknown"):
        enter(deciding.decide_grade, **decision | {"grade": "良好"})
    with pytest.raises(RuleRefused, match="scoring_recusal"):
        enter(deciding.decide_grade, who="扎西", **decision)
    first = enter(deciding.decide_grade, **decision)
    with pytest.raises(RuleRefused, match="scoring_entered"):
        enter(deciding.decide_grade, **decision)
    enter(deciding.decide_grade, **decision | {"grade": "excellent", "replaces": first})
    quota = {
        "quota": "excellent_cap",
        "organization": "嘎玛乡",
        "period": "2026-10",
        "what": "alternative",
        "reason": "县委同意",
    }
    with pytest.raises(BadInput, match="scoring_quota_unknown"):
        enter(deciding.decide_quota, **quota | {"quota": "x"})
    enter(deciding.decide_quota, **quota)
    with pytest.raises(RuleRefused, match="scoring_entered"):
        enter(deciding.decide_quota, **quota)
    assert [each["grade"] for each in details(office, "grade")] == ["excellent"]


def test_the_chain_is_signed_in_order_and_nobody_signs_about_himself(enter, office):
    """Committee before office: refused. A subject signs his own confirmation and nothing else. New figures: signed anew."""
    place = {
        "organization": "嘎玛乡",
        "period": "2026-10",
        "on": date(2026, 11, 24),
        "ledger": "a" * 64,
        "rows": [chained(office.scheme, each) for each in office.members],
    }
    with pytest.raises(RuleRefused, match="scoring_step_early"):
        enter(deciding.sign, step="committee", by="赵书记", **place)
    with pytest.raises(RuleRefused, match="scoring_recusal"):
        enter(deciding.sign, step="office", by="扎 西", **place)
    with pytest.raises(BadInput, match="scoring_step_unknown"):
        enter(deciding.sign, step="mayor", by="王县长", **place)
    enter(deciding.sign, step="县强基办审核", by="王主任", **place)
    with pytest.raises(RuleRefused, match="scoring_entered"):
        enter(deciding.sign, step="office", by="王主任", **place)
    with pytest.raises(BadInput, match="scoring_empty"):
        enter(deciding.sign, step="discipline", by="陈书记", subject="zhaxi", **place)
    enter(deciding.sign, step="discipline", by="陈书记", subject="zhaxi", text="无异议", **place)
    with pytest.raises(
        RuleRefused, match="scoring_step_early"
    ):  # the others' excellent grades wait for the opinion too
        enter(deciding.sign, step="committee", by="赵书记", **place)
    enter(deciding.sign, step="discipline", by="陈书记", text="无异议", **place)
    enter(deciding.sign, step="committee", by="赵书记", **place)
    with pytest.raises(BadInput, match="scoring_step_subject"):
        enter(deciding.sign, step="own", by="扎西", **place)
    enter(deciding.sign, step="own", by="扎西", subject="zhaxi", **place)
    enter(deciding.sign, step="office", by="王主任", **place | {"ledger": "b" * 64})
    assert len(details(office, "sign")) == 6


def test_the_order_is_that_of_the_chains_under_the_signature(enter, office):
    """A step that no row asks for holds nobody up and is signed by nobody; one that some rows ask for holds those up alone."""
    graded = chained(office.scheme, office.members[0], without=("office", "discipline"))
    waiting, other = Row(office.members[1], True), chained(office.scheme, office.members[2])
    place = {"organization": "嘎玛乡", "period": "2026-10", "on": date(2026, 11, 24), "ledger": "a" * 64}
    with pytest.raises(RuleRefused, match="scoring_step_not_asked"):
        enter(deciding.sign, step="office", by="王主任", rows=[graded, waiting], **place)
    with pytest.raises(RuleRefused, match="scoring_step_early"):
        enter(deciding.sign, step="committee", by="赵书记", rows=[graded, waiting, other], **place)
    enter(deciding.sign, step="committee", by="赵书记", rows=[graded, waiting, other], subject="zhaxi", **place)
    enter(deciding.sign, step="committee", by="赵书记", rows=[graded, waiting], **place)


def test_what_is_signed_one_by_one_names_its_subject(office):
    """花园乡 第五条 逐一签字确认: the household signs for one helper; its signature opens the next step for him and for nobody else."""
    helpers = [Subject(f"h{number}", "helper", f"帮扶{number}", "花园乡") for number in (1, 2)]

    def sign(step, by, subject=None):
        with office.database.write() as session:
            deciding.sign(
                session,
                office.act(),
                HUAYUAN,
                organization="花园乡",
                period="2017",
                step=step,
                by=by,
                on=date(2017, 12, 28),
                ledger="a" * 64,
                rows=[chained(HUAYUAN, each) for each in helpers],
                subject=subject,
            )

    with pytest.raises(BadInput, match="scoring_step_subject"):
        sign("household", "多吉")
    sign("household", "多吉", "h1")
    with pytest.raises(RuleRefused, match="scoring_step_early"):
        sign("helper", "帮扶2", "h2")
    sign("helper", "帮扶1", "h1")
    sign("village_head", "帮扶2", "h1")  # another helper may be the head of this one's village
    with pytest.raises(RuleRefused, match="scoring_recusal"):
        sign("liaison_leader", "帮扶1", "h1")


def test_a_rehearsal_has_a_book_of_its_own(enter, office):
    """A rehearsal's register and entries are seen from the real book in nothing, and its numbers cannot be used there."""
    with office.database.write() as session, pytest.raises(BadInput, match="scoring_subject_unknown"):
        entering.enter_part(session, office.act(rehearsal=True), office.scheme, **PART)
    office.register(office.members[0], rehearsal=True)
    with office.database.write() as session:
        number = entering.enter_part(session, office.act(rehearsal=True), office.scheme, **PART)
    assert details(office, "part") == []
    with pytest.raises(RuleRefused, match="scoring_entry_replaced"):
        enter(entering.withdraw, scheme=False, number=number, reason="填错")


def test_every_entry_is_in_the_audit_log(enter, office):
    """Who, what and the number of the entry."""
    number = enter(entering.enter_part, **PART)
    with office.database.read() as session:
        last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert (last.who, last.what) == ("李文书", "scoring.part")
    assert f'"first":{number}' in last.detail
