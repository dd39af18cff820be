"""Trees compared and changed: what a tree says whatever its place, and a copy of it with some nodes changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import TypeVar, cast

from rules.language.model import Position

T = TypeVar("T")

_BY_THE_WAY = frozenset({"position", "text", "label", "cite", "reading", "id"})


class _Dropped:
    """Marks a node that is left out of its tuple."""


DROPPED = _Dropped()


def shape(node: object) -> object:
    """Return what a tree says, whatever its place, names and clauses: two trees of one shape mean the same.

    The result can be compared and hashed.
    """
    if isinstance(node, tuple):
        return tuple(map(shape, node))
    if is_dataclass(node) and not isinstance(node, Position):
        parts = (shape(getattr(node, each.name)) for each in fields(node) if each.name not in _BY_THE_WAY)
        return (type(node).__name__, *parts)
    return node


def rewritten(root: T, change: Callable[[object], object]) -> T:
    """Return the tree with every node replaced by what `change` makes of it, parts before wholes.

    A node that stays as it is stays the same object; DROPPED takes a node out of its tuple.
    """
    return cast("T", _rewritten(root, change))


def replaced(root: T, old: object, new: object) -> T:
    """Return the tree with one node, known by identity, replaced or DROPPED."""
    return rewritten(root, lambda node: new if node is old else node)


def _rewritten(node: object, change: Callable[[object], object]) -> object:
    if isinstance(node, tuple):
        parts = tuple(part for part in (_rewritten(each, change) for each in node) if part is not DROPPED)
        is_same = len(parts) == len(node) and all(map(_is, parts, node))
        return node if is_same else parts
    if isinstance(node, dict | MappingProxyType):
        found = {key: _rewritten(value, change) for key, value in node.items()}
        return node if all(found[key] is value for key, value in node.items()) else found
    if not is_dataclass(node) or isinstance(node, Position | type):
        return node
    changes = {}
    for each in fields(node):
        value = getattr(node, each.name)
        new = _rewritten(value, change)
        if new is not value:
            changes[each.name] = new
    return change(replace(node, **changes) if changes else node)


def _is(one: object, other: object) -> bool:
    return one is other
