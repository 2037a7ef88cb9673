"""Holding a published result against the evidence: everything in the document that follows from an archive is worked out again."""

import hashlib
from typing import Any

from belenios.trustees import fingerprint
from belenios.verify import Verified
from publishing.documents import RESULT_TYPE, DocumentUnreadable
from publishing.results import decide_rows, floor_document, rule_document, scheme_document, subject_documents
from schemes.loading import load, names
from schemes.rules import Scheme
from tally.counts import Turnout


def difference(document: dict[str, Any], archive: bytes, found: Verified, rules: Scheme | None = None) -> str | None:
    """Name the first thing in which a result document differs from a verified archive, as a path; None when it follows from it.

    Recomputed: archive hash, setup, phi, key fingerprints, credentials, returned; title and names; what the scheme says of itself and of
    the panel; every count, outcome, score and display of the panel, and the satisfaction floor where it rests on this panel alone.
    Raises DocumentUnreadable for what has not the form of a result document.
    """
    try:
        return _difference(document, archive, found, rules)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise DocumentUnreadable("not a result document") from None


def _difference(document: dict[str, Any], archive: bytes, found: Verified, rules: Scheme | None) -> str | None:  # noqa: PLR0911 - one answer a check
    if document["type"] != RESULT_TYPE:
        raise DocumentUnreadable("not a result document")
    panels = [panel for panel in document["panels"] if panel["panel"] == found.election.uuid]
    if len(panels) != 1:
        return "panels"
    panel = panels[0]
    evidence = {
        "archive": hashlib.sha256(archive).hexdigest(),
        "setup": found.setup_hash,
        "phi": found.election.fingerprint,
        "keys": [fingerprint(key) for key in found.trustees.keys],
        "credentials": len(found.credentials),
        "returned": found.ballots,
    }
    if wrong := _first_other(panel, evidence):
        return f"panels.{panel['key']}.{wrong}"
    scheme = rules or scheme_by_digest(document["scheme"]["digest"])
    if scheme is None or scheme.digest != document["scheme"]["digest"]:
        return "scheme.digest"
    if wrong := _first_other(document["scheme"], scheme_document(scheme)):
        return f"scheme.{wrong}"
    if wrong := _first_other(panel, rule_document(scheme.panel(panel["key"]))):
        return f"panels.{panel['key']}.{wrong}"
    if (document["title"], panel["title"]) != (found.election.name, found.election.description):
        return "title"
    if [subject["name"] for subject in document["subjects"]] != [question.text for question in found.election.questions]:
        return "subjects"
    return _rows_differ(document, panel, scheme, found)


def _first_other(stated: dict[str, Any], worked_out: dict[str, Any]) -> str | None:
    """Name the first key whose value is another one."""
    return next((key for key, value in worked_out.items() if stated[key] != value), None)


def _rows_differ(document: dict[str, Any], panel: dict[str, Any], scheme: Scheme, found: Verified) -> str | None:
    subjects = [(subject["id"], subject["kind"], subject["name"]) for subject in document["subjects"]]
    figures = Turnout(expected=panel["expected"], issued=panel["issued"], returned=found.ballots)
    names = [subject[0] for subject in subjects]
    rows = decide_rows(scheme, panel["key"], found.election.uuid, figures=figures, subjects=names, sums=found.result)
    for stated, worked_out in zip(document["subjects"], subject_documents(scheme, subjects, rows), strict=True):
        own = [row for row in stated["rows"] if row["panel_key"] == panel["key"]]
        if own != worked_out["rows"]:
            return f"subjects.{stated['id']}.{panel['key']}"
        floor = scheme.satisfaction_floor
        if floor is not None and floor.panels == (panel["key"],):
            one = [row for row in rows if row.subject == stated["id"]]
            if stated["floor"] != floor_document(scheme, one):
                return f"subjects.{stated['id']}.floor"
    return None


def names_setup(document: dict[str, Any], setup: str) -> bool:
    """Say whether an opening record, or a panel of a result document, names this setup value."""
    panels = document.get("panels")
    rows = [document, *(panels if isinstance(panels, list) else ())]
    return any(isinstance(row, dict) and row.get("setup") == setup for row in rows)


def scheme_by_digest(digest: str) -> Scheme | None:
    """The pack with this digest, among those that come with the project."""
    return next((scheme for scheme in map(load, names()) if scheme.digest == digest), None)
