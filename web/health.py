"""Tell machines whether the service is alive and whether it can serve."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, Flask, Response, current_app, jsonify

from web.current import current_store
from web.security.guard import guard
from web.security.limits import UNLIMITED, costs
from web.store import operations

blueprint = Blueprint("health", __name__)
# Returns None when all is well, else one sentence on what is not.
Check = Callable[[], str | None]


def init_health(app: Flask) -> None:
    """Add /healthz and /readyz, the latter with the check of the database."""
    app.extensions["huice_readiness"] = {"database": _database}
    app.register_blueprint(blueprint)


def add_readiness(app: Flask, name: str, check: Check) -> None:
    """Make /readyz depend on `check` too."""
    app.extensions["huice_readiness"][name] = check


@blueprint.get("/healthz")
@guard("public")
@costs(UNLIMITED)
def alive() -> Response:
    """Answer as long as the process can answer at all."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@guard("public")
@costs(UNLIMITED)
def ready() -> tuple[Response, int]:
    """Answer 200 when every check passes, else 503; which check failed is told, why is only in the log."""
    failed = {}
    for name, check in current_app.extensions["huice_readiness"].items():
        try:
            fault = check()
        except Exception as error:  # noqa: BLE001  # whatever it is, the service is not ready
            fault = repr(error)
        if fault:
            failed[name] = fault
            structlog.get_logger("ready").warning("not_ready", check=name, fault=fault)
    checks = {name: "failed" if name in failed else "ok" for name in current_app.extensions["huice_readiness"]}
    return jsonify(status="failed" if failed else "ok", checks=checks), 503 if failed else 200


def _database() -> str | None:
    found, needed = operations.current(current_store()), operations.head()
    return None if found == needed else f"schema {found}, needs {needed}"
