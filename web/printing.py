"""Printing from the desk: one PDF with all slips, or an export for printing elsewhere and the points that come back.

What holds codes exists in this request's memory and in its answer, nowhere else (law 2).
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import force_locale, get_translations
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ballots import slips as making
from ballots.invitations import invited
from ballots.unprintable import MissingGlyph, TextTooLong
from polling.errors import BadInput, DomainError, RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import missing_parts, scheme_of
from polling.recusal import demand_unconcerned
from web.access import Audience, audience
from web.acts import Destroying, already, demand_written, refusal, say, unfinished
from web.desk import database, now, own_poll, random, who
from web.preflight import trying
from web.slip_address import address_of, demand_reachable

blueprint = Blueprint("printing", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)
BEFORE_OPENING = (State.DRAFT, State.PRINTED)
# a line of public points has 70 bytes; far above the largest printing
MOST_POINTS = 16 * 1024 * 1024
Shown = str | AnyResponse | tuple[str, int]


@contextmanager
def printable() -> Iterator[None]:
    """Name a text that can't be printed as the other refusals are named."""
    try:
        yield
    except MissingGlyph as missing:
        raise BadInput("missing_glyph", character=missing.character, text=missing.text) from None
    except TextTooLong:
        raise BadInput("text_too_long") from None


@blueprint.route("/polls/<poll_id>/print", methods=["GET", "POST"])
@desk
def print_(poll_id: str) -> Shown:
    """Say what printing freezes, and print: the answer is the sheets. Where slips stand already, they end: that asks for the title."""
    form = Destroying()
    if not form.is_submitted():
        return _page(poll_id, form)
    try:
        with printable():
            return _sheets(poll_id, form)
    except DomainError as error:
        return _page(poll_id, form, error)


def _sheets(poll_id: str, form: Destroying) -> Response:
    frozen, replaces = _frozen(poll_id, form)
    # no transaction is open while sheets are made
    out = io.BytesIO()
    with force_locale(database().settings.language):
        points = making.print_all(out, frozen, random=random, translations=get_translations())
    with database().write() as session:
        poll = own_poll(session, poll_id, lock=True)
        making.keep_points(session, poll, points, printing=frozen.printing, replaces=replaces, who=who(), now=now())
    return _attached(out.getvalue(), "application/pdf", f"slips-{poll_id}.pdf")


def _frozen(poll_id: str, form: Destroying, *, elsewhere: bool = False) -> tuple[making.Bundle, str | None]:
    """The frozen poll, and the printing that stood before it; `elsewhere`: slips are made on another machine."""
    with database().write() as session, force_locale(database().settings.language):
        poll = own_poll(session, poll_id, lock=True)
        form.demand_fresh(poll)
        if poll.printing is not None:
            demand_written(form.written.data, poll.title)
        demand_unconcerned(session, poll, who())
        address = demand_reachable(poll)
        replaces = poll.printing
        frozen = making.freeze(session, poll, base_url=address, random=random, translations=get_translations())
        if elsewhere:
            making.announce(session, poll, frozen, who=who(), now=now())
    return frozen, replaces


def _attached(raw: bytes, kind: str, name: str) -> Response:
    return Response(
        raw,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@blueprint.post("/polls/<poll_id>/print/bundle")
@desk
def bundle(poll_id: str) -> Shown:
    """Export the frozen poll for `yipiao slips make` on another machine; nothing in it is secret."""
    form = Destroying()
    try:
        with printable():
            frozen, _replaces = _frozen(poll_id, form, elsewhere=True)
    except DomainError as error:
        return _page(poll_id, form, error, exporting=True)
    raw = msgspec.json.format(msgspec.json.encode(frozen), indent=1)
    return _attached(raw, "application/json", f"print-{poll_id}.json")


@blueprint.post("/polls/<poll_id>/print/points")
@desk
def points(poll_id: str) -> Shown:
    """Take back the public points of slips that were made elsewhere."""
    request.max_content_length = MOST_POINTS
    form = Destroying()
    try:
        chosen = request.files.get("points")
        raw = chosen.read() if chosen else b""
        if not raw:
            raise BadInput("no_file")
        with database().write() as session:
            poll = own_poll(session, poll_id, lock=True)
            if poll.state is State.PRINTED and making.has_points(session, poll):
                return already(poll, _("这些票已经登记好了。"))
            listed = making.read_points(raw, poll)
            making.keep_points(
                session,
                poll,
                listed.panels,
                printing=listed.printing,
                replaces=listed.printing,
                who=who(),
                now=now(),
            )
    except DomainError as error:
        return _page(poll_id, form, error)
    say(_("票已登记。人到齐后就可以开箱。"))
    return redirect(url_for("day.poll", poll_id=poll_id))


def _page(poll_id: str, form: Destroying, error: DomainError | None = None, *, exporting: bool = False) -> Shown:
    with database().read() as session:
        poll = own_poll(session, poll_id)
        if poll.state not in BEFORE_OPENING:
            return already(poll, _("票箱已经打开过，不能再印票。"))
        if missing_parts(poll) and error is None:
            return unfinished(poll)
        problem, status = refusal(form, error, poll) if error else ("", 200)
        form.revision.data = str(poll.revision)
        return (
            render_template(
                "desk/print.html",
                poll=poll,
                form=form,
                problems=[problem] if problem else [],
                exporting=exporting,
                scheme=scheme_of(poll),
                short=_short(poll),
                secret=making.keys_of(session, poll) is making.Keys.SEPARATE,
                awaited=[holder.name for holder in invited(session, poll) if holder.fingerprint is None],
                address=address_of(poll),
                trying=trying(session, poll) if poll.state is State.DRAFT else None,
                blocked=_blocked(poll),
                elsewhere=poll.printing is not None and not making.has_points(session, poll),
            ),
            status,
        )


def _short(poll: Poll) -> list[tuple[str, int, int]]:
    """The panels whose roster is below the scheme's minimum: title, expected, minimum."""
    scheme = scheme_of(poll)
    return [
        (rule.title, panel.expected, rule.minimum_expected)
        for panel in poll.panels
        for rule in (scheme.panel(panel.key),)
        if panel.expected < rule.minimum_expected
    ]


def _blocked(poll: Poll) -> bool:
    try:
        demand_reachable(poll)
    except RuleRefused:
        return True
    return False
