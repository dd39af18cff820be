"""Say a condition in the network's words, once for “holds” and once for “fails”; what has no words becomes a computed one.

A message holds what comparisons need, one key for each purpose, so that a leaf is one test:

* `f3_lo`, `f3_hi`, `f3_is` are the ends and the value of a fact that surely exists: they make conditions hold;
* `f3_low`, `f3_high`, `f3_not` are those of a fact that may exist, and lie beyond every bound where it surely does not:
  they make conditions fail;
* `f3_sure` and `f3_gone` say that the fact surely does or does not exist;
* `c7_holds` and `c7_fails` are conditions that the encoder computed.

What is not known is not in the message, and the network takes every test of what is missing for false. Nothing here is
negated: a negation is pushed down to the leaves, where “fails” has its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any, NamedTuple

from matcher.interpret.dispatch import evaluate
from matcher.interpret.possible import Number, Possible
from matcher.interpret.scope import Scope
from rules.language.model import (
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Dimension,
    FactRef,
    Field,
    Leaf,
    Manual,
    Not,
    OnUnknown,
    ParamRef,
    ParamsAt,
    Test,
    Use,
    Value,
    Word,
)
from rules.language.walk import walk
from rules.vocabulary.codes import load_code_tables

Expression = dict[str, Any]  # as durable-rules reads it: {"$and": [{"$gte": {"f3_lo": 5}}, {"f4_is": "true"}]}
HERE = "here"  # every message has it, for rules without a condition
ALWAYS: Expression = {HERE: 1}
MOST_COMBINATIONS = 6
MOST_NESTED = 20  # tests and groups of a rule with groups in it; the library holds 32
LARGEST = 2**53  # larger numbers are not whole in every part of the library
LONGEST_TEXT = 64

_GROUPS = ("$and", "$or")
_ORDERED = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.DATE))
_LISTED = frozenset((Dimension.BOOL, Dimension.CODE))
_ENDS = {  # by word: end and comparison for “holds”, then for “fails”
    Word.FROM: ("lo", "$gte", "high", "$lt"),
    Word.OVER: ("lo", "$gt", "high", "$lte"),
    Word.UPTO: ("hi", "$lte", "low", "$gt"),
    Word.BELOW: ("hi", "$lt", "low", "$gte"),
}


class Saying(NamedTuple):
    """A condition in two expressions; None is “never”."""

    holds: Expression | None
    fails: Expression | None


@dataclass(slots=True)
class Lexicon:
    """The facts and the computed conditions that messages carry, each with its key; one for all programs of a network."""

    facts: dict[tuple[str, int, int], tuple[str, FactRef, Scope]] = field(default_factory=dict)
    computed: dict[object, tuple[str, Condition, Scope]] = field(default_factory=dict)

    def fact(self, ref: FactRef, scope: Scope) -> str:
        """Return the key of a fact as the scope means it."""
        shape = (ref.name, ref.offset, scope.fact_year)
        return self.facts.setdefault(shape, (f"f{len(self.facts)}", ref, scope))[0]

    def condition(self, condition: Condition, scope: Scope) -> str:
        """Return the key of a computed condition; where no parameter is in it, programs share it."""
        owner = scope.policy.id if any(isinstance(part, ParamRef) for part in _parts(condition, scope)) else ""
        shape = (owner, scope.fact_year, id(condition))
        return self.computed.setdefault(shape, (f"c{len(self.computed)}", condition, scope))[0]


def say(condition: Condition, scope: Scope, lexicon: Lexicon) -> Saying:
    """Return a condition in the network's words.

    “Holds” is true also where all that is left is for a person to decide, “fails” only where nothing can save it.
    """
    attempt = Lexicon(dict(lexicon.facts), dict(lexicon.computed))
    said = _say(condition, scope, attempt)
    if not (_is_too_nested(said.holds) or _is_too_nested(said.fails)):
        lexicon.facts, lexicon.computed = attempt.facts, attempt.computed
        return said
    if not isinstance(condition, AllOf):
        return _computed(condition, scope, lexicon)
    # Only what is one test each way stays; every other part is computed.
    parts = []
    for child in condition.of:
        part = _say(child, scope, attempt)
        is_plain = _size(part.holds) <= 1 and _size(part.fails) <= 1
        parts.append((_say if is_plain else _computed)(child, scope, lexicon))
    return Saying(both([part.holds for part in parts]), either([part.fails for part in parts]))


def both(parts: Sequence[Expression | None]) -> Expression | None:
    """Join by “and”."""
    if None in parts:
        return None
    kept = _flat("$and", [part for part in parts if part is not None and part != ALWAYS])
    return ALWAYS if not kept else kept[0] if len(kept) == 1 else {"$and": kept}


def either(parts: Sequence[Expression | None]) -> Expression | None:
    """Join by “or”."""
    if ALWAYS in parts:
        return ALWAYS
    kept = _flat("$or", [part for part in parts if part is not None])
    return None if not kept else kept[0] if len(kept) == 1 else {"$or": kept}


def keys_in(words: Expression) -> set[str]:
    """Return the keys of messages that an expression tests."""
    found: set[str] = set()
    for name, inner in words.items():
        if name in _GROUPS:
            found.update(*map(keys_in, inner))
        else:
            found.update(inner if name.startswith("$") else (name,))
    return found


def written(member: str | bool) -> str:  # noqa: FBT001
    """Return a code or a yes or no as messages write it."""
    return member if isinstance(member, str) else "true" if member else "false"


def _flat(kind: str, parts: Sequence[Expression]) -> list[Expression]:
    return [each for part in parts for each in part.get(kind, (part,))]


def _is_too_nested(words: Expression | None) -> bool:
    if words is None or _size(words) <= MOST_NESTED:
        return False
    return any(name in _GROUPS for inner in words.values() for each in inner for name in each)


def _size(words: Expression | None) -> int:
    """Count the tests and groups of an expression."""
    if words is None:
        return 0
    return sum(1 + (sum(map(_size, inner)) if name in _GROUPS else 0) for name, inner in words.items())


def _say(condition: Condition, scope: Scope, lexicon: Lexicon) -> Saying:
    return _SAYERS[type(condition)](condition, scope, lexicon)


def _manual(_node: Manual, _scope: Scope, _lexicon: Lexicon) -> Saying:
    return Saying(ALWAYS, None)


def _all(node: AllOf, scope: Scope, lexicon: Lexicon) -> Saying:
    parts = [_say(child, scope, lexicon) for child in node.of]
    return Saying(both([part.holds for part in parts]), either([part.fails for part in parts]))


def _any(node: AnyOf, scope: Scope, lexicon: Lexicon) -> Saying:
    if _has_manual(node, scope):
        return _computed(node, scope, lexicon)
    parts = [_say(child, scope, lexicon) for child in node.of]
    return Saying(either([part.holds for part in parts]), both([part.fails for part in parts]))


def _not(node: Not, scope: Scope, lexicon: Lexicon) -> Saying:
    if _has_manual(node, scope):
        return _computed(node, scope, lexicon)
    inner = _say(node.of, scope, lexicon)
    return Saying(inner.fails, inner.holds)


def _at_least(node: AtLeast, scope: Scope, lexicon: Lexicon) -> Saying:
    too_many = len(node.of) - node.n + 1  # so many failures leave fewer than n
    ways = max(comb(len(node.of), node.n), comb(len(node.of), too_many))
    if ways > MOST_COMBINATIONS or _has_manual(node, scope):
        return _computed(node, scope, lexicon)
    parts = [_say(child, scope, lexicon) for child in node.of]
    return Saying(
        either([both([part.holds for part in chosen]) for chosen in combinations(parts, node.n)]),
        either([both([part.fails for part in chosen]) for chosen in combinations(parts, too_many)]),
    )


def _use(node: Use, scope: Scope, lexicon: Lexicon) -> Saying:
    return _say(scope.bundle.condition_sets[node.set_id].condition, scope, lexicon)


def _leaf(leaf: Leaf, scope: Scope, lexicon: Lexicon) -> Saying:
    operand = leaf.operand
    if isinstance(operand, FactRef) and leaf.on_unknown is OnUnknown.ASK:
        definition = scope.definition(operand.name)
        tests = [_test(test, definition, scope) for test in leaf.tests] if isinstance(definition, Field) else [None]
        sayable = [test for test in tests if test is not None]
        if len(sayable) == len(tests):
            key = lexicon.fact(operand, scope)
            parts = [test(key) for test in sayable]
            return Saying(both([part.holds for part in parts]), either([part.fails for part in parts]))
    return _computed(leaf, scope, lexicon)


def _test(test: Test, definition: Field, scope: Scope) -> Callable[[str], Saying] | None:
    """Return what says one test of a fact, given the fact's key; None where the network has no words for it."""
    bounds = [known for bound in test.bounds if (known := _constant(bound, scope)) is not None]
    if len(bounds) < len(test.bounds):
        return None
    if test.word is Word.PRESENT:
        return _presence if bounds[0].members == frozenset({True}) else _absence
    if test.word in _ENDS and definition.dimension in _ORDERED:
        end = bounds[0].lo
        return (lambda key: _ends(key, test.word, end)) if isinstance(end, int) and abs(end) < LARGEST else None
    if test.word in {Word.IS, Word.IN, Word.NOT_IN} and definition.dimension in _LISTED:
        return _membership(test.word, [written(each) for one in bounds for each in one.members or ()], definition)
    return None


def _presence(key: str) -> Saying:
    return Saying({f"{key}_sure": True}, {f"{key}_gone": True})


def _absence(key: str) -> Saying:
    sure, gone = _presence(key)
    return Saying(gone, sure)


def _ends(key: str, word: Word, bound: Number) -> Saying:
    yes_end, yes, no_end, no = _ENDS[word]
    return Saying({yes: {f"{key}_{yes_end}": bound}}, {no: {f"{key}_{no_end}": bound}})


def _membership(word: Word, wanted: Sequence[str], definition: Field) -> Callable[[str], Saying] | None:
    near = set(wanted)
    if definition.code_table:
        table = load_code_tables().get(definition.code_table)
        if table is None or table.is_open or table.is_prefix:
            return None
        # A firm known by a coarse code may turn out to have the finer one that is wanted.
        near |= {entry.code for entry in table for code in wanted if table.is_under(code, entry.code)}

    def words(key: str) -> Saying:
        among = either([{f"{key}_is": member} for member in wanted])
        outside = both([{"$neq": {f"{key}_not": member}} for member in sorted(near)])
        # What does not exist is in no list, and so satisfies `not_in` as it fails the other words.
        return Saying(outside, among) if word is Word.NOT_IN else Saying(among, outside)

    return words


def _constant(bound: Value, scope: Scope) -> Possible | None:
    """Return what a bound is for everybody on the day, None where it hangs on the applicant or is not published."""
    parts = tuple(walk(bound))
    if any(isinstance(part, FactRef | Aggregate) for part in parts):
        return None
    if scope.version.params_at is ParamsAt.RECOGNISED_ON and any(isinstance(part, ParamRef) for part in parts):
        return None
    found = evaluate(bound, scope)
    return found if found.is_settled and found.exists else None


def _computed(node: Condition, scope: Scope, lexicon: Lexicon) -> Saying:
    key = lexicon.condition(node, scope)
    return Saying({f"{key}_holds": True}, {f"{key}_fails": True})


def _has_manual(node: Condition, scope: Scope) -> bool:
    return any(isinstance(part, Manual) for part in _parts(node, scope))


def _parts(node: Condition, scope: Scope) -> Iterator[object]:
    for part in walk(node):
        yield part
        if isinstance(part, Use):
            yield from _parts(scope.bundle.condition_sets[part.set_id].condition, scope)


_SAYERS: dict[type, Callable[[Any, Scope, Lexicon], Saying]] = {
    Leaf: _leaf,
    Manual: _manual,
    AllOf: _all,
    AnyOf: _any,
    AtLeast: _at_least,
    Not: _not,
    Use: _use,
}
