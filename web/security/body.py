"""Read what a client sent within limits of size and depth, and refuse hostile text before any view sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from math import isinf
from typing import Any, TypeVar

from flask import Flask, Request, g, request
from flask_babel import gettext

from web.errors import Problem
from web.security.guard import READS
from web.security.text import BadText, clean_text, clean_tree

LARGEST_BODY = 1024 * 1024
LARGEST_UPLOAD = 32 * 1024 * 1024
DEEPEST_JSON = 32
MOST_FIELDS = 1000
View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__huice_file__"


def takes_file(view: View) -> View:
    """Mark a view that takes a file up to LARGEST_UPLOAD; its guard is asked before the file is read."""
    setattr(view, _MARK, True)
    return view


def init_uploads(app: Flask) -> None:
    """Let the marked views of `app` take more than others; to be called after the guards and before all that reads forms."""

    @app.before_request
    def allow_file() -> None:
        if not getattr(app.view_functions.get(request.endpoint or ""), _MARK, False):
            return
        if (request.content_length or 0) > LARGEST_UPLOAD:
            advice = gettext("请删去不用的列，或分成几份，再上传。")
            raise Problem(413, "file_too_large", gettext("文件超过 32 MiB。"), advice=advice)
        request.max_content_length = LARGEST_UPLOAD


def init_body(app: Flask) -> None:
    """Check the address, the form and the JSON of each request of `app`."""
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY, MAX_FORM_PARTS=MOST_FIELDS)

    @app.before_request
    def check_body() -> None:
        if request.url_rule is None:
            return
        for source in (request.args, request.form):
            _check_fields(source.lists())
        _check_fields((name, [str(value)]) for name, value in (request.view_args or {}).items())
        is_json = request.mimetype == "application/json" or request.mimetype.endswith("+json")
        if is_json and (request.method not in READS or request.get_data(cache=True)):
            g.json_body = read_json(request)


def _check_fields(fields: Any) -> None:
    count = 0
    for name, values in fields:
        count += len(values)
        if count > MOST_FIELDS:
            raise Problem(413, "too_many_fields", gettext("一次最多提交 %(most)d 项。", most=MOST_FIELDS))
        try:
            clean_text(name)
            for value in values:
                clean_text(value)
        except BadText as error:
            shown = name if name.isprintable() else "?"
            raise Problem(400, "bad_text", fields={shown: [str(error)]}) from None


def json_body() -> Any:
    """Return the JSON that the request brought, read when the request came in; None when it brought none."""
    return g.get("json_body")


def read_json(request: Request) -> Any:
    """Return the JSON body of `request` in NFC, its numbers as int or Decimal: no amount passes through a float.

    Raises:
        Problem: 400 with a message that says what is wrong and where: not UTF-8, not JSON, a key twice, NaN or infinity,
            a number beyond exact range, nested too deep, hostile text.
    """
    data = request.get_data(cache=True)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(gettext("编码不是 UTF-8（第 %(at)d 个字节）。", at=error.start + 1)) from None
    if _depth(text) > DEEPEST_JSON:  # before parsing: the parser recurses
        raise _bad(gettext("嵌套超过 %(most)d 层。", most=DEEPEST_JSON))
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_exact, parse_float=_decimal
        )
        return clean_tree(value)
    except json.JSONDecodeError as error:
        raise _bad(
            gettext("不是 JSON：第 %(line)d 行第 %(column)d 列。", line=error.lineno, column=error.colno)
        ) from None
    except BadText as error:
        raise Problem(400, "bad_text", str(error)) from None


def _bad(detail: str) -> Problem:
    return Problem(400, "bad_json", detail)


def _depth(text: str) -> int:
    """Return how deep brackets nest outside strings, without recursion."""
    depth = deepest = 0
    inside = escaped = False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _bad(gettext("「%(key)s」出现了两次。", key=key[:80]))
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise _bad(gettext("不接受 %(name)s，请填数字。", name=name))


def _exact(digits: str) -> int:
    if len(digits) > 19 or not -(2**63) <= int(digits) < 2**63:
        raise _bad(gettext("数字 %(digits)s… 太大。", digits=digits[:20]))
    return int(digits)


def _decimal(digits: str) -> Decimal:
    if isinf(float(digits)):
        raise _bad(gettext("数字 %(digits)s… 太大。", digits=digits[:20]))
    return Decimal(digits)
