"""Slips: freezing a poll for print, making one-time credentials, and taking public points back.

The secret of a slip exists on the slip alone (law 2): codes are made in memory, handed to the printer one by one, and only their public
points are kept, sorted, so that neither list nor sheet tells which code became which row.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ballots.models import Credential, Trustee
from ballots.questions import MOST_ARCHIVE, MOST_BALLOT, most_bytes, questions
from ballots.sheets import Keys, SlipText, Translations, lay_out, slip_text, write_panels, write_sheets
from ballots.typed_codes import new_code
from ballots.typeface import check_glyphs
from belenios.credentials import point_of, secret_of
from belenios.election import new_uuid
from belenios.group import GroupError, RandomBytes, read_point
from polling import audit
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State, step
from polling.models import Poll
from polling.polls import demand_complete, demand_state, scheme_of
from polling.recusal import demand_unconcerned
from schemes.rules import PanelRule

DEVICES_THAT_PROMISE = 2
MOST_SLIPS = 50_000


class PanelPrint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a printer must know of one panel."""

    key: str
    panel: str
    title: str
    slips: int
    subjects: int


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen poll for printing on any machine. Nothing in it is secret."""

    type: str
    poll: str
    title: str
    scheme: str
    scheme_digest: str
    rehearsal: bool
    base_url: str
    asked_by: str
    purpose: str
    retention: str
    keys: Keys
    printing: str
    panels: tuple[PanelPrint, ...]


BUNDLE_TYPE = "yipiao.print-bundle"
POINTS_TYPE = "yipiao.points"


def freeze(session: Session, poll: Poll, *, base_url: str, random: RandomBytes, translations: Translations) -> Bundle:
    """Freeze scheme and subjects (law 8) and give what printing needs; printing again keeps what was frozen, after opening there is none.

    Slips that were printed before stay good until `keep_points` or `announce` replaces them. Raises RuleRefused `roster_below_minimum`
    naming the panel and how many are missing, `poll_incomplete`, `ballot_too_large`, `panel_too_large`, and MissingGlyph or TextTooLong
    for what can't be printed.
    """
    demand_state(poll, State.DRAFT, State.PRINTED)
    demand_complete(poll)
    scheme = scheme_of(poll)
    rules = {rule.key: rule for rule in scheme.panels}
    for panel in poll.panels:
        rule = rules[panel.key]
        if panel.expected < rule.minimum_expected:
            missing = rule.minimum_expected - panel.expected
            raise RuleRefused(
                "roster_below_minimum",
                panel=rule.title,
                expected=panel.expected,
                minimum=rule.minimum_expected,
                missing=missing,
            )
        _demand_size(rule, panel.slips, [subject.name for subject in poll.subjects])
    address = poll.base_url or base_url
    bundle = Bundle(
        type=BUNDLE_TYPE,
        poll=poll.id,
        title=poll.title,
        scheme=scheme.title,
        scheme_digest=scheme.digest,
        rehearsal=poll.rehearsal,
        base_url=address,
        asked_by=scheme.slip.asked_by,
        purpose=scheme.slip.purpose,
        retention=scheme.slip.retention,
        keys=keys_of(session, poll),
        printing=new_uuid(random),
        panels=tuple(
            PanelPrint(
                key=panel.key,
                panel=panel.uuid or new_uuid(random),
                title=rules[panel.key].title,
                slips=panel.slips,
                subjects=len(poll.subjects),
            )
            for panel in poll.panels
        ),
    )
    check_glyphs([*texts_of(bundle), *(subject.name for subject in poll.subjects)])
    for printed in bundle.panels:
        lay_out(panel_slip(bundle, printed, translations), translations)
    poll.scheme_raw, poll.scheme_digest = scheme.raw, scheme.digest
    for panel, printed in zip(poll.panels, bundle.panels, strict=True):
        panel.uuid = printed.panel
    poll.state = step(poll.state, State.PRINTED)
    session.flush()
    return bundle


def _demand_size(rule: PanelRule, slips: int, subjects: list[str]) -> None:
    """Refuse a panel whose ballots no phone could send, or whose archive no database could hold: it could be voted in and never closed."""
    size = most_bytes(questions(rule, subjects))
    if size > MOST_BALLOT:
        raise RuleRefused("ballot_too_large", panel=rule.title, subjects=len(subjects))
    if size * slips > MOST_ARCHIVE:
        raise RuleRefused("panel_too_large", panel=rule.title, slips=slips, most=MOST_ARCHIVE // size)


def announce(session: Session, poll: Poll, bundle: Bundle, *, who: str, now: datetime) -> None:
    """Slips are made elsewhere from this bundle: all earlier ones end, and only points that name this printing are taken back."""
    demand_state(poll, State.PRINTED)
    end_slips(session, poll)
    poll.printing = bundle.printing
    audit.record(session, who=who, what="poll.bundle", poll_id=poll.id, now=now, printing=bundle.printing)


def end_slips(session: Session, poll: Poll) -> None:
    """All slips of a poll that is not open yet end: it must be printed again."""
    demand_state(poll, State.PRINTED)
    poll.printing = None
    session.execute(sa.delete(Credential).where(Credential.panel.in_([panel.uuid for panel in poll.panels])))


def keys_of(session: Session, poll: Poll) -> Keys:
    """What may be said of a poll's keys by now (law 14). Keys that were not brought lie on this server: together they are one device."""
    brought = (
        sa.select(sa.func.count()).select_from(Trustee).where(Trustee.poll_id == poll.id, Trustee.origin == "brought")
    )
    return Keys.SEPARATE if 1 + (session.scalar(brought) or 0) >= DEVICES_THAT_PROMISE else Keys.SERVER_ALONE


def print_panel(
    out: BinaryIO,
    bundle: Bundle,
    panel: PanelPrint,
    *,
    random: RandomBytes,
    translations: Translations,
    keep: Callable[[str], object] | None = None,
) -> list[str]:
    """Make a panel's codes, write its sheets to `out`, and return the public points (64 hex digits each), sorted.

    `keep` is called with each slip's whole address; rehearsals use it, nothing else may (law 2).
    """
    points: list[str] = []
    codes = _codes(bundle, panel, points, random, keep)
    write_sheets(out, panel_slip(bundle, panel, translations), codes, translations)
    return sorted(points)


def print_all(
    out: BinaryIO, bundle: Bundle, *, random: RandomBytes, translations: Translations
) -> dict[str, list[str]]:
    """Make every panel's codes and write all sheets to `out` as one file; return the public points, sorted, by panel."""
    points: dict[str, list[str]] = {panel.panel: [] for panel in bundle.panels}
    sheets = [
        (panel_slip(bundle, panel, translations), _codes(bundle, panel, points[panel.panel], random))
        for panel in bundle.panels
    ]
    write_panels(out, sheets, translations)
    return {panel: sorted(own) for panel, own in points.items()}


def _codes(
    bundle: Bundle,
    panel: PanelPrint,
    points: list[str],
    random: RandomBytes,
    keep: Callable[[str], object] | None = None,
) -> Iterator[str]:
    """Fresh codes, one by one; the public points go to `points`."""
    for _ in range(panel.slips):
        code = new_code(random)
        points.append(point_of(secret_of(code, panel.panel)))
        if keep is not None:
            keep(f"{bundle.base_url}/v/{panel.panel}#{code}")
        yield code


def panel_slip(bundle: Bundle, panel: PanelPrint, translations: Translations) -> SlipText:
    """The sentences of one panel's slips, promising no more than the keys do (law 14)."""
    return slip_text(
        translations,
        title=bundle.title,
        panel_title=panel.title,
        panel=panel.panel,
        base_url=bundle.base_url,
        asks=bundle.asked_by,
        why=bundle.purpose,
        kept=bundle.retention,
        keys=bundle.keys,
        rehearsal=bundle.rehearsal,
    )


def keep_points(
    session: Session,
    poll: Poll,
    points: dict[str, list[str]],
    *,
    printing: str,
    replaces: str | None,
    who: str,
    now: datetime,
) -> None:
    """Store the public points of the printing named `printing`, in the place of all earlier ones.

    `replaces`: the printing that stood when this one began. Raises RuleRefused `printed_meanwhile` when it is another one by now, BadInput when a panel is missing or foreign, a number does not fit, or a point is not valid or comes twice: a slip opens one box.
    """
    demand_state(poll, State.PRINTED)
    demand_unconcerned(session, poll, who)
    if poll.printing != replaces:
        raise RuleRefused("printed_meanwhile", poll=poll.id)
    poll.printing = printing
    wanted = {str(panel.uuid): panel for panel in poll.panels}
    if set(points) != set(wanted):
        raise BadInput("points_panels", poll=poll.id)
    seen: set[str] = set()
    for uuid, panel in wanted.items():
        listed = points[uuid]
        if len(listed) != panel.slips or len(set(listed) - seen) != len(listed):
            raise BadInput("points_number", panel=panel.key, found=len(set(listed) - seen), wanted=panel.slips)
        seen.update(listed)
        try:
            for point in listed:
                read_point(point)
        except GroupError:
            raise BadInput("points_invalid", panel=panel.key) from None
        session.execute(sa.delete(Credential).where(Credential.panel == uuid))
        try:
            session.execute(sa.insert(Credential), [{"panel": uuid, "point": point} for point in sorted(listed)])
        except IntegrityError:  # a point of another poll: one slip would open two boxes
            raise BadInput("points_invalid", panel=panel.key) from None
    slips = {panel.key: panel.slips for panel in poll.panels}
    audit.record(session, who=who, what="poll.print", poll_id=poll.id, now=now, slips=slips)


def has_points(session: Session, poll: Poll) -> bool:
    """Whether the slips of the latest printing are known here; those made elsewhere are not, until their points come back."""
    uuids = [panel.uuid for panel in poll.panels]
    return session.scalar(sa.select(sa.exists().where(Credential.panel.in_(uuids)))) or False


def points_document(bundle: Bundle, points: dict[str, list[str]]) -> bytes:
    """What `slips make` leaves for the server: public points only."""
    return json.dumps(
        {"type": POINTS_TYPE, "poll": bundle.poll, "printing": bundle.printing, "panels": points}, indent=1
    ).encode()


class Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The public points of slips made elsewhere: of which poll and printing, and by panel."""

    type: str
    poll: str
    printing: str
    panels: dict[str, list[str]]


def read_points(raw: bytes, poll: Poll) -> Points:
    """Read `points.json` of this very poll and its latest export. Raises BadInput."""
    document: Points = _decode(raw, Points, POINTS_TYPE, "points_file")
    if document.poll != poll.id:
        raise BadInput("points_other_poll", poll=poll.id, found=document.poll)
    if document.printing != poll.printing:
        raise BadInput("points_old", poll=poll.id)
    return document


def read_bundle(raw: bytes) -> Bundle:
    """Read a print bundle. Raises BadInput."""
    bundle: Bundle = _decode(raw, Bundle, BUNDLE_TYPE, "bundle_file")
    for panel in bundle.panels:
        if (
            not re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{14}", panel.panel)
            or not re.fullmatch(r"[a-z0-9_-]+", panel.key)
            or not 0 < panel.slips <= MOST_SLIPS
        ):
            raise BadInput("bundle_file")
    return bundle


def _decode(raw: bytes, kind: Any, type_name: str, code: str) -> Any:
    try:
        document = msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadInput(code) from None
    if document.type != type_name:
        raise BadInput(code)
    return document


def texts_of(bundle: Bundle) -> Iterable[str]:
    """Every text of a bundle that comes from people, for the check of glyphs."""
    return (bundle.title, bundle.asked_by, bundle.purpose, bundle.retention, *(panel.title for panel in bundle.panels))
