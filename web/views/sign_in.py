"""Show the door: sign in, second factor, set a password by a code, confirm before dear operations, sign out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext

from web.current import current_config, current_store
from web.i18n import safe_next
from web.people import demo, entrance
from web.people.factor import SIX_DIGITS, current_code, provisioning
from web.people.gate import HALF, signed_in
from web.people.passwords import LONGEST, SHORTEST, weakness
from web.people.present import Person, cookie_name, current_person, set_cookie
from web.reports.qr import qr_svg
from web.security.guard import guard
from web.store.people import Account

blueprint = Blueprint("sign_in", __name__, url_prefix="/staff")
NUMBER_LENGTH = 32


@blueprint.after_request
def keep_out_of_search(response: Response) -> Response:
    """Keep the pages out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/sign-in")
@guard("public")
def ask() -> str:
    """Ask for staff number and password."""
    return _door()


@blueprint.post("/sign-in")
@guard("public")
def enter() -> Any:
    """Let in by half whoever knows the password; the second factor follows."""
    number, password = _number(), request.form.get("password", "")
    secret = None
    if number and password:
        secret = entrance.sign_in(current_store(), number, password, request.remote_addr or "")
    if secret is None:
        return _door({"number": gettext("工号或密码不对。")}, number), 422
    return _let_in(secret, url_for(".ask_factor", next=_next()))


@blueprint.get("/factor")
@guard(HALF)
def ask_factor() -> Any:
    """Ask for the six digits, or show the QR code to set the authenticator up."""
    return _factor()


@blueprint.post("/factor")
@guard(HALF)
def show_factor() -> Any:
    """Let in whole whoever has the second factor."""
    person, typed = _present(), request.form.get("code", "").strip()
    secret = None
    if SIX_DIGITS.fullmatch(typed) and not person.whole:
        secret = entrance.show_factor(current_store(), person, typed, current_config().secret_key)
    if secret is None:
        return _factor({"code": gettext("验证码不对或已用过，请等下一个六位数字。")}), 422
    return _let_in(secret, _next())


@blueprint.get("/confirm")
@guard("session.own")
def ask_confirm() -> str:
    """Ask for password and code again."""
    return _confirm({})


@blueprint.post("/confirm")
@guard("session.own")
def confirm() -> Any:
    """Note the confirmation and go back."""
    typed = request.form.get("code", "").strip()
    password = request.form.get("password", "")
    if not entrance.confirm(current_store(), signed_in(), password, typed, current_config().secret_key):
        return _confirm({"password": gettext("密码或验证码不对，或验证码已用过。")}), 422
    return redirect(_next(), 303)


@blueprint.get("/password")
@guard("public")
def ask_password() -> str:
    """Ask for the code that an administrator gave, and a new password."""
    return _password({})


@blueprint.post("/password")
@guard("public")
def set_password() -> Any:
    """Set a password by a code."""
    number, code, new = _number(), request.form.get("code", "").strip(), request.form.get("password", "")
    errors = {}
    if weak := weakness(new, number):
        errors["password"] = {
            "short": gettext("密码至少 %(least)d 个字符。", least=SHORTEST),
            "long": gettext("密码最多 %(most)d 个字符。", most=LONGEST),
            "common": gettext("这个密码太容易猜，请换一个。"),
        }[weak]
    elif new != request.form.get("again", ""):
        errors["again"] = gettext("两次输入的密码不一样。")
    elif not entrance.set_password(current_store(), number, code[:100], new, request.remote_addr or ""):
        errors["number"] = gettext("工号或一次性口令不对，或口令已过期。")
    if errors:
        return _password(errors, number), 422
    return redirect(url_for(".ask"), 303)


@blueprint.post("/sign-out")
@guard(HALF)
def leave() -> Response:
    """End this session and have the browser forget everything of this site."""
    person = _present()
    entrance.end_own(current_store(), person, person.session_id)
    session.clear()
    response = make_response(redirect(url_for(".ask"), 303))
    response.delete_cookie(cookie_name(), secure=current_config().is_https, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _let_in(secret: str, target: str) -> Response:
    session.clear()  # a new token for forms, as the id is new
    response = make_response(redirect(target, 303))
    set_cookie(response, secret)
    return response


def _door(errors: dict[str, str] | None = None, number: str = "") -> str:
    accounts: list[Account] = [] if current_config().is_production else demo.shown(current_store())
    return render_template(
        "staff/sign_in.html",
        errors=errors or {},
        number=number,
        next=_next(),
        demo=accounts,
        demo_password=demo.PASSWORD,
    )


def _factor(errors: dict[str, str] | None = None) -> Any:
    person = _present()
    if person.whole:
        return redirect(_next(), 303)
    with current_store().reading() as reading:
        enrolled = reading.get_one(Account, person.id).totp_secret is not None
    secret = "" if enrolled else entrance.enrolment_secret(current_config().secret_key, person.session_id)
    picture = qr_svg(provisioning(secret, person.staff_number), gettext("验证器二维码"), 220) if secret else ""
    return render_template(
        "staff/factor.html", errors=errors or {}, next=_next(), secret=secret, picture=picture, code=_demo_code(person)
    )


def _confirm(errors: dict[str, str]) -> str:
    return render_template("staff/confirm.html", errors=errors, next=_next(), code=_demo_code(signed_in()))


def _password(errors: dict[str, str], number: str = "") -> str:
    return render_template("staff/password.html", errors=errors, number=number, least=SHORTEST)


def _demo_code(person: Person) -> str:
    return current_code(demo.SECRET) if person.demo and not current_config().is_production else ""


def _present() -> Person:
    person = current_person()
    assert person is not None  # noqa: S101  # the guard let nobody else in
    return person


def _number() -> str:
    return request.form.get("number", "").strip().upper()[:NUMBER_LENGTH]


def _next() -> str:
    asked = request.values.get("next", "")
    return safe_next(asked) if asked else url_for("staff.index")
