"""A published record's versions: corrected, withdrawn, never silently replaced; and objections to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Version:
    """One published version; `fields` None marks a withdrawal, which leaves only its reason in public."""

    number: int
    published_on: date
    fields: Mapping[str, str] | None
    reason: str = ""


class ObjectionState(StrEnum):
    """Where an objection stands."""

    RAISED = "已提出"
    CHECKING = "核查中"
    UPHELD = "异议成立"
    REJECTED = "异议不成立"
    WITHDRAWN = "已撤回异议"


_MOVES = {
    ObjectionState.RAISED: {ObjectionState.CHECKING, ObjectionState.WITHDRAWN},
    ObjectionState.CHECKING: {ObjectionState.UPHELD, ObjectionState.REJECTED, ObjectionState.WITHDRAWN},
}


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to one version; every step with its day and the words given for it."""

    number: int
    version: int
    steps: tuple[tuple[ObjectionState, date, str], ...]

    @property
    def state(self) -> ObjectionState:
        """Return the state reached."""
        return self.steps[-1][0]

    @property
    def is_open(self) -> bool:
        """Tell whether the record carries the mark 异议处理中."""
        return self.state in _MOVES


@dataclass(frozen=True, slots=True)
class Record:
    """A record with all its versions, the oldest first, and the objections to it."""

    id: str
    versions: tuple[Version, ...]
    objections: tuple[Objection, ...] = ()

    @property
    def current(self) -> Version:
        """Return the newest version."""
        return self.versions[-1]

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether the newest version is a withdrawal."""
        return self.current.fields is None

    @property
    def marks(self) -> tuple[str, ...]:
        """Return in Chinese what is shown beside the record."""
        found = []
        if self.is_withdrawn:
            found.append(f"已于 {self.current.published_on} 撤回：{self.current.reason}")
        elif len(self.versions) > 1:
            found.append(
                f"已更正{len(self.versions) - 1}次，最近一次 {self.current.published_on}：{self.current.reason}"
            )
        if any(each.is_open for each in self.objections):
            found.append("异议处理中")
        return tuple(found)


def publish(id_: str, fields: Mapping[str, str], day: date) -> Record:
    """Return a record with its first version."""
    return Record(id_, (Version(1, day, _frozen(fields)),))


def correct(record: Record, fields: Mapping[str, str], day: date, reason: str) -> Record:
    """Add a corrected version; both stay readable (企业信息公示暂行条例 art. 12). Raise ValueError, in Chinese."""
    _check_step(record, day, reason)
    if record.current.fields == fields:
        raise ValueError("更正后的内容与现有内容相同；没有变化的不要更正")
    return _add(record, Version(len(record.versions) + 1, day, _frozen(fields), reason))


def withdraw(record: Record, day: date, reason: str) -> Record:
    """Withdraw a record, stating why (行政处罚法 art. 48). Raise ValueError, in Chinese."""
    _check_step(record, day, reason)
    return _add(record, Version(len(record.versions) + 1, day, None, reason))


def changes(record: Record, number: int) -> dict[str, tuple[str, str]]:
    """Return what version `number` changed: by field, the words before and after; empty words where there was nothing."""
    if not 2 <= number <= len(record.versions):
        raise ValueError(f"没有第{number}版可供对照；该记录共{len(record.versions)}版，自第2版起有对照")
    before, after = (record.versions[n].fields or {} for n in (number - 2, number - 1))
    names = dict.fromkeys((*before, *after))
    pairs = {name: (before.get(name, ""), after.get(name, "")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def object_to(record: Record, day: date, words: str) -> Record:
    """Raise an objection to the newest version; raise ValueError, in Chinese, where there is none to object to."""
    _check_step(record, day, words)
    raised = Objection(len(record.objections) + 1, record.current.number, ((ObjectionState.RAISED, day, words),))
    return replace(record, objections=(*record.objections, raised))


def move_objection(record: Record, number: int, to: ObjectionState, day: date, words: str) -> Record:
    """Take an objection one step on; raise ValueError, in Chinese, for a step that is not allowed.

    An objection upheld changes nothing by itself: `correct` or `withdraw` follows and says so.
    """
    if not 1 <= number <= len(record.objections):
        raise ValueError(f"没有第{number}号异议")
    objection = record.objections[number - 1]
    allowed = _MOVES.get(objection.state, set())
    if to not in allowed:
        hint = "、".join(sorted(allowed)) or "无（已办结）"
        raise ValueError(f"异议现为「{objection.state}」，不能改为「{to}」；可改为：{hint}")
    if not words.strip():
        raise ValueError("请写明理由")
    if day < objection.steps[-1][1]:
        raise ValueError(f"日期 {day} 早于上一步 {objection.steps[-1][1]}")
    moved = replace(objection, steps=(*objection.steps, (to, day, words)))
    return replace(record, objections=(*record.objections[: number - 1], moved, *record.objections[number:]))


def _check_step(record: Record, day: date, reason: str) -> None:
    if record.is_withdrawn:
        raise ValueError("该记录已经撤回；如需再次公示，请另立新记录")
    if day < record.current.published_on:
        raise ValueError(f"日期 {day} 早于现有版本的公示日 {record.current.published_on}")
    if not reason.strip():
        raise ValueError("请写明理由")


def _add(record: Record, version: Version) -> Record:
    return replace(record, versions=(*record.versions, version))


def _frozen(fields: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(fields))
