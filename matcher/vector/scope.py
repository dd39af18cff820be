"""Where trees are evaluated for many applicants: their rows, the day, the fact year, the list items at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.interpret.possible import Needs, Possible
from matcher.interpret.scope import FactKey, possible_of
from matcher.interpret.scope import Scope as Plain
from matcher.profile import fact_key
from matcher.vector import columns, ends
from matcher.vector.columns import NONE, Column, select
from matcher.vector.ends import Array
from matcher.vector.needs import OTHER, PARAMETER, NeedBits
from matcher.vector.population import Facts, ListFacts, Points, Population
from rules.language.model import Dimension, Field

_MEMBERED = frozenset((Dimension.BOOL, Dimension.CODE))


@dataclass(frozen=True, slots=True)
class ItemRows:
    """The items of a list under evaluation: which they are, and the row of the outer scope that each belongs to."""

    facts: ListFacts
    definition: Field
    items: Array
    parents: Array
    outer: Scope


@dataclass(slots=True)
class Scope:
    """A version of a policy asked about some rows of a population (all of them when `rows` is None).

    `plain` is the same question without facts: there the interpreter evaluates what is the same for everybody. `odd` marks
    the rows that the interpreter must answer.
    """

    population: Population
    plain: Plain
    bits: NeedBits
    rows: Array | None
    odd: Array
    facts: dict[FactKey, Column] = field(default_factory=dict)
    pinned: Mapping[FactKey, Column] = field(default_factory=dict)
    item: ItemRows | None = None
    knows: bool = True  # whether single facts are told apart in needs

    @property
    def size(self) -> int:
        """Return the number of rows, of items inside a list."""
        if self.item is not None:
            return len(self.item.items)
        return self.population.size if self.rows is None else len(self.rows)

    def inside_derived(self, prefix: str, year: int) -> Scope:
        """Return the scope in which a derived fact is computed."""
        return replace(self, plain=self.plain.inside_derived(prefix, year))

    def pinning(self, pinned: Mapping[FactKey, Column]) -> Scope:
        """Return the scope in which more is presumed of some facts."""
        return replace(self, facts={}, pinned={**self.pinned, **pinned})

    def narrowed_to(self, places: Array) -> Scope:
        """Return the scope of some of the rows, by their places among these."""
        rows = self.population.all_rows[places] if self.rows is None else self.rows[places]
        pinned = {key: columns.take(column, places) for key, column in self.pinned.items()}
        return replace(self, rows=rows, odd=np.zeros(len(places), bool), facts={}, pinned=pinned)

    def leave_to_interpreter(self, mask: Array) -> None:
        """Mark rows, or the rows that items belong to, as ones that the interpreter must answer."""
        if not mask.any():
            return
        if self.item is None:
            self.odd |= mask
        else:
            outer = np.zeros(self.item.outer.size, bool)
            outer[self.item.parents[np.broadcast_to(mask, self.size)]] = True
            self.item.outer.leave_to_interpreter(outer)

    def at_items(self, list_name: str) -> Scope:
        """Return the scope of all items of a list."""
        prefix, name, _ = self.plain.resolve(list_name, 0)
        definition = self.plain.bundle.vocabulary.fields[name]
        facts = self.population.lists.get(prefix + name) or _unknown_list(self.population.size)
        items, parents = facts.items_of(self.rows)
        return replace(self, item=ItemRows(facts, definition, items, parents, self), facts={})

    def known_lists(self, list_name: str) -> tuple[Array, int | None]:
        """Return in which rows a list is known, and how many items an unknown one may have."""
        prefix, name, _ = self.plain.resolve(list_name, 0)
        most = self.plain.bundle.vocabulary.fields[name].maximum
        facts = self.population.lists.get(prefix + name)
        known = np.zeros(1, bool) if facts is None else ends.take_rows(facts.is_known, _rows(self))
        return known, None if most is None else int(most)  # type: ignore[arg-type]  # of a list a number

    def base_fact(self, full: str, year: int, definition: Field) -> Column:
        """Return what is known of a field; the year is 0 if it is not yearly."""
        key = (full, year)
        found = self.facts.get(key)
        if found is None:
            pinned = self.pinned.get(key)
            found = self._stored(full, year, definition) if pinned is None else pinned
            self.facts[key] = found
        return found

    def _stored(self, full: str, year: int, definition: Field) -> Column:
        bit = self.bit_of(fact_key(full, year or None), definition)
        column = self.population_column(full, year, definition)
        if self.rows is not None:
            column = columns.take(column, self.rows)
        return _with_bit(column, bit)

    def population_column(self, full: str, year: int, definition: Field) -> Column:
        """Return what is known of a field in every row of the population, made once."""
        facts = self.population.facts
        named = fact_key(full, year or None)
        own, bare = facts.get(named), facts.get(full) if year == self.plain.fact_year else None
        kept = self.population.columns
        key = (full, year, bare is not None)
        found = kept.get(key)
        if found is None:
            column = column_of(own, definition, named)
            if year and bare is not None:
                column = select(_is_told(own), column, column_of(bare, definition, named))
            found = kept[key] = column
        assert isinstance(found, Column)  # noqa: S101  nothing else is kept there
        return found

    def item_fact(self, name: str) -> Column:
        """Return what is known of a field of the items at hand."""
        assert self.item is not None  # noqa: S101  the loader allows such names inside lists alone
        definition = self.item.definition.item[name]
        held = self.item.facts.fields.get(name)
        column = column_of(held, definition, name)
        return columns.take(column, self.item.items)

    def bit_of(self, key: str, definition: Field | None = None) -> int:
        """Return the bit of a fact by its key, or of a parameter."""
        if key.startswith("$"):
            return PARAMETER
        name, _, year = key.partition("@")
        if definition is None:
            definition = self.plain.bundle.vocabulary.fields.get(name.removeprefix("employer."))
        is_single = self.knows and definition is not None and definition.dimension in _MEMBERED
        return self.bits.of((name, int(year or 0)), has_members=is_single)

    def bits_of(self, needs: Needs) -> int:
        """Return the bits of several facts."""
        found = 0
        for key in needs:
            found |= self.bit_of(key)
        return found

    def constant(self, found: Possible) -> Column:
        """Return what the interpreter found to be the same for everybody."""
        return columns.constant(found, self.bits_of(found.needs))


def _rows(scope: Scope) -> Array:
    return scope.population.all_rows if scope.rows is None else scope.rows


def _with_bit(column: Column, bit: int) -> Column:
    if column.needs is NONE or bit == OTHER:
        return column
    return replace(column, needs=np.where(column.needs, bit, 0))


def column_of(held: Facts | None, definition: Field, key: str) -> Column:
    """Return a column of what is held of a field, an open row needing OTHER."""
    if held is None:
        return columns.constant(possible_of(None, definition, key), OTHER)
    if isinstance(held, Points):
        exact = columns.exactly(ends.whole(held.values), is_whole=definition.dimension is not Dimension.RATIO)
        if held.unknown is None:
            return exact
        return select(held.unknown, column_of(None, definition, key), exact)
    states = columns.from_possibles([possible_of(state, definition, key) for state in held.states], OTHER)
    return columns.take(states, held.ids)


def _is_told(held: Facts | None) -> Array:
    if held is None:
        return columns.NO
    if isinstance(held, Points):
        return columns.YES if held.unknown is None else ~held.unknown
    return np.array([state is not None for state in held.states])[held.ids]


def _unknown_list(size: int) -> ListFacts:
    return ListFacts(np.arange(size), np.ones(size, np.int64), np.zeros(size, bool), {})
