"""Answer programs: the JSON API under /api/v1, its OpenAPI document, and the page that explains it."""

from __future__ import annotations

import marshmallow as ma
from flask import Flask

from web.api import dictionary, docs, match, policies, results, search
from web.api.document import ENVELOPE, MARK, init_document
from web.api.kit import PREFIX, new_api
from web.errors import register_error
from web.schemas.matches import MatchRequest

SUBJECTS = (match, policies, search, dictionary, results)


def register(app: Flask) -> None:
    """Add every operation, the document and its page."""
    api = new_api(app)
    api.spec.components.schema(ENVELOPE, schema=MatchRequest)
    for subject in SUBJECTS:
        # A page may have a blueprint of the same name.
        api.register_blueprint(subject.operations, url_prefix=PREFIX, name=f"{MARK}{subject.operations.name}")
    register_error(app, ma.ValidationError, match.describe_invalid)
    init_document(app, api)
    app.register_blueprint(docs.blueprint)
