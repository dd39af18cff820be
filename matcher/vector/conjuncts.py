"""Take eligibilities apart into the conditions that must all hold, and find those that rest on a single fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache

from matcher.interpret import dispatch as one_by_one
from matcher.interpret.possible import Possible
from matcher.interpret.scope import FactKey
from matcher.interpret.scope import Scope as Plain
from rules.language.model import (
    AllOf,
    AnyOf,
    AsOf,
    AtLeast,
    Bundle,
    Condition,
    ConditionValue,
    Dimension,
    FactRef,
    Leaf,
    Literal,
    Not,
    ParamRef,
    ParamsAt,
    Shift,
    Use,
    Value,
)


@dataclass(frozen=True, slots=True)
class SingleFact:
    """A condition on one fact; `bounds` are the fixed values it is compared with."""

    key: FactKey
    bounds: tuple[Possible, ...]


def conjuncts(condition: Condition, bundle: Bundle) -> Iterator[Condition]:
    """Yield the conditions that must all hold, condition sets and inner `all` taken apart."""
    match condition:
        case AllOf(of=of):
            for child in of:
                yield from conjuncts(child, bundle)
        case Use(set_id=set_id):
            yield from conjuncts(bundle.condition_sets[set_id].condition, bundle)
        case _:
            yield condition


def single_fact(condition: Condition, plain: Plain) -> SingleFact | None:
    """Return the one fact that a condition compares with fixed values, None where there is more to it."""
    found = list(_leaves(condition, plain))
    keys = {each.key for each in found if each is not None}
    if None in found or len(keys) != 1:
        return None
    return SingleFact(keys.pop(), tuple(bound for each in found if each is not None for bound in each.bounds))


def _leaves(condition: Condition, plain: Plain) -> Iterator[SingleFact | None]:
    match condition:
        case Leaf(operand=FactRef() as ref, tests=tests):
            bounds = [bound for test in tests for bound in test.bounds]
            if all(_is_fixed(bound, plain) for bound in bounds):
                values = tuple(one_by_one.evaluate(bound, plain) for bound in bounds)
                yield from _facts(ref, values, plain)
            else:
                yield None
        case AllOf(of=of) | AnyOf(of=of) | AtLeast(of=of):
            for child in of:
                yield from _leaves(child, plain)
        case Not(of=child):
            yield from _leaves(child, plain)
        case Use(set_id=set_id):
            yield from _leaves(plain.bundle.condition_sets[set_id].condition, plain)
        case _:
            yield None


def _facts(ref: FactRef, bounds: tuple[Possible, ...], plain: Plain) -> Iterator[SingleFact | None]:
    prefix, name, year = plain.resolve(ref.name, ref.offset)
    definition = plain.bundle.vocabulary.fields.get(name)
    if definition is not None:
        is_list = definition.dimension is Dimension.LIST
        yield None if is_list else SingleFact((prefix + name, year if definition.yearly else 0), bounds)
        return
    value = plain.bundle.vocabulary.derived[name].value
    if isinstance(value, ConditionValue):
        yield from _leaves(value.condition, plain.inside_derived(prefix, year))
    else:
        yield None


def _is_fixed(value: Value, plain: Plain) -> bool:
    if isinstance(value, Shift):
        return _is_fixed(value.base, plain)
    if isinstance(value, ParamRef):
        return plain.version.params_at is not ParamsAt.RECOGNISED_ON
    return isinstance(value, Literal | AsOf)


def shape_of(condition: Condition, plain: Plain) -> object:
    """Return what a condition says apart from where and how it is written: equal shapes, equal answers."""
    shape = _shape(condition)
    return shape, plain.fact_year, plain.policy.id if _has_params(shape) else ""


_WORDS = frozenset(("position", "cite", "reading", "label", "text", "id"))


def _shape(node: object) -> object:
    if isinstance(node, tuple):
        return tuple(map(_shape, node))
    if not is_dataclass(node) or isinstance(node, type):
        return node
    return (type(node).__name__, *(_shape(getattr(node, name)) for name in _parts(type(node))))


@cache
def _parts(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.name not in _WORDS)


def _has_params(shape: object) -> bool:
    if isinstance(shape, tuple):
        return "ParamRef" in shape[:1] or any(map(_has_params, shape))
    return False
