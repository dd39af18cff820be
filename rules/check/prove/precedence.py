"""Two programs held against each other: whether whoever may get both is never worse off with the first alone."""

from __future__ import annotations

from rules.check.prove import numbers
from rules.check.prove.applicant import Applicant
from rules.check.prove.asking import EFFORT, Solver
from rules.check.prove.choices import Universes
from rules.check.prove.formulas import Formula, either, every, opposite
from rules.check.prove.numbers import ZERO
from rules.check.prove.programs import Manner, Program, edges_of, translate_program, version_on
from rules.check.prove.sites import RECKONED_DAYS
from rules.language.model import AmountOf, Bundle, Range
from rules.language.walk import walk

_MANNER = Manner(is_rounded=True, is_review_open=True)


def comes_first(bundle: Bundle, first: str, second: str, effort: int = EFFORT) -> bool:
    """Tell whether it is proved that a program pays no less than another, to each applicant who may get both.

    And that who is sure of it is sure of the other too, unless the other pays the same or nothing. Asked of applicants of whom
    everything is known, at the edges of both programs; nothing is said of amounts that are spans or rest on lists.
    """
    policies = [bundle.policies[name] for name in (first, second)]
    universes = Universes(bundle)
    for on in sorted({day for policy in policies for day in edges_of(policy)}):
        versions = [version_on(policy, on) for policy in policies]
        if None in versions:
            continue
        applicant = Applicant(universes)
        one, other = (
            translate_program(bundle, policy, version, on, applicant, _MANNER)
            for policy, version in zip(policies, versions, strict=True)
            if version is not None
        )
        if not (_has_one_amount(one) and _has_one_amount(other)):
            return False
        if not Solver(applicant, effort).is_impossible(_is_behind(one, other)):
            return False
    return True


def _has_one_amount(program: Program) -> bool:
    """Tell whether the amount is one number where all it rests on is known, and no list stands behind it or the conditions."""
    is_span = any(isinstance(node, Range | AmountOf) for node in walk(program.version.steps))
    rests_on_lists = any(part.what != RECKONED_DAYS for part in program.translator.left_open.values())
    return program.amount is not None and not is_span and not rests_on_lists


def _is_behind(one: Program, other: Program) -> Formula:
    """Return where the first does not come first, for somebody who may get both."""
    assert one.amount is not None and other.amount is not None  # noqa: S101, PT018  the caller has looked
    less = numbers.less(other.amount, one.amount)
    is_surer = every((one.eligible.holds, opposite(other.eligible.holds), less, numbers.less(ZERO, other.amount)))
    return every(
        (
            opposite(one.eligible.fails),
            opposite(other.eligible.fails),
            either(
                opposite(one.amount.known),
                opposite(other.amount.known),
                numbers.less(one.amount, other.amount),
                is_surer,
            ),
        )
    )
