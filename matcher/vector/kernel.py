"""The loops that run compiled: numbers to places among cut points, places to verdicts of programs, verdicts to money."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from matcher.vector.ends import Array

FALSE, UNKNOWN, REVIEW, ASSUMED = 0, 1, 2, 3  # the planes of a table: a bit per program
PLANES = 4
_BLOCK = 128
# The place of the lowest bit of a word: multiplied by this number, each bit alone brings another six bits to the top.
_SPREAD, _TOP = np.uint64(0x03F79D71B4CB0A89), np.uint64(58)
_PLACE_OF_BIT = np.zeros(64, np.int64)
_PLACE_OF_BIT[[((1 << place) * int(_SPREAD) % 2**64) >> 58 for place in range(64)]] = np.arange(64)


def compiled(loop: Callable[..., None]) -> Callable[..., None]:
    """Compile a loop at its first call, and keep it for the next process where there is a place for that."""
    try:
        return njit(nogil=True, cache=True)(loop)
    except RuntimeError:  # no folder of this file or user can be written
        return njit(nogil=True)(loop)


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
def join(codes: Array, offsets: Array, table: Array, joined: Array) -> None:
    """Write for each row the “or” of the lines that its places lead to, some rows at a time so that they stay in the cache.

    `codes` has a line of places per column; line `offsets[c] + place` of `table` (its words a multiple of four) says of which
    programs something holds.
    """
    rows, words = joined.shape
    for start in range(0, rows, _BLOCK):
        end = min(start + _BLOCK, rows)
        joined[start:end] = 0
        for column in range(len(offsets)):
            offset = offsets[column]
            for row in range(start, end):
                line, found = table[offset + codes[column, row]], joined[row]
                for word in range(words):
                    found[word] |= line[word]


@compiled
def count_rows(is_false: Array, asked: Array, counts: Array) -> None:
    """Count for each program that is asked the rows that are not a plain “no”."""
    rows, words = is_false.shape
    one = np.uint64(1)
    for row in range(rows):
        for word in range(words):
            bits = asked[word] & ~is_false[row, word]
            while bits != 0:
                lowest = bits & (~bits + one)
                counts[64 * word + _PLACE_OF_BIT[(lowest * _SPREAD) >> _TOP]] += 1
                bits ^= lowest


@compiled
def verdicts(joined: Array, planes: Array, asked: Array, nexts: Array, rows: Array, found: Array) -> None:
    """Write for each program, from `nexts` on, the rows that are not a plain “no”, and the verdict on each of them.

    `joined` has the planes that are not empty, `planes` the place of each of the four in it, −1 for an empty one. A verdict is the
    truth (0 F, 1 R, 2 U, 3 T), and 4 more where it rests on an assumption.
    """
    size, words = joined.shape[1:]
    one, none = np.uint64(1), np.uint64(0)
    for row in range(size):
        for word in range(words):
            bits = asked[word] if planes[0] < 0 else asked[word] & ~joined[planes[0], row, word]
            unknown = none if planes[1] < 0 else joined[planes[1], row, word]
            review = none if planes[2] < 0 else joined[planes[2], row, word]
            assumed = none if planes[3] < 0 else joined[planes[3], row, word]
            while bits != 0:
                lowest = bits & (~bits + one)
                program = 64 * word + _PLACE_OF_BIT[(lowest * _SPREAD) >> _TOP]
                verdict = 3 if review & lowest == 0 else 1
                verdict = verdict if unknown & lowest == 0 else 2
                place = nexts[program]
                rows[place] = row
                found[place] = verdict if assumed & lowest == 0 else verdict + 4
                nexts[program] = place + 1
                bits ^= lowest


@compiled
def pay(rows: Array, verdict: Array, values: Array, unknown: Array, line: Array, fixed: Array, paid: Array) -> None:
    """Write the amounts of the rows that are not a plain “no”, of which `verdict` has the verdict.

    `line` has factor, half, whole, unit, limit, paid: a value x pays (x · factor + half) ÷ whole · unit, nothing below zero, and
    `paid` from `limit` on. Where the value is unknown, or there are no values at all, `fixed` has least and most for a sure
    verdict and for an open one. `paid` has two lines: least, most.
    """
    for place in range(len(rows)):
        row = rows[place]
        truth = verdict[place]
        if len(values) == 0 or (len(unknown) > 0 and unknown[row]):
            is_open = 0 if truth == 3 else 1
            paid[0, place] = fixed[is_open, 0]
            paid[1, place] = fixed[is_open, 1]
        else:
            value = values[row]
            amount = 0
            if value >= line[4]:
                amount = line[5]
            elif value > 0:
                amount = (value * line[0] + line[1]) // line[2] * line[3]
            paid[0, place] = amount
            paid[1, place] = amount
