"""What the grounds of a case ask for: which way they lean, and whether a penalty is imposed at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import NamedTuple

from enforcement.discretion.cells import Truth, holds
from enforcement.discretion.model import (
    Benchmark,
    Effect,
    Exemption,
    Ground,
    GroundSet,
    Known,
    Leaning,
    Weight,
    facts_in,
)

_REDUCING = frozenset({Leaning.REDUCED, Leaning.LIGHTER_OR_REDUCED})
_MITIGATING = _REDUCING | {Leaning.LIGHTER}


class Lean(NamedTuple):
    """One way the grounds may turn out.

    `must_reduce`: the fine has to be below the statutory minimum; `may_reduce`: it may be.
    """

    lighter: bool
    heavier: bool
    may_reduce: bool
    must_reduce: bool

    @property
    def weights(self) -> tuple[Weight, ...]:
        """Return the weights a grade may have: all of them where grounds pull both ways and a person has to weigh."""
        if self.lighter and self.heavier:
            return tuple(Weight)
        if self.lighter or self.heavier:
            return (Weight.LIGHT,) if self.lighter else (Weight.HEAVY,)
        return (Weight.NORMAL,)


@dataclass(frozen=True, slots=True)
class Weighing:
    """The grounds of a case: what each is, every way they may lean, and the no-penalty rules."""

    sets: tuple[GroundSet, ...]
    truths: Mapping[str, Truth]  # of each ground
    leans: tuple[Lean, ...]
    open_grounds: tuple[tuple[str, ...], ...]  # by the fields of Lean: the findings still lacking
    exemptions: tuple[tuple[GroundSet, Exemption, Truth], ...]

    def of(self, effect: Effect) -> Truth:
        """Return whether any rule of an effect applies."""
        return _any(truth for _, rule, truth in self.exemptions if rule.effect is effect)

    def open_facts(self, effect: Effect, case: Mapping[str, Known]) -> set[str]:
        """Return the facts that would tell whether a rule of an effect applies."""
        return {
            name
            for _, rule, truth in self.exemptions
            if rule.effect is effect and truth is Truth.UNKNOWN
            for name in facts_in(rule.when)
            if name not in case
        }


def weigh(benchmark: Benchmark, case: Mapping[str, Known], on: date) -> Weighing:
    """Return what the grounds in force on the day of the act come to."""
    sets = tuple(each for each in benchmark.ground_sets if each.from_ <= on and (each.to is None or on <= each.to))
    grounds = [ground for each in sets for ground in each.grounds]
    truths = {ground.id: _finding(ground, case) for ground in grounds}
    groups: list[list[Ground]] = [
        [ground for ground in grounds if ground.leaning in leanings]
        for leanings in (_MITIGATING, {Leaning.HEAVIER}, _REDUCING, {Leaning.REDUCED})
    ]
    answers = [_any(truths[ground.id] for ground in group) for group in groups]
    options = ([truth is Truth.TRUE] if truth is not Truth.UNKNOWN else [False, True] for truth in answers)
    leans = (Lean(*option) for option in product(*options))
    return Weighing(
        sets=sets,
        truths=truths,
        # Who must go below the minimum also may, and whoever may is treated more lightly.
        leans=tuple(lean for lean in leans if lean.lighter >= lean.may_reduce >= lean.must_reduce),
        open_grounds=tuple(
            tuple(ground.id for ground in group if answer is Truth.UNKNOWN and truths[ground.id] is Truth.UNKNOWN)
            for group, answer in zip(groups, answers, strict=True)
        ),
        exemptions=tuple((each, rule, holds(rule.when, case)) for each in sets for rule in each.exemptions),
    )


def _finding(ground: Ground, case: Mapping[str, Known]) -> Truth:
    if ground.id not in case:
        return Truth.UNKNOWN
    return Truth.TRUE if case[ground.id] else Truth.FALSE


def _any(truths: Iterable[Truth]) -> Truth:
    return max(truths, key=lambda truth: truth.value, default=Truth.FALSE)
