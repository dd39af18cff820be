"""Let staff screen a register: upload, say what the columns are, wait, see whom to call, why, and for how much, take it along."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext, lazy_gettext

from web.current import current_config, current_store
from web.errors import not_found
from web.people.present import current_person
from web.security.body import takes_file
from web.security.guard import guard
from web.security.limits import costs
from web.services import screening_jobs as jobs
from web.services.screening_columns import headings_on_offer, read_names, remembered_names, typed_names
from web.services.screening_page import COLUMNS_SHOWN, LINES_SHOWN, PAGE, listing
from web.services.self_check_forms import today
from web.store.screenings import DONE, READ, UNDER_WAY, Screening, all_screenings, find_screening

blueprint = Blueprint("screening", __name__, url_prefix="/staff/screening")
SCREEN, SEE = "batch.screen", "batch.export"  # operations of the table of rights
REFRESH_SECONDS = 4
EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NEXT = {
    "eligible": lazy_gettext("可通知企业申报"),
    "needs_review": lazy_gettext("需人工核定"),
    "needs_info": lazy_gettext("请企业补充资料"),
}


def register(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Keep registers out of search engines and of every cache."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def owner() -> str:
    """Return whose screenings these are."""
    person = current_person()
    return person.id if person else ""


def _found(screening_id: str) -> Screening:
    with current_store().reading() as session:
        row = find_screening(session, screening_id, owner())
    if row is None:
        raise not_found()
    return row


@blueprint.get("")
@guard(SCREEN)
def index() -> str:
    """Show the form for a register, and the screenings there are."""
    return _index({})


def _index(errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        rows = all_screenings(session, owner())
    day = request.form.get("day", today().isoformat())
    return render_template("screening/index.html", rows=rows, day=day, errors=errors)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@blueprint.post("")
@guard(SCREEN)
@costs("document")
@takes_file
def upload() -> Any:
    """Take a register and read its columns."""
    errors = {}
    day = _day(request.form.get("day", ""))
    if day is None:
        errors["day"] = gettext("请按 2026-05-20 的样子填写日期。")
    file = request.files.get("register")
    if file is None or not file.filename:
        errors["register"] = gettext("请选择一份名册。")
    if not errors and day is not None and file is not None:
        try:
            row = jobs.receive(current_store(), current_config(), file, day, owner())
        except jobs.UnreadableRegister as error:
            errors["register"] = str(error)
        else:
            return redirect(url_for("screening.show", screening_id=row.id), 303)
    return _index(errors), 422


@blueprint.get("/<screening_id>")
@guard(SEE)
def show(screening_id: str) -> Any:
    """Show what comes next: the columns, how far the work is, or what was found."""
    row = _found(screening_id)
    if jobs.given_up(current_store(), row):
        row = _found(screening_id)
    if row.state in UNDER_WAY:
        page = render_template("screening/progress.html", row=row)
        return page, {"Refresh": str(REFRESH_SECONDS)}
    if row.state != DONE or "columns" in request.args:
        return _columns(row, typed_names(row.names), {})
    words, policy = request.args.get("q", "").strip()[:50], request.args.get("policy", "")[:100]
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    found = listing(jobs.folder_of(current_config(), row.id), policy, words, max(1, number))
    return render_template(
        "screening/result.html",
        row=row,
        found=found,
        words_asked=words,
        policy=policy,
        next=NEXT,
        shown=COLUMNS_SHOWN,
        lines_shown=LINES_SHOWN,
        size=PAGE,
    )


def _columns(row: Screening, names: dict[str, str], errors: dict[str, str]) -> str:
    offered = headings_on_offer(current_config().districts, row.as_of)
    kept: dict[str, str] = {}
    if row.state == READ and not names:
        with current_store().reading() as session:
            names = kept = remembered_names(row, all_screenings(session, owner()))
    return render_template("screening/columns.html", row=row, names=names, kept=kept, errors=errors, offered=offered)


@blueprint.post("/<screening_id>")
@guard(SCREEN)
@costs("document")
def start(screening_id: str) -> Any:
    """Begin to screen with the columns as they were said to be."""
    row = _found(screening_id)
    typed = {one["name"]: request.form.get(f"c{number}", "") for number, one in enumerate(row.columns)}
    names, errors = read_names(current_config().districts, typed)
    if errors:
        return _columns(row, typed, errors), 422
    jobs.start(current_store(), current_config(), row, names)
    return redirect(url_for("screening.show", screening_id=row.id), 303)


@blueprint.post("/<screening_id>/remove")
@guard(SCREEN)
def remove(screening_id: str) -> Any:
    """Forget a screening, its register and its results."""
    jobs.remove(current_store(), current_config(), _found(screening_id))
    return redirect(url_for("screening.index"), 303)


@blueprint.get("/<screening_id>/list.<kind>")
@guard(SEE)
@costs("document")
def export(screening_id: str, kind: str) -> Response:
    """Give the list as a table that runs nothing in a spreadsheet."""
    from matcher.vector.outreach import Outreach

    row = _found(screening_id)
    if kind not in EXPORTS or row.state != DONE:
        raise not_found()
    words, policy = request.args.get("q", "").strip()[:50], request.args.get("policy", "")[:100]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"list.{kind}"
        Outreach(jobs.folder_of(current_config(), row.id)).export(target, policy, words)
        content = io.BytesIO(target.read_bytes())
    jobs.exported(current_store(), row, kind)
    name = f"筛查名单-{row.as_of}.{kind}"
    return send_file(content, mimetype=EXPORTS[kind], as_attachment=True, download_name=name)
