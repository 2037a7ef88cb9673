"""A trial ballot from the desk: the code of its one slip is shown on the screen once, for the organizer's own phone."""

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import force_locale, get_translations
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ballots.keys import KeyStore
from polling.addresses import is_loopback
from polling.errors import DomainError, RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import missing_parts, scheme_of
from polling.preflight import Item, note
from publishing import trial as trials
from web.access import Audience, audience
from web.acts import already, unfinished
from web.desk import database, now, own_poll, random, signer, who
from web.printing import printable
from web.qr import picture
from web.slip_address import address_of
from web.words import sentence

blueprint = Blueprint("trial", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)
BEFORE_OPENING = (State.DRAFT, State.PRINTED)
Shown = str | AnyResponse | tuple[str, int]


def _store() -> KeyStore:
    """The keys of trials, which are rehearsals whatever they try out."""
    return KeyStore(database().settings, rehearsal=True)


@blueprint.get("/polls/<poll_id>/trial")
@desk
def trial(poll_id: str) -> Shown:
    """Choose a panel to try, or go on with a trial that waits."""
    return _page(poll_id)


def _page(poll_id: str, error: DomainError | None = None) -> Shown:
    with database().read() as session:
        poll = own_poll(session, poll_id)
        standing = trials.standing(session, poll_id)
        if poll.state not in BEFORE_OPENING:
            return already(poll, _("票箱已经打开，不用再试投了。"))
        if missing_parts(poll):
            return unfinished(poll)
        page = render_template(
            "desk/trial.html",
            poll=poll,
            scheme=scheme_of(poll),
            standing=standing,
            problems=[sentence(error)] if error else [],
            address=address_of(poll),
            unreachable=is_loopback(address_of(poll)),
        )
    return page, 200 if error is None else 409


@blueprint.post("/polls/<poll_id>/trial")
@desk
def begin(poll_id: str) -> Shown:
    """Open a throw-away box, put the examples in, and show the one slip. An earlier trial of this poll ends."""
    try:
        with printable(), database().write() as session, force_locale(database().settings.language):
            poll = own_poll(session, poll_id, lock=True)
            trials.end(session, poll_id, store=_store(), who=who(), now=now())
            begun = trials.begin(
                session,
                poll,
                _panel_key(poll),
                base_url=address_of(poll),
                title=_("（试投）%(title)s", title=poll.title),
                store=_store(),
                sign=lambda record: signer().document(record).decode(),
                who=who(),
                now=now(),
                random=random,
                translations=get_translations(),
            )
        for raw in trials.examples(begun, random):
            _cast(begun.panel, raw)
    except DomainError as error:
        return _page(poll_id, error)
    return render_template(
        "desk/trial_slip.html",
        poll=poll,
        begun=begun,
        picture=picture(begun.url),
        unreachable=is_loopback(begun.url),
    )


def _panel_key(poll: Poll) -> str:
    """The panel that was chosen, else the first."""
    asked = request.form.get("panel")
    return asked if asked in [panel.key for panel in poll.panels] else poll.panels[0].key


def _cast(panel: str, raw: bytes) -> None:
    """Cast an example the way voters do, by the same route: there is no other one into a box (law 3)."""
    answer = current_app.test_client().post(f"/v/{panel}/ballots", data=raw)
    if answer.status_code not in (200, 201):  # busy, or a second click has ended this trial
        raise RuleRefused("trial_broken")


@blueprint.get("/polls/<poll_id>/trial/come.json")
@desk
def come(poll_id: str) -> Response:
    """Whether the one ballot has come; the page asks every few seconds."""
    with database().read() as session:
        own_poll(session, poll_id)
        standing = trials.standing(session, poll_id)
    return jsonify(come=standing is not None and standing.come)


@blueprint.post("/polls/<poll_id>/trial/count")
@desk
def count(poll_id: str) -> Shown:
    """Close, count and show the box, then throw it away."""
    with database().read() as session:
        poll = own_poll(session, poll_id)
        standing = trials.standing(session, poll_id)
    if standing is None:
        flash(_("试投已经数完，箱子也扔掉了。想再看一次，请重新试投。"), "")
        return redirect(url_for("trial.trial", poll_id=poll_id))
    try:
        lines = trials.count(database(), standing.poll, store=_store(), who=who(), now=now(), random=random)
    except DomainError as error:
        return _page(poll_id, error)
    with database().write() as session:
        note(session, own_poll(session, poll_id, lock=True), Item.TRIAL)
        trials.end(session, poll_id, store=_store(), who=who(), now=now())
    rule = scheme_of(poll).panel(standing.panel_key)
    return render_template(
        "desk/trial_result.html",
        poll=poll,
        rule=rule,
        lines=lines,
        titles=[_("弃权"), *rule.answer_titles],
        examples=standing.examples,
    )


@blueprint.post("/polls/<poll_id>/trial/end")
@desk
def end(poll_id: str) -> Shown:
    """Throw a trial away without counting."""
    with database().write() as session:
        own_poll(session, poll_id, lock=True)
        trials.end(session, poll_id, store=_store(), who=who(), now=now())
    flash(_("试投的箱子扔掉了。"), "good")
    return redirect(url_for("trial.trial", poll_id=poll_id))
