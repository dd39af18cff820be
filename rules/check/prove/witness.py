"""An applicant found by a proof, in people's words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import z3

from rules.check.prove.applicant import Applicant, Held, Key
from rules.check.prove.choices import Choice, Drawn
from rules.check.prove.formulas import Term
from rules.check.prove.numbers import Number, as_term, collapsed
from rules.language.model import Dimension, Field, Scalar
from rules.language.quantities import format_value

_MOST_FACTS = 8


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a witness; the value is None where it is known not to exist."""

    key: Key
    definition: Field
    value: Scalar | None

    def __str__(self) -> str:
        name, year = self.key
        label = self.definition.label + (f"（{year}年）" if year else "")
        if name.startswith("employer."):
            label = f"用人单位的{label}"
        return f"{label}{self._said()}"

    def _said(self) -> str:
        if self.value is None:
            return f"：{self.definition.nullable}"
        if isinstance(self.value, bool):
            return f"：{'是' if self.value else '否'}"
        if isinstance(self.value, str):
            return f"：{self.value}"
        if isinstance(self.value, date):
            return f"：{self.value.isoformat()}"
        return f" {format_value(self.value, self.definition.dimension, self.definition.unit)}"


def facts_in(model: z3.ModelRef, applicant: Applicant) -> tuple[Fact, ...]:
    """Return every fact that was asked, as the model has it."""
    held = {**applicant.facts, **applicant.changed}
    return tuple(Fact(each.key, each.definition, _value(model, each)) for each in held.values())


def _value(model: z3.ModelRef, held: Held) -> Scalar | None:
    if not z3.is_true(model.eval(held.exists, model_completion=True)):
        return None
    found = model.eval(held.term, model_completion=True)
    if isinstance(held.symbol, Choice):
        atom = held.symbol.atoms[0][1]
        assert isinstance(atom, Drawn)  # noqa: S101  a fact is drawn from its universe
        place: int = found.as_long()
        return atom.universe.values[place]
    if z3.is_bool(found):
        return bool(z3.is_true(found))
    value = _fraction(found)
    return date.fromordinal(int(value)) if held.definition.dimension is Dimension.DATE else value


def _fraction(found: Term) -> Fraction:
    if z3.is_algebraic_value(found):
        found = found.approx(6)
    return Fraction(found.as_fraction() if z3.is_rational_value(found) else found.as_long())


def amount_in(model: z3.ModelRef, amount: Number) -> Fraction:
    """Return what an amount is for a witness, in 分."""
    piece = collapsed(amount).pieces[0]
    top = _fraction(model.eval(as_term(piece.top), model_completion=True))
    return top if piece.bottom is None else top / _fraction(model.eval(piece.bottom, model_completion=True))


def say_witness(facts: Iterable[Fact], first: Collection[Key] = ()) -> str:
    """Return a witness as a sentence, the facts that matter most before the others."""
    ordered = sorted(facts, key=lambda fact: fact.key not in first)
    shown = [str(fact) for fact in ordered[:_MOST_FACTS]]
    return "、".join(shown) + ("等" if len(ordered) > _MOST_FACTS else "")
