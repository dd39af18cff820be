"""How much a fixed set of amounts can be paid under limits on sums, exactly, and who is paid first.

The limits are reduced until nothing is left, which always succeeds for nested limits and for two that overlap; what remains of
a stranger tangle is solved as an integer program.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcher.combine.simplex import most_whole

Limit = tuple[frozenset[int], int]  # indexes of the amounts it covers, and what they may sum to


def most_paid(amounts: Sequence[int], limits: Sequence[Limit], *, relaxed: bool = False) -> int:
    """Return the largest sum of whole payments, each from 0 to its amount, within the limits.

    With `relaxed` the result may be larger than that by what fractions of a 分 would allow: an upper bound, sooner.

    >>> most_paid([10, 10, 10], [(frozenset({0, 1}), 12), (frozenset({1, 2}), 12)])
    22
    """
    bounds: dict[frozenset[int], int] = {}  # limits covering an amount → all amounts covered by just these
    for index, amount in enumerate(amounts):
        covered_by = frozenset(number for number, (members, _) in enumerate(limits) if index in members)
        bounds[covered_by] = bounds.get(covered_by, 0) + amount
    rooms = {number: room for number, (_, room) in enumerate(limits)}
    paid = 0
    while bounds:
        rooms, bounds = _drop_idle(rooms, bounds)
        # An amount under one limit alone may take all it can get: a 分 less for it frees a 分 for one other at most.
        simple = [covered_by for covered_by in bounds if len(covered_by) <= 1]
        if not simple:
            return paid + most_whole(bounds, rooms, relaxed=relaxed)
        for covered_by in simple:
            payment = bounds.pop(covered_by)
            for number in covered_by:
                payment = min(payment, rooms[number])
                rooms[number] -= payment
            paid += payment
    return paid


def pay_in_order(amounts: Sequence[int], limits: Sequence[Limit]) -> tuple[int, ...]:
    """Return payments with the largest sum, where each amount in turn gets as much as that sum allows.

    >>> pay_in_order([10, 10, 10], [(frozenset({0, 1}), 12), (frozenset({1, 2}), 12)])
    (10, 2, 10)
    """
    left = list(amounts)
    rooms = [room for _, room in limits]
    best = most_paid(amounts, limits)
    payments: list[int] = []
    for index, amount in enumerate(amounts):
        mine = [number for number, (members, _) in enumerate(limits) if index in members]

        def sum_from(payment: int, index: int = index, mine: Sequence[int] = mine) -> int:
            """Return the best sum in which this amount is paid at least `payment`; it never rises with `payment`."""
            after = [(members, rooms[n] - payment * (n in mine)) for n, (members, _) in enumerate(limits)]
            return payment + most_paid([*left[:index], left[index] - payment, *left[index + 1 :]], after)

        high = min([amount, *(rooms[number] for number in mine)])
        low = high if sum_from(high) == best else 0
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if sum_from(middle) == best else (low, middle)
        payments.append(low)
        best -= low
        left[index] = 0
        for number in mine:
            rooms[number] -= low
    return tuple(payments)


def _drop_idle(
    rooms: dict[int, int], bounds: dict[frozenset[int], int]
) -> tuple[dict[int, int], dict[frozenset[int], int]]:
    """Return the same problem without limits that another limit or the amounts themselves already keep."""
    rooms, bounds = dict(rooms), dict(bounds)
    under = {number: [covered_by for covered_by in bounds if number in covered_by] for number in rooms}
    idle: set[int] = set()
    for number, covered in under.items():
        if len(covered) == 1:
            bounds[covered[0]] = min(bounds[covered[0]], rooms[number])
        if (
            len(covered) <= 1
            or sum(bounds[covered_by] for covered_by in covered) <= rooms[number]
            or any(
                other not in idle and other != number and set(covered) <= set(wider) and rooms[other] <= rooms[number]
                for other, wider in under.items()
            )
        ):
            idle.add(number)
    merged: dict[frozenset[int], int] = {}
    for covered_by, bound in bounds.items():
        kept = covered_by - idle
        merged[kept] = merged.get(kept, 0) + bound
    return {number: room for number, room in rooms.items() if number not in idle}, merged
