"""The day of a poll: how it stands and what comes next, and opening its boxes."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ballots import opening
from ballots.invitations import Holder, Key, invited, keys_with_names
from ballots.keys import KeyStore
from ballots.slips import has_points, keys_of
from ballots.wording import Keys
from belenios.election import new_uuid
from polling.calendar import day_of
from polling.db import Session
from polling.errors import DomainError
from polling.history import Done, history, panel_titles
from polling.history_words import act_words, who_words
from polling.lifecycle import STEPS, State
from polling.models import Poll
from polling.polls import scheme_of
from polling.recusal import is_concerned
from publishing.counting import boxes_to_open
from publishing.objections import open_objections
from publishing.results import COUNTED_STATES, latest_notice
from publishing.sign_off import chain_of
from publishing.standing import published_document
from publishing.trial import end as end_trials
from publishing.turnout import turnout
from web import preflight
from web.access import Audience, audience
from web.acts import Told, already, refusal, say
from web.closing_time import time_form, time_words
from web.desk import database, now, own_poll, random, signer, store, who
from web.guide import AFTER_CLOSING, BEFORE_OPENING, After, Next, href, path, what_else, what_next

blueprint = Blueprint("day", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)


@blueprint.get("/polls/<poll_id>")
@desk
def poll(poll_id: str) -> str:
    """The poll at a glance."""
    with database().read() as session:
        found = own_poll(session, poll_id)
        scheme = scheme_of(found)
        panels = turnout(session, found)
        titles = panel_titles(session, [poll_id])[poll_id]
        document = published_document(session, poll_id)
        printed = has_points(session, found)
        keys, asked = keys_with_names(session, found), invited(session, found)
        awaited = _awaited_now(session, found, keys)
        done = history(session, poll_id)
        after = _after(session, found, done)
        checked = found.state is State.PRINTED and preflight.ready(session, found)
        following = what_next(found, panels, printed=printed, awaited=awaited, after=after, checked=checked)
        return render_template(
            "desk/poll.html",
            poll=found,
            scheme=scheme,
            kinds={rule.key: rule.title for rule in scheme.subjects},
            panels=panels,
            closes=time_words(found),
            time_form=time_form(found),
            path=path(found, printed=printed, holders=bool(asked or _named(keys)), awaited=awaited),
            next=following,
            others=what_else(found, following.link),
            href=href,
            keys=keys,
            awaited=awaited,
            alone=server_alone(session, found),
            before_opening=found.state in BEFORE_OPENING,
            may_annul=State.ANNULLED in STEPS[found.state],
            document=document,
            concerned=is_concerned(session, found, who()),
            done=[(entry.at, who_words(entry.who, _), act_words(entry, titles, _)) for entry in done],
            may_correct=may_correct(found, after),
            number=new_uuid(random),
        )


def next_step(session: Session, found: Poll) -> Next:
    """The one thing to do next with a poll, and whose turn it is. A list has many: only what its state makes matter is looked up."""
    return what_next(
        found,
        turnout(session, found) if found.state is State.OPEN else [],
        printed=found.state in BEFORE_OPENING and has_points(session, found),
        awaited=_awaited_now(session, found, keys_with_names(session, found) if found.state in AFTER_CLOSING else ()),
        after=_after(session, found, history(session, found.id) if found.state is State.COUNTED else []),
        checked=found.state is State.PRINTED and preflight.ready(session, found),
    )


def _after(session: Session, found: Poll, done: list[Done]) -> After:
    """What the guide wants to know of a poll from its count on."""
    if found.state not in COUNTED_STATES:
        return After()
    chain, notice = chain_of(session, found), latest_notice(session, found)
    last = notice.last_day if notice is not None else None
    steps_done = [entry.what for entry in done if entry.what in ("poll.return", "poll.send", "poll.count")]
    return After(
        sent=chain.sent,
        complete=chain.complete,
        turn=chain.current.rule.who if chain.current is not None else "",
        returned=steps_done[:1] == ["poll.return"],
        last_day=last.isoformat() if last is not None else "",
        over=last is None or day_of(now()) > last or found.rehearsal,
        undealt=len(open_objections(session, found)),
    )


def may_correct(found: Poll, after: After) -> bool:
    """Whether figures may be restated: before the result is out for signatures, and once it is published."""
    return found.state in (State.NOTICED, State.FINAL) or (found.state is State.COUNTED and not after.sent)


def server_alone(session: Session, found: Poll) -> bool:
    """Whether the page must say that the server alone can open the boxes (law 14); not while holders' keys are still awaited."""
    waiting = found.state in BEFORE_OPENING and _awaited(session, found)
    return not waiting and keys_of(session, found) is Keys.SERVER_ALONE


def _awaited(session: Session, found: Poll) -> list[Holder]:
    """The invited whose key has not come."""
    return [holder for holder in invited(session, found) if holder.fingerprint is None]


def _awaited_now(session: Session, found: Poll, keys: tuple[Key, ...]) -> list[str]:
    """Whom the poll waits for: before opening those who were asked for a key, after closing those whose key has not opened every sum."""
    if found.state in BEFORE_OPENING:
        return [holder.name for holder in _awaited(session, found)]
    boxes = boxes_to_open(session, found) if found.state in AFTER_CLOSING else []
    return [key.name or key.fingerprint for key in _named(keys) if any(key.owner not in box.owners for box in boxes)]


@blueprint.route("/polls/<poll_id>/open", methods=["GET", "POST"])
@desk
def open_(poll_id: str) -> Response | str | tuple[str, int]:
    """Open the boxes: from then on nothing that was fixed can be changed."""
    form = Told()
    problem: DomainError | None = None
    if form.validate_on_submit():
        try:
            with database().write() as session:
                found = own_poll(session, poll_id, lock=True)
                due = found.state in BEFORE_OPENING  # a second click finds it open
                if due:
                    _open(session, found, form)
            if due:
                say(_("票箱已打开，可以投票了。"))
                return redirect(url_for("day.poll", poll_id=poll_id))
        except DomainError as error:
            problem = error
    with database().read() as session:
        found = own_poll(session, poll_id)
        if found.state not in BEFORE_OPENING:
            return already(found, _("票箱已经打开过了，不用再开。"))
        sentence, status = refusal(form, problem, found) if problem else ("", 200 if not form.errors else 422)
        form.begin(found)
        keys = keys_with_names(session, found)
        page = render_template(
            "desk/open.html",
            poll=found,
            form=form,
            problems=[sentence] if sentence else [],
            panels=turnout(session, found),
            scheme=scheme_of(found),
            keys=keys,
            holders=_named(keys),
            awaited=_awaited(session, found),
            printed=has_points(session, found),
            unchecked=[
                line.title for line in preflight.lines(session, found) if not line.good and line.item != "slips"
            ],
        )
    return page, status


def _named(keys: tuple[Key, ...]) -> list[Key]:
    """The keys that people hold."""
    return [key for key in keys if key.origin == "brought"]


def _open(session: Session, found: Poll, form: Told) -> None:
    form.demand_fresh(found)
    end_trials(session, found.id, store=KeyStore(database().settings, rehearsal=True), who=who(), now=now())
    opening.open_poll(
        session,
        found,
        (),
        store=store(found),
        sign=lambda record: signer().document(record).decode(),
        who=who(),
        now=now(),
        random=random,
    )
