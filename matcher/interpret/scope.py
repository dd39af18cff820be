"""Where a tree is evaluated: the applicant's facts, the day, the fact year, the list item at hand, the parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from matcher.interpret.possible import (
    ABSENT,
    EITHER,
    Needs,
    Possible,
    exactly,
    number,
)
from matcher.profile.facts import (
    EMPLOYER,
    Absent,
    Between,
    Exact,
    Items,
    OneOf,
    Profile,
    State,
    fact_key,
)
from rules.language.model import (
    Bundle,
    Derived,
    Dimension,
    Field,
    Policy,
    Version,
)
from rules.vocabulary.codes import load_code_tables

_WHOLE = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.DATE))
_ORDERED = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO, Dimension.DATE))


FactKey = tuple[str, int]  # the name and the year, 0 for a fact that is not yearly


class ItemAtHand(NamedTuple):
    """An item of a list; `path` is its place (`stores[2]`), of an item that may be any one the name of the list."""

    path: str
    key: str
    states: Mapping[str, State]
    fields: Mapping[str, Field]
    is_any: bool = False


class Entries(NamedTuple):
    """The items of a list; of an unknown list one item that may be any, and how many there may be."""

    items: tuple[ItemAtHand, ...]
    is_known: bool
    most: int | None
    key: str
    example: ItemAtHand  # an item of which nothing is known


@dataclass(slots=True)
class Scope:
    """One question: what a version of a policy says of a profile on a day.

    `year` is the year that a fact without offset means: the fact year, another one inside a shifted derived fact. `facts`
    remembers what was looked up and may be shared by all scopes with the same fact year; `pinned` holds what is presumed of
    facts in place of what the profile says. With `is_estimate` a parameter that is not published counts as its nearest
    published value.
    """

    bundle: Bundle
    policy: Policy
    version: Version
    profile: Profile
    on: date
    fact_year: int
    year: int
    facts: dict[FactKey, Possible]
    params: dict[str, Possible] = field(default_factory=dict)
    prefix: str = ""
    item: ItemAtHand | None = None
    is_estimate: bool = False
    pinned: Mapping[FactKey, Possible] = field(default_factory=dict)

    def at_item(self, item: ItemAtHand) -> Scope:
        """Return the scope in which names are first looked up in an item."""
        return replace(self, item=item)

    def inside_derived(self, prefix: str, year: int) -> Scope:
        """Return the scope in which a derived fact is computed."""
        return replace(self, prefix=prefix, year=year, item=None)

    def resolve(self, name: str, offset: int) -> tuple[str, str, int]:
        """Return the prefix, the bare name and the year of a fact as this scope means it."""
        prefix = self.prefix
        if name.startswith(EMPLOYER):
            prefix, name = EMPLOYER, name.removeprefix(EMPLOYER)
        return prefix, name, self.year + offset

    def pinning(self, pinned: Mapping[FactKey, Possible]) -> Scope:
        """Return the scope in which more is presumed of some facts."""
        return replace(self, facts={}, pinned={**self.pinned, **pinned})

    def base_fact(self, full: str, year: int, definition: Field) -> Possible:
        """Return what is known of a fact that the vocabulary defines as a field; the year is 0 if it is not yearly."""
        found = self.facts.get((full, year)) or self.pinned.get((full, year))
        if found is None:
            yearly = year or None
            found = possible_of(self.profile.get(full, yearly, self.fact_year), definition, fact_key(full, yearly))
        self.facts[full, year] = found
        return found

    def item_fact(self, name: str) -> Possible:
        """Return what is known of a field of the item at hand."""
        item = self.item
        assert item is not None  # noqa: S101  the loader allows such names inside lists alone
        key = item.path if item.is_any else f"{item.path}.{name}"
        return possible_of(item.states.get(name), item.fields[name], key)

    def entries(self, list_name: str) -> Entries:
        """Return the items of a list."""
        prefix, name, _ = self.resolve(list_name, 0)
        definition = self.bundle.vocabulary.fields[name]
        full = prefix + name
        state = self.profile.get(full)
        anyone = ItemAtHand(full, "", {}, definition.item, is_any=True)
        if isinstance(state, Items):
            items = tuple(
                ItemAtHand(f"{full}[{place}]", item.key, item.fields, definition.item)
                for place, item in enumerate(state.items, 1)
            )
            return Entries(items, is_known=True, most=len(items), key=full, example=anyone)
        if isinstance(state, Absent):
            return Entries((), is_known=True, most=0, key=full, example=anyone)
        most = int(definition.maximum) if isinstance(definition.maximum, Fraction) else None
        return Entries((anyone,), is_known=False, most=most, key=full, example=anyone)

    def definition(self, name: str, *, of_item: bool = False) -> Field | Derived:
        """Return what the vocabulary says of a name."""
        if of_item:
            assert self.item is not None  # noqa: S101  the loader allows such names inside lists alone
            return self.item.fields[name]
        bare = name.removeprefix(EMPLOYER)
        vocabulary = self.bundle.vocabulary
        return vocabulary.fields.get(bare) or vocabulary.derived[bare]


def possible_of(state: State | None, definition: Field, key: str) -> Possible:
    """Return the values a fact may have: its state, within the domain of its field."""
    match state:
        case Exact(value=value):
            return exactly(value, is_whole=definition.dimension in _WHOLE, table=definition.code_table)
        case Absent():
            return ABSENT
        case OneOf(values=values):
            return Possible(is_ordered=False, members=values, table=definition.code_table, needs=(key,))
        case Between(low=low, high=high):
            domain = domain_of(definition, (key,))
            lo = domain.lo if low is None else number(low)
            hi = domain.hi if high is None else number(high)
            return domain._replace(lo=lo, hi=hi, absent=False)
    return domain_of(definition, (key,))


def domain_of(definition: Field, needs: Needs) -> Possible:
    """Return every value that a field may have."""
    absent = bool(definition.nullable)
    dimension = definition.dimension
    if dimension in _ORDERED:
        lo = None if definition.minimum is None else number(definition.minimum)
        hi = None if definition.maximum is None else number(definition.maximum)
        return Possible(lo, hi, dimension in _WHOLE, needs, absent=absent)
    members: frozenset[str | bool] | None = EITHER if dimension is Dimension.BOOL else None
    if definition.code_table:
        members = _codes_of(definition.code_table)
    return Possible(is_ordered=False, members=members, table=definition.code_table, needs=needs, absent=absent)


def _codes_of(table_id: str) -> frozenset[str | bool] | None:
    """Return all codes of a closed table; in an open or a prefix table a fact may be a code that is not listed."""
    table = load_code_tables().get(table_id)
    if table is None or table.is_open or table.is_prefix:
        return None
    return frozenset(entry.code for entry in table)


def named(keys: Needs, fact_year: int) -> Needs:
    """Return fact keys as results name them: without the year where it is the fact year, parameters left out."""
    ending = f"@{fact_year}"
    return tuple(key.removesuffix(ending) for key in keys if not key.startswith("$"))


def unpublished(keys: Needs) -> Iterator[str]:
    """Yield the names of the parameters among what an answer needs."""
    return (key[1:] for key in keys if key.startswith("$"))
