"""Fill the lists of inspections for the demonstration: fictitious enterprises, inspectors, matters, one approved task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import select

from enforcement.tasks.lists import Risk
from enforcement.tasks.visits import Task
from seed_data import enterprises
from web.services.inspection_columns import INSPECTORS, MATTERS, SUBJECTS
from web.services.inspection_lists import LISTINGS, store
from web.services.inspection_plan import approve, propose
from web.services.inspection_scope import scope_text
from web.services.self_check_forms import today
from web.store import Store
from web.store.inspections import TaskRow
from web.store.people import Account

BY = "demo-seed"
TASK = "SSJ-DEMO-1"
MARKET, STREET = "示例区市场监管局（演示）", "示例区综合执法局（演示）"
_POWER, _RULE = "inspect-registration", "中华人民共和国市场主体登记管理条例实施细则第六十六条"
_MATTERS = (
    ("MD01", "登记事项检查（演示）", "一般检查事项", "10%", "1", MARKET, ""),
    ("MD02", "年度报告公示信息检查（演示）", "一般检查事项", "5%", "1", MARKET, ""),
    ("MD03", "住所（经营场所）检查（演示）", "一般检查事项", "5%", "2", MARKET, STREET),
    ("MD04", "营业执照亮照经营检查（演示）", "重点检查事项", "100%", "不限", STREET, MARKET),
)
_AREAS = ("东门街道", "桂园街道", "黄贝街道", "南湖街道")


def load(database: Store) -> str:
    """Add what is missing and say what there is; running it again changes nothing.

    The matter of the task is in the range of two inspectors alone, whose accounts are the two demo inspectors: each visit that is
    drawn for it can be made by them.
    """
    with database.reading() as session:
        if session.get(TaskRow, TASK) is not None:
            return "抽查的演示名录已在库中"
        numbers = dict(session.execute(select(Account.staff_number, Account.id)).all())
    tables = {"matters": _matters(), "subjects": _subjects(), "inspectors": _inspectors(numbers)}
    for name, lines in tables.items():
        with database.writing() as session:
            if complaints := store(session, LISTINGS[name], lines, BY).complaints:
                raise ValueError("\n".join(complaints))
    with database.writing() as session:
        propose(session, _task(), today().year, numbers.get("DEMO-PL", BY))
    with database.writing() as session:
        approve(session, TASK, numbers.get("DEMO-PL2", f"{BY}-2"))
    counts = {name: len(lines) - 1 for name, lines in tables.items()}
    return (
        f"抽查的演示名录：检查对象 {counts['subjects']} 户、检查人员 {counts['inspectors']} 人、"
        f"事项 {counts['matters']} 项、任务 1 项，全部虚构"
    )


def _matters() -> list[list[str]]:
    rows = [
        [id_, "市场主体登记", title, _POWER, _RULE, "企业", kind, rate, most, "现场检查", lead, partners, "区级"]
        for id_, title, kind, rate, most, lead, partners in _MATTERS
    ]
    return [[column.heading for column in MATTERS], *rows]


def _subjects() -> list[list[str]]:
    risks = list(Risk)
    rows = [
        [
            each.uscc,
            each.name,
            "企业" if each.kind == "enterprise" else "社会组织",
            "演示行业",
            _AREAS[place % 4],
            risks[place % 4].name,
            "有效",
        ]
        for place, each in enumerate(enterprises())
    ]
    return [[column.heading for column in SUBJECTS], *rows]


def _inspectors(numbers: Mapping[str, str]) -> list[list[str]]:
    first = f"{today().year}-01-01至{today().year + 2}-12-31"
    rows = []
    for place in range(1, 9):
        dept, unit = ("market", MARKET) if place <= 5 else ("street", STREET)
        matters = {"market": "MD02、MD03、MD04", "street": "MD03、MD04"}[dept]
        account = {1: "DEMO-IN", 2: "DEMO-IN2"}.get(place, "")
        rows.append(
            [
                f"YS-{place:03}",
                f"演示检查员{place}",
                dept,
                unit,
                f"演示证{place:04}",
                f"{today().year + 2}-12-31",
                f"MD01、{matters}" if account else matters,
                first,
                "是" if place in (1, 2, 3, 6, 7) else "否",
                "否",
                "有效",
                account if account in numbers else "",
            ]
        )
    return [[column.heading for column in INSPECTORS], *rows]


def _task() -> Task:
    return Task(
        id=TASK,
        name="企业登记事项抽查（演示）",
        matters=("MD01",),
        objects=scope_text({}),
        by_kind=False,
        number=6,
        rate=Fraction(1, 10),
        way="现场检查",
        tier="区级",
        draw_on=today(),
        done_by=today() + timedelta(days=30),
        lead=MARKET,
    )
