"""Decide conditions in four truth values for all rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from matcher.interpret.references import leaf_keys
from matcher.vector.columns import NO, NONE, either
from matcher.vector.comparison import compare
from matcher.vector.dispatch import DECIDERS, Decided, F, R, T, U, decide, evaluate, fixed
from matcher.vector.ends import Array
from matcher.vector.scope import Scope
from rules.language.model import AllOf, AnyOf, AtLeast, Leaf, Manual, Not, OnUnknown, Use

_OPPOSITE = np.array([T, R, U, F], np.uint8)
_FOR_ALL = np.array([0, 2, 1, 3], np.uint8)  # of what `all` joins the least counts: F, U, R, T; its own inverse


def all_truth(truths: Sequence[Array]) -> Array:
    """Join: F, then U, then R, then T."""
    found = _FOR_ALL[truths[0]]
    for truth in truths[1:]:
        found = np.minimum(found, _FOR_ALL[truth])
    return _FOR_ALL[found]


def any_truth(truths: Sequence[Array]) -> Array:
    """Join: T, then U, then R, then F."""
    found = truths[0]
    for truth in truths[1:]:
        found = np.maximum(found, truth)
    return found


def at_least_truth(n: int, truths: Sequence[Array]) -> Array:
    """Join: T when n are, F when fewer than n can be, else U when any is, else R."""
    true = sum((truth == T).astype(np.int64) for truth in truths)
    false = sum((truth == F).astype(np.int64) for truth in truths)
    unknown = sum((truth == U).astype(np.int64) for truth in truths)
    still_open = np.where(unknown > 0, U, R)
    found: Array = np.where(true >= n, T, np.where(len(truths) - false < n, F, still_open)).astype(np.uint8)
    return found


def _decide_leaf(leaf: Leaf, scope: Scope) -> Decided:
    operand = evaluate(leaf.operand, scope)
    truths = []
    needs = operand.needs
    for test in leaf.tests:
        bounds = [evaluate(bound, scope) for bound in test.bounds]
        truths.append(compare(test.word, operand, bounds))
        for bound in bounds:
            if bound.needs is not NONE:
                needs = either(needs, np.where(truths[-1] == U, bound.needs, 0))
    truth = all_truth(truths)
    is_open = truth == U
    if not is_open.any():
        return Decided(truth)
    if leaf.on_unknown is not OnUnknown.ASK:
        settled = T if leaf.on_unknown is OnUnknown.ASSUME else F
        return Decided(np.where(is_open, settled, truth).astype(np.uint8), NONE, is_open)
    needs = np.where(needs != 0, needs, scope.bits_of(leaf_keys(leaf, scope.plain)))
    return Decided(truth, np.where(is_open, needs, 0))


def _decide_manual(node: Manual, scope: Scope) -> Decided:  # noqa: ARG001
    return fixed(R)


def _decide_use(node: Use, scope: Scope) -> Decided:
    return decide(scope.plain.bundle.condition_sets[node.set_id].condition, scope)


def _decide_not(node: Not, scope: Scope) -> Decided:
    inner = decide(node.of, scope)
    return inner._replace(truth=_OPPOSITE[inner.truth])


def _joined(parts: Sequence[Decided], join: Callable[[Sequence[Array]], Array]) -> Decided:
    truth = join([part.truth for part in parts])
    needs, assumed = NONE, NO
    for part in parts:
        needs = either(needs, part.needs)
        if part.assumed is not NO:
            # What is assumed bears on a result that is the same, and on one that is open.
            assumed = either(assumed, part.assumed & ((part.truth == truth) | (truth == U) | (truth == R)))
    return Decided(truth, needs if needs is NONE else np.where(truth == U, needs, 0), assumed)


DECIDERS.update(
    {
        Leaf: _decide_leaf,
        Manual: _decide_manual,
        AllOf: lambda node, scope: _joined([decide(child, scope) for child in node.of], all_truth),
        AnyOf: lambda node, scope: _joined([decide(child, scope) for child in node.of], any_truth),
        AtLeast: lambda node, scope: _joined(
            [decide(child, scope) for child in node.of], lambda truths: at_least_truth(node.n, truths)
        ),
        Not: _decide_not,
        Use: _decide_use,
    }
)
