"""The loops that run compiled: numbers to places among cut points, places to verdicts of programs, verdicts to money."""

from __future__ import annotations

import numpy as np
from numba import njit

from matcher.vector.ends import Array

FALSE, UNKNOWN, REVIEW, ASSUMED = 0, 1, 2, 3  # the planes of a table: a bit per program
PLANES = 4
_BLOCK = 64


@njit(nogil=True)
def places_among(values: Array, cuts: Array, places: Array) -> None:
    """Write 2k + 1 for the cut k itself, 2k for what lies before it and after the one before."""
    for row in range(len(values)):
        value = values[row]
        low, high = 0, len(cuts)
        while low < high:
            middle = (low + high) // 2
            if cuts[middle] < value:
                low = middle + 1
            else:
                high = middle
        places[row] = 2 * low + 1 if low < len(cuts) and cuts[low] == value else 2 * low


@njit(nogil=True)
def verdicts(codes: Array, offsets: Array, tables: Array, found: Array) -> None:
    """Write the verdict of each program on each row: the truth (0 F, 1 R, 2 U, 3 T), and 4 more where it is assumed.

    `codes` has a line of places per column; line `offsets[c] + place` of `tables` (4 planes of words) says which programs are
    then false, unknown, for review, or rest on an assumption.
    """
    programs, rows = found.shape
    words = tables.shape[2]
    joined = np.zeros((_BLOCK, 4, words), np.uint64)
    for start in range(0, rows, _BLOCK):
        size = min(_BLOCK, rows - start)
        joined[:size] = 0
        for column in range(len(offsets)):
            offset = offsets[column]
            for row in range(size):
                line = offset + codes[column, start + row]
                for plane in range(4):
                    for word in range(words):
                        joined[row, plane, word] |= tables[line, plane, word]
        for program in range(programs):
            word, bit = program // 64, np.uint64(program % 64)
            one = np.uint64(1)
            for row in range(size):
                is_false = (joined[row, 0, word] >> bit) & one
                is_unknown = (joined[row, 1, word] >> bit) & one
                is_review = (joined[row, 2, word] >> bit) & one
                is_assumed = (joined[row, 3, word] >> bit) & one
                truth = 3 - is_review * 2
                truth = truth if is_unknown == 0 else 2
                truth = truth if is_false == 0 else 0
                found[program, start + row] = truth + 4 * is_assumed


@njit(nogil=True)
def statuses_of(verdict: Array, status_of: Array, status: Array) -> int:
    """Write the status of each verdict, and return how many are not a plain “no”."""
    count = 0
    for row in range(len(verdict)):
        status[row] = status_of[verdict[row]]
        count += (verdict[row] & 3) != 0
    return count


@njit(nogil=True)
def pay(verdict: Array, values: Array, unknown: Array, line: Array, fixed: Array, found: Array) -> None:
    """Write the rows that are not a plain “no”, and their amounts.

    `line` has factor, half, whole, unit, limit, paid: a value x pays (x · factor + half) ÷ whole · unit, nothing below zero, and
    `paid` from `limit` on. Where the value is unknown, or there are no values at all, `fixed` has least and most for a sure
    verdict and for an open one. `found` has three lines: rows, least, most.
    """
    place = 0
    for row in range(len(verdict)):
        truth = verdict[row]
        if truth & 3 == 0:
            continue
        found[0, place] = row
        if len(values) == 0 or (len(unknown) > 0 and unknown[row]):
            is_open = 0 if truth == 3 else 1
            found[1, place] = fixed[is_open, 0]
            found[2, place] = fixed[is_open, 1]
        else:
            value = values[row]
            amount = 0
            if value >= line[4]:
                amount = line[5]
            elif value > 0:
                amount = (value * line[0] + line[1]) // line[2] * line[3]
            found[1, place] = amount
            found[2, place] = amount
        place += 1
