"""What the applicant's facts must be if an eligibility holds: an amount is stated for the case that it does.

Whoever may have been certified in one of three ways, and must be certified to be eligible, has been certified: the amount need
not reckon with none of the three.
"""

from __future__ import annotations

from collections.abc import Mapping

from matcher.interpret.dispatch import decide, evaluate
from matcher.interpret.possible import ABSENT, TRUE, Number, Possible, hull_of, settled
from matcher.interpret.scope import FactKey, Scope
from matcher.outcome import Truth
from rules.language.model import AllOf, AnyOf, Condition, ConditionValue, FactRef, Leaf, Test, Use, Word

_Facts = Mapping[FactKey, Possible]


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
            # One of them is not false: what is false as a whole is never presumed to hold.
            branches = [_narrow(child, known, scope) for child in of if decide(child, scope)[0] is not Truth.F]
            keys = set(branches[0]).intersection(*branches[1:])
            return {key: hull_of(branch[key] for branch in branches) for key in branches[0] if key in keys}
        case Use(set_id=set_id):
            return _narrow(scope.bundle.condition_sets[set_id].condition, known, scope)
        case _:
            pass
    return known


def _narrow_by_leaf(ref: FactRef, tests: tuple[Test, ...], known: _Facts, scope: Scope) -> _Facts:
    prefix, name, year = scope.resolve(ref.name, ref.offset)
    derived = scope.bundle.vocabulary.derived.get(name)
    if derived is not None:
        is_yes = len(tests) == 1 and tests[0].word is Word.IS and evaluate(tests[0].bounds[0], scope) == TRUE
        if not (is_yes and isinstance(derived.value, ConditionValue)):
            return known
        return _narrow(derived.value.condition, known, scope.inside_derived(prefix, year))
    key = (prefix + name, year if scope.bundle.vocabulary.fields[name].yearly else 0)
    before = known[key] if key in known else evaluate(ref, scope)
    after = before
    for test in tests:
        after = _passing(after, test.word, [evaluate(bound, scope) for bound in test.bounds])
    return {**known, key: settled(after)} if not before.is_settled else known


def _passing(fact: Possible, word: Word, bounds: list[Possible]) -> Possible:
    """Return the values of a fact that may pass a test; where none seems left, all of them."""
    if word is Word.PRESENT:
        if bounds[0] == TRUE:
            return fact._replace(absent=False) if fact.exists else fact
        return ABSENT if fact.absent else fact
    if word is Word.NOT_IN or not fact.exists:
        return fact
    there = fact._replace(absent=False)
    bound = hull_of(bounds)
    if fact.is_ordered:
        lo = _later(there.lo, bound.lo) if word not in {Word.UPTO, Word.BELOW} else there.lo
        hi = _earlier(there.hi, bound.hi) if word not in {Word.FROM, Word.OVER} else there.hi
        is_empty = lo is not None and hi is not None and lo > hi
        return there if is_empty else there._replace(lo=lo, hi=hi)
    if word in {Word.IS, Word.IN} and there.members is not None and bound.members is not None:
        both = there.members & bound.members
        return there._replace(members=both) if both else there
    return there


def _later(one: Number | None, other: Number | None) -> Number | None:
    return one if other is None else other if one is None else max(one, other)


def _earlier(one: Number | None, other: Number | None) -> Number | None:
    return one if other is None else other if one is None else min(one, other)
