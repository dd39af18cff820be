"""Let planners enter a visit off the draw with its lawful trigger, and see the ledger of all visits.

Addresses: `/staff/inspections/visits/new` (GET, POST fields `code`, `matters` (many), `trigger`, `clue`, `inspectors` (many), `lead`,
`first_day`, `last_day`); `/staff/inspections/ledger` (GET with `year`, `origin` drawn|off, `page`), `…/ledger.csv|xlsx`.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import select

from web.current import current_store
from web.people.gate import signed_in
from web.security.guard import guard
from web.security.limits import costs
from web.services import inspection_ledger as ledger
from web.services.inspection_registers import all_matters
from web.services.inspection_visits import create_off_draw, read_off_draw
from web.services.self_check_forms import today
from web.store.base import now
from web.store.inspections import InspectorRow
from web.store.log import record
from web.views.inspection_lists import RIGHT, keep_private, page_number, table_file
from web.views.inspection_words import TRIGGERS

blueprint = Blueprint("inspection_visits", __name__, url_prefix="/staff/inspections")
blueprint.after_request(keep_private)
FIELDS = ("code", "trigger", "clue", "lead", "first_day", "last_day")


@blueprint.get("/visits/new")
@guard(RIGHT)
def ask() -> str:
    """Ask for a visit off the draw."""
    day = today().isoformat()
    return _form({"first_day": day, "last_day": day}, [], [], {})


def _form(typed: dict[str, str], matters: list[str], inspectors: list[str], errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        known = all_matters(session)
        query = select(InspectorRow).where(InspectorRow.is_available, InspectorRow.is_expert.is_(False))
        people = list(session.scalars(query.order_by(InspectorRow.dept, InspectorRow.id)))
    return render_template(
        "inspections/off_draw.html",
        typed=typed,
        chosen=matters,
        sent=inspectors,
        errors=errors,
        matters=known,
        people=people,
        triggers=TRIGGERS,
    )


@blueprint.post("/visits/new")
@guard(RIGHT)
def create() -> Any:
    """Enter a visit off the draw."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    matters, inspectors = request.form.getlist("matters"), request.form.getlist("inspectors")
    with current_store().writing() as session:
        found = read_off_draw(session, typed, matters, inspectors)
        if found.row is not None:
            create_off_draw(session, found.row, signed_in().id, now())
    if found.errors:
        return _form(typed, matters, inspectors, found.errors), 422
    return redirect(url_for(".show", origin=ledger.OFF_DRAW), 303)


def _asked() -> tuple[int, str]:
    text = request.args.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 and text > "1999" else today().year
    origin = request.args.get("origin", "")
    return year, origin if origin in (ledger.DRAWN, ledger.OFF_DRAW) else ""


@blueprint.get("/ledger")
@guard(RIGHT)
def show() -> str:
    """Show one page of the ledger."""
    (year, origin), page = _asked(), page_number()
    with current_store().reading() as session:
        count, rows = ledger.find(session, year, origin, page)
        cells = ledger.lines(session, rows)
    pages = max(1, -(-count // ledger.PAGE))
    return render_template(
        "inspections/ledger.html",
        year=year,
        origin=origin,
        count=count,
        cells=cells,
        columns=ledger.COLUMNS,
        page=page,
        pages=pages,
    )


@blueprint.get("/ledger.<kind>")
@guard(RIGHT)
@costs("document")
def export(kind: str) -> Response:
    """Give the ledger of a year as a table that runs nothing; the export is in the log."""
    year, origin = _asked()
    with current_store().writing() as session:
        cells = ledger.lines(session, ledger.everything(session, year, origin))
        record(session, "list.export", signed_in().id, "ledger", {"rows": len(cells), "year": year})
    return table_file(kind, f"检查台账-{year}", list(ledger.COLUMNS), cells)
