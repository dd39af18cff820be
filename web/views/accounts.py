"""Show security administrators the accounts, and let them act in pairs."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext

from web.current import current_store
from web.errors import Problem
from web.people import accounts
from web.people.gate import signed_in
from web.people.present import roles_of
from web.people.rights import rights
from web.security.guard import guard

blueprint = Blueprint("accounts", __name__, url_prefix="/staff/accounts")
_NUMBER = re.compile(r"[0-9A-Z-]{1,32}")


@blueprint.after_request
def keep_out_of_search(response: Response) -> Response:
    """Keep the pages out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("")
@guard("accounts.manage")
def index() -> str:
    """List the accounts, and offer to make one."""
    return _list({}, "", "")


@blueprint.post("")
@guard("accounts.manage")
def create() -> Any:
    """Make an account and show, once, the code for its person."""
    number, name = request.form.get("number", "").strip().upper(), request.form.get("name", "").strip()
    errors = {}
    if not _NUMBER.fullmatch(number):
        errors["number"] = gettext("工号请用 1 到 32 个字母、数字、横线。")
    if not 1 <= len(name) <= 64:
        errors["name"] = gettext("姓名请用 1 到 64 个字。")
    if not errors:
        try:
            account_id, code = accounts.create(current_store(), signed_in().id, number, name)
        except Problem as problem:
            errors["number"] = str(problem.detail)
        else:
            return _one(account_id, code)
    return _list(errors, number, name), 422


@blueprint.get("/<account_id>")
@guard("accounts.manage")
def show(account_id: str) -> str:
    """Show one account."""
    return _one(account_id)


@blueprint.post("/<account_id>/roles")
@guard("accounts.manage")
def propose(account_id: str) -> Response:
    """Propose a role."""
    accounts.propose(current_store(), signed_in().id, account_id, request.form.get("role", ""))
    return _back(account_id)


@blueprint.post("/roles/<grant_id>/agree")
@guard("accounts.manage")
def agree(grant_id: str) -> Response:
    """Agree to a proposed role."""
    return _back(accounts.agree(current_store(), signed_in().id, grant_id))


@blueprint.post("/roles/<grant_id>/end")
@guard("accounts.manage")
def withdraw(grant_id: str) -> Response:
    """End a role or a proposal."""
    return _back(accounts.withdraw(current_store(), signed_in().id, grant_id))


@blueprint.post("/<account_id>/disable")
@guard("accounts.manage")
def disable(account_id: str) -> Response:
    """Shut an account."""
    accounts.disable(current_store(), signed_in().id, account_id)
    return _back(account_id)


@blueprint.post("/<account_id>/enable")
@guard("accounts.manage")
def enable(account_id: str) -> Response:
    """Open an account again."""
    accounts.enable(current_store(), signed_in().id, account_id)
    return _back(account_id)


@blueprint.post("/<account_id>/reset")
@guard("accounts.manage")
def reset(account_id: str) -> str:
    """Forget password and second factor and show, once, the code for a new one."""
    return _one(account_id, accounts.reset(current_store(), signed_in().id, account_id))


@blueprint.post("/<account_id>/sessions")
@guard("sessions.end")
def end_sessions(account_id: str) -> Response:
    """End the sessions of an account."""
    accounts.end_sessions(current_store(), signed_in().id, account_id)
    return _back(account_id)


@blueprint.post("/<account_id>/unlock")
@guard("sessions.end")
def unlock(account_id: str) -> Response:
    """Forget failed attempts."""
    accounts.unlock(current_store(), signed_in().id, account_id)
    return _back(account_id)


def _back(account_id: str) -> Response:
    return redirect(url_for(".show", account_id=account_id), 303)  # type: ignore[return-value]


def _list(errors: dict[str, str], number: str, name: str) -> str:
    rows = [(account, sorted(roles_of(account))) for account in accounts.everybody(current_store())]
    return render_template(
        "staff/accounts.html", rows=rows, roles=rights().roles, errors=errors, number=number, name=name
    )


def _one(account_id: str, code: str = "") -> str:
    account = accounts.one(current_store(), account_id)
    names = {each.id: each.staff_number for each in accounts.everybody(current_store())}
    return render_template(
        "staff/account.html",
        account=account,
        grants=[grant for grant in account.grants if grant.ended_at is None],
        roles=rights().roles,
        choices=accounts.STAFF_ROLES,
        names=names,
        code=code,
        me=signed_in().id,
    )
