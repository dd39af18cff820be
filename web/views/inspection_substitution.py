"""Let two persons replace an inspector of a visit by fixed order.

Address: `/staff/inspections/visits/<visit id>/substitute` (GET; POST fields `leaves`, `cause`, `evidence`:
the first asks, the second signs).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from enforcement.draw.complaints import Refused
from web.current import current_store
from web.people.gate import signed_in
from web.security.guard import guard
from web.services import inspection_substitution as substitution
from web.store.base import now
from web.views.inspection_lists import keep_private
from web.views.inspection_words import CAUSES

blueprint = Blueprint("inspection_substitution", __name__, url_prefix="/staff/inspections")
blueprint.after_request(keep_private)
AMEND = "draw.amend"
_PLACES = {"not-in-team": "leaves", "cause": "cause", "evidence": "evidence"}


@blueprint.get("/visits/<visit_id>/substitute")
@guard(AMEND)
def show(visit_id: str) -> str:
    """Ask who leaves and why, or show what the second person signs."""
    return _show(visit_id, {}, {})


def _show(visit_id: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        visit = substitution.drawn_visit(session, visit_id)
        asked = substitution.asked_for(session, visit_id)
        done = substitution.replacements(session, [visit])
    return render_template(
        "inspections/substitute.html",
        visit=visit,
        asked=asked,
        done=done,
        causes=CAUSES,
        me=signed_in().id,
        typed=typed,
        errors=errors,
    )


@blueprint.post("/visits/<visit_id>/substitute")
@guard(AMEND)
def substitute(visit_id: str) -> Any:
    """Ask for a replacement, or sign it as the second person."""
    me, at = signed_in().id, now()
    typed = {name: request.form.get(name, "").strip() for name in ("leaves", "cause", "evidence")}
    try:
        with current_store().writing() as session:
            if substitution.asked_for(session, visit_id) is not None:
                substitution.sign(session, visit_id, me, at)
            else:
                evidence = typed["evidence"].lower()
                substitution.ask(session, visit_id, me, typed["leaves"], typed["cause"], evidence, at)
    except Refused as refused:
        place = _PLACES.get(refused.complaints[0].code, "leaves")
        return _show(visit_id, typed, {place: str(refused)}), 422
    return redirect(url_for(".show", visit_id=visit_id), 303)
