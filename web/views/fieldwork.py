"""Let inspectors work on a phone at the door: their visits, the code to scan, entering, the record, the transfer of a case.

Addresses and form fields, stable (an inspector sees own visits alone; everything else is 404):

    GET  /staff/visits                            own visits
    GET  /staff/visits/<id>                       one visit with its code and, while it may be recorded, the form
    POST /staff/visits/<id>/enter                 made_at (optional)
    POST /staff/visits/<id>/record                multipart: record (UUID), after, visited_on, result-1…, note-1…, follow_ups*,
                                                  words, kept* (hashes sent before), evidence* (files), made_at (optional)
    GET, POST /staff/visits/<id>/case             to_department, reason
    GET  /staff/visits/<id>/evidence/<sha256>     the file
    GET  /staff/visits/token                      {"token", "account"} for what waits on the device
    GET  /staff/visits/worker.js                  the service worker

`enter` and `record` answer JSON to those who accept nothing else: {"state": "kept" | "conflict" | "wrong", …}.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from enforcement.publicity.national import Result
from enforcement.tasks.visits import MUST_FOLLOW, FollowUp
from web.current import current_store
from web.errors import Problem
from web.people.gate import signed_in
from web.security.body import takes_file
from web.security.guard import guard
from web.security.limits import UNLIMITED, costs
from web.services import inspection_fieldwork as fieldwork
from web.services import inspection_records as records
from web.services.inspection_evidence import LARGEST, LARGEST_TOGETHER, MOST
from web.services.refusals import noted
from web.services.self_check_forms import today
from web.store.base import now
from web.store.inspections import VisitRow
from web.ui.assets import FOLDER
from web.views.fieldwork_words import ACTS, door_address, evidence_file, origin, picture_of

blueprint = Blueprint("fieldwork", __name__, url_prefix="/staff/visits")
RECORD = "inspection.record"
DEPARTMENT_LENGTH, REASON_LENGTH = 100, 2000


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Keep visits out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("")
@guard(RECORD)
def index() -> Response:
    """List the inspector's own visits, those to make first."""
    day = today()
    with current_store().reading() as session:
        to_do, over = fieldwork.own_visits(session, signed_in().id)
        registered = fieldwork.inspector_of(session, signed_in().id) is not None
    page = render_template("fieldwork/index.html", to_do=to_do, over=over, today=day, registered=registered)
    return _carried(page, carry=True)


@blueprint.get("/worker.js")
@guard("public")
@costs(UNLIMITED)
def worker() -> Response:
    """Serve the service worker, which may look after all visits and nothing else."""
    response = send_from_directory(FOLDER / "js", "fieldwork_worker.js", mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for(".index")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/token")
@guard(RECORD)
def token() -> Response:
    """Give the form token of this session, and say whose it is, before the device sends what waits there."""
    return jsonify(token=generate_csrf(), account=signed_in().id)


@blueprint.get("/<visit_id>")
@guard(RECORD)
def show(visit_id: str) -> Response:
    """Show one visit."""
    with current_store().reading() as session:
        is_open = fieldwork.own_visit(session, visit_id, signed_in().id).state in fieldwork.TO_DO
    return _carried(_page(visit_id), carry=is_open)


@blueprint.post("/<visit_id>/enter")
@guard(RECORD)
def enter(visit_id: str) -> Any:
    """Write down that the inspector came."""
    try:
        with current_store().writing() as session:
            visit = fieldwork.own_visit(session, visit_id, signed_in().id, lock=True)
            device = records.moment_of(request.form.get("made_at", ""))
            fieldwork.enter(session, visit, signed_in().id, now(), device)
    except Problem as problem:
        if problem.status != 409:
            raise
        if _wants_json():
            return jsonify(state="conflict", message=str(problem.detail)), 409
        return _page(visit_id, notice=str(problem.detail)), 409
    if _wants_json():
        return jsonify(state="kept", receipt="")
    return redirect(url_for(".show", visit_id=visit_id, _anchor="record"), 303)


@blueprint.post("/<visit_id>/record")
@guard(RECORD)
@takes_file
def send(visit_id: str) -> Any:
    """Keep a record, once."""
    with current_store().reading() as session:
        visit = fieldwork.own_visit(session, visit_id, signed_in().id)
    written, errors = records.read_written(visit, request.form, request.files.getlist("evidence"), now())
    if written is None:
        if _wants_json():
            return jsonify(state="wrong", errors=errors), 422
        if any(file.filename for file in request.files.getlist("evidence")):
            errors.setdefault("evidence", gettext("浏览器不保留选过的文件，请重新选择。"))
        return _page(visit_id, errors=errors), 422
    try:
        with noted(current_store(), "visit.refused", visit_id, "record", signed_in().id, now()):
            row = records.keep(current_store(), visit_id, signed_in().id, written, now())
    except Problem as problem:
        if problem.status != 409:
            raise
        if _wants_json():
            return jsonify(state="conflict", message=str(problem.detail)), 409
        return _page(visit_id, notice=str(problem.detail)), 409
    if _wants_json():
        return jsonify(state="kept", receipt=fieldwork.receipt(row), evidence=row.evidence)
    return redirect(url_for(".show", visit_id=visit_id), 303)


@blueprint.get("/<visit_id>/case")
@guard(RECORD)
def ask_case(visit_id: str) -> str:
    """Ask to which department the findings go, and why."""
    return _case(visit_id, {})


@blueprint.post("/<visit_id>/case")
@guard(RECORD)
def transfer(visit_id: str) -> Any:
    """Write down the transfer."""
    department, reason = request.form.get("to_department", "").strip(), request.form.get("reason", "").strip()
    errors = {}
    if not 1 <= len(department) <= DEPARTMENT_LENGTH:
        errors["to_department"] = gettext("请填接收部门的名称，最多 %(most)d 字。", most=DEPARTMENT_LENGTH)
    if not 1 <= len(reason) <= REASON_LENGTH:
        errors["reason"] = gettext("请写明移送的事实和理由，最多 %(most)d 字。", most=REASON_LENGTH)
    if not errors:
        try:
            with current_store().writing() as session:
                visit = fieldwork.own_visit(session, visit_id, signed_in().id, lock=True)
                fieldwork.transfer_case(session, visit, department, reason, signed_in().id, now())
        except Problem as problem:
            if problem.status != 409:
                raise
            errors["to_department"] = str(problem.detail)
        else:
            return redirect(url_for(".show", visit_id=visit_id, _anchor="cases"), 303)
    return _case(visit_id, errors), 422


@blueprint.get("/<visit_id>/evidence/<sha256>")
@guard(RECORD)
def evidence(visit_id: str, sha256: str) -> Response:
    """Give a file back to those who took it."""
    with current_store().reading() as session:
        fieldwork.own_visit(session, visit_id, signed_in().id)
        return evidence_file(session, visit_id, sha256)


def _page(visit_id: str, errors: dict[str, str] | None = None, notice: str = "") -> str:
    with current_store().reading() as session:
        visit = fieldwork.own_visit(session, visit_id, signed_in().id)
        sheet = fieldwork.sheet(session, visit)
    return render_template(
        "fieldwork/visit.html",
        sheet=sheet,
        visit=visit,
        origin=origin(visit),
        address=door_address(visit),
        picture=picture_of(visit),
        form=dict(_form(visit, sheet)),
        results=list(Result),
        follow_ups=list(FollowUp),
        must=MUST_FOLLOW,
        acts=ACTS,
        errors=errors or {},
        notice=notice,
        today=today(),
        account=signed_in().id,
        limits={"one": LARGEST, "together": LARGEST_TOGETHER, "most": MOST},
        receipt=fieldwork.receipt,
        may_record=visit.state in fieldwork.TO_DO,
    )


def _form(visit: VisitRow, sheet: fieldwork.Sheet) -> Iterator[tuple[str, Any]]:
    """Yield what stands in the form: what was typed, else the record sent back, else nothing."""
    typed, last = request.form if request.method == "POST" else None, sheet.latest
    before = {each["matter"]: each for each in last.items} if last else {}
    for number, matter in enumerate(visit.matters, 1):
        for part in ("result", "note"):
            name = f"{part}-{number}"
            yield name, typed.get(name, "") if typed is not None else before.get(matter, {}).get(part, "")
    fresh = {
        "visited_on": last.visited_on.isoformat() if last else today().isoformat(),
        "words": last.words if last else "",
        "record": str(uuid4()),
        "after": str(len(sheet.records)),
    }
    for name, value in fresh.items():
        yield name, value if typed is None else typed.get(name, value)
    yield "follow_ups", typed.getlist("follow_ups") if typed is not None else last.follow_ups if last else []
    yield "kept", typed.getlist("kept") if typed is not None else list(last.evidence) if last else []


def _case(visit_id: str, errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        visit = fieldwork.own_visit(session, visit_id, signed_in().id)
        sheet = fieldwork.sheet(session, visit)
    typed = {name: request.form.get(name, "") for name in ("to_department", "reason")}
    return render_template("fieldwork/case.html", visit=visit, sheet=sheet, typed=typed, errors=errors)


def _carried(page: str, *, carry: bool) -> Response:
    """Return a page, with the mark by which the device keeps it for a day where it is still to be worked on."""
    response = make_response(page)
    if carry:
        response.headers["Huice-Carry"] = "yes"
    return response


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
