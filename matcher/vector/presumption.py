"""What the facts of each row must be if an eligibility holds, as `matcher.interpret.presumption` says it for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np

from matcher.interpret.possible import ABSENT, TRUE, Possible
from matcher.interpret.scope import FactKey
from matcher.vector import columns, ends
from matcher.vector.columns import NO, Codes, Column, Numbers, as_codes, chosen, hull, numbers, possible_at, select
from matcher.vector.dispatch import F, decide, evaluate
from matcher.vector.scope import Scope
from rules.language.model import AllOf, AnyOf, Condition, ConditionValue, FactRef, Leaf, Test, Use, Word

_Facts = Mapping[FactKey, Column]


def presuming(condition: Condition, scope: Scope) -> Scope:
    """Return the scope in which a condition is presumed to hold."""
    narrowed = _narrow(condition, {}, scope)
    return scope.pinning(narrowed) if narrowed else scope


def _narrow(condition: Condition, known: _Facts, scope: Scope) -> _Facts:
    match condition:
        case Leaf(operand=FactRef(of_item=False) as ref, tests=tests):
            return _narrow_by_leaf(ref, tests, known, scope)
        case AllOf(of=of):
            for child in of:
                known = _narrow(child, known, scope)
        case AnyOf(of=of):
            return _narrow_by_any(of, known, scope)
        case Use(set_id=set_id):
            return _narrow(scope.plain.bundle.condition_sets[set_id].condition, known, scope)
        case _:
            pass
    return known


def _narrow_by_any(of: tuple[Condition, ...], known: _Facts, scope: Scope) -> _Facts:
    """Join what each part that may hold would mean; a part that does not narrow a fact leaves it as it is."""
    branches = [(_narrow(child, known, scope), decide(child, scope).truth != F) for child in of]
    keys = {key: None for branch, _ in branches for key in branch}
    masks = [may_hold for _, may_hold in branches]
    none = ~np.logical_or.reduce(np.broadcast_arrays(*masks))
    found = {}
    for key in keys:
        before = _before(key, known, scope)
        parts = [branch.get(key, before) for branch, _ in branches]
        found[key] = chosen([*masks, none], [*parts, before])
    return found


def _before(key: FactKey, known: _Facts, scope: Scope) -> Column:
    if key in known:
        return known[key]
    name = key[0].removeprefix("employer.")
    return scope.base_fact(*key, scope.plain.bundle.vocabulary.fields[name])


def _narrow_by_leaf(ref: FactRef, tests: tuple[Test, ...], known: _Facts, scope: Scope) -> _Facts:
    prefix, name, year = scope.plain.resolve(ref.name, ref.offset)
    derived = scope.plain.bundle.vocabulary.derived.get(name)
    if derived is not None:
        is_yes = len(tests) == 1 and tests[0].word is Word.IS and _is_true(evaluate(tests[0].bounds[0], scope))
        if not (is_yes and isinstance(derived.value, ConditionValue)):
            return known
        return _narrow(derived.value.condition, known, scope.inside_derived(prefix, year))
    key = (prefix + name, year if scope.plain.bundle.vocabulary.fields[name].yearly else 0)
    before = _before(key, known, scope)
    is_settled = before.settled()
    if is_settled.all():
        return known
    after = before
    for test in tests:
        after = _passing(after, test.word, [evaluate(bound, scope) for bound in test.bounds])
    cleared = replace(after, needs=np.where(after.settled(), 0, after.needs))
    return {**known, key: select(is_settled, before, cleared)}


def _is_true(bound: Column) -> bool:
    return columns.is_constant(bound) and possible_at(bound, 0) == TRUE and not bound.needs.any()


def _passing(fact: Column, word: Word, bounds: list[Column]) -> Column:
    """Return the values of a fact that may pass a test; where none seems left, all of them."""
    if word is Word.NOT_IN:
        return fact
    if isinstance(fact, Codes):
        return _codes_passing(fact, word, [as_codes(bound) for bound in bounds])
    if word is Word.PRESENT:
        if possible_at(bounds[0], 0).members == TRUE.members:
            return replace(fact, absent=fact.gone)
        return select(fact.absent, replace(columns.NOTHING, needs=fact.needs), fact)
    return _numbers_passing(fact, word, bounds)


def _numbers_passing(fact: Numbers, word: Word, bounds: list[Column]) -> Column:
    there = replace(fact, absent=NO, gone=NO)
    bound = numbers(bounds[0])
    for other in bounds[1:]:
        bound = numbers(hull(bound, other))
    narrowed = there
    if word not in {Word.UPTO, Word.BELOW}:
        is_later = ~bound.low & (there.low | ends.less(there.lo, bound.lo))
        narrowed = replace(narrowed, lo=ends.where(is_later, bound.lo, there.lo), low=there.low & bound.low)
    if word not in {Word.FROM, Word.OVER}:
        is_earlier = ~bound.high & (there.high | ends.less(bound.hi, there.hi))
        narrowed = replace(narrowed, hi=ends.where(is_earlier, bound.hi, there.hi), high=there.high & bound.high)
    is_empty = ~narrowed.low & ~narrowed.high & ends.less(narrowed.hi, narrowed.lo)
    return select(fact.gone, fact, select(is_empty, there, narrowed))


def _codes_passing(fact: Codes, word: Word, bounds: list[Codes]) -> Codes:
    places = fact.ids
    for bound in bounds:
        places = places * len(bound.states) + bound.ids
    combinations = product(fact.states, *(bound.states for bound in bounds))
    states = tuple(_state_passing(state, word, wanted) for state, *wanted in combinations)
    return Codes(places, states, fact.needs)


def _state_passing(state: Possible, word: Word, bounds: list[Possible]) -> Possible:
    if word is Word.PRESENT:
        if bounds[0].members == TRUE.members:
            return state._replace(absent=False) if state.exists else state
        return ABSENT if state.absent else state
    if not state.exists:
        return state
    there = state._replace(absent=False)
    if word is Word.PREFIX_IN or there.members is None:
        return there
    wanted = frozenset(member for bound in bounds for member in bound.members or ())
    both = there.members & wanted
    return there._replace(members=both) if both else there
