"""The tree of organizations for administrators: look at it, add below, rename, choose the schemes, remove what is empty."""

from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField

from polling import organizations, scheme_choices
from polling.db import Session
from polling.errors import DomainError, RuleRefused
from polling.models import Level, Organization, Role
from polling.organizations import Node
from polling.sentences import VALUES
from schemes.rules import Scheme
from scoring.register import stands_at
from web.access import Audience, audience
from web.accounts import PersonForm
from web.acts import say
from web.desk import database, now, random, who

blueprint = Blueprint("organizations", __name__, url_prefix="/desk/organizations")
administrator = audience(Audience.ADMINISTRATOR)
LEVELS = list(Level)


@dataclass
class Branch:
    """A node with what lies below it, and how many people and polls it has itself."""

    node: Node
    people: int
    polls: int
    below: list["Branch"] = field(default_factory=list)


class Naming(PersonForm):
    """An organization's name and level."""

    name = StringField(_("名称"), render_kw={"maxlength": organizations.LONGEST_NAME, "autocomplete": "off"})
    level = SelectField(_("级别"))


class Contact(PersonForm):
    """Where people turn to about a result."""

    contact = StringField(
        _("电话、地址"), render_kw={"maxlength": organizations.LONGEST_CONTACT, "autocomplete": "off"}
    )


class Adding(PersonForm):
    """What lies below, a line each."""

    level = SelectField(_("级别"))
    names = TextAreaField(_("名称，一行一个"), render_kw={"spellcheck": "false"})


class Choosing(PersonForm):
    """Which schemes are used here and below."""

    schemes = SelectMultipleField(validate_choice=False)


@dataclass(frozen=True)
class Schemes:
    """The schemes of an organization.

    `above`: those that it may use; `used`: the titles of those that it uses; `origin`: where that was chosen, None where nobody chose;
    `own`: whether it was here; `lapsed`: the titles of those chosen here that the one above does not use any more.
    """

    above: list[Scheme]
    used: list[str]
    origin: str | None
    own: bool
    lapsed: list[str]


def _schemes(session: Session, found: Organization) -> Schemes:
    above = scheme_choices.usable() if found.parent is None else scheme_choices.used(session, found.parent)
    here = scheme_choices.used(session, found.id)
    binding = scheme_choices.choices(session, found.id)
    own = found.schemes is not None
    kept = (found.schemes or "").split()
    return Schemes(
        above,
        [pack.title for pack in here],
        binding[-1].name if binding else None,
        own,
        [pack.title for pack in scheme_choices.usable() if pack.name in kept and pack not in above],
    )


@blueprint.get("")
@administrator
def everything() -> str:
    """The tree, from where who is signed in administers it."""
    with database().read() as session:
        nodes = organizations.reach(session, who(), {Role.ADMINISTRATOR})
        figures = organizations.figures(session)
    tops: list[Branch] = []
    way: list[Branch] = []
    for node in nodes:
        branch = Branch(node, *figures.get(node.id, (0, 0)))
        del way[node.depth :]
        (way[-1].below if way else tops).append(branch)
        way.append(branch)
    return render_template("desk/organizations.html", tops=tops, words=VALUES)


@blueprint.route("/<organization_id>", methods=["GET", "POST"])
@administrator
def one(organization_id: str) -> Response | str | tuple[str, int]:
    """One organization. One that is not administered here is as good as none (404)."""
    with database().read() as session:
        nodes = {node.id: node for node in organizations.reach(session, who(), {Role.ADMINISTRATOR})}
        if organization_id not in nodes:
            abort(404)
        found = organizations.find(session, organization_id)
        kept = organizations.in_the_way(session, found) + (["subjects"] if stands_at(session, found.id) else [])
        schemes = _schemes(session, found)
        inherited = organizations.contact(session, organization_id) if not found.contact else None
    act = request.form.get("act")
    naming = Naming(formdata=request.form if act == "name" else None, name=found.name, level=found.level.value)
    naming.level.choices = _choices(LEVELS)
    contact = Contact(formdata=request.form if act == "contact" else None, contact=found.contact)
    adding = Adding(formdata=request.form if act == "add" else None)
    adding.level.choices = _choices(LEVELS[LEVELS.index(found.level) + 1 :])
    choosing = Choosing(formdata=request.form if act == "schemes" else None, schemes=(found.schemes or "").split())
    choosing.schemes.choices = [(pack.name, pack.title) for pack in schemes.above]
    acts = {
        "name": naming,
        "contact": contact,
        "add": adding,
        "schemes": choosing,
        "inherit": PersonForm(),
        "remove": PersonForm(),
    }
    form = acts.get(act or "") if request.method == "POST" else None
    status = 200
    if form is not None:
        status = 422
        if form.validate():
            try:
                return _act(form, found, act or "")
            except DomainError as error:
                status = form.refuse(error)
    page = render_template(
        "desk/organization.html",
        node=nodes[organization_id],
        kept=kept,
        naming=naming,
        contact=contact,
        inherited=inherited,
        adding=adding,
        choosing=choosing,
        schemes=schemes,
        refused=form.refused if form is not None and act == "remove" else [],
        words=VALUES,
    )
    return page, status


def _act(form: PersonForm, seen: Organization, act: str) -> Response:
    """Do what a form asks for. Raises DomainError."""
    with database().write() as session:
        found = organizations.find(session, seen.id)
        if isinstance(form, Naming):
            organizations.change(session, found, form.name.data or "", Level(form.level.data), who=who(), now=now())
            say(gettext("已经改好。"))
        elif isinstance(form, Contact):
            organizations.set_contact(session, found, form.contact.data or "", who=who(), now=now())
            say(gettext("联系方式记下了，公示栏和结果页上都是新的。"))
        elif isinstance(form, Adding):
            lines = (form.names.data or "").splitlines()
            made = organizations.add(session, found, Level(form.level.data), lines, who=who(), now=now(), random=random)
            say(gettext("在「%(name)s」下面加上了 %(number)s 个单位。", name=found.name, number=len(made)))
        elif isinstance(form, Choosing):
            scheme_choices.choose(session, found, form.schemes.data or (), who=who(), now=now())
            say(gettext("已经选好：「%(name)s」和它下面的单位，新建测评只用这些办法。", name=found.name))
        elif act == "inherit":
            scheme_choices.choose(session, found, None, who=who(), now=now())
            say(gettext("「%(name)s」不再另选办法。", name=found.name))
        else:
            if stands_at(session, found.id):
                raise RuleRefused("organization_not_empty", name=found.name)
            organizations.remove(session, found, who=who(), now=now())
            say(gettext("「%(name)s」已经删去。", name=found.name))
            return redirect(url_for("organizations.everything"))
    return redirect(url_for("organizations.one", organization_id=seen.id))


def _choices(levels: list[Level]) -> list[tuple[str, str]]:
    return [(level.value, gettext(VALUES[level.value])) for level in levels]
