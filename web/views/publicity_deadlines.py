"""Show staff what they must do and by when, and everybody which bodies are late.

Addresses: `/staff/publicity/deadlines` (GET field `all=1` shows what others must do too), `/publicity/overdue`.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import lazy_gettext

from web.current import current_store
from web.people.gate import may, signed_in
from web.security.guard import guard
from web.security.limits import costs
from web.services.publicity_clocks import ALARMS, INSPECTOR, PUBLISHER, REVIEWER, Duty, duties, overdue
from web.services.self_check_forms import today

blueprint = Blueprint("publicity_deadlines", __name__)
WHO = {
    INSPECTOR: lazy_gettext("检查员：补记或改正记录"),
    REVIEWER: lazy_gettext("审核人员：审核记录"),
    PUBLISHER: lazy_gettext("发布人员：办理公示、异议、撤回"),
}


@blueprint.get("/staff/publicity/deadlines")
@guard("deadlines.read")
def index() -> Response:
    """List what must be done, the most urgent first."""
    person = signed_in()
    with current_store().reading() as session:
        found = duties(session, today())
    mine = [duty for duty in found if duty.is_for(person.id, set(person.roles))]
    everything = request.args.get("all") == "1"
    rows = found if everything else mine
    response = make_response(
        render_template(
            "publicity/deadlines.html",
            rows=rows,
            alarms=[duty for duty in mine if duty.clock.state in ALARMS],
            everything=everything,
            who=WHO,
            link=_link,
        )
    )
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def _link(duty: Duty) -> str:
    """Return where a duty is done; empty for those whose page is not for this person."""
    if not may("publicity.read"):
        return ""
    if duty.objection:
        return url_for("staff_objections.show", publication_id=duty.objection[0], number=duty.objection[1])
    if duty.proposal:
        return url_for("staff_publicity.proposal", proposal_id=duty.proposal)
    if duty.visit is not None and duty.who == PUBLISHER:
        return url_for("staff_publicity.ask", visit_id=duty.visit.id)
    return ""


@blueprint.get("/publicity/overdue")
@guard("public")
@costs("search")
def late() -> str:
    """Say which bodies have results that are overdue."""
    on = today()
    with current_store().reading() as session:
        rows = overdue(session, on)
    return render_template("publicity/overdue.html", rows=rows, on=on)
