"""One subject over the periods: every published score with the line of its floor, as a drawing and as a table."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request

from publishing.course import Course, courses_of
from web import charts
from web.access import Audience, audience
from web.desk import database, is_own

blueprint = Blueprint("subjects", __name__)


@blueprint.get("/desk/subjects/<path:subject_id>")
@audience(Audience.DESK)
def at_desk(subject_id: str) -> str:
    """The scores of a subject in this person's published polls."""
    with database().read() as session:
        courses = courses_of(session, subject_id, rehearsal=_is_rehearsal(), seen=lambda poll: is_own(session, poll))
    return _page(courses, desk=True)


@blueprint.get("/subjects/<path:subject_id>")
@audience(Audience.PUBLIC)
def for_anybody(subject_id: str) -> str:
    """The scores of a subject as far as they are public."""
    with database().read() as session:
        courses = courses_of(session, subject_id, rehearsal=_is_rehearsal())
    return _page(courses, desk=False)


def _is_rehearsal() -> bool:
    return request.args.get("rehearsal") == "1"


def _page(courses: Sequence[Course], *, desk: bool) -> str:
    """The page; none where there is no score (404)."""
    if not courses:
        abort(404)
    drawn = [
        (each, charts.course([(one.period, one.score, one.display or "") for one in each.outcomes])) for each in courses
    ]
    return render_template(
        "public/course.html",
        layout="desk/base.html" if desk else "public/base.html",
        desk=desk,
        names=list(dict.fromkeys(one.name for each in courses for one in reversed(each.outcomes))),
        courses=[(each, dots, charts.strokes(dots)) for each, dots in drawn],
        rehearsal=_is_rehearsal(),
    )
