"""The pivotal method in whole numbers: a sample of fixed size in which each unit is drawn exactly in proportion to weight."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

_SPACE = 2**256


@dataclass(frozen=True, slots=True)
class Weighted:
    """A unit and its weight, an integer from 1."""

    unit: str
    weight: int


def counter_numbers(seed: str, label: str) -> Callable[[int], int]:
    """Return a function that gives, call by call, the next evenly spread number in [0, k) of the stream `label`."""
    counter = count(1)

    def below(k: int) -> int:
        limit = _SPACE // k * k
        while True:
            block = hashlib.sha256(f"{seed}/pivotal/{label},{next(counter)}".encode()).digest()
            number = int.from_bytes(block, "big")
            # A remainder of the last, incomplete round would favour small numbers.
            if number < limit:
                return number % k

    return below


def pivotal(units: Sequence[Weighted], places: int, below: Callable[[int], int]) -> set[str]:
    """Return exactly `places` of `units`, which come in ticket order; `below(k)` gives an even number in [0, k)."""
    certain, rest, left = _take_certain(units, places)
    total = sum(unit.weight for unit in rest)
    chosen = set(certain)
    current, mass = "", 0
    for unit in rest:
        added = left * unit.weight
        if mass == 0:
            current, mass = unit.unit, added
            continue
        both = mass + added
        if both < total:
            current = current if below(both) < mass else unit.unit
            mass = both
        else:
            takes_current = below(2 * total - both) < total - added
            chosen.add(current if takes_current else unit.unit)
            current, mass = (unit.unit if takes_current else current), both - total
    return chosen


def _take_certain(units: Sequence[Weighted], places: int) -> tuple[list[str], list[Weighted], int]:
    """Take the units whose share of the places is a whole one, until none is left; return them, the rest, the places left."""
    taken: list[str] = []
    rest, left = list(units), places
    while left:
        total = sum(unit.weight for unit in rest)
        certain = [unit for unit in rest if left * unit.weight >= total]
        if not certain:
            break
        taken += [unit.unit for unit in certain]
        rest = [unit for unit in rest if left * unit.weight < total]
        left -= len(certain)
    return taken, rest, left
