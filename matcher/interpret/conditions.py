"""Decide conditions in four truth values, without a trace: what `when`, `where` and cases ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matcher.interpret.comparison import compare
from matcher.interpret.dispatch import DECIDERS, Decision, decide, evaluate
from matcher.interpret.possible import Needs, Possible, merged
from matcher.interpret.references import leaf_keys
from matcher.interpret.scope import Scope
from matcher.outcome import Truth
from rules.language.model import AllOf, AnyOf, AtLeast, Leaf, Manual, Not, OnUnknown, Use

T, F, U, R = Truth.T, Truth.F, Truth.U, Truth.R
_OPPOSITE = {T: F, F: T, U: U, R: R}


class Measured(NamedTuple):
    """A leaf with what was compared: the truth before `on_unknown`, the operand, the bounds of each test."""

    truth: Truth
    needs: Needs
    operand: Possible
    bounds: tuple[tuple[Possible, ...], ...]


def measure(leaf: Leaf, scope: Scope) -> Measured:
    """Compare the operand of a leaf with its bounds."""
    operand = evaluate(leaf.operand, scope)
    truth = T
    needs = operand.needs
    found: list[tuple[Possible, ...]] = []
    for test in leaf.tests:
        bounds = tuple([evaluate(bound, scope) for bound in test.bounds])
        found.append(bounds)
        result = compare(test.word, operand, bounds)
        if result is F:
            truth = F
        elif result is U:
            truth = U if truth is T else truth
            for bound in bounds:
                needs = merged(needs, bound.needs)
    if truth is not U:
        return Measured(truth, (), operand, tuple(found))
    # A coarse code leaves a comparison open although the fact is known: then it is this fact that must be told better.
    return Measured(U, needs or leaf_keys(leaf, scope), operand, tuple(found))


def settle(leaf: Leaf, truth: Truth) -> Truth:
    """Apply what the rule says of an undecidable leaf."""
    if truth is not U or leaf.on_unknown is OnUnknown.ASK:
        return truth
    return T if leaf.on_unknown is OnUnknown.ASSUME else F


def all_truth(truths: Sequence[Truth]) -> Truth:
    """Join: F, then U, then R, then T."""
    return F if F in truths else U if U in truths else R if R in truths else T


def any_truth(truths: Sequence[Truth]) -> Truth:
    """Join: T, then U, then R, then F."""
    return T if T in truths else U if U in truths else R if R in truths else F


def at_least_truth(n: int, truths: Sequence[Truth]) -> Truth:
    """Join: T when n are, F when fewer than n can be, else U when any is, else R."""
    if truths.count(T) >= n:
        return T
    if len(truths) - truths.count(F) < n:
        return F
    return U if U in truths else R


def opposite(truth: Truth) -> Truth:
    """Swap T and F."""
    return _OPPOSITE[truth]


def _decide_leaf(leaf: Leaf, scope: Scope) -> Decision:
    measured = measure(leaf, scope)
    truth = settle(leaf, measured.truth)
    return truth, measured.needs if truth is U else ()


def _decide_manual(node: Manual, scope: Scope) -> Decision:  # noqa: ARG001
    return R, ()


def _decide_all(node: AllOf, scope: Scope) -> Decision:
    decisions = []
    for child in node.of:
        found = decide(child, scope)
        if found[0] is F:
            return found
        decisions.append(found)
    return all_truth([truth for truth, _ in decisions]), _open_needs(decisions)


def _decide_any(node: AnyOf, scope: Scope) -> Decision:
    decisions = []
    for child in node.of:
        found = decide(child, scope)
        if found[0] is T:
            return found
        decisions.append(found)
    return any_truth([truth for truth, _ in decisions]), _open_needs(decisions)


def _decide_at_least(node: AtLeast, scope: Scope) -> Decision:
    decisions = [decide(child, scope) for child in node.of]
    truth = at_least_truth(node.n, [truth for truth, _ in decisions])
    return truth, _open_needs(decisions) if truth is U else ()


def _decide_not(node: Not, scope: Scope) -> Decision:
    truth, needs = decide(node.of, scope)
    return opposite(truth), needs


def _decide_use(node: Use, scope: Scope) -> Decision:
    return decide(scope.bundle.condition_sets[node.set_id].condition, scope)


def _open_needs(decisions: Sequence[Decision]) -> Needs:
    needs: Needs = ()
    for _, more in decisions:
        needs = merged(needs, more)
    return needs


DECIDERS.update(
    {
        Leaf: _decide_leaf,
        Manual: _decide_manual,
        AllOf: _decide_all,
        AnyOf: _decide_any,
        AtLeast: _decide_at_least,
        Not: _decide_not,
        Use: _decide_use,
    }
)
