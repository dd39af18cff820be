"""The whole number nearest to a start at which something begins to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Holds = Callable[[int], bool]


def nearest_hit(holds: Holds, start: int, low: int, high: int, guesses: Iterable[int] = ()) -> int | None:
    """Return the number from `low` to `high` nearest to `start` where `holds` begins, upwards on a tie; None when none is found.

    `holds` is false at the start. A guess counts if its neighbour towards the start fails. Without a good guess the distance is
    doubled until something holds, and halved back: then the answer is the nearest one wherever `holds` turns but once.
    """
    tried: dict[int, bool] = {start: False}

    def ask(place: int) -> bool:
        if place not in tried:
            tried[place] = holds(place)
        return tried[place]

    near = sorted({guess for guess in guesses if low <= guess <= high and guess != start}, key=_distance_from(start))
    for guess in near:
        if ask(guess) and not ask(guess - (1 if guess > start else -1)):
            return guess
    hits = [hit for end in (high, low) if (hit := _gallop(ask, start, end)) is not None]
    return min(hits, key=_distance_from(start), default=None)


def _distance_from(start: int) -> Callable[[int], tuple[int, bool]]:
    return lambda place: (abs(place - start), place < start)


def _gallop(ask: Holds, start: int, end: int) -> int | None:
    """Return where `ask` begins to hold on the way to `end`."""
    sign, reach = (1, end - start) if end > start else (-1, start - end)
    fails, step = 0, 1
    while fails < reach:
        step = min(step, reach)
        if ask(start + sign * step):
            break
        fails, step = step, step * 2
    else:
        return None
    while step - fails > 1:
        middle = (fails + step) // 2
        if ask(start + sign * middle):
            step = middle
        else:
            fails = middle
    return start + sign * step
