"""A draft in five steps: scheme, period and subjects, panels, texts, check. Each step saves what it asks for, so nothing hangs on a page staying open."""

from typing import Any

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ballots.invitations import DEFAULT_HOLDERS, invited, name_holders
from ballots.slips import keys_of
from ballots.wording import Keys
from polling import audit, organizations
from polling.calendar import day_of
from polling.db import Session
from polling.drafts import correct_poll, earlier_subjects, file_of, known_subjects
from polling.errors import BadInput, DomainError, RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import PollFile, SubjectEntry, scheme_of
from polling.rosters import RosterLine, forget_rosters, roster_of, write_roster
from polling.scheme_choices import demand_used, used
from publishing.turnout import turnout
from schemes.rules import Scheme
from scoring import register
from scoring.periods import days_of
from web.access import Audience, audience
from web.acts import already, say
from web.desk import database, now, own_poll, random, who
from web.draft_check import alike, lacks
from web.draft_differences import differences
from web.draft_filling import filled
from web.draft_form import (
    ENDONYMS,
    Draft,
    StepForm,
    check_form,
    panels_form,
    place,
    read_check,
    read_panels,
    read_subjects,
    read_texts,
    refuse,
    roster_text,
    scheme_form,
    subjects_form,
    texts_form,
)
from web.guide import After, href, what_next
from web.name_files import CellFaults
from web.preflight import trying
from web.previews import previews
from web.proposals import fitting_period, proposed_title
from web.words import sentence

blueprint = Blueprint("wizard", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)
STEPS = ("scheme", "subjects", "panels", "texts", "check")
Shown = str | Response | tuple[str, int]
Rosters = dict[str, list[RosterLine]]


@blueprint.route(
    "/polls/<poll_id>/edit/<any(scheme, subjects, panels, texts):step>",
    methods=["GET", "POST"],
)
@desk
def step(poll_id: str, step: str) -> Shown:
    """One step of a draft: shown, or saved and then the next one."""
    return _work(poll_id, step)


@blueprint.route("/polls/<poll_id>/edit", methods=["GET", "POST"])
@desk
def check(poll_id: str) -> Shown:
    """The last step: everything in one view, and what is missing."""
    return _work(poll_id, "check")


@blueprint.post("/polls/<poll_id>/edit/<any(subjects, panels, texts):step>/preview")
@desk
def preview(poll_id: str, step: str) -> str:
    """What raters would meet if a step were saved as it is typed, as a part of its page; where that can't be read, as the draft stands."""
    with database().read() as session:
        poll = own_poll(session, poll_id)
        draft, keys = _draft(session, poll), keys_of(session, poll)
    try:
        file = _read(step, _form(step, draft), draft)[0] or draft.file
    except DomainError:
        file = draft.file
    return render_template("desk/draft_preview.html", **_seen(draft, file, keys))


def _draft(session: Session, poll: Poll) -> Draft:
    scheme = scheme_of(poll)
    kinds = [rule.key for rule in scheme.subjects]
    known = known_subjects(session, kinds, who())
    registered, away = _registered(session, poll, scheme)
    named = {entry.id for entry in known}
    known += [entry for entry in registered if entry.kind in kinds and entry.id not in named]
    before = earlier_subjects(session, poll.id) | {entry.id for entry in registered}
    offered = used(session, poll.organization_id)
    return Draft(
        file=file_of(poll),
        scheme=scheme,
        known=known,
        earlier=[entry for entry in known if entry.id in before],
        holders=[holder.name for holder in invited(session, poll)],
        rosters={
            panel.key: "\n".join(roster_text(row.name, row.household) for row in roster_of(session, poll, panel.key))
            for panel in poll.panels
        },
        today=day_of(now()),
        away=away,
        packs=offered,
        unused="" if scheme.name in [pack.name for pack in offered] else _unused(session, poll, scheme),
    )


def _registered(session: Session, poll: Poll, scheme: Scheme) -> tuple[list[SubjectEntry], set[str]]:
    """The subjects of the register that stand or stood at the poll's organization or below it, as they are called now.

    And the ids of all subjects of the register that did not in the poll's period.
    """
    lines = register.lines(session, rehearsal=False)
    places = set(session.scalars(organizations.below([poll.organization_id])))
    held = register.held(lines, *days_of(scheme, poll.period_label))
    ever = [own[-1].subject for own in lines.values() if any(line.place in places for line in own)]
    here = {identity for identity, line in held.items() if line.place in places}
    return [SubjectEntry(id=each.id, kind=each.kind, name=each.name) for each in ever], set(lines) - here


def _unused(session: Session, poll: Poll, scheme: Scheme) -> str:
    """Why the office does not use a draft's scheme any more; empty where it does."""
    try:
        demand_used(session, poll.organization_id, scheme)
    except RuleRefused as error:
        return sentence(error)
    return ""


def _offered(draft: Draft) -> list[Scheme]:
    """The schemes that the draft may have: its own one stays."""
    return [*draft.packs, *([draft.scheme] if draft.unused else [])]


def _work(poll_id: str, at: str) -> Shown:
    with database().read() as session:
        poll = own_poll(session, poll_id)
        if poll.state is not State.DRAFT:
            return already(poll, _("票已经印过，草稿不能再改。内容有错，请作废这一场，再照它新建一场。"))
        draft, keys = _draft(session, poll), keys_of(session, poll)
    form = _form(at, draft)
    notes: list[str] = []
    problems: list[str] = []
    saved: list[tuple[str, str]] = []
    status = 200
    if form.is_submitted():
        try:
            if not filled(at, form, draft, notes):
                file, rosters = _read(at, form, draft)
                if file is not None:
                    try:
                        return _save(at, form, poll_id, file, rosters)
                    except DomainError as error:
                        status = 422 if isinstance(error, BadInput) else 409
                        if error.code != "form_stale":
                            problems += filter(None, [place(form, error, file)])
                        else:
                            saved = differences(draft, file, form, rosters)
                            if not saved:  # a second click: what stands there is what was typed
                                return _onward(at, poll_id)
                            form.revision.data = str(poll.revision)
                else:
                    status = 422
        except CellFaults as faults:
            problems, status = [_("表里有要改的地方，什么都没有读进来："), *faults.sentences], 422
        except BadInput as error:
            problems, status = [sentence(error)], 422
    else:
        form.begin(poll)
    return _page(at, poll, draft, keys, form, notes=notes, problems=problems, saved=saved), status


def _form(at: str, draft: Draft) -> StepForm:
    match at:
        case "scheme":
            return scheme_form(_offered(draft), {"scheme": draft.file.scheme, "rehearsal": draft.file.rehearsal})
        case "subjects":
            return subjects_form(draft)
        case "panels":
            return panels_form(draft)
        case "texts":
            return texts_form(draft, DEFAULT_HOLDERS)
    return check_form(draft)


def _read(at: str, form: StepForm, draft: Draft) -> tuple[PollFile | None, Rosters]:
    """The draft as it is with what this step was filled with, None where something can't be read."""
    match at:
        case "scheme":
            return _rescheme(form, draft), {}
        case "subjects":
            return read_subjects(form, draft, random), {}
        case "panels":
            return read_panels(form, draft)
        case "texts":
            return read_texts(form, draft), {}
    return read_check(form, draft), {}


def _rescheme(form: StepForm, draft: Draft) -> PollFile | None:
    """The draft by another scheme: what that one does not have goes, once somebody said so."""
    scheme = next((pack for pack in _offered(draft) if pack.name == form["scheme"].data), None)
    if scheme is None:
        refuse(form["scheme"], _("请选一个办法。"))
        return None
    gone = gone_with(draft, scheme)
    if gone and not form["sure"].data:
        refuse(
            form["scheme"],
            _("《%(scheme)s》里没有这些，换过去就要去掉：%(names)s。", scheme=scheme.title, names="、".join(gone)),
        )
        return None
    kinds, keys = {rule.key for rule in scheme.subjects}, {rule.key for rule in scheme.panels}
    subjects = tuple(entry for entry in draft.file.subjects if entry.kind in kinds)
    period = fitting_period(scheme, draft.today, draft.file.period, {entry.kind for entry in subjects})
    title = draft.file.title
    if title == proposed_title(draft.scheme, draft.file.period):
        title = proposed_title(scheme, period)
    return msgspec.structs.replace(
        draft.file,
        scheme=scheme.name,
        period=period,
        title=title,
        rehearsal=form["rehearsal"].data,
        subjects=subjects,
        panels=tuple(entry for entry in draft.file.panels if entry.key in keys),
    )


def gone_with(draft: Draft, scheme: Scheme) -> list[str]:
    """What a draft has that another scheme does not know: names of subjects and panels."""
    kinds, keys = {rule.key for rule in scheme.subjects}, {rule.key for rule in scheme.panels}
    return [entry.name for entry in draft.file.subjects if entry.kind not in kinds] + [
        draft.scheme.panel(entry.key).title for entry in draft.file.panels if entry.key not in keys
    ]


# ---------------------------------------------------------------- saving


def _save(at: str, form: StepForm, poll_id: str, file: PollFile, rosters: Rosters) -> Response:
    """Correct the draft. Raises DomainError."""
    with database().write() as session:
        poll = own_poll(session, poll_id, lock=True)
        form.demand_fresh(poll)
        before = _draft(session, poll)
        if at == "panels":
            for key in before.rosters.keys() - rosters.keys():
                forget_rosters(session, poll, key)
        correct_poll(session, poll, file, where="", who=who(), now=now(), complete=False)
        for key, lines in rosters.items():
            write_roster(session, poll, key, lines)
        if at == "texts":
            name_holders(session, poll, form.names, who=who(), now=now())
        after = _draft(session, poll)
        for entry in file.panels:
            if before.rosters.get(entry.key, "") != after.rosters.get(entry.key, ""):
                lines = len(rosters.get(entry.key, ()))
                audit.record(
                    session, who=who(), what="poll.roster", poll_id=poll_id, now=now(), panel=entry.key, lines=lines
                )
    warned = alike(before)
    for name, meant in alike(after).items():
        if name not in warned:
            say(
                _(
                    "「%(name)s」很像以前的「%(meant)s」。是同一个，请回“对象”一步改成一样的写法；不是，就不用管。",
                    name=name,
                    meant=meant,
                ),
                "warn",
            )
    return _onward(at, poll_id)


def _onward(at: str, poll_id: str) -> Response:
    following = at if request.form.get("act") == "stay" else STEPS[min(STEPS.index(at) + 1, len(STEPS) - 1)]
    if following == at:
        say(_("存好了。"))
    if following == "check":
        return redirect(url_for("wizard.check", poll_id=poll_id))
    return redirect(url_for("wizard.step", poll_id=poll_id, step=following))


# ---------------------------------------------------------------- showing


def _page(at: str, poll: Poll, draft: Draft, keys: Keys, form: StepForm, **more: Any) -> str:
    missing = lacks(draft)
    following, linkless, tried = None, [], None
    if at == "check":
        with database().read() as session:
            waiting = [holder for holder in invited(session, poll) if holder.fingerprint is None]
            linkless = [holder for holder in waiting if not holder.linked]
            awaited = [holder.name for holder in waiting]
            tried = trying(session, poll)
            following = what_next(poll, turnout(session, poll), printed=False, awaited=awaited, after=After())
    typed = (
        {
            line.strip()
            for rule in draft.scheme.subjects
            for line in (form.of("subjects", rule.key).data or "").splitlines()
        }
        if at == "subjects"
        else set()
    )
    return render_template(
        f"desk/draft_{at}.html",
        poll=poll,
        step=at,
        form=form,
        scheme=draft.scheme,
        packs=_offered(draft) if at == "scheme" else [],
        draft=draft,
        offered=[entry for entry in draft.offered if entry.name not in typed],
        alike=alike(draft),
        missing=missing,
        next=following,
        linkless=linkless,
        trying=tried,
        href=href,
        chosen=[
            rule.key
            for rule in draft.scheme.panels
            if at == "panels"
            and any(form.of(part, rule.key).data or form.of(part, rule.key).errors for part in ("expected", "spare"))
        ],
        endonyms=ENDONYMS,
        languages=[ENDONYMS[each] for each in draft.file.languages],
        **_seen(draft, draft.file, keys),
        **more,
    )


def _seen(draft: Draft, file: PollFile, keys: Keys) -> dict[str, Any]:
    """What the preview is made of."""
    return {
        "file": file,
        "kinds": {rule.key: rule.title for rule in draft.scheme.subjects},
        "awaited": bool(draft.holders) and keys is Keys.SERVER_ALONE,
        "previews": previews(file, draft.scheme, keys),
    }
