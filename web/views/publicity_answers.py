"""Let an enterprise object to its result and say something to it, proven by the code it got at the visit.

Addresses: `/publicity/<id>/objection` (POST fields `code`, `words`, `contact`) leads to the private page
`/publicity/objections/<token>`, whose form `…/withdraw` (POST field `words`) takes the objection back;
`/publicity/<id>/reply` (POST fields `code`, `words`).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext

from enforcement.publicity.corrections import ObjectionState
from web.current import current_store
from web.errors import not_found
from web.i18n import localized
from web.security.guard import guard
from web.security.limits import costs
from web.security.text import clean_text
from web.services import publicity_objections as objections
from web.services.publicity_page import found
from web.services.self_check_forms import today
from web.store.base import now
from web.store.publications import Publication

blueprint = Blueprint("publicity_answers", __name__, url_prefix="/publicity")


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Keep the pages out of search engines and of every cache, and their addresses out of other sites' logs."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _record(publication_id: str) -> Publication:
    with current_store().reading() as session:
        row = found(session, publication_id, today())
    if row.visit_id is None or row.withdrawn_on:
        raise not_found()
    return row


def _page(row: Publication, template: str, errors: dict[str, str]) -> str:
    return render_template(f"publicity/{template}.html", row=row, errors=errors, typed=request.form)


def _read(row: Publication, longest: int) -> tuple[str, dict[str, str]]:
    """Return the words, and what is wrong with them and with the code."""
    errors = {}
    with current_store().reading() as session:
        if not objections.is_code_of(session, row, request.form.get("code", "")[:300]):
            errors["code"] = gettext("检查码不对。请照入企检查时给的检查码填写，或粘贴扫码打开的网址。")
    words = clean_text(request.form.get("words", "")).replace("\r\n", "\n").strip()
    if not words:
        errors["words"] = gettext("请写明内容。")
    elif len(words) > longest:
        errors["words"] = gettext("最多 %(most)d 个字。", most=longest)
    return words, errors


@blueprint.get("/<publication_id>/objection")
@guard("public")
def ask_objection(publication_id: str) -> str:
    """Show the form of an objection."""
    return _page(_record(publication_id), "objection", {})


@blueprint.post("/<publication_id>/objection")
@guard("public")
@costs("remark")
def raise_objection(publication_id: str) -> Any:
    """Take an objection and lead to its private page."""
    row = _record(publication_id)
    words, errors = _read(row, objections.LONGEST_WORDS)
    contact = clean_text(request.form.get("contact", "")).strip()
    if not 1 <= len(contact) <= objections.LONGEST_CONTACT:
        errors["contact"] = gettext("请留电话或电子邮箱，便于答复；不会公开。")
    if errors:
        return _page(row, "objection", errors), 422
    with current_store().writing() as session:
        publication = session.get_one(Publication, publication_id)
        try:
            raised = objections.raise_objection(session, publication, words, contact, now())
        except ValueError as error:
            return _page(row, "objection", {"words": localized(str(error))}), 422
        token = raised.token
    return redirect(url_for(".follow", token=token), 303)


@blueprint.get("/objections/<token>")
@guard("public")
def follow(token: str) -> str:
    """Show how far an objection is to whoever has its address."""
    return _follow(token, {})


def _follow(token: str, errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        one = objections.by_token(session, token, today())
    is_open = one.row.state in objections.OPEN_STATES
    return render_template("publicity/objection_followed.html", one=one, is_open=is_open, errors=errors)


@blueprint.post("/objections/<token>/withdraw")
@guard("public")
@costs("remark")
def take_back(token: str) -> Any:
    """Let the enterprise take its objection back."""
    words = clean_text(request.form.get("words", "")).strip()[: objections.LONGEST_WORDS]
    try:
        with current_store().writing() as session:
            row = objections.by_token(session, token, today()).row
            state = ObjectionState.WITHDRAWN
            objections.move(session, row.publication_id, row.number, state, words, objections.ENTERPRISE, now())
    except ValueError as error:
        return _follow(token, {"words": localized(str(error))}), 422
    return redirect(url_for(".follow", token=token), 303)


@blueprint.get("/<publication_id>/reply")
@guard("public")
def ask_reply(publication_id: str) -> str:
    """Show the form of a reply."""
    return _page(_record(publication_id), "reply", {})


@blueprint.post("/<publication_id>/reply")
@guard("public")
@costs("remark")
def reply(publication_id: str) -> Any:
    """Take what the enterprise says and show it beside the result."""
    row = _record(publication_id)
    words, errors = _read(row, objections.LONGEST_WORDS)
    if errors:
        return _page(row, "reply", errors), 422
    with current_store().writing() as session:
        objections.reply(session, session.get_one(Publication, publication_id), words, now())
    return redirect(url_for("publicity.show", publication_id=publication_id), 303)
