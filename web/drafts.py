"""The organizer's list of polls, and drafts: made by a form, corrected until they are printed, thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ballots.invitations import DEFAULT_HOLDERS, invited, name_holders
from ballots.removal import throw_away
from ballots.slips import keys_of
from ballots.wording import Keys, SlipText, slip_text
from belenios.election import new_uuid
from belenios.encoding import is_uuid
from polling.calendar import day_of
from polling.db import Session
from polling.drafts import correct_poll, file_of, known_subjects, on_desk
from polling.errors import BadInput, DomainError
from polling.lifecycle import State
from polling.models import Poll
from polling.organizations import Node, organized_by
from polling.packs import packs as every_pack
from polling.polls import PollFile, SubjectEntry, create_poll, find_poll, scheme_of
from polling.sentences import VALUES
from publishing import trial
from schemes.rules import PanelRule, Scheme
from web.access import Audience, audience
from web.acts import Act, already, refusal, say
from web.desk import database, is_own, now, own_poll, random, store, who
from web.draft_form import (
    DraftForm,
    data_of,
    draft_form,
    last_period,
    place,
    proposed_title,
    read_draft,
    refuse,
)
from web.slip_address import proposed
from web.words import period_words

blueprint = Blueprint("drafts", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)
DEFAULT_SCHEME = "standard"
Shown = str | Response | tuple[str, int]


@blueprint.get("/")
@desk
def polls() -> str:
    """The polls that who is signed in runs, what was touched last first."""
    with database().read() as session:
        rows = on_desk(session, who())
        places = organized_by(session, who())
    return render_template("desk/polls.html", rows=rows, states=VALUES, next=_next_words(), several=len(places) > 1)


def _next_words() -> Mapping[State, str]:
    """What is to be done next, by state."""
    return {
        State.DRAFT: _("核对草稿，然后印票"),
        State.PRINTED: _("人到齐后开箱"),
        State.OPEN: _("等大家投完，然后关箱"),
        State.CLOSED: _("计票"),
        State.TALLIED: _("等密钥保管人打开合计，然后计票"),
        State.COUNTED: _("看结果，签名公布"),
        State.NOTICED: _("打印报告，签字存档"),
        State.FINAL: _("打印报告，签字存档"),
    }


@dataclass(frozen=True)
class PanelPreview:
    """One panel as its raters will meet it: the slip and the ballot."""

    rule: PanelRule
    slips: int
    slip: SlipText


class _Translations:
    """The reader's language for the preview."""

    @staticmethod
    def gettext(message: str) -> str:
        return _(message)


def _previews(file: PollFile, scheme: Scheme, keys: Keys) -> list[PanelPreview]:
    return [
        PanelPreview(
            rule,
            panel.expected + panel.spares,
            slip_text(
                _Translations(),
                title=file.title,
                panel_title=rule.title,
                panel="",
                base_url=file.base_url or "",
                asks=scheme.slip.asked_by,
                why=scheme.slip.purpose,
                kept=scheme.slip.retention,
                keys=keys,
                rehearsal=file.rehearsal,
            ),
        )
        for panel in file.panels
        for rule in (scheme.panel(panel.key),)
    ]


@blueprint.route("/polls/new", methods=["GET", "POST"])
@desk
def new() -> Shown:
    """A new poll, from a scheme's form or after the model of an earlier poll."""
    known_packs, faults = every_pack()
    packs = [scheme for scheme in known_packs if scheme.panels]
    model = request.args.get("from")
    with database().read() as session:
        found = own_poll(session, model) if model else None
        earlier = file_of(found) if found else None
        places = organized_by(session, who())
        asked = earlier.scheme if earlier else request.args.get("scheme", DEFAULT_SCHEME)
        scheme = next((pack for pack in packs if pack.name == asked), None) or abort(404)
        known = known_subjects(session, [rule.key for rule in scheme.subjects], who())
    today = day_of(now())
    # the model of an earlier poll: what tends to stay, for the latest period; who holds keys is asked anew
    data: dict[str, Any] = data_of(earlier, scheme, known) if earlier else {}
    data["period"] = last_period(scheme, today, earlier.period if earlier else None)
    data["base_url"] = data.get("base_url") or proposed()
    data["rehearsal"] = "rehearsal" in request.args
    title = proposed_title(scheme, data["period"])
    data |= {"title": title, "proposed": title, "made": new_uuid(random)}
    form = draft_form(scheme, today, label=data["period"], holders=DEFAULT_HOLDERS, data=data)
    without = [pack.title for pack in known_packs if not pack.panels]
    broken = [fault.where for fault in faults]
    whose = _whose(places, found.organization_id if found else places[0].id)
    return _work(form, scheme, known, packs=packs, without=without, broken=broken, places=places, whose=whose)


def _whose(places: list[Node], proposed: str) -> str:
    """The organization that was chosen for a new poll. One that this person does not organize is as good as none (404)."""
    chosen = request.form.get("organization", proposed)
    return chosen if any(place.id == chosen for place in places) else abort(404)


@blueprint.route("/polls/<poll_id>/edit", methods=["GET", "POST"])
@desk
def correct(poll_id: str) -> Shown:
    """Correct a draft."""
    with database().read() as session:
        poll = own_poll(session, poll_id)
        if poll.state is not State.DRAFT:
            return already(poll, _("票已经印过，草稿不能再改。内容有错，请作废这一场，再照它新建一场。"))
        scheme = scheme_of(poll)
        known = known_subjects(session, [rule.key for rule in scheme.subjects], who())
        holders = invited(session, poll)
        file, keys = file_of(poll), keys_of(session, poll)
    data = data_of(file, scheme, known) | {"proposed": ""}
    data |= {f"holder_{number}": holder.name for number, holder in enumerate(holders, 1)}
    form = draft_form(
        scheme,
        day_of(now()),
        label=file.period,
        holders=max(DEFAULT_HOLDERS, len(holders)),
        data=data,
    )
    form.begin(poll)
    named = [holder.name for holder in holders]
    return _work(form, scheme, known, poll=poll, file=file, keys=keys, holders=named)


def _work(
    form: DraftForm,
    scheme: Scheme,
    known: list[SubjectEntry],
    *,
    poll: Poll | None = None,
    file: PollFile | None = None,
    keys: Keys = Keys.SERVER_ALONE,
    holders: Sequence[str] = (),
    packs: Sequence[Scheme] = (),
    without: Sequence[str] = (),
    broken: Sequence[str] = (),
    places: Sequence[Node] = (),
    whose: str = "",
) -> Shown:
    """Show the form, or do what its button says: add a known subject, preview, save."""
    problem, saved, status = None, [], 200
    if form.is_submitted():
        act = request.form.get("act")
        if act == "add":
            _add(form, known)
            file = None
        else:
            file = read_draft(form, scheme, known, random)
            if file is not None and act != "preview":
                try:
                    return _save(form, file, poll, whose)
                except DomainError as error:
                    status = 422 if isinstance(error, BadInput) else 409
                    if error.code == "form_stale" and poll is not None:
                        saved = _differences(file_of(poll), holders, file, form.names, scheme)
                        form.revision.data = str(poll.revision)
                        if not saved:  # a second click: what stands there is what was typed
                            return _kept(poll.id)
                    else:
                        problem = place(form, error, file)
            elif file is None:
                status = 422
    page = render_template(
        "desk/draft.html",
        form=form,
        scheme=scheme,
        packs=packs,
        without=without,
        broken=broken,
        places=places,
        whose=whose,
        poll=poll,
        problems=[problem] if problem else [],
        saved=saved,
        known=known,
        old={entry.id for entry in known},
        kinds={rule.key: rule.title for rule in scheme.subjects},
        file=file,
        previews=_previews(file, scheme, keys) if file else [],
        chosen=[
            rule.key
            for rule in scheme.panels
            if any(form.of(part, rule.key).data or form.of(part, rule.key).errors for part in ("expected", "spare"))
        ],
        awaited=bool(form.names) and keys is Keys.SERVER_ALONE,
        wrong=status == 422,  # noqa: PLR2004 - HTTP's own number
    )
    return page, status


def _add(form: DraftForm, known: list[SubjectEntry]) -> None:
    """Put a subject of earlier polls on its list."""
    name, _mark, own = (form["known"].data or "").strip().partition(" #")
    found = [entry for entry in known if entry.name == name.strip() and own in ("", entry.id)]
    if not found:
        refuse(form["known"], _("以前的测评里没有这个名称。新的对象，请直接写在上面。"))
        return
    field = form.of("subjects", found[0].kind)
    field.data = "\n".join(filter(None, ((field.data or "").rstrip(), form["known"].data.strip())))
    form["known"].data = ""


def _save(form: DraftForm, file: PollFile, poll: Poll | None, whose: str) -> Response:
    """Make the draft of an organization, or correct one. Raises DomainError."""
    with database().write() as session:
        if poll is not None:
            made = own_poll(session, poll.id, lock=True)
            form.demand_fresh(made)
            correct_poll(session, made, file, where="", who=who(), now=now())
        else:
            number = form.made.data or ""
            if not is_uuid(number):
                number = new_uuid(random)
            earlier = _made(session, number)
            if earlier is not None:  # a second click on the same form
                return already(earlier, _("草稿已经存好了。"))
            made = create_poll(session, file, where="", poll_id=number, who=who(), now=now(), organization_id=whose)
        name_holders(session, made, form.names, who=who(), now=now())
    return _kept(made.id)


def _made(session: Session, number: str) -> Poll | None:
    try:
        found = find_poll(session, number)
    except BadInput:
        return None
    return found if is_own(session, found) else abort(404)


def _kept(poll_id: str) -> Response:
    say(_("草稿存好了。印票以前可以随时修改。"))
    return redirect(url_for("day.poll", poll_id=poll_id))


def _differences(
    saved: PollFile, saved_names: Sequence[str], typed: PollFile, names: Sequence[str], scheme: Scheme
) -> list[tuple[str, str]]:
    """Where a draft as it stands is not what was typed: label and text as it stands."""

    def said(file: PollFile, holders: Sequence[str]) -> dict[str, str]:
        panels = (
            _(
                "%(panel)s %(expected)s 人，备用 %(spare)s 张",
                panel=scheme.panel(entry.key).title,
                expected=entry.expected,
                spare=entry.spares,
            )
            for entry in file.panels
        )
        return {
            _("标题"): file.title,
            _("考核周期"): file.period,
            _("演练"): _("是") if file.rehearsal else _("否"),
            _("票上的网址"): file.base_url or "—",
            _("测评对象"): "、".join(entry.name for entry in file.subjects),
            _("测评组"): "；".join(panels),
            _("密钥保管人"): "、".join(holders) or "—",
        }

    mine = said(typed, names)
    differing = {label: text for label, text in said(saved, saved_names).items() if mine[label] != text}
    if saved.period != typed.period:
        differing[_("考核周期")] = period_words(saved.period)
    return list(differing.items())


@blueprint.route("/polls/<poll_id>/delete", methods=["GET", "POST"])
@desk
def delete(poll_id: str) -> Shown:
    """Throw a draft away, after a page that asks."""
    form = Act()
    problem: tuple[str, int] = ("", 200)
    with database().read() as session:
        poll = own_poll(session, poll_id)
    if form.is_submitted():
        try:
            with database().write() as session:
                found = own_poll(session, poll_id, lock=True)
                form.demand_fresh(found)
                trial.end(session, poll_id, store=store(found), who=who(), now=now())
                throw_away(session, found, who=who(), now=now())
        except DomainError as error:
            problem = refusal(form, error, poll)
        else:
            say(_("草稿「%(title)s」已经扔掉。", title=poll.title))
            return redirect(url_for("drafts.polls"))
    if poll.state is not State.DRAFT:
        return already(poll, _("票已经印过，不能扔掉了；不办了，请作废这一场。"))
    form.begin(poll)
    return render_template(
        "desk/throw_away.html", poll=poll, form=form, problems=[problem[0]] if problem[0] else []
    ), problem[1]
