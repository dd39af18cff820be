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
_IN_FLOAT, _WHOLES, _LAST_BITS = 2.0**53, 2.0**52, 2**52 - 1
_BLOCK = 512
AHEAD = 4  # rows of a word that are written at once
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
def places_among(values: Array, cuts: Array, starts: Array, shift: int, more: int, places: Array) -> None:
    """Write 2k + 1 for the cut k itself, 2k for what lies before it and after the one before.

    The line from just before the first cut to just after the last is cut into bins of 2 to the power of `shift`; `starts` says how
    many cuts lie before each. `more` is how many cuts but one the fullest bin has. Behind the cuts stands one that is above all
    values. There is no branch, as nobody can foretell where a value lies.
    """
    first, last = cuts[0] - 1, cuts[len(cuts) - 2] + 1
    for row in range(len(values)):
        value = min(max(values[row], first), last)
        low = np.uint64(starts[np.uint64(value - first) >> np.uint64(shift)])
        for _ in range(more):
            low += np.uint64(cuts[low] < value)
        places[row] = np.uint64(2) * low + np.uint64(cuts[low] < value) + np.uint64(cuts[low] <= value)


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
    for program in range(len(counts)):
        count = size
        for word in range(is_false.shape[1]):
            count -= _bits_of(is_false[program, word])
        counts[program] = count


@compiled
def verdicts(  # noqa: PLR0913, PLR0917  each array on its own: a compiled call takes longer to open a tuple
    planes: Array, held: Array, firsts: Array, size: int, statuses: Array, rows: Array, found: Array, said: Array
) -> None:
    """Write for each program, from `firsts` on (−1 for none), the rows that are not a plain “no”, and the verdict on each of them.

    `planes` has the one for “no” and the others that are not empty, `held` the place of each of the four in it, −1 for an empty one. A
    verdict is the truth (0 F, 1 R, 2 U, 3 T), and 4 more where it rests on an assumption; `said` is what `statuses` has for it.
    The programs come in ascending order, and `rows` has room for `AHEAD` more than there are.
    """
    one, none = np.uint64(1), np.uint64(0)
    for program in range(len(firsts)):
        first = firsts[program]
        if first < 0:
            continue
        end = first + _rows_of(planes[0, program], size, rows[first:])
        found[first:end] = 3
        said[first:end] = statuses[3]
        if planes.shape[0] == 1:
            continue
        for place in range(first, end):
            word, bit = np.uint32(rows[place]) >> 6, one << np.uint64(rows[place] & 63)
            is_unknown = held[1] >= 0 and planes[held[1], program, word] & bit != none
            is_review = held[2] >= 0 and planes[held[2], program, word] & bit != none
            is_assumed = held[3] >= 0 and planes[held[3], program, word] & bit != none
            verdict = (2 if is_unknown else 1 if is_review else 3) + (4 if is_assumed else 0)
            found[place], said[place] = verdict, statuses[verdict]


@compiled
def _rows_of(is_false: Array, size: int, rows: Array) -> int:
    """Write the rows whose bit is not set, in ascending order, and return how many they are.

    Of each word the first few are written before it is known whether there are so many: what is too much is written over
    by the next. So there must be room for `AHEAD` more.
    """
    one, none, place = np.uint64(1), np.uint64(0), np.uint64(0)
    behind = np.uint64(64 * len(is_false) - size)
    for word in range(len(is_false)):
        left = ~is_false[word]
        if word == len(is_false) - 1:
            left = left << behind >> behind
        count = np.uint64(_bits_of(left))
        for ahead in range(AHEAD):
            lowest = left & (~left + one)
            rows[place + np.uint64(ahead)] = 64 * word + PLACE_OF_BIT[(lowest * SPREAD) >> TOP]
            left ^= lowest
        further = place + np.uint64(AHEAD)
        while left != none:
            lowest = left & (~left + one)
            rows[further] = 64 * word + PLACE_OF_BIT[(lowest * SPREAD) >> TOP]
            left ^= lowest
            further += one
        place += count
    return int(place)


@compiled
def _bits_of(bits: np.uint64) -> int:
    """Return how many bits of a word are set: of each two, of each four, of each eight, of all."""
    bits -= bits >> np.uint64(1) & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + (bits >> np.uint64(2) & np.uint64(0x3333333333333333))
    bits = bits + (bits >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(bits * np.uint64(0x0101010101010101) >> np.uint64(56))


@compiled
def pay(  # noqa: PLR0913, PLR0917
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
    for program in range(len(spans)):
        first, count, start = spans[program, 0], spans[program, 1], spans[program, 2]
        least, most = paid[start : start + count], paid[start + count : start + 2 * count]
        some = rows[first : first + count]
        if len(values) > 0:
            _shares(values, some, lines[program], least)
        if len(values) > 0 and len(unknown) == 0:
            continue
        for place in range(count):
            if len(values) > 0 and not unknown[some[place]]:
                most[place] = least[place]
            else:
                is_open = 0 if verdict[first + place] == 3 else 1
                least[place], most[place] = fixed[program, is_open, 0], fixed[program, is_open, 1]


@compiled
def _shares(values: Array, rows: Array, line: Array, paid: Array) -> None:
    """Write what the known values of some rows pay.

    Where all products have room in a float, which holds whole numbers to 2 to the power of 53, it is multiplied by one over `whole`
    instead of divided: such a quotient is at most one away, which the rest tells. A few hundred at a time go through three loops
    without a branch; numbers below `_WHOLES` added to it are the last bits of the sum.
    """
    factor, half, whole, unit, limit, most = line[0], line[1], line[2], line[3], line[4], line[5]
    if limit <= 0 or not (
        1.0 * limit * factor + half + whole < _IN_FLOAT and max(most, limit * factor // whole * unit) < _WHOLES
    ):
        for place in range(len(rows)):
            paid[place] = _share(values[rows[place]], line)
        return
    floats = paid.view(np.float64)
    inverse = 1.0 / whole
    for start in range(0, len(rows), _BLOCK):
        some, sums = rows[start : start + _BLOCK], floats[start : start + _BLOCK]
        for place in range(len(some)):
            sums[place] = values[np.uint32(some[place])]
        for place in range(len(some)):
            value = sums[place]
            value = max(0.0, value)
            value = value if value < limit else 1.0 * limit
            product = value * factor + half
            found = np.floor(product * inverse)
            rest = product - found * whole
            found += (1.0 if rest >= whole else 0.0) - (1.0 if rest < 0.0 else 0.0)
            sums[place] = (1.0 * most if value == limit else found * unit) + _WHOLES
        bits = paid[start : start + _BLOCK]
        for place in range(len(some)):
            bits[place] &= _LAST_BITS


@compiled
def _share(value: int, line: Array) -> int:
    """Return what a known value pays."""
    if value >= line[4]:
        return int(line[5])
    return 0 if value <= 0 else int((value * line[0] + line[1]) // line[2] * line[3])
