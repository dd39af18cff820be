"""Keep the yearly plan: one planner proposes a task, another approves it; what is approved is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from enforcement.canonical import is_id
from enforcement.tasks.lists import Matter
from enforcement.tasks.visits import Task, TaskState, move, task_complaints
from web.errors import Problem, not_found
from web.people.duties import require_other
from web.services.inspection_registers import all_matters
from web.services.inspection_scope import FILTERS, read_scope, scope_complaints, scope_text, words_of
from web.services.inspection_values import day_of, fraction_of, percent_text
from web.store.base import now
from web.store.inspections import TaskRow
from web.store.log import record

TEXTS = {"id": 64, "name": 200, "way": 64, "tier": 32, "lead": 100}
FIELDS = (*TEXTS, *FILTERS, "partners", "year", "number", "rate", "draw_on", "done_by")
# Which field of the form a complaint of the domain belongs to, by the words it begins with.
_PLACES = {
    "缺少「编号」": "id",
    "缺少「任务名称」": "name",
    "缺少「对象范围」": "kind",
    "缺少「检查方式」": "way",
    "缺少「实施层级」": "tier",
    "缺少「牵头部门」": "lead",
    "缺少「抽查事项」": "matters",
    "事项": "matters",
    "牵头部门": "partners",
    "抽取户数": "number",
    "抽取日期": "draw_on",
    "完成时限": "done_by",
}
PUBLIC_STATES = tuple(state.value for state in TaskState if state not in (TaskState.DRAFT, TaskState.CANCELLED))


def task_of(row: TaskRow) -> Task:
    """Return a row as the domain's task."""
    return Task(
        id=row.id,
        name=row.name,
        matters=tuple(row.matters),
        objects=row.objects,
        by_kind=row.by_kind,
        number=row.number,
        rate=Fraction(row.rate),
        way=row.way,
        tier=row.tier,
        draw_on=row.draw_on,
        done_by=row.done_by,
        lead=row.lead,
        partners=tuple(row.partners),
        state=TaskState(row.state),
    )


def read_task(
    session: Session, typed: Mapping[str, str], chosen: Sequence[str]
) -> tuple[Task | None, int, dict[str, str]]:
    """Return the task that a form says, its year, and what is wrong by field; None where it cannot be read."""
    errors: dict[str, str] = {}
    read: dict[str, Any] = {}
    for name, parse in (
        ("year", _year),
        ("number", _number),
        ("rate", fraction_of),
        ("draw_on", day_of),
        ("done_by", day_of),
    ):
        try:
            read[name] = parse(typed.get(name, ""))
        except ValueError as error:
            errors[name] = str(error)
    for name, most in TEXTS.items():
        if len(typed.get(name, "")) > most:
            errors[name] = f"至多 {most} 个字"
    if typed.get("id") and not is_id(typed["id"]):
        errors["id"] = "编号只用 1 到 64 个数字、英文字母和 . _ -"
    scope = {key: words for key in FILTERS if (words := words_of(typed.get(key, "")))}
    errors |= scope_complaints(session, scope)
    objects = scope_text(scope)
    if len(objects) > 200:
        errors["kind"] = "对象范围太长，请减少类别、行业或区域"
    if errors:
        return None, 0, errors
    given: dict[str, Any] = {name: typed.get(name, "").strip() for name in TEXTS}
    given |= {name: read[name] for name in ("number", "rate", "draw_on", "done_by")}
    partners = tuple(words_of(typed.get("partners", "")))
    task = Task(**given, matters=tuple(chosen), objects=objects, by_kind=bool(scope), partners=partners)
    year: int = read["year"]
    for complaint in task_complaints(task, year, all_matters(session)):
        errors.setdefault(_place(complaint), complaint)
    if session.get(TaskRow, task.id) is not None:
        errors.setdefault("id", f"编号 {task.id} 已经用过，请换一个")
    return task, year, errors


def _place(words: str) -> str:
    return next((field for start, field in _PLACES.items() if words.startswith(start)), "id")


def _year(text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit() and 2020 <= int(text) <= 2099):
        raise ValueError("年度请填 2020 到 2099")
    return int(text)


def _number(text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit() and 1 <= int(text) <= 60_000):
        raise ValueError("抽取户数请填 1 到 60000 的整数")
    return int(text)


def propose(session: Session, task: Task, year: int, by: str) -> None:
    """Put a sound task into the plan; it is public and can be drawn only once another planner approved it."""
    session.add(
        TaskRow(
            id=task.id,
            year=year,
            name=task.name,
            matters=list(task.matters),
            objects=task.objects,
            by_kind=task.by_kind,
            number=task.number,
            rate=str(task.rate),
            way=task.way,
            tier=task.tier,
            draw_on=task.draw_on,
            done_by=task.done_by,
            lead=task.lead,
            partners=list(task.partners),
            state=TaskState.DRAFT.value,
            proposed_by=by,
        )
    )
    record(session, "plan.propose", by, task.id, {"year": year})


def approve(session: Session, task_id: str, by: str) -> None:
    """Approve a proposed task, never by its proposer; the list of matters may have changed since, so it is read again."""
    row = found_task(session, task_id)
    require_other(row.proposed_by, by)
    task = move_task(task_of(row), TaskState.OBJECTS)
    if complaints := task_complaints(task, row.year, all_matters(session)):
        raise Problem(409, "task_unsound", "；".join(complaints))
    done = session.execute(
        update(TaskRow)
        .where(TaskRow.id == task_id, TaskRow.state == TaskState.DRAFT.value, TaskRow.proposed_by != by)
        .values(state=task.state.value, approved_by=by, approved_at=now(), version=TaskRow.version + 1)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Problem(409, "stale")
    record(session, "plan.approve", by, task_id, {"year": row.year})


def cancel(session: Session, task_id: str, by: str) -> None:
    """Take a task out of the plan before anything was drawn for it."""
    row = found_task(session, task_id)
    row.state = move_task(task_of(row), TaskState.CANCELLED).state.value
    record(session, "plan.cancel", by, task_id)


def move_task(task: Task, to: TaskState) -> Task:
    """Take a task one step on, or tell why not."""
    try:
        return move(task, to)
    except ValueError as error:
        raise Problem(409, "task_state", str(error)) from None


def found_task(session: Session, task_id: str) -> TaskRow:
    """Return a task or raise 404."""
    row = session.get(TaskRow, task_id)
    if row is None:
        raise not_found(str(lazy_gettext("没有这项任务。")))
    return row


def tasks_of(session: Session, year: int | None = None, *, public: bool = False) -> list[TaskRow]:
    """Return the tasks of a year, or of all, in the order of drawing; with `public` the approved ones alone."""
    query = select(TaskRow).order_by(TaskRow.year.desc(), TaskRow.draw_on, TaskRow.id)
    if year is not None:
        query = query.where(TaskRow.year == year)
    if public:
        query = query.where(TaskRow.state.in_(PUBLIC_STATES))
    return list(session.scalars(query))


PLAN_COLUMNS = (
    "任务编号",
    "任务名称",
    "抽查事项",
    "对象范围",
    "抽取类型",
    "户数",
    "比例",
    "方式",
    "实施层级",
    "抽取日期",
    "完成时限",
    "牵头部门",
    "参与部门",
    "状态",
)


def plan_cells(row: TaskRow, matters: Mapping[str, Matter]) -> list[str]:
    """Return the published columns of a task."""
    titles = [matters[id_].title if id_ in matters else id_ for id_ in row.matters]
    return [
        row.id,
        row.name,
        "、".join(titles),
        row.objects,
        "定向" if row.by_kind else "不定向",
        str(row.number),
        percent_text(Fraction(row.rate)),
        row.way,
        row.tier,
        row.draw_on.isoformat(),
        row.done_by.isoformat(),
        row.lead,
        "、".join(row.partners),
        row.state,
    ]


def scope_of(row: TaskRow) -> dict[str, list[str]]:
    """Return the filters of a task's objects."""
    return read_scope(row.objects)
