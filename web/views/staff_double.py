"""Let publishers bring licences and penalties as workbooks, and approve what another one brought.

Addresses: `/staff/publicity/double`; `/staff/publicity/double/<kind>` (GET; POST file `workbook`), kind being licence or
penalty; `…/<kind>/template.xlsx`; `…/<kind>/approve` (POST fields `proposal`, many, each `<id>:<hash>`).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext

from web.current import current_config, current_store
from web.errors import not_found
from web.people.gate import signed_in
from web.security.body import takes_file
from web.security.guard import guard
from web.security.limits import costs
from web.services import publicity_double as double
from web.services import publicity_steps as steps
from web.services.publicity_records import shown
from web.services.publicity_work import clock_on, open_proposals
from web.services.self_check_forms import today
from web.store.base import now
from web.views.publicity import KIND_NAMES
from web.views.staff_publicity import keep_private

blueprint = Blueprint("staff_double", __name__, url_prefix="/staff/publicity/double")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 20  # to be looked at one by one, and published in one transaction


@blueprint.after_request
def private(response: Response) -> Response:
    """Keep the pages out of search engines and of every cache."""
    return keep_private(response)


@blueprint.get("")
@guard("publicity.read")
def index() -> str:
    """Lead to the two kinds, and list what is no longer public, with the reason."""
    with current_store().reading() as session:
        over = double.expired(session, today())
    return render_template("publicity/double.html", kinds={kind: KIND_NAMES[kind] for kind in double.TITLES}, over=over)


@blueprint.get("/<kind>")
@guard("publicity.read")
def show(kind: str) -> str:
    """Show the form for a workbook, and what waits for approval."""
    return _page(kind, ())


def _page(kind: str, messages: tuple[str, ...]) -> str:
    if kind not in double.TITLES:
        raise not_found()
    with current_store().reading() as session:
        waiting = [(row, of) for row, of in open_proposals(session) if of.kind == kind and row.step == steps.PUBLISH]
    me = signed_in().id
    theirs = [(row, of) for row, of in waiting if row.proposed_by != me]
    return render_template(
        "publicity/double_kind.html",
        kind=kind,
        name=KIND_NAMES[kind],
        messages=messages,
        mine=len(waiting) - len(theirs),
        waiting=[
            (row, of, shown(kind, row.fields or {}), clock_on(of.rule, of.event_on, today()))
            for row, of in theirs[:PAGE]
        ],
        more=max(0, len(theirs) - PAGE),
    )


@blueprint.post("/<kind>")
@guard("inspection.publish")
@costs("document")
@takes_file
def upload(kind: str) -> Any:
    """Take a workbook: all its rows, or none with what is wrong in each."""
    if kind not in double.TITLES:
        raise not_found()
    file = request.files.get("workbook")
    if file is None or not file.filename:
        return _page(kind, (gettext("请选择填好的表格。"),)), 422
    try:
        rows = double.read_upload(kind, file.filename, file.read(), today())
        with current_store().writing() as session:
            double.take(session, kind, rows, signed_in().id, now(), current_config().secret_key)
    except double.BadWorkbook as error:
        return _page(kind, error.messages), 422
    return redirect(url_for(".show", kind=kind), 303)


@blueprint.get("/<kind>/template.xlsx")
@guard("publicity.read")
@costs("document")
def template(kind: str) -> Response:
    """Give an empty workbook."""
    if kind not in double.TITLES:
        raise not_found()
    response = Response(double.template(kind, today()), content_type=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"{kind}.xlsx")
    return response


@blueprint.post("/<kind>/approve")
@guard("inspection.publish")
@costs("document")
def approve(kind: str) -> Any:
    """Publish the proposals that were seen and chosen: all of them, or none."""
    chosen = [each.partition(":") for each in request.form.getlist("proposal")[:PAGE]]
    if not chosen:
        return _page(kind, (gettext("请至少选一条。"),)), 422
    at = now()
    with current_store().writing() as session:
        for proposal_id, _, seen in chosen:
            steps.approve(session, proposal_id, seen, signed_in().id, at)
    return redirect(url_for(".show", kind=kind), 303)
