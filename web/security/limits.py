"""Limit how often one address may ask, dearer requests less often.

The counters live in this process: the service runs as one process with threads, and behind a proxy it believes exactly
the configured number of hops.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_limiter import Limiter

from web.config import Config

# Cost class → how many a minute from one address.
COSTS = {
    "page": "300/minute",
    "search": "120/minute",
    "compute": "120/minute",
    "document": "20/minute",
    "remark": "10/minute",
}
UNLIMITED = "unlimited"
View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__huice_cost__"


def costs(name: str) -> Callable[[View], View]:
    """Mark a view with its cost class; a view without one costs a `page`."""
    if name not in COSTS and name != UNLIMITED:
        raise ValueError(f"unknown cost class {name!r}")

    def mark(view: View) -> View:
        setattr(view, _MARK, name)
        return view

    return mark


def init_limits(app: Flask, config: Config) -> None:
    """Count each request of `app` by address and cost class."""
    app.config["RATELIMIT_ENABLED"] = config.rate_limits
    limiter = Limiter(
        key_func=lambda: f"{_cost()}|{request.remote_addr or '-'}",
        application_limits=[lambda: COSTS[_cost()]],
        strategy="moving-window",
        storage_uri="memory://",
        headers_enabled=False,
        app=app,
    )
    limiter.request_filter(lambda: request.url_rule is None or _cost() == UNLIMITED)


def _cost() -> str:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        view = getattr(view_class, request.method.lower(), view)
    return str(getattr(view, _MARK, "page"))
