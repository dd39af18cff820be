"""Match one applicant: `POST /api/v1/match`."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, request
from flask_babel import lazy_gettext

from matcher.combine import Budget
from matcher.match import match as match_applicant
from matcher.wire import to_json
from web.api.answers import answer
from web.api.kit import Operations, current_bundle
from web.errors import Problem
from web.schemas.answers import MatchAnswer
from web.schemas.matches import read_question
from web.security.body import json_body
from web.services.self_check_forms import today

operations = Operations("match", __name__, description=lazy_gettext("测算"))
LONGEST_SEARCH = 10  # seconds, as on the command line
# Replaced by the whole schema of the body when the document is written, for that depends on the rules in force.
BODY = "MatchBody"
EXAMPLE = {
    "profile": {
        "applicant": "enterprise",
        "registered_in": "罗湖区",
        "industry": "F5146",
        "founded_on": "2019-06-01",
        "revenue": {"2024": "5.8亿元", "2025": "6.2亿元"},
        "rd_expense@2025": {"from": "300万元", "upto": "500万元"},
        "staff": {"2025": 120},
        "tax_paid@2025": {"fen": 123456789},
        "hitech_until": None,
    },
    "as_of": "2026-05-20",
}
BARE_EXAMPLE = {"registered_in": "罗湖区", "revenue@2025": "6.2亿元"}


@operations.operation(
    "/match",
    method="POST",
    summary=lazy_gettext("按一家主体的事实测算"),
    description=lazy_gettext(
        "与命令 huice match --format json 的输出相同。请求可以是 {profile, applicant, as_of, policies}，也可以只是事实本身。"
        "不知道的事实不要写；写 null 表示已知没有。金额带单位，如 1.2亿元，或写 {fen: 整数分}；不确定的写范围 {from, upto}。"
        "事实和结果都不留存。"
    ),
    answer=MatchAnswer,
    cost="compute",
    who="self-check",
    errors=(403, 415),
    requestBody={
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": f"#/components/schemas/{BODY}"},
                "examples": {
                    "envelope": {"summary": lazy_gettext("事实、日期"), "value": EXAMPLE},
                    "facts": {"summary": lazy_gettext("只写事实"), "value": BARE_EXAMPLE},
                },
            }
        },
    },
)
def match(_query: dict[str, Any]) -> Response:
    """Return what the programs say of the facts in the body."""
    bundle = current_bundle()
    question = read_question(_body(), bundle)
    found = match_applicant(
        bundle, question.profile, question.as_of or today(), question.policies, budget=Budget.within(LONGEST_SEARCH)
    )
    return answer(to_json(found))


def _body() -> Any:
    """Return the JSON of the body.

    Raises:
        Problem: 415 for another format.
    """
    kind = request.mimetype
    if kind != "application/json" and not kind.endswith("+json"):
        raise Problem(415, "unsupported_media_type")
    return json_body()


def describe_invalid(error: ma.ValidationError) -> Problem:
    """Return what a person is told about input that a schema refuses."""
    return Problem(422, "invalid", fields=dict(_flat(error.messages, "")))


def _flat(messages: Any, path: str) -> Any:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _flat(inner, f"{path}.{name}" if path and name != "_" else path or str(name))
    else:
        yield path, [str(message) for message in messages]
