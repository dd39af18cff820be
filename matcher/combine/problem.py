"""The combination as a problem in whole 分: programs with options, rules over them, and what a solution is.

A *selection* takes at most one option of each program. It is lawful when

* of a HIGHEST, CHOOSE_ONE or ONCE rule at most one member is taken, and only one that exceeds the money already received;
* of a rule by cost item no item is used twice;
* what is paid, a whole number of 分 from 0 to each option's amount, adds up in a TOP_UP rule to at most the highest member
  taken less the money already received, and in a CAP rule to at most its limit.

The best combination is the lawful selection and payment with the largest sum. Taking a further program that clashes with none,
raising an amount or a limit, or lowering the money received never removes a lawful payment. So the best sum grows with the
amounts and limits and falls with the money received: solving with all minima and with all maxima bounds the truth between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.language.model import GroupRule

EXCLUSIVE = frozenset({GroupRule.HIGHEST, GroupRule.CHOOSE_ONE, GroupRule.ONCE})


@dataclass(frozen=True, slots=True)
class Option:
    """One way to take a program: its amount, the amount before its own caps, and the cost items it uses up."""

    amount: int
    basis: int
    items: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Program:
    """A program and its options, the preferred first."""

    id: str
    options: tuple[Option, ...]

    @property
    def most(self) -> int:
        """Return the largest amount of any option."""
        return max((option.amount for option in self.options), default=0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A group as numbers: `external` is money of the kind already received, `limit` the cap (None: none)."""

    id: str
    kind: GroupRule
    members: frozenset[str]
    external: int = 0
    limit: int | None = None
    before_caps: bool = False
    by_item: bool = False

    @property
    def is_exclusive(self) -> bool:
        """Tell whether the rule forbids taking two members at all."""
        return self.kind in EXCLUSIVE and not self.by_item

    def weigh(self, option: Option) -> int:
        """Return the amount that the rule compares: before or after the program's own caps."""
        return option.basis if self.before_caps else option.amount

    def room(self, taken: Mapping[str, Option]) -> int | None:
        """Return how much the members among `taken` may be paid together; None where the rule sets no sum."""
        if self.kind is GroupRule.CAP:
            return self.limit
        if self.kind is not GroupRule.TOP_UP:
            return None
        weights = [self.weigh(option) for program, option in taken.items() if program in self.members]
        # By item nothing overlaps any more, so nothing but the money already received is taken off.
        highest = sum(weights) if self.by_item else max(weights, default=0)
        return max(0, highest - self.external)


@dataclass(frozen=True, slots=True)
class Problem:
    """Programs in policy order and rules in written order."""

    programs: tuple[Program, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The best found: its sum, a proven upper bound of every sum, what each program is paid, and the options taken."""

    total: int
    bound: int
    pays: Mapping[str, int]
    taken: Mapping[str, Option]

    @property
    def is_optimal(self) -> bool:
        """Tell whether the sum is proven to be the best."""
        return self.total == self.bound
