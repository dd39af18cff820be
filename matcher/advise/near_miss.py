"""What an applicant lacks: the gap of each failed condition, and the one change that would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from matcher.advise.axes import DAY, field_of, state_of
from matcher.advise.leaves import Turn, hangs_on_the_day, keys_of, leaves_of, turns_of
from matcher.advise.wording import change_by_turn, change_of_word
from matcher.interpret import find_leaf
from matcher.interpret.dispatch import decide, evaluate
from matcher.interpret.policy import scope_for
from matcher.interpret.scope import Scope
from matcher.outcome import Change, Outcome, Status, Truth
from matcher.profile import Exact, Profile
from rules.language.model import AllOf, Bundle, Condition, Dimension, FactRef, Field, Leaf, Not, Use, Word
from rules.language.walk import walk

_BY_MEMBERS = frozenset((Word.IS, Word.IN, Word.PREFIX_IN))


def shortfalls_of(bundle: Bundle, outcome: Outcome, profile: Profile, on: date) -> Mapping[str, str]:
    """Return for each failed leaf how far one fact is from passing it, in the unit of that fact.

    The fact is the first of the leaf's operand that the applicant can change and that alone makes the leaf true; where the
    leaf hangs on the day, the days to wait. A leaf that no such change passes has no entry.
    """
    scope = scope_for(bundle, bundle.policies[outcome.policy], profile, on, {})
    gaps: dict[str, str] = {}
    for name in outcome.failed:
        leaf = find_leaf(bundle, outcome.policy, name, on)
        turn = next((turn for turn in turns_of(leaf, scope) if turn.steps is not None), None)
        if turn is not None and turn.steps is not None:
            gaps[name] = turn.axis.say_distance(abs(turn.steps))
    return gaps


def near_miss_of(bundle: Bundle, outcome: Outcome, profile: Profile, on: date) -> Change | None:
    """Return the smallest change of one fact that an ineligible applicant can make and that alone ends the “no”, if any.

    Numbers and days come before certificates to obtain, these before yes/no facts and codes. Each condition offers the fact it
    names first; of those measured alike, money with money, the nearest is taken.
    """
    if outcome.status is not Status.INELIGIBLE:
        return None
    scope = scope_for(bundle, bundle.policies[outcome.policy], profile, on, {})
    leaves, keys = _levers(scope)
    turn = _nearest([turn for leaf in leaves if (turn := _turn_that_does(leaf, keys, scope)) is not None])
    if turn is not None:
        return change_by_turn(turn, scope)
    return next(_words_that_do(leaves, keys, scope), None)


def _levers(scope: Scope) -> tuple[list[Leaf], list[str]]:
    """Return the leaves that make the “no”, and the facts that all parts of it rest on, so that one alone could end it."""
    leaves: list[Leaf] = []
    common: dict[str, None] | None = None
    for part in failing_parts(scope):
        of_part = turning_leaves(part, scope)
        leaves += of_part
        keys = dict.fromkeys(key for leaf in of_part for key in _keys_and_day(leaf, scope))
        common = keys if common is None else {key: None for key in common if key in keys}
    return leaves, list(common or ())


def failing_parts(scope: Scope) -> list[Condition]:
    """Return the conditions that must all hold and do not."""
    return [part for part in _conjuncts(scope.version.eligibility, scope) if decide(part, scope)[0] is Truth.F]


def turning_leaves(part: Condition, scope: Scope) -> list[Leaf]:
    """Return the leaves of a part that does not hold which could make it hold by turning."""
    has_not = any(isinstance(node, Not) for node in walk(part))
    return [leaf for leaf in leaves_of(part, scope) if _may_turn(leaf, scope, has_not=has_not)]


def _conjuncts(condition: Condition, scope: Scope) -> Iterator[Condition]:
    """Yield the parts that must all hold."""
    if isinstance(condition, AllOf):
        for part in condition.of:
            yield from _conjuncts(part, scope)
    elif isinstance(condition, Use):
        yield from _conjuncts(scope.bundle.condition_sets[condition.set_id].condition, scope)
    else:
        yield condition


def _may_turn(leaf: Leaf, scope: Scope, *, has_not: bool) -> bool:
    truth = decide(leaf, scope)[0]
    return truth is Truth.F or (has_not and truth is Truth.T)


def _keys_and_day(leaf: Leaf, scope: Scope) -> Iterator[str]:
    yield from keys_of(leaf, scope)
    if hangs_on_the_day(leaf, scope):
        yield DAY


def _turn_that_does(leaf: Leaf, keys: list[str], scope: Scope) -> Turn | None:
    """Return the first turn of a leaf, of the facts in question, that ends the whole “no”; things yet to obtain last."""
    turns = sorted(turns_of(leaf, scope), key=lambda turn: (turn.steps is None, _place_in(keys, turn.axis.key)))
    able = (turn for turn in turns if turn.axis.key in keys and _is_possible(turn.axis.move(scope, turn.place)))
    return next(able, None)


def _place_in(keys: list[str], key: str) -> int:
    return keys.index(key) if key in keys else len(keys)


def _is_possible(scope: Scope) -> bool:
    return decide(scope.version.eligibility, scope)[0] is not Truth.F


def _nearest(turns: list[Turn]) -> Turn | None:
    """Return the turn of the smallest distance among those measured like the first; a thing yet to obtain comes last."""
    found = sorted(turns, key=lambda turn: turn.steps is None)
    alike = [turn for turn in found if _measure_of(turn) == _measure_of(found[0])]
    return min(alike, key=lambda turn: abs(turn.steps or 0), default=None)


def _measure_of(turn: Turn) -> tuple[bool, Dimension | None]:
    return turn.steps is None, turn.axis.field.dimension if turn.axis.field else None


def _words_that_do(leaves: list[Leaf], keys: list[str], scope: Scope) -> Iterator[Change]:
    for leaf in leaves:
        for key, field, value in other_values(leaf, scope):
            moved = scope.profile.with_fact(key, value)
            if key in keys and _is_possible(scope_for(scope.bundle, scope.policy, moved, scope.on, {})):
                yield change_of_word(key, field, value, scope)


def other_values(leaf: Leaf, scope: Scope) -> Iterator[tuple[str, Field, Exact]]:
    """Yield the facts of a leaf that are a yes/no or a code and that the applicant could change, with another value."""
    for key in keys_of(leaf, scope):
        field = field_of(scope, key)
        if field is not None:
            for value in _other_values(leaf, key, scope):
                yield key, field, value


def _other_values(leaf: Leaf, key: str, scope: Scope) -> Iterator[Exact]:
    """Yield the other answer of a yes/no fact, or the codes that a condition asks for."""
    state = state_of(scope, key)
    if isinstance(state, Exact) and isinstance(state.value, bool):
        yield Exact(not state.value)
    name = key.partition("@")[0]
    # Of a computed fact the condition asks for its own words, which are none for the facts it rests on.
    is_asked = isinstance(leaf.operand, FactRef) and leaf.operand.name == name
    if is_asked and scope.bundle.vocabulary.fields[name].dimension is Dimension.CODE:
        for test in leaf.tests:
            if test.word in _BY_MEMBERS:
                for bound in test.bounds:
                    members = evaluate(bound, scope).members or frozenset()
                    yield from map(Exact, sorted(str(member) for member in members))
