"""Before opening: each line green or with its remedy. Only what the rules forbid keeps a poll closed; the rest is the organizer's to answer for."""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ballots.slips import has_points, keys_of
from ballots.typeface import check_glyphs
from ballots.unprintable import MissingGlyph
from belenios.encoding import is_uuid
from polling.addresses import is_loopback
from polling.db import Session
from polling.drafts import file_of
from polling.errors import BadInput, DomainError
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import find_poll, missing_parts, scheme_of
from polling.preflight import TICKS, Item, note, noted, scrutineers, unnote
from polling.recusal import demand_unconcerned
from schemes.rules import Scheme
from web.access import Audience, audience
from web.acts import Act, already, say, unfinished
from web.desk import database, own_poll, who
from web.guide import BEFORE_OPENING
from web.previews import previews
from web.qr import picture
from web.slip_address import address_of
from web.words import sentence

blueprint = Blueprint("preflight", __name__, url_prefix="/desk")
public = Blueprint("reach", __name__)
NUMBER = 8  # characters of the number in the address to try
Shown = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Line:
    """One line: whether it is in order, or forbids opening, what to say, and where its remedy is (a view's name)."""

    item: str
    good: bool
    words: str
    title: str
    bad: bool = False
    remedy: str = ""
    tick: bool = False


def lines(session: Session, poll: Poll) -> list[Line]:
    """Every line of a poll that is not open yet, as it stands."""
    scheme, seen, address = scheme_of(poll), noted(session, poll), address_of(poll)
    witnesses = scrutineers(session, poll)
    ticks = {item: Item(item) in seen for item in TICKS}
    return [
        _slips(session, poll),
        _rosters(poll, scheme),
        _glyphs(poll),
        Line(
            "address",
            seen.get(Item.ADDRESS) == address,
            _("手机打开过 %(address)s。", address=address)
            if seen.get(Item.ADDRESS) == address
            else _("还没有手机打开过 %(address)s。请用会场里的手机扫下面的码试一试。", address=address),
            _("票上的网址手机连得上"),
            bad=is_loopback(address) and not poll.rehearsal,
        ),
        Line(
            "trial",
            Item.TRIAL in seen,
            _("试过，数对了。") if Item.TRIAL in seen else _("还没有试投。用一个用完就扔的箱子，投一张、数一遍。"),
            _("试投一张，数一遍"),
            remedy="trial.trial",
        ),
        Line("scale", ticks[Item.SCALE], _("请照着念一遍，大家都听明白了再勾选。"), _("选项讲清楚了"), tick=True),
        Line(
            "scrutineers",
            ticks[Item.SCRUTINEERS] and bool(witnesses),
            _(
                "关箱要监票人在场输入密码。有账号的监票人：%(names)s。今天是谁，当众说了再勾选。",
                names="、".join(witnesses),
            )
            if witnesses
            else _("还没有一位监票人有账号，到时候关不了箱。请管理员先登记。"),
            _("监票人说定了"),
            tick=bool(witnesses),
        ),
        Line("notice", ticks[Item.NOTICE], _("请当众念一遍，念过再勾选。"), _("告知念过了"), tick=True),
    ]


def _slips(session: Session, poll: Poll) -> Line:
    printed = has_points(session, poll)
    words = _("票印好了。") if printed else _("票还没有印好，不能开箱。")
    return Line("slips", printed, words, _("票印好了"), bad=not printed, remedy="" if printed else "printing.print_")


def _rosters(poll: Poll, scheme: Scheme) -> Line:
    short = [
        _(
            "「%(panel)s」应到 %(expected)s 人，办法要求至少 %(minimum)s 人。",
            panel=rule.title,
            expected=panel.expected,
            minimum=rule.minimum_expected,
        )
        for panel in poll.panels
        for rule in (scheme.panel(panel.key),)
        if panel.expected < rule.minimum_expected
    ]
    good = "；".join(
        _(
            "%(panel)s %(expected)s 人，至少要 %(minimum)s 人",
            panel=rule.title,
            expected=panel.expected,
            minimum=rule.minimum_expected,
        )
        for panel in poll.panels
        for rule in (scheme.panel(panel.key),)
    )
    return Line("rosters", not short, " ".join(short) or good, _("应到人数够"), bad=bool(short))


def _glyphs(poll: Poll) -> Line:
    try:
        check_glyphs([poll.title, *(subject.name for subject in poll.subjects)])
    except MissingGlyph as missing:
        words = _(
            "字体里没有「%(character)s」这个字（在「%(text)s」里），印不出来。",
            character=missing.character,
            text=missing.text,
        )
        return Line("glyphs", False, words, _("名称都印得出来"), bad=True)
    return Line("glyphs", True, _("标题和每个名称的字，票上都印得出来。"), _("名称都印得出来"))


def ready(session: Session, poll: Poll) -> bool:
    """Whether every line is in order."""
    return all(line.good for line in lines(session, poll))


@blueprint.route("/polls/<poll_id>/preflight", methods=["GET", "POST"])
@audience(Audience.DESK)
def preflight(poll_id: str) -> Shown:
    """The lines, and the ticks that no machine can set."""
    form = Act()
    with database().read() as session:
        poll = own_poll(session, poll_id)
        if poll.state not in BEFORE_OPENING:
            return already(poll, _("票箱已经打开过了，不用再核对。"))
        if missing_parts(poll):
            return unfinished(poll)
    if form.is_submitted():
        try:
            with database().write() as session:
                found = own_poll(session, poll_id, lock=True)
                demand_unconcerned(session, found, who())
                ticked = set(request.form.getlist("tick"))
                for item in TICKS:
                    (note if item.value in ticked else unnote)(session, found, item)
                done = ready(session, found)
        except DomainError as error:
            return already(poll, sentence(error))
        if done:
            say(_("都核对好了，可以开箱。"))
            return redirect(url_for("day.open_", poll_id=poll_id))
        say(_("记下了。"))
        return redirect(url_for("preflight.preflight", poll_id=poll_id))
    with database().read() as session:
        found = own_poll(session, poll_id)
        url = f"{address_of(found)}/try/{poll_id}/{_number(found)}"
        return render_template(
            "desk/preflight.html",
            poll=found,
            form=form,
            lines=lines(session, found),
            scheme=scheme_of(found),
            slip=previews(file_of(found), scheme_of(found), keys_of(session, found))[0].slip,
            url=url,
            picture=picture(url),
        )


@blueprint.get("/polls/<poll_id>/preflight/reached.json")
@audience(Audience.DESK)
def reached(poll_id: str) -> Response:
    """Whether a phone has opened the address; the page asks every few seconds."""
    with database().read() as session:
        poll = own_poll(session, poll_id)
        return jsonify(come=noted(session, poll).get(Item.ADDRESS) == address_of(poll))


def _number(poll: Poll) -> str:
    """The number in the address to try: of this poll and this address, and nothing that could be guessed."""
    text = f"reach {poll.id} {address_of(poll)}"
    return hmac.new(str(current_app.config["SECRET_KEY"]).encode(), text.encode(), hashlib.sha256).hexdigest()[:NUMBER]


@public.route("/try/<poll_id>/<number>", methods=["GET", "POST"])
@audience(Audience.PUBLIC)
def try_(poll_id: str, number: str) -> Shown:
    """A phone opens the address on the slips; its page says so to the desk. Nothing is kept of the phone."""
    if not is_uuid(poll_id):
        abort(404)
    writes = request.method == "POST"
    with database().write() if writes else database().read() as session:
        try:
            poll = find_poll(session, poll_id)
        except BadInput:
            abort(404)
        if not hmac.compare_digest(number.encode(), _number(poll).encode()) or poll.state not in BEFORE_OPENING:
            abort(404)
        # a computer that opens the page under another name has tried nothing
        right = request.host == urlsplit(address_of(poll)).netloc
        if writes and right and poll.state in (State.DRAFT, State.PRINTED):
            note(session, poll, Item.ADDRESS, address_of(poll))
    return render_template("public/try.html", done=writes and right, right=right)
