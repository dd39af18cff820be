"""Applicants whom the solver makes up to order: eligible, refused by one condition, in a row of a table, capped, outdone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.check.prove.applicant import Applicant
from rules.check.prove.asking import EFFORT, Solver
from rules.check.prove.choices import Universes
from rules.check.prove.formulas import Formula
from rules.check.prove.numbers import at_most, constant, less
from rules.check.prove.programs import Manner, Program, translate_program
from rules.check.prove.witness import Fact, facts_in
from rules.language.model import Bundle, CapAmount, Leaf, Policy, Tiers

Facts = tuple[Fact, ...]


class Wishes:
    """Asks for applicants of one program on a day; what stands in a proof as an open number, such as a list, stays unsaid.

    Each answer is the facts of one applicant, None where none can exist or the solver gave up. The interpreter must confirm
    it: it knows all of what is unsaid as unknown.
    """

    def __init__(self, bundle: Bundle, policy: str, on: date, effort: int = EFFORT) -> None:
        self._bundle = bundle
        self._on = on
        self._applicant = Applicant(Universes(bundle))
        self._solver = Solver(self._applicant, effort)
        self._program = self._translated(bundle.policies[policy])

    def eligible(self) -> Facts | None:
        """Return an applicant who is eligible."""
        return self._made(self._eligible(self._program))

    def failing(self, condition: str) -> Facts | None:
        """Return an applicant who meets all conditions but one."""
        truths = [(site.node.id, site.truth) for site in self._program.translator.truths if isinstance(site.node, Leaf)]
        if all(name != condition for name, _ in truths):
            return None
        wanted = [truth.fails if name == condition else truth.holds for name, truth in truths]
        return self._made([*wanted, self._program.eligible.fails])

    def in_row(self, step: str, number: int) -> Facts | None:
        """Return an eligible applicant in a row, from 1, of a step's table."""
        for site in self._program.translator.rows:
            if isinstance(site.node, Tiers) and site.node.id == step and number <= len(site.chosen):
                return self._made([*self._eligible(self._program), site.path, site.chosen[number - 1]])
        return None

    def capped(self, step: str) -> Facts | None:
        """Return an eligible applicant whose amount a step cuts."""
        for payment in self._program.payments[:1]:
            for site in payment.calculation.sites:
                if isinstance(site.step, CapAmount) and site.step.id == step:
                    return self._made([*self._eligible(self._program), less(site.after, site.before)])
        return None

    def beside(self, other: str) -> Facts | None:
        """Return an applicant who is eligible for this program and, for more money, for another one.

        For as much would do only where the other one comes first; what pays nothing is left out for nothing.
        """
        rival = self._translated(self._bundle.policies[other])
        if self._program.amount is None or rival.amount is None:
            return None
        own = self._program.amount
        pays = [at_most(constant(1), own), less(own, rival.amount)]
        return self._made([*self._eligible(self._program), *self._eligible(rival), *pays])

    def _translated(self, policy: Policy) -> Program:
        version = next((each for each in reversed(policy.versions) if each.from_ <= self._on), policy.versions[0])
        return translate_program(self._bundle, policy, version, self._on, self._applicant, Manner(is_rounded=False))

    def _eligible(self, program: Program) -> Iterator[Formula]:
        yield program.eligible.holds
        yield program.eligible.known
        if program.amount is not None:
            yield program.amount.known

    def _made(self, wanted: Iterator[Formula] | list[Formula]) -> Facts | None:
        model = self._solver.ask(*wanted).model
        return None if model is None else facts_in(model, self._applicant)
