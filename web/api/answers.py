"""Write answers: JSON in the order of its members, an ETag on what only changes with the rules."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, request

JSON_TYPE = "application/json"


def answer(data: Any) -> Response:
    """Return `data` as JSON; it is not stored anywhere."""
    return Response(_dumped(data), content_type=JSON_TYPE)


def cacheable(data: Any, bundle: str) -> Response:
    """Return `data`, made from the rules with this hash, or 304 when the asker has it already.

    The tag holds the rules and the content, so that a new version of the program that says more of the same rules is
    noticed too.
    """
    return cacheable_bytes(_dumped(data), bundle)


def cacheable_bytes(body: bytes, bundle: str) -> Response:
    """Return a body that is JSON already, or 304."""
    response = Response(body, content_type=JSON_TYPE)
    rules = bundle.removeprefix("sha256:")[:16]
    response.set_etag(f"{rules}-{hashlib.sha256(body).hexdigest()[:16]}")
    # Kept by whoever likes, asked after each time: the rules may have changed a minute ago.
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _dumped(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
