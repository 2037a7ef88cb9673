"""The forms of a random inspection, and at which field a refusal is shown."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from polling.errors import BadInput, DomainError
from polling.packs import packs
from schemes.assessment import Inspection
from schemes.rules import Scheme
from scoring import draws
from scoring.pot import read_day, read_names, read_ratio
from scoring.sampling import DiceSource, PublicSource
from web.words import sentence

FIELDS = {
    "pot_empty": "names",
    "pot_many": "names",
    "pot_long": "names",
    "pot_letter": "names",
    "pot_twice": "names",
    "ratio_form": "ratio",
    "ratio_missing": "ratio",
    "ratio_other": "ratio",
    "draw_period": "period",
    "draw_period_other": "period",
    "draw_day_form": "day",
    "draw_day_past": "day",
    "draw_exists": "replaces",
    "draw_replaces_other": "replaces",
    "reason_empty": "reason",
    "number_form": "number",
}


def inspections() -> dict[str, tuple[Scheme, Inspection]]:
    """Every inspection that the schemes here know, by `scheme/inspection`."""
    return {f"{scheme.name}/{each.key}": (scheme, each) for scheme in packs()[0] for each in scheme.inspections}


class DrawForm(FlaskForm):
    """A form that says its refusals at its fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: list[str] = []

    def refuse(self, error: DomainError) -> int:
        """Show the sentence where it belongs; the status to answer with."""
        field = getattr(self, self.place(error), None)
        if field is None:
            self.refused.append(sentence(error))
        else:
            field.errors = [*field.errors, sentence(error)]
        return 422 if isinstance(error, BadInput) else 409

    def place(self, error: DomainError) -> str:
        """The field that an error is about, or none."""
        return str(error.params.get("field", "")) if error.code == "draw_text" else FIELDS.get(error.code, "")


class Fixing(DrawForm):
    """Who is in the pot, how many of them, where the seed will come from."""

    purpose = StringField(_("抽查什么"))
    period = StringField(_("周期"))
    names = TextAreaField(_("名单，一行一个"))
    rule = SelectField(_("按哪个办法"), validate_choice=False)
    ratio = StringField(_("比例"))
    seed_kind = RadioField(
        _("种子从哪里来"),
        choices=[
            SelectChoice("dice", _("两个人当众掷骰子")),
            SelectChoice("public", _("以后公布的一个数，例如某一期开奖号码")),
        ],
        default="dice",
        validate_choice=False,
    )
    source = StringField(_("哪一个数"))
    day = StringField(_("哪一天公布"))
    replaces = StringField(_("代替哪一次抽取"))
    reason = StringField(_("为什么重抽"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = inspections()
        self.rule.choices = [
            SelectChoice("", gettext("不按办法，自己写比例")),
            *((key, f"{scheme.title}：{each.title} {100 * each.share}%") for key, (scheme, each) in self.known.items()),
        ]

    def wanted(self) -> draws.Wanted:
        """What was typed, read. Raises BadInput."""
        ratio = (self.ratio.data or "").strip()
        return draws.Wanted(
            purpose=self.purpose.data or "",
            period=self.period.data or "",
            names=read_names(self.names.data or ""),
            ratio=read_ratio(ratio) if ratio else None,
            seed=PublicSource(source=self.source.data or "", day=read_day(self.day.data or ""))
            if self.seed_kind.data == "public"
            else DiceSource(),
            rule=self.known.get(self.rule.data or ""),
            replaces=self.replaces.data or "",
            reason=self.reason.data or "",
        )


class Dice(DrawForm):
    """Two people's dice."""

    one = StringField(_("第一个人的姓名"))
    one_dice = StringField(_("第一个人掷出的点数"))
    other = StringField(_("第二个人的姓名"))
    other_dice = StringField(_("第二个人掷出的点数"))

    def place(self, error: DomainError) -> str:
        """At the dice of whoever the error names."""
        if error.code.startswith("dice_") and "by" in error.params and error.code != "dice_same_person":
            return "one_dice" if error.params["by"] == draws.line(self.one.data) else "other_dice"
        return {"dice_same_person": "other", "dice_same": "other_dice"}.get(error.code, "")


class Number(DrawForm):
    """The number that was published."""

    number = StringField(_("公布的数"))
