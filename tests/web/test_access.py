"""Law 11: every endpoint names its audience, or the app does not boot."""

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask

import web.app
from polling.errors import RuleRefused
from web.access import Audience, AudienceMissing, audience, demand_audiences
from web.app import create_app


def test_every_endpoint_has_an_audience(database):
    """The application boots, and each of its endpoints is marked with one of the audiences."""
    app = create_app(database)
    rules = list(app.url_map.iter_rules())
    assert len(rules) > 10
    for rule in rules:
        assert app.view_functions[rule.endpoint].audience in Audience, rule.endpoint


def test_an_endpoint_without_audience_stops_the_boot(database, monkeypatch):
    """A blueprint with one view that forgot its mark stops create_app, and the error names the endpoint."""
    stray = Blueprint("stray", __name__)

    @stray.get("/stray")
    def forgotten() -> str:
        return ""

    monkeypatch.setattr(web.app, "feed", type("Both", (), {"blueprint": stray}))
    with pytest.raises(AudienceMissing, match=r"stray\.forgotten"):
        create_app(database)


def test_all_bare_endpoints_are_named_and_marked_ones_pass():
    """Every unmarked endpoint is named; marking them lets the app boot."""
    app = Flask("some", static_folder=None)
    app.add_url_rule("/a", "first", lambda: "")
    app.add_url_rule("/b", "second", lambda: "")
    app.add_url_rule("/c", "third", audience(Audience.PUBLIC)(lambda: ""))
    with pytest.raises(AudienceMissing, match=r"^first, second$"):
        demand_audiences(app)
    for name in ("first", "second"):
        app.view_functions[name] = audience(Audience.VOTER)(app.view_functions[name])
    demand_audiences(app)


def test_an_old_schema_stops_the_boot(database):
    """A server does not start on a schema that is not the newest."""
    with database.write() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(RuleRefused, match="schema_old"):
        create_app(database)


def test_voter_pages_share_nothing_with_the_others(village):
    """Voters' pages are of the voter's blueprint alone and extend no template of another audience."""
    village.create()
    village.print()
    app = create_app(village.database)
    voters = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/v/")}
    assert {endpoint.partition(".")[0] for endpoint in voters} == {"voter"}
    assert {app.view_functions[endpoint].audience for endpoint in voters} == {Audience.VOTER}
    source, _, _ = app.jinja_loader.get_source(app.jinja_env, "voter/page.html")
    assert "extends" not in source
    assert "include" not in source
    answer = app.test_client().get(f"/v/{village.panels['villagers']}")
    assert " src=" not in answer.text
    assert "Set-Cookie" not in answer.headers
