"""State as exact numbers what the amount steps worked with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matcher.interpret.amounts.running import Applied
from matcher.interpret.dispatch import evaluate
from matcher.interpret.exact import stated
from matcher.interpret.possible import Possible
from matcher.interpret.rows import applicable_rows
from matcher.interpret.scope import Scope
from matcher.outcome import Truth
from rules.language.model import (
    AmountOf,
    Base,
    CapBase,
    Fixed,
    FloorBase,
    ForEach,
    Instalments,
    Match,
    PerUnit,
    Prorate,
    Range,
    Rate,
    Round,
    Step,
    Test,
    TierMode,
    Tiers,
    UnitCount,
    Value,
)

Json = dict[str, Any]


def exact_step(step: Step, truth: Truth, applied: Applied, scope: Scope) -> Json:
    """Return the exact amount after a step, whether its own condition held, and the values it worked with."""
    found: Json = {"after": stated(applied.after.amount)}
    if truth is not Truth.T:
        found["when"] = truth.value
    if truth is Truth.F:
        return found
    return {**found, **_values(step, applied, scope), **applied.exact}


def _values(step: Step, applied: Applied, scope: Scope) -> Json:  # noqa: PLR0911  one for each kind of step
    of, by = {"of": stated(applied.operand[1])}, {"by": stated(applied.bound[1])}
    match step:
        case Fixed():
            return {"by": of["of"]}
        case Rate(of=base) | Match(of=base):
            return {**of, **by, **_from_base(base)}
        case PerUnit(of=base, above=above, unit=unit, count=count):
            start = {} if above is None else {"above": stated(evaluate(above, scope))}
            is_whole = {"whole": True} if count is UnitCount.WHOLE else {}
            return {**of, **start, "unit": stated(evaluate(unit, scope)), **by, **is_whole, **_from_base(base)}
        case Tiers(of=base):
            return {**of, **_from_base(base), **_brackets(step, applied.operand[1], scope)}
        case Base():
            return of
        case CapBase() | FloorBase() | Range():
            return {**of, **by}
        case Prorate(minimum=minimum):
            bar = {} if minimum is None else {"minimum": stated(evaluate(minimum, scope))}
            return {**of, **by, **bar}
        case Instalments(shares=shares, years=years, cap_each=cap_each):
            parts: Json = {"years": years} if years else {"shares": [str(part.share) for part in shares]}
            return parts if cap_each is None else {**parts, **by}
        case Round(to=to, mode=mode):
            return {"unit": to.value, "mode": mode.value}
        case ForEach() | AmountOf():
            return {}
    return by


def _from_base(of: Value | None) -> Json:
    return {"base": True} if of is None else {}


def _brackets(step: Tiers, base: Possible, scope: Scope) -> Json:
    """Return the rows of a bracket table; of a base that is open also to which part of it each row may apply."""

    def value_of(value: Value) -> Possible:
        return evaluate(value, scope)

    rows = []
    for row in step.rows:
        name, price = next(
            (name, value)
            for name, value in (("rate", row.rate), ("each", row.each), ("value", row.value))
            if value is not None
        )
        rows.append({"tests": _tests(row.tests, scope), name: stated(value_of(price))})
    found: Json = {"mode": step.mode.value, "rows": rows}
    if step.mode is TierMode.WHOLE and not base.is_settled:
        applicable, has_gap = applicable_rows(base, step.rows, value_of)
        parts = {id(row): stated(part) for row, part in applicable}
        found |= {"parts": [parts.get(id(row)) for row in step.rows], "gap": has_gap}
    return found


def _tests(tests: Sequence[Test], scope: Scope) -> list[list[Any]]:
    return [[test.word.value, *(stated(evaluate(bound, scope)) for bound in test.bounds)] for test in tests]
