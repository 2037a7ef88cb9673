"""Holding a published result against the evidence: everything in the document that follows from an archive is worked out again."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from ballots.questions import description, questions
from belenios.trustees import fingerprint
from belenios.verify import Verified
from polling.packs import packs
from publishing.documents import RESULT_TYPE, DocumentUnreadable
from publishing.notice import least_days
from publishing.results import decide_rows, floor_document, rule_document, scheme_document, subject_documents
from publishing.sign_off import steps_of
from schemes.rules import PanelRule, Scheme
from tally.counts import RowError, Turnout
from tally.quorum import gate


class SchemeMissing(LookupError):
    """The rules that a document was made with are not at hand; the argument is their digest."""


def difference(document: dict[str, Any], archive: bytes, found: Verified, rules: Scheme | None = None) -> str | None:
    """Name the first thing in which a result document differs from a verified archive, as a path; None when it follows from it.

    Recomputed: archive hash, setup, phi, key fingerprints, credentials, returned; title and names; what the scheme says of itself and of
    the panel; every count, outcome, score and display of the panel, and the satisfaction floor where it rests on this panel alone.
    Raises DocumentUnreadable for what has not the form of a result document, SchemeMissing.
    """
    try:
        return _difference(document, archive, found, rules)
    except RowError:
        return "counts"
    except (KeyError, TypeError, AttributeError, ValueError):
        raise DocumentUnreadable("not a result document") from None


def _difference(document: dict[str, Any], archive: bytes, found: Verified, rules: Scheme | None) -> str | None:  # noqa: C901, PLR0911 - one answer a check
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
    scheme = _rules_of(document, rules)
    if wrong := _first_other(document["scheme"], scheme_document(scheme)):
        return f"scheme.{wrong}"
    rule = scheme.panel(panel["key"])
    if wrong := _first_other(panel, rule_document(rule)):
        return f"panels.{panel['key']}.{wrong}"
    if (document["title"], description(rule, rehearsal=document["rehearsal"] is True)) != (
        found.election.name,
        found.election.description,
    ):
        return "title"
    # the words beside each answer too: with the options turned round, the same sums would be another result
    if questions(rule, [subject["name"] for subject in document["subjects"]]) != found.election.questions:
        return "subjects"
    if wrong := _life_differs(document, scheme):
        return wrong
    if not 0 <= panel["issued"] <= panel["credentials"] or not 0 < panel["expected"] <= panel["credentials"]:
        return f"panels.{panel['key']}.issued"
    shut = gate(rule, Turnout(expected=panel["expected"], issued=panel["issued"], returned=found.ballots))
    if panel["withheld"] != (None if shut is None else shut.reason.value) or (shut is None) != found.opened:
        return f"panels.{panel['key']}.withheld"
    return _rows_differ(document, panel, scheme, found.result)


def contradiction(document: dict[str, Any], rules: Scheme | None = None) -> str | None:
    """Name the first thing in which a result document contradicts itself or its scheme, as a path; it needs no archive.

    Every outcome, score, display and floor is worked out again from the stated counts. Raises DocumentUnreadable for what has not the
    form of a result document, SchemeMissing.
    """
    try:
        if document["type"] != RESULT_TYPE:
            raise DocumentUnreadable("not a result document")
        scheme = _rules_of(document, rules)
        if wrong := _life_differs(document, scheme):
            return wrong
        for panel in document["panels"]:
            rule = scheme.panel(panel["key"])
            if wrong := _first_other(panel, rule_document(rule)):
                return f"panels.{panel['key']}.{wrong}"
            own = [
                row for subject in document["subjects"] for row in subject["rows"] if row["panel_key"] == panel["key"]
            ]
            sums = None if panel["withheld"] is not None else [_stated_sum(rule, row) for row in own]
            if wrong := _rows_differ(document, panel, scheme, sums):
                return wrong
    except RowError:
        return "counts"
    except (KeyError, TypeError, AttributeError, ValueError):
        raise DocumentUnreadable("not a result document") from None
    return None


def _stated_sum(rule: PanelRule, row: dict[str, Any]) -> list[int]:
    """A stated row as the opened sum it came from: blank first, the options, 不了解."""
    counts = [row["counts"][option.key] for option in rule.options]
    return [row["abstain"] + row["invalid"], *counts, *([row["dont_know"]] if rule.dont_know else [])]


def _life_differs(document: dict[str, Any], scheme: Scheme) -> str | None:
    """Name what its signatures, notice and corrections have against the scheme or the calendar; documents of before 0.2 say nothing of them."""
    published = date.fromisoformat(document["published_on"])
    if "signed" in document:
        rules = steps_of(scheme, [subject["kind"] for subject in document["subjects"]])
        stated = [(row["step"], row["title"], row["who"]) for row in document["signed"]]
        if stated != [(rule.key, rule.title, rule.who) for rule in rules]:
            return "signed"
        if not all(row["name"].strip() and date.fromisoformat(row["on"]) <= published for row in document["signed"]):
            return "signed"
    if "notice" in document:
        first, last = (date.fromisoformat(document["notice"][end]) for end in ("first", "last"))
        if not published <= first <= last or (last - published).days < least_days(scheme.notice):
            return "notice"
    if not all(row["reason"] and date.fromisoformat(row["on"]) <= published for row in document.get("corrections", ())):
        return "corrections"
    return None


def against_record(document: dict[str, Any], record: dict[str, Any]) -> str | None:
    """Name the first thing in which a result document differs from the opening record of one of its panels; None when they agree."""
    try:
        [panel] = [panel for panel in document["panels"] if panel["panel"] == record["panel"]]
        stated = {key: document[key] for key in ("poll", "title", "period", "rehearsal")}
        stated |= {key: panel[key] for key in ("setup", "phi", "credentials", "expected", "minimum", "secrecy")}
        stated["scheme"] = {"name": document["scheme"]["name"], "digest": document["scheme"]["digest"]}
        stated["subjects"] = [{key: subject[key] for key in ("id", "kind", "name")} for subject in document["subjects"]]
        return _first_other(record, stated)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise DocumentUnreadable("not an opening record") from None


def _rules_of(document: dict[str, Any], rules: Scheme | None) -> Scheme:
    """The frozen rules of a document. Raises SchemeMissing where neither `rules` nor a pack has its digest."""
    digest = str(document["scheme"]["digest"])
    scheme = rules if rules is not None and rules.digest == digest else scheme_by_digest(digest)
    if scheme is None:
        raise SchemeMissing(digest)
    return scheme


def _first_other(stated: dict[str, Any], worked_out: dict[str, Any]) -> str | None:
    """Name the first key whose value is another one."""
    return next((key for key, value in worked_out.items() if stated[key] != value), None)


def _rows_differ(
    document: dict[str, Any], panel: dict[str, Any], scheme: Scheme, sums: Sequence[Sequence[int]] | None
) -> str | None:
    subjects = [(subject["id"], subject["kind"], subject["name"]) for subject in document["subjects"]]
    figures = Turnout(expected=panel["expected"], issued=panel["issued"], returned=panel["returned"])
    names = [subject[0] for subject in subjects]
    rows = decide_rows(scheme, panel["key"], panel["panel"], figures=figures, subjects=names, sums=sums)
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
    """The pack with this digest, among those of the project and of this installation."""
    return next((scheme for scheme in packs()[0] if scheme.digest == digest), None)
