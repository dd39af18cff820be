"""Every node of a tree, parents before children: how checks and reports find what they look for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache


def walk(node: object) -> Iterator[object]:
    """Yield the dataclass nodes in `node` (itself, tuples, mappings), in the order of the file."""
    stack = [node]
    while stack:
        found = stack.pop()
        if isinstance(found, tuple):
            stack.extend(reversed(found))
        elif isinstance(found, Mapping):
            stack.extend(reversed(list(found.values())))
        elif is_dataclass(found) and not isinstance(found, type):
            yield found
            stack.extend(getattr(found, name) for name in _parts(type(found)))


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """Return the names of a class's fields that can hold nodes, last first."""
    return tuple(field.name for field in reversed(fields(kind)) if field.name != "position")
