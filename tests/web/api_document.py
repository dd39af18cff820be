"""Hold answers of the API to its own document, more strictly than the document itself: no member may be undocumented."""

from __future__ import annotations

import copy
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker

_document: dict[str, Any] = {}


def read_document(client: FlaskClient) -> dict[str, Any]:
    """Return the OpenAPI document."""
    if not _document:  # the same for every application with the same rules
        answer = client.get("/api/v1/openapi.json")
        assert answer.status_code == 200
        _document.update(answer.get_json())
    return _document


def check_documented(document: dict[str, Any], path: str, answer: Any) -> Any:
    """Fail unless the document foresees this answer of the operation at `path`; return its JSON."""
    operation = next(told for method, told in document["paths"][path].items() if method in ("get", "post"))
    foreseen = operation["responses"][str(answer.status_code)]
    content = foreseen["content"][answer.content_type]
    check_schema(document, content["schema"], answer.get_json())
    return answer.get_json()


def check_schema(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Fail with every place where a value is not what a schema of the document says."""
    faults = [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:300]}"
        for fault in Draft202012Validator(
            schema | {"components": {"schemas": _strict(document)}}, format_checker=FormatChecker()
        ).iter_errors(value)
    ]
    assert not faults, "\n".join(faults)


def _strict(document: dict[str, Any]) -> dict[str, Any]:
    schemas = copy.deepcopy(document["components"]["schemas"])
    for schema in schemas.values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return schemas
