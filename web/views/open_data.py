"""Give the catalogue to programs: open data with its dictionary, the map of the site, what robots may read."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request
from flask_babel import lazy_gettext

from web.errors import Problem
from web.security.guard import guard
from web.security.limits import UNLIMITED, costs
from web.services.catalogue import Catalogue, Entry
from web.services.catalogue_filters import listing, read_filters
from web.services.catalogue_open_data import FIELDS, MORE_FIELDS, as_document, as_table
from web.services.self_check_forms import today
from web.ui.navigation import register_menu
from web.views.catalogue import address, catalogue, shared

blueprint = Blueprint("open_data", __name__)
KEPT = 300
ROBOTS = """User-agent: *
Disallow: /api/
Disallow: /results/
Disallow: /s/
Disallow: /self-check/
Disallow: /policies?
Disallow: /search
Sitemap: {sitemap}
"""


def register(app: Flask) -> None:
    """Add the pages and their entry in the menu."""
    app.register_blueprint(blueprint)
    register_menu(app, "open_data.index", lazy_gettext("数据开放"), 40)


@blueprint.get("/open-data")
@guard("public")
def index() -> str:
    """Show what can be downloaded and what each field means."""
    found = catalogue()
    return render_template(
        "catalogue/open_data.html",
        fields=[(name, meaning) for name, meaning, _ in FIELDS],
        more=MORE_FIELDS,
        count=len(found.entries),
        bundle=found.bundle.hash,
        today=found.on,
        json_address=address("open_data.policies_json"),
    )


@blueprint.get("/open-data/policies.json")
@guard("public")
@costs("search")
def policies_json() -> Response:
    """Give the programs with their clauses."""
    found, entries = _asked()
    addresses = {entry.id: address("catalogue.program", policy_id=entry.id) for entry in entries}
    text = json.dumps(as_document(found, entries, addresses), ensure_ascii=False, indent=1)
    return _download(text, "application/json", "huice-policies.json")


@blueprint.get("/open-data/policies.csv")
@guard("public")
@costs("search")
def policies_csv() -> Response:
    """Give the programs as a table for Excel."""
    return _download(as_table(_asked()[1]), "text/csv", "huice-policies.csv")


def _asked() -> tuple[Catalogue, tuple[Entry, ...]]:
    """Return the programs that the filters of the list let pass; without filters every program, ended ones too."""
    filters = read_filters(request.args, today())
    if filters.errors:
        raise Problem(400, "bad_day", detail=filters.errors["on"])
    found = catalogue(filters.on)
    return found, listing(found, filters).found if request.args else found.entries


def _download(text: str, kind: str, name: str) -> Response:
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers.set("Content-Disposition", "inline" if kind == "application/json" else "attachment", filename=name)
    response.add_etag()
    response.make_conditional(request)
    return shared(response, KEPT)


@blueprint.get("/sitemap.xml")
@guard("public")
def sitemap() -> Response:
    """List the pages that a search engine should know."""
    pages: list[Any] = [address(name) for name in _PAGES]
    pages += [address("catalogue.program", policy_id=entry.id) for entry in catalogue().entries]
    return shared(Response(render_template("catalogue/sitemap.xml", pages=pages), mimetype="application/xml"), 3600)


_PAGES = (
    "home.index",
    "self_check.start",
    "catalogue.index",
    "calendar.index",
    "open_data.index",
    "preferences.accessibility",
)


@blueprint.get("/robots.txt")
@guard("public")
@costs(UNLIMITED)
def robots() -> Response:
    """Tell robots what to leave alone: what is somebody's own, and what only repeats the pages of the map."""
    return Response(ROBOTS.format(sitemap=address("open_data.sitemap")), mimetype="text/plain")
