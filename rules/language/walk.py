"""Every node of a tree, parents before children: how checks and reports find what they look for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from rules.language import model


def walk(node: object) -> Iterator[object]:
    """Yield the dataclass nodes in `node` (itself, tuples, values of mappings), in the order of the file."""
    stack = [node]
    while stack:
        found = stack.pop()
        kind = type(found)
        if kind is tuple:
            stack.extend(reversed(found))  # type: ignore[call-overload]  # kind says it is one
        elif kind is dict:
            stack.extend(reversed(found.values()))  # type: ignore[attr-defined]
        elif parts := _parts(kind):  # type: ignore[arg-type]  # a class is hashable
            yield found
            stack.extend(getattr(found, name) for name in parts[1:])


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """Return the class's own name and the fields that can hold nodes, last first; nothing for a class without fields."""
    if not is_dataclass(kind):
        return ()
    return (kind.__name__, *(field.name for field in reversed(fields(kind)) if _holds_nodes(str(field.type))))


@cache
def _holds_nodes(annotation: str) -> bool:
    """Tell whether a field so annotated can hold more than texts, numbers, words and places."""
    names = set(re.findall(r"\w+", annotation)) - {"Position", "Scalar", "Period"}
    kinds = [getattr(model, name) for name in names if hasattr(model, name)]
    return any(is_dataclass(kind) or hasattr(kind, "__args__") for kind in kinds)
