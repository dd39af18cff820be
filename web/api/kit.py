"""Put an operation of the API together: its address, guard, cost, query, answers and errors, all documented in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

import marshmallow as ma
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Request
from flask_babel import lazy_gettext
from flask_smorest import Api, Blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from rules.language.model import Bundle
from web.current import current_config
from web.errors import PROBLEM_TYPE, STATUSES, error_response
from web.schemas.answers import Problem
from web.schemas.base import field_properties
from web.schemas.queries import AnyQuery
from web.security.guard import guard
from web.security.limits import costs
from web.services.self_check_rules import bundle_in_force

PREFIX = "/api/v1"
VERSION = "1.0"
TITLE = lazy_gettext("惠策开放接口")
View = TypeVar("View", bound=Callable[..., Any])
Text = Any  # a lazy text

# Errors that any operation may answer, beside those it names itself.
COMMON = (400, 413, 422, 429, 500)
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": lazy_gettext("上次得到的 ETag；内容没有变则答 304，没有正文"),
    "schema": {"type": "string"},
}
_ETAG = {"ETag": {"description": lazy_gettext("内容的标记，随规则而变"), "schema": {"type": "string"}}}
_RETRY = {"Retry-After": {"description": lazy_gettext("几秒后再试"), "schema": {"type": "integer"}}}
_UNCHANGED = lazy_gettext("内容没有变")


class Parser(FlaskParser):
    """Reads addresses strictly: a misspelt filter that finds everything is worse than an error."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": None}  # noqa: RUF012

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raise the error as one of the body is raised, without the place it was read from."""
        messages = error.messages
        raise ma.ValidationError(messages.get("query", messages) if isinstance(messages, dict) else messages)


class Operations(Blueprint):
    """The operations of one subject."""

    ARGUMENTS_PARSER = Parser()

    def operation(  # noqa: PLR0913  # all that is said of an operation, said in one place
        self,
        rule: str,
        *,
        summary: Text,
        answer: type[ma.Schema],
        query: type[ma.Schema] = AnyQuery,
        method: str = "GET",
        cost: str = "page",
        who: str = "public",
        errors: tuple[int, ...] = (),
        cached: bool = False,
        path: tuple[dict[str, Any], ...] = (),
        **doc: Any,
    ) -> Callable[[View], View]:
        """Register a view that `who` may use (a guard, by default everybody), with all that the document says of it.

        The view is given what `query` makes of the address, and the parts of the path by name. `errors` are statuses beside
        COMMON; `cached` documents the ETag; `doc` is taken over into the operation.
        """

        def register(view: View) -> View:
            decorated: Any = self.arguments(query, location="query")(guard(who)(costs(cost)(view)))
            headers = _ETAG if cached else None
            decorated = self.response(200, answer, headers=headers, description=summary)(decorated)
            if cached:
                decorated = self.alt_response(304, description=_UNCHANGED, headers=_ETAG, success=True)(decorated)
            for status in sorted({*COMMON, *errors}, reverse=True):
                decorated = self.alt_response(
                    status,
                    schema=Problem,
                    content_type=PROBLEM_TYPE,
                    description=STATUSES[status][0],
                    headers=_RETRY if status in (429, 503) else None,
                )(decorated)
            decorated = self.doc(summary=summary, operationId=view.__name__, **doc)(decorated)
            parameters = [*path, *([IF_NONE_MATCH] if cached else ())]
            self.route(rule, methods=[method], parameters=parameters, tags=[self.name])(decorated)
            return view

        return register


class HuiceApi(Api):
    """The document of the API; errors are answered as everywhere in the service."""

    DEFAULT_ERROR_RESPONSE_NAME = None  # each operation names its errors, so that an unforeseen one shows
    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Answer an error of HTTP."""
        return error_response(error)


def new_api(app: Flask) -> HuiceApi:
    """Return the API of an application, without operations."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name_of)
    api = HuiceApi()
    api.init_app(
        app,
        spec_kwargs={
            "title": TITLE,
            "version": VERSION,
            "openapi_version": "3.1.0",
            "marshmallow_plugin": plugin,
            "info": {
                "description": lazy_gettext(
                    "查询惠企政策、事实字典和代码表，按一家主体的事实测算能得什么、得多少。"
                    "金额都是整数分。测算不留存任何内容。测算结果仅供参考，以主管部门审核为准。"
                )
            },
        },
    )
    api.ma_plugin.converter.add_attribute_function(field_properties)
    return api


def _name_of(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__)


def current_bundle() -> Bundle:
    """Return the rules in force."""
    return bundle_in_force(current_config().districts)
