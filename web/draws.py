"""Random inspections: fixed and drawn at the desk, open to everybody from the fixing on."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from belenios.election import new_uuid
from polling.errors import BadInput, DomainError
from scoring import draws
from scoring.sampling import DiceSource
from web.access import Audience, audience
from web.desk import database, now, random, signer, who
from web.draw_forms import Dice, DrawForm, Fixing, Number

blueprint = Blueprint("draws", __name__, url_prefix="/desk")
public = Blueprint("public_draws", __name__)
# a list that is too long is read, refused with its number of lines, and shown again
LARGEST_LIST = 16 * 1024 * 1024
LINES_SHOWN = 12

Answer = str | AnyResponse | tuple[str, int]


@blueprint.url_value_preprocessor
def _long_lists(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "draws.new":
        request.max_form_memory_size = request.max_content_length = LARGEST_LIST


@blueprint.get("/draws")
@audience(Audience.OFFICE)
def everything() -> str:
    """Every draw, replaced ones too."""
    with database().read() as session:
        return render_template("desk/draws.html", draws=draws.listed(session))


@blueprint.route("/draws/new", methods=["GET", "POST"])
@audience(Audience.OFFICE)
def new() -> Answer:
    """Fix who is in the pot."""
    form, status = Fixing(), 200
    if form.validate_on_submit():
        try:
            wanted = form.wanted()
            with database().write() as session:
                made = draws.fix(session, wanted, draw_id=new_uuid(random), signer=signer(), who=who(), now=now())
        except DomainError as error:
            status = form.refuse(error)
        else:
            return redirect(url_for("draws.one", draw_id=made.id))
    elif form.is_submitted():
        status = 422
    elif request.args.get("replaces"):
        _begin_again(form, request.args["replaces"])
    return render_template("desk/draw_new.html", form=form, shown=LINES_SHOWN), status


def _begin_again(form: Fixing, draw_id: str) -> None:
    """Start from the draw that is to be replaced."""
    population = _draw(draw_id).population
    rule = population.rule
    form.purpose.data, form.period.data = population.purpose, population.period
    form.names.data = "\n".join(population.names)
    form.replaces.data = population.id
    known = "" if rule is None else f"{rule.scheme}/{rule.inspection}"
    form.rule.data = known if known in form.known else ""
    form.ratio.data = "" if form.rule.data else f"{population.ratio.num}/{population.ratio.den}"


@blueprint.route("/draws/<draw_id>", methods=["GET", "POST"])
@audience(Audience.OFFICE)
def one(draw_id: str) -> Answer:
    """A draw: the commitment, then the seed, then the sample."""
    found, status = _draw(draw_id), 200
    form: DrawForm = Dice() if isinstance(found.population.seed, DiceSource) else Number()
    if form.validate_on_submit():
        try:
            with database().write() as session:
                draws.draw(session, draw_id, _seed(form), signer=signer(), who=who(), now=now())
        except DomainError as error:
            if error.code == "draw_done":  # a second click
                flash(_("已经抽过了，结果在下面，不会再变。"), "")
                return redirect(url_for("draws.one", draw_id=draw_id))
            status = form.refuse(error)
            found = _draw(draw_id)
        else:
            flash(_("已经抽好。请打印出来，在场的人签字。"), "good")
            return redirect(url_for("draws.one", draw_id=draw_id))
    elif form.is_submitted():
        status = 422
    return render_template("desk/draw.html", draw=found, form=form, shown=LINES_SHOWN), status


def _seed(form: DrawForm) -> Any:
    if isinstance(form, Dice):
        typed = [(form.one.data or "", form.one_dice.data or ""), (form.other.data or "", form.other_dice.data or "")]
        return draws.dice(typed)
    return draws.published(form.number.data or "", who())  # type: ignore[attr-defined]


def _draw(draw_id: str) -> draws.Draw:
    with database().read() as session:
        try:
            return draws.find(session, draw_id)
        except BadInput:
            abort(404)


@public.get("/draws")
@audience(Audience.PUBLIC)
def public_list() -> str:
    """Every draw, replaced ones too, for everybody."""
    with database().read() as session:
        return render_template("public/draws.html", draws=draws.listed(session))


@public.get("/draws/<draw_id>")
@audience(Audience.PUBLIC)
def public_one(draw_id: str) -> str:
    """A draw for everybody, and how to repeat it."""
    return render_template("public/draw.html", draw=_draw(draw_id), shown=LINES_SHOWN)


@public.get("/draws/<draw_id>/fixed.json")
@audience(Audience.PUBLIC)
def fixed(draw_id: str) -> Response:
    """What was fixed, signed, byte for byte."""
    return Response(_draw(draw_id).fixed, content_type="application/json")


@public.get("/draws/<draw_id>/record.json")
@audience(Audience.PUBLIC)
def record(draw_id: str) -> Response:
    """The record of a finished draw, signed, byte for byte."""
    raw = _draw(draw_id).drawn
    if raw is None:
        abort(404)
    return Response(raw, content_type="application/json")
