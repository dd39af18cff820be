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
FAR = 2**60  # of edges and products: all lie nearer to 0
BY_ITSELF = -2  # in place of the number of an amount that rests on none
_BLOCK = 128
# The place of the lowest bit of a word: multiplied by this number, each bit alone brings another six bits to the top.
_SPREAD, _TOP = np.uint64(0x03F79D71B4CB0A89), np.uint64(58)
_PLACE_OF_BIT = np.zeros(64, np.int64)
_PLACE_OF_BIT[[((1 << place) * int(_SPREAD) % 2**64) >> 58 for place in range(64)]] = np.arange(64)


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


@compiled
def ask(  # noqa: PLR0913, PLR0917  each array on its own: a compiled call takes longer to open a tuple
    asked: Array,
    spans: Array,
    edges: Array,
    table: Array,
    base: Array,
    bits: Array,
    amounts: Array,
    money: Array,
    found: Array,
) -> tuple[int, int]:
    """Join the lines of one applicant’s facts; write what surely is eligible from the front of `found`, all else from the back.

    `asked` has numerator and denominator of each number (0, 0 for what is not one), then lines of `table`; `spans` the edges of each
    number, the line of its first place and the scale of its edges. `bits` has the programs that are asked, that have a window, and
    that lines alone decide. `amounts` has for each program the place of the number that it pays a share of, `money` the line of `pay`
    and the most whose product fits. Return how many are sure, and where the others begin: of those `found` has the verdict, of the
    sure ones the amount. Return −1 for a number that is not to be reckoned with here.
    """
    words = bits.shape[1]
    one, none = np.uint64(1), np.uint64(0)
    joined = base.copy()
    numbers = len(spans)
    for place in range(len(asked) - numbers):
        if place < numbers:
            num, den = asked[2 * place], asked[2 * place + 1]
            if den == 0:
                continue
            line = _line_among(num, den, spans[place], edges)
            if line < 0:
                return -1, 0
        else:
            line = asked[place + numbers]
        for word in range(PLANES * words):
            joined[word] |= table[line, word]
    sure, closer = 0, found.shape[1]
    for word in range(words):
        left = bits[0, word] & ~joined[word] | bits[1, word]
        doubtful = joined[word] | joined[words + word] | joined[3 * words + word]
        while left != 0:
            lowest = left & (~left + one)
            left ^= lowest
            program = 64 * word + _PLACE_OF_BIT[(lowest * _SPREAD) >> _TOP]
            if bits[2, word] & ~doubtful & lowest != none:
                amount = _paid(asked, amounts[program], money[program])
                if amount >= 0:
                    found[0, sure] = program
                    found[1, sure] = amount
                    sure += 1
                    continue
            closer -= 1
            found[0, closer] = program
            found[1, closer] = _verdict(joined, words, word, lowest)
    return sure, closer


@compiled
def _line_among(num: int, den: int, span: Array, edges: Array) -> int:
    """Return the line of a number: that of the first place, and one further for each edge that is not above it; −1 for want of room.

    An edge is twice a whole number of so many to the unit, or one more: that lies between it and the next.
    """
    first, end, line, scale = span[0], span[1], span[2], span[3]
    if -FAR < num * 1.0 * scale < FAR:
        whole = num * scale // den
        twice = 2 * whole + (1 if num * scale > whole * den else 0)
    elif den == 1:
        twice = 2 * FAR if num > 0 else -2 * FAR
    else:
        return -1
    low, high = first, end
    while low < high:
        middle = (low + high) // 2
        if twice < edges[middle]:
            high = middle
        else:
            low = middle + 1
    return int(line + low - first)


@compiled
def _paid(asked: Array, place: int, line: Array) -> int:
    """Return the amount of a program, −1 where this is not the place to reckon it."""
    if place == BY_ITSELF:
        return int(line[5])
    if place < 0 or asked[2 * place + 1] != 1:
        return -1
    number = asked[2 * place]
    if number <= 0:
        return 0
    if number >= line[4]:
        return int(line[5])
    return int((number * line[0] + line[1]) // line[2] * line[3]) if number <= line[6] else -1


@compiled
def _verdict(joined: Array, words: int, word: int, bit: int) -> int:
    """Return what the planes say of the program with this bit; what is for review is no condition on a single fact."""
    none = np.uint64(0)
    verdict = 3
    if joined[word] & bit != none:
        verdict = 0
    elif joined[words + word] & bit != none:
        verdict = 2
    return verdict if joined[3 * words + word] & bit == none else verdict + 4
