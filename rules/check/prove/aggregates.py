"""What a list comes to, as a number that is not taken apart."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from rules.check.prove.applicant import Applicant
from rules.check.prove.grains import are_multiples
from rules.check.prove.numbers import Number
from rules.check.prove.places import Place, meaning
from rules.language.model import Aggregate, AggregateKind, Derived, Field


def open_aggregate(
    node: Aggregate, value: Number, definition: Field | Derived, applicant: Applicant, place: Place
) -> Number:
    """Return the same number for the same question about a list, within what its items allow."""
    assert isinstance(definition, Field)  # noqa: S101  lists are fields
    key = ("aggregate", meaning(node, place))
    most = definition.maximum if isinstance(definition.maximum, Fraction) else None
    if node.kind is AggregateKind.COUNT:
        return applicant.unknown(key, Fraction(0), most, is_whole=True)
    low = Fraction(0) if value.is_nonnegative else None
    found = applicant.unknown(key, low, None, is_whole=are_multiples(value, Fraction(1)))
    if node.kind is AggregateKind.SUM:
        return found
    return replace(found, exists=applicant.verdict(f"{key}"))
