"""Let a second person, never one of the inspectors, review the records of visits.

GET  /staff/reviews                                      what waits
GET, POST /staff/reviews/<record id>                     decision ("passed" or "returned"), opinion
GET  /staff/reviews/<record id>/evidence/<sha256>        the file
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext

from web.current import current_store
from web.errors import Problem, not_found
from web.people.gate import signed_in
from web.security.guard import guard
from web.services import inspection_reviews as reviews
from web.services.inspection_fieldwork import names_of, receipt
from web.store.base import now
from web.store.inspections import RECORDED
from web.views.fieldwork_words import ACTS, evidence_file, origin

blueprint = Blueprint("reviews", __name__, url_prefix="/staff/reviews")
REVIEW = "inspection.review"
OPINION_LENGTH = 2000


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Keep records out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("")
@guard(REVIEW)
def index() -> str:
    """List what waits for review, and what this person decided."""
    with current_store().reading() as session:
        waiting = reviews.waiting(session)
        own = {
            row.id for row, visit in waiting if signed_in().id in {row.made_by, *reviews.accounts_of(session, visit)}
        }
        decided = reviews.decided(session, signed_in().id)
        names = names_of(session, {row.made_by for row, _ in waiting})
    return render_template(
        "fieldwork/reviews.html", waiting=waiting, own=own, decided=decided, names=names, receipt=receipt, acts=ACTS
    )


@blueprint.get("/<record_id>")
@guard(REVIEW)
def show(record_id: str) -> str:
    """Show a record, what it rests on, and what changed since it was sent back."""
    return _page(record_id, {})


@blueprint.post("/<record_id>")
@guard(REVIEW)
def decide(record_id: str) -> Any:
    """Pass a record or send it back."""
    decision, opinion = request.form.get("decision", ""), request.form.get("opinion", "").strip()
    errors = {}
    if decision not in (reviews.PASSED, reviews.SENT_BACK):
        errors["decision"] = gettext("请选择通过或退回。")
    if decision == reviews.SENT_BACK and not opinion:
        errors["opinion"] = gettext("退回时请写明哪里要改。")
    if len(opinion) > OPINION_LENGTH:
        errors["opinion"] = gettext("审核意见最多 %(most)d 字。", most=OPINION_LENGTH)
    if errors:
        return _page(record_id, errors), 422
    try:
        with current_store().writing() as session:
            reviews.decide(session, record_id, decision, opinion, signed_in().id, now())
    except Problem as problem:
        if problem.status != 409:
            raise
        return _page(record_id, {}, f"{problem.detail}{problem.advice}"), 409
    return redirect(url_for(".show", record_id=record_id), 303)


@blueprint.get("/<record_id>/evidence/<sha256>")
@guard(REVIEW)
def evidence(record_id: str, sha256: str) -> Response:
    """Give a file of a record to its reviewer."""
    with current_store().reading() as session:
        row, _ = reviews.find(session, record_id)
        if sha256 not in row.evidence:
            raise not_found()
        return evidence_file(session, row.visit_id, sha256)


def _page(record_id: str, errors: dict[str, str], notice: str = "") -> str:
    me = signed_in().id
    with current_store().reading() as session:
        row, sheet = reviews.find(session, record_id)
        involved = me in {row.made_by, *reviews.accounts_of(session, sheet.visit)}
    return render_template(
        "fieldwork/review.html",
        row=row,
        sheet=sheet,
        visit=sheet.visit,
        origin=origin(sheet.visit),
        differences=reviews.differences(row, sheet),
        acts=ACTS,
        receipt=receipt,
        may_decide=row.review == "" and sheet.visit.state == RECORDED and not involved,
        involved=involved,
        typed={name: request.form.get(name, "") for name in ("decision", "opinion")},
        errors=errors,
        notice=notice,
    )
