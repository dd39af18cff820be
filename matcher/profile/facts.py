"""What is known of an applicant: facts with their states and sources, unknown being no state at all.

A fact is looked up by its key: `registered_in`, `revenue@2025` for a year, `employer.revenue@2025` for a person's employer.
A yearly fact without a year stands for the fact year of whichever version asks. What the profile does not hold is
unknown, which is neither zero nor “no”.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction

from rules.language.model import Scalar

EMPLOYER = "employer."
_ITEM_PATH = re.compile(r"(?P<list>[^\[]+)\[(?P<number>\d+)\]\.(?P<field>.+)")


class Source(Enum):
    """Who vouches for a fact; the value is what a file and an API call it."""

    REGISTRY = "registry"
    DECLARED = "declared"
    DOCUMENT = "document"
    STATISTICS = "statistics"
    ASSUMED = "assumed"

    @property
    def label(self) -> str:
        """Return the Chinese name."""
        return _SOURCE_LABELS[self]


_SOURCE_LABELS = {
    Source.REGISTRY: "登记信息",
    Source.DECLARED: "自行填报",
    Source.DOCUMENT: "证明文件",
    Source.STATISTICS: "统计数据",
    Source.ASSUMED: "假设",
}


@dataclass(frozen=True, slots=True)
class Exact:
    """A fact known to the last digit; money in 分."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Between:
    """A number or date known to lie between two bounds, both inclusive; None is unbounded."""

    low: Fraction | date | None
    high: Fraction | date | None


@dataclass(frozen=True, slots=True)
class OneOf:
    """A code known to be one of several."""

    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Absent:
    """A fact known not to exist, such as a certificate that was never granted."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list: `key` is its name, number or place in the list; a field that is not there is unknown."""

    key: str
    fields: Mapping[str, State]


@dataclass(frozen=True, slots=True)
class Items:
    """The entries of a list, all of them."""

    items: tuple[Item, ...]


State = Exact | Between | OneOf | Absent | Items


def fact_key(name: str, year: int | None = None) -> str:
    """Return the key of a fact, of a year for a yearly one.

    >>> fact_key("revenue", 2025)
    'revenue@2025'
    """
    return name if year is None else f"{name}@{year}"


@dataclass(frozen=True, slots=True)
class Profile:
    """The facts of one applicant; `applicant` is enterprise, person or organisation, empty where it was not said."""

    facts: Mapping[str, State] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    applicant: str = ""

    def get(self, name: str, year: int | None = None, fact_year: int | None = None) -> State | None:
        """Return the state of a fact, None when it is unknown; the bare name answers for the fact year."""
        if year is None:
            return self.facts.get(name)
        found = self.facts.get(f"{name}@{year}")
        return self.facts.get(name) if found is None and year == fact_year else found

    def source(self, key: str) -> Source:
        """Return who vouches for a fact; what was not said is the applicant's own word."""
        return self.sources.get(key, Source.DECLARED)

    def with_fact(self, key: str, state: State, source: Source = Source.DECLARED) -> Profile:
        """Return a profile in which one fact has another state; `stores[2].closed_days` is a field of the second item.

        Raise KeyError for a field of an item that is not there.
        """
        if path := _ITEM_PATH.fullmatch(key):
            fields = {**self._item(path).fields, path["field"]: state}
            return self._with_item(path, fields)
        return Profile({**self.facts, key: state}, {**self.sources, key: source}, self.applicant)

    def without(self, key: str) -> Profile:
        """Return a profile in which one fact is unknown."""
        if path := _ITEM_PATH.fullmatch(key):
            fields = {name: state for name, state in self._item(path).fields.items() if name != path["field"]}
            return self._with_item(path, fields)
        facts = {other: state for other, state in self.facts.items() if other != key}
        sources = {other: source for other, source in self.sources.items() if other != key}
        return Profile(facts, sources, self.applicant)

    def _item(self, path: re.Match[str]) -> Item:
        held = self.facts.get(path["list"])
        number = int(path["number"])
        if not isinstance(held, Items) or not 1 <= number <= len(held.items):
            raise KeyError(path[0])
        return held.items[number - 1]

    def _with_item(self, path: re.Match[str], fields: Mapping[str, State]) -> Profile:
        changed = Item(self._item(path).key, fields)
        held = self.facts[path["list"]]
        assert isinstance(held, Items)  # noqa: S101  _item has looked
        place = int(path["number"]) - 1
        items = (*held.items[:place], changed, *held.items[place + 1 :])
        return Profile({**self.facts, path["list"]: Items(items)}, self.sources, self.applicant)
