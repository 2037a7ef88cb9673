"""After closing: waiting for keys, the count, the result, and the report to print."""

import io
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask_babel import get_translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response
from wtforms import StringField

from ballots.reconciliation import balances_of
from ballots.titles import heading
from belenios.election import new_uuid
from polling.calendar import day_of
from polling.db import Session
from polling.errors import DomainError
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import scheme_of
from polling.recusal import is_concerned
from polling.working_days import Holidays
from publishing.balance_words import balance_line, rows_line
from publishing.counting import count_poll
from publishing.published import rate, score_of
from publishing.report import write_report
from publishing.result_table import as_csv, as_xlsx, lines_of
from publishing.results import COUNTED_STATES, publish, result_document
from publishing.sign_off import chain_of, stand_in
from publishing.standing import Standing, published_document, standing
from publishing.turnout import turnout
from web import charts
from web.access import Audience, audience
from web.acts import Act, already, refusal, say
from web.desk import database, now, own_poll, random, signer, store, who

blueprint = Blueprint("outcome", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)
WAITING = (State.CLOSED, State.TALLIED)
# measured on one slow core: one row of a ballot, checked by each key of this machine and once more by the verifier
SECONDS_A_ROW = 0.01
LONGEST_DAYS = 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Publishing(Act):
    """Publishing, with how long the notice runs; empty: as long as the scheme says."""

    days = StringField(lazy("公示几天"))

    def days_set(self) -> int | None:
        """The number that was typed, -1 for what is none: it is refused with what may be typed."""
        typed = (self.days.data or "").strip()
        return None if not typed else int(typed) if typed.isdecimal() and len(typed) <= LONGEST_DAYS else -1


def _standing(session: Session, found: Poll) -> Standing:
    keys = store(found)
    return standing(session, found, lambda owner: keys.holds(found.id, owner))


@blueprint.route("/polls/<poll_id>/count", methods=["GET", "POST"])
@desk
def count(poll_id: str) -> Response | str | tuple[str, int]:
    """Wait for the keys; when all have come, count. Who waited for them on this page is not asked to click (decision 91)."""
    form = Act()
    problems: list[str] = []
    status = 200
    with database().read() as session:
        found = own_poll(session, poll_id)
    if found.state not in WAITING:
        return _not_waiting(found)
    if form.validate_on_submit():
        try:
            if (
                found.state is State.CLOSED
            ):  # in a tally that has begun, another click or a key moved the revision, and nothing else can
                form.demand_fresh(found)
            missing = count_poll(database(), poll_id, (), store=store(found), who=who(), now=now(), random=random)
        except DomainError as error:
            with database().read() as session:
                found = own_poll(session, poll_id)
            if found.state not in WAITING:  # the other of two clicks was faster
                return _not_waiting(found)
            words, status = refusal(form, error, found)
            problems = [words]
        else:
            if not missing:
                say(_("票已经计好。"))
                return redirect(url_for("outcome.result", poll_id=poll_id))
            say(_("还有保管人没有用钥匙打开合计，现在还不能计票。"), "warn")
            return redirect(url_for("outcome.count", poll_id=poll_id))
    with database().read() as session:
        found = own_poll(session, poll_id)
        waited = _standing(session, found)
        panels = turnout(session, found)
        counts = not is_concerned(session, found, who())
    form.begin(found)
    page = render_template(
        "desk/count.html",
        poll=found,
        form=form,
        problems=problems,
        standing=waited,
        panels=panels,
        waits=f"{who()} {poll_id}" if counts else "",
        seconds=_seconds(waited, len(found.subjects)),
    )
    return page, status


def _seconds(waited: Standing, subjects: int) -> int:
    """About how long the count takes."""
    here = sum(key.here and bool(key.missing) for key in waited.keys)
    return max(3, round(waited.ballots * subjects * (here + 1) * SECONDS_A_ROW))


def _not_waiting(found: Poll) -> Response:
    if found.state in COUNTED_STATES:
        say(_("票已经计好，不用再计。"), "")
        return redirect(url_for("outcome.result", poll_id=found.id))
    if found.state is State.ANNULLED:
        return already(found, _("本场测评已作废。"))
    return already(found, _("票箱还没有关，还不能计票。"))


@blueprint.get("/polls/<poll_id>/result")
@desk
def result(poll_id: str) -> Response | str | tuple[str, int]:
    """Counts, rates and scores, first for the desk alone, then as they were published."""
    return _result(poll_id, Publishing(formdata=None))


@blueprint.post("/polls/<poll_id>/publish")
@desk
def publish_(poll_id: str) -> Response | str | tuple[str, int]:
    """Sign the result and put it on notice; a rehearsal's own people sign what is missing."""
    form = Publishing()
    try:
        with database().write() as session:
            found = own_poll(session, poll_id, lock=True)
            due = found.state is State.COUNTED
            if due:
                form.demand_fresh(found)
                if found.rehearsal:
                    stand_in(session, found, who=who(), now=now())
                publish(
                    session,
                    found,
                    signer=signer(),
                    document_id=new_uuid(random),
                    who=who(),
                    now=now(),
                    holidays=Holidays.of(database().settings, rehearsal=found.rehearsal),
                    days=form.days_set(),
                )
    except DomainError as error:
        return _result(poll_id, form, error)
    if due:
        say(_("结果已经公布。"))
    return redirect(url_for("outcome.result", poll_id=poll_id))


def _result(poll_id: str, form: "Publishing", problem: DomainError | None = None) -> Response | str | tuple[str, int]:
    with database().read() as session:
        found = own_poll(session, poll_id)
        published = published_document(session, poll_id)
        if published is None and found.state is not State.COUNTED:
            if found.state is State.ANNULLED:
                return already(found, _("本场测评已作废。"))
            return already(found, _("还没有计票，没有结果。"))
        if found.state is State.COUNTED:  # not published yet, or being corrected
            published = None
        document = published or result_document(session, found, "", day_of(now()))
        scheme = scheme_of(found)
        chain = chain_of(session, found)
    words, status = refusal(form, problem, found) if problem else ("", 200)
    form.begin(found)
    page = render_template(
        "desk/result.html",
        poll=found,
        form=form,
        problems=[words] if words else [],
        document=document,
        published=published is not None,
        panels=[(panel, rows_of(document, panel)) for panel in document["panels"]],
        against_each=_against(document),
        balances={key: balance_line(figures, _) for key, figures in balances_of(found).items()},
        rows_line=lambda rows, returned: rows_line(rows, returned, _),
        scheme=scheme,
        chain=chain,
    )
    return page, status


def rows_of(document: Mapping[str, Any], panel: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of one panel, each with its subject's name, the rates beside the votes, and the floor where this panel alone is it."""
    rows = []
    for subject in document["subjects"]:
        floor = subject["floor"]
        for row in subject["rows"]:
            if row["panel_key"] == panel["key"]:
                votes = [
                    (
                        heading(option["title"], _),
                        row["counts"][option["key"]],
                        rate(row["counts"][option["key"]], row["valid"]),
                    )
                    for option in (panel["options"] if row["counts"] is not None else ())
                ]
                here = floor is not None and panel["key"] in floor["panels"]
                rows.append(
                    row
                    | {
                        "id": subject["id"],
                        "name": subject["name"],
                        "votes": votes,
                        "shares": charts.distribution([(title, number) for title, number, _share in votes]),
                        "floor": floor if here else None,
                    }
                )
    return rows


def _against(document: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Panel against panel: of each subject with two scores or more, (title, score, place) by panel, where panels differ in what they say."""
    titles = {panel["key"]: heading(panel["title"], _) for panel in document["panels"]}
    found = []
    for subject in document["subjects"]:
        scores = [
            (titles[row["panel_key"]], row["display"], charts.percent(score))
            for row in subject["rows"]
            if (score := score_of(row)) is not None
        ]
        if len(scores) > 1:
            found.append((subject["name"], scores))
    return found


@blueprint.get("/polls/<poll_id>/result.<any(csv, xlsx):kind>")
@desk
def table(poll_id: str, kind: str) -> Response:
    """The result as a table for further work: as it was published, or as it was counted."""
    with database().read() as session:
        found = own_poll(session, poll_id)
        document = published_document(session, poll_id)
        if found.state is State.COUNTED:
            document = result_document(session, found, "", day_of(now()))
        balances = balances_of(found)
    if document is None:
        return already(found, _("还没有计票，没有结果。"))
    lines = lines_of(document, balances, _)
    response = make_response(as_csv(lines) if kind == "csv" else as_xlsx(lines))
    response.headers["Content-Type"] = "text/csv; charset=utf-8" if kind == "csv" else XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{document["id"] or poll_id}.{kind}"'
    return response


@blueprint.get("/polls/<poll_id>/report.pdf")
@desk
def report(poll_id: str) -> Response:
    """The result on paper for the people who sign it: while it is out for signatures, and as it was published."""
    with database().read() as session:
        found = own_poll(session, poll_id)
        document = published_document(session, poll_id)
        chain = chain_of(session, found)
        balances = balances_of(found)
        if found.state is State.COUNTED and chain.sent:  # the sheet that is signed on paper
            document = result_document(session, found, "", day_of(now()))
        elif found.state is State.COUNTED:
            document = None
    if document is None:
        return already(found, _("结果还没有公布。公布以后才有报告。"))
    out = io.BytesIO()
    steps = [{"title": step.rule.title, "who": step.rule.who} for step in chain.steps]
    write_report(out, document, get_translations(), steps, balances)
    response = make_response(out.getvalue())
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{document["id"] or poll_id}.pdf"'
    return response
