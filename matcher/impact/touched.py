"""Which programs a change of the rules touches, through everything that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules.language.model import (
    Aggregate,
    AmountOf,
    Bundle,
    Derived,
    FactRef,
    Field,
    ForEach,
    Group,
    Policy,
    Use,
)
from rules.language.rewrite import shape
from rules.language.walk import walk

EMPLOYER = "employer."
Part = tuple[str, str]  # what it is, and its name


def touched(old: Bundle, new: Bundle) -> dict[str, frozenset[Part]]:
    """Return the programs whose meaning differs between two editions, each with the parts that do.

    A part is the program itself (`policy`), a shared condition, a computed fact, a field or a group. A program that only one
    edition has differs as a whole. What a part says counts, its titles, clauses and layout do not.
    """
    found: dict[str, frozenset[Part]] = {}
    for name in dict.fromkeys((*old.policies, *new.policies)):
        before, after = (_parts(bundle, name) for bundle in (old, new))
        differing = frozenset(part for part in (*before, *after) if before.get(part) != after.get(part))
        if differing:
            found[name] = differing
    return found


def reached(bundle: Bundle, policy: str) -> dict[Part, object]:
    """Return everything that the result of a program rests on, the program first; nothing for one that is not there."""
    found: dict[Part, object] = {}
    start = bundle.policies.get(policy)
    todo: list[tuple[Part, object]] = [] if start is None else [(("policy", policy), start)]
    while todo:
        part, node = todo.pop()
        if part not in found:
            found[part] = node
            todo += _named(bundle, node)
    return found


def tied(bundle: Bundle, policies: Iterable[str]) -> frozenset[str]:
    """Return the programs that groups tie to some programs, directly or through others, these included."""
    members = [
        {policy.id for policy in bundle.policies.values() if _is_member(group, policy)}
        for group in bundle.groups.values()
    ]
    found = {name for name in policies if name in bundle.policies}
    while more := {name for each in members if each & found for name in each} - found:
        found |= more
    return frozenset(found)


def _parts(bundle: Bundle, policy: str) -> dict[Part, object]:
    return {part: _meaning(node) for part, node in reached(bundle, policy).items()}


def _named(bundle: Bundle, root: object) -> Iterator[tuple[Part, object]]:
    """Yield what a part names."""
    if isinstance(root, Policy):
        for group in bundle.groups.values():
            if _is_member(group, root):
                yield ("group", group.id), group
    for node in walk(_tree(root)):
        match node:
            case Use(set_id=name):
                yield ("set", name), bundle.condition_sets[name].condition
            case AmountOf(policy=name):
                yield ("policy", name), bundle.policies[name]
            case FactRef(name=name, of_item=False):
                yield from _fact(bundle, name)
            case Aggregate(list_name=name) | ForEach(list_name=name):
                yield from _fact(bundle, name)
            case _:
                pass


def _fact(bundle: Bundle, name: str) -> Iterator[tuple[Part, object]]:
    bare = name.removeprefix(EMPLOYER)
    vocabulary = bundle.vocabulary
    yield ("fact", bare), vocabulary.derived.get(bare) or vocabulary.fields[bare]


def _is_member(group: Group, policy: Policy) -> bool:
    is_named = policy.id in group.members or any(group.id in version.groups for version in policy.versions)
    return (is_named or policy.level in group.levels) and policy.id not in group.exempt


def _tree(node: object) -> object:
    """Return the part of a node that rules are made of: a program's tests and texts decide nothing."""
    match node:
        case Policy():
            return node.versions, tuple(parameter.values for parameter in node.params.values())
        case Group():
            return tuple(each for each in (node.external, node.cap) if each is not None)
        case Derived():
            return node.value
        case Field():
            return ()
        case _:
            return node


def _meaning(node: object) -> object:
    match node:
        case Policy():
            params = tuple((name, shape(parameter.values)) for name, parameter in sorted(node.params.items()))
            return node.applicant, node.level, node.settlement, shape(node.versions), params
        case Group():
            parts = (node.rule, node.scope, node.before_caps, node.members, node.exempt, node.levels, node.cost_list)
            return *parts, shape(node.external), shape(node.cap)
        case Field():
            return _domain(node), tuple((name, _domain(item)) for name, item in node.item.items())
        case _:
            return shape(node)


def _domain(field: Field) -> object:
    number = (field.dimension, field.unit, field.yearly, field.minimum, field.maximum)
    return *number, field.code_table, field.nullable
