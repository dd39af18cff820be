"""The loop that runs compiled for one applicant: facts to verdicts of all programs, and to the plainest amounts."""

from __future__ import annotations

import numpy as np

from matcher.vector.ends import Array
from matcher.vector.kernel import PLACE_OF_BIT, PLANES, SPREAD, TOP, compiled

FAR = 2**60  # of edges and products: all lie nearer to 0
BY_ITSELF = -2  # in place of the number of an amount that rests on none


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
            program = 64 * word + PLACE_OF_BIT[(lowest * SPREAD) >> TOP]
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
