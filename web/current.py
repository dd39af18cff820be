"""Reach what belongs to the running application from inside a request."""

from __future__ import annotations

from typing import cast

from flask import current_app, g

from web.config import Config
from web.store import Store


def current_config() -> Config:
    """Return the configuration of this application."""
    return cast("Config", current_app.extensions["huice_config"])


def current_store() -> Store:
    """Return the database of this application."""
    return cast("Store", current_app.extensions["huice_store"])


def request_id() -> str:
    """Return the id that this request has in the log, in the answer's header and on error pages."""
    return str(g.get("request_id", ""))
