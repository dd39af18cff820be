"""Which facts of the applicant a tree rests on, derived facts taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from matcher.interpret.memory import Memory
from matcher.interpret.possible import Needs
from matcher.interpret.scope import Scope
from matcher.profile.facts import fact_key
from rules.language.model import (
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Cases,
    Condition,
    ConditionValue,
    FactRef,
    Leaf,
    Not,
    Operation,
    Shift,
    Table,
    Test,
    Use,
    Value,
)


def fact_keys(value: Value, scope: Scope) -> Needs:
    """Return the keys of the facts that a value rests on, in order; facts of list items count as their list."""
    return tuple(dict.fromkeys(_of_value(value, scope)))


def leaf_keys(leaf: Leaf, scope: Scope) -> Needs:
    """Return the keys of the facts that a leaf rests on, those of its bounds included."""
    return tuple(dict.fromkeys(_of_condition(leaf, scope)))


_KEYS: Memory[Needs] = Memory()


def sources_of(node: Leaf | Value, scope: Scope) -> str:
    """Return who vouches for the facts that a leaf or a value rests on, as far as they are known."""
    walk = _of_condition(node, scope) if isinstance(node, Leaf) else _of_value(node, scope)
    keys = _KEYS.recall(node, (scope.year, scope.prefix), lambda: tuple(dict.fromkeys(walk)))
    ending = f"@{scope.fact_year}"
    known = scope.profile.facts
    labels = []
    for key in keys:
        bare = key.removesuffix(ending)
        held = key if key in known else bare if bare in known else None
        if held is not None:
            labels.append(scope.profile.source(held).label)
    return "、".join(dict.fromkeys(labels))


def _of_value(value: Value | None, scope: Scope) -> Iterator[str]:
    match value:
        case FactRef(of_item=False):
            yield from _of_fact(value, scope)
        case Shift(base=base):
            yield from _of_value(base, scope)
        case Operation(args=args):
            for arg in args:
                yield from _of_value(arg, scope)
        case Aggregate(where=where, of=of):
            prefix, name, _ = scope.resolve(value.list_name, 0)
            yield prefix + name
            yield from _of_condition(where, scope)
            yield from _of_value(of, scope)
        case Table(by=by, rows=rows):
            yield from _of_value(by, scope)
            for row in rows:
                yield from _of_tests(row.tests, scope)
                yield from _of_value(row.value, scope)
        case Cases(rows=cases):
            for case in cases:
                yield from _of_condition(case.when, scope)
                yield from _of_value(case.value, scope)
        case ConditionValue(condition=condition):
            yield from _of_condition(condition, scope)
        case _:
            return


def _of_condition(condition: Condition | None, scope: Scope) -> Iterator[str]:
    match condition:
        case Leaf(operand=operand, tests=tests):
            yield from _of_value(operand, scope)
            yield from _of_tests(tests, scope)
        case AllOf(of=of) | AnyOf(of=of) | AtLeast(of=of):
            for child in of:
                yield from _of_condition(child, scope)
        case Not(of=child):
            yield from _of_condition(child, scope)
        case Use(set_id=set_id):
            yield from _of_condition(scope.bundle.condition_sets[set_id].condition, scope)
        case _:
            return


def _of_tests(tests: Iterable[Test], scope: Scope) -> Iterator[str]:
    for test in tests:
        for bound in test.bounds:
            yield from _of_value(bound, scope)


def _of_fact(node: FactRef, scope: Scope) -> Iterator[str]:
    prefix, name, year = scope.resolve(node.name, node.offset)
    definition = scope.bundle.vocabulary.fields.get(name)
    if definition is None:
        yield from _of_value(scope.bundle.vocabulary.derived[name].value, scope.inside_derived(prefix, year))
    else:
        yield fact_key(prefix + name, year if definition.yearly else None)
