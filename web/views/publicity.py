"""Show everybody the published results, each with its versions, its proof, and what the enterprise says to it.

Addresses: `/publicity` (GET fields `name`, `code`, `task`, `result`, `from`, `to`, `kind`, `page`), `/publicity/<id>`,
`/publicity/<id>/versions/<n>.json` (the bytes whose SHA-256 is in the log), `/publicity/<id>/versions/<n>/proof` (the
receipt, for `huice log check`), `/publicity/trust` (the key to check it with).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, request, url_for
from flask_babel import lazy_gettext

from enforcement.complaints import Refused
from web.current import current_config, current_store
from web.errors import Problem, not_found
from web.security.guard import guard
from web.security.limits import costs
from web.services import log_witnesses
from web.services.publicity_page import found, page_of
from web.services.publicity_records import INSPECTION, LICENCE, PENALTY, body_of, versions_of
from web.services.publicity_search import find, read_asked, tasks_on_offer
from web.services.self_check_forms import today
from web.store.publications import Publication, PublishedVersion
from web.ui.navigation import register_menu
from web.views.publicity_words import RESULTS

blueprint = Blueprint("publicity", __name__, url_prefix="/publicity")
KIND_NAMES = {
    INSPECTION: lazy_gettext("检查结果"),
    LICENCE: lazy_gettext("行政许可"),
    PENALTY: lazy_gettext("行政处罚"),
}


# What the pages lead on to.
MORE = (
    ("publicity_data.index", lazy_gettext("下载开放数据")),
    ("publicity_deadlines.late", lazy_gettext("逾期未公示的检查")),
)
ANSWERS = (
    ("publicity_answers.ask_objection", lazy_gettext("提出异议")),
    ("publicity_answers.ask_reply", lazy_gettext("企业说明")),
)


def register(app: Flask) -> None:
    """Add the pages and their entry in the menu."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["draw_url"] = draw_url
    register_menu(app, "publicity.index", lazy_gettext("检查公示"), 35)


def offered(entries: tuple[tuple[str, Any], ...]) -> list[tuple[str, Any]]:
    """Return the entries whose pages this installation has."""
    return [(name, label) for name, label in entries if name in current_app.view_functions]


def draw_url(draw_id: str) -> str:
    """Return the address of the public page of a draw."""
    return url_for("inspections.show", draw_id=draw_id)


@blueprint.get("")
@guard("public")
@costs("search")
def index() -> Any:
    """Show the published records that meet the form."""
    on = today()
    asked = read_asked(request.args)
    with current_store().reading() as session:
        rows = find(session, asked, on)
        tasks = tasks_on_offer(session, on) if asked.kind == INSPECTION else []
    kept: dict[str, Any] = {name: value for name, value in asked.typed.items() if value}
    page = render_template(
        "publicity/index.html",
        found=rows,
        asked=asked,
        tasks=tasks,
        kinds=KIND_NAMES,
        results=RESULTS,
        more=offered(MORE),
        page_url=lambda number: url_for(".index", **kept, kind=asked.kind, page=number),
    )
    return page, 422 if asked.errors else 200


@blueprint.get("/<publication_id>")
@guard("public")
def show(publication_id: str) -> str:
    """Show one record."""
    on = today()
    with current_store().reading() as session:
        page = page_of(session, found(session, publication_id, on), on)
    kind = KIND_NAMES[page.publication.kind]
    return render_template("publicity/record.html", page=page, kind=kind, answers=offered(ANSWERS))


def _version(publication_id: str, number: int) -> tuple[Publication, PublishedVersion]:
    """Return a version that is public; of a withdrawn record that is the newest alone."""
    with current_store().reading() as session:
        publication = found(session, publication_id, today())
        rows = versions_of(session, publication_id)
    if not 1 <= number <= len(rows) or (publication.withdrawn_on and number < len(rows)):
        raise not_found()
    return publication, rows[number - 1]


@blueprint.get("/<publication_id>/versions/<int:number>.json")
@guard("public")
def body(publication_id: str, number: int) -> Response:
    """Give the very bytes that were approved and whose hash is in the log."""
    publication, row = _version(publication_id, number)
    data, _ = body_of(publication.id, publication.kind, row.number, row.fields, row.reason)
    return _file(data, "application/json", f"{publication.id}-{number}.json")


@blueprint.get("/<publication_id>/versions/<int:number>/proof")
@guard("public")
@costs("document")
def proof(publication_id: str, number: int) -> Response:
    """Give the receipt of the version's event in the log."""
    publication, row = _version(publication_id, number)
    if row.leaf is None:
        raise not_found()
    try:
        data = log_witnesses.receipt(current_store(), current_config().home, row.leaf)
    except Refused as refused:
        raise Problem(503, "log_broken", str(refused)) from None
    return _file(data, "application/octet-stream", f"{publication.id}-{number}.tlog-proof")


@blueprint.get("/trust")
@guard("public")
def trust() -> Response:
    """Give the settings with which a receipt is checked."""
    return _file(log_witnesses.trust(current_config().home).encode(), "text/plain", "huice-log-policy.txt")


def _file(data: bytes, kind: str, name: str) -> Response:
    response = Response(data, content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
