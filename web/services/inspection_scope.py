"""Say which objects a task is about, in words that people read and the program reads back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from web.store.inspections import SubjectRow

EVERYBODY = "全部检查对象"
FILTERS: dict[str, tuple[str, InstrumentedAttribute[str]]] = {
    "kind": ("对象类别", SubjectRow.kind),
    "industry": ("行业", SubjectRow.industry),
    "area": ("区域", SubjectRow.area),
}
_SPLIT = re.compile(r"[、,，]+")


def words_of(typed: str) -> list[str]:
    """Return the values that were typed, without repetition."""
    return list(dict.fromkeys(part.strip() for part in _SPLIT.split(typed) if part.strip()))


def scope_text(chosen: Mapping[str, Sequence[str]]) -> str:
    """Return the scope in words, as `对象类别：餐饮、零售；区域：东门街道`."""
    parts = [f"{title}：{'、'.join(chosen[key])}" for key, (title, _) in FILTERS.items() if chosen.get(key)]
    return "；".join(parts) or EVERYBODY


def read_scope(text: str) -> dict[str, list[str]]:
    """Return the values by filter; raise ValueError for words that `scope_text` does not write."""
    if text == EVERYBODY:
        return {}
    by_title = {title: key for key, (title, _) in FILTERS.items()}
    chosen = {}
    for part in text.split("；"):
        title, _, values = part.partition("：")
        if title not in by_title or not values:
            raise ValueError(f"对象范围“{text[:40]}”读不懂")
        chosen[by_title[title]] = words_of(values)
    return chosen


def scope_complaints(session: Session, chosen: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return by filter which values no object in the register has, with those there are."""
    found = {}
    for key, values in chosen.items():
        column = FILTERS[key][1]
        known = set(session.scalars(select(column).distinct()))
        if strange := [value for value in values if value not in known]:
            offered = "、".join(sorted(known)[:10]) or "（名录库为空）"
            found[key] = f"名录库里没有{'、'.join(strange)[:60]}；现有：{offered}"
    return found


def in_scope(session: Session, chosen: Mapping[str, Iterable[str]]) -> list[SubjectRow]:
    """Return the active objects of a scope, in the order of their codes."""
    query = select(SubjectRow).where(SubjectRow.is_active)
    for key, values in chosen.items():
        query = query.where(FILTERS[key][1].in_(list(values)))
    return list(session.scalars(query.order_by(SubjectRow.code)))
