"""Refusals and errors as HTTP: one status and one sentence each, in the reader's language, never an internal detail."""

from flask import Flask, Response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ballots.box import Annulled, NotClosedYet
from ballots.casting import CastRefusal, CastRefused, PanelUnknown
from web.answers import Problem, Refusal, answer
from web.kept_form import is_worth_keeping, kept_form

STATUS: dict[CastRefusal, int] = {
    CastRefusal.MALFORMED: 400,
    CastRefusal.NON_CANONICAL: 400,
    CastRefusal.UNREADABLE_ENCODING: 415,
    CastRefusal.TOO_LARGE: 413,
    CastRefusal.WRONG_ELECTION: 409,
    CastRefusal.BOX_NOT_OPEN: 409,
    CastRefusal.BOX_CLOSED: 410,
    CastRefusal.UNKNOWN_CREDENTIAL: 403,
    CastRefusal.ALREADY_CAST: 409,
    CastRefusal.FALSE_SIGNATURE: 422,
    CastRefusal.FALSE_PROOF: 422,
    CastRefusal.BUSY: 503,
}
MACHINE_ROUTES = ("/v/", "/api/")


def sentence(refusal: CastRefusal) -> str:
    """What a person reads: what happened and what to do."""
    return {
        CastRefusal.MALFORMED: _("这张选票没有传完整。请刷新页面，重新填一次。"),
        CastRefusal.NON_CANONICAL: _("这张选票的写法不合规定。请刷新页面，重新填一次。"),
        CastRefusal.UNREADABLE_ENCODING: _("这张选票的压缩格式读不出来。请换一个浏览器再试。"),
        CastRefusal.TOO_LARGE: _("送来的内容太大，不是一张选票。请刷新页面，重新填一次。"),
        CastRefusal.WRONG_ELECTION: _("这张选票是另一场测评的。请扫您手里那张票上的二维码。"),
        CastRefusal.BOX_NOT_OPEN: _("票箱还没有打开。请等主持人宣布开始后再投。"),
        CastRefusal.BOX_CLOSED: _("票箱已经关闭，不再收票。"),
        CastRefusal.UNKNOWN_CREDENTIAL: _("没有这个投票码。请核对票上印的，或向工作人员换一张票。"),
        CastRefusal.ALREADY_CAST: _("这张票已经投过了，一张票只能投一次。"),
        CastRefusal.FALSE_SIGNATURE: _("这张选票的签名不对，没有收下。请刷新页面，重新填一次。"),
        CastRefusal.FALSE_PROOF: _("这张选票的内容通不过检查，没有收下。请刷新页面，重新填一次。"),
        CastRefusal.BUSY: _("现在投票的人多，这张票还没有收下。请不要离开，过几秒再提交一次。"),
    }[refusal]


def refusal_response(refusal: CastRefusal) -> Response:
    """The JSON answer to a refused ballot."""
    response = answer(Refusal(refusal, sentence(refusal)), STATUS[refusal])
    if refusal is CastRefusal.BUSY:
        response.headers["Retry-After"] = "3"
    return response


def _plain(status: int) -> str:
    return {
        403: _("您的身份不能办这一页的事。请回首页，或请管理员来办。"),
        404: _("没有这个页面或编号。请核对地址，或重新扫描票上的二维码。"),
        405: _("这个地址不接受这样的请求。"),
        413: _("送来的内容太大。"),
    }.get(status, _("服务器出了问题，请稍后再试。") if status >= 500 else _("这个请求读不懂。请核对后再试。"))  # noqa: PLR2004 - HTTP's own line


def _answer(status: int, error: str, message: str | None = None) -> tuple[Response | str, int]:
    message = message or _plain(status)
    if request.path.startswith(MACHINE_ROUTES) and request.endpoint != "voter.page":
        return answer(Problem(error, message), status), status
    return render_template("public/error.html", message=message), status


def _register_forms(app: Flask) -> None:
    """What can be wrong with a form before any view sees it."""

    @app.errorhandler(RequestEntityTooLarge)
    def _too_large(_error: RequestEntityTooLarge) -> tuple[Response | str, int]:
        most = (request.max_content_length or 0) // 2**20
        words = _(
            "送来的内容太大，最多 %(most)s MB。请按浏览器的后退键回到表里。是名单或表格，请只留要用的列，去掉图片，另存一份再来。",
            most=most,
        )
        return _answer(413, "request_entity_too_large", words if request.path.startswith("/desk/") and most else None)

    @app.errorhandler(CSRFError)
    def _forged_or_old(_error: CSRFError) -> tuple[Response | str, int]:
        if is_worth_keeping() and current_user.is_authenticated:
            return kept_form()
        return _answer(403, "form_old", _("这一页放得太久了，请回到上一页刷新再办。"))


def register(app: Flask) -> None:
    """Attach the handlers."""

    @app.errorhandler(CastRefused)
    def _refused(error: CastRefused) -> Response:
        return refusal_response(error.refusal)

    @app.errorhandler(PanelUnknown)
    def _unknown(_error: PanelUnknown) -> tuple[Response | str, int]:
        return _answer(404, "unknown_panel")

    @app.errorhandler(NotClosedYet)
    def _not_closed(_error: NotClosedYet) -> Response:
        return answer(Problem("not_closed", _("票箱还没有关闭，这份材料要等关箱以后才有。")), 409)

    @app.errorhandler(Annulled)
    def _annulled(_error: Annulled) -> Response:
        return answer(Problem("annulled", _("本场测评已作废。")), 410)

    _register_forms(app)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response | tuple[Response | str, int]:
        status = error.code or 500
        if status < 400:  # noqa: PLR2004 - a redirect is no error
            return error.get_response()  # type: ignore[return-value]
        return _answer(status, error.name.lower().replace(" ", "_"))

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> tuple[Response | str, int]:
        # the trace names the endpoint, never the path: a path can hold a credential or a tracker
        app.logger.error("error in %s", request.endpoint, exc_info=error)
        return _answer(500, "internal")
