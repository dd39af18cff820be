"""Keep the pairs of inspector and object that must not meet, each with its basis."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.draw.people import Basis
from web.store.inspections import ConflictRow, InspectorRow, SubjectRow
from web.store.log import record


def all_conflicts(session: Session) -> list[tuple[ConflictRow, str, str, str]]:
    """Return every pair with the names of the object and the inspector and the basis in words."""
    query = (
        select(ConflictRow, SubjectRow.name, InspectorRow.name)
        .outerjoin(SubjectRow, SubjectRow.code == ConflictRow.code)
        .outerjoin(InspectorRow, InspectorRow.id == ConflictRow.inspector_id)
        .order_by(ConflictRow.code, ConflictRow.inspector_id)
    )
    return [
        (row, subject or "", inspector or "", Basis(row.basis).label)
        for row, subject, inspector in session.execute(query)
    ]


def add_conflict(session: Session, code: str, inspector: str, basis: str, by: str) -> dict[str, str]:
    """Add a pair, or return what is wrong by field; the log names the inspector's number and no more."""
    errors = {}
    if session.get(SubjectRow, code) is None:
        errors["code"] = "名录库里没有这个检查对象，请填 18 位统一社会信用代码"
    if session.get(InspectorRow, inspector) is None:
        errors["inspector"] = "请从名单中选择检查人员"
    if basis not in {each.value for each in Basis}:
        errors["basis"] = "请选择回避的理由"
    if not errors and session.get(ConflictRow, (code, inspector)) is not None:
        errors["code"] = "这一对已经登记"
    if not errors:
        session.add(ConflictRow(code=code, inspector_id=inspector, basis=basis, created_by=by))
        record(session, "conflict.add", by, inspector)
    return errors


def remove_conflict(session: Session, code: str, inspector: str, by: str) -> None:
    """Take a pair away; one that is not there stays away."""
    row = session.get(ConflictRow, (code, inspector))
    if row is not None:
        session.delete(row)
        record(session, "conflict.remove", by, inspector)
