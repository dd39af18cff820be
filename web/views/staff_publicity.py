"""Let publishers propose, approve, correct and withdraw what is public, always in pairs.

Addresses: `/staff/publicity`; `/staff/publicity/visits/<visit id>` (GET preview; POST field `body_hash` proposes);
`/staff/publicity/proposals/<id>` (GET), `…/approve` (POST field `body_hash`), `…/refuse` (POST field `opinion`);
`/staff/publicity/records/<publication id>` (GET), `…/correct` (POST fields `result`, `result.1`…, `follow_up` (many),
`checked_on`, `reason`), `…/withdraw` (POST field `why`),
`…/objection` (POST fields `words`, `contact`: one that the enterprise brought on paper).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from web.current import current_config, current_store
from web.errors import not_found
from web.i18n import localized
from web.people.gate import signed_in
from web.people.present import CONFIRMED_FOR
from web.security.guard import guard
from web.security.text import clean_text
from web.services import publicity_objections as objections
from web.services import publicity_repair as repair
from web.services import publicity_steps as steps
from web.services.publicity_clocks import ALARMS, duties
from web.services.publicity_corrections import BadCorrection, corrected
from web.services.publicity_page import page_of
from web.services.publicity_records import INSPECTION, JOINT, body_of, items_of, shown, title_of, versions_of
from web.services.publicity_work import decided_lately, open_proposals, waiting_visits
from web.services.self_check_forms import today
from web.store.base import now
from web.store.publications import Proposal, Publication
from web.views.publicity import offered
from web.views.publicity_words import FOLLOW_UPS, RESULTS

blueprint = Blueprint("staff_publicity", __name__, url_prefix="/staff/publicity")
READ, WRITE = "publicity.read", "inspection.publish"
LONGEST_REASON = 1000
MORE = (
    ("staff_objections.index", lazy_gettext("异议")),
    ("publicity_deadlines.index", lazy_gettext("期限和提醒")),
    ("staff_double.index", lazy_gettext("双公示")),
    ("staff_exports.index", lazy_gettext("报送")),
)


def register(app: Flask) -> None:
    """Add the pages, and tell templates whether the person has confirmed lately who he is."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["fresh"] = fresh


def fresh() -> bool:
    """Tell whether password and code were given lately enough for a publication."""
    confirmed = signed_in().confirmed_at
    return confirmed is not None and now() - confirmed <= CONFIRMED_FOR


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Keep the pages out of search engines and of every cache."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("")
@guard(READ)
def index() -> str:
    """List what waits: results to be published, by urgency, and proposals to be approved."""
    person = signed_in()
    with current_store().reading() as session:
        mine = [duty for duty in duties(session, today()) if duty.is_for(person.id, set(person.roles))]
        return render_template(
            "publicity/staff_index.html",
            alarms=sum(duty.clock.state in ALARMS for duty in mine),
            visits=waiting_visits(session, today()),
            proposals=open_proposals(session),
            decided=decided_lately(session),
            me=person.id,
            more=offered(MORE),
            title_of_step=step_name,
        )


@blueprint.get("/visits/<visit_id>")
@guard(READ)
def ask(visit_id: str) -> str:
    """Show a reviewed visit as the public would see it."""
    with current_store().reading() as session:
        visit, made, fields = steps.preview(session, visit_id)
    _, hashed = body_of(visit.id, INSPECTION, 1, fields, "")
    return render_template(
        "publicity/staff_visit.html", visit=visit, made=made, values=shown(INSPECTION, fields), body_hash=hashed
    )


@blueprint.post("/visits/<visit_id>")
@guard(WRITE)
def propose(visit_id: str) -> Any:
    """Propose to publish the result."""
    with current_store().writing() as session:
        visit, _, fields = steps.preview(session, visit_id)
        if body_of(visit.id, INSPECTION, 1, fields, "")[1] != request.form.get("body_hash", ""):
            raise steps.stale()
        proposal_id = steps.propose_visit(session, visit_id, signed_in().id, now())
    return redirect(url_for(".proposal", proposal_id=proposal_id), 303)


def step_name(step: str) -> str:
    """Return what a proposal wants, in words."""
    return {
        "publish": gettext("公示"),
        "correct": gettext("更正"),
        "withdraw": gettext("撤回"),
        "repair": gettext("信用修复"),
    }[step]


@blueprint.get("/proposals/<proposal_id>")
@guard(READ)
def proposal(proposal_id: str) -> str:
    """Show a proposal exactly as it would be public."""
    return _proposal(proposal_id, {})


def _proposal(proposal_id: str, errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        row = session.get(Proposal, proposal_id)
        if row is None:
            raise not_found()
        publication = session.get_one(Publication, row.publication_id)
        before = versions_of(session, publication.id)
    old, new = (before[-1].fields or {} if before else {}), row.fields or {}
    changes = [
        (title_of(publication.kind, name), old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys((*old, *new))
        if row.step == steps.CORRECT and old.get(name, "") != new.get(name, "")
    ]
    return render_template(
        "publicity/staff_proposal.html",
        row=row,
        publication=publication,
        values=shown(publication.kind, new),
        changes=changes,
        repair=repair.told(row) if row.step == steps.REPAIR else [],
        step=step_name(row.step),
        me=signed_in().id,
        errors=errors,
        opinion=request.form.get("opinion", ""),
    )


@blueprint.post("/proposals/<proposal_id>/approve")
@guard(WRITE)
def approve(proposal_id: str) -> Any:
    """Publish what was seen."""
    with current_store().writing() as session:
        row = steps.approve(session, proposal_id, request.form.get("body_hash", ""), signed_in().id, now())
    return redirect(url_for(".record", publication_id=row.id), 303)


@blueprint.post("/proposals/<proposal_id>/refuse")
@guard(WRITE)
def refuse(proposal_id: str) -> Any:
    """Refuse a proposal with an opinion, or take back one's own."""
    opinion = clean_text(request.form.get("opinion", "")).strip()[:LONGEST_REASON]
    if not opinion:
        return _proposal(proposal_id, {"opinion": gettext("请写明理由。")}), 422
    with current_store().writing() as session:
        steps.refuse(session, proposal_id, signed_in().id, opinion, now())
    return redirect(url_for(".index"), 303)


@blueprint.get("/records/<publication_id>")
@guard(READ)
def record(publication_id: str) -> str:
    """Show a record with the forms to correct and to withdraw it."""
    return _record(publication_id, {})


def _found(session: Session, publication_id: str) -> Publication:
    publication = session.get(Publication, publication_id)
    if publication is None:
        raise not_found()
    return publication


def _record(publication_id: str, errors: dict[str, str]) -> str:
    on = today()
    with current_store().reading() as session:
        publication = session.get(Publication, publication_id)
        if publication is None or publication.published_on is None:
            raise not_found()
        page = page_of(session, publication, on)
        waiting = session.scalar(
            select(Proposal).where(Proposal.publication_id == publication_id, Proposal.state == steps.OPEN)
        )
    fields = page.newest.row.fields or {}
    typed = request.form or fields
    return render_template(
        "publicity/staff_record.html",
        page=page,
        waiting=waiting,
        errors=errors,
        items=items_of(fields),
        typed=typed,
        chosen=request.form.getlist("follow_up") if request.form else fields.get("follow_up", "").split(JOINT),
        results=RESULTS,
        follow_ups=FOLLOW_UPS,
        is_inspection=publication.kind == INSPECTION,
        columns=[(name, title_of(publication.kind, name)) for name in fields],
        repairable=repair.may_end(publication, on),
        too_early=repair.too_early(publication, on) if repair.may_end(publication, on) else "",
        conditions=repair.asked(publication),
    )


def _reason(errors: dict[str, str], field: str = "reason") -> str:
    reason = clean_text(request.form.get(field, "")).strip()
    if not reason:
        errors[field] = gettext("请写明理由，理由会一并公开。")
    if len(reason) > LONGEST_REASON:
        errors[field] = gettext("理由最多 %(most)d 个字。", most=LONGEST_REASON)
    return reason


@blueprint.post("/records/<publication_id>/correct")
@guard(WRITE)
def correct(publication_id: str) -> Any:
    """Propose a corrected version."""
    errors: dict[str, str] = {}
    reason = _reason(errors)
    if not errors:
        try:
            with current_store().writing() as session:
                publication, fields, row = corrected(
                    session, publication_id, request.form, today(), current_config().secret_key
                )
                proposal_id = steps.propose(
                    session, publication, steps.CORRECT, fields, reason, signed_in().id, now(), row
                )
        except BadCorrection as error:
            errors = {name: str(localized(words)) for name, words in error.fields.items()}
        except ValueError as error:
            errors["reason"] = localized(str(error))
        else:
            return redirect(url_for(".proposal", proposal_id=proposal_id), 303)
    return _record(publication_id, errors), 422


@blueprint.post("/records/<publication_id>/withdraw")
@guard(WRITE)
def withdraw(publication_id: str) -> Any:
    """Propose to withdraw a record."""
    errors: dict[str, str] = {}
    reason = _reason(errors, "why")
    if not errors:
        try:
            with current_store().writing() as session:
                publication = _found(session, publication_id)
                proposal_id = steps.propose(session, publication, steps.WITHDRAW, None, reason, signed_in().id, now())
        except ValueError as error:
            errors["why"] = localized(str(error))
        else:
            return redirect(url_for(".proposal", proposal_id=proposal_id), 303)
    return _record(publication_id, errors), 422


@blueprint.post("/records/<publication_id>/repair")
@guard(WRITE)
def end_early(publication_id: str) -> Any:
    """Propose to end the publication of a penalty after credit repair."""
    errors: dict[str, str] = {}
    reason = _reason(errors, "because")
    typed = {name: clean_text(value) for name, value in request.form.items()}
    if not errors:
        try:
            with current_store().writing() as session:
                publication = _found(session, publication_id)
                proposal_id = repair.propose_repair(session, publication, typed, reason, signed_in().id, now())
        except repair.BadRepair as error:
            errors = {name: str(localized(words)) for name, words in error.fields.items()}
        else:
            return redirect(url_for(".proposal", proposal_id=proposal_id), 303)
    return _record(publication_id, errors), 422


@blueprint.post("/records/<publication_id>/objection")
@guard(WRITE)
def write_down(publication_id: str) -> Any:
    """Write down an objection that the enterprise brought on paper."""
    errors: dict[str, str] = {}
    words = clean_text(request.form.get("words", "")).replace("\r\n", "\n").strip()
    contact = clean_text(request.form.get("contact", "")).strip()
    if not words or len(words) > objections.LONGEST_WORDS:
        errors["words"] = gettext("请写明理由，最多 %(most)d 个字；理由会公开。", most=objections.LONGEST_WORDS)
    if not 1 <= len(contact) <= objections.LONGEST_CONTACT:
        errors["contact"] = gettext("请留电话或电子邮箱，便于答复；不会公开。")
    if errors:
        return _record(publication_id, errors), 422
    with current_store().writing() as session:
        publication = session.get(Publication, publication_id)
        if publication is None or publication.published_on is None or publication.withdrawn_on:
            raise not_found()
        row = objections.raise_objection(session, publication, words, contact, now(), signed_in().id)
        number = row.number
    return redirect(url_for("staff_objections.show", publication_id=publication_id, number=number), 303)
