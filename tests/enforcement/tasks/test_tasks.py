from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from stdnum.cn import uscc

from enforcement.publicity.national import Result
from enforcement.tasks.lists import (
    Inspector,
    Matter,
    MatterKind,
    Risk,
    Subject,
    inspector_complaints,
    matter_complaints,
    subject_complaints,
)
from enforcement.tasks.visits import (
    FollowUp,
    Task,
    TaskState,
    Trigger,
    Visit,
    move,
    plan_complaints,
    record_result,
    visit_complaints,
)

CODE = "91440300MA5FACT00" + uscc.calc_check_digit("91440300MA5FACT00")
M1 = Matter(
    "M1", "食品", "经营资质", "P1", ("《食品安全法》第一百一十条",), "餐饮", MatterKind.ORDINARY,
    Fraction(3, 100), 1, "现场检查", "市场监管局", ("消防",), "区级",
)  # fmt: skip
M2 = replace(M1, id="M2", kind=MatterKind.KEY, yearly_most=None)
MATTERS = {"M1": M1, "M2": M2}
TASK = Task(
    "T1", "餐饮抽查", ("M1",), "全区餐饮", False, 10, Fraction(3, 100), "现场检查", "区级",
    date(2026, 5, 8), date(2026, 6, 30), "市场监管局", ("消防",),
)  # fmt: skip
VISIT = Visit("V1", CODE, ("M1",), date(2026, 5, 20), draw="SSJ-2026-0001")
OFF_DRAW = replace(VISIT, id="V2", draw="", trigger=Trigger.COMPLAINT, clue="T-1")
INSPECTOR = Inspector("I1", "甲", "市场监管局", "粤001", date(2026, 12, 31), frozenset({"M1"}))


def test_sound_lists_are_sound():
    assert subject_complaints([Subject(CODE, "虚构公司", "企业", "餐饮", "桂园", Risk.B)]) == ()
    assert inspector_complaints([INSPECTOR], MATTERS) == ()
    assert matter_complaints([M1, M2], {"P1": "行政检查"}) == ()
    assert plan_complaints([TASK], 2026, MATTERS) == ()


@pytest.mark.parametrize(
    ("matter", "said"),
    [
        (replace(M1, basis=()), "缺少「检查依据」"),
        (replace(M1, power="P9"), "职权 P9 不在权责清单中"),
        (replace(M1, power="P2"), "是行政处罚，应为行政检查"),
        (replace(M1, rate=Fraction(0)), "抽查比例"),
        (replace(M1, yearly_most=None), "频次上限"),
        (replace(M1, yearly_most=0), "至少为1"),
        (replace(M1, lead="消防"), "又写作配合部门"),
        (replace(M1, title=" "), "缺少「抽查事项」"),
    ],
)
def test_a_matter_stands_on_a_power_and_a_law(matter, said):
    assert said in "；".join(matter_complaints([matter], {"P1": "行政检查", "P2": "行政处罚"}))


def test_registers_say_what_is_wrong():
    words = "；".join(
        inspector_complaints([INSPECTOR, replace(INSPECTOR, certificate="", matters=frozenset({"M9"}))], MATTERS)
    )

    for said in ("I1 写了两次", "只能登记为专家", "清单以外的事项：M9"):
        assert said in words
    assert "校验位" in subject_complaints([Subject("1", "x", "企业", "", "桂园", Risk.A)])[0]


def test_who_may_check():
    assert INSPECTOR.may_check("M1", date(2026, 12, 31))
    assert not INSPECTOR.may_check("M1", date(2027, 1, 1))
    assert not INSPECTOR.may_check("M2", date(2026, 5, 1))
    assert not replace(INSPECTOR, is_expert=True).may_check("M1", date(2026, 5, 1))


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (replace(TASK, matters=("M9",)), "不得检查"),
        (replace(TASK, matters=()), "缺少「抽查事项」"),
        (replace(TASK, lead="文化", partners=()), "没有参加这项任务"),
        (replace(TASK, partners=("市场监管局",)), "又写作参与部门"),
        (replace(TASK, number=0), "至少为1"),
        (replace(TASK, draw_on=date(2025, 5, 8)), "不在 2026 年"),
        (replace(TASK, done_by=date(2026, 5, 7)), "早于抽取日期"),
        (replace(TASK, name=""), "T1：缺少「任务名称」"),
    ],
)
def test_a_task_says_what_is_wrong(task, said):
    assert said in "；".join(plan_complaints([task], 2026, MATTERS))


def test_a_task_takes_its_steps_in_order():
    task = TASK
    for to in (TaskState.OBJECTS, TaskState.INSPECTORS, TaskState.RUNNING, TaskState.DONE):
        task = move(task, to)

    assert task.state is TaskState.DONE
    with pytest.raises(ValueError, match="可改为：无"):
        move(task, TaskState.RUNNING)
    with pytest.raises(ValueError, match="不能改为「已取消」"):
        move(replace(TASK, state=TaskState.INSPECTORS), TaskState.CANCELLED)


@pytest.mark.parametrize(
    ("visit", "said"),
    [
        (replace(VISIT, draw=""), "应写明法定事由"),
        (replace(VISIT, trigger=Trigger.COMPLAINT, clue="x"), "只能写一项"),
        (replace(OFF_DRAW, clue=""), "应写明线索编号"),
        (replace(OFF_DRAW, trigger=Trigger.KEY_MATTER), "M1 不是重点检查事项"),
        (replace(VISIT, matters=("M9",)), "不得检查"),
        (replace(VISIT, matters=()), "缺少「检查事项」"),
    ],
)
def test_a_visit_says_why_it_may_not_be_made(visit, said):
    assert said in "；".join(visit_complaints(visit, [], MATTERS, 2))


def test_the_yearly_cap_counts_drawn_visits_alone():
    second = replace(VISIT, id="V3", matters=("M2",))

    assert visit_complaints(VISIT, [OFF_DRAW], MATTERS, 1) == ()
    assert visit_complaints(OFF_DRAW, [VISIT], MATTERS, 1) == ()
    assert "达到年度上限1次" in visit_complaints(second, [VISIT], MATTERS, 1)[0]
    assert visit_complaints(second, [VISIT], MATTERS, None) == ()
    assert visit_complaints(replace(second, day=date(2027, 1, 4)), [VISIT], MATTERS, 1) == ()
    assert "上限1次" in visit_complaints(replace(VISIT, id="V4"), [VISIT], MATTERS, None)[0]


def test_a_result_needs_what_follows_it():
    done = record_result(VISIT, Result.UNREACHABLE, [FollowUp.LISTED])
    assert (done.result, done.follow_ups) == (Result.UNREACHABLE, (FollowUp.LISTED,))
    for visit, result, follow_ups, said in (
        (done, Result.NOTHING, [FollowUp.NONE], "请走更正程序"),
        (VISIT, Result.NOTHING, [], "请写明后续处理"),
        (VISIT, Result.NOTHING, [FollowUp.CASE], "应写「无需后续处理」"),
        (VISIT, Result.REFUSED, [FollowUp.CASE], "应有「公示不配合情形」"),
        (VISIT, Result.PENDING, [FollowUp.NONE], "应写明如何处理"),
        (VISIT, Result.NO_BUSINESS, [FollowUp.NONE, FollowUp.CASE], "不能与其他处理并列"),
    ):
        with pytest.raises(ValueError, match=said):
            record_result(visit, result, follow_ups)
