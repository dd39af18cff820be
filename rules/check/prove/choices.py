"""Codes, texts and yes/no as the prover sees them: numbered values of a list that is complete for the rules at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import z3

from rules.check.prove.formulas import YES, Formula, Term, Truth, both, decided, either, every, opposite, some
from rules.language.model import Bundle, Literal
from rules.language.walk import walk
from rules.vocabulary.codes import CodeTable, load_code_tables

ANOTHER = "其他"  # the value of an open list that no rule names

_Wanted = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Universe:
    """The values that a code or a text can have as far as rules can tell them apart; the place is the number."""

    values: tuple[str, ...]
    table: CodeTable | None
    _found: dict[tuple[str, _Wanted], tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[str, int]:
        """Return the number of each value."""
        return {value: place for place, value in enumerate(self.values)}

    def coarser(self, wanted: _Wanted) -> tuple[int, ...]:
        """Return the numbers of the values under which a wanted one lies."""
        table = self.table
        if table is None:
            return ()
        return self._places("coarser", wanted, lambda value, finer: value != finer and table.is_under(finer, value))

    def under(self, wanted: _Wanted) -> tuple[int, ...]:
        """Return the numbers of the values that lie under a wanted one."""
        return self._places("under", wanted, self.table.is_under if self.table else str.startswith)

    def maybe_under(self, wanted: _Wanted) -> tuple[int, ...]:
        """Return the numbers of the values that lie under a wanted one or may turn out to."""
        return self._places("maybe", wanted, self.table.may_be_under if self.table else str.startswith)

    def _places(self, kind: str, wanted: _Wanted, test: Callable[[str, str], bool]) -> tuple[int, ...]:
        found = self._found.get((kind, wanted))
        if found is None:
            found = self._found[kind, wanted] = tuple(
                place
                for place, value in enumerate(self.values)
                if value != ANOTHER and any(test(value, each) for each in wanted)
            )
        return found


class Universes:
    """The lists of some bundles, by code table; texts share one list, the one of the empty name."""

    def __init__(self, *bundles: Bundle) -> None:
        parts = [
            dict(part)
            for bundle in bundles
            for part in (bundle.policies, bundle.groups, bundle.condition_sets, bundle.vocabulary.derived)
        ]
        values = [node.value for node in walk(tuple(parts)) if isinstance(node, Literal)]
        self._named = sorted({value for value in values if isinstance(value, str)})
        self._made: dict[str, Universe] = {}

    def of(self, table_id: str) -> Universe:
        """Return the list of a table."""
        if table_id not in self._made:
            self._made[table_id] = self._make(load_code_tables().get(table_id))
        return self._made[table_id]

    def _make(self, table: CodeTable | None) -> Universe:
        if table is None:
            return Universe((*self._named, ANOTHER), None)
        listed = [entry.code for entry in table]
        if not table.is_open:
            return Universe(tuple(listed), table)
        named = [value for value in self._named if value not in table and table.lookup(value) == value]
        return Universe((*sorted(listed + named), ANOTHER), table)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code that a fact has: the number of a value in its universe."""

    universe: Universe
    place: Term


@dataclass(frozen=True, slots=True)
class Choice:
    """A code or a text: guarded constants, or what a fact has; the guards exclude each other."""

    atoms: tuple[tuple[Formula, str | Drawn], ...]
    exists: Formula = YES
    known: Formula = YES
    table: CodeTable | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    holds: Formula
    exists: Formula = YES
    known: Formula = YES


def chosen_choice(options: Sequence[tuple[Formula, Choice]], otherwise: Formula) -> Choice:
    """Return the code of the option whose guard holds; nothing under `otherwise`."""
    return Choice(
        tuple((both(guard, inner), atom) for guard, value in options for inner, atom in value.atoms),
        some(both(guard, value.exists) for guard, value in options),
        either(otherwise, *(both(guard, value.known) for guard, value in options)),
    )


def chosen_flag(options: Sequence[tuple[Formula, Flag]], otherwise: Formula) -> Flag:
    """Return the yes or no of the option whose guard holds; nothing under `otherwise`."""
    return Flag(
        some(both(guard, value.holds) for guard, value in options),
        some(both(guard, value.exists) for guard, value in options),
        either(otherwise, *(both(guard, value.known) for guard, value in options)),
    )


def among(operand: Choice, bounds: Sequence[Choice]) -> Truth:
    """Compare a code with some others for equality: a coarse code may still turn out to be a wanted finer one."""
    holds = some(both(bound.exists, _equal(operand, bound)) for bound in bounds)
    wanted = _constants(bounds)
    return _truth(operand, bounds, holds, _where(operand, lambda universe: universe.coarser(wanted)))


def lies_under(operand: Choice, bounds: Sequence[Choice]) -> Truth:
    """Tell whether a code lies under one of some prefixes."""
    wanted = _constants(bounds)
    holds = _where(operand, lambda universe: universe.under(wanted))
    return _truth(operand, bounds, holds, _where(operand, lambda universe: universe.maybe_under(wanted)))


def _constants(bounds: Sequence[Choice]) -> _Wanted:
    return tuple(atom for bound in bounds for _, atom in bound.atoms if isinstance(atom, str))


def _truth(operand: Choice, bounds: Sequence[Choice], holds: Formula, maybe: Formula) -> Truth:
    there = both(operand.exists, holds)
    known = every([operand.known, *(bound.known for bound in bounds)])
    return Truth(there, both(known, either(opposite(operand.exists), holds, opposite(maybe))))


def _where(operand: Choice, places: Callable[[Universe], Sequence[int]]) -> Formula:
    """Return where a code is one of the values that a question picks from its universe."""
    cases = []
    for guard, atom in operand.atoms:
        if isinstance(atom, str):
            cases += [guard] if places(Universe((atom,), operand.table)) else []
        else:
            cases.append(both(guard, is_one_of(atom.place, places(atom.universe))))
    return some(cases)


def _equal(one: Choice, other: Choice) -> Formula:
    return some(
        every((guard, other_guard, _same(atom, other_atom)))
        for guard, atom in one.atoms
        for other_guard, other_atom in other.atoms
    )


def _same(one: str | Drawn, other: str | Drawn) -> Formula:
    if isinstance(one, str):
        return decided(one == other) if isinstance(other, str) else _same(other, one)
    if isinstance(other, str):
        place = one.universe.places.get(other)
        return is_one_of(one.place, [] if place is None else [place])
    return one.place == other.place


def is_one_of(place: Term, wanted: Iterable[int]) -> Formula:
    """Return where a number is one of some, neighbours taken together."""
    runs: list[tuple[int, int]] = []
    for number in wanted:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return some(place == first if first == last else z3.And(place >= first, place <= last) for first, last in runs)
