"""The running amount, and what a step does to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from matcher.interpret.possible import ABSENT, ZERO, Number, Possible
from matcher.interpret.scope import Scope
from matcher.outcome import Money, TraceLine
from rules.language.model import Instalments, Step, Value

Shown = tuple[Value | None, Possible]  # a value of the rule and what it came to
NOT_SHOWN: Shown = (None, ABSENT)


class Running(NamedTuple):
    """The amount so far and the base that steps without `of` use; `base_of` is where the base came from."""

    amount: Possible = ZERO
    base: Possible = ABSENT
    base_of: Value | None = None
    schedule: Instalments | None = None


@dataclass(slots=True)
class Ledger:
    """Where a run of steps writes its lines; with `is_silent` it writes none, `prefix` leads the names of the steps."""

    lines: list[TraceLine] = field(default_factory=list)
    reviews: list[str] = field(default_factory=list)
    is_silent: bool = False
    prefix: str = ""
    depth: int = 0
    item: str = ""

    def inside(self, *, prefix: str = "", item: str = "") -> Ledger:
        """Return the ledger of inner steps, which stand one deeper."""
        return Ledger([], self.reviews, self.is_silent, self.prefix + prefix, self.depth + 1, item or self.item)


class Applied(NamedTuple):
    """What a step made of the running amount: the effect in one word, the operand and bound for its line."""

    after: Running
    effect: str
    operand: Shown = NOT_SHOWN
    bound: Shown = NOT_SHOWN
    inner: tuple[TraceLine, ...] = ()
    exact: Mapping[str, Any] = MappingProxyType({})  # what a step on several items or another policy worked with


StepRunner = Callable[[Any, Running, Scope, Ledger], Applied]
RUNNERS: dict[type[Step], StepRunner] = {}


def money(amount: Possible) -> Money:
    """Return an amount in whole 分; before rounding a range is widened to whole 分, an exact amount rounded half up."""
    lo = amount.lo or 0
    if lo == amount.hi:
        return Money(nearest_fen(lo), nearest_fen(lo))
    return Money(math.floor(lo), None if amount.hi is None else math.ceil(amount.hi))


def nearest_fen(amount: Number) -> int:
    """Return the nearest whole 分, half up."""
    return math.floor(amount * 2 + 1) // 2
