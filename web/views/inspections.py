"""Show planners where each task stands, and everybody the draws with all that is needed to check them.

Addresses: `/staff/inspections`; public `/inspections`, `/inspections/draws.json`, `/inspections/draws/<draw id>` and below it
`commitment.json`, `transcript.json`, `disclosure.json`, `seed.txt`, `receipt`, `trust`; `/inspections/log/checkpoint`.
"""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, render_template
from flask_babel import lazy_gettext

from enforcement.complaints import Refused
from enforcement.draw import commands
from enforcement.log.log import leaf_at
from enforcement.verifier import page_hash
from web.current import current_config, current_store
from web.errors import Problem, not_found, register_error
from web.people.gate import signed_in
from web.security.guard import guard
from web.security.limits import costs
from web.services import inspection_draw_page as page
from web.services.inspection_draws import draws_of, found_draw
from web.services.inspection_endings import reveal_overdue
from web.services.inspection_plan import found_task, tasks_of
from web.services.inspection_staffing import exchanges
from web.services.inspection_substitution import replacements
from web.services.log_witnesses import head_for, newest_head, receipt, trust
from web.store.base import now
from web.store.inspections import DrawRow
from web.store.log import ZONE, SqlLog
from web.ui.navigation import register_menu
from web.views.inspection_lists import RIGHT, TITLES, keep_private
from web.views.inspection_words import STATES, approver_words, cause_words, heading, reason_words

staff = Blueprint("inspection_desk", __name__, url_prefix="/staff/inspections")
staff.after_request(keep_private)
public = Blueprint("inspections", __name__, url_prefix="/inspections")


def register(app: Flask) -> None:
    """Add the pages, their entry in the menu, and how a refusal of the draw protocol is told."""
    app.register_blueprint(staff)
    app.register_blueprint(public)
    app.jinja_env.globals.update(
        draw_states=STATES,
        heading=heading,
        cause_words=cause_words,
        reason_words=reason_words,
        approver_words=approver_words,
    )
    register_menu(app, "inspections.index", lazy_gettext("双随机抽查"), 55)
    register_error(app, Refused, lambda error: Problem(409, error.complaints[0].code, str(error)))


@staff.get("")
@guard(RIGHT)
def desk() -> str:
    """Show the tasks with their state, what comes next, and who must act."""
    at = now()
    with current_store().reading() as session:
        rows = []
        for task in tasks_of(session):
            draws = draws_of(session, task.id)
            last = draws[-1] if draws else None
            rows.append((task, last, page.standing(last, at) if last else None))
    return render_template("inspections/desk.html", rows=rows, me=signed_in().id, titles=TITLES)


@public.get("")
@guard("public")
def index() -> str:
    """List the draws, the newest first."""
    at = now()
    with current_store().reading() as session:
        on = at.astimezone(ZONE).date()
        rows = [
            (row, task, page.standing(row, at), _counts(row), reveal_overdue(row, on))
            for row, task in page.public_draws(session)
        ]
    return render_template("inspections/index.html", rows=rows)


def _counts(row: DrawRow) -> tuple[int, int]:
    """Return how many could be drawn and how many are."""
    plan = commands.read_committed(row.commitment or b"")
    return int(str(dict(plan.main.frame)["size"])), sum(stratum.n for stratum in plan.main.strata)


@public.get("/draws.json")
@guard("public")
@costs("search")
def draws_json() -> Response:
    """Give the draws as open data."""
    at = now()
    with current_store().reading() as session:
        rows = page.public_draws(session)
    told = []
    for row, task in rows:
        frame, drawn = _counts(row)
        told.append(
            {
                "id": row.id,
                "draw": row.draw,
                "attempt": row.attempt,
                "task": task.name,
                "state": page.standing(row, at).state.value,
                "commit": row.commit_hash,
                "committed_at": row.committed_at.isoformat() if row.committed_at else "",
                "log_number": row.leaf,
                "frame": frame,
                "to_draw": drawn,
                "result": row.result or "",
            }
        )
    return _json(json.dumps({"draws": told}, ensure_ascii=False, indent=1).encode())


def _found(draw_id: str) -> DrawRow:
    with current_store().reading() as session:
        row = found_draw(session, draw_id)
    if not page.is_public(row):
        raise not_found()
    return row


@public.get("/draws/<draw_id>")
@guard("public")
def show(draw_id: str) -> str:
    """Show a draw: what was committed and when, the numbers, the result, and how to check all of it."""
    at, row = now(), _found(draw_id)
    with current_store().reading() as session:
        task, attempts = found_task(session, row.task_id), draws_of(session, row.task_id)
        replaced = replacements(session, page.visits_of(session, draw_id))
        exchanged = exchanges(session, draw_id)
        leaf = leaf_at(SqlLog(session), row.leaf).decode() if row.leaf is not None else ""
    commitment = commands.read_committed(row.commitment or b"")
    return render_template(
        "inspections/draw.html",
        row=row,
        task=task,
        standing=page.standing(row, at),
        attempts=[each for each in attempts if page.is_public(each)],
        commitment=commitment,
        lists=page.lists_of(page.case_of(row)),
        sources=page.sources_of(row, at),
        drawn=page.drawn_units(row),
        strata=page.strata_of(row),
        exchanged=exchanged,
        overdue=reveal_overdue(row, at.astimezone(ZONE).date()),
        written=page.transcript_of(row),
        leaf=leaf,
        is_witnessed=row.leaf is not None and head_for(current_config().home, row.leaf) is not None,
        replaced=replaced,
        verifier=dict(commitment.rest).get("verifier", ""),
        current_verifier=page_hash(),
    )


def _json(data: bytes, name: str = "") -> Response:
    response = Response(data, content_type="application/json; charset=utf-8")
    if name:
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@public.get("/draws/<draw_id>/<part>.json")
@guard("public")
@costs("document")
def part(draw_id: str, part: str) -> Response:
    """Give the commitment, the transcript, or the disclosure that a verifier reads, byte for byte."""
    row = _found(draw_id)
    name = f"{row.draw}-{row.attempt}-{part}.json"
    if part == "commitment":
        return _json(row.commitment or b"", name)
    if row.transcript is None:
        raise not_found()
    if part == "transcript":
        return _json(row.transcript, name)
    if part == "disclosure":
        with current_store().reading() as session:
            attempts = draws_of(session, row.task_id)
        return _json(page.disclosure_of(attempts, row), name)
    raise not_found()


@public.get("/draws/<draw_id>/seed.txt")
@guard("public")
def seed(draw_id: str) -> Response:
    """Give the text whose hash is the seed."""
    row = _found(draw_id)
    if row.transcript is None or row.opened is None:
        raise not_found()
    text = commands.seed(row.commitment or b"", row.opened).text
    return Response(text, content_type="text/plain; charset=utf-8")


@public.get("/draws/<draw_id>/receipt")
@guard("public")
@costs("document")
def proof(draw_id: str) -> Response:
    """Give the receipt of the commitment's leaf in the log, to be checked offline."""
    row = _found(draw_id)
    if row.leaf is None:
        raise not_found()
    response = Response(
        receipt(current_store(), current_config().home, row.leaf), content_type="text/plain; charset=utf-8"
    )
    response.headers.set("Content-Disposition", "attachment", filename=f"{row.draw}-{row.attempt}.tlog-proof")
    return response


@public.get("/draws/<draw_id>/trust")
@guard("public")
def trusted(draw_id: str) -> Response:
    """Give the public key of the log, as `huice log check` reads it."""
    _found(draw_id)
    return Response(trust(current_config().home), content_type="text/plain; charset=utf-8")


@public.get("/log/checkpoint")
@guard("public")
@costs("document")
def checkpoint() -> Response:
    """Give the newest signed head of the log, with its cosignatures, for anybody to keep."""
    return Response(newest_head(current_store(), current_config().home), content_type="text/plain; charset=utf-8")
