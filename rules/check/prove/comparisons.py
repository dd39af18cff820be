"""Where an operand passes a test: numbers by size, codes by list, what does not exist by its absence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rules.check.prove import numbers
from rules.check.prove.applicant import Symbol
from rules.check.prove.choices import Choice, Flag, among, lies_under
from rules.check.prove.formulas import YES, Formula, Truth, any_of, both, every, same_truth
from rules.check.prove.numbers import Number
from rules.language.model import Word

MakeExact = Callable[[Number, Number], None]  # what must be said of two numbers before they are compared

_RELATIONS: dict[Word, Callable[[Number, Number], Formula]] = {
    Word.FROM: lambda operand, bound: numbers.at_most(bound, operand),
    Word.OVER: lambda operand, bound: numbers.less(bound, operand),
    Word.UPTO: numbers.at_most,
    Word.BELOW: numbers.less,
    Word.IS: numbers.same,
}


def passes(word: Word, operand: Symbol, bounds: Sequence[Symbol], make_exact: MakeExact) -> Truth:
    """Return where an operand passes a test; what does not exist fails every word but `present: false` and `not_in`."""
    if word is Word.PRESENT:
        there = Truth(operand.exists, operand.known)
        return there if isinstance(bounds[0], Flag) and bounds[0].holds is YES else there.denied
    if word is Word.NOT_IN:
        return passes(Word.IN, operand, bounds, make_exact).denied
    if isinstance(operand, Choice):
        codes = [bound for bound in bounds if isinstance(bound, Choice)]
        return lies_under(operand, codes) if word is Word.PREFIX_IN else among(operand, codes)
    return any_of([_one(word, operand, bound, make_exact) for bound in bounds])


def _one(word: Word, operand: Number | Flag, bound: Symbol, make_exact: MakeExact) -> Truth:
    if isinstance(operand, Number) and isinstance(bound, Number):
        make_exact(operand, bound)
        found = _RELATIONS[Word.IS if word is Word.IN else word](operand, bound)
    else:
        assert isinstance(operand, Flag) and isinstance(bound, Flag)  # noqa: S101, PT018  the loader compares like with like
        found = same_truth(operand.holds, bound.holds)
    return Truth(every((operand.exists, bound.exists, found)), both(operand.known, bound.known))
