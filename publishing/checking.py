"""Holding a published result against the evidence: everything in the document that follows from an archive is worked out again."""

import hashlib
from typing import Any

from belenios.verify import Verified
from publishing.results import decide_rows, floor_document, subject_documents
from schemes.loading import load, names
from schemes.rules import Scheme
from tally.counts import Turnout


def difference(document: dict[str, Any], archive: bytes, found: Verified) -> str | None:
    """The first thing in which a result document differs from a verified archive, as a path; None when it follows from it.

    Recomputed: archive hash, setup, phi, key fingerprints' number, credentials, returned, every count, outcome, score and display of the
    panel, and the satisfaction floor where it rests on this panel alone.
    """
    panels = [panel for panel in document.get("panels", ()) if panel.get("panel") == found.election.uuid]
    if len(panels) != 1:
        return "panels"
    panel = panels[0]
    stated = {
        "archive": hashlib.sha256(archive).hexdigest(),
        "setup": found.setup_hash,
        "phi": found.election.fingerprint,
        "credentials": len(found.credentials),
        "returned": found.ballots,
    }
    for key, value in stated.items():
        if panel.get(key) != value:
            return f"panels.{panel.get('key')}.{key}"
    if len(panel.get("keys", ())) != found.trustees.owners:
        return f"panels.{panel['key']}.keys"
    scheme = scheme_by_digest(document["scheme"]["digest"])
    if scheme is None:
        return "scheme.digest"
    if [subject["name"] for subject in document["subjects"]] != [question.text for question in found.election.questions]:
        return "subjects"
    return _rows_differ(document, panel, scheme, found)


def _rows_differ(document: dict[str, Any], panel: dict[str, Any], scheme: Scheme, found: Verified) -> str | None:
    subjects = [(subject["id"], subject["kind"], subject["name"]) for subject in document["subjects"]]
    figures = Turnout(expected=panel["expected"], issued=panel["issued"], returned=found.ballots)
    rows = decide_rows(scheme, panel["key"], found.election.uuid, figures, [subject[0] for subject in subjects], found.result)
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


def scheme_by_digest(digest: str) -> Scheme | None:
    """The pack with this digest, among those that come with the project."""
    return next((scheme for scheme in map(load, names()) if scheme.digest == digest), None)
