"""The summary sheet 考核结果汇总表 to print or to open as a workbook: of one organization, or of all of a period (the county)."""

import io

from flask import Blueprint, abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from scoring import book
from scoring.summary import Sheet, summary
from scoring.summary_print import write_summary
from scoring.summary_xlsx import summary_xlsx
from web.desk import database
from web.ledger_entries import XLSX, download
from web.ledgers import Place, desk, place, read

blueprint = Blueprint("ledger_summary", __name__, url_prefix="/desk/scoring")


def _sheet(about: Place, *, county: bool) -> Sheet:
    """The sheet of the ledger that the address names, or of all of its scheme and period; nothing there is no page (404)."""
    with database().read() as session:
        organizations = [about.organization]
        if county:
            listed = book.listed(session, rehearsal=about.rehearsal)
            organizations = [each for name, each, period in listed if (name, period) == (about.scheme, about.period)]
        if not organizations:
            abort(404)
        places = [Place(about.scheme, each, about.period, about.rehearsal) for each in organizations]
        found = [read(session, each) for each in places]
    return summary(found[0][0], [ledger for _scheme, ledger in found], gettext)


@blueprint.get("/summary.<any(pdf, xlsx):kind>")
@desk
def sheet(kind: str) -> Response:
    """The summary; without an organization in the address that of the county."""
    about, county = place(), "organization" not in request.args
    made = _sheet(about, county=county)
    if kind == "xlsx":
        return download(summary_xlsx(made, gettext), f"summary-{about.period}.xlsx", XLSX)
    out = io.BytesIO()
    write_summary(out, made, gettext)
    return download(out.getvalue(), f"summary-{about.period}.pdf", "application/pdf")
