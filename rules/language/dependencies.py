"""Which definition waits for which: an order in which each follows what it uses, and the first circle if there is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

_SHOWN = 8  # names of a circle; a longer one is told by its beginning


class Order(NamedTuple):
    """Names in an order of use, those it uses first; `circle` begins and ends with the same name, or is empty.

    What lies in a circle or waits for one is not in `names`.
    """

    names: tuple[str, ...]
    circle: tuple[str, ...]

    def __str__(self) -> str:
        """Return the circle as a reader follows it."""
        shown = self.circle if len(self.circle) <= _SHOWN else (*self.circle[: _SHOWN - 2], "…", self.circle[-1])
        return " → ".join(shown)


def order_by_use(uses: Mapping[str, Iterable[str]]) -> Order:
    """Order definitions by what they use; names without a definition are passed over.

    >>> order_by_use({"share": ["profit", "total"], "total": ["profit"]})
    Order(names=('total', 'share'), circle=())
    >>> order_by_use({"a": ["b"], "b": ["a"]}).circle
    ('a', 'b', 'a')
    """
    sorter = TopologicalSorter({name: [used for used in each if used in uses] for name, each in uses.items()})
    circle: tuple[str, ...] = ()
    try:
        sorter.prepare()
    except CycleError as error:
        # Each name is used by the next; a reader expects “uses” instead.
        circle = tuple(reversed(error.args[1]))
    names: list[str] = []
    while ready := sorter.get_ready():
        names.extend(ready)
        sorter.done(*ready)
    return Order(tuple(names), circle)
