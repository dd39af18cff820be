"""The facts of many applicants in columns, and how one row becomes a profile again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from matcher.profile import Absent, Items, Profile, State
from matcher.vector.ends import Array


@dataclass(frozen=True, slots=True)
class Coded:
    """A fact as one of a few states for each row; None is unknown."""

    ids: Array
    states: tuple[State | None, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A number or day for each row: money in 分, days as ordinals; unknown where the mask says so."""

    values: Array  # int64
    unknown: Array | None = None


Facts = Coded | Points


@dataclass(frozen=True, slots=True)
class ListFacts:
    """A list of each row: the items of row r stand from `starts[r]` on, `counts[r]` of them.

    A row whose list is unknown has one item that may be any, of which nothing is known.
    """

    starts: Array
    counts: Array
    is_known: Array
    fields: Mapping[str, Coded]

    def items_of(self, rows: Array | None) -> tuple[Array, Array]:
        """Return the items of some rows, and for each the place of its row among them."""
        starts = self.starts if rows is None else self.starts[rows]
        counts = self.counts if rows is None else self.counts[rows]
        parents = np.repeat(np.arange(len(counts)), counts)
        before = np.cumsum(counts) - counts
        return np.arange(len(parents)) - before[parents] + starts[parents], parents


@dataclass(frozen=True)
class Population:
    """Facts by their key (`revenue@2025`, `employer.staff`), lists by their name; a key that is not there is unknown."""

    size: int
    facts: Mapping[str, Facts]
    lists: Mapping[str, ListFacts]
    profile_of: Callable[[int], Profile] = field(repr=False)

    @cached_property
    def columns(self) -> dict[object, object]:
        """Return where columns made of these facts are kept."""
        return {}

    @cached_property
    def all_rows(self) -> Array:
        """Return the numbers of all rows."""
        return np.arange(self.size)


def of_profiles(profiles: Sequence[Profile]) -> Population:
    """Return the population of these applicants."""
    keys = {key: None for profile in profiles for key in profile.facts}
    lists = {key for profile in profiles for key, state in profile.facts.items() if isinstance(state, Items)}
    # What nobody has may be a list that nobody has; its key is looked up among lists if it is one.
    told = {key for profile in profiles for key, state in profile.facts.items() if not isinstance(state, Absent)}
    return Population(
        len(profiles),
        {key: coded([profile.facts.get(key) for profile in profiles]) for key in keys if key not in lists},
        {
            key: list_facts([profile.facts.get(key) for profile in profiles])
            for key in keys
            if key in lists or key not in told
        },
        profiles.__getitem__,
    )


def coded(states: Sequence[State | None]) -> Coded:
    """Return states with each different one kept once."""
    places: dict[State | None, int] = {}
    ids = np.array([places.setdefault(state, len(places)) for state in states], np.int64)
    return Coded(ids, tuple(places))


def list_facts(states: Sequence[State | None]) -> ListFacts:
    """Return lists in columns."""
    known = [state is not None for state in states]
    rows = [_items(state) for state in states]
    counts = np.array([len(items) for items in rows], np.int64)
    items = [item for items in rows for item in items]
    names = {name for item in items for name in item}
    return ListFacts(
        np.cumsum(counts) - counts,
        counts,
        np.array(known),
        {name: coded([item.get(name) for item in items]) for name in names},
    )


def _items(state: State | None) -> list[Mapping[str, State]]:
    if isinstance(state, Items):
        return [item.fields for item in state.items]
    return [] if isinstance(state, Absent) else [{}]
