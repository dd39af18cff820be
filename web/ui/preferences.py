"""Let a visitor choose language and type size, and say how the service can be used by everybody."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from web.errors import not_found
from web.i18n import COOKIE, LANGUAGES, safe_next, set_preference
from web.security.guard import guard

blueprint = Blueprint("preferences", __name__)
SIZE_COOKIE = "huice_size"
SIZES = ("normal", "large")


def type_size() -> str:
    """Return `large` in 长者版, else `normal`."""
    size = request.cookies.get(SIZE_COOKIE, "")
    return size if size in SIZES else "normal"


@blueprint.get("/lang/<code>")
@guard("public")
def choose_language(code: str) -> Response:
    """Keep the language and go back to the page."""
    if code not in LANGUAGES:
        raise not_found()
    g.language_asked = False  # a ?lang= in this address does not override the choice
    response = redirect(safe_next(request.args.get("next")), 303)
    set_preference(response, COOKIE, code)  # type: ignore[arg-type]
    return response


@blueprint.get("/size/<name>")
@guard("public")
def choose_size(name: str) -> Response:
    """Keep the type size and go back to the page."""
    if name not in SIZES:
        raise not_found()
    response = redirect(safe_next(request.args.get("next")), 303)
    set_preference(response, SIZE_COOKIE, name)  # type: ignore[arg-type]
    return response


@blueprint.get("/accessibility")
@guard("public")
def accessibility() -> str:
    """Show how to use the pages by keyboard, by ear, in large type."""
    return render_template("layout/accessibility.html")
