"""B1: on random policies of a grammar of the whole language, every engine says the same status and the same amount to the 分.

The suite takes a few policies. `HUICE_POLICIES=2000 HUICE_DECISIONS=10000000 HUICE_SEED=1` takes as many policies as it says
and, spread over them, as many decisions of the columns against the index for one applicant; of them the share
`HUICE_INTERPRETED` (0…1) also against the interpreter, whose full answers are held against the independent reference,
and what the groups leave of the amounts against the combination of that applicant alone.
`HUICE_SOLVED` policies are also held against the formulas of the prover, on applicants that the solver finds, and
`HUICE_FIRED` applicants of the first folder are asked of the network, which says who is eligible.
`--capture=no` shows the figures.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from datetime import date

from matcher.combine import combine_outcomes
from matcher.interpret import evaluate_policy
from matcher.network import Supervisor, Unsayable, check_everything, compile_network, encode
from matcher.outcome import Money, Status
from matcher.vector import STATUSES, compile_bundle, of_profiles
from matcher.vector.payable import Payer, money_of
from matcher.vector.single import Single
from rules.check.prove.choices import Universes
from tests.support import reference
from tests.support.proofs import Compared, hold_against_interpreter
from tests.support.random_crowds import Crowd, known, plain
from tests.support.random_policies import Author, written

SEED = int(os.environ.get("HUICE_SEED", "20261124"))
POLICIES = int(os.environ.get("HUICE_POLICIES", "40"))
DECISIONS = int(os.environ.get("HUICE_DECISIONS", "1200"))
FIRED = int(os.environ.get("HUICE_FIRED", "20"))
INTERPRETED = float(os.environ.get("HUICE_INTERPRETED", "1"))
SOLVED = int(os.environ.get("HUICE_SOLVED", "14"))
FOLDER = 40
DAYS = (date(2026, 5, 20), date(2026, 5, 21), date(2025, 12, 31), date(2028, 2, 29))
TRUTH = {"T": Status.ELIGIBLE, "R": Status.NEEDS_REVIEW, "U": Status.NEEDS_INFO, "F": Status.INELIGIBLE}


def folder(number):
    """Return a folder of random policies; each file loads without a finding."""
    count = min(FOLDER, POLICIES - number * FOLDER)
    bundle, findings = written(Author(SEED * 100_003 + number).texts(count))
    assert findings == (), f"seed {SEED}, folder {number}: {findings[0]}"
    assert bundle is not None and len(bundle.policies) == count
    return bundle


def folders():
    return [(number, folder(number)) for number in range(-(-POLICIES // FOLDER))]


def expected(bundle, policy, facts, on):
    """Return the reference's verdict of the conditions and exact amount, None where even full knowledge settles it not."""
    version = next((v for v in policy.versions if v.from_ <= on and (v.to is None or on <= v.to)), None)
    if version is None:
        return None, None
    before = reference.Unknowable.count
    world = reference.World(bundle, policy, version, facts, on, reference.fact_year(version, on))
    verdict = TRUTH[reference.truth(version.eligibility, world)]
    try:
        amount = reference.run(version.steps, world) if version.steps else None
    except reference.Unknowable:
        amount = None
    return (verdict, amount) if reference.Unknowable.count == before else (None, None)


def test_b1_columns_index_interpreter_and_reference_agree():
    counts, statuses = Counter(), Counter()
    each = max(2, DECISIONS // POLICIES)
    for number, bundle in folders():
        chance = random.Random(SEED + number)
        on = chance.choice(DAYS)
        crowd = Crowd(bundle, SEED + number)
        everyone = []
        for row in range(each):
            facts = crowd.full()
            everyone.append((facts, known(bundle, facts)) if row % 2 == 0 else (None, crowd.blurred(facts)))
        compiled = compile_bundle(bundle, on)
        single = Single(compiled)
        population = of_profiles([profile for _, profile in everyone])
        columns = list(compiled.answer(population))
        payments = Payer(compiled).pay([answered for _, answered in columns], population)
        for row, (facts, profile) in enumerate(everyone):
            one = single.everything(profile)
            is_interpreted = chance.random() < INTERPRETED
            outcomes = []
            for program, answered in columns:
                name = program.policy.id
                place = f"seed {SEED}, folder {number}, {name} on {on}, applicant {row}"
                batch = STATUSES[answered.status[row]], answered.amount(row)
                assert one[name] == batch, place
                counts["columns = index"] += 1
                statuses[batch[0].value] += 1
                counts["with an amount"] += batch[1] is not None
                if is_interpreted:
                    outcome = evaluate_policy(bundle, name, profile, on)
                    assert (outcome.status, outcome.amount) == batch, place
                    counts["columns = interpreter"] += 1
                    outcomes.append(outcome)
                    if facts is not None:
                        hold_against_reference(bundle, program.policy, on, facts, outcome, counts, place)
            if is_interpreted:
                hold_payments(bundle, profile, on, outcomes, payments, row, counts)

    sys.stdout.write(f"\n{POLICIES} policies, seed {SEED}: {dict(counts)}, {dict(statuses)}\n")
    assert len(statuses) >= 6
    assert counts["with an amount"] > counts["columns = index"] // 20
    assert INTERPRETED < 1 or counts["interpreter = reference, amounts"] > 50


def hold_payments(bundle, profile, on, outcomes, payments, row, counts):
    """Compare what each program pays after the groups, and the best total, with the combination of this applicant alone."""
    place = f"seed {SEED}, {bundle.hash} on {on}, applicant {row}"
    paid, combination = combine_outcomes(bundle, tuple(outcomes), profile, on)
    for at, outcome in enumerate(paid):
        assert money_of(payments, at, row) == outcome.payable, f"{place}: {outcome.policy}"
        counts["payable after groups"] += outcome.payable is not None
    high = int(payments.most[row])
    assert Money(int(payments.least[row]), None if high == -1 else high) == combination.total, place


def hold_against_reference(bundle, policy, on, facts, outcome, counts, place):
    """Compare one decision of an applicant of whom everything is known with the reference."""
    verdict, amount = expected(bundle, policy, plain(bundle, facts), on)
    if verdict is None:
        return  # not in force, a zero denominator, an unpublished parameter: the reference gives up where an interval may still decide
    found = outcome.if_open or outcome.status
    assert found is verdict, f"{place}: interpreter {found}, reference {verdict}"
    counts["interpreter = reference, statuses"] += 1
    if verdict is not Status.INELIGIBLE and amount is not None and outcome.amount is not None:
        assert outcome.amount == Money(int(amount[0]), int(amount[1])), f"{place}: {outcome.amount}, {amount}"
        counts["interpreter = reference, amounts"] += 1


def test_b1_the_provers_formulas_agree_with_the_interpreter():
    compared, left = Compared(), SOLVED
    for number, bundle in folders():
        universes = Universes(bundle)
        for policy in list(bundle.policies.values())[: max(0, left)]:
            chance = random.Random(f"{SEED} {number} {policy.id}")
            hold_against_interpreter(bundle, policy, policy.versions[0], universes, chance, compared)
        left -= len(bundle.policies)

    sys.stdout.write(f"\n{SOLVED} policies, seed {SEED}: {compared.statuses} statuses, {compared.amounts} amounts\n")
    assert not compared.differences
    assert compared.statuses > 0


def test_b1_the_network_agrees_with_the_interpreter_on_who_is_eligible():
    bundle, on = folder(0), DAYS[0]
    crowd, network = Crowd(bundle, SEED), compile_network(bundle, on)
    profiles = [known(bundle, crowd.full()) if row % 2 else crowd.blurred(crowd.full()) for row in range(FIRED)]
    asked, messages = [], []
    for profile in profiles:
        try:
            messages.append(encode(network, profile))
        except Unsayable:
            continue  # the interpreter is asked of all programs instead
        asked.append(profile)

    with Supervisor(network) as supervisor:
        answers = supervisor.ask(messages)

    for profile, fired in zip(asked, answers, strict=True):
        assert fired is not None
        assert check_everything(network, profile, fired) == ()
    sys.stdout.write(f"\nseed {SEED}: {len(asked) * len(network.programs)} verdicts of the network\n")
    assert len(asked) > FIRED // 2
