"""Give out the public verifier of inspection draws: a page about it with its hash, and the file itself."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template, request
from flask_babel import lazy_gettext

from enforcement.verifier import page, page_hash
from web.security.guard import guard
from web.ui.navigation import register_menu
from web.views.catalogue import shared

blueprint = Blueprint("verifier", __name__)
# The file's own policy names the hashes of its script and style, which the service's policy for its own files would refuse.
_KEPT = 300


def register(app: Flask) -> None:
    """Add the pages and their entry in the menu."""
    app.register_blueprint(blueprint)
    register_menu(app, "verifier.index", lazy_gettext("核验抽查"), 60)


@blueprint.get("/verify-draw")
@guard("public")
def index() -> str:
    """Say what can be verified, and how to tell that the verifier is the one that commitments name."""
    return render_template("verifier/index.html", hash=page_hash(), size=len(page()))


@blueprint.get("/verify-draw/verifier.html")
@guard("public")
def file() -> Response:
    """Give the file byte for byte; it brings the policy under which it runs."""
    response = Response(page(), mimetype="text/html")
    response.headers["Content-Security-Policy"] = f"{_policy()}; frame-ancestors 'none'"
    if "download" in request.args:
        response.headers.set("Content-Disposition", "attachment", filename="verifier.html")
    response.add_etag()
    response.make_conditional(request)
    return shared(response, _KEPT)


def _policy() -> str:
    """Return the policy that stands in the file."""
    return page().decode().partition('Content-Security-Policy" content="')[2].partition('"')[0]
