"""Say who is left out of a draw because it had its visits of the year, and who may be sent."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.draw.frame import Reason
from web.services.inspection_registers import all_matters
from web.store.inspections import CANCELLED, ConflictRow, InspectorRow, TaskRow, VisitRow


def capped(session: Session, task: TaskRow, codes: Sequence[str], day: str, cap: int | None) -> dict[str, str]:
    """Return which of the objects had their visits of the year, with the reason; one joint draw counts once."""
    draws: dict[str, set[str]] = defaultdict(set)
    checked: dict[tuple[str, str], set[str]] = defaultdict(set)
    year = int(day[:4])
    query = select(VisitRow.code, VisitRow.draw_id, VisitRow.matters).where(
        VisitRow.draw_id.is_not(None),
        VisitRow.state != CANCELLED,
        VisitRow.first_day.between(date(year, 1, 1), date(year, 12, 31)),
    )
    for code, draw_id, its in session.execute(query):
        draws[code].add(str(draw_id))
        for matter in its:
            checked[code, matter].add(str(draw_id))
    matters = all_matters(session)
    most = {id_: matters[id_].yearly_most for id_ in task.matters if id_ in matters}
    found = {}
    for code in codes:
        if cap is not None and len(draws.get(code, ())) >= cap:
            found[code] = Reason.YEARLY_CAP.value
        elif any(limit is not None and len(checked.get((code, id_), ())) >= limit for id_, limit in most.items()):
            found[code] = Reason.INSPECTED.value
    return found


def people_of(session: Session, depts: Sequence[str], codes: set[str]) -> dict[str, Any]:
    """Return the inspectors of departments and their conflicts, as the case of a draw lists them; salts are new."""
    query = select(InspectorRow).where(
        InspectorRow.dept.in_(depts), InspectorRow.is_available, InspectorRow.is_expert.is_(False)
    )
    rows = list(session.scalars(query.order_by(InspectorRow.id)))
    ids = {row.id for row in rows}
    conflicts = [
        {
            "unit": each.code,
            "insp": each.inspector_id,
            "basis": each.basis,
            "who_salt": secrets.token_hex(16),
            "why_salt": secrets.token_hex(16),
        }
        for each in session.scalars(select(ConflictRow).order_by(ConflictRow.code, ConflictRow.inspector_id))
        if each.code in codes and each.inspector_id in ids
    ]
    inspectors = [
        {
            "insp": row.id,
            "dept": row.dept,
            "valid_until": row.valid_until.isoformat(),
            "available": row.available,
            "skills": sorted(row.matters),
            "lead": int(row.may_lead),
            "load": row.load,
        }
        for row in rows
    ]
    return {"inspectors": inspectors, "conflicts": conflicts}
