"""Plans, tasks and visits: what must be in them, the yearly cap of each enterprise, and the steps they may take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from enforcement.publicity.national import Result
from enforcement.tasks.lists import Matter, MatterKind


class TaskState(StrEnum):
    """Where a task stands."""

    DRAFT = "创建中"
    OBJECTS = "待抽取对象"
    INSPECTORS = "待抽取人员"
    RUNNING = "实施中"
    DONE = "已完成"
    CANCELLED = "已取消"


_TASK_MOVES = {
    TaskState.DRAFT: {TaskState.OBJECTS, TaskState.CANCELLED},
    TaskState.OBJECTS: {TaskState.INSPECTORS, TaskState.CANCELLED},
    TaskState.INSPECTORS: {TaskState.RUNNING},  # once objects are drawn a task is voided only through the draw itself
    TaskState.RUNNING: {TaskState.DONE},
}


class Trigger(StrEnum):
    """What may lawfully lead to a visit without a draw."""

    COMPLAINT = "投诉举报"
    TRANSFER = "转办交办"
    MONITORING = "数据监测发现问题线索"
    KEY_MATTER = "重点检查事项"
    RECHECK = "责令改正后的复查"


class FollowUp(StrEnum):
    """What follows a result."""

    NONE = "无需后续处理"
    STOP = "责令停止并告知日常监管"
    CORRECT = "责令改正"
    CASE = "移送立案"
    COPY = "抄告其他部门"
    LISTED = "列入经营异常名录"
    PUBLICISED = "公示不配合情形"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a yearly plan; `partners` make it a joint task, `by_kind` says 定向 (by type of object)."""

    id: str
    name: str
    matters: tuple[str, ...]
    objects: str
    by_kind: bool
    number: int
    rate: Fraction
    way: str
    tier: str
    draw_on: date
    done_by: date
    lead: str
    partners: tuple[str, ...] = ()
    state: TaskState = TaskState.DRAFT


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to one enterprise; `draw` names the draw it came from, else `trigger` and `clue` say why it is made."""

    id: str
    code: str
    matters: tuple[str, ...]
    day: date
    draw: str = ""
    trigger: Trigger | None = None
    clue: str = ""
    result: Result | None = None
    follow_ups: tuple[FollowUp, ...] = ()


def task_complaints(task: Task, year: int, matters: Mapping[str, Matter]) -> tuple[str, ...]:
    """Return in Chinese what keeps a task out of the plan of a year."""
    names = {
        "id": "编号",
        "name": "任务名称",
        "objects": "对象范围",
        "way": "检查方式",
        "tier": "实施层级",
        "lead": "牵头部门",
    }
    found = [f"缺少「{title}」" for key, title in names.items() if not getattr(task, key).strip()]
    found += [] if task.matters else ["缺少「抽查事项」"]
    found += [f"事项 {id_} 不在随机抽查事项清单中，不得检查" for id_ in task.matters if id_ not in matters]
    bodies = {task.lead, *task.partners}
    found += [
        f"事项 {id_} 的发起部门 {matters[id_].lead} 没有参加这项任务"
        for id_ in task.matters
        if id_ in matters and matters[id_].lead not in bodies
    ]
    if task.lead in task.partners:
        found.append("牵头部门又写作参与部门")
    if task.number < 1 or not 0 < task.rate <= 1:
        found.append("抽取户数至少为1，比例应大于0、至多100%")
    if task.draw_on.year != year:
        found.append(f"抽取日期 {task.draw_on} 不在 {year} 年")
    if task.done_by < task.draw_on:
        found.append(f"完成时限 {task.done_by} 早于抽取日期 {task.draw_on}")
    return tuple(found)


def plan_complaints(tasks: Sequence[Task], year: int, matters: Mapping[str, Matter]) -> tuple[str, ...]:
    """Return in Chinese, by task, what is wrong with a yearly plan."""
    ids = [task.id for task in tasks]
    found = [f"任务编号 {id_} 写了两次" for id_ in dict.fromkeys(ids) if ids.count(id_) > 1]
    return (*found, *(f"{task.id}：{words}" for task in tasks for words in task_complaints(task, year, matters)))


def move(task: Task, to: TaskState) -> Task:
    """Take a task one step on; raise ValueError, in Chinese, for a step that is not allowed."""
    allowed = _TASK_MOVES.get(task.state, set())
    if to not in allowed:
        raise ValueError(f"任务现为「{task.state}」，不能改为「{to}」；可改为：{'、'.join(sorted(allowed)) or '无'}")
    return replace(task, state=to)


def visit_complaints(
    visit: Visit, earlier: Sequence[Visit], matters: Mapping[str, Matter], cap: int | None
) -> tuple[str, ...]:
    """Return in Chinese what keeps a visit from being made.

    `cap` is how many drawn visits an enterprise gets in a year over all bodies; one joint visit counts once. Visits
    with a lawful trigger do not use it up.
    """
    found = [f"事项 {id_} 不在随机抽查事项清单中，不得检查" for id_ in visit.matters if id_ not in matters]
    found += [] if visit.matters else ["缺少「检查事项」"]
    known = [matters[id_] for id_ in visit.matters if id_ in matters]
    if visit.draw and visit.trigger:
        found.append("检查或者来自抽取，或者来自法定事由，只能写一项")
    if not visit.draw and visit.trigger is None:
        found.append("没有经过抽取的检查，应写明法定事由")
    if visit.trigger and not visit.clue.strip():
        found.append(f"因「{visit.trigger}」检查的，应写明线索编号")
    if visit.trigger is Trigger.KEY_MATTER:
        found += [f"事项 {each.id} 不是重点检查事项" for each in known if each.kind is not MatterKind.KEY]
    same = [
        each for each in earlier if each.code == visit.code and each.day.year == visit.day.year and each.id != visit.id
    ]
    drawn = [each for each in same if each.draw]
    if visit.draw:
        if cap is not None and len(drawn) >= cap:
            found.append(f"该企业 {visit.day.year} 年已抽查{len(drawn)}次，达到年度上限{cap}次；请并入联合检查或者改年")
        for each in known:
            times = sum(each.id in other.matters for other in drawn)
            if each.yearly_most is not None and times >= each.yearly_most:
                found.append(f"事项 {each.id} 对该企业 {visit.day.year} 年已抽查{times}次，上限{each.yearly_most}次")
    return tuple(found)


MUST_FOLLOW = {
    Result.UNDISCLOSED: FollowUp.LISTED,
    Result.FALSE: FollowUp.LISTED,
    Result.UNREACHABLE: FollowUp.LISTED,
    Result.REFUSED: FollowUp.PUBLICISED,
    Result.CORRECTED: FollowUp.CORRECT,
}


def record_result(visit: Visit, result: Result, follow_ups: Sequence[FollowUp]) -> Visit:
    """Give a visit its result with what follows; raise ValueError, in Chinese, when one does not fit the other."""
    if visit.result is not None:
        raise ValueError(f"已有结果「{visit.result}」；请走更正程序，原记录不动")
    given = tuple(dict.fromkeys(follow_ups))
    if not given:
        raise ValueError("请写明后续处理；没有的写「无需后续处理」")
    if FollowUp.NONE in given and len(given) > 1:
        raise ValueError("「无需后续处理」不能与其他处理并列")
    if (must := MUST_FOLLOW.get(result)) and must not in given:
        raise ValueError(f"结果为「{result}」的，后续处理应有「{must}」")
    if result is Result.NOTHING and given != (FollowUp.NONE,):
        raise ValueError("结果为「未发现问题」的，应写「无需后续处理」")
    if result is Result.PENDING and FollowUp.NONE in given:
        raise ValueError("结果为「发现问题待后续处理」的，应写明如何处理")
    return replace(visit, result=result, follow_ups=given)
