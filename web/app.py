"""The Flask application: made by a factory, and only when every endpoint names its audience."""

from typing import Any

from flask import Flask, Response, abort, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

from polling.db import ROOT, Database, demand_current_schema
from publishing.signing_keys import Signers
from web import (
    approver,
    attendance,
    audit_log,
    closing,
    closing_time,
    dashboard,
    day,
    delivery,
    drafts,
    draws,
    errors,
    feed,
    keys,
    ledger_entries,
    ledger_summary,
    ledgers,
    login,
    notice,
    notice_board,
    organizations,
    outcome,
    people,
    preflight,
    printing,
    public,
    reading,
    receiving,
    register,
    scheme_page,
    scrutineer,
    signing,
    subjects,
    trial,
    voter,
    wall,
    wizard,
)
from web.access import Audience, admit, demand_audiences
from web.words import article_words, day_words, heading_words, period_words

LANGUAGES = ("zh_CN", "en")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(database: Database) -> Flask:
    """The application over a migrated database. Raises RuleRefused `schema_old`, AudienceMissing."""
    demand_current_schema(database)
    app = Flask(
        "yipiao",
        root_path=str(ROOT / "web"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.update(
        SECRET_KEY=database.settings.secret(),
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE="zh_CN",
        # the session is the desk's alone: no other page ever carries its cookie
        SESSION_COOKIE_PATH="/desk",
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left open over lunch still works
        WTF_CSRF_SSL_STRICT=False,  # our pages send no referrer
        YIPIAO_DATABASE=database,
        YIPIAO_SIGNERS=Signers(database),
    )
    app.jinja_env.filters.update(day=day_words, period=period_words, article=article_words, heading=heading_words)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    Babel(app, locale_selector=choose_language)
    login.register(app)
    guard = CSRFProtect(app)
    # no cookie reaches these, so nobody else's page can act with one
    open_to_all = (voter, public, notice_board, feed, receiving, scrutineer)
    of_the_desk = (
        people,
        dashboard,
        drafts,
        wizard,
        preflight,
        printing,
        trial,
        day,
        attendance,
        wall,
        closing,
        closing_time,
        keys,
        outcome,
        subjects,
        signing,
        approver,
        notice,
        reading,
        organizations,
        scheme_page,
    )
    of_results = (delivery, audit_log, draws, ledgers, ledger_entries, ledger_summary, register)
    for room in (*open_to_all, *of_the_desk, *of_results):
        app.register_blueprint(room.blueprint)
    app.register_blueprint(draws.public)
    app.register_blueprint(preflight.public)
    guard.exempt(preflight.public)
    for room in open_to_all:
        guard.exempt(room.blueprint)
    app.view_functions["static"] = _public_static(app)
    errors.register(app)

    @app.before_request
    def _no_zero_byte() -> None:
        if "\0" in request.path:  # no address of ours has one, and PostgreSQL takes none in a text
            abort(404)

    app.before_request(admit)

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.context_processor
    def _language() -> dict[str, str]:
        return {"language": choose_language().replace("_CN", "")}

    demand_audiences(app)
    return app


def _public_static(app: Flask) -> Any:
    """Flask's own view for static files, marked as public."""
    plain = app.view_functions["static"]

    def static_file(filename: str) -> Any:
        return plain(filename=filename)

    static_file.audience = Audience.PUBLIC  # type: ignore[attr-defined]
    return static_file


def choose_language() -> str:
    """`?lang=`, else what the browser asks for, else Chinese. No cookie."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    best = request.accept_languages.best_match(["zh", "zh-CN", "en"], default="zh")
    return "en" if best == "en" else "zh_CN"
