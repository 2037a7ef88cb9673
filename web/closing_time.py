"""The announced time of closing: as it is said on pages, and changed while people vote."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response
from wtforms import StringField

from polling.calendar import minute_of, minute_words, read_minute
from polling.closing_time import announce
from polling.errors import BadInput, DomainError
from polling.lifecycle import State
from polling.models import Poll
from web.access import Audience, audience
from web.acts import Act, say
from web.desk import database, now, own_poll, who
from web.words import sentence

blueprint = Blueprint("closing_time", __name__, url_prefix="/desk")
# states of which it is said, and in which it may be changed
ANNOUNCED = (State.PRINTED, State.OPEN)


class ClosingTime(Act):
    """Another time, or none."""

    closes = StringField(lazy("几点关箱"))


def for_input(closes: str | None) -> str:
    """A time as a browser's field takes it."""
    return (closes or "").replace(" ", "T")


def kept_minute(typed: str | None) -> str | None:
    """What a field holds as it is kept, None for nothing; what is no time as it was typed, for the rules to refuse."""
    text = (typed or "").strip()
    try:
        return read_minute(text) if text else None
    except ValueError:
        return text


def time_form(poll: Poll) -> ClosingTime | None:
    """The form on a poll's page; None where the time can't be changed."""
    if poll.state not in ANNOUNCED:
        return None
    form = ClosingTime(formdata=None, data={"closes": for_input(poll.closes)})
    form.begin(poll)
    return form


def time_words(poll: Poll) -> str:
    """The announced time of a poll; empty where there is none."""
    return minute_words(poll.closes, now(), _) if poll.closes else ""


def is_early(poll: Poll) -> bool:
    """Whether the announced time is still to come."""
    return poll.closes is not None and minute_of(now()) < poll.closes


def wall_words(poll: Poll) -> str:
    """What the wall says of it until the boxes are closed: nobody shall be made to hurry, and who comes late is let in."""
    if poll.closes is None or poll.state not in ANNOUNCED:
        return ""
    if is_early(poll):
        return _("%(time)s 关箱", time=time_words(poll))
    return _("过了 %(time)s，还在排队的照样投", time=time_words(poll))


@blueprint.post("/polls/<poll_id>/closes")
@audience(Audience.DESK)
def change(poll_id: str) -> Response:
    """Announce another time while people vote."""
    form = ClosingTime()
    try:
        with database().write() as session:
            found = own_poll(session, poll_id, lock=True)
            form.demand_fresh(found)
            try:
                closes = kept_minute(form.closes.data)
                announce(session, found, closes and read_minute(closes), who=who(), now=now())
            except ValueError:
                raise BadInput("poll_closes", where="", path="closes", value=form.closes.data) from None
    except DomainError as error:
        say(sentence(error), "bad")
    else:
        say(_("关箱时间记下了。大屏上过几秒就换成新的。"))
    return redirect(url_for("day.poll", poll_id=poll_id, _anchor="closes"))
