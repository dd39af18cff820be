"""Add the pages that people see."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

# Each module has a `blueprint`, or a function `register(app)` where a page needs more than that.
PAGES = (
    "home",
    "catalogue",
    "calendar",
    "open_data",
    "self_check",
    "results",
    "verification",
    "verifier",
    "impact",
    "screening",
    "sign_in",
    "staff",
    "accounts",
    "audit",
    "audit_witnesses",
    "inspections",
    "inspection_lists",
    "inspection_plan",
    "inspection_draws",
    "inspection_visits",
    "inspection_substitution",
    "inspection_statistics",
    "discretion",
    "fieldwork",
    "visit_code",
    "reviews",
    "publicity",
    "staff_publicity",
    "publicity_answers",
    "publicity_data",
    "publicity_deadlines",
    "staff_double",
    "staff_exports",
    "staff_objections",
)


def register(app: Flask) -> None:
    """Add the routes of every module of pages."""
    for name in PAGES:
        if find_spec(f"{__name__}.{name}") is None:
            continue
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "register"):
            module.register(app)
        else:
            app.register_blueprint(module.blueprint)
