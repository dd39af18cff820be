"""Let two planners take a draw through its life, each step by the page of the draw.

Addresses: `/staff/inspections/tasks/<task>/prepare` (GET, POST fields `strata` risk|one, `rate_A` … `rate_D`, `rate_ALL`, `k_<dept>`,
`lead_<dept>`, `share_<dept>`, `joint` together|nested|apart, `reserve`, `weights`,
`window_from`, `window_to`, `not_before`, `source_1_kind`, `source_1_name`, `source_1_at` … `_3_…`, `excluded`,
`secrecy` open|sealed, `party_1`, `seal_1`, `party_2`, `seal_2`, `reveal_by`); `/staff/inspections/draws/<draw id>` and below it
`freeze` (POST field `commit`), `source` (POST fields `name`, `value`, `url`, `sha256`, `instead`, `notice_url`, `notice_sha256`),
`run` (GET, POST; the first asks, the second signs; `salt_<party>`), `void` (GET, POST fields `reason`, `approver`),
`lists.json` (the case as prepared), `reveal` (GET, POST `salt_<party>`, of sealed draws), `advance` (POST).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask_babel import gettext

from enforcement.complaints import Refused
from enforcement.draw.life import Approver, State
from enforcement.draw.sources import Evidence, Value
from enforcement.tasks.lists import Risk
from web.current import current_config, current_store
from web.errors import Problem
from web.people.gate import signed_in
from web.security.guard import guard
from web.security.limits import costs
from web.services import inspection_draw_page as page
from web.services import inspection_draws as draws
from web.services import inspection_endings as endings
from web.services.inspection_frame import PARTIES, defaults, departments, items_of, prepare
from web.services.inspection_plan import found_task
from web.services.inspection_registers import all_matters
from web.services.inspection_scope import in_scope, read_scope
from web.services.inspection_sources import PLACES
from web.services.inspection_values import is_digest
from web.services.refusals import noted
from web.store.base import now
from web.store.inspections import WAITING
from web.views.inspection_lists import RIGHT, keep_private
from web.views.inspection_words import APPROVERS, REASONS, SOURCES

blueprint = Blueprint("inspection_draws", __name__, url_prefix="/staff/inspections")
blueprint.after_request(keep_private)
RUN, AMEND = "draw.run", "draw.amend"


def register(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/tasks/<task_id>/prepare")
@guard(RIGHT)
def ask(task_id: str) -> str:
    """Ask how a task is to be drawn."""
    return _form(task_id, None, {})


def _form(task_id: str, typed: dict[str, str] | None, errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        task, matters = found_task(session, task_id), all_matters(session)
        number, draft = draws.next_attempt(session, task)
        depts = [(unit, dept, items_of(task, unit, matters)) for unit, dept in departments(session, task).items()]
        listed = in_scope(session, read_scope(task.objects))
        said = defaults(session, task) if typed is None else typed
    sizes = {risk.name: sum(row.risk == risk.value for row in listed) for risk in Risk}
    return render_template(
        "inspections/prepare.html",
        task=task,
        number=number,
        draft=draft,
        depts=depts,
        sizes=sizes,
        typed=said,
        errors=errors,
        kinds=SOURCES,
        places=PLACES,
        parties=PARTIES,
        reasons=REASONS,
        risks=list(Risk),
    )


@blueprint.post("/tasks/<task_id>/prepare")
@guard(RIGHT)
@costs("document")
def save(task_id: str) -> Any:
    """Prepare the lists of a draw, which another planner then looks at and freezes."""
    typed = {name: value.strip() for name, value in request.form.items() if name != "csrf_token"}
    at, me, draw_id = now(), signed_in().id, ""
    with current_store().reading() as session:
        task = found_task(session, task_id)
        number, _ = draws.next_attempt(session, task)
        prepared = prepare(session, task, number, typed, me, at, current_config().yearly_visits or None)
    if not prepared.errors:
        with current_store().writing() as session:
            task = found_task(session, task_id)
            if draws.next_attempt(session, task)[0] != number:
                raise Problem(409, "stale")
            draw_id = draws.save_draft(session, task, prepared.case, me, at)
    if prepared.errors:
        return _form(task_id, typed, prepared.errors), 422
    return redirect(url_for(".show", draw_id=draw_id), 303)


@blueprint.get("/draws/<draw_id>")
@guard(RIGHT)
def show(draw_id: str) -> str:
    """Show where a draw stands, its lists and hashes, and the step that comes next."""
    return _show(draw_id, {}, {})


def _show(draw_id: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    at = now()
    with current_store().reading() as session:
        row = draws.found_draw(session, draw_id)
        task, visits = found_task(session, row.task_id), page.visits_of(session, draw_id)
    me, case = signed_in().id, page.case_of(row)
    is_frozen = row.commitment is not None
    shown = None if is_frozen else draws.proposed(row, me if me != row.prepared_by else "second-person")
    return render_template(
        "inspections/staff_draw.html",
        row=row,
        task=task,
        case=case,
        lists=page.lists_of(case),
        standing=page.standing(row, at),
        states=State,
        shown=shown,
        me=me,
        sources=page.sources_of(row, at) if is_frozen else [],
        drawn=page.drawn_units(row),
        strata=page.strata_of(row),
        visits=visits,
        owes=endings.owes_reveal(row),
        typed=typed,
        errors=errors,
    )


@blueprint.get("/draws/<draw_id>/lists.json")
@guard(RIGHT)
@costs("document")
def case_file(draw_id: str) -> Response:
    """Give plan and lists as they were prepared, to be looked at before signing."""
    with current_store().reading() as session:
        row = draws.found_draw(session, draw_id)
    response = Response(row.case, content_type="application/json; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{row.draw}-{row.attempt}-lists.json")
    return response


@blueprint.post("/draws/<draw_id>/freeze")
@guard(RIGHT)
@costs("document")
def freeze(draw_id: str) -> Any:
    """Sign the lists as the second person: the commitment goes into the log."""
    with _noted(draw_id, "freeze"):
        draws.freeze(current_store(), draw_id, signed_in().id, request.form.get("commit", ""), now)
    return redirect(url_for(".show", draw_id=draw_id), 303)


@blueprint.post("/draws/<draw_id>/source")
@guard(RIGHT)
def source(draw_id: str) -> Any:
    """Enter what a source said, with its evidence."""
    typed = {name: request.form.get(name, "").strip() for name in ("name", "value", "url", "sha256", "instead")}
    typed |= {name: request.form.get(name, "").strip() for name in ("notice_url", "notice_sha256")}
    errors = _source_errors(typed)
    if not errors:
        notice = Evidence(typed["notice_url"], typed["notice_sha256"].lower()) if typed["notice_url"] else None
        evidence = (Evidence(typed["url"], typed["sha256"].lower()),) if typed["url"] else ()
        value = Value(typed["name"], typed["value"], typed["instead"] or None, notice, evidence)
        try:
            with _noted(draw_id, "source"), current_store().writing() as session:
                draws.learn(session, draw_id, signed_in().id, value, now())
        except Refused as refused:
            errors = {"value": str(refused)}
    if errors:
        return _show(draw_id, typed, errors), 422
    return redirect(url_for(".show", draw_id=draw_id), 303)


def _source_errors(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not typed["value"]:
        errors["value"] = gettext("请填写公布的值。")
    on_site = typed["name"].startswith("dice.")
    if not on_site and not typed["url"]:
        errors["url"] = gettext("请填写公布该值的网址。")
    for url, digest in (("url", "sha256"), ("notice_url", "notice_sha256")):
        if typed[url] and not typed[url].startswith(("http://", "https://")):
            errors[url] = gettext("网址应以 http:// 或 https:// 开头。")
        text = typed[digest].lower()
        if bool(typed[url]) != bool(text) or (text and not is_digest(text)):
            errors[digest] = gettext("请填写网页存档的 SHA-256：64 位十六进制数，与网址成对。")
    return errors


@blueprint.get("/draws/<draw_id>/run")
@guard(RUN)
def ask_run(draw_id: str) -> str:
    """Show what asking for, or signing, the draw means."""
    return _run(draw_id, {})


def _run(draw_id: str, errors: dict[str, str]) -> str:
    at = now()
    with current_store().reading() as session:
        row = draws.found_draw(session, draw_id)
        task = found_task(session, row.task_id)
    commitment = draws.commitment_of(row)
    return render_template(
        "inspections/run.html",
        row=row,
        task=task,
        commitment=commitment,
        sources=page.sources_of(row, at),
        standing=page.standing(row, at),
        missing=draws.missing_sources(row),
        states=State,
        me=signed_in().id,
        errors=errors,
    )


@blueprint.post("/draws/<draw_id>/run")
@guard(RUN)
@costs("document")
def run(draw_id: str) -> Any:
    """Ask for the draw, or sign and run it as the second person."""
    me, at = signed_in().id, now()
    try:
        with current_store().reading() as session:
            is_asked = draws.found_draw(session, draw_id).asked_by is not None
        with _noted(draw_id, "run"):
            if is_asked:
                draws.run(current_store(), draw_id, me, _salts(), at)
            else:
                with current_store().writing() as session:
                    draws.ask_run(session, draw_id, me, at)
    except Refused as refused:
        return _run(draw_id, {"salts": str(refused)}), 422
    return redirect(url_for(".show", draw_id=draw_id), 303)


@blueprint.get("/draws/<draw_id>/reveal")
@guard(RUN)
def ask_reveal(draw_id: str) -> str:
    """Ask for the salts of a sealed draw, from those who hold them."""
    return _reveal(draw_id, {})


def _reveal(draw_id: str, errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        row = draws.found_draw(session, draw_id)
        task, visits = found_task(session, row.task_id), page.visits_of(session, draw_id)
    commitment = draws.commitment_of(row)
    return render_template(
        "inspections/reveal.html",
        row=row,
        task=task,
        commitment=commitment,
        owes=endings.owes_reveal(row),
        waiting=sum(visit.state == WAITING for visit in visits),
        errors=errors,
    )


@blueprint.post("/draws/<draw_id>/reveal")
@guard(RUN)
@costs("document")
def reveal(draw_id: str) -> Any:
    """Publish salts and transcript of a sealed draw."""
    try:
        with _noted(draw_id, "reveal"), current_store().writing() as session:
            endings.reveal(session, draw_id, signed_in().id, _salts(), now())
    except Refused as refused:
        return _reveal(draw_id, {"salts": str(refused)}), 422
    return redirect(url_for(".show", draw_id=draw_id), 303)


def _noted(draw_id: str, step: str) -> AbstractContextManager[None]:
    return noted(current_store(), "draw.refused", draw_id, step, signed_in().id, now())


def _salts() -> dict[str, str]:
    return {name[5:]: value.strip().lower() for name, value in request.form.items() if name.startswith("salt_")}


@blueprint.post("/draws/<draw_id>/advance")
@guard(RIGHT)
def advance(draw_id: str) -> Any:
    """Take a draw one step on, once its visits are reviewed, or public."""
    with current_store().writing() as session:
        endings.advance(session, draw_id, signed_in().id, now())
    return redirect(url_for(".show", draw_id=draw_id), 303)


@blueprint.get("/draws/<draw_id>/void")
@guard(AMEND)
def ask_void(draw_id: str) -> str:
    """Ask why an attempt is to be voided, or show what the second person signs."""
    return _void(draw_id, {}, {})


def _void(draw_id: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        row = draws.found_draw(session, draw_id)
        task = found_task(session, row.task_id)
    return render_template(
        "inspections/void.html",
        row=row,
        task=task,
        standing=page.standing(row, now()),
        states=State,
        approvers=APPROVERS,
        me=signed_in().id,
        typed=typed,
        errors=errors,
    )


@blueprint.post("/draws/<draw_id>/void")
@guard(AMEND)
def void(draw_id: str) -> Any:
    """Ask for an attempt to be voided, or void it as the second person."""
    me, at = signed_in().id, now()
    typed = {name: request.form.get(name, "").strip() for name in ("reason", "approver")}
    if typed["approver"] and typed["approver"] not in {each.value for each in Approver}:
        raise Problem(422, "approver", gettext("请从列表中选择。"))
    try:
        with _noted(draw_id, "void"), current_store().writing() as session:
            row = draws.found_draw(session, draw_id)
            if row.voided and row.state != State.VOID.value:
                endings.sign_void(session, draw_id, me, at)
            else:
                endings.ask_void(session, draw_id, me, typed["reason"][:500], typed["approver"], at)
    except Refused as refused:
        place = "approver" if refused.complaints[0].code == "void-approver" else "reason"
        return _void(draw_id, typed, {place: str(refused)}), 422
    return redirect(url_for(".ask_void", draw_id=draw_id), 303)
