"""One small rehearsed poll from the draft to the final document: real slips, sealed ballots and signatures, the votes invented."""

import random as chance
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from ballots import closing, opening
from ballots.annulment import destroy_ended_keys
from ballots.box import archive as archive_of
from ballots.slips import freeze, keep_points
from ballots.typed_codes import new_code
from belenios.credentials import point_of, secret_of
from belenios.election import new_uuid
from cli.context import Context
from cli.delivery import scoring_layer
from cli.phone import Phone, Slip
from cli.printing import write_panels
from cli.rehearsal import ANSWER_SECONDS, serving
from polling.errors import RuleRefused
from polling.models import Role
from polling.people import REHEARSAL_PEOPLE, two_people
from polling.polls import PanelEntry, PollFile, SubjectEntry, create_poll, find_poll
from polling.working_days import Holidays
from publishing import correction
from publishing.counting import count_poll
from publishing.delivery import deliver_due
from publishing.ending import finalise
from publishing.results import publish
from publishing.sign_off import stand_in
from publishing.signing_keys import load_signer
from schemes.rules import PanelRule, Scheme
from scoring.inputs import Subject

# how many of each hundred choose: blank, then the answers best first
LEANING = (2, 58, 26, 9, 3, 2)
ORGANIZER = REHEARSAL_PEOPLE[Role.ORGANIZER]


@dataclass(frozen=True, slots=True)
class Plan:
    """A poll to hold.

    `short`: its last panel gets a ballot too few. `corrected`: the slips handed out are stated anew after the notice. `disliked`: the subject to
    whom everybody gives the last option. `sheets`: the slips are printed too, not only made.
    """

    period: str
    subjects: tuple[Subject, ...]
    short: bool = False
    corrected: bool = False
    disliked: str = ""
    sheets: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What a poll left: its id, the signed documents in their order, the number of ballots."""

    poll: str
    documents: tuple[str, ...]
    ballots: int


def hold(context: Context, scheme: Scheme, plan: Plan, folder: Path) -> Held:
    """Hold one poll; slips and archives go to `folder`. Raise RuleRefused `rehearsal_wrong` where the scoring layer takes no document."""
    poll_id = new_uuid(context.random)
    with context.database.write() as session:
        create_poll(
            session, poll_file(scheme, plan), where="rehearsal", poll_id=poll_id, who=ORGANIZER, now=context.now()
        )
    codes = _open(context, poll_id, folder / "slips" if plan.sheets else None)
    ballots = _vote(context, poll_id, codes, plan, scheme)
    with context.database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        people = two_people(session, poll, organizer=None, witness=None)
        closing.close_boxes(session, poll, {}, people=people, now=context.now())
    closing.level(context.database)
    with context.database.read() as session:
        store = context.store(find_poll(session, poll_id))
    count_poll(context.database, poll_id, (), store=store, who=ORGANIZER, now=context.now(), random=context.random)
    documents = [_publish(context, poll_id)]
    if plan.corrected:
        with context.database.write() as session:
            poll = find_poll(session, poll_id, lock=True)
            panel = poll.panels[0]
            stated = {panel.key: panel.expected + 1}
            correction.correct(session, poll, stated, reason="登记时抄错（演练）", people=people, now=context.now())
        documents.append(_publish(context, poll_id))
    with context.database.read() as session:
        uuids = {panel.key: str(panel.uuid) for panel in find_poll(session, poll_id).panels}
    for key, uuid in uuids.items():
        with context.database.reading_connection() as connection:
            archive = archive_of(connection, uuid)
        (folder / "archives" / f"{plan.period}-{poll_id}-{key}.bel").write_bytes(archive)
    return Held(poll_id, tuple(documents), ballots)


def poll_file(scheme: Scheme, plan: Plan) -> PollFile:
    """The smallest poll that the scheme permits, over every panel that its polls have unasked, with a spare slip each."""
    return PollFile(
        scheme=scheme.name,
        title=f"{plan.period} 民主测评（演练）",
        period=plan.period,
        rehearsal=True,
        subjects=tuple(SubjectEntry(id=each.id, kind=each.kind, name=each.name) for each in plan.subjects),
        panels=tuple(PanelEntry(key=panel.key, expected=smallest(panel), spare=1) for panel in asked(scheme)),
        base_url="http://127.0.0.1:8000",
    )


def asked(scheme: Scheme) -> list[PanelRule]:
    """The panels that a poll has unasked."""
    return [panel for panel in scheme.panels if not panel.on_request]


def smallest(panel: PanelRule) -> int:
    """The smallest roster of a panel whose box is opened."""
    return max(panel.minimum_expected, panel.minimum_returned)


def _open(context: Context, poll_id: str, folder: Path | None) -> dict[str, list[str]]:
    """Make the slips, print them where a folder is given, and open; the codes by panel key."""
    with context.database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        bundle = freeze(
            session,
            poll,
            base_url=str(poll.base_url),
            random=context.random,
            translations=context.out.translations,
        )
    codes: dict[str, list[str]] = {}
    if folder is not None:
        rows: list[tuple[str, str, str]] = []
        points = write_panels(context, bundle, str(folder), rows)
        for key, _uuid, url in rows:
            codes.setdefault(key, []).append(Slip.scan(url).code)
    else:
        points = {}
        for made in bundle.panels:
            codes[made.key] = [new_code(context.random) for _slip in range(made.slips)]
            points[made.panel] = sorted(point_of(secret_of(code, made.panel)) for code in codes[made.key])
    signer = load_signer(context.database)
    with context.database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        keep_points(session, poll, points, printing=bundle.printing, replaces=None, who=ORGANIZER, now=context.now())
        opening.open_poll(
            session,
            poll,
            (),
            store=context.store(poll),
            sign=lambda record: signer.document(record).decode(),
            who=ORGANIZER,
            now=context.now(),
            random=context.random,
        )
    return codes


def _vote(context: Context, poll_id: str, codes: dict[str, list[str]], plan: Plan, scheme: Scheme) -> int:
    """Seal and cast one ballot a person of every roster, as phones do it (law 3); how many there were."""
    with context.database.read() as session:
        panels = [(panel.key, str(panel.uuid), panel.expected) for panel in find_poll(session, poll_id).panels]
    with (
        httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as client,
        serving(context, client) as port,
    ):
        return _cast(
            Phone(client, context.random), f"http://127.0.0.1:{port}/v", panels, codes, plan=plan, scheme=scheme
        )


def _cast(
    phone: Phone,
    boxes: str,
    panels: Sequence[tuple[str, str, int]],
    codes: dict[str, list[str]],
    *,
    plan: Plan,
    scheme: Scheme,
) -> int:
    dice = chance.Random(plan.period)  # noqa: S311 - invented voters; every secret comes from the system's source
    ballots = 0
    for place, (key, uuid, expected) in enumerate(panels, 1):
        options = len(scheme.panel(key).options)
        number = scheme.panel(key).minimum_returned - 1 if plan.short and place == len(panels) else expected
        for code in codes[key][:number]:
            slip = Slip(page=f"{boxes}/{uuid}", panel=uuid, code=code)
            widths = [len(question.answers) + question.blank for question in phone.election(slip).questions]
            picks = [
                options if subject.id == plan.disliked else dice.choices(range(width), LEANING[:width])[0]
                for subject, width in zip(plan.subjects, widths, strict=True)
            ]
            choice = [[int(each == pick) for each in range(width)] for pick, width in zip(picks, widths, strict=True)]
            phone.post(slip, phone.seal(slip, choice))
        ballots += number
    return ballots


def _publish(context: Context, poll_id: str) -> str:
    """Sign-off by the rehearsal's people, notice, final, delivery to the scoring layer; the document's id."""
    document_id = new_uuid(context.random)
    signer = load_signer(context.database)
    with context.database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        stand_in(session, poll, who=ORGANIZER, now=context.now())
        publish(
            session,
            poll,
            signer=signer,
            document_id=document_id,
            who=ORGANIZER,
            now=context.now(),
            holidays=Holidays.of(context.settings, rehearsal=True),
        )
        finalise(session, poll, who=ORGANIZER, now=context.now())
    destroy_ended_keys(context.database)
    passed = deliver_due(
        context.database, now=context.now, random=context.random, local=scoring_layer(context.database)
    )
    if passed.failed or not passed.delivered:
        raise RuleRefused("rehearsal_wrong", what=document_id)
    return document_id


def unasked(subjects: Sequence[Subject], scheme: Scheme) -> list[Subject]:
    """Those whom no poll is about: people enter every part of their composite, and its bands give the grade."""
    entered = []
    for subject in subjects:
        rule = scheme.composite_of(subject.kind)
        bands = any(
            grade.at_least is not None
            for period in scheme.subject(subject.kind).periods
            for grade in scheme.grades_of(subject.kind, period)
        )
        if not scheme.panels or (rule is not None and bands and not any(part.panels for part in rule.parts)):
            entered.append(subject)
    return entered
