"""A version of a program on one day as formulas: who is eligible, what they get, and the days worth asking about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from rules.check.prove.amounts import Calculation
from rules.check.prove.applicant import Applicant
from rules.check.prove.formulas import Formula, Truth
from rules.check.prove.numbers import Number
from rules.check.prove.places import Place, place_for
from rules.check.prove.translate import Translator
from rules.language.model import AsOf, Bundle, Literal, ParameterValue, ParamRef, Policy, Span, Step, Version
from rules.language.walk import walk

_ONE_DAY = timedelta(days=1)
_LATER = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Program:
    """A version on a day, translated for one applicant."""

    place: Place
    version: Version
    translator: Translator
    eligible: Truth
    payments: tuple[Payment, ...]  # the whole amount first, where one is computed, then those of single list items

    @property
    def applicant(self) -> Applicant:
        """Return the applicant of whom it speaks."""
        return self.translator.applicant

    @property
    def amount(self) -> Number | None:
        """Return the amount, None where nothing is computed."""
        return self.payments[0].amount if self.payments else None


@dataclass(frozen=True, slots=True)
class Payment:
    """The amount that some steps come to where `path` holds: of the version, or of one item inside a `for_each`."""

    calculation: Calculation
    place: Place
    path: Formula
    amount: Number


@dataclass(frozen=True, slots=True)
class Manner:
    """How a program is read: amounts rounded or exact, discretionary spans at their upper or lower end, parameters assumed.

    `is_review_open` leaves open what a person must decide: who is eligible then is so whatever the person says.
    """

    is_rounded: bool = False
    takes_least: bool = False
    is_review_open: bool = False
    params: Mapping[str, Fraction] = field(default_factory=dict)


PLAIN = Manner()


def translate_program(
    bundle: Bundle, policy: Policy, version: Version, on: date, applicant: Applicant, manner: Manner = PLAIN
) -> Program:
    """Return a version on a day as formulas over an applicant's facts."""
    place = replace(place_for(bundle, policy, version, on), params=manner.params)
    translator = Translator(applicant, is_review_open=manner.is_review_open)
    eligible = translator.condition(version.eligibility, place)
    payments = tuple(_payments(translator, eligible.holds, version.steps, place, manner)) if version.steps else ()
    return Program(place, version, translator, eligible, payments)


def _payments(
    translator: Translator, path: Formula, steps: Sequence[Step], place: Place, manner: Manner
) -> Iterator[Payment]:
    calculation = Calculation(translator, manner.is_rounded, manner.takes_least)
    with translator.under(path):
        amount = calculation.run(steps, place).amount
        yield Payment(calculation, place, path, amount)
    for inner in calculation.inner:
        with translator.inside(inner.step):
            yield from _payments(translator, inner.path, inner.step.steps, inner.place, manner)


def days_of(version: Version) -> Iterator[date]:
    """Yield the days to ask about: the first one on which applications are taken and, where it matters, the last."""
    window = version.window
    first, last = version.from_, version.to or version.from_ + _LATER
    spans = window.spans if window else ()
    if spans:
        first, last = max(first, spans[0].from_), min(last, spans[-1].to)
    yield first
    if last > first and any(isinstance(node, AsOf | ParamRef) for node in walk(version)):
        yield last


def edges_of(policy: Policy) -> Iterator[date]:
    """Yield the days on which a program may begin to say something else: edges of versions, windows and parameters, named days."""
    for version in policy.versions:
        yield from days_of(version)
        yield version.from_
    spans = [node for node in walk(policy.versions) if isinstance(node, Span)]
    ends = [version.to for version in policy.versions] + [span.to for span in spans]
    begins = [span.from_ for span in spans]
    for node in walk((dict(policy.params), policy.versions)):
        if isinstance(node, ParameterValue):
            begins.append(node.from_)
            ends.append(node.to)
        elif isinstance(node, Literal) and isinstance(node.value, date):
            begins += [node.value, node.value + _ONE_DAY]
    for begin in begins:
        yield from (begin - _ONE_DAY, begin)
    for end in ends:
        yield from () if end is None else (end, end + _ONE_DAY)


def version_on(policy: Policy | None, on: date) -> Version | None:
    """Return the version in force on a day."""
    versions = policy.versions if policy else ()
    return next((each for each in versions if each.from_ <= on and (each.to is None or on <= each.to)), None)
