"""Buttons and files that fill a draft's form in: what they wrote is looked at before it is saved."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext as _

from web.draft_form import Draft, StepForm, roster_text
from web.name_files import HOUSEHOLD, KIND, by_kind, names_of, posted


def filled(at: str, form: StepForm, draft: Draft, notes: list[str]) -> bool:
    """Whether a button or a file filled fields in, which are looked at before they are saved. Raises BadInput, CellFaults."""
    if at == "subjects":
        return _subjects_filled(form, draft, notes)
    if at != "panels":
        return False
    found = False
    for rule in draft.scheme.panels:
        file = posted(f"file_{rule.key}")
        if file is not None:
            lines = names_of(file, HOUSEHOLD)
            form.of("roster", rule.key).data = "\n".join(roster_text(line.name, line.beside) for line in lines)
            notes.append(_read_words(file.filename, len(lines)))
            found = True
    return found


def _subjects_filled(form: StepForm, draft: Draft, notes: list[str]) -> bool:
    file, act = posted("file"), request.form.get("act")
    kinds = {rule.key: rule.title for rule in draft.scheme.subjects}
    if file is not None:
        default = form["kind"].data if form["kind"].data in kinds else next(iter(kinds))
        found = by_kind(names_of(file, KIND), kinds, default)
        notes.append(_read_words(file.filename, sum(map(len, found.values()))))
        for kind, names in found.items():
            _append(form, kind, names)
        return True
    if act not in ("add", "add_all"):
        return False
    ticked = set(form["pick"].data or ())
    for entry in draft.offered:
        if act == "add_all" or entry.id in ticked:
            shared = [other for other in draft.known if (other.kind, other.name) == (entry.kind, entry.name)]
            _append(form, entry.kind, [f"{entry.name} #{entry.id}" if len(shared) > 1 else entry.name])
    return True


def _append(form: StepForm, kind: str, names: Sequence[str]) -> None:
    """Put names under those that are typed already; one that stands there is not put twice."""
    field = form.of("subjects", kind)
    lines = [line for line in (field.data or "").splitlines() if line.strip()]
    there = {" ".join(line.split()) for line in lines}
    field.data = "\n".join([*lines, *(name for name in names if name not in there)])


def _read_words(file: str | None, number: int) -> str:
    return _("从「%(file)s」读到 %(number)s 个，写在下面了，还没有存。请核对，再点保存。", file=file, number=number)
