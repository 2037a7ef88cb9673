"""Who an endpoint is for. An endpoint without an audience stops the boot (law 11)."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])


class Audience(StrEnum):
    """The audiences; a voter's pages carry no cookie and share nothing with the others."""

    VOTER = "voter"
    PUBLIC = "public"
    FEED = "feed"


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
