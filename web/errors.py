"""Turn every error into a page that says how to go on, or into problem+json under /api."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import structlog
from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from web.current import request_id
from web.security.text import BadText
from web.store import StoreBusy

API_PREFIX = "/api/"
PROBLEM_TYPE = "application/problem+json"
Text = Any  # str or a lazy text, put into the page's language when it is shown

# Status → title, advice: what happened, and what to do now.
STATUSES: dict[int, tuple[Text, Text]] = {
    400: (lazy_gettext("提交的内容有误"), lazy_gettext("返回上一页，改正后重新提交。")),
    401: (lazy_gettext("请先登录"), lazy_gettext("登录后再打开这一页。")),
    403: (lazy_gettext("没有权限打开这一页"), lazy_gettext("需要权限时，请联系本单位的管理员。")),
    404: (lazy_gettext("找不到这一页"), lazy_gettext("请检查网址，或从首页重新查找。")),
    405: (lazy_gettext("不能这样打开这一页"), lazy_gettext("请从首页重新进入。")),
    406: (lazy_gettext("无法提供所要的格式"), lazy_gettext("请改用网页浏览器打开。")),
    409: (lazy_gettext("内容已被改动"), lazy_gettext("刷新页面，看清最新内容后再提交。")),
    410: (lazy_gettext("内容已失效"), lazy_gettext("请重新自测，生成新的结果。")),
    411: (lazy_gettext("请求缺少长度"), lazy_gettext("请带上 Content-Length 后重新提交。")),
    412: (lazy_gettext("内容已被改动"), lazy_gettext("刷新页面，看清最新内容后再提交。")),
    413: (lazy_gettext("提交的内容太大"), lazy_gettext("一次最多提交 1 MiB，请删减后重试。")),
    414: (lazy_gettext("网址太长"), lazy_gettext("请缩短查询内容后重试。")),
    415: (lazy_gettext("不支持这种格式"), lazy_gettext("请用 application/json 提交。")),
    422: (lazy_gettext("有内容需要修改"), lazy_gettext("按提示修改后重新提交。")),
    428: (lazy_gettext("缺少版本信息"), lazy_gettext("请先读取最新内容，再带上它的版本提交。")),
    429: (lazy_gettext("操作太频繁"), lazy_gettext("请稍等一分钟再试。")),
    431: (lazy_gettext("请求头太大"), lazy_gettext("请清除本网站的 Cookie 后重试。")),
    500: (lazy_gettext("系统出错了"), lazy_gettext("这次操作没有完成，也没有改动任何内容；请返回上一页重试。")),
    501: (lazy_gettext("尚不支持此操作"), lazy_gettext("请从首页重新进入。")),
    503: (lazy_gettext("系统正忙"), lazy_gettext("请过几秒再试。")),
    507: (lazy_gettext("存储空间不足"), lazy_gettext("目前只能查看，不能保存；请稍后再试。")),
}


class Problem(Exception):
    """An error that a person can be told about.

    `code` is a word for programs; `detail` says what is wrong, `advice` what to do instead (both default to the status's);
    `fields` names wrong inputs, each with its messages.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: Text = "",
        *,
        title: Text = "",
        advice: Text = "",
        fields: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        default_title, default_advice = STATUSES.get(status, STATUSES[500 if status >= 500 else 400])
        self.status = status
        self.code = code
        self.title = title or default_title
        self.detail = detail
        self.advice = advice or default_advice
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})

    def as_json(self) -> dict[str, Any]:
        """Return the members of RFC 9457, with `code`, `advice`, `request_id` and `errors` added."""
        return {
            "type": "about:blank",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.detail) or str(self.title),
            "code": self.code,
            "advice": str(self.advice),
            "request_id": request_id(),
            **(
                {"errors": [{"field": name, "messages": texts} for name, texts in self.fields.items()]}
                if self.fields
                else {}
            ),
        }


Describe = Callable[[Any], Problem]


def _from_http(error: HTTPException) -> Problem:
    status = error.code or 500
    headers = {}
    if allowed := getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(sorted(allowed))
    messages = (getattr(error, "data", None) or {}).get("messages", {})  # of webargs, behind the JSON API
    return Problem(status, f"http_{status}", fields=dict(_flat(messages)), headers=headers)


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield the messages of marshmallow, nested as the input is, as (path of the field, its messages)."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name in ("json", "query", "_schema") and not path else str(name)
            yield from _flat(inner, f"{path}.{step}".strip("."))
    else:
        yield path or "_", [str(text) for text in (messages if isinstance(messages, list) else [messages])]


def _from_database(error: DBAPIError) -> Problem:
    words = str(error.orig).lower()
    if "full" in words or "no space" in words:
        return Problem(507, "storage_full")
    return Problem(503, "busy", headers={"Retry-After": "5"})


ERROR_MAP: dict[type[BaseException], Describe] = {
    Problem: lambda error: error,
    HTTPException: _from_http,
    RateLimitExceeded: lambda _: Problem(429, "too_many_requests", headers={"Retry-After": "60"}),
    CSRFError: lambda _: Problem(
        400,
        "form_expired",
        title=lazy_gettext("页面停留太久，表单已失效"),
        detail=lazy_gettext("为了您的信息安全，请重新打开页面后再提交。"),
        advice=lazy_gettext("返回上一页并刷新，再提交一次；浏览器需要允许 Cookie。"),
    ),
    BadText: lambda error: Problem(400, "bad_text", str(error)),
    StoreBusy: lambda _: Problem(503, "busy", headers={"Retry-After": "5"}),
    PoolTimeout: lambda _: Problem(503, "busy", headers={"Retry-After": "5"}),
    StaleDataError: lambda _: Problem(409, "stale"),
    IntegrityError: lambda _: Problem(409, "conflict"),
    StatementError: lambda error: describe_error(error.orig) if isinstance(error.orig, BadText) else _unforeseen(),
    OperationalError: _from_database,
}


def register_error(app: Flask, kind: type[BaseException], describe: Describe) -> None:
    """Say how errors of `kind`, and of kinds under it, are told to people; the nearest kind wins."""
    app.extensions["huice_errors"][kind] = describe


def describe_error(error: BaseException) -> Problem:
    """Return what a person is told about `error`; one that nobody foresaw is a 500 without details."""
    known = current_app.extensions["huice_errors"]
    for kind in type(error).__mro__:
        if kind in known:
            problem = known[kind](error)
            assert isinstance(problem, Problem)  # noqa: S101
            return problem
    return _unforeseen()


def _unforeseen() -> Problem:
    return Problem(500, "internal_error")


def error_response(error: Exception) -> Response:
    """Answer `error`: problem+json under /api, a page elsewhere; log what is the service's own fault."""
    problem = describe_error(error)
    if problem.status >= 500:
        structlog.get_logger("error").error(
            problem.code, route=str(request.url_rule or "-"), exc_info=error if problem.status == 500 else None
        )
    if is_api_request():
        text = json.dumps(problem.as_json(), ensure_ascii=False)
        response = make_response(text, problem.status, {"Content-Type": PROBLEM_TYPE})
    elif isinstance(error, SecurityError):
        # Asked for by a name that is not ours: no address of a page can be built.
        response = make_response(str(problem.title), problem.status, {"Content-Type": "text/plain; charset=utf-8"})
    else:
        page = render_template("errors/error.html", problem=problem, request_id=request_id())
        response = make_response(page, problem.status)
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_api_request() -> bool:
    """Tell whether a program asks, not a person with a browser."""
    return request.path.startswith(API_PREFIX)


def init_errors(app: Flask) -> None:
    """Answer every error of `app` by `error_response`."""
    app.extensions["huice_errors"] = dict(ERROR_MAP)
    app.register_error_handler(Exception, error_response)


def not_found(what: str = "") -> Problem:
    """Return the error for something that does not exist, or that the asker may not know of."""
    return Problem(404, "not_found", what or gettext("这项内容不存在，或者链接已失效。"))
