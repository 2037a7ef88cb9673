"""`yipiao sample …`: random inspection, from the list that is fixed first to a record that anybody can repeat."""

from pathlib import Path
from typing import Any

import click

from belenios.election import new_uuid
from cli.context import Context, read_file, with_context
from cli.verify import read_document, read_keys
from polling.errors import BadInput, RuleRefused
from polling.marks import N_
from polling.models import ROOT
from polling.packs import load_pack
from polling.people import demand_runs_polls
from polling.settings import TERMINAL
from publishing.signing_keys import load_signer
from schemes.assessment import Inspection
from schemes.rules import Scheme
from scoring import draws
from scoring.pot import read_day, read_names, read_ratio
from scoring.sampling import (
    POPULATION_TYPE,
    SAMPLE_TYPE,
    DiceSource,
    PublicSource,
    Record,
    SampleCheck,
    SampleUnreadable,
    commitment_of,
    fault_of,
    fault_of_population,
    read_population,
    read_record,
)

CHECKS = {
    SampleCheck.POPULATION: N_("名单不合规定（有重复、次序不对或写法不对）"),
    SampleCheck.SIZE: N_("抽取的个数与比例不符"),
    SampleCheck.COMMITMENT: N_("核对码与定下的内容不符"),
    SampleCheck.SEED: N_("种子与说好的不符"),
    SampleCheck.DAYS: N_("日子的先后不对"),
    SampleCheck.SAMPLE: N_("抽中的名单不是由种子得出的"),
}
as_option = click.option("--as", "organizer", metavar="NAME", help="who does it")
out_option = click.option("--out", metavar="FILE", help="write the signed document there; must not exist")


@click.group()
def sample() -> None:
    """Random inspection: fix the list, then make a seed in public, then draw."""


@sample.command("fix")
@click.argument("file")
@click.option("--purpose", required=True, help="what the inspection is")
@click.option("--period", required=True, metavar="LABEL", help="2026-10, 2026Q3, 2026H1, 2026")
@click.option("--ratio", metavar="RATIO", help="20%, 1/5 or 0.2")
@click.option("--scheme", "scheme_name", metavar="NAME", help="with --inspection: the ratio of this scheme")
@click.option("--inspection", metavar="KEY", help="which inspection of the scheme")
@click.option("--source", metavar="TEXT", help="the seed is a number published later: which one exactly (else: dice)")
@click.option("--day", metavar="DAY", help="with --source: the day on which it is published")
@click.option("--replaces", metavar="ID", default="", help="the draw that this one replaces")
@click.option("--reason", metavar="TEXT", default="", help="with --replaces: why")
@out_option
@as_option
@with_context
def fix(context: Context, *, file: str, organizer: str | None, out: str | None, **said: str | None) -> None:
    """Fix who is in the pot: FILE is a list, one a line. For ever; no seed exists yet."""
    wanted = draws.Wanted(
        purpose=said["purpose"] or "",
        period=said["period"] or "",
        names=read_names(_text(file)),
        ratio=None if said["ratio"] is None else read_ratio(said["ratio"]),
        seed=_source(said["source"], said["day"]),
        rule=_rule(said["scheme_name"], said["inspection"]),
        replaces=said["replaces"] or "",
        reason=said["reason"] or "",
    )
    _demand_new(out)
    signer, who = load_signer(context.database), organizer or TERMINAL
    with context.database.write() as session:
        demand_runs_polls(session, who, ROOT)
        made = draws.fix(session, wanted, draw_id=new_uuid(context.random), signer=signer, who=who, now=context.now())
    _write(out, made.fixed)
    population = made.population
    context.out.say(
        context.out.gettext("已定下抽取 {draw}：{number} 个里抽 {size} 个。核对码 SHA-256（请抄下来）：").format(
            draw=made.id, number=len(population.names), size=population.size
        )
    )
    context.out.say(grouped(made.commitment))
    context.out.result(
        {"draw": made.id, "commitment": made.commitment, "number": len(population.names), "size": population.size}
    )


@sample.command("draw")
@click.argument("draw_id", metavar="ID")
@click.option("--dice", multiple=True, metavar="NAME=DICE", help="twice: who threw, and at least 20 dice")
@click.option("--number", metavar="NUMBER", help="the published number, where one was named")
@out_option
@as_option
@with_context
def draw(
    context: Context, *, draw_id: str, dice: tuple[str, ...], number: str | None, out: str | None, organizer: str | None
) -> None:
    """Draw the sample from what was fixed, by dice or by the published number."""
    who = organizer or TERMINAL
    if (number is None) is not bool(dice):
        raise click.UsageError("--dice NAME=DICE (twice), or --number NUMBER")
    _demand_new(out)
    throws = [tuple(throw.partition("=")[::2]) for throw in dice]
    seed = draws.dice(throws) if number is None else draws.published(number, who)
    signer = load_signer(context.database)
    with context.database.write() as session:
        demand_runs_polls(session, who, ROOT)
        made = draws.draw(session, draw_id, seed, signer=signer, who=who, now=context.now())
    _write(out, made.drawn)
    _show(context, made)


@sample.command("list")
@with_context
def list_(context: Context) -> None:
    """Every draw, replaced ones too."""
    with context.database.read() as session:
        listed = draws.listed(session)
    for made in listed:
        context.out.say(f"{made.id}  {made.population.period}  {made.population.purpose}  {_state(context, made)}")
    context.out.result(
        {
            "draws": [
                {
                    "draw": made.id,
                    "purpose": made.population.purpose,
                    "period": made.population.period,
                    "drawn": made.record is not None,
                    "replaced_by": made.replaced_by,
                }
                for made in listed
            ]
        }
    )


@sample.command("show")
@click.argument("draw_id", metavar="ID")
@out_option
@with_context
def show(context: Context, draw_id: str, out: str | None) -> None:
    """What was fixed and, once drawn, the sample."""
    _demand_new(out)
    with context.database.read() as session:
        made = draws.find(session, draw_id)
    _write(out, made.drawn or made.fixed)
    _show(context, made)


@sample.command("verify")
@click.argument("file")
@click.option("--keys", "keys_file", metavar="FILE", help="the public keys that sign (/api/v1/keys)")
@click.option("--commitment", metavar="HASH", help="demand the commitment that was written down before the dice")
@with_context
def verify(context: Context, file: str, keys_file: str | None, commitment: str | None) -> None:
    """Work a signed record out again; needs no database. Exit code 0 good, 1 not, 2 unreadable."""
    keys = None if keys_file is None else read_keys(keys_file)
    document = read_document(read_file(file), keys, file)
    record, found = None, ""
    try:
        if document.get("type") == SAMPLE_TYPE:
            record = read_record(document)
            fault, found = fault_of(record), record.commitment
        elif document.get("type") == POPULATION_TYPE:
            population = read_population(document)
            fault, found = fault_of_population(population), commitment_of(population)
        else:
            raise BadInput("unreadable", detail=file)
    except SampleUnreadable:
        raise BadInput("unreadable", detail=file) from None
    if fault is not None:
        raise RuleRefused("sample_wrong", what=context.out.gettext(CHECKS[fault]))
    if commitment is not None and "".join(commitment.split()).lower() != found:
        raise RuleRefused("sample_commitment", found=grouped(found))
    say, gettext = context.out.say, context.out.gettext
    if record is None:
        say(gettext("定下的内容前后一致，还没有抽。"))
    else:
        say(gettext("抽取无误：由定下的名单和种子重新算出的，就是这份名单。"))
        _say_sample(context, record)
    say(gettext("核对码：") + grouped(found))
    say(gettext("签名正确。") if keys is not None else gettext("签名没有核对：请加 --keys。"))
    context.out.result(
        {
            "ok": True,
            "type": document["type"],
            "commitment": found,
            "sample": None if record is None else [drawn.name for drawn in record.sample],
            "signature_checked": keys is not None,
        }
    )


def grouped(commitment: str) -> str:
    """A hash in groups of four, to be written down."""
    return " ".join(commitment[place : place + 4] for place in range(0, len(commitment), 4))


def _text(file: str) -> str:
    raw = read_file(file)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("file_not_utf8", where=file, line=raw.count(b"\n", 0, error.start) + 1) from None


def _source(source: str | None, day: str | None) -> DiceSource | PublicSource:
    if source is None and day is None:
        return DiceSource()
    if source is None or day is None:
        raise click.UsageError("--source and --day belong together")
    return PublicSource(source=source, day=read_day(day))


def _rule(scheme_name: str | None, inspection: str | None) -> tuple[Scheme, Inspection] | None:
    if scheme_name is None and inspection is None:
        return None
    if scheme_name is None or inspection is None:
        raise click.UsageError("--scheme and --inspection belong together")
    scheme = load_pack(scheme_name)
    known = {each.key: each for each in scheme.inspections}
    if inspection not in known:
        raise BadInput("inspection_unknown", scheme=scheme_name, key=inspection, known=sorted(known) or ["-"])
    return scheme, known[inspection]


def _demand_new(out: str | None) -> None:
    if out is not None and Path(out).exists():
        raise BadInput("file_exists", where=out)


def _write(out: str | None, raw: str | None) -> None:
    if out is not None and raw is not None:
        with Path(out).open("x", encoding="utf-8", newline="") as file:
            file.write(raw)


def _state(context: Context, made: draws.Draw) -> str:
    if made.replaced_by is not None:
        return context.out.gettext("已由 {draw} 代替").format(draw=made.replaced_by)
    return context.out.gettext("已抽") if made.record is not None else context.out.gettext("已定下，还没有抽")


def _show(context: Context, made: draws.Draw) -> None:
    population = made.population
    context.out.say(f"{population.purpose}  {population.period}  {_state(context, made)}")
    context.out.say(grouped(made.commitment))
    names: list[str] | None = None
    if made.record is not None:
        names = [drawn.name for drawn in made.record.sample]
        _say_sample(context, made.record)
    result: dict[str, Any] = {
        "draw": made.id,
        "commitment": made.commitment,
        "number": len(population.names),
        "size": population.size,
        "sample": names,
        "replaced_by": made.replaced_by,
    }
    context.out.result(result)


def _say_sample(context: Context, record: Record) -> None:
    for drawn in record.sample:
        context.out.say(f"{drawn.place:>4}  {drawn.name}  {drawn.ticket[:14]}")
