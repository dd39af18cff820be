"""Keep the ledger of all visits, drawn and off the draw: search by year and origin, pages, lines for an export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from web.store.inspections import DrawRow, VisitRow
from web.store.log import ZONE

PAGE = 50
DRAWN, OFF_DRAW = "drawn", "off"
STATES = {
    "waiting": "待检查",
    "recorded": "待复核",
    "returned": "退回补正",
    "reviewed": "待公示",
    "published": "已公示",
    "cancelled": "已取消",
}
COLUMNS = (
    *("检查编号", "来源", "线索编号", "代码", "名称", "部门", "检查事项"),
    *("检查人员", "组长", "检查期间", "状态", "登记时间"),
)


def find(session: Session, year: int, origin: str, page: int) -> tuple[int, list[VisitRow]]:
    """Return how many visits of a year there are by origin, and one page of them, the latest first."""
    query = _query(year, origin)
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(VisitRow.created_at.desc(), VisitRow.id)
    return count, list(session.scalars(ordered.offset((page - 1) * PAGE).limit(PAGE)))


def everything(session: Session, year: int, origin: str) -> list[VisitRow]:
    """Return all visits of a year by origin, the latest first."""
    return list(session.scalars(_query(year, origin).order_by(VisitRow.created_at.desc(), VisitRow.id)))


def _query(year: int, origin: str) -> Select[VisitRow]:
    query = select(VisitRow).where(VisitRow.first_day >= date(year, 1, 1), VisitRow.first_day <= date(year, 12, 31))
    if origin == DRAWN:
        return query.where(VisitRow.draw_id.is_not(None))
    return query.where(VisitRow.draw_id.is_(None)) if origin == OFF_DRAW else query


def lines(session: Session, rows: Sequence[VisitRow]) -> list[list[str]]:
    """Return the cells of visits."""
    ids = {row.draw_id for row in rows if row.draw_id}
    draws = dict(session.execute(select(DrawRow.id, DrawRow.draw).where(DrawRow.id.in_(ids))).all()) if ids else {}
    return [
        [
            row.id,
            f"抽取 {draws.get(row.draw_id, '')}" if row.draw_id else row.trigger,
            row.clue,
            row.code,
            row.name,
            row.dept,
            "、".join(row.matters),
            "、".join(row.inspectors),
            row.lead,
            f"{row.first_day}至{row.last_day}",
            STATES.get(row.state, row.state),
            row.created_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M"),
        ]
        for row in rows
    ]
