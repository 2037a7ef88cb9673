"""One subject over the periods: every published score with the line of its floor, as a drawing and as a table."""

from flask import Blueprint, abort, render_template, request

from publishing.course import courses_of
from web import charts
from web.access import Audience, audience
from web.desk import database, is_own

blueprint = Blueprint("subjects", __name__, url_prefix="/desk/subjects")


@blueprint.get("/<path:subject_id>")
@audience(Audience.DESK)
def subject(subject_id: str) -> str:
    """The scores of a subject in this person's published polls; no page where there is none (404)."""
    rehearsal = request.args.get("rehearsal") == "1"
    with database().read() as session:
        courses = courses_of(session, subject_id, rehearsal=rehearsal, seen=lambda poll: is_own(session, poll))
    if not courses:
        abort(404)
    drawn = [
        (each, charts.course([(one.period, one.score, one.display or "") for one in each.outcomes])) for each in courses
    ]
    names = list(dict.fromkeys(one.name for each in courses for one in reversed(each.outcomes)))
    return render_template(
        "desk/subject.html",
        names=names,
        courses=[(each, dots, charts.strokes(dots)) for each, dots in drawn],
        rehearsal=rehearsal,
    )
