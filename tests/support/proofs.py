"""The prover held against the interpreter: applicants that the solver finds are asked of both."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import z3

from matcher.interpret import evaluate_policy
from matcher.outcome import Money
from rules.check.prove import numbers
from rules.check.prove.applicant import Applicant
from rules.check.prove.asking import Solver
from rules.check.prove.choices import Universes
from rules.check.prove.formulas import YES
from rules.check.prove.programs import Manner, Program, translate_program
from rules.check.prove.witness import amount_in, facts_in
from rules.language.model import Bundle, Manual, Policy, Use, Version
from rules.language.walk import walk
from tests.support.witnesses import profile_of_witness

_ROUNDED = Manner(is_rounded=True)
_ROUNDED_LEAST = Manner(is_rounded=True, takes_least=True)


@dataclass
class Compared:
    """How many statuses and amounts were held against each other, and where they differed."""

    statuses: int = 0
    amounts: int = 0
    differences: list[str] | None = None


def hold_against_interpreter(
    bundle: Bundle, policy: Policy, version: Version, universes: Universes, chance: random.Random, compared: Compared
) -> None:
    """Compare what formulas and interpreter say of some applicants; note each difference."""
    on: date = version.from_
    applicant = Applicant(universes)
    program = translate_program(bundle, policy, version, on, applicant, _ROUNDED)
    least = translate_program(bundle, policy, version, on, applicant, _ROUNDED_LEAST)
    is_timed = bool(version.window and version.window.within)
    if program.translator.left_open or is_timed or _is_asked_of_a_person(bundle, version):
        return
    solver = Solver(applicant)
    for goal in _goals(program, chance):
        model = solver.ask(goal, *_guesses(applicant, solver, goal, chance)).model
        if model is not None:
            _compare(bundle, program, least, on, model, compared)


def _compare(
    bundle: Bundle, program: Program, least: Program, on: date, model: z3.ModelRef, compared: Compared
) -> None:
    facts = facts_in(model, program.applicant)
    outcome = evaluate_policy(bundle, program.place.owner, profile_of_witness(facts), on)
    holds, known = (z3.is_true(model.eval(part, model_completion=True)) for part in program.eligible)
    differences = compared.differences if compared.differences is not None else []
    compared.differences = differences
    amount = program.amount
    is_reckoned = amount is None or z3.is_true(model.eval(amount.known, model_completion=True))
    said = f"{program.place.owner} {on} {[str(fact) for fact in facts]}"
    if known and (is_reckoned or not holds):
        # What the prover holds to be open the interpreter may know: a bound may be met by every value left.
        compared.statuses += 1
        status = (outcome.if_open or outcome.status).value
        if status != ("eligible" if holds else "ineligible"):
            differences.append(f"{said}: {status}, {holds}")
    if not holds or amount is None or not is_reckoned:
        return
    compared.amounts += 1
    assert least.amount is not None
    found = Money(int(amount_in(model, least.amount)), int(amount_in(model, amount)))
    if outcome.amount != found:
        differences.append(f"{said}: {outcome.amount}, {found}")


def _is_asked_of_a_person(bundle: Bundle, version: Version) -> bool:
    sets = [bundle.condition_sets[node.set_id] for node in walk(version.eligibility) if isinstance(node, Use)]
    return any(isinstance(node, Manual) for node in walk((version.eligibility, version.steps, tuple(sets))))


def _goals(program: Program, chance: random.Random) -> list[z3.BoolRef]:
    threshold = numbers.constant(chance.randrange(10**8))
    paid = YES if program.amount is None else numbers.less(threshold, program.amount)
    holds = program.eligible.holds
    return [holds, program.eligible.fails, z3.And(holds, paid), z3.And(holds, z3.Not(paid)), YES]


def _guesses(applicant: Applicant, solver: Solver, goal: z3.BoolRef, chance: random.Random) -> Iterator[z3.BoolRef]:
    """Yield wishes that spread the applicants over their domains, each only if all of them can still be met."""
    wishes: list[z3.BoolRef] = []
    for held in applicant.facts.values():
        if z3.is_int(held.term) and chance.random() < 0.3:
            wish = held.term >= chance.randrange(10 ** chance.randrange(1, 11))
            if solver.ask(goal, *wishes, wish).model is not None:
                wishes.append(wish)
    yield from wishes
