"""The form of a draft: its fields follow from the scheme, and what is typed becomes a poll file, so that one set of rules holds for both."""

import base64
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from ballots.typeface import check_glyphs
from ballots.unprintable import MissingGlyph
from belenios.group import RandomBytes
from polling.addresses import is_loopback
from polling.errors import DomainError
from polling.polls import PanelEntry, PollFile, SubjectEntry
from schemes.periods import period_kind
from schemes.rules import PanelKind, PanelRule, PeriodKind, Scheme
from web.acts import Act
from web.words import period_words, sentence

MOST_NAMED = 2  # kinds of subject in a proposed title
LONGEST_TITLE, LONGEST_NAME, LONGEST_NUMBER = 120, 100, 6
ID_BYTES = 5
# how many periods back the form offers; the current one stands first
BACK = {PeriodKind.MONTH: 13, PeriodKind.QUARTER: 5, PeriodKind.HALF_YEAR: 3, PeriodKind.YEAR: 2, PeriodKind.TERM: 2}


class DraftForm(Act):
    """What every draft has. `made` is the number that a new poll will get, so that a second click makes no second poll."""

    made = HiddenField()
    proposed = HiddenField()

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


def draft_form(scheme: Scheme, today: date, *, label: str | None, holders: int, data: dict[str, Any]) -> DraftForm:
    """The form of a scheme's drafts, filled with `data` until something is posted; `label` is offered besides the latest periods."""
    fields: dict[str, Any] = {
        "title": StringField(_("标题")),
        # what no choice has is refused by the rules of poll files
        "period": SelectField(_("考核周期"), choices=_periods(scheme, today, label), validate_choice=False),
        "rehearsal": BooleanField(_("这是演练：页面、票和结果都写明“演练”，不作数")),
        "base_url": StringField(_("票上的网址")),
        "known": StringField(_("加上以前测评过的对象")),
    }
    for rule in scheme.subjects:
        fields[f"subjects_{rule.key}"] = TextAreaField(rule.title)
    for panel in scheme.panels:
        fields[f"expected_{panel.key}"] = StringField(_("应到人数"))
        fields[f"spare_{panel.key}"] = StringField(_("备用票"))
    for number in range(1, holders + 1):
        fields[f"holder_{number}"] = StringField(_("密钥保管人 %(number)s", number=number))
    form: DraftForm = type("SchemeForm", (DraftForm,), fields)(data=data)
    return form


def data_of(file: PollFile, scheme: Scheme, known: Sequence[SubjectEntry]) -> dict[str, Any]:
    """What the form shows of a poll file. Who shares kind and name with another one in `known` is told apart by the id."""
    data: dict[str, Any] = {
        "title": file.title,
        "period": file.period,
        "rehearsal": file.rehearsal,
        "base_url": file.base_url or "",
    }
    shared = Counter((entry.kind, entry.name) for entry in known)
    for rule in scheme.subjects:
        data[f"subjects_{rule.key}"] = "\n".join(
            f"{subject.name} #{subject.id}" if shared[subject.kind, subject.name] > 1 else subject.name
            for subject in file.subjects
            if subject.kind == rule.key
        )
    for panel in file.panels:
        data[f"expected_{panel.key}"] = str(panel.expected)
        data[f"spare_{panel.key}"] = "" if panel.spare is None else str(panel.spare)
    return data


def labels_before(kind: PeriodKind, today: date) -> Iterator[str]:
    """The periods of a kind from the current one backwards, without end."""
    year, month = today.year, today.month
    months = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6}.get(kind, 12)
    count = (year * 12 + month - 1) // months
    while True:
        year, part = divmod(count, 12 // months)
        yield {
            PeriodKind.MONTH: f"{year}-{part + 1:02d}",
            PeriodKind.QUARTER: f"{year}Q{part + 1}",
            PeriodKind.HALF_YEAR: f"{year}H{part + 1}",
            PeriodKind.YEAR: str(year),
            PeriodKind.TERM: f"{year - 2}-{year}",
        }[kind]
        count -= 1


def last_period(scheme: Scheme, today: date, model: str | None = None) -> str:
    """The period that has just ended: of the same kind as `model`, else of the shortest that the scheme assesses."""
    kinds = {kind for rule in scheme.subjects for kind in rule.periods}
    kind = period_kind(model) if model else next(kind for kind in PeriodKind if kind in kinds)
    labels = labels_before(kind, today)
    next(labels)
    return next(labels)


def proposed_title(scheme: Scheme, label: str) -> str:
    """A title for a period, for who has no better one: whom the scheme assesses then, and what its panels are.

    Who has more than two kinds of subject then is not named: the poll may be about any of them.
    """
    kind = period_kind(label)
    assessed = [rule.title for rule in scheme.subjects if kind in rule.periods]
    whom = [re.sub(r"（[^（）]*）$", "", title) for title in assessed]  # 县（区）党政领导班子成员（正职除外）
    kinds = {panel.kind for panel in scheme.panels}
    what = {
        PanelKind.DEMOCRATIC_EVALUATION: _("民主测评"),
        PanelKind.SATISFACTION: _("民意测评"),
        PanelKind.INTERVIEW: _("个别谈话"),
    }
    title = _(
        "%(period)s%(whom)s%(what)s",
        period=period_words(label),
        whom=_("、").join(whom) if len(whom) <= MOST_NAMED else "",
        what=next(words for each, words in what.items() if each in kinds),
    )
    return " ".join(title.split())


def _periods(scheme: Scheme, today: date, label: str | None) -> list[SelectChoice]:
    """The latest periods of each kind that the scheme assesses, and the one of `label`."""
    kinds = {kind for rule in scheme.subjects for kind in rule.periods}
    labels = [each for kind in PeriodKind if kind in kinds for each in islice(labels_before(kind, today), BACK[kind])]
    if label is not None and label not in labels:
        labels.append(label)
    return [SelectChoice(each, period_words(each)) for each in labels]


def read_draft(form: DraftForm, scheme: Scheme, known: Sequence[SubjectEntry], random: RandomBytes) -> PollFile | None:
    """The poll file that a posted form means, None when a field can't be read: then its sentence stands at the field.

    A subject of the same kind and name as one in `known` is that one.
    """
    title = " ".join((form["title"].data or "").split())
    if title in ("", form.proposed.data):  # untouched: it follows the period
        title = form.proposed.data = form["title"].data = _title(scheme, form["period"].data or "")
    if len(title) > LONGEST_TITLE:
        refuse(form["title"], _("标题最多 %(most)s 个字。", most=LONGEST_TITLE))
    _demand_glyphs(form["title"], [title])
    base_url = unicodedata.normalize("NFKC", form["base_url"].data or "").strip().rstrip("/") or None
    if base_url is not None and is_loopback(base_url) and not form["rehearsal"].data:
        refuse(
            form["base_url"], _("%(address)s 是这台电脑自己，手机打不开。请换成手机连得上的网址。", address=base_url)
        )
    subjects = [entry for rule in scheme.subjects for entry in _subjects(form, rule.key, known, random)]
    panels = [entry for rule in scheme.panels if (entry := _panel(form, rule)) is not None]
    _demand_any(subjects, [form.of("subjects", rule.key) for rule in scheme.subjects], _("请至少写一个测评对象。"))
    numbers = [form.of(kind, rule.key) for rule in scheme.panels for kind in ("expected", "spare")]
    _demand_any(panels, numbers, _("请至少给一组填应到人数。"))
    if any(field.errors for field in form):
        return None
    return PollFile(
        scheme=scheme.name,
        title=title,
        period=form["period"].data or "",
        subjects=tuple(subjects),
        panels=tuple(panels),
        rehearsal=form["rehearsal"].data,
        base_url=base_url,
    )


def _demand_any(entries: Sequence[object], fields: Sequence[Field], words: str) -> None:
    """Ask for an entry at the first of its fields when none has one, and none says already what is wrong with it."""
    if not entries and not any(field.errors for field in fields):
        refuse(fields[0], words)


def _title(scheme: Scheme, label: str) -> str:
    try:
        return proposed_title(scheme, label)
    except ValueError:  # no period: the rules say so
        return ""


def _subjects(form: DraftForm, kind: str, known: Sequence[SubjectEntry], random: RandomBytes) -> Iterator[SubjectEntry]:
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
        yield SubjectEntry(id=own or (same or [_new_id(random)])[0], kind=kind, name=name)


def _new_id(random: RandomBytes) -> str:
    return base64.b32encode(random(ID_BYTES)).decode().lower()


def _panel(form: DraftForm, rule: PanelRule) -> PanelEntry | None:
    """The entry of a panel, None where it is not used."""
    expected, spare = form.of("expected", rule.key), form.of("spare", rule.key)
    people, more = _number(expected), _number(spare)
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


def refuse(field: Field, words: str) -> None:
    """Say at a field what is wrong with it."""
    field.errors = [*field.errors, words]


def place(form: DraftForm, error: DomainError, file: PollFile) -> str | None:
    """Put the sentence of a refused poll file at the field that it is about; give it back when it is about none."""
    words = sentence(error)
    found = re.fullmatch(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?", str(error.params.get("path", "")))
    name, number, part = found.groups() if found else ("", None, None)
    if name == "subjects" and number is not None:
        refuse(form.of("subjects", file.subjects[int(number)].kind), words)
    elif name == "panels" and number is not None:
        refuse(form.of("spare" if part == "spare" else "expected", file.panels[int(number)].key), words)
    elif name in form and name in ("title", "period", "base_url"):
        refuse(form[name], words)
    elif name == "subjects":  # too many: the longest list is the likeliest to be wrong
        refuse(form.of("subjects", Counter(entry.kind for entry in file.subjects).most_common(1)[0][0]), words)
    elif error.code.startswith("holder"):
        refuse(form.holders[0], words)
    else:
        return words
    return None
