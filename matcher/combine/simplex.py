"""The largest whole sum under tangled limits: the simplex method in integers, and branching where it ends in fractions.

Every tableau entry is an integer over one common denominator (Edmonds), so nothing is rounded; Bland's rule makes it end.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction


def most_whole(bounds: Mapping[frozenset[int], int], rooms: Mapping[int, int], *, relaxed: bool = False) -> int:
    """Return the largest sum of whole numbers, one per key of `bounds` and at most its value, within the rooms.

    A key names the rooms its number takes from. `relaxed` returns the whole part of the best sum in fractions instead.

    >>> triangle = {frozenset({0, 1}): 9, frozenset({1, 2}): 9, frozenset({0, 2}): 9}
    >>> most_whole(triangle, {0: 1, 1: 1, 2: 1})
    1
    """
    keys = tuple(bounds)
    best = 0
    todo = [(0, [0] * len(keys), list(bounds.values()))]
    while todo:
        paid, low, high = todo.pop()
        left = {
            room: size - sum(base for key, base in zip(keys, low, strict=True) if room in key)
            for room, size in rooms.items()
        }
        # A split lies between two neighbours of a number that fits, so no room is ever overdrawn.
        values = _maximise(keys, [top - base for base, top in zip(low, high, strict=True)], left)
        bound = paid + int(sum(values, Fraction(0)))
        if bound <= best:
            continue
        broken = next((index for index, value in enumerate(values) if value.denominator > 1), None)
        if broken is None or relaxed:
            best = bound
            continue
        split = low[broken] + int(values[broken])
        todo.append((paid, low, [*high[:broken], split, *high[broken + 1 :]]))
        todo.append((paid + split + 1 - low[broken], [*low[:broken], split + 1, *low[broken + 1 :]], high))
    return best


def _maximise(keys: tuple[frozenset[int], ...], tops: list[int], rooms: Mapping[int, int]) -> list[Fraction]:
    """Return numbers from 0 to `tops` with the largest sum within `rooms`, as the corner of the simplex method."""
    count = len(keys)
    rows = [[int(index == column) for column in range(count)] for index in range(count)]
    rows += [[int(room in key) for key in keys] for room in rooms]
    height = len(rows)
    table = [
        [*row, *(int(slack == number) for slack in range(height)), size]
        for number, (row, size) in enumerate(zip(rows, [*tops, *rooms.values()], strict=True))
    ]
    table.append([-1] * count + [0] * (height + 1))
    basis = [count + number for number in range(height)]
    scale = 1
    while (column := next((index for index, value in enumerate(table[-1][:-1]) if value < 0), None)) is not None:
        able = [row for row in range(height) if table[row][column] > 0]
        pivot = min(able, key=lambda row: (Fraction(table[row][-1], table[row][column]), basis[row]))
        head = table[pivot]
        for row, line in enumerate(table):
            if row != pivot:
                factor = line[column]
                table[row] = [
                    (value * head[column] - factor * of_head) // scale
                    for value, of_head in zip(line, head, strict=True)
                ]
        scale = head[column]
        basis[pivot] = column
    values = [Fraction(0)] * count
    for row, variable in enumerate(basis):
        if variable < count:
            values[variable] = Fraction(table[row][-1], scale)
    return values
