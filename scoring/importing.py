"""Importing part scores and the register from a table: everything or nothing, each fault by row and column."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import date
from types import MappingProxyType

from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from schemes.rules import Scheme
from scoring.entering import new_part, part_key
from scoring.entries import Act, New, append, in_force
from scoring.inputs import Subject
from scoring.register import TOP, Line, Registered, check_line, current, demand_own_days, lines, new_line, replaced
from scoring.sheets import Cell, Faults, read_table, template

SCORE_NEEDED = ("编号", "姓名", "周期", "项目", "得分", "来源")
SCORE_ALLOWED = (*SCORE_NEEDED, "评分人")
REGISTER_NEEDED = ("编号", "姓名", "类别", "单位")
POST, SINCE, UNTIL = "职务", "起始日期", "结束日期"
_YES_NO = {"是": True, "否": False}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows read, and entries made (a row that says what stands already makes none)."""

    rows: int
    entries: int


def score_template() -> bytes:
    """An empty table for part scores."""
    return template(SCORE_ALLOWED, title="得分")


def register_template(scheme: Scheme) -> bytes:
    """An empty table for the register, with the attributes that the pack's rules ask for."""
    return template((*REGISTER_NEEDED, POST, SINCE, UNTIL, *(each.title for each in scheme.attributes)), title="对象")


def import_scores(
    session: Session, act: Act, scheme: Scheme, raw: bytes, *, where: str, replace: bool = False
) -> Imported:
    """Enter every row of a table of part scores, or nothing.

    A row that stands already with the same number is left out; with another number it is a fault, unless `replace` says that the table
    corrects what was entered before. Raise BadInput as `scoring.sheets.read_table`, `scoring_file_faults` with a fault for each bad cell.
    """
    table = read_table(raw, where, SCORE_NEEDED, SCORE_ALLOWED)
    known = current(session, rehearsal=act.rehearsal)
    kinds = {identity: each.subject.kind for identity, each in known.items()}
    standing = {
        part_key(scheme, kinds.get(entry.subject, ""), entry): entry
        for entry in in_force(session, ["part"], rehearsal=act.rehearsal, scheme=scheme.name)
    }
    faults, made, seen = Faults(), [], dict[tuple[str, ...], int]()
    for row in table.rows:
        new = _score_row(act, scheme, row, known, faults)
        if new is None:
            continue
        at = row["编号"]
        key = part_key(scheme, kinds[new.subject], new)
        if key in seen:
            faults.add(BadInput("scoring_row_twice", row=at.row, column=at.column, other=seen[key]))
            continue
        seen[key] = at.row
        old = standing.get(key)
        if old is None:
            made.append(new)
        elif not _says(old.detail, new):
            if not replace:
                score = row["得分"]
                faults.add(BadInput("scoring_row_entered", row=score.row, column=score.column, number=old.number))
            made.append(New(new.kind, new.detail, new.scheme, new.organization, new.subject, new.period, old.number))
    faults.demand_none(where)
    digest = hashlib.sha256(raw).hexdigest()
    numbers = append(session, act, made, what="import", of="part", file=where[-200:], sha256=digest)
    return Imported(len(table.rows), len(numbers))


def _says(detail: str, new: New) -> bool:
    return bool(json.loads(detail) == dict(new.detail))


def _score_row(
    act: Act, scheme: Scheme, row: dict[str, Cell], known: dict[str, Registered], faults: Faults
) -> New | None:
    identity, name = row["编号"], row["姓名"]
    registered = known.get(identity.text)
    if registered is None:
        faults.add(
            BadInput("scoring_row_unknown", row=identity.row, column=identity.column, value=identity.text[:40] or "—")
        )
        return None
    subject = registered.subject
    if name.text != subject.name:
        faults.add(
            BadInput(
                "scoring_row_name",
                row=name.row,
                column=name.column,
                value=name.text[:40],
                id=subject.id,
                name=subject.name,
            )
        )
        return None
    by = row["评分人"].text if "评分人" in row else ""
    try:
        return new_part(
            act,
            scheme,
            subject,
            period=row["周期"].text,
            part=row["项目"].text,
            score=row["得分"].text,
            source=row["来源"].text,
            by=by,
        )
    except BadInput as error:
        cell = row[_COLUMN_OF.get(error.code, "来源")]
        faults.add(BadInput("scoring_row", row=cell.row, column=cell.column, fault=error))
        return None


# in which column a fault of a part score stands
_COLUMN_OF = {
    "scoring_period": "周期",
    "scoring_period_kind": "周期",
    "scoring_part_unknown": "项目",
    "scoring_part_polled": "项目",
    "scoring_score": "得分",
}


def import_register(
    session: Session,
    act: Act,
    scheme: Scheme,
    raw: bytes,
    *,
    where: str,
    replace: bool = False,
    at: str = TOP,
    places: Mapping[str, str] = MappingProxyType({}),
    foreign: Collection[str] = (),
    own: Collection[str] | None = None,
) -> Imported:
    """Register every row of a table, or nothing. A known id with another name, unit or attribute is a fault, unless `replace`.

    A row stands at the place that its unit is the name of in `places`, else `at`; a known one whose unit is as before stays where it stands.
    `foreign`: ids that are not the actor's to change; `own`: the organizations that are (None: all).
    Columns 编号 姓名 类别 单位, if wanted 职务 起始日期 结束日期, and the titles of the pack's attributes (whole numbers, or 是 and 否; empty: not known).
    """
    attributes = {rule.title: rule for rule in scheme.attributes}
    table = read_table(raw, where, REGISTER_NEEDED, (*REGISTER_NEEDED, POST, SINCE, UNTIL, *attributes))
    before = lines(session, rehearsal=act.rehearsal)
    faults, made, seen = Faults(), [], dict[str, int]()
    for row in table.rows:
        identity = row["编号"]
        if identity.text in seen:
            other = seen[identity.text]
            faults.add(BadInput("scoring_row_twice", row=identity.row, column=identity.column, other=other))
            continue
        seen[identity.text] = identity.row
        read = _register_row(scheme, row, faults)
        if read is None:
            continue
        if read.subject.id in foreign:
            fault = RuleRefused("register_foreign", id=read.subject.id)
            faults.add(BadInput("scoring_row", row=identity.row, column=identity.column, fault=fault))
            continue
        stood = before.get(read.subject.id, [])
        same = replaced(stood, read.since)
        old = same or next(reversed(stood), None)
        unit = read.subject.organization
        stays = old is not None and old.subject.organization == unit
        read = replace_fields(read, place=old.place if old is not None and stays else places.get(unit, at))
        if old is not None and old.line == read:
            continue
        try:
            demand_own_days(stood, read, own)
        except RuleRefused as fault:
            faults.add(BadInput("scoring_row", row=identity.row, column=identity.column, fault=fault))
        if old is not None and (not replace or old.subject.kind != read.subject.kind):
            faults.add(
                BadInput("scoring_row_registered", row=identity.row, column=identity.column, name=old.subject.name)
            )
        made.append(new_line(read, None if same is None else same.number))
    faults.demand_none(where)
    digest = hashlib.sha256(raw).hexdigest()
    numbers = append(session, act, made, what="import", of="subject", file=where[-200:], sha256=digest, organization=at)
    return Imported(len(table.rows), len(numbers))


def _register_row(scheme: Scheme, row: dict[str, Cell], faults: Faults) -> Line | None:
    kinds = {rule.title: rule.key for rule in scheme.subjects}
    kind = kinds.get(row["类别"].text, row["类别"].text)
    before = faults.number
    held: dict[str, int | bool] = {}
    for rule in scheme.attributes:
        cell = row.get(rule.title)
        if cell is None or not cell.text:
            continue
        number = int(cell.text) if cell.text.isascii() and cell.text.isdigit() and len(cell.text) < 8 else None  # noqa: PLR2004 - metres, people
        value = number if rule.kind == "number" else _YES_NO.get(cell.text)
        if value is None:
            faults.add(
                BadInput(
                    "scoring_row",
                    row=cell.row,
                    column=cell.column,
                    fault=BadInput("scoring_attribute", title=rule.title),
                )
            )
        else:
            held[rule.key] = value
    since, until = _day(row, SINCE, faults), _day(row, UNTIL, faults)
    post = row[POST].text if POST in row else ""
    subject = Subject(row["编号"].text, kind, row["姓名"].text, row["单位"].text, held)
    try:
        read = check_line(scheme, Line(subject, since, until, post))
    except BadInput as error:
        columns = {"scoring_subject_id": "编号", "scoring_subject_kind": "类别", "scoring_until": UNTIL}
        column = columns.get(error.code)
        cell = row[column or str(error.params.get("field", "编号"))]
        faults.add(BadInput("scoring_row", row=cell.row, column=cell.column, fault=error))
        return None
    return read if faults.number == before else None


def _day(row: dict[str, Cell], column: str, faults: Faults) -> date | None:
    cell = row.get(column)
    if cell is None or not cell.text:
        return None
    text = f"{cell.text}-01" if len(cell.text) == len("2026-03") else cell.text
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.add(BadInput("scoring_row_day", row=cell.row, column=cell.column, value=cell.text[:40]))
        return None
