"""Tell an enterprise, by the code it scans at the door, who is coming, for what, on which basis, and what its rights are.

GET  /inspections/visit/<pass_code>            the page
GET  /inspections/visit/<pass_code>/receipt    proof of what was recorded, to be checked offline
POST /inspections/visit/<pass_code>/arrived    the enterprise says that the inspectors came
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import select

from enforcement.complaints import Refused
from enforcement.log.proof import read_proof
from enforcement.log.receipt import shorten
from web.current import current_config, current_store
from web.errors import Problem, not_found
from web.reports.qr import qr_svg
from web.security.guard import guard
from web.security.limits import costs
from web.services import inspection_fieldwork as fieldwork
from web.services.inspection_records import record_leaf
from web.services.log_witnesses import receipt
from web.services.self_check_forms import today
from web.store.base import now
from web.store.publications import Publication
from web.views.fieldwork_words import origin

blueprint = Blueprint("visit_code", __name__, url_prefix="/inspections/visit")


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Keep the page, whose address is the key to it, out of search engines and of every cache."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<pass_code>")
@guard("public")
def show(pass_code: str) -> str:
    """Show the notice of a visit."""
    with current_store().reading() as session:
        visit = fieldwork.by_pass_code(session, pass_code)
        sheet = fieldwork.sheet(session, visit)
        leaf = record_leaf(session, visit)
        published = session.scalar(
            select(Publication.id).where(Publication.visit_id == visit.id, Publication.published_on.is_not(None))
        )
    confirmed = next((at for who, at in sheet.arrivals if who == fieldwork.ENTERPRISE), None)
    return render_template(
        "fieldwork/door.html",
        sheet=sheet,
        visit=visit,
        origin=origin(visit),
        confirmed=confirmed,
        leaf=leaf,
        picture=qr_svg(shorten(read_proof(_receipt(leaf))), gettext("记录回执二维码"), 280) if leaf is not None else "",
        published=published,
        may_confirm=visit.state in fieldwork.TO_DO and today() >= visit.first_day,
    )


def _receipt(leaf: int) -> bytes:
    try:
        return receipt(current_store(), current_config().home, leaf)
    except Refused as refused:
        raise Problem(503, "log_broken", str(refused)) from None


@blueprint.get("/<pass_code>/receipt")
@guard("public")
@costs("document")
def proof(pass_code: str) -> Response:
    """Give the receipt of the newest record's leaf in the log."""
    with current_store().reading() as session:
        leaf = record_leaf(session, fieldwork.by_pass_code(session, pass_code))
    if leaf is None:
        raise not_found()
    response = Response(_receipt(leaf), content_type="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=f"record-{leaf}.tlog-proof")
    return response


@blueprint.post("/<pass_code>/arrived")
@guard("public")
@costs("remark")
def arrived(pass_code: str) -> Any:
    """Write down that the enterprise says they came."""
    with current_store().writing() as session:
        visit = fieldwork.by_pass_code(session, pass_code, lock=True)
        fieldwork.enter(session, visit, fieldwork.ENTERPRISE, now())
    return redirect(url_for(".show", pass_code=pass_code), 303)
