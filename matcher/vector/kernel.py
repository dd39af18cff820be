"""The loops that run compiled: numbers to places among cut points, places to verdicts of programs, verdicts to money."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numpy as np
from numba import njit

from matcher.vector.ends import Array

P = ParamSpec("P")
V = TypeVar("V")
FALSE, UNKNOWN, REVIEW, ASSUMED = 0, 1, 2, 3  # the planes of a table: a bit per program
PLANES = 4
_IN_FLOAT = 2.0**53
# The place of the lowest bit of a word: multiplied by this number, each bit alone brings another six bits to the top.
SPREAD, TOP = np.uint64(0x03F79D71B4CB0A89), np.uint64(58)
PLACE_OF_BIT = np.zeros(64, np.int64)
PLACE_OF_BIT[[((1 << place) * int(SPREAD) % 2**64) >> 58 for place in range(64)]] = np.arange(64)


def compiled(loop: Callable[P, V]) -> Callable[P, V]:
    """Compile a loop at its first call, and keep it for the next process where there is a place for that."""
    try:
        made: Callable[P, V] = njit(nogil=True, cache=True)(loop)
    except RuntimeError:  # no folder of this file or user can be written
        made = njit(nogil=True)(loop)
    return made


@compiled
def places_among(values: Array, cuts: Array, starts: Array, shift: int, places: Array) -> None:
    """Write 2k + 1 for the cut k itself, 2k for what lies before it and after the one before.

    The line from the first cut to the last is cut into bins of 2 to the power of `shift`; `starts` says where to look from in each.
    """
    count = len(cuts)
    for row in range(len(values)):
        value = values[row]
        low = 0
        if count > 0 and value > cuts[count - 1]:
            low = count
        elif count > 0 and value > cuts[0]:
            low = starts[(value - cuts[0]) >> shift]
            while cuts[low] < value:
                low += 1
        places[row] = 2 * low + 1 if low < count and cuts[low] == value else 2 * low


@compiled
def mark(codes: Array, offsets: Array, is_met: Array) -> None:
    """Mark the lines of the table that the places of some row lead to."""
    for column in range(len(offsets)):
        for row in range(codes.shape[1]):
            is_met[offsets[column] + codes[column, row]] = True


@compiled
def join(codes: Array, offsets: Array, table: Array, bits: Array) -> None:
    """Write for each program the rows of which something holds, as bits: the “or” of what the places of a row lead to.

    `codes` has a line of places per column; line `offsets[c] + place` of `table` says of which programs something holds. Sixty-four
    rows at a time are joined and turned on their side. What lies behind the last row is 0.
    """
    rows, words = codes.shape[1], table.shape[1]
    block, square = np.empty((64, words), np.uint64), np.empty(64, np.uint64)
    for start in range(0, rows, 64):
        end = min(start + 64, rows)
        block[:] = 0
        for column in range(len(offsets)):
            offset = offsets[column]
            for row in range(start, end):
                line, found = table[offset + codes[column, row]], block[row - start]
                for word in range(words):
                    found[word] |= line[word]
        for word in range(words):
            for row in range(64):
                square[row] = block[row, word]
            _turn(square)
            for bit in range(64):
                bits[64 * word + bit, start // 64] = square[bit]


@compiled
def _turn(square: Array) -> None:
    """Turn 64 × 64 bits on their side, by halves: bit r of line p goes to bit p of line r."""
    half, low = 32, np.uint64(0xFFFFFFFF)
    while half > 0:
        shift = np.uint64(half)
        for first in range(0, 64, 2 * half):
            for line in range(first, first + half):
                swapped = (square[line] >> shift ^ square[line + half]) & low
                square[line + half] ^= swapped
                square[line] ^= swapped << shift
        half //= 2
        low ^= low << np.uint64(half)


@compiled
def count_rows(is_false: Array, size: int, counts: Array) -> None:
    """Count for each program the rows that are not a plain “no”, of so many."""
    one, two, four = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
    each, by_one, by_two, by_four, by_all = (
        np.uint64(0x0101010101010101),
        np.uint64(1),
        np.uint64(2),
        np.uint64(4),
        np.uint64(56),
    )
    for program in range(len(counts)):
        count = size
        for word in range(is_false.shape[1]):
            bits = is_false[program, word]
            bits -= bits >> by_one & one
            bits = (bits & two) + (bits >> by_two & two)
            bits = bits + (bits >> by_four) & four
            count -= int(bits * each >> by_all)
        counts[program] = count


@compiled
def verdicts(planes: Array, held: Array, firsts: Array, size: int, rows: Array, found: Array) -> None:
    """Write for each program, from `firsts` on (−1 for none), the rows that are not a plain “no”, and the verdict on each of them.

    `planes` has those that are not empty, `held` the place of each of the four in it, −1 for an empty one. A verdict is the truth
    (0 F, 1 R, 2 U, 3 T), and 4 more where it rests on an assumption.
    """
    one, none = np.uint64(1), np.uint64(0)
    words = planes.shape[2]
    behind = np.uint64(64 * words - size)
    for program in range(len(firsts)):
        place = firsts[program]
        if place < 0:
            continue
        for word in range(words):
            bits = ~none if held[0] < 0 else ~planes[held[0], program, word]
            if word == words - 1:
                bits = bits << behind >> behind
            if bits == none:
                continue
            unknown = none if held[1] < 0 else planes[held[1], program, word]
            review = none if held[2] < 0 else planes[held[2], program, word]
            assumed = none if held[3] < 0 else planes[held[3], program, word]
            while bits != none:
                lowest = bits & (~bits + one)
                verdict = 3 if review & lowest == none else 1
                verdict = verdict if unknown & lowest == none else 2
                rows[place] = 64 * word + PLACE_OF_BIT[(lowest * SPREAD) >> TOP]
                found[place] = verdict if assumed & lowest == none else verdict + 4
                place += 1
                bits ^= lowest


@compiled
def pay(  # noqa: PLR0913, PLR0917  each array on its own: a compiled call takes longer to open a tuple
    rows: Array,
    verdict: Array,
    spans: Array,
    values: Array,
    unknown: Array,
    lines: Array,
    fixed: Array,
    paid: Array,
) -> None:
    """Write for some programs the amounts of the rows that are not a plain “no”.

    `spans` has for each program where its rows and their verdicts begin, how many they are, and where their amounts are to begin in
    `paid`: all the least, then all the most; where all values are known once for both. A line has factor, half, whole, unit, limit,
    most: a value x pays (x · factor + half) ÷ whole · unit, nothing below zero, and `most` from `limit` on. Where the value is
    unknown, or there are no values at all, `fixed` has least and most for a sure verdict and for an open one.
    """
    are_fixed, are_known = len(values) == 0, len(unknown) == 0
    for program in range(len(spans)):
        first, count, start = spans[program, 0], spans[program, 1], spans[program, 2]
        second = start if are_known and not are_fixed else start + count
        line = lines[program]
        inverse = _inverse(line)
        for place in range(count):
            row, truth = rows[first + place], verdict[first + place]
            if are_fixed or (not are_known and unknown[row]):
                is_open = 0 if truth == 3 else 1
                paid[start + place] = fixed[program, is_open, 0]
                paid[second + place] = fixed[program, is_open, 1]
            else:
                paid[start + place] = paid[second + place] = _share(values[row], line, inverse)


@compiled
def _inverse(line: Array) -> float:
    """Return what to multiply by instead of dividing, 0 where a product has no room in a float.

    A float holds whole numbers to 2 to the power of 53; of such a product its quotient is at most one away.
    """
    return 1.0 / line[2] if line[4] * 1.0 * line[0] + line[1] < _IN_FLOAT else 0.0


@compiled
def _share(value: int, line: Array, inverse: float) -> int:
    """Return what a known value pays."""
    if value >= line[4]:
        return int(line[5])
    if value <= 0:
        return 0
    product, whole = value * line[0] + line[1], line[2]
    if inverse == 0.0:
        return int(product // whole * line[3])
    found = int(product * inverse)
    rest = product - found * whole
    return int((found + (1 if rest >= whole else 0) - (1 if rest < 0 else 0)) * line[3])
