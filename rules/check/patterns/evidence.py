"""Lay out what a policy is built from, so that the signs of a clause or formula type can be looked for in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from rules.language.model import (
    Aggregate,
    Bundle,
    Cases,
    FactRef,
    ForEach,
    Group,
    Leaf,
    Literal,
    Op,
    Operation,
    Policy,
    StepHead,
    Table,
    Use,
)
from rules.language.walk import walk

S = TypeVar("S", bound=StepHead)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A policy with everything it leans on: its versions, the condition sets and computed facts they use, its groups.

    `nodes` is all of that, parents before children; `steps` holds the steps within `for_each` too.
    """

    policy: Policy
    nodes: tuple[object, ...]
    groups: tuple[Group, ...]
    facts: frozenset[str]
    steps: tuple[StepHead, ...]

    def has_fact(self, *names: str) -> bool:
        """Tell whether the rule looks at one of these facts, lists or fields of list items."""
        return not self.facts.isdisjoint(names)

    def has_all_facts(self, *names: str) -> bool:
        """Tell whether the rule looks at all of them."""
        return self.facts >= set(names)

    def has(self, kind: type) -> bool:
        """Tell whether the rule has a node of this kind."""
        return any(isinstance(node, kind) for node in self.nodes)

    def leaves(self) -> Iterator[Leaf]:
        """Yield every comparison, those inside `when`, `where` and `cases` too."""
        return (node for node in self.nodes if isinstance(node, Leaf))

    def operations(self, op: Op) -> Iterator[Operation]:
        """Yield the uses of one operator."""
        return (node for node in self.nodes if isinstance(node, Operation) and node.op is op)

    def any_step(self, kind: type[S], holds: Callable[[S], bool]) -> bool:
        """Tell whether the rule has a step of this kind for which something holds."""
        return any(isinstance(step, kind) and holds(step) for step in self.steps)

    def years_of(self) -> dict[str, set[int]]:
        """Return for each yearly fact the years it is looked at, counted from the fact year."""
        years: dict[str, set[int]] = {}
        for node in self.nodes:
            if isinstance(node, FactRef):
                years.setdefault(node.name, set()).add(node.offset)
        return years


def evidence_of(bundle: Bundle, policy: Policy) -> Evidence:
    """Return what a policy is built from."""
    nodes = tuple(_reach(bundle, policy))
    groups = tuple(
        group for group in bundle.groups.values() if policy.id in group.members or policy.level in group.levels
    )
    facts = frozenset(name for node in nodes for name in _names(node))
    return Evidence(policy, nodes, groups, facts, tuple(node for node in nodes if isinstance(node, StepHead)))


def _reach(bundle: Bundle, policy: Policy) -> Iterator[object]:
    """Yield the nodes of the versions, then those of what they name, each once."""
    pending: list[object] = [policy.versions]
    seen: set[str] = set()
    while pending:
        for node in walk(pending.pop()):
            yield node
            if isinstance(node, Use) and node.set_id not in seen:
                seen.add(node.set_id)
                pending.append(bundle.condition_sets[node.set_id].condition)
            elif isinstance(node, FactRef) and node.name in bundle.vocabulary.derived and node.name not in seen:
                seen.add(node.name)
                pending.append(bundle.vocabulary.derived[node.name].value)


def _names(node: object) -> tuple[str, ...]:
    if isinstance(node, FactRef):
        return node.name, node.name.removeprefix("employer.")
    return (node.list_name,) if isinstance(node, Aggregate | ForEach) else ()


def facts_in(node: object) -> set[str]:
    """Return the facts that stand in a part of a rule, as written there."""
    return {found.name for found in walk(node) if isinstance(found, FactRef)}


def is_literal(node: object) -> bool:
    """Tell whether a value is written out."""
    return isinstance(node, Literal)


def is_choice(node: object) -> bool:
    """Tell whether a value is chosen by a table or by cases, itself or somewhere within."""
    return any(isinstance(found, Table | Cases) for found in walk(node))


def looks_at(*names: str) -> Callable[[Evidence], bool]:
    """Return the sign that a rule looks at one of these facts."""
    return lambda found: found.has_fact(*names)


def contains(*kinds: type) -> Callable[[Evidence], bool]:
    """Return the sign that a rule has a node of one of these kinds."""
    return lambda found: any(found.has(kind) for kind in kinds)
