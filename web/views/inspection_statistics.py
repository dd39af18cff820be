"""Show what the results say of all enterprises, and how the draws themselves fare.

Addresses: `/staff/inspections/statistics` for planners; `/inspections/statistics` and `/inspections/statistics.json` for everybody.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from web.current import current_store
from web.security.guard import guard
from web.security.limits import costs
from web.services.inspection_statistics import DrawFigures, Figures, figures
from web.store.base import now
from web.views.inspection_lists import RIGHT, keep_private

blueprint = Blueprint("inspection_statistics", __name__, url_prefix="/staff/inspections")
blueprint.after_request(keep_private)
KEPT = timedelta(minutes=10)
_ONE = threading.Lock()
public = Blueprint("public_statistics", __name__, url_prefix="/inspections")


def register(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)
    app.register_blueprint(public)


@blueprint.get("/statistics")
@guard(RIGHT)
@costs("document")
def show_staff() -> str:
    """Show weighted rates with their intervals, never the raw ratio, and the health of the draws."""
    with current_store().reading() as session:
        found = figures(session)
    return render_template("inspections/statistics.html", found=found)


def _public_figures() -> tuple[Figures, datetime]:
    """Return the public figures and when they were computed: reading every list of every draw is too dear for each visitor."""
    kept = current_app.extensions.setdefault("huice_public_figures", {})
    with _ONE:
        if not kept or now() - kept["at"] > KEPT:
            with current_store().reading() as session:
                kept.update(figures=figures(session, public=True), at=now())
        return kept["figures"], kept["at"]


@public.get("/statistics")
@guard("public")
@costs("document")
def show() -> str:
    """Show the same from published results alone, without the persons."""
    found, at = _public_figures()
    return render_template("inspections/public_statistics.html", found=found, at=at)


@public.get("/statistics.json", endpoint="data")
@guard("public")
@costs("document")
def data() -> Response:
    """Give the counts, so that anybody can work out the rates."""
    found, at = _public_figures()
    return jsonify(
        {
            "computed_at": at.isoformat(timespec="seconds"),
            "draws": [_told(each) for each in found.draws],
            "voided": [found.voided.part, found.voided.whole],
            "inspectors_replaced": [found.replaced.part, found.replaced.whole],
            "units_replaced": [found.reserves.part, found.reserves.whole],
            "coverage": [found.coverage.part, found.coverage.whole],
            "evenness": [
                {"stratum": name, "chi_square": fit.statistic, "freedom": fit.freedom, "p": fit.p}
                for name, fit in found.fits
            ],
            "unproven": found.unproven,
        }
    )


def _told(each: DrawFigures) -> dict[str, Any]:
    strata = [{"stratum": s.name, "size": s.size, "checked": s.drawn, "found": s.found} for s in each.strata]
    share = None if each.estimate.share is None else str(each.estimate.share)
    return {
        "id": each.draw.id,
        "draw": each.draw.draw,
        "programme": each.programme,
        "strata": strata,
        "waiting": each.waiting,
        "share": share,
        "low": each.estimate.low,
        "high": each.estimate.high,
        "method": each.estimate.method,
    }
