"""Let two persons replace an inspector of a visit, or its unit by a reserve, by fixed order; the first asks, the second signs.

Addresses: `/staff/inspections/visits/<visit id>/substitute` (GET; POST fields `leaves`, `cause`, `evidence`) and
`/staff/inspections/visits/<visit id>/reserve` (GET; POST fields `reason`, `evidence`).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from enforcement.complaints import Refused
from web.current import current_store
from web.people.gate import signed_in
from web.security.guard import guard
from web.services import inspection_reserves as reserves
from web.services import inspection_substitution as substitution
from web.store.base import now
from web.views.inspection_lists import keep_private
from web.views.inspection_words import CAUSES, REASONS

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


@blueprint.get("/visits/<visit_id>/reserve")
@guard(AMEND)
def show_reserve(visit_id: str) -> str:
    """Ask why a drawn unit cannot be checked, or show what the second person signs."""
    return _show_reserve(visit_id, {}, {})


def _show_reserve(visit_id: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        visit = substitution.drawn_visit(session, visit_id)
        asked = reserves.asked_for(session, visit)
    return render_template(
        "inspections/reserve.html",
        visit=visit,
        asked=asked,
        reasons={reason: REASONS[reason] for reason in reserves.REASONS},
        me=signed_in().id,
        typed=typed,
        errors=errors,
    )


@blueprint.post("/visits/<visit_id>/reserve")
@guard(AMEND)
def reserve(visit_id: str) -> Any:
    """Ask for the next reserve, or sign it as the second person."""
    me, at = signed_in().id, now()
    typed = {name: request.form.get(name, "").strip() for name in ("reason", "evidence")}
    try:
        with current_store().writing() as session:
            visit = substitution.drawn_visit(session, visit_id)
            is_asked = reserves.asked_for(session, visit) is not None
            if is_asked:
                reserves.sign(session, visit_id, me, at)
            else:
                reserves.ask(session, visit_id, me, typed["reason"], typed["evidence"].lower(), at)
            draw_id = visit.draw_id
    except Refused as refused:
        place = "evidence" if refused.complaints[0].code == "evidence" else "reason"
        return _show_reserve(visit_id, typed, {place: str(refused)}), 422
    if is_asked:
        return redirect(url_for("inspection_draws.show", draw_id=draw_id), 303)
    return redirect(url_for(".show_reserve", visit_id=visit_id), 303)
