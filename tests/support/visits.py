"""Put visits into the store as field work leaves them, for the tests of publicity."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from enforcement.tasks.lists import MatterKind
from web.store import Store
from web.store.base import canonical_json, new_token, now
from web.store.inspections import (
    REVIEWED,
    DrawRow,
    InspectorRow,
    MatterRow,
    TaskRow,
    VisitRecord,
    VisitRow,
)
from web.store.log import record

CODE = "91440300MA5FAKE10E"
MADE_BY = "inspector-1"


def make_task(store: Store) -> None:
    """Add two matters, an inspector, a task and its draw, all fictitious."""
    shared = {"power": "Q-1", "objects": "企业", "rate": "1/20", "way": "现场检查", "tier": "区级"}
    with store.writing() as session:
        for id_, field, title in (
            ("M-1", "登记事项", "登记事项检查（虚构）"),
            ("M-2", "公示信息", "公示信息检查（虚构）"),
            ("M-3", "食品安全", "食品销售检查（虚构）"),
        ):
            session.add(
                MatterRow(
                    id=id_, field=field, title=title, basis=["虚构依据"], kind=MatterKind.ORDINARY.value,
                    yearly_most=1, lead="虚构区市场监管局", **shared,
                )
            )  # fmt: skip
        session.add(
            InspectorRow(
                id="I-1", name="测试甲", dept="amr", unit="虚构区市场监管局", certificate="T-1",
                valid_until=date(2030, 1, 1),
            )
        )  # fmt: skip
        session.add(
            TaskRow(
                id="T-2026-01", year=2026, name="2026年登记事项抽查（虚构）", matters=["M-1", "M-2"], objects="企业",
                by_kind=False, number=1, rate="1/20", way="现场检查", tier="区级", draw_on=date(2026, 10, 1),
                done_by=date(2026, 12, 1), lead="虚构区市场监管局", state="实施中", proposed_by="planner",
            )
        )  # fmt: skip
        session.flush()
        session.add(
            DrawRow(
                id="draw-of-the-test", task_id="T-2026-01", attempt=1, draw="lh-2026-01", state="drawn", case=b"{}",
                prepared_by="planner",
            )
        )  # fmt: skip


def make_visit(
    store: Store,
    *,
    name: str = "虚构甲有限公司",
    code: str = CODE,
    state: str = REVIEWED,
    on: date = date(2026, 11, 20),
    result: str = "发现问题已责令改正",
    follow_ups: Iterable[str] = ("责令改正",),
    matters: tuple[str, ...] = ("M-1", "M-2"),
    drawn: bool = True,
    made_by: str = MADE_BY,
) -> tuple[str, str]:
    """Add a visit with its record and return its id and the code the enterprise got."""
    with store.writing() as session:
        visit = VisitRow(
            id=new_token(), pass_code=new_token(), code=code, name=name, dept="amr", matters=list(matters),
            inspectors=["I-1"], lead="I-1", first_day=on, last_day=on, state=state, created_by="planner",
            task_id="T-2026-01" if drawn else None, draw_id="draw-of-the-test" if drawn else None,
            trigger="" if drawn else "投诉举报", clue="" if drawn else "线索1",
        )  # fmt: skip
        session.add(visit)
        session.flush()
        items = [{"matter": matter, "result": "未发现问题", "note": "检查员的话，不公开"} for matter in matters]
        items[0]["result"] = result
        words = "负责人张小明在场"
        body = {
            "visit": visit.id, "visited_on": on.isoformat(), "items": items, "follow_ups": list(follow_ups),
            "words": words, "evidence": [],
        }  # fmt: skip
        body_hash = hashlib.sha256(canonical_json(body).encode()).hexdigest()
        session.add(
            VisitRecord(
                id=f"record-{visit.id}", visit_id=visit.id, number=1, body_hash=body_hash, visited_on=on, items=items,
                result=result, follow_ups=list(follow_ups), words=words, made_by=made_by, made_at=now(),
                review="passed" if state in (REVIEWED, "published") else "",
            )
        )  # fmt: skip
        record(session, "visit.record", made_by, visit.id, {"record": f"record-{visit.id}", "body": body_hash})
        return visit.id, visit.pass_code
