"""The organizer's list of polls; a new draft begun, or made after the model of an earlier poll; and a draft thrown away."""

import msgspec
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ballots.invitations import invited, keys_with_names, name_holders
from ballots.removal import throw_away
from ballots.wording import Keys
from belenios.election import new_uuid
from belenios.encoding import is_uuid
from polling.calendar import day_of
from polling.db import Session
from polling.drafts import file_of, named_now
from polling.errors import BadInput, DomainError, RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from polling.organizations import Node, organized_by
from polling.packs import packs as every_pack
from polling.polls import PollFile, create_poll, find_poll
from polling.rosters import RosterLine, roster_of, write_roster
from polling.scheme_choices import demand_used, usable, used_by_any
from publishing import trial
from schemes.rules import Scheme
from web.access import Audience, audience
from web.acts import Destroying, already, demand_written, refusal, say
from web.desk import database, is_own, now, own_poll, random, store, who
from web.draft_form import refuse, scheme_form
from web.previews import previews
from web.proposals import last_period, next_period, proposed_title, retitled
from web.slip_address import proposed
from web.words import period_words, sentence

blueprint = Blueprint("drafts", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)
DEFAULT_SCHEME = "standard"
Shown = str | Response | tuple[str, int]


@blueprint.route("/polls/new", methods=["GET", "POST"])
@desk
def new() -> Shown:
    """The first step of a new poll: by which scheme. The draft lies on the desk from then on, and the other steps fill it."""
    with database().read() as session:
        places = organized_by(session, who())
        packs = used_by_any(session, [place.id for place in places])
    whose = _whose(places)
    if not packs:
        say(_("没有一个办法是您这里现在能用的。请管理员到“单位”里看看选定的办法。"), "warn")
        return redirect(url_for("dashboard.home"))
    data = {"scheme": DEFAULT_SCHEME, "rehearsal": "rehearsal" in request.args, "made": new_uuid(random)}
    form = scheme_form(packs, data)
    chosen = next((pack for pack in packs if pack.name == form["scheme"].data), None)
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and chosen is not None:
        try:
            return _begin(chosen, whose, rehearsal=form["rehearsal"].data, number=form.made.data or "")
        except RuleRefused as error:
            status = 409
            refuse(form["scheme"], sentence(error))
    elif chosen is None:
        chosen = packs[0]
        if form.is_submitted():
            refuse(form["scheme"], _("请选一个办法。"))
        else:
            form["scheme"].data = chosen.name
    every, faults = every_pack()
    page = render_template(
        "desk/draft_scheme.html",
        form=form,
        packs=packs,
        without=[pack.title for pack in every if not pack.panels],
        broken=[fault.where for fault in faults],
        poll=None,
        step="scheme",
        places=places,
        whose=whose,
        scheme=chosen,
        previews=previews(_blank(chosen, rehearsal=form["rehearsal"].data), chosen, Keys.SERVER_ALONE),
    )
    return page, status


def _whose(places: list[Node]) -> str:
    """The organization that was chosen for a new poll. One that this person does not organize is as good as none (404)."""
    chosen = request.form.get("organization", places[0].id)
    return chosen if any(place.id == chosen for place in places) else abort(404)


def _blank(scheme: Scheme, *, rehearsal: bool) -> PollFile:
    """A draft of which only the scheme is known."""
    period = last_period(scheme, day_of(now()))
    return PollFile(
        scheme=scheme.name,
        title=proposed_title(scheme, period),
        period=period,
        subjects=(),
        panels=(),
        rehearsal=rehearsal,
        base_url=proposed() or None,
    )


def _begin(scheme: Scheme, whose: str, *, rehearsal: bool, number: str) -> Response:
    with database().write() as session:
        made = _made(session, number)
        if made is None:  # else a second click on the same form
            made = create_poll(
                session,
                _blank(scheme, rehearsal=rehearsal),
                where="",
                poll_id=_fresh(number),
                who=who(),
                now=now(),
                organization_id=whose,
                complete=False,
            )
    return redirect(url_for("wizard.step", poll_id=made.id, step="subjects"))


def _fresh(number: str) -> str:
    """The number that a form carries, another one where it was tampered with."""
    return number if is_uuid(number) else new_uuid(random)


def _made(session: Session, number: str) -> Poll | None:
    """The poll that the same form made before."""
    try:
        found = find_poll(session, number)
    except BadInput:
        return None
    return found if is_own(session, found) else abort(404)


@blueprint.post("/polls/<poll_id>/copy")
@desk
def copy(poll_id: str) -> Shown:
    """The next poll after the model of this one, with everything filled in; its keys are made anew.

    It is for the next period; for the same one where this poll was a rehearsal or was annulled.
    """
    packs = {pack.name: pack for pack in usable()}
    with database().write() as session:
        model = own_poll(session, poll_id)
        if model.scheme not in packs:
            return already(model, _("这一场的办法已经不在了，照它建不成。请新建一场，另选办法。"))
        try:
            demand_used(session, model.organization_id, packs[model.scheme])
        except RuleRefused as error:
            return already(model, sentence(error), "warn")
        made = _made(session, request.form.get("made", ""))
        if made is None:
            made = _copied(session, model, packs[model.scheme], _fresh(request.form.get("made", "")))
            say(
                _("草稿建好了：%(period)s，其余照旧。请核对，再印票。", period=period_words(made.period_label)),
            )
    return redirect(url_for("wizard.check", poll_id=made.id))


def _copied(session: Session, model: Poll, scheme: Scheme, number: str) -> Poll:
    old = file_of(model)
    same = model.rehearsal or model.state is State.ANNULLED
    period = old.period if same else next_period(old.period)
    kinds, keys = {rule.key for rule in scheme.subjects}, {rule.key for rule in scheme.panels}
    file = msgspec.structs.replace(
        old,
        period=period,
        title=retitled(old.title, scheme, old.period, period),
        base_url=old.base_url or proposed() or None,
        rehearsal=False,
        closes=None,
        subjects=named_now(session, [entry for entry in old.subjects if entry.kind in kinds]),
        panels=tuple(entry for entry in old.panels if entry.key in keys),
    )
    made = create_poll(
        session,
        file,
        where="",
        poll_id=number,
        who=who(),
        now=now(),
        organization_id=model.organization_id,
        complete=False,
    )
    for panel in made.panels:
        lines = [RosterLine(row.name, row.household) for row in roster_of(session, model, panel.key)]
        write_roster(session, made, panel.key, lines)
    names = [holder.name for holder in invited(session, model)]
    name_holders(session, made, names, who=who(), now=now())
    return made


@blueprint.route("/polls/<poll_id>/delete", methods=["GET", "POST"])
@desk
def delete(poll_id: str) -> Shown:
    """Throw a draft away, after a page that asks; for the title where it holds what no organizer can write anew."""
    form = Destroying()
    problem: tuple[str, int] = ("", 200)
    with database().read() as session:
        poll = own_poll(session, poll_id)
        asks = _holds_others_work(session, poll)
    if form.is_submitted():
        try:
            with database().write() as session:
                found = own_poll(session, poll_id, lock=True)
                form.demand_fresh(found)
                if _holds_others_work(session, found):
                    demand_written(form.written.data, found.title)
                trial.end(session, poll_id, store=store(found), who=who(), now=now())
                throw_away(session, found, who=who(), now=now())
        except DomainError as error:
            problem = refusal(form, error, poll)
        else:
            say(_("草稿「%(title)s」已经扔掉。", title=poll.title))
            return redirect(url_for("dashboard.home"))
    if poll.state is not State.DRAFT:
        return already(poll, _("票已经印过，不能扔掉了；不办了，请作废这一场。"))
    form.begin(poll)
    return render_template(
        "desk/throw_away.html", poll=poll, form=form, asks=asks, problems=[problem[0]] if problem[0] else []
    ), problem[1]


def _holds_others_work(session: Session, poll: Poll) -> bool:
    """Whether keys of holders have come to a draft, or rosters were read into it."""
    return bool(keys_with_names(session, poll)) or any(roster_of(session, poll, panel.key) for panel in poll.panels)
