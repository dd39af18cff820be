"""Show a stored result to its owner, to those it was shared with, on paper; take what its owner says and asks."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_babel import gettext

from matcher.outcome import Change
from web.current import current_config, current_store
from web.errors import Problem, not_found
from web.reports.qr import qr_svg
from web.reports.sheet import SheetBusy, sheet_pdf
from web.security.guard import guard
from web.security.limits import costs
from web.services import results
from web.services import results_whatif as whatif
from web.services.results_page import Page, read_result, without_identity
from web.store.tables import Result
from web.views.results_words import init_words
from web.views.self_check import DRAFT, bundle

blueprint = Blueprint("results", __name__)
blueprint.record(lambda state: init_words(state.app.jinja_env))
LONGEST_REMARK = 2000
LONGEST_CONTACT = 100
# One result is one capability: no search engine, no shared cache, no address passed on to other sites.
_PRIVATE = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store"}


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Keep every page of results out of search engines and caches."""
    response.headers.update(_PRIVATE)
    return response


def _row(result_id: str) -> Result:
    row = results.find(current_store(), result_id)
    if row is None:
        raise not_found(gettext("没有这份结果，或者已经过期：请核对链接，或重新自测。"))
    return row


def _address(endpoint: str, **values: Any) -> str:
    """Return an address that works outside this site."""
    base = current_config().base_url
    return f"{base}{url_for(endpoint, **values)}" if base else url_for(endpoint, **values, _external=True)


def verification_address(row: Result) -> str:
    """Return the address that the code on the sheet leads to."""
    return _address("verification.show", number=row.number, c=results.check_code(row))


# ── the owner's page ─────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/results/<result_id>")
@guard("public")
@costs("compute")
def show(result_id: str) -> str:
    """Show the whole result."""
    return _page(_row(result_id))


def _page(row: Result, **more: Any) -> str:
    page = read_result(row)
    rules = bundle()
    given = {
        "page": page,
        "is_current": whatif.is_current(row, rules),
        "open_shares": results.open_shares(current_store(), row.id),
        "detail_url": lambda policy: url_for("results.program", result_id=row.id, policy_id=policy),
        "whatif": whatif.box_for(row, rules, request.form.get("field", "")) if whatif.is_current(row, rules) else None,
        "comparison": None,
        "share_address": "",
        "said": request.args.get("said"),
        "revoked": request.args.get("revoked"),
        "nonce": secrets.token_urlsafe(12),
        "remark": {},
        "errors": {},
    }
    return render_template("results/result.html", **(given | more))


@blueprint.get("/results/<result_id>/programs/<policy_id>")
@guard("public")
@costs("compute")
def program(result_id: str, policy_id: str) -> str:
    """Show one program of a result line by line."""
    row = _row(result_id)
    back = url_for("results.show", result_id=result_id, _anchor=f"p-{policy_id}")
    return _program_page(read_result(row), policy_id, back, results.several_changes(row, bundle(), policy_id))


def _program_page(page: Page, policy_id: str, back: str, changes: Sequence[Change] = ()) -> str:
    found = next((one for one in page.programs if one.policy == policy_id), None)
    if found is None:
        raise not_found(gettext("这份结果里没有这项政策。"))
    return render_template("results/program.html", page=page, program=found, back=back, changes=changes)


@blueprint.post("/results/<result_id>/what-if")
@guard("self-check")
@costs("compute")
def what_if(result_id: str) -> Any:
    """Show what one other figure would come to; nothing is kept."""
    row = _row(result_id)
    rules = bundle()
    if not whatif.is_current(row, rules):
        raise Problem(409, "rules_changed", gettext("规则已经更新，不能再按旧规则试算：请重新测算。"))
    asked = whatif.read_what_if(row, rules, request.form.get("field", ""), request.form.get("figure"))
    return _page(row, whatif=asked.box, comparison=asked.comparison, errors=asked.errors), 422 if asked.errors else 200


@blueprint.post("/results/<result_id>/edit")
@guard("self-check")
@costs("compute")
def edit(result_id: str) -> Any:
    """Take up the answers of a result as a new interview."""
    session[DRAFT] = results.edit_again(current_store(), bundle(), _row(result_id))
    to = "self_check.next_question" if request.form.get("to") == "next" else "self_check.answers"
    return redirect(url_for(to), 303)


@blueprint.post("/results/<result_id>/share")
@guard("public")
@costs("document")
def share(result_id: str) -> Any:
    """Make a share link and show it, once."""
    row = _row(result_id)
    secret = results.share(current_store(), row.id)
    return _page(row, share_address=_address("results.shared", secret=secret))


@blueprint.post("/results/<result_id>/revoke")
@guard("public")
def revoke(result_id: str) -> Any:
    """End every share link of a result."""
    ended = results.revoke_shares(current_store(), _row(result_id).id)
    return redirect(url_for("results.show", result_id=result_id, revoked=ended, _anchor="share"), 303)


@blueprint.post("/results/<result_id>/remark")
@guard("public")
@costs("remark")
def say(result_id: str) -> Any:
    """Keep what somebody says is wrong with a result."""
    row = _row(result_id)
    said = {name: request.form.get(name, "").strip() for name in ("policy", "message", "contact", "nonce")}
    errors = _remark_errors(said, read_result(row))
    if errors:
        return _page(row, remark=said, errors=errors, nonce=said["nonce"] or secrets.token_urlsafe(12)), 422
    results.remark(current_store(), row, said["nonce"][:64], said["policy"], said["message"], said["contact"])
    return redirect(url_for("results.show", result_id=result_id, said=1, _anchor="remark"), 303)


def _remark_errors(said: dict[str, str], page: Page) -> dict[str, str]:
    errors = {}
    if len(said["message"]) < 5:
        errors["message"] = gettext("请写明哪里不对，至少 5 个字。")
    elif len(said["message"]) > LONGEST_REMARK:
        errors["message"] = gettext("超过 %(most)d 个字：请删减。", most=LONGEST_REMARK)
    if len(said["contact"]) > LONGEST_CONTACT:
        errors["contact"] = gettext("联系方式超过 %(most)d 个字：请只留电话或邮箱。", most=LONGEST_CONTACT)
    if said["policy"] and said["policy"] not in page.titles:
        errors["policy"] = gettext("请从列表里选一项政策，或选「整份结果」。")
    return errors


# ── on paper ─────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/results/<result_id>/sheet")
@guard("public")
def sheet(result_id: str) -> str:
    """Show the sheet as it will be printed."""
    return _sheet(_row(result_id), is_pdf=False)


@blueprint.get("/results/<result_id>/sheet.pdf")
@guard("public")
@costs("document")
def pdf(result_id: str) -> Response:
    """Give the sheet as PDF."""
    row = _row(result_id)
    try:
        document = sheet_pdf(_sheet(row, is_pdf=True))
    except SheetBusy:
        raise Problem(503, "busy", headers={"Retry-After": "20"}) from None
    response = Response(document, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"{row.number}.pdf")
    return response


def _sheet(row: Result, *, is_pdf: bool) -> str:
    address = verification_address(row)
    return render_template(
        "results/sheet.html",
        page=read_result(row),
        code=results.check_code(row),
        address=address,
        qr=qr_svg(address, gettext("核验二维码")),
        is_pdf=is_pdf,
    )


# ── shared ───────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/s/<secret>")
@guard("public")
@costs("compute")
def shared(secret: str) -> str:
    """Show a result without what identifies the applicant."""
    return render_template(
        "results/shared.html",
        page=_shared_page(secret),
        detail_url=lambda policy: url_for("results.shared_program", secret=secret, policy_id=policy),
        whatif=None,
    )


@blueprint.get("/s/<secret>/programs/<policy_id>")
@guard("public")
def shared_program(secret: str, policy_id: str) -> str:
    """Show one program of a shared result line by line."""
    back = url_for("results.shared", secret=secret, _anchor=f"p-{policy_id}")
    return _program_page(_shared_page(secret), policy_id, back)


def _shared_page(secret: str) -> Page:
    row = results.find_by_share(current_store(), secret)
    if row is None:
        raise not_found(gettext("分享链接已经过期或被撤销：请向分享的人要新的链接。"))
    return without_identity(read_result(row))
