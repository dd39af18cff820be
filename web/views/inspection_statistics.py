"""Show planners what the results say of all enterprises, and how the draws themselves fare: `/staff/inspections/statistics`."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.current import current_store
from web.security.guard import guard
from web.security.limits import costs
from web.services.inspection_statistics import figures
from web.views.inspection_lists import RIGHT, keep_private

blueprint = Blueprint("inspection_statistics", __name__, url_prefix="/staff/inspections")
blueprint.after_request(keep_private)


@blueprint.get("/statistics")
@guard(RIGHT)
@costs("document")
def show() -> str:
    """Show weighted rates with their intervals, never the raw ratio, and the health of the draws."""
    with current_store().reading() as session:
        found = figures(session)
    return render_template("inspections/statistics.html", found=found)
