"""The forms of a draft's steps: their fields follow from the scheme, and what is typed becomes a part of a poll file."""

import base64
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from ballots.typeface import check_glyphs
from ballots.unprintable import MissingGlyph
from belenios.group import RandomBytes
from polling.addresses import is_loopback
from polling.errors import BadInput, DomainError
from polling.polls import LANGUAGES, PanelEntry, PollFile, SubjectEntry, usual_spare
from polling.rosters import RosterLine, read_roster
from schemes.rules import PanelRule, Scheme
from web.acts import Act, one_line
from web.closing_time import for_input, kept_minute
from web.proposals import periods, retitled
from web.words import sentence

LONGEST_TITLE, LONGEST_NAME, LONGEST_NUMBER = 120, 100, 6
ID_BYTES = 5
# names of languages in themselves
ENDONYMS = {"zh_CN": "中文", "en": "English"}


class StepForm(Act):
    """A step of a draft. `made`: the number that a new poll will get, so that a second click makes no second poll."""

    made = HiddenField()

    def of(self, kind: str, key: str) -> Field:
        """The field of one kind of subject or one panel."""
        return self[f"{kind}_{key}"]

    @property
    def holders(self) -> list[Field]:
        """The fields for the names of key holders."""
        return [field for name, field in self._fields.items() if name.startswith("holder_")]

    @property
    def names(self) -> list[str]:
        """The key holders that are named."""
        return [field.data.strip() for field in self.holders if field.data and field.data.strip()]


@dataclass(frozen=True)
class Draft:
    """A draft as it stands, with what its forms are made from: the scheme, key holders, each panel's roster as text.

    `known`: every subject of the scheme's kinds, by which a name is recognized. `earlier`: those of other polls and of the register.
    `away`: the ids of those whom the register does not have here in this period; they are known and not offered. `packs`: the schemes that its office uses. `unused`: why its own one is none of them, empty where it is one.
    """

    file: PollFile
    scheme: Scheme
    known: Sequence[SubjectEntry]
    earlier: Sequence[SubjectEntry]
    holders: Sequence[str]
    rosters: dict[str, str]
    today: date
    away: Collection[str]
    packs: Sequence[Scheme]
    unused: str

    @property
    def offered(self) -> list[SubjectEntry]:
        """Whom to tick."""
        return [entry for entry in self.earlier if entry.id not in self.away]


def _made(fields: dict[str, Any], data: dict[str, Any]) -> StepForm:
    form: StepForm = type("Step", (StepForm,), fields)(data=data)
    return form


def scheme_form(packs: Sequence[Scheme], data: dict[str, Any]) -> StepForm:
    """Which scheme, and whether it is a rehearsal."""
    return _made(
        {
            "scheme": RadioField(
                _("考核办法"), choices=[SelectChoice(pack.name, pack.title) for pack in packs], validate_choice=False
            ),
            "rehearsal": BooleanField(_("这是演练：页面、票和结果都写明“演练”，不作数")),
            "sure": BooleanField(_("照样换办法，去掉上面这些")),
        },
        data,
    )


def subjects_form(draft: Draft) -> StepForm:
    """The period, and a list of names for each kind of subject."""
    fields: dict[str, Any] = {
        "period": _period_field(draft),
        "pick": SelectMultipleField(
            choices=[SelectChoice(entry.id, entry.name) for entry in draft.offered], validate_choice=False
        ),
        "kind": SelectField(
            _("表里没写类别的，算作"),
            choices=[SelectChoice(rule.key, rule.title) for rule in draft.scheme.subjects],
            validate_choice=False,
        ),
    }
    data: dict[str, Any] = {"period": draft.file.period}
    shared = Counter((entry.kind, entry.name) for entry in draft.known)
    for rule in draft.scheme.subjects:
        fields[f"subjects_{rule.key}"] = TextAreaField(rule.title)
        # who shares kind and name with another is told apart by the id
        data[f"subjects_{rule.key}"] = "\n".join(
            f"{subject.name} #{subject.id}" if shared[subject.kind, subject.name] > 1 else subject.name
            for subject in draft.file.subjects
            if subject.kind == rule.key
        )
    return _made(fields, data)


def panels_form(draft: Draft) -> StepForm:
    """How many are expected in each panel, and who, where the office has a roster."""
    fields: dict[str, Any] = {}
    for rule in draft.scheme.panels:
        fields[f"expected_{rule.key}"] = StringField(_("应到人数"))
        fields[f"spare_{rule.key}"] = StringField(_("备用票"))
        fields[f"roster_{rule.key}"] = TextAreaField(_("名册"))
    data: dict[str, Any] = {}
    for entry in draft.file.panels:
        data[f"expected_{entry.key}"] = str(entry.expected)
        data[f"spare_{entry.key}"] = "" if entry.spares == usual_spare(entry.expected) else str(entry.spares)
        data[f"roster_{entry.key}"] = draft.rosters.get(entry.key, "")
    return _made(fields, data)


def texts_form(draft: Draft, holders: int) -> StepForm:
    """What slips and phones say, and who is asked for keys."""
    fields: dict[str, Any] = {
        "title": StringField(_("标题")),
        "intro": StringField(_("手机上选票前面的一句话")),
        "languages": SelectMultipleField(
            _("手机上有哪些语言"), choices=[SelectChoice(*each) for each in ENDONYMS.items()], validate_choice=False
        ),
        "base_url": StringField(_("票上的网址")),
        "closes": StringField(_("几点关箱")),
    }
    data: dict[str, Any] = {
        "title": draft.file.title,
        "intro": draft.file.intro,
        "languages": list(draft.file.languages),
        "base_url": draft.file.base_url or "",
        "closes": for_input(draft.file.closes),
    }
    for number in range(1, max(holders, len(draft.holders)) + 1):
        fields[f"holder_{number}"] = StringField(_("钥匙保管人 %(number)s", number=number))
    data |= {f"holder_{number}": name for number, name in enumerate(draft.holders, 1)}
    return _made(fields, data)


def check_form(draft: Draft) -> StepForm:
    """What is another for every period: the period itself, and the title."""
    return _made(
        {"period": _period_field(draft), "title": StringField(_("标题"))},
        {"period": draft.file.period, "title": draft.file.title},
    )


def _period_field(draft: Draft) -> Any:
    choices = periods(draft.scheme, draft.today, draft.file.period)
    # what no choice has is refused by the rules of poll files
    return SelectField(_("考核周期"), choices=choices, validate_choice=False)


# ---------------------------------------------------------------- reading what was typed


def read_subjects(form: StepForm, draft: Draft, random: RandomBytes) -> PollFile | None:
    """The draft with the period and subjects of a posted form, None when a field can't be read: then its sentence stands at the field.

    A subject of the same kind and name as a known one is that one.
    """
    subjects = [entry for rule in draft.scheme.subjects for entry in _subjects(form, rule.key, draft.known, random)]
    return _changed(form, draft, subjects=tuple(subjects), period=form["period"].data or "")


def read_panels(form: StepForm, draft: Draft) -> tuple[PollFile | None, dict[str, list[RosterLine]]]:
    """The draft with the panels of a posted form, and the rosters of those that have one."""
    rosters: dict[str, list[RosterLine]] = {}
    panels = [entry for rule in draft.scheme.panels if (entry := _panel(form, rule, rosters)) is not None]
    return _changed(form, draft, panels=tuple(panels)), rosters


def read_texts(form: StepForm, draft: Draft) -> PollFile | None:
    """The draft with the texts of a posted form."""
    base_url = unicodedata.normalize("NFKC", form["base_url"].data or "").strip().rstrip("/") or None
    if base_url is not None and is_loopback(base_url) and not draft.file.rehearsal:
        refuse(
            form["base_url"], _("%(address)s 是这台电脑自己，手机打不开。请换成手机连得上的网址。", address=base_url)
        )
    intro = one_line(form["intro"].data)
    _demand_glyphs(form["intro"], [intro])
    languages = tuple(each for each in LANGUAGES if each in (form["languages"].data or ()))
    closes = kept_minute(form["closes"].data)
    return _changed(form, draft, title=_title(form), base_url=base_url, intro=intro, languages=languages, closes=closes)


def read_check(form: StepForm, draft: Draft) -> PollFile | None:
    """The draft with another period or title."""
    return _changed(form, draft, title=_title(form), period=form["period"].data or "")


def _changed(form: StepForm, draft: Draft, **parts: Any) -> PollFile | None:
    """The draft with these parts; a title that nobody touched follows the period."""
    if any(field.errors for field in form):
        return None
    file = msgspec.structs.replace(draft.file, **parts)
    if file.title == draft.file.title and file.period != draft.file.period:
        try:
            title = retitled(file.title, draft.scheme, draft.file.period, file.period)
        except ValueError:  # no period: the rules say so
            return file
        file = msgspec.structs.replace(file, title=title)
    return file


def _title(form: StepForm) -> str:
    title = " ".join((form["title"].data or "").split())
    if len(title) > LONGEST_TITLE:
        refuse(form["title"], _("标题最多 %(most)s 个字。", most=LONGEST_TITLE))
    _demand_glyphs(form["title"], [title])
    return title


def _subjects(form: StepForm, kind: str, known: Sequence[SubjectEntry], random: RandomBytes) -> Iterator[SubjectEntry]:
    """The subjects of one kind, a line each; `名称 #编号` names the id as well."""
    field = form.of("subjects", kind)
    for line in (field.data or "").splitlines():
        written = re.fullmatch(r"(.*?)(?:\s*[#＃]\s*([A-Za-z0-9._-]+))?", " ".join(line.split()))
        assert written is not None  # the pattern takes any line
        name, own = written[1], written[2]
        if not name:
            continue
        if len(name) > LONGEST_NAME:
            refuse(field, _("「%(name)s…」太长，名称最多 %(most)s 个字。", name=name[:20], most=LONGEST_NAME))
        _demand_glyphs(field, [name])
        same = [entry.id for entry in known if (entry.kind, entry.name) == (kind, name)]
        if own is None and len(same) > 1:
            ids = "、".join(f"#{each}" for each in same)
            refuse(field, _("有不同的对象都叫「%(name)s」：%(ids)s。请在名称后面写明编号。", name=name, ids=ids))
        yield SubjectEntry(id=own or (same or [new_subject_id(random)])[0], kind=kind, name=name)


def new_subject_id(random: RandomBytes) -> str:
    """A number for a subject that nobody has numbered."""
    return base64.b32encode(random(ID_BYTES)).decode().lower()


def _panel(form: StepForm, rule: PanelRule, rosters: dict[str, list[RosterLine]]) -> PanelEntry | None:
    """The entry of a panel, None where it is not used; a roster says by itself how many are expected."""
    expected, spare = form.of("expected", rule.key), form.of("spare", rule.key)
    people, more = _number(expected), _number(spare)
    if (form.of("roster", rule.key).data or "").strip():
        lines = _lines(form.of("roster", rule.key))
        if lines is None:
            return None
        rosters[rule.key], people = lines, len(lines)
        expected = form.of("roster", rule.key)
    if people is None:
        if more is not None and not expected.errors:
            refuse(expected, _("填了备用票，没有填应到人数。不用这一组，请把备用票也清空。"))
        return None
    if 0 < people < rule.minimum_expected:
        missing = rule.minimum_expected - people
        refuse(
            expected,
            _("办法要求至少 %(minimum)s 人，还差 %(missing)s 人。", minimum=rule.minimum_expected, missing=missing),
        )
    return PanelEntry(key=rule.key, expected=people, spare=more)


def _lines(field: Field) -> list[RosterLine] | None:
    try:
        return read_roster(field.data)
    except BadInput as error:
        refuse(field, sentence(error))
        return None


def _number(field: Field) -> int | None:
    """A whole number as people type it, full-width digits too; None for nothing."""
    text = unicodedata.normalize("NFKC", field.data or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        refuse(field, _("请只写数字，例如 24。"))
        return None
    return int(text)


def _demand_glyphs(field: Field, texts: Iterable[str]) -> None:
    try:
        check_glyphs(texts)
    except MissingGlyph as missing:
        refuse(
            field,
            _(
                "字体里没有「%(character)s」这个字（在「%(text)s」里），票上印不出来。请改用别的写法。",
                character=missing.character,
                text=missing.text,
            ),
        )


def roster_text(name: str, household: str | None) -> str:
    """A line of a roster as it is typed: the household after a comma, or after a tab where a comma is part of a name."""
    tab = re.search("[,，،]", name + (household or ""))
    return name + ("\t" if tab else "，" if household else "") + (household or "")


def refuse(field: Field, words: str) -> None:
    """Say at a field what is wrong with it."""
    field.errors = [*field.errors, words]


def place(form: StepForm, error: DomainError, file: PollFile) -> str | None:
    """Put the sentence of a refused poll file at the field that it is about; give it back when this step has no such field."""
    words = sentence(error)
    found = re.fullmatch(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?", str(error.params.get("path", "")))
    name, number, part = found.groups() if found else ("", None, None)
    at = name
    if name == "subjects" and file.subjects:  # too many: the longest list is the likeliest to be wrong
        [(longest, _number), *_rest] = Counter(entry.kind for entry in file.subjects).most_common()
        at = f"subjects_{file.subjects[int(number)].kind if number else longest}"
    elif name == "panels" and number is not None:
        at = f"{'spare' if part == 'spare' else 'expected'}_{file.panels[int(number)].key}"
    elif error.code.startswith("holder"):
        at = "holder_1"
    if at in form:
        refuse(form[at], words)
        return None
    return words
