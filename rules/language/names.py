"""Names → facts and parameters: what a rule may refer to from where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rules.language.findings import Finding
from rules.language.measures import Measure
from rules.language.model import Dimension, FactRef, Field, ParamRef, Position
from rules.language.problems import Gatherer, Noted, Refused, did_you_mean, nearest, short
from rules.language.quantities import Codes

EMPLOYER = "employer."
_REFERENCE = re.compile(r"(employer\.)?([a-z][a-z0-9_]*)(?:\[([+-]\d{1,2}|0)\])?")


class Known(NamedTuple):
    """A fact found by its name: the reference, what it measures, and its entry if it is not computed."""

    ref: FactRef
    measure: Measure
    field: Field | None


@dataclass(frozen=True, slots=True)
class DerivedHead:
    """What others need to know of a computed fact before it is read."""

    label: str
    measure: Measure
    is_yearly: bool | None  # None: not known yet


class Reference(NamedTuple):
    """Something of another file that a file names: checked when all files have been read."""

    kind: str  # group, conditions, policy
    id: str
    position: Position


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be named at one place of a file, and where errors go."""

    notes: list[Finding]
    fields: Mapping[str, Field]
    derived: Mapping[str, DerivedHead]
    tables: Mapping[str, Codes]
    references: list[Reference] = field(default_factory=list)
    ids: list[tuple[str, Position]] = field(default_factory=list)  # given to conditions and steps so far
    params: Mapping[str, Measure] = field(default_factory=dict)
    documents: frozenset[str] | None = None  # None: cites cannot be checked here
    applicants: tuple[str, ...] = ()  # empty: unknown
    items: Mapping[str, Field] | None = None  # the facts of the list item, inside where and for_each
    broken: frozenset[str] = frozenset()  # facts and $parameters whose own definition was refused already
    is_listed: bool = False  # conditions stand in the list an applicant sees: each needs an id and a clause
    depth: int = 0  # of nested condition groups

    def inside(self, items: Mapping[str, Field]) -> Scope:
        """Return the scope of a list item's conditions and values."""
        return replace(self, items=items, is_listed=False, depth=0)

    def aside(self) -> Scope:
        """Return the scope of a condition that is not shown in a list of its own."""
        return replace(self, is_listed=False, depth=0)

    def note_id(self, id_: str, position: Position) -> str:
        """Remember the id of a condition or step, and return it."""
        if id_:
            self.ids.append((id_, position))
        return id_

    def refuse_doubles(self, gatherer: Gatherer) -> None:
        """Note every id that two conditions or steps share, at both places."""
        places: dict[str, list[Position]] = {}
        for id_, position in self.ids:
            places.setdefault(id_, []).append(position)
        for id_, twins in places.items():
            for position in twins[:2] if len(twins) > 1 else ():
                other = twins[0] if position is not twins[0] else twins[1]
                message = f"编号 {id_} 也用在第 {other.line} 行"
                gatherer.refuse("structure.duplicate", position, message, "条件和步骤的 id 不能相同，请改一个")

    def refer(self, kind: str, ids: Iterable[tuple[str, Position]]) -> tuple[str, ...]:
        """Remember what is named of other files; return the ids alone."""
        named = tuple(ids)
        self.references.extend(Reference(kind, id_, position) for id_, position in named)
        return tuple(id_ for id_, _ in named)

    def fact(self, text: str, position: Position) -> Known:
        """Resolve a fact; an item's own facts come first. Raise Refused for what is none."""
        found = _REFERENCE.fullmatch(text)
        if not found:
            raise self._unknown(text, position)
        employer, name, offset_text = found.groups()
        offset = int(offset_text or 0)
        if self.items and not employer and name in self.items:
            item_field = self.items[name]
            self._refuse_offset(offset_text, name, position, is_yearly=False)
            return Known(FactRef(name, position, of_item=True), measure_of(item_field), item_field)
        if name in self.fields:
            known = self.fields[name]
            self._refuse_stranger(known, employer, position)
            self._refuse_offset(offset_text, name, position, is_yearly=known.yearly)
            return Known(FactRef((employer or "") + name, position, offset), measure_of(known), known)
        if name in self.derived:
            head = self.derived[name]
            self._refuse_employer(employer, name, position)
            self._refuse_offset(offset_text, name, position, is_yearly=head.is_yearly is not False)
            return Known(FactRef((employer or "") + name, position, offset), head.measure, None)
        if name in self.broken:
            raise Noted
        raise self._unknown(text, position)

    def field(self, name: str) -> Field | None:
        """Return the entry of an applicant's or employer's fact, None for a computed one."""
        return self.fields.get(name.removeprefix(EMPLOYER))

    def param(self, text: str, position: Position) -> tuple[ParamRef, Measure]:
        """Resolve `$name`; raise Refused for a parameter the file does not have."""
        name = text.removeprefix("$")
        if text in self.broken:
            raise Noted
        if name not in self.params:
            advice = did_you_mean(name, [*self.params, "as_of"]) if self.params else "请先在 params 里写出这个参数"
            raise Refused("reference.unknown-param", position, f"没有参数 ${short(name)}", advice)
        return ParamRef(name, position), self.params[name]

    def list_field(self, name: str, position: Position) -> Field:
        """Return the entry of a list fact; raise Refused for another fact."""
        known = self.fact(name, position)
        if known.field is None or known.measure.dimension is not Dimension.LIST:
            lists = [field_name for field_name, each in self.fields.items() if each.dimension is Dimension.LIST]
            raise Refused("type.dimension", position, f"{name} 不是列表", did_you_mean(name, lists))
        return known.field

    def _refuse_stranger(self, known: Field, employer: str | None, position: Position) -> None:
        """Refuse a fact that no applicant of this program has."""
        if employer:
            self._refuse_employer(employer, known.name, position)
            if "enterprise" not in known.applicant:
                advice = f"employer. 之后只能写企业的事实；本人的事实直接写 {known.name}"
                raise Refused("reference.applicant", position, f"{known.name} 不是企业的事实", advice)
        elif self.applicants and not set(self.applicants) & set(known.applicant):
            advice = "请换一个事实，或在字典里给它加上 applicant"
            if "person" in self.applicants and "enterprise" in known.applicant:
                advice = f"用人单位的事实写 employer.{known.name}"
            message = f"本项目的申报对象没有“{known.label}”（{known.name}）这一事实"
            raise Refused("reference.applicant", position, message, advice)

    def _refuse_employer(self, employer: str | None, name: str, position: Position) -> None:
        if employer and self.applicants and "person" not in self.applicants:
            message = "employer. 只用于个人申报的项目"
            raise Refused("reference.applicant", position, message, f"请直接写 {name}，或写 applicant: person")

    def _refuse_offset(self, offset: str | None, name: str, position: Position, *, is_yearly: bool) -> None:
        if offset is not None and not is_yearly:
            advice = f"请写 {name}；只有 period: year 的事实才有 [-1]"
            raise Refused("type.offset", position, f"{name} 不是按年的事实", advice)

    def _unknown(self, text: str, position: Position) -> Refused:
        if self.items is None and (owners := [name for name, each in self.fields.items() if text in each.item]):
            message = f"{text} 是列表 {owners[0]} 各项的事实"
            return Refused("reference.unknown-fact", position, message, "只能写在该列表的 where 或 for_each 里")
        bare = re.sub(r"\[.*", "", text.removeprefix(EMPLOYER))
        return Refused("reference.unknown-fact", position, f"没有“{short(text)}”这个事实", self._advice(bare))

    def _advice(self, word: str) -> str:
        names = {**{name: each.label for name, each in self.fields.items()}}
        names |= {name: head.label for name, head in self.derived.items()}
        if self.items:
            names |= {name: each.label for name, each in self.items.items()}
        near = nearest(word, names)
        if not near:
            label = nearest(word, names.values())
            near = next((name for name, each in names.items() if label and each == label), "")
        return (
            f"是否指 {near}（{names[near]}）" if near else "请查事实字典（rules/vocabulary/fields），或先在字典里登记"
        )


def measure_of(known: Field) -> Measure:
    """Return what a fact measures."""
    return Measure(known.dimension, known.unit, known.code_table)
