"""The two loops that run compiled: numbers to the place among cut points, and places to verdicts of whole programs."""

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
