"""Find public records by name, code, task, result and day, a page at a time; what is withdrawn or expired is not found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from enforcement.publicity.corrections import ObjectionState
from web.services.publicity_records import INSPECTION, KINDS
from web.store.inspections import TaskRow
from web.store.publications import ObjectionRow, Publication, PublishedVersion

PAGE = 20
LONGEST = 50
_CODE = re.compile(r"[0-9A-Z]{1,18}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for, as typed, and what is wrong with it by field."""

    kind: str
    name: str = ""
    code: str = ""
    task: str = ""
    result: str = ""
    first: date | None = None
    last: date | None = None
    page: int = 1
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of records, each with the marks it carries."""

    rows: list[tuple[Publication, list[str]]]
    count: int
    page: int
    pages: int


def read_asked(args: Mapping[str, str]) -> Asked:
    """Return what an address asks for; a wrong field is named and not searched by."""
    typed = {name: args.get(name, "").strip()[:LONGEST] for name in ("name", "code", "task", "result", "from", "to")}
    errors, days = {}, {}
    for name in ("from", "to"):
        try:
            days[name] = date.fromisoformat(typed[name]) if typed[name] else None
        except ValueError:
            errors[name] = gettext("请按 2026-05-20 的样子填写日期。")
    code = typed["code"].upper()
    if code and not _CODE.fullmatch(code):
        errors["code"] = gettext("统一社会信用代码由 18 位数字和大写字母组成，可以只填前几位。")
        code = ""
    kind, number = args.get("kind", INSPECTION), args.get("page", "1")
    return Asked(
        kind if kind in KINDS else INSPECTION,
        typed["name"],
        code,
        typed["task"],
        typed["result"],
        days.get("from"),
        days.get("to"),
        max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
        typed,
        errors,
    )


def shown_on(on: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a record is in the public list of a day."""
    return (
        Publication.published_on.is_not(None),
        Publication.withdrawn_on.is_(None),
        or_(Publication.shown_until.is_(None), Publication.shown_until >= on),
    )


def find(session: Session, asked: Asked, on: date) -> Found:
    """Return the records that meet everything asked, the newest first."""
    # Ending a LIKE with % on bounded columns: the code by its beginning, the name by any part, as people know them.
    conditions = [*shown_on(on), Publication.kind == asked.kind]
    if asked.name:
        conditions.append(Publication.subject.contains(asked.name, autoescape=True))
    if asked.code:
        conditions.append(Publication.code.startswith(asked.code, autoescape=True))
    if asked.task:
        conditions.append(Publication.task_id == asked.task)
    if asked.result:
        conditions.append(Publication.result == asked.result)
    if asked.first:
        conditions.append(Publication.published_on >= asked.first)
    if asked.last:
        conditions.append(Publication.published_on <= asked.last)
    count = session.scalar(select(func.count()).select_from(Publication).where(*conditions)) or 0
    pages = max(1, -(-count // PAGE))
    page = min(asked.page, pages)
    query = select(Publication).where(*conditions).order_by(Publication.published_on.desc(), Publication.id)
    rows = list(session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)))
    return Found(marked(session, rows), count, page, pages)


def marked(session: Session, rows: list[Publication]) -> list[tuple[Publication, list[str]]]:
    """Return each record with its marks in short: 已更正, 异议处理中."""
    ids = [row.id for row in rows]
    counts = select(PublishedVersion.publication_id).where(
        PublishedVersion.publication_id.in_(ids), PublishedVersion.number > 1
    )
    corrected = set(session.scalars(counts))
    pending = (ObjectionState.RAISED, ObjectionState.CHECKING)
    objected = set(
        session.scalars(
            select(ObjectionRow.publication_id).where(
                ObjectionRow.publication_id.in_(ids), ObjectionRow.state.in_(pending)
            )
        )
    )
    return [
        (row, [mark for mark, there in (("已更正", row.id in corrected), ("异议处理中", row.id in objected)) if there])
        for row in rows
    ]


def tasks_on_offer(session: Session, on: date) -> list[tuple[str, str]]:
    """Return (id, name) of the tasks that have public records."""
    wanted = select(Publication.task_id).where(*shown_on(on)).distinct()
    query = select(TaskRow.id, TaskRow.name).where(TaskRow.id.in_(wanted)).order_by(TaskRow.year.desc(), TaskRow.id)
    return [(id_, name) for id_, name in session.execute(query)]
