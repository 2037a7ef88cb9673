"""What the forms of the day have in common: the revision they were made from, a second person, and how a refusal is shown."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from polling.errors import BadInput, DomainError
from polling.models import Poll
from polling.polls import demand_revision
from polling.recusal import same_name
from polling.second_step import demand_code
from polling.throttle import check_password
from web.accounts import FIELDS, second_code
from web.desk import database, now, who
from web.words import sentence

LONGEST_REASON = 300
LONGEST_NAME = 100
LONGEST_REVISION = 9


def one_line(text: str | None) -> str:
    """A text without line breaks and what else no database or print takes."""
    return " ".join("".join(character if character.isprintable() else " " for character in text or "").split())


class Act(FlaskForm):
    """A form about one poll as it was at `revision`."""

    revision = HiddenField()

    def begin(self, poll: Poll) -> None:
        """Carry the poll's revision, when the form is shown for the first time."""
        if not self.is_submitted():
            self.revision.data = str(poll.revision)

    def demand_fresh(self, poll: Poll) -> None:
        """Raise RuleRefused `form_stale` when the poll has changed since the page was made."""
        seen = self.revision.data or ""
        demand_revision(
            poll, int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= LONGEST_REVISION else -1
        )


def demand_written(written: str | None, name: str) -> None:
    """Raise BadInput `name_written` unless the name of what is destroyed was typed as it stands (decision 88)."""
    if not same_name(written or "", name):
        raise BadInput("name_written", name=name)


class Destroying(Act):
    """An act that nothing undoes: it asks for the poll's name to be typed."""

    written = StringField()


class Told(Act):
    """Opening: what was said to the key holders, or what a poll with the server's key alone cannot promise."""

    told = BooleanField(validators=[InputRequired(_("请先确认这一项。"))])


class TwoPeople(Act):
    """An act that takes a second person, who signs in for this one act."""

    witness = StringField(_("监票人姓名"), validators=[Length(max=LONGEST_NAME, message=_("姓名太长。"))])
    password = PasswordField(_("监票人密码"))
    code = second_code(_("验证码（开了两步登录才填）"), Length(max=LONGEST_NAME))
    stand_in = BooleanField(_("演练：由演练监票人代替"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the second person unless the rehearsal's own stands in."""
        good = super().validate(extra_validators)
        if self.stand_in is None or not self.stand_in.data:
            for field, missing in ((self.witness, _("请填写监票人的姓名。")), (self.password, _("请监票人输入密码。"))):
                if not (field.data or "").strip():
                    field.errors = [*field.errors, str(missing)]
                    good = False
        return good

    def without_stand_in(self, poll: Poll) -> None:
        """Take the stand-in away from a poll that counts."""
        if not poll.rehearsal:
            del self.stand_in

    def second_person(self) -> str | None:
        """The name of who gave the right password, None for the rehearsal's own. Raises what `check_password` does."""
        if self.stand_in is not None and self.stand_in.data:
            return None
        name = (self.witness.data or "").strip()
        return name_of_second_person(name, self.password.data or "", self.code.data or "")


def name_of_second_person(name: str, password: str, code: str) -> str:
    """The name of who signs in for one act, at the desk of somebody else: by the password, and by a code where the second step is on.

    Raises what `check_password` and `demand_code` do.
    """
    # counted for who is signed in here, not for the network: strangers behind the same address can't make the witness wait
    place = f"desk {who()}"
    user = check_password(database(), name, password, address=place, now=now())
    demand_code(database(), user, code, place=place, now=now())
    return user.name


class Annulment(TwoPeople, Destroying):
    """Annulling."""

    reason = TextAreaField(
        _("理由"),
        filters=[one_line],
        validators=[InputRequired(_("请写明理由。")), Length(max=LONGEST_REASON, message=_("太长了，最多 300 个字。"))],
    )


def refusal(form: Act, error: DomainError, poll: Poll) -> tuple[str, int]:
    """The sentence to say above the form and the status of a refused act; no sentence where it stands at a field by now.

    A stale form goes on from the poll as it is now, which the page shows.
    """
    words, status = sentence(error), 422 if isinstance(error, BadInput) else 409
    if error.code == "form_stale":
        form.revision.data = str(poll.revision)
    elif isinstance(form, Destroying) and error.code == "name_written":
        form.written.errors = [*form.written.errors, words]
        return "", status
    elif isinstance(form, TwoPeople) and error.code in ("login_wrong", "login_wait"):
        form.password.errors = [*form.password.errors, words]
        return "", status
    elif "code" in form and FIELDS.get(error.code) == "code":
        form.code.errors = [*form.code.errors, words]
        return "", status
    return words, status


def say(message: str, kind: str = "good") -> None:
    """A note on the next page."""
    flash(str(message), kind)


def already(poll: Poll, message: str, kind: str = "") -> Response:
    """A repeated click on a step that is done is no error: the poll's page, with a quiet note."""
    say(message, kind)
    return redirect(url_for("day.poll", poll_id=poll.id))


def unfinished(poll: Poll) -> Response:
    """A draft that lacks something is led to the step that says what."""
    say(_("这份草稿还没有填完，先补上下面这些。"), "warn")
    return redirect(url_for("wizard.check", poll_id=poll.id))
