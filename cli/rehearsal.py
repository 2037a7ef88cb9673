"""One village day, headless: the real functions, the real server, voters simulated over HTTP, and the sums held against what they chose."""

import json
import os
import random as chance
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ballots import closing, opening
from ballots.box import archive as archive_of
from ballots.reconciliation import balances_of
from ballots.slips import freeze, keep_points
from belenios.election import new_uuid
from belenios.verify import verify
from cli.addresses import lan_address
from cli.context import Context
from cli.phone import Phone, Slip
from cli.printing import write_codes, write_panels
from polling.errors import BadInput, RuleRefused
from polling.models import Role
from polling.people import REHEARSAL_PEOPLE, two_people
from polling.polls import PanelEntry, PollFile, SubjectEntry, create_poll, find_poll
from polling.working_days import Holidays
from publishing import checking
from publishing.counting import count_poll
from publishing.report import write_report
from publishing.results import publish
from publishing.sign_off import stand_in
from publishing.signing_keys import load_signer
from schemes.periods import LABELS
from schemes.rules import PeriodKind, Scheme

VILLAGE = ("嘎玛村", "达那村", "错那村", "帕里村", "卡若村", "桑珠村", "曲水村", "白朗村")
EXPECTED = {"evaluators": 24, "interviewees": 16, "villagers": 18}
USUAL_EXPECTED = 18
# how many of each hundred choose: blank, then the options best first, then 不了解
LEANING = (4, 46, 30, 12, 8, 10)
PHONES = 4
ANSWER_SECONDS = 30


@dataclass
class Day:
    """What the rehearsal remembers of its own voters: their slips by panel, and the sums they chose."""

    slips: dict[str, list[str]]
    chosen: dict[str, list[list[int]]]


def rehearse(context: Context, scheme: Scheme, folder: Path) -> dict[str, Any]:
    """Run the day; files go to `folder`, which must be new or empty. Raises RuleRefused when a sum is not what was chosen."""
    if folder.exists() and any(folder.iterdir()):
        raise BadInput("folder_used", where=str(folder))
    for name in ("slips", "archives", "opening"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _ = context.out.gettext
    day = Day({}, {})
    poll_id = _prepare(context, scheme, folder, day)
    with (
        # one for all voters: each of their own would read this machine's certificates first, and needs none
        httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as client,
        serving(context, client) as port,
        context.out.progress() as step,
        ThreadPoolExecutor(PHONES) as pool,
    ):
        total = sum(len(slips) for slips in day.slips.values())
        jobs = [(panel, number) for panel, slips in day.slips.items() for number in range(len(slips))]
        dice = chance.Random(1)  # noqa: S311 - invented voters; every secret comes from the system's source
        plans = [(panel, number, dice.random()) for panel, number in jobs]
        for done, _result in enumerate(
            pool.map(lambda plan: _vote(Phone(client, context.random), port, day, plan), plans), start=1
        ):
            step(_("投票"), done, total)
    with context.database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        people = two_people(session, poll, organizer=None, witness=None)
        closing.close_boxes(session, poll, {}, people=people, now=context.now())
    closing.level(context.database)
    with context.out.progress() as step:
        count_poll(
            context.database,
            poll_id,
            (),
            store=context.store(poll),
            who=people[0],
            now=context.now(),
            random=context.random,
            progress=lambda panel, done, total: step(_("清点 {panel}").format(panel=panel), done, total),
        )
    signer = load_signer(context.database)
    with context.database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        stand_in(session, poll, who=people[0], now=context.now())
        raw = publish(
            session,
            poll,
            signer=signer,
            document_id=new_uuid(context.random),
            who=people[0],
            now=context.now(),
            holidays=Holidays.of(context.settings, rehearsal=True),
        )
    return _leave(context, scheme, raw, folder, day)


def _prepare(context: Context, scheme: Scheme, folder: Path, day: Day) -> str:
    """Draft, print and open; the slips' addresses stay in memory and, as this is a rehearsal, in a file."""
    who = REHEARSAL_PEOPLE[Role.ORGANIZER]
    file = poll_file(scheme, context.now().strftime("%Y-%m"))
    with context.database.write() as session:
        poll = create_poll(
            session, file, where="rehearsal", poll_id=new_uuid(context.random), who=who, now=context.now()
        )
    base_url = context.settings.base_url or f"http://{lan_address()}:{context.settings.port}"
    translations = context.out.translations
    with context.database.write() as session:
        bundle = freeze(
            session,
            find_poll(session, poll.id, lock=True),
            base_url=base_url,
            random=context.random,
            translations=translations,
        )
    rows: list[tuple[str, str, str]] = []
    points = write_panels(context, bundle, str(folder / "slips"), rows)
    signer = load_signer(context.database)
    with context.database.write() as session:
        found = find_poll(session, poll.id, lock=True)
        keep_points(session, found, points, printing=bundle.printing, replaces=None, who=who, now=context.now())
        opening.open_poll(
            session,
            found,
            (),
            store=context.store(found),
            sign=lambda record: signer.document(record).decode(),
            who=who,
            now=context.now(),
            random=context.random,
        )
    for panel in found.panels:
        own = [url for key, _uuid, url in rows if key == panel.key]
        day.slips[panel.key] = own[: panel.expected]
        day.chosen[panel.key] = []
        (folder / "opening" / f"{panel.key}.json").write_text(str(panel.opening_record), encoding="utf-8")
    write_codes(folder / "codes.csv", rows)
    return poll.id


def poll_file(scheme: Scheme, month: str) -> PollFile:
    """A poll of eight subjects over every panel that the scheme's polls have unasked."""
    rule = scheme.subjects[0]
    kind = rule.periods[0]
    year, number = int(month[:4]), int(month[5:])
    labels = {
        PeriodKind.MONTH: month,
        PeriodKind.QUARTER: f"{year}Q{(number + 2) // 3}",
        PeriodKind.HALF_YEAR: f"{year}H{1 if number <= 6 else 2}",  # noqa: PLR2004 - months of a half-year
        PeriodKind.YEAR: str(year),
        PeriodKind.TERM: f"{year - 2}-{year}",
    }
    assert LABELS[kind].fullmatch(labels[kind])
    return PollFile(
        scheme=scheme.name,
        title=f"{labels[kind]} 驻村工作队民主测评（演练）",
        period=labels[kind],
        rehearsal=True,
        subjects=tuple(
            SubjectEntry(id=f"rehearsal-{place}", kind=rule.key, name=f"{village}{rule.title}")
            for place, village in enumerate(VILLAGE, 1)
        ),
        panels=tuple(
            PanelEntry(key=panel.key, expected=max(EXPECTED.get(panel.key, USUAL_EXPECTED), panel.minimum_expected))
            for panel in scheme.panels
            if not panel.on_request
        ),
    )


def _vote(phone: Phone, port: int, day: Day, plan: tuple[str, int, float]) -> None:
    """One voter: scan, choose, seal, cast, check the receipt."""
    panel, number, seed = plan
    dice = chance.Random(seed)  # noqa: S311 - the invented voter's opinion
    scanned = Slip.scan(day.slips[panel][number])
    # the slip's address is the one phones will use; this voter stands beside the server
    slip = Slip(page=f"http://127.0.0.1:{port}/v/{scanned.panel}", panel=scanned.panel, code=scanned.code)
    rows = []
    for question in phone.election(slip).questions:
        width = len(question.answers) + question.blank
        picked = dice.choices(range(width), LEANING[:width])[0]
        rows.append([int(place == picked) for place in range(width)])
    phone.post(slip, phone.seal(slip, rows))
    day.chosen[panel].append([row.index(1) for row in rows])


@contextmanager
def serving(context: Context, client: httpx.Client) -> Iterator[int]:
    """The real server on a free port of this machine, stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {
        "YIPIAO_PORT": str(port),
        "YIPIAO_HOME": str(context.settings.home),
        "DATABASE_URL": context.settings.database_url,
    }
    command = [sys.executable, "-c", "from cli.main import main; main()", "serve", "--address", "127.0.0.1"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
    try:
        _wait(process, port, client)
        yield port
    finally:
        process.terminate()
        process.wait(ANSWER_SECONDS)


def _wait(process: "subprocess.Popen[bytes]", port: int, client: httpx.Client) -> None:
    """Until the server answers; RuleRefused when it stops or never does."""
    end = time.monotonic() + ANSWER_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            client.get(f"http://127.0.0.1:{port}/api/v1/keys").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuleRefused("rehearsal_server")


def _leave(context: Context, scheme: Scheme, raw: bytes, folder: Path, day: Day) -> dict[str, Any]:
    """Write result, report, archives and keys; verify each archive against opening record and result, and the sums against the voters."""
    document = json.loads(raw)["document"]
    poll_id = document["poll"]
    (folder / "result.json").write_bytes(raw)
    with context.database.read() as session:
        balances = balances_of(find_poll(session, poll_id))
    with (folder / "report.pdf").open("wb") as out:
        write_report(out, document, context.out.translations, balances=balances)
    signer = load_signer(context.database)
    keys = {"keys": [{"key": signer.key_id, "algorithm": "Ed25519", "public": signer.public_base64}]}
    (folder / "scheme.toml").write_bytes(scheme.raw)
    (folder / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
    with context.database.read() as session:
        panels = find_poll(session, poll_id).panels
    for panel in panels:
        with context.database.reading_connection() as connection:
            archive = archive_of(connection, str(panel.uuid))
        (folder / "archives" / f"{panel.key}.bel").write_bytes(archive)
        found = verify(archive, setup=panel.setup_hash, workers=os.cpu_count() or 1)
        sums = [[0] * len(row) for row in found.result or ()]
        for picks in day.chosen[panel.key]:
            for place, pick in enumerate(picks):
                sums[place][pick] += 1
        if [list(row) for row in found.result or ()] != sums:
            raise RuleRefused("rehearsal_wrong", what=panel.key)
        difference = checking.difference(document, archive, found, scheme)
        if difference is not None:
            raise RuleRefused("rehearsal_wrong", what=difference)
    return {
        "poll": poll_id,
        "document": document["id"],
        "folder": str(folder),
        "voters": sum(map(len, day.chosen.values())),
    }


def where_things_are(folder: Path, _: Callable[[str], str]) -> str:
    """Where a rehearsal left what."""
    lines = [
        _("演练留下的文件："),
        "  " + _("选票 {path}").format(path=folder / "slips"),
        "  " + _("档案 {path}").format(path=folder / "archives"),
        "  " + _("结果 {path}").format(path=folder / "result.json"),
        "  " + _("报告 {path}").format(path=folder / "report.pdf"),
    ]
    return "\n".join(lines)
