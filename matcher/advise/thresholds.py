"""The values of a fact at which some rule may jump: bounds of conditions, rows of tables, brackets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from fractions import Fraction

from rules.language.model import (
    Base,
    Bundle,
    CapBase,
    FactRef,
    FloorBase,
    Leaf,
    Literal,
    ParamRef,
    PerUnit,
    Policy,
    Table,
    Test,
    Tiers,
    Use,
    Value,
    Version,
)
from rules.language.walk import walk

Threshold = Fraction | date


def thresholds_of(bundle: Bundle, field: str, policies: Collection[str] | None = None) -> tuple[Threshold, ...]:
    """Return the sorted values of a fact (money in 分) at which results can jump, in the given policies or in all.

    `field` may name a year (`revenue@2025`); the thresholds are those of the fact year. All published values of a parameter count.
    """
    name = field.partition("@")[0]
    chosen = [policy for policy in bundle.policies.values() if policies is None or policy.id in policies]
    found = {
        value
        for policy in chosen
        for version in policy.versions
        for value in _of_version(bundle, policy, version, name)
    }
    return tuple(sorted(found, key=lambda value: (isinstance(value, date), value)))


def thresholds_in(bundle: Bundle, policy: Policy, node: object, name: str) -> Iterator[Threshold]:
    """Yield the values with which a tree, its condition sets and derived facts compare a fact."""
    for part in _reachable(bundle, node):
        match part:
            case Leaf(operand=operand, tests=tests) if _is_fact(operand, name):
                yield from _bounds(tests, policy)
            case Table(by=by, rows=rows) if _is_fact(by, name):
                for row in rows:
                    yield from _bounds(row.tests, policy)
            case Tiers(of=of, rows=brackets) if of is not None and _is_fact(of, name):
                for bracket in brackets:
                    yield from _bounds(bracket.tests, policy)
            case PerUnit(of=of, above=above) if of is not None and above is not None and _is_fact(of, name):
                yield from _constants(above, policy)


def _of_version(bundle: Bundle, policy: Policy, version: Version, name: str) -> Iterator[Threshold]:
    yield from thresholds_in(bundle, policy, (version.eligibility, version.steps), name)
    is_base = False
    for step in version.steps:
        match step:
            case Base(of=of):
                is_base = _is_fact(of, name)
            case CapBase(to=to) | FloorBase(to=to) if is_base:
                yield from _constants(to, policy)
            case Tiers(of=None, rows=rows) if is_base:
                for row in rows:
                    yield from _bounds(row.tests, policy)
            case PerUnit(of=None, above=above) if is_base and above is not None:
                yield from _constants(above, policy)


def _reachable(bundle: Bundle, root: object) -> Iterator[object]:
    """Yield the nodes of a tree and of everything it names, each name once."""
    seen: set[str] = set()
    todo = [root]
    while todo:
        for node in walk(todo.pop()):
            yield node
            if isinstance(node, FactRef) and node.name in bundle.vocabulary.derived and node.name not in seen:
                seen.add(node.name)
                todo.append(bundle.vocabulary.derived[node.name].value)
            elif isinstance(node, Use) and node.set_id not in seen:
                seen.add(node.set_id)
                todo.append(bundle.condition_sets[node.set_id].condition)


def _is_fact(value: Value, name: str) -> bool:
    return isinstance(value, FactRef) and value.name == name and not value.offset and not value.of_item


def _bounds(tests: Iterable[Test], policy: Policy) -> Iterator[Threshold]:
    for test in tests:
        for bound in test.bounds:
            yield from _constants(bound, policy)


def _constants(value: Value, policy: Policy) -> Iterator[Threshold]:
    """Yield the constants that a bound may be: a literal, a parameter's values, the values of a table's rows."""
    match value:
        case Literal(value=constant) if isinstance(constant, Fraction | date):
            yield constant
        case ParamRef(name=name):
            for published in policy.params[name].values:
                yield from _constants(published.value, policy)
        case Table(rows=rows):
            for row in rows:
                yield from _constants(row.value, policy)
