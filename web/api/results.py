"""Tell whether a printed result is genuine, and nothing of whom it is about."""

from __future__ import annotations

import hmac
from typing import Any

import marshmallow as ma
from flask import Response
from flask_babel import gettext, lazy_gettext

from web.api.answers import answer
from web.api.kit import Operations
from web.current import current_store
from web.schemas.answers import Verification
from web.schemas.queries import VerificationQuery
from web.services.results import check_code, find_by_number

LONGEST_NUMBER = 64
operations = Operations("results", __name__, description=lazy_gettext("核验"))


@operations.operation(
    "/results/<number>/verification",
    summary=lazy_gettext("核验测算单"),
    description=lazy_gettext("编号和校验码都印在测算单上。没有这个编号与校验码不对，答案相同，都是 valid: false。"),
    answer=Verification,
    query=VerificationQuery,
    cost="document",
    errors=(503,),
    path=(
        {
            "name": "number",
            "in": "path",
            "required": True,
            "description": lazy_gettext("测算单上的编号"),
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_NUMBER},
            "examples": {"number": {"value": "HC-20260520-7K3M9-Q2X4R"}},
        },
    ),
)
def verify_result(query: dict[str, Any], number: str) -> Response:
    """Return whether number and code agree with what was kept."""
    if len(number) > LONGEST_NUMBER:
        raise ma.ValidationError({"number": [gettext("编号最多 %(most)d 个字符。请照测算单填写", most=LONGEST_NUMBER)]})
    row = find_by_number(current_store(), number)
    code = "".join(query["c"].lower().split()).replace("-", "")
    if row is None or not hmac.compare_digest(check_code(row).encode(), code.encode()):
        return answer({"number": number, "valid": False})
    total = None if row.total_min is None else {"min": row.total_min, "max": row.total_max}
    return answer(
        {"number": row.number, "valid": True, "as_of": row.as_of.isoformat(), "bundle": row.bundle, "total": total}
    )
