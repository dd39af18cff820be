"""Let planners propose and approve the tasks of a year, and everybody read the plan and the list of matters.

Addresses: `/staff/inspections/plan` (GET with `year`), `…/plan/new` (GET, POST fields `id`, `year`, `name`, `matters` (many), `kind`,
`industry`, `area`, `number`, `rate`, `way`, `tier`, `draw_on`, `done_by`, `lead`, `partners`), `…/plan/<task>/approve`, `…/cancel`
(POST); public: `/inspections/plan`, `/inspections/plan.csv`, `/inspections/matters`, `/inspections/matters.csv`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for

from enforcement.tasks.visits import TaskState
from web.current import current_store
from web.people.gate import signed_in
from web.security.guard import guard
from web.services import inspection_plan as plan
from web.services.inspection_registers import all_matters, power_titles
from web.services.inspection_values import percent_text
from web.services.self_check_forms import today
from web.views.inspection_lists import RIGHT, keep_private, table_file

staff = Blueprint("inspection_plan", __name__, url_prefix="/staff/inspections/plan")
staff.after_request(keep_private)
public = Blueprint("public_plan", __name__, url_prefix="/inspections")
MATTER_COLUMNS = (
    *("事项编号", "抽查领域", "抽查事项", "检查依据", "抽查对象", "事项类别", "抽查比例"),
    *("年度频次上限", "检查方式", "发起部门", "配合部门", "实施层级", "职权"),
)


def register(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(staff)
    app.register_blueprint(public)


def _year() -> int:
    text = request.args.get("year", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else today().year


@staff.get("")
@guard(RIGHT)
def index() -> str:
    """Show the tasks of a year with what may be done about them."""
    year = _year()
    with current_store().reading() as session:
        rows, matters = plan.tasks_of(session, year), all_matters(session)
    cells = [(row, plan.plan_cells(row, matters)) for row in rows]
    return render_template("inspections/plan.html", year=year, cells=cells, me=signed_in().id, states=TaskState)


@staff.get("/new")
@guard(RIGHT)
def ask() -> str:
    """Ask for a new task."""
    return _form({"year": str(today().year), "tier": "区级", "way": "现场检查"}, [], {})


def _form(typed: dict[str, str], chosen: list[str], errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        matters = all_matters(session)
    return render_template("inspections/task_form.html", typed=typed, chosen=chosen, errors=errors, matters=matters)


@staff.post("/new")
@guard(RIGHT)
def propose() -> Any:
    """Propose a task."""
    typed = {name: request.form.get(name, "").strip() for name in plan.FIELDS}
    chosen = request.form.getlist("matters")
    with current_store().writing() as session:
        task, year, errors = plan.read_task(session, typed, chosen)
        if task is not None and not errors:
            plan.propose(session, task, year, signed_in().id)
    if errors or task is None:
        return _form(typed, chosen, errors), 422
    return redirect(url_for(".index", year=year), 303)


@staff.post("/<task_id>/approve")
@guard(RIGHT)
def approve(task_id: str) -> Any:
    """Approve a task that somebody else proposed."""
    with current_store().writing() as session:
        plan.approve(session, task_id, signed_in().id)
        year = plan.found_task(session, task_id).year
    return redirect(url_for(".index", year=year), 303)


@staff.post("/<task_id>/cancel")
@guard(RIGHT)
def cancel(task_id: str) -> Any:
    """Take a task out of the plan."""
    with current_store().writing() as session:
        plan.cancel(session, task_id, signed_in().id)
        year = plan.found_task(session, task_id).year
    return redirect(url_for(".index", year=year), 303)


def _published() -> tuple[int, list[list[str]]]:
    year = _year()
    with current_store().reading() as session:
        matters = all_matters(session)
        return year, [plan.plan_cells(row, matters) for row in plan.tasks_of(session, year, public=True)]


@public.get("/plan")
@guard("public")
def show() -> str:
    """Show the plan of a year with the columns that agencies publish."""
    year, cells = _published()
    return render_template("inspections/public_plan.html", year=year, cells=cells, columns=plan.PLAN_COLUMNS)


@public.get("/plan.csv")
@guard("public")
def plan_csv() -> Response:
    """Give the plan of a year as csv."""
    year, cells = _published()
    return table_file("csv", f"{year}年度随机抽查工作计划", list(plan.PLAN_COLUMNS), cells)


def _matters() -> list[list[str]]:
    with current_store().reading() as session:
        found = all_matters(session).values()
    return [
        [
            each.id,
            each.field,
            each.title,
            "；".join(each.basis),
            each.objects,
            each.kind.value,
            percent_text(Fraction(each.rate)),
            "不限" if each.yearly_most is None else str(each.yearly_most),
            each.way,
            each.lead,
            "、".join(each.partners),
            each.tier,
            power_titles().get(each.power, each.power),
        ]
        for each in found
    ]


@public.get("/matters")
@guard("public")
def matters() -> str:
    """Show what may be checked at all, with its legal basis."""
    return render_template("inspections/public_matters.html", cells=_matters(), columns=MATTER_COLUMNS)


@public.get("/matters.csv")
@guard("public")
def matters_csv() -> Response:
    """Give the list of matters as csv."""
    return table_file("csv", "随机抽查事项清单", list(MATTER_COLUMNS), _matters())
