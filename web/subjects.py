"""One subject over the periods: every published score with the line of its floor, as a drawing and as a table."""

from collections.abc import Collection, Sequence

from flask import Blueprint, abort, render_template, request

from polling.models import Poll
from polling.organizations import organized_by
from polling.polls import scheme_of
from publishing.course import Course, courses_of
from scoring import register
from scoring.periods import days_of
from web import charts
from web.access import Audience, audience
from web.desk import database, is_own, who

blueprint = Blueprint("subjects", __name__)


@blueprint.get("/desk/subjects/<path:subject_id>")
@audience(Audience.DESK)
def at_desk(subject_id: str) -> str:
    """The scores of a subject in this person's published polls; and, as far as they are public, in periods in which it stood at a place of his."""
    with database().read() as session:
        places = {place.id for place in organized_by(session, who())}
        lines = register.lines(session, rehearsal=_is_rehearsal()).get(subject_id, [])
        run: set[str] = set()

        def own(poll: Poll) -> bool:
            if is_own(session, poll):
                run.add(poll.id)
            return poll.id in run

        def stood(poll: Poll) -> bool:
            _first, last = days_of(scheme_of(poll), poll.period_label)
            line = register.line_on(lines, last) if lines else None
            # a first line speaks for ledgers of the time before it too, not for who may look
            return line is not None and line.place in places and (line.since is None or line.since <= last)

        courses = courses_of(
            session, subject_id, rehearsal=_is_rehearsal(), seen=lambda poll: own(poll) or stood(poll), whole=own
        )
    return _page(courses, desk=True, run=run)


@blueprint.get("/subjects/<path:subject_id>")
@audience(Audience.PUBLIC)
def for_anybody(subject_id: str) -> str:
    """The scores of a subject as far as they are public."""
    with database().read() as session:
        courses = courses_of(session, subject_id, rehearsal=_is_rehearsal())
    return _page(courses, desk=False)


def _is_rehearsal() -> bool:
    return request.args.get("rehearsal") == "1"


def _page(courses: Sequence[Course], *, desk: bool, run: Collection[str] = ()) -> str:
    """The page; none where there is no score (404). `run`: the polls whose own result page is this person's."""
    if not courses:
        abort(404)
    drawn = [
        (each, charts.course([(one.period, one.score, one.display or "") for one in each.outcomes])) for each in courses
    ]
    return render_template(
        "public/course.html",
        layout="desk/base.html" if desk else "public/base.html",
        desk=desk,
        run=run,
        names=list(dict.fromkeys(one.name for each in courses for one in reversed(each.outcomes))),
        courses=[(each, dots, charts.strokes(dots)) for each, dots in drawn],
        rehearsal=_is_rehearsal(),
    )
