"""The forms about people: their labels, and at which field a refusal is shown."""

from collections.abc import Sequence
from typing import Any, Self

from flask import abort
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired

from polling.errors import BadInput, DomainError
from polling.models import Role
from polling.organizations import LONGEST_NAME as LONGEST_OFFICE
from polling.organizations import Node
from polling.people import LONGEST_NAME
from polling.sentences import VALUES
from web.words import sentence

# at which field a refusal is shown; every other one stands above the form
FIELDS = {
    "user_name_empty": "name",
    "user_name_form": "name",
    "user_exists": "name",
    "password_short": "password",
    "password_common": "password",
    "code_wrong": "code",
    "second_missing": "code",
    "second_wrong": "code",
    "second_used": "code",
    "second_ahead": "code",
    "second_behind": "code",
    "second_locked": "code",
    "recovery_wrong": "code",
    "name_written": "written",
    "organization_name": "office",
    "organization_contact": "contact",
    "restore_file": "file",
    "schema_newer": "file",
}


class PersonForm(FlaskForm):
    """A form that says its refusals at its fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: list[str] = []

    def refuse(self, error: DomainError) -> int:
        """Show the sentence where it belongs; the status to answer with."""
        field = getattr(self, FIELDS.get(error.code, ""), None)
        if field is None:
            self.refused.extend(sentence(error).splitlines())
        else:
            field.errors = [*field.errors, sentence(error)]
        return 422 if isinstance(error, BadInput) else 409


def _name(label: Any, autocomplete: str = "off") -> StringField:
    return StringField(
        label,
        validators=[DataRequired(_("请写姓名。"))],
        filters=[lambda text: text.strip() if text else text],
        render_kw={"maxlength": LONGEST_NAME, "autocomplete": autocomplete, "autocapitalize": "none"},
    )


def _password(label: Any, missing: Any, autocomplete: str) -> PasswordField:
    return PasswordField(label, validators=[DataRequired(missing)], render_kw={"autocomplete": autocomplete})


def _code() -> StringField:
    return StringField(
        _("一次性口令"),
        validators=[DataRequired(_("请输入终端里显示的一次性口令。"))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "typed"},
    )


class Login(PersonForm):
    """Name and password."""

    name = _name(_("姓名"), "username")
    password = _password(_("密码"), _("请输入密码。"), "current-password")


class NewPassword(PersonForm):
    """A password, typed twice because nobody sees it."""

    password = _password(_("新密码"), _("请输入新密码。"), "new-password")
    again = _password(_("再输一遍新密码"), _("请再输一遍新密码。"), "new-password")

    def validate(self, extra_validators: Any = None) -> bool:
        """Both times the same."""
        good = super().validate(extra_validators)
        if good and self.password.data != self.again.data:
            self.again.errors = [*self.again.errors, gettext("两次输入的密码不一样。请两个都重新输入。")]
            return False
        return good


class CurrentPassword(PersonForm):
    """What one is asked for before one's own account changes."""

    current = _password(_("现在的密码"), _("请输入现在的密码。"), "current-password")

    def refuse(self, error: DomainError) -> int:
        """As any form; of a wrong password nothing is said about the name."""
        if error.code != "login_wrong":
            return super().refuse(error)
        self.current.errors = [*self.current.errors, _("现在的密码不对。")]
        return 409


class OwnPassword(CurrentPassword, NewPassword):
    """A new password by who knows the old one."""


def second_code(label: Any, *validators: Any) -> StringField:
    """A code of the second step, or a recovery code: seen while it is typed, never shown again."""
    as_typed = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 40}
    return StringField(label, validators=validators, render_kw=as_typed | {"class": "typed", "value": ""})


class SecondStep(PersonForm):
    """Signing in, after the password: the code of the phone, or a recovery code."""

    code = second_code(_("验证码"))
    recovery = second_code(_("恢复码"))

    def typed(self) -> str:
        """What was typed, in whichever field."""
        return (self.recovery.data or "").strip() or (self.code.data or "").strip()

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two."""
        good = super().validate(extra_validators)
        if good and not self.typed():
            self.code.errors = [*self.code.errors, gettext("请输入手机上的六位验证码。")]
            return False
        return good

    def refuse(self, error: DomainError) -> int:
        """A recovery code's refusal stands where it was typed."""
        if not (self.recovery.data or "").strip() or FIELDS.get(error.code) != "code":
            return super().refuse(error)
        self.recovery.errors = [*self.recovery.errors, sentence(error)]
        return 409


class SecondStepTried(PersonForm):
    """The first code of the app; `sealed` carries the secret that was shown, for this session alone."""

    sealed = HiddenField()
    code = second_code(_("手机上显示的六位验证码"), DataRequired(_("请输入手机上的六位验证码。")))


class SecondStepOff(PersonForm):
    """An administrator turns the second step of somebody else off: the name is typed."""

    written = StringField()


class SecondStepKept(CurrentPassword):
    """Password and code, to turn the second step off or to make new recovery codes."""

    code = second_code(_("验证码，或恢复码"), DataRequired(_("请输入手机上的六位验证码。")))


class FirstAdministrator(NewPassword):
    """The first administrator, by the code from the terminal."""

    code = _code()
    name = _name(_("您的姓名"), "username")
    office = StringField(_("单位名称"), render_kw={"maxlength": LONGEST_OFFICE, "autocomplete": "organization"})


# those that the pages have acts for
OFFERED = (Role.ORGANIZER, Role.SCRUTINEER, Role.TELLER, Role.APPROVER, Role.READER, Role.ADMINISTRATOR)


class RoleForm(PersonForm):
    """What somebody may do, and where."""

    role = SelectField(_("身份"))
    at = SelectField(_("单位"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(role.value, gettext(VALUES[role.value])) for role in OFFERED]

    def offering(self, places: Sequence[Node]) -> Self:
        """Offer these organizations; with one alone nothing is asked."""
        self.at.choices = [(place.id, place.path) for place in places]
        return self

    def place(self) -> str:
        """The chosen organization. One that was not offered is as good as none (404)."""
        offered = [str(choice[0]) for choice in self.at.choices]
        chosen = str(self.at.data or offered[0])
        return chosen if chosen in offered else abort(404)


class NewPerson(RoleForm, NewPassword):
    """Somebody new: with a first password, or with none, which the invited then chooses."""

    name = _name(_("姓名"))
    password = PasswordField(_("新密码"), render_kw={"autocomplete": "new-password"})
    again = PasswordField(_("再输一遍新密码"), render_kw={"autocomplete": "new-password"})


class Restoring(PersonForm):
    """A backup for an installation that is still empty, by the code from the terminal."""

    code = _code()
    file = FileField(_("备份文件"), validators=[FileRequired(_("请选择备份文件。"))])
