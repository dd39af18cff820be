"""Serve the OpenAPI document, written anew when other rules are in force."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app

from rules.language.model import Bundle
from web.api.answers import cacheable_bytes
from web.api.kit import PREFIX, HuiceApi, current_bundle
from web.api.match import BODY
from web.i18n import language
from web.schemas.facts import components
from web.schemas.matches import body_schema
from web.schemas.profiles import profile_components
from web.security.guard import guard

blueprint = Blueprint("api_document", __name__, url_prefix=PREFIX)
ENVELOPE = "MatchRequest"
MARK = "api_"  # before the names of blueprints; the document leaves it out
METHODS = {"get", "post"}
_KEY = "huice_api"
_UNUSED = "PaginationMetadataSchema"  # of flask-smorest's own paging


def init_document(app: Any, api: HuiceApi) -> None:
    """Add the document of `api` to `app`."""
    app.extensions[_KEY] = (api, {})
    app.register_blueprint(blueprint)


@blueprint.get("/openapi.json")
@guard("public")
def openapi() -> Response:
    """Return the document in the language of the request."""
    bundle = current_bundle()
    _, written = current_app.extensions[_KEY]
    key = (bundle.hash, language())
    if key not in written:
        written[key] = json.dumps(document(bundle), ensure_ascii=False, separators=(",", ":")).encode()
    return cacheable_bytes(written[key], bundle.hash)


def document(bundle: Bundle) -> dict[str, Any]:
    """Return the whole document: the operations, and the facts that the rules in force know."""
    api, _ = current_app.extensions[_KEY]
    spec: dict[str, Any] = _spoken(api.spec.to_dict())
    spec["servers"] = [{"url": "/"}]
    spec["tags"] = [{**tag, "name": tag["name"].removeprefix(MARK)} for tag in spec["tags"]]
    for path in spec["paths"].values():
        for method in path.keys() & METHODS:
            path[method]["responses"] = dict(sorted(path[method]["responses"].items()))
    schemas = spec["components"]["schemas"]
    schemas[BODY] = body_schema(schemas.pop(ENVELOPE))
    schemas.pop(_UNUSED, None)
    schemas |= components() | profile_components(bundle.vocabulary)
    return spec


def _spoken(tree: Any) -> Any:
    """Return a tree with its lazy texts in the language of the request."""
    match tree:
        case dict():
            return {str(key): _spoken(value) for key, value in tree.items()}
        case list() | tuple():
            return [_spoken(value) for value in tree]
        case None | bool() | int() | float():
            return tree
        case _:
            return str(tree)
