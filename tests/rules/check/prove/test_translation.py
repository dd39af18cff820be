"""The formulas say what the interpreter says: of applicants that the solver finds, over the whole corpus."""

from __future__ import annotations

import random
from datetime import date

import pytest
import z3

from matcher.interpret import evaluate_policy
from rules.check.prove import numbers
from rules.check.prove.applicant import Applicant
from rules.check.prove.asking import Solver
from rules.check.prove.choices import Universes
from rules.check.prove.formulas import YES
from rules.check.prove.programs import Manner, Program, translate_program
from rules.check.prove.witness import amount_in, facts_in
from rules.language.bundle import CORPUS, read_bundle
from rules.language.model import Bundle, Manual, Policy, Use, Version
from rules.language.walk import walk
from tests.support.witnesses import profile_of_witness

ROUNDED = Manner(is_rounded=True)
ROUNDED_LEAST = Manner(is_rounded=True, takes_least=True)


@pytest.fixture(scope="module")
def corpus() -> Bundle:
    bundle, _ = read_bundle([CORPUS])
    assert bundle is not None
    return bundle


def is_asked_of_a_person(bundle: Bundle, version: Version) -> bool:
    sets = [bundle.condition_sets[node.set_id] for node in walk(version.eligibility) if isinstance(node, Use)]
    return any(isinstance(node, Manual) for node in walk((version.eligibility, version.steps, tuple(sets))))


def goals(program: Program, chance: random.Random) -> list[z3.BoolRef]:
    threshold = numbers.constant(chance.randrange(10**8))
    amount = program.amount
    paid = YES if amount is None else numbers.less(threshold, amount)
    holds = program.eligible.holds
    return [holds, program.eligible.fails, z3.And(holds, paid), z3.And(holds, z3.Not(paid)), YES]


def test_the_formulas_agree_with_the_interpreter_on_the_corpus(corpus):
    chance = random.Random(20261124)
    universes = Universes(corpus)
    compared = {"status": 0, "amount": 0}

    for policy in corpus.policies.values():
        for version in policy.versions:
            compare(corpus, policy, version, Applicant(universes), chance, compared)

    assert compared["status"] > 200
    assert compared["amount"] > 100


def compare(corpus, policy: Policy, version: Version, applicant: Applicant, chance, compared):
    on: date = version.from_
    program = translate_program(corpus, policy, version, on, applicant, ROUNDED)
    least = translate_program(corpus, policy, version, on, applicant, ROUNDED_LEAST)
    if (
        program.translator.left_open
        or (version.window and version.window.within)
        or is_asked_of_a_person(corpus, version)
    ):
        return
    solver = Solver(applicant)
    for goal in goals(program, chance):
        model = solver.ask(goal, *some_guesses(applicant, solver, goal, chance)).model
        if model is None:
            continue
        outcome = evaluate_policy(corpus, policy.id, profile_of_witness(facts_in(model, applicant)), on)
        status = (outcome.if_open or outcome.status).value
        said = {part: z3.is_true(model.eval(part, model_completion=True)) for part in program.eligible}
        holds, known = said[program.eligible.holds], said[program.eligible.known]
        # What the prover holds to be open the interpreter may know: a bound may be met by every value left.
        assert not known or status == ("eligible" if holds else "ineligible"), (policy.id, outcome.trace)
        compared["status"] += known
        if holds and program.amount is not None and z3.is_true(model.eval(program.amount.known, model_completion=True)):
            assert outcome.amount is not None
            assert (outcome.amount.min, outcome.amount.max) == (
                amount_in(model, least.amount),
                amount_in(model, program.amount),
            ), (policy.id, [str(fact) for fact in facts_in(model, applicant)])
            compared["amount"] += 1


def some_guesses(applicant: Applicant, solver: Solver, goal, chance: random.Random):
    """Yield wishes that spread the applicants over their domains, each only if all of them can still be met."""
    wishes = []
    for held in applicant.facts.values():
        if z3.is_int(held.term) and chance.random() < 0.3:
            wish = held.term >= chance.randrange(10 ** chance.randrange(1, 11))
            if solver.ask(goal, *wishes, wish).model is not None:
                wishes.append(wish)
    return wishes
