"""Remember what was made of a node of the frozen tree, so that asking again costs a look-up.

A node is known by its identity: comparing whole trees would cost more than making the thing anew. The node is kept with the
entry, so that its identity cannot pass to another one; a full memory is simply emptied.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_ENTRIES = 100_000


class Memory(Generic[T]):
    """Holds one thing for each node and key."""

    def __init__(self, most: int = MOST_ENTRIES) -> None:
        self._entries: dict[tuple[int, Hashable], tuple[object, T]] = {}
        self._most = most

    def recall(self, node: object, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made for a node and a key, made now if it is asked for the first time."""
        place = (id(node), key)
        found = self._entries.get(place)
        if found is None:
            if len(self._entries) >= self._most:
                self._entries.clear()
            found = self._entries[place] = (node, make())
        return found[1]
