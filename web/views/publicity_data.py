"""Give published results to programs: open data with its dictionary, and an Atom feed.

Addresses: `/publicity/data`, `/publicity/data.csv|json` (GET fields `from`, `to`), `/publicity/dictionary.csv`,
`/publicity/feed.atom`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from enforcement.publicity.feed import atom
from enforcement.publicity.open_data import as_csv, as_json, dictionary_csv
from web.current import current_store
from web.errors import Problem, not_found
from web.security.guard import guard
from web.security.limits import costs
from web.services.publicity_exports import OPEN_FIELDS, NothingToExport, feed_entries, open_rows
from web.services.self_check_forms import today
from web.views.catalogue import address, host

blueprint = Blueprint("publicity_data", __name__, url_prefix="/publicity")
AUTHORITY = "惠策"
EMPTY_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@blueprint.get("/data")
@guard("public")
def index() -> str:
    """Show what can be downloaded and what each field means."""
    return render_template("publicity/data.html", fields=OPEN_FIELDS)


def _day(name: str) -> date | None:
    typed = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Problem(400, "bad_day", gettext("请按 2026-05-20 的样子填写日期。")) from None


@blueprint.get("/data.<kind>")
@guard("public")
@costs("document")
def data(kind: str) -> Response:
    """Give the published results, one row for each matter."""
    if kind not in ("csv", "json"):
        raise not_found()
    with current_store().reading() as session:
        try:
            rows = open_rows(session, today(), _day("from"), _day("to"))
        except NothingToExport as error:
            raise Problem(400, "too_many_rows", str(error)) from None
    if kind == "csv":
        return _file(as_csv(OPEN_FIELDS, rows), "text/csv; charset=utf-8", "inspections.csv")
    return _file(as_json(OPEN_FIELDS, rows), "application/json", "inspections.json")


@blueprint.get("/dictionary.csv")
@guard("public")
def dictionary() -> Response:
    """Give the data dictionary."""
    return _file(dictionary_csv(OPEN_FIELDS), "text/csv; charset=utf-8", "inspections-dictionary.csv")


@blueprint.get("/feed.atom")
@guard("public")
@costs("search")
def feed() -> Response:
    """Give what was published, corrected or withdrawn last."""
    base = f"tag:{host()},2026:publicity"
    with current_store().reading() as session:
        entries = feed_entries(
            session,
            today(),
            lambda id_, number: f"{base}/{id_}/{number}",
            lambda id_: address("publicity.show", publication_id=id_),
        )
    title = "检查、许可和处罚公示"
    data = atom(base, title, address("publicity_data.feed"), AUTHORITY, entries, EMPTY_SINCE)
    return Response(data, content_type="application/atom+xml; charset=utf-8")


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.add_etag()
    response.make_conditional(request)
    return response
