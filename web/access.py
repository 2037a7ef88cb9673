"""Who an endpoint is for. An endpoint without an audience stops the boot (law 11), and nobody else's request reaches a view."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from polling.models import Role
from polling.organizations import RUNS_POLLS
from web.kept_form import is_worth_keeping, kept_form

View = TypeVar("View", bound=Callable[..., Any])


class Audience(StrEnum):
    """The audiences; a voter's pages carry no cookie and share nothing with the others."""

    VOTER = "voter"
    PUBLIC = "public"
    FEED = "feed"
    SENDER = "sender"  # another installation that hands documents over; its webhook signature speaks for it
    SCRUTINEER = "scrutineer"  # key holders: no cookie either, a link's token or a share's proof speaks for them
    DOOR = "door"  # the pages of the desk that one sees before signing in
    DESK = "desk"  # who runs polls
    ATTENDANCE = "attendance"  # who ticks the people that come: those who run polls, and tellers
    OFFICE = "office"  # who runs polls at the root: ledgers and draws are everybody's below it
    APPROVER = "approver"  # who signs results
    READER = "reader"  # who reads results of an organization and of all below it
    ADMINISTRATOR = "administrator"
    OWNER = "owner"  # administrators of the root: what is the whole installation's


# which roles may use the pages that ask for a person, had at whatever organization; the page itself asks for the right one
ROLES = {
    Audience.DESK: RUNS_POLLS,
    Audience.ATTENDANCE: RUNS_POLLS | {Role.TELLER},
    Audience.OFFICE: RUNS_POLLS,
    Audience.APPROVER: frozenset({Role.APPROVER}),
    Audience.READER: frozenset({Role.READER}),
    Audience.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
    Audience.OWNER: frozenset({Role.ADMINISTRATOR}),
}
AT_ROOT = {Audience.OFFICE, Audience.OWNER}


class AudienceMissing(RuntimeError):
    """An endpoint was registered without saying whom it serves."""


def audience(name: Audience) -> Callable[[View], View]:
    """Mark a view with its audience."""

    def mark(view: View) -> View:
        view.audience = name  # type: ignore[attr-defined]
        return view

    return mark


def demand_audiences(app: Flask) -> None:
    """Raise AudienceMissing naming every endpoint that has no audience."""
    bare = sorted(
        {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if not hasattr(app.view_functions[rule.endpoint], "audience")
        }
    )
    if bare:
        raise AudienceMissing(", ".join(bare))


def admit() -> Response | None:
    """Let a request pass only if its endpoint's audience includes who is signed in; who is not is asked to sign in."""
    view = current_app.view_functions.get(request.endpoint or "")
    name: Audience | None = getattr(view, "audience", None)
    roles = ROLES.get(name) if name is not None else None
    if roles is None:
        return None
    if not current_user.is_authenticated:
        if is_worth_keeping():
            return make_response(kept_form())
        here = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("people.login", next=here))
    if roles.isdisjoint(current_user.at_root if name in AT_ROOT else current_user.roles):
        abort(403)
    return None
