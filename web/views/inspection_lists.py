"""Let planners keep the two registers, the list of matters, and who must not inspect whom.

Addresses: `/staff/inspections/subjects`, `…/inspectors`, `…/matters` (GET with `q`, `page`; POST the file as `file` for a preview;
`…/store` POST fields `token`, `switch_off`), `…/<list>/export.csv|xlsx`, `…/<list>/empty.csv|xlsx`;
`/staff/inspections/conflicts` (GET; POST fields `code`, `inspector`, `basis`), `…/conflicts/remove` (POST `code`, `inspector`).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from web.current import current_config, current_store
from web.errors import Problem, not_found
from web.people.gate import signed_in
from web.security.body import takes_file
from web.security.guard import guard
from web.security.limits import costs
from web.services import inspection_lists as lists
from web.services.inspection_columns import write_lines
from web.services.inspection_conflicts import add_conflict, all_conflicts, remove_conflict
from web.services.inspection_registers import power_titles
from web.services.inspection_tables import MEDIA, MOST_ROWS, UnreadableTable, read_upload, write_table
from web.store.inspections import InspectorRow
from web.store.log import record
from web.views.inspection_words import BASES

blueprint = Blueprint("inspection_lists", __name__, url_prefix="/staff/inspections")
RIGHT = "frame.freeze"
TITLES = {
    "subjects": lazy_gettext("检查对象名录库"),
    "inspectors": lazy_gettext("执法检查人员名录库"),
    "matters": lazy_gettext("随机抽查事项清单"),
}


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Keep the pages out of search engines and of every cache."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def _listing(name: str) -> lists.Listing:
    if name not in lists.LISTINGS:
        raise not_found()
    return lists.LISTINGS[name]


def page_number() -> int:
    """Return the page that was asked for, from 1."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


@blueprint.get("/<name>")
@guard(RIGHT)
def show(name: str) -> str:
    """Show one page of a list, and the way to import."""
    return _show(_listing(name), {})


def _show(listing: lists.Listing, errors: dict[str, str]) -> str:
    words, page = request.args.get("q", "").strip()[:50], page_number()
    with current_store().reading() as session:
        count, rows = lists.find(session, listing, words, page)
        cells = list(lists.cells(session, listing, rows))
    return render_template(
        "inspections/list.html",
        listing=listing,
        title=TITLES[listing.name],
        titles=TITLES,
        count=count,
        cells=cells,
        words_asked=words,
        page=page,
        pages=max(1, -(-count // lists.PAGE)),
        errors=errors,
        most=MOST_ROWS,
        powers=power_titles() if listing.name == "matters" else {},
    )


@blueprint.post("/<name>")
@guard(RIGHT)
@costs("document")
@takes_file
def upload(name: str) -> Any:
    """Read an uploaded table and say what storing it would do, or what is wrong with it by line."""
    listing = _listing(name)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _show(listing, {"file": gettext("请选择一个 xlsx 或 csv 文件。")}), 422
    try:
        lines = read_upload(file)
    except UnreadableTable as error:
        return _show(listing, {"file": str(error)}), 422
    with current_store().reading() as session:
        found = lists.preview(session, listing, lines)
    token = "" if found.complaints else lists.keep_preview(current_config().home, signed_in().id, name, lines)
    page = render_template(
        "inspections/preview.html",
        listing=listing,
        title=TITLES[name],
        found=found,
        token=token,
        shown=_first(listing, found),
    )
    return (page, 422) if found.complaints else page


def _first(listing: lists.Listing, found: lists.Preview) -> list[list[str]]:
    return list(write_lines(listing.columns, found.values[: lists.PAGE]))


@blueprint.post("/<name>/store")
@guard(RIGHT)
@costs("document")
def store(name: str) -> Any:
    """Store a table that was looked at before."""
    listing, home, token = _listing(name), current_config().home, request.form.get("token", "")
    lines = lists.kept_preview(home, signed_in().id, name, token)
    if lines is None:
        raise Problem(410, "import_gone", gettext("上传的表格已过一小时，或已经导入。"), advice=gettext("请重新上传。"))
    with current_store().writing() as session:
        found = lists.store(session, listing, lines, signed_in().id, switch_off="switch_off" in request.form)
    if found.complaints:
        page = render_template(
            "inspections/preview.html", listing=listing, title=TITLES[name], found=found, token="", shown=[]
        )
        return page, 409
    lists.forget_preview(home, token)
    return redirect(url_for(".show", name=name), 303)


@blueprint.get("/<name>/export.<kind>")
@guard(RIGHT)
@costs("document")
def export(name: str, kind: str) -> Response:
    """Give the whole list as a table that runs nothing."""
    listing = _listing(name)
    with current_store().writing() as session:
        rows = list(lists.cells(session, listing))
        record(session, "list.export", signed_in().id, name, {"rows": len(rows)})
    return table_file(kind, str(TITLES[name]), [column.heading for column in listing.columns], rows)


@blueprint.get("/<name>/empty.<kind>")
@guard(RIGHT)
def empty(name: str, kind: str) -> Response:
    """Give a table with the headings and one example, to be filled in."""
    columns = _listing(name).columns
    return table_file(
        kind, f"{TITLES[name]}-空表", [column.heading for column in columns], [[column.example for column in columns]]
    )


def table_file(kind: str, title: str, headings: list[str], rows: list[list[str]]) -> Response:
    """Return a table for download, or 404 for a kind there is not."""
    if kind not in MEDIA:
        raise not_found()
    response = Response(write_table(kind, title, headings, rows), content_type=MEDIA[kind])
    response.headers.set("Content-Disposition", "attachment", filename=f"{title}.{kind}")
    return response


@blueprint.get("/conflicts")
@guard(RIGHT)
def conflicts() -> str:
    """Show who must not inspect whom."""
    return _conflicts({}, {})


def _conflicts(typed: dict[str, str], errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        rows = all_conflicts(session)
        people = session.execute(select(InspectorRow.id, InspectorRow.name).order_by(InspectorRow.id)).all()
    return render_template(
        "inspections/conflicts.html", rows=rows, people=people, bases=BASES, typed=typed, errors=errors
    )


@blueprint.post("/conflicts")
@guard(RIGHT)
def add() -> Any:
    """Add a pair."""
    typed = {name: request.form.get(name, "").strip() for name in ("code", "inspector", "basis")}
    with current_store().writing() as session:
        errors = add_conflict(session, typed["code"], typed["inspector"], typed["basis"], signed_in().id)
    if errors:
        return _conflicts(typed, errors), 422
    return redirect(url_for(".conflicts"), 303)


@blueprint.post("/conflicts/remove")
@guard(RIGHT)
def remove() -> Any:
    """Take a pair away."""
    with current_store().writing() as session:
        remove_conflict(session, request.form.get("code", ""), request.form.get("inspector", ""), signed_in().id)
    return redirect(url_for(".conflicts"), 303)
