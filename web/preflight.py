"""Before printing and before opening: each line green or with its remedy. Only what the rules forbid keeps a poll back; the rest is the organizer's to answer for."""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ballots.invitations import invited
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
from polling.polls import demand_state, find_poll, missing_parts, scheme_of
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
    """One line: whether it is in order, or forbids to go on, what to say, and the address of its remedy."""

    item: str
    good: bool
    words: str
    title: str
    bad: bool = False
    remedy: str = ""
    tick: bool = False


@dataclass(frozen=True)
class Trying:
    """The address on slips, for a phone to try: where its code leads, the code, and whether a phone has opened it."""

    url: str
    picture: str
    come: bool


def trying(session: Session, poll: Poll) -> Trying | None:
    """What a phone tries; None where the address is this machine's own, which no phone opens."""
    address = address_of(poll)
    if is_loopback(address):
        return None
    url = f"{address}/try/{poll.id}/{_number(poll)}"
    return Trying(url, picture(url), noted(session, poll).get(Item.ADDRESS) == address)


def lines(session: Session, poll: Poll) -> list[Line]:
    """Every line of a poll that is not open yet, as it stands. A draft has no ticks: what is said of it may still change."""
    scheme, seen = scheme_of(poll), noted(session, poll)
    return [
        _slips(session, poll),
        _rosters(poll, scheme),
        _glyphs(poll),
        _address(poll, seen),
        Line(
            "trial",
            Item.TRIAL in seen,
            _("试过，数对了。") if Item.TRIAL in seen else _("还没有试投。用一个用完就扔的箱子，投一张、数一遍。"),
            _("试投一张，数一遍"),
            remedy=url_for("trial.trial", poll_id=poll.id),
        ),
        *(_for_a_draft if poll.state is State.DRAFT else _ticked)(session, poll, seen),
    ]


def _slips(session: Session, poll: Poll) -> Line:
    printed, draft = has_points(session, poll), poll.state is State.DRAFT
    if printed:
        words = _("票印好了。")
    elif draft:
        words = _("票还没有印。先看好下面几行：网址、人数和名称，印了就改不了。")
    else:
        words = _("票还没有印好，不能开箱。")
    remedy = url_for("printing.print_", poll_id=poll.id)
    return Line("slips", printed, words, _("票印好了"), bad=not printed and not draft, remedy=remedy)


def _step(poll: Poll, step: str) -> str:
    """The address of a draft's step; none once slips stand."""
    return url_for("wizard.step", poll_id=poll.id, step=step) if poll.state is State.DRAFT else ""


def _address(poll: Poll, seen: dict[Item, str]) -> Line:
    address, title = address_of(poll), _("票上的网址手机连得上")
    if seen.get(Item.ADDRESS) == address:
        return Line("address", True, _("手机打开过 %(address)s。", address=address), title)
    if is_loopback(address):
        words = _("票上的网址是 %(address)s，这是服务器自己，手机打不开。", address=address)
        return Line("address", False, words, title, bad=not poll.rehearsal, remedy=_step(poll, "texts"))
    untried = _("还没有手机打开过 %(address)s。请用会场里的手机扫下面的码试一试。", address=address)
    otherwise = (
        _("打不开，就先改网址，再印票。")
        if poll.state is State.DRAFT
        else _("打不开，请作废这一场，照它新建一场，改了网址再印。")
    )
    return Line("address", False, f"{untried} {otherwise}", title, remedy=_step(poll, "texts"))


def _ticked(session: Session, poll: Poll, seen: dict[Item, str]) -> list[Line]:
    """What no machine can check."""
    witnesses = scrutineers(session, poll)
    ticks = {item: item in seen for item in TICKS}
    return [
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


def _for_a_draft(session: Session, poll: Poll, _seen: dict[Item, str]) -> list[Line]:
    """The same of a draft: to be read now and ticked once it can't change any more."""
    later = _("现在先看一看，印好票以后再勾选。")
    witnesses = scrutineers(session, poll)
    awaited = any(holder.fingerprint is None for holder in invited(session, poll))
    return [
        Line("scale", False, later, _("选项讲清楚了")),
        Line(
            "scrutineers",
            False,
            _("有账号的监票人：%(names)s。", names="、".join(witnesses)) + later
            if witnesses
            else _("还没有一位监票人有账号，到时候关不了箱。请管理员先登记。"),
            _("监票人说定了"),
        ),
        Line(
            "notice",
            False,
            _("保管人的钥匙还没有到齐，票上怎么说保密还没有定。等钥匙到齐再印票。") if awaited else later,
            _("告知念过了"),
            remedy=url_for("keys.keys", poll_id=poll.id) if awaited else "",
        ),
    ]


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
    return Line(
        "rosters", not short, " ".join(short) or good, _("应到人数够"), bad=bool(short), remedy=_step(poll, "panels")
    )


def _glyphs(poll: Poll) -> Line:
    try:
        check_glyphs([poll.title, *(subject.name for subject in poll.subjects)])
    except MissingGlyph as missing:
        words = _(
            "字体里没有「%(character)s」这个字（在「%(text)s」里），印不出来。",
            character=missing.character,
            text=missing.text,
        )
        where = "texts" if missing.text == poll.title else "subjects"
        return Line("glyphs", False, words, _("名称都印得出来"), bad=True, remedy=_step(poll, where))
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
                demand_state(found, State.PRINTED)
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
        return render_template(
            "desk/preflight.html",
            poll=found,
            form=form,
            lines=lines(session, found),
            scheme=scheme_of(found),
            slip=previews(file_of(found), scheme_of(found), keys_of(session, found))[0].slip,
            trying=trying(session, found),
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
