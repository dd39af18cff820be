"""Let publishers check objections step by step, in words that everybody will read.

Addresses: `/staff/publicity/objections`; `/staff/publicity/objections/<publication id>/<number>` (POST fields `state`,
`words`). An objection upheld leads on to the record's forms of correction and withdrawal, which another one approves.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from enforcement.publicity.corrections import ObjectionState
from web.current import current_store
from web.errors import not_found
from web.i18n import localized
from web.people.gate import signed_in
from web.security.guard import guard
from web.security.text import clean_text
from web.services import publicity_objections as objections
from web.services.publicity_page import page_of
from web.services.self_check_forms import today
from web.store.base import now
from web.store.publications import ObjectionRow
from web.views.staff_publicity import keep_private

blueprint = Blueprint("staff_objections", __name__, url_prefix="/staff/publicity/objections")
NEXT = {
    ObjectionState.RAISED: ((ObjectionState.CHECKING.value, lazy_gettext("开始核查")),),
    ObjectionState.CHECKING: (
        (ObjectionState.UPHELD.value, lazy_gettext("异议成立")),
        (ObjectionState.REJECTED.value, lazy_gettext("异议不成立")),
    ),
}


@blueprint.after_request
def private(response: Response) -> Response:
    """Keep the pages out of search engines and of every cache."""
    return keep_private(response)


@blueprint.get("")
@guard("publicity.read")
def index() -> str:
    """List the objections, those with a running clock first."""
    with current_store().reading() as session:
        due, done = objections.all_objections(session, today())
    return render_template("publicity/staff_objections.html", due=due, done=done)


@blueprint.get("/<publication_id>/<int:number>")
@guard("publicity.read")
def show(publication_id: str, number: int) -> str:
    """Show one objection with the step that may follow."""
    return _show(publication_id, number, {})


def _show(publication_id: str, number: int, errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        row = session.get(ObjectionRow, (publication_id, number))
        if row is None:
            raise not_found()
        one = objections.followed(session, row, today())
        page = page_of(session, one.publication, today())
    return render_template(
        "publicity/staff_objection.html",
        one=one,
        page=page,
        steps=NEXT.get(ObjectionState(row.state), ()),
        errors=errors,
        typed=request.form,
    )


@blueprint.post("/<publication_id>/<int:number>")
@guard("inspection.publish")
def step(publication_id: str, number: int) -> Any:
    """Take an objection one step on."""
    words = clean_text(request.form.get("words", "")).replace("\r\n", "\n").strip()
    state = request.form.get("state", "")
    errors = {}
    if state not in {each.value for each in (ObjectionState.CHECKING, ObjectionState.UPHELD, ObjectionState.REJECTED)}:
        errors["state"] = gettext("请选择下一步。")
    if not words or len(words) > objections.LONGEST_WORDS:
        errors["words"] = gettext("请写明理由，最多 %(most)d 个字；理由会公开。", most=objections.LONGEST_WORDS)
    if not errors:
        try:
            with current_store().writing() as session:
                objections.move(session, publication_id, number, ObjectionState(state), words, signed_in().id, now())
        except ValueError as error:
            errors["state"] = localized(str(error))
        else:
            return redirect(url_for(".show", publication_id=publication_id, number=number), 303)
    return _show(publication_id, number, errors), 422
