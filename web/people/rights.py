"""Read the table of roles and operations, and say what it says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rules.language.source import read_tree, to_plain

FILE = Path(__file__).with_name("operations.yaml")
VISITOR = "AN"
MANNERS = ("yes", "own", "second", "purpose")


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that may be done; `cells` maps each role that may to its manner, one of MANNERS."""

    name: str
    title: str
    cells: Mapping[str, str]
    fresh: bool
    settled: bool


@dataclass(frozen=True, slots=True)
class Rights:
    """The table. `conflicts` are pairs of roles, and roles in `alone` go with no other."""

    roles: Mapping[str, str]
    operations: Mapping[str, Operation]
    conflicts: frozenset[frozenset[str]]
    alone: frozenset[str]

    def allowing(self, name: str, roles: Collection[str]) -> set[str]:
        """Return those of `roles` for which the operation is allowed in some manner; nobody's roles are AN alone."""
        return set(self.operations[name].cells) & set(roles or (VISITOR,))

    def clash(self, roles: Collection[str]) -> frozenset[str] | None:
        """Return two roles that no one person may have together, or None."""
        held = sorted(set(roles))
        for first in held:
            for other in held:
                pair = frozenset((first, other))
                if first < other and (pair in self.conflicts or pair & self.alone):
                    return pair
        return None


@cache
def rights() -> Rights:
    """Return the table of this program."""
    tree: Any = to_plain(read_tree(FILE.read_bytes(), FILE.name))
    roles = {str(role): str(title) for role, title in tree["roles"].items()}
    operations = {name: _operation(name, told, roles) for name, told in tree["operations"].items()}
    pairs = frozenset(frozenset(str(pair).split()) for pair in tree["conflicts"])
    return Rights(roles, operations, pairs, frozenset(map(str, tree["alone"])))


def _operation(name: str, told: Mapping[str, Any], roles: Mapping[str, str]) -> Operation:
    cells: dict[str, str] = {}
    for manner in MANNERS:
        for role in str(told.get(manner, "")).split():
            if role not in roles or role in cells:
                raise ValueError(f"{FILE.name}: {name}: role {role!r} is unknown or stands twice")
            cells[role] = manner
    if unknown := told.keys() - {"title", "fresh", "settled", *MANNERS}:
        raise ValueError(f"{FILE.name}: {name}: unknown keys {sorted(unknown)}")
    return Operation(name, str(told["title"]), cells, _is(told, "fresh"), _is(told, "settled"))


def _is(told: Mapping[str, Any], key: str) -> bool:
    return str(told.get(key, "false")).lower() == "true"
