"""Build what the public will see of a visit, the bytes whose hash is approved, and a record with all its versions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from enforcement.canonical import Json, canonical
from enforcement.publicity import columns, corrections
from enforcement.publicity.masking import mask_name, mask_text
from web.store.inspections import DrawRow, InspectorRow, MatterRow, TaskRow, VisitRecord, VisitRow
from web.store.publications import ObjectionRow, ObjectionStep, Publication, PublishedVersion

INSPECTION, LICENCE, PENALTY = "inspection", "licence", "penalty"
KINDS = (INSPECTION, LICENCE, PENALTY)
COLUMNS = {LICENCE: columns.LICENCE, PENALTY: columns.PENALTY}
BODY = "huice-publicity/1"
DRAWN = "双随机抽查"
JOINT = "、"
# In the order in which they are shown; items follow `way`, each as item.1, result.1, …
_TITLES = {
    "subject": "检查对象",
    "code": "统一社会信用代码",
    "authority": "检查机关",
    "task": "抽查任务",
    "draw": "抽取编号",
    "way": "检查缘由",
    "item": "检查事项",
    "result": "检查结果",
    "follow_up": "后续处理",
    "checked_on": "检查日期",
}
_NUMBERED = re.compile(r"(item|result)\.([1-9][0-9]*)")


def is_natural(code: str) -> bool:
    """Tell whether a code is none of an organisation: its bearer is treated as a natural person and masked."""
    return len(code) != 18 or not uscc.is_valid(code)


def passed_record(session: Session, visit_id: str) -> VisitRecord | None:
    """Return the record of a visit that passed its review."""
    query = select(VisitRecord).where(VisitRecord.visit_id == visit_id, VisitRecord.review == "passed")
    return session.scalar(query.order_by(VisitRecord.number.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Names:
    """What registers say about the visits: the unit of each inspector, the area of each matter."""

    units: Mapping[str, str]
    areas: Mapping[str, str]

    def authority_of(self, visit: VisitRow) -> str:
        """Return the body that made a visit: its lead inspector's unit, else the department as the draw names it."""
        return next((self.units[each] for each in (visit.lead, *visit.inspectors) if self.units.get(each)), visit.dept)

    def rule_of(self, visit: VisitRow) -> str:
        """Return the rule of the deadline for a visit's result: matters of food have one of their own."""
        areas = (self.areas.get(matter, "") for matter in visit.matters)
        return "food_check_result" if any("食品" in area for area in areas) else "check_result"


def names(session: Session) -> Names:
    """Return the names that the registers hold now."""
    units = session.execute(select(InspectorRow.id, InspectorRow.unit)).all()
    areas = session.execute(select(MatterRow.id, MatterRow.field)).all()
    return Names(dict(units), dict(areas))


def fields_of(session: Session, visit: VisitRow, record: VisitRecord) -> dict[str, str]:
    """Return what the public will see of a visit; natural persons masked, the inspectors' free words left out."""
    task = session.get(TaskRow, visit.task_id) if visit.task_id else None
    draw = session.get(DrawRow, visit.draw_id) if visit.draw_id else None
    matters = [item["matter"] for item in record.items]
    titles = dict(session.execute(select(MatterRow.id, MatterRow.title).where(MatterRow.id.in_(matters))).all())
    natural = is_natural(visit.code)
    found = {
        "subject": mask_name(visit.name) if natural else visit.name,
        "code": "" if natural else visit.code,
        "authority": names(session).authority_of(visit),
        "task": task.name if task else "",
        "draw": draw.draw if draw else "",
        "way": visit.trigger or DRAWN,
        "result": record.result,
        "follow_up": JOINT.join(record.follow_ups),
        "checked_on": record.visited_on.isoformat(),
    }
    for number, item in enumerate(record.items, 1):
        found[f"item.{number}"] = titles.get(item["matter"], item["matter"])
        found[f"result.{number}"] = item["result"]
    return {name: mask_text(value, [visit.name] if natural else []) for name, value in found.items()}


def items_of(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (matter, result) of each item."""
    count = sum(name.startswith("item.") for name in fields)
    return [(fields[f"item.{number}"], fields.get(f"result.{number}", "")) for number in range(1, count + 1)]


def title_of(kind: str, name: str) -> str:
    """Return the Chinese name of a field."""
    if kind in COLUMNS:
        return next((each.title for each in COLUMNS[kind] if each.code == name), name)
    if found := _NUMBERED.fullmatch(name):
        return f"{_TITLES[found[1]]}{found[2]}"
    return _TITLES.get(name, name)


def shown(kind: str, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (Chinese name, value) in the order of reading; what is empty is left out."""
    if kind in COLUMNS:
        return [(each.title, fields[each.code]) for each in COLUMNS[kind] if fields.get(each.code)]
    names: list[str] = []
    for name in _TITLES:
        if name == "item":
            names += [f"{part}.{n}" for n in range(1, len(items_of(fields)) + 1) for part in ("item", "result")]
        else:
            names.append(name)
    return [(title_of(kind, name), fields[name]) for name in names if fields.get(name)]


def body_of(
    publication_id: str, kind: str, number: int, fields: Mapping[str, str] | None, reason: str
) -> tuple[bytes, str]:
    """Return the bytes of one version and their SHA-256, which is approved and logged; a withdrawal has no fields."""
    document: dict[str, Json] = {"type": BODY, "id": publication_id, "kind": kind, "version": number, "reason": reason}
    document |= {"fields": dict(fields)} if fields is not None else {}
    data = canonical(document)
    return data, hashlib.sha256(data).hexdigest()


def versions_of(session: Session, publication_id: str) -> list[PublishedVersion]:
    """Return the versions, the oldest first."""
    query = select(PublishedVersion).where(PublishedVersion.publication_id == publication_id)
    return list(session.scalars(query.order_by(PublishedVersion.number)))


def record_of(session: Session, publication: Publication) -> corrections.Record:
    """Return the record with its versions and objections; raise LookupError before anything was published."""
    return records_of(session, [publication.id])[publication.id]


def records_of(session: Session, ids: Sequence[str]) -> dict[str, corrections.Record]:
    """Return the records that have versions, by id, each with its objections; at most some hundred at a time."""
    versions: dict[str, list[corrections.Version]] = {}
    rows = select(PublishedVersion).where(PublishedVersion.publication_id.in_(ids))
    for each in session.scalars(rows.order_by(PublishedVersion.publication_id, PublishedVersion.number)):
        versions.setdefault(each.publication_id, []).append(
            corrections.Version(each.number, each.published_on, each.fields, each.reason)
        )
    steps: dict[tuple[str, int], list[tuple[corrections.ObjectionState, date, str]]] = {}
    taken = select(ObjectionStep).where(ObjectionStep.publication_id.in_(ids))
    for step in session.scalars(taken.order_by(ObjectionStep.number)):
        steps.setdefault((step.publication_id, step.objection), []).append(
            (corrections.ObjectionState(step.state), step.day, mask_text(step.words))
        )
    objections: dict[str, list[corrections.Objection]] = {}
    raised = select(ObjectionRow).where(ObjectionRow.publication_id.in_(ids)).order_by(ObjectionRow.number)
    for row in session.scalars(raised):
        objections.setdefault(row.publication_id, []).append(
            corrections.Objection(row.number, row.version, tuple(steps[row.publication_id, row.number]))
        )
    return {
        id_: corrections.Record(id_, tuple(found), tuple(objections.get(id_, ()))) for id_, found in versions.items()
    }
