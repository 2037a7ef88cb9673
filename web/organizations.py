"""The tree of organizations for administrators: look at it, add below, rename, remove what is empty."""

from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from polling import organizations
from polling.errors import DomainError
from polling.models import Level, Organization, Role
from polling.organizations import Node
from polling.sentences import VALUES
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
        kept = organizations.in_the_way(session, found)
        inherited = organizations.contact(session, organization_id) if not found.contact else None
    act = request.form.get("act")
    naming = Naming(formdata=request.form if act == "name" else None, name=found.name, level=found.level.value)
    naming.level.choices = _choices(LEVELS)
    contact = Contact(formdata=request.form if act == "contact" else None, contact=found.contact)
    adding = Adding(formdata=request.form if act == "add" else None)
    adding.level.choices = _choices(LEVELS[LEVELS.index(found.level) + 1 :])
    acts = {"name": naming, "contact": contact, "add": adding, "remove": PersonForm()}
    form = acts.get(act or "") if request.method == "POST" else None
    status = 200
    if form is not None:
        status = 422
        if form.validate():
            try:
                return _act(form, found)
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
        refused=form.refused if form is not None and act == "remove" else [],
        words=VALUES,
    )
    return page, status


def _act(form: PersonForm, seen: Organization) -> Response:
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
        else:
            organizations.remove(session, found, who=who(), now=now())
            say(gettext("「%(name)s」已经删去。", name=found.name))
            return redirect(url_for("organizations.everything"))
    return redirect(url_for("organizations.one", organization_id=seen.id))


def _choices(levels: list[Level]) -> list[tuple[str, str]]:
    return [(level.value, gettext(VALUES[level.value])) for level in levels]
