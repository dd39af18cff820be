"""Lists in two editions of a program: whether every entry comes to the same, and with it what is made of the list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypeAlias

from rules.check.prove import numbers
from rules.check.prove.amounts import Calculation
from rules.check.prove.applicant import Applicant
from rules.check.prove.asking import Solver
from rules.check.prove.choices import Universes
from rules.check.prove.formulas import (
    TRUE,
    YES,
    Formula,
    Truth,
    both,
    either,
    every,
    opposite,
    same_truth,
)
from rules.check.prove.numbers import ZERO, Number
from rules.check.prove.places import Place, place_for
from rules.check.prove.programs import edges_of, version_on
from rules.check.prove.translate import Translator
from rules.language.model import Aggregate, AggregateKind, Bundle, ForEach, Policy, Version
from rules.language.rewrite import replaced, shape
from rules.language.walk import walk

_OfList: TypeAlias = ForEach | Aggregate
_SUMS = frozenset({AggregateKind.COUNT, AggregateKind.SUM})


def with_lists_as_before(old: Bundle, new: Bundle, name: str, universes: Universes, effort: int) -> Bundle:
    """Return the newer edition with what a program asks of an entry as it was, where that is proved to come to the same.

    Proved for one entry of whom everything is known, whatever it has, and for its owner's own facts: what an amount is made of
    only for owners who are eligible. Only programs change between the editions, their parameters keep their names.
    """
    one, other = old.policies.get(name), new.policies.get(name)
    if one is None or other is None or not _speak_alike(old, new, one, other):
        return new
    restored = other
    for before, after in zip(one.versions, other.versions, strict=True):
        pairs = [
            *((pair, False) for pair in _changed(before.eligibility, after.eligibility)),
            *((pair, True) for pair in _changed(before.steps, after.steps)),
        ]
        for (past, present), is_paid in pairs:
            days = [on for on in sorted({*edges_of(other)}) if version_on(other, on) is after]
            question = _Question(new, other, after, past, present, is_paid)
            if days and all(question.is_answered(on, universes, effort) for on in days):
                restored = replaced(restored, present, _as_before(past, present))
    return replace(new, policies={**new.policies, name: restored})


def _speak_alike(old: Bundle, new: Bundle, one: Policy, other: Policy) -> bool:
    """Tell whether a part of the one program means the same in the other: names stand for the same definitions."""
    return (
        old.vocabulary is new.vocabulary
        and old.condition_sets is new.condition_sets
        and one.params.keys() == other.params.keys()
        and len(one.versions) == len(other.versions)
    )


def _changed(before: object, after: object) -> Iterator[tuple[_OfList, _OfList]]:
    """Yield the lists of which the editions do not ask the same, as they stand one after the other."""
    pasts, presents = list(_outermost(before)), list(_outermost(after))
    if len(pasts) == len(presents):
        for past, present in zip(pasts, presents, strict=True):
            if shape(past) != shape(present) and _may_agree(past, present):
                yield past, present


def _outermost(root: object) -> Iterator[_OfList]:
    inner: set[int] = set()
    for node in walk(root):
        if isinstance(node, ForEach | Aggregate) and id(node) not in inner:
            yield node
            inner |= {id(part) for part in walk(node)}


def _may_agree(past: _OfList, present: _OfList) -> bool:
    if past.list_name != present.list_name:
        return False
    if isinstance(past, ForEach) and isinstance(present, ForEach):
        return past.order_by is present.order_by and shape(past.limit) == shape(present.limit)
    return isinstance(past, Aggregate) and isinstance(present, Aggregate) and past.kind is present.kind


def _as_before(past: _OfList, present: _OfList) -> _OfList:
    if isinstance(past, ForEach) and isinstance(present, ForEach):
        return replace(present, where=past.where, steps=past.steps)
    assert isinstance(past, Aggregate) and isinstance(present, Aggregate)  # noqa: S101, PT018  `_may_agree` has looked
    return replace(present, where=past.where, of=past.of)


class _Entry(NamedTuple):
    """An entry of a list: whether it counts, and what is made of it."""

    truth: Truth
    value: Number

    @property
    def is_there(self) -> Formula:
        """Return where it counts with a value."""
        return both(self.truth.holds, self.value.exists)

    @property
    def is_known(self) -> Formula:
        """Return where it is known what it adds."""
        return both(self.truth.known, either(opposite(self.truth.holds), self.value.known))

    @property
    def adds(self) -> Number:
        """Return what it adds to a sum: one without a value adds nothing."""
        return numbers.if_else(self.is_there, replace(self.value, exists=YES, known=YES), ZERO)


class _Question(NamedTuple):
    """Whether two forms of what is asked of an entry come to the same in a version."""

    bundle: Bundle
    policy: Policy
    version: Version
    past: _OfList
    present: _OfList
    is_paid: bool  # whether only those who are eligible count

    def is_answered(self, on: date, universes: Universes, effort: int) -> bool:
        """Tell whether it is proved for a day, discretionary spans read at both ends."""
        applicant = Applicant(universes)
        place = place_for(self.bundle, self.policy, self.version, on)
        guard = Translator(applicant).condition(self.version.eligibility, place).holds if self.is_paid else YES
        for takes_least in (False, True):
            past, present = (_entry(node, place, applicant, takes_least) for node in (self.past, self.present))
            solver = Solver(applicant, effort)
            if not solver.is_impossible(guard, _differ(past, present, is_sum=_is_sum(self.past))):
                return False
        return True


def _entry(node: _OfList, place: Place, applicant: Applicant, takes_least: bool) -> _Entry:  # noqa: FBT001
    say, inside = Translator(applicant), place.at_item(node.list_name)
    truth = TRUE if node.where is None else say.condition(node.where, inside)
    if isinstance(node, ForEach):
        calculation = Calculation(say, is_rounded=False, takes_least=takes_least)
        return _Entry(truth, numbers.as_payment(calculation.run(node.steps, inside).amount))
    return _Entry(truth, numbers.ONE if node.of is None else say.number(node.of, inside))


def _is_sum(node: _OfList) -> bool:
    """Tell whether an entry that adds nothing is as good as none: it takes no place under a limit and is no least one."""
    return node.limit is None if isinstance(node, ForEach) else node.kind in _SUMS


def _differ(one: _Entry, other: _Entry, *, is_sum: bool) -> Formula:
    """Return where two forms of an entry may show; where something is unknown each part must be the same by itself."""
    values_differ = opposite(numbers.same(one.value, other.value))
    if is_sum:
        counted = opposite(numbers.same(one.adds, other.adds))
    else:
        counted = either(_unlike(one.is_there, other.is_there), both(one.is_there, values_differ))
    parts = either(
        _unlike(one.truth.holds, other.truth.holds),
        _unlike(one.truth.fails, other.truth.fails),
        both(opposite(one.truth.fails), _unlike(one.value.exists, other.value.exists)),
        every((opposite(one.truth.fails), one.value.exists, values_differ)),
    )
    is_open = either(opposite(one.is_known), opposite(other.is_known))
    return either(_unlike(one.is_known, other.is_known), counted, both(is_open, parts))


def _unlike(one: Formula, other: Formula) -> Formula:
    return opposite(same_truth(one, other))
