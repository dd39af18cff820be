"""Read the stored registers as the domain knows them: objects, inspectors, matters, and the powers they come from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.discretion.library import load_library
from enforcement.tasks.lists import Inspector, Matter, MatterKind, Risk, Subject
from web.store.inspections import InspectorRow, MatterRow, SubjectRow


@cache
def powers() -> Mapping[str, str]:
    """Return the kind of each power of the power lists, by its id."""
    return {item.id: item.kind.value for each in load_library().powers.values() for item in each.items}


@cache
def power_titles() -> Mapping[str, str]:
    """Return the title of each power, by its id."""
    return {item.id: item.title for each in load_library().powers.values() for item in each.items}


def subject_of(row: SubjectRow) -> Subject:
    """Return a row as the domain's object."""
    return Subject(row.code, row.name, row.kind, row.industry, row.area, Risk(row.risk), row.is_active)


def inspector_of(row: InspectorRow) -> Inspector:
    """Return a row as the domain's person."""
    matters = frozenset(row.matters)
    return Inspector(
        row.id, row.name, row.unit, row.certificate, row.valid_until, matters, row.is_expert, row.is_available
    )


def matter_of(row: MatterRow) -> Matter:
    """Return a row as the domain's matter."""
    return Matter(
        id=row.id,
        field=row.field,
        title=row.title,
        power=row.power,
        basis=tuple(row.basis),
        objects=row.objects,
        kind=MatterKind(row.kind),
        rate=Fraction(row.rate),
        yearly_most=row.yearly_most,
        way=row.way,
        lead=row.lead,
        partners=tuple(row.partners),
        tier=row.tier,
    )


def all_matters(session: Session) -> dict[str, Matter]:
    """Return the list of matters by id, in the order of their ids."""
    return {row.id: matter_of(row) for row in session.scalars(select(MatterRow).order_by(MatterRow.id))}
