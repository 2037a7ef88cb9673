"""The desk's page about a poll's keys: who holds one, the one-time links, and after closing whose shares are there."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from ballots import invitations
from polling.errors import BadInput, DomainError
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import demand_revision
from polling.recusal import demand_unconcerned
from publishing.counting import boxes_to_open, take_share
from web import desk
from web.access import Audience, audience
from web.acts import demand_written
from web.qr import picture
from web.scrutineer import MOST_BODY, page_hash
from web.slip_address import address_of, proposed
from web.words import sentence

blueprint = Blueprint("keys", __name__, url_prefix="/desk")
Shown = str | Response | tuple[str, int]


@blueprint.route("/polls/<poll_id>/keys", methods=["GET", "POST"])
@audience(Audience.DESK)
def keys(poll_id: str) -> Shown:
    """Everything about a poll's keys on one page; its forms come back to it and name what they ask for as `act`."""
    if request.method == "GET":
        return _page(poll_id)
    act = ACTS.get(request.form.get("act", ""))
    if act is None:
        return _page(poll_id)
    try:
        told = act(poll_id)
    except DomainError as error:
        status = 422 if isinstance(error, BadInput) else 409
        if error.code == "name_written":
            return _page(poll_id, unwritten=_number(), wrong=sentence(error)), status
        return _page(poll_id, refused=sentence(error), typed=request.form.get("name", "")), status
    if isinstance(told, dict):  # a link: shown on this answer alone, and nowhere again
        return _page(poll_id, **told)
    flash(told, "good")
    return redirect(url_for("keys.keys", poll_id=poll_id))


def _page(poll_id: str, **shown: Any) -> str:
    with desk.database().read() as session:
        poll = desk.own_poll(session, poll_id)
        known = invitations.keys_with_names(session, poll)
        asked = invitations.invited(session, poll)
        return render_template(
            "desk/keys.html",
            poll=poll,
            holders=asked,
            strangers=[key for key in known if key.origin == "brought" and key.name is None],
            keys=known,
            brought=sum(key.origin == "brought" for key in known),
            boxes=boxes_to_open(session, poll),
            stage=_stage(poll.state),
            address=_address(poll),
            address_picture=picture(_address(poll)),
            hash=page_hash(),
            most=invitations.LONGEST_NAME,
            **shown,
        )


def _address(poll: Poll) -> str:
    """The page of a poll's key holders, under an address that their phones can open where one is known."""
    return f"{poll.base_url or proposed() or address_of(poll)}/scrutineer/{poll.id}"


def _stage(state: State) -> str:
    """What can be done about keys: collect them, wait, take shares, or nothing any more."""
    if state in (State.DRAFT, State.PRINTED):
        return "collect"
    if state in (State.CLOSED, State.TALLIED):
        return "shares"
    return "wait" if state is State.OPEN else "over"


def _fresh(session: Any, poll_id: str) -> Poll:
    """The poll, locked; refused when it changed since this form was made."""
    poll = desk.own_poll(session, poll_id, lock=True)
    seen = request.form.get("revision", "")
    demand_revision(poll, int(seen) if seen.isascii() and seen.isdecimal() else -1)
    return poll


def _number() -> int:
    """The holder that the form is about; 0 is nobody."""
    written = request.form.get("number", "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < len("1000") else 0


def _add(poll_id: str) -> str:
    name = request.form.get("name", "").strip()
    with desk.database().write() as session:
        poll = _fresh(session, poll_id)
        names = [holder.name for holder in invitations.invited(session, poll)]
        if not name:
            raise BadInput("user_name_empty")
        invitations.name_holders(session, poll, [*names, name], who=desk.who(), now=desk.now())
    return _("加上了 %(name)s。请给这位保管人发一个链接。", name=name)


def _strike_out(poll_id: str) -> str:
    with desk.database().write() as session:
        poll, number = _fresh(session, poll_id), _number()
        for holder in invitations.invited(session, poll):
            if holder.number == number and holder.fingerprint is not None:
                demand_written(request.form.get("written"), holder.name)
        invitations.strike_out(session, poll, number, who=desk.who(), now=desk.now())
    return _("已经划掉。")


def _link(poll_id: str) -> dict[str, Any]:
    number = _number()
    with desk.database().write() as session:
        poll = _fresh(session, poll_id)
        token = invitations.new_link(session, poll, number, random=desk.random, who=desk.who(), now=desk.now())
        link = f"{_address(poll)}#{token}"
    return {"link": link, "link_for": number, "picture": picture(link)}


def _file(poll_id: str) -> str:
    file = _chosen()[0]
    with desk.database().write() as session:
        fingerprint = invitations.bring_file(
            session,
            _fresh(session, poll_id),
            _number(),
            file.read(),
            where=_name(file),
            who=desk.who(),
            now=desk.now(),
        )
    return _("钥匙收到了，核对码 %(fingerprint)s。请和保管人的屏幕或纸比一比。", fingerprint=fingerprint)


def _shares(poll_id: str) -> str:
    with desk.database().read() as session:
        demand_unconcerned(session, desk.own_poll(session, poll_id), desk.who())
    files = _chosen()
    for file in files:
        take_share(
            desk.database(),
            poll_id,
            file.read(MOST_BODY),
            where=_name(file),
            who=desk.who(),
            now=desk.now(),
        )
    return _("收下了 %(number)s 份。", number=len(files))


def _chosen() -> list[FileStorage]:
    """The files that were chosen. Raises BadInput `no_file`."""
    files = [file for file in request.files.getlist("file") if file.filename]
    if not files:
        raise BadInput("no_file")
    return files


def _name(file: FileStorage) -> str:
    return (file.filename or "")[:100]


ACTS = {"add": _add, "strike_out": _strike_out, "link": _link, "file": _file, "shares": _shares}
