"""One subject over the periods: every published score with the line of its floor, as a drawing and as a table."""

from flask import Blueprint, abort, render_template, request

from polling.models import Poll
from polling.organizations import organized_by
from polling.polls import scheme_of
from publishing.course import courses_of
from scoring import register
from scoring.periods import days_of
from web import charts
from web.access import Audience, audience
from web.desk import database, is_own, who

blueprint = Blueprint("subjects", __name__, url_prefix="/desk/subjects")


@blueprint.get("/<path:subject_id>")
@audience(Audience.DESK)
def subject(subject_id: str) -> str:
    """The published scores of a subject: of the polls that this person runs, and of the periods in which it stood at a place of his.

    No page where there is none (404).
    """
    rehearsal = request.args.get("rehearsal") == "1"
    with database().read() as session:
        places = {place.id for place in organized_by(session, who())}
        lines = register.lines(session, rehearsal=rehearsal).get(subject_id, [])
        run: set[str] = set()

        def seen(poll: Poll) -> bool:
            if is_own(session, poll):
                run.add(poll.id)
                return True
            _first, last = days_of(scheme_of(poll), poll.period_label)
            line = register.line_on(lines, last) if lines else None
            # the first line speaks for ledgers of the time before it, not for who may look
            return line is not None and line.place in places and (line.since is None or line.since <= last)

        courses = courses_of(session, subject_id, rehearsal=rehearsal, seen=seen)
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
        run=run,
    )
