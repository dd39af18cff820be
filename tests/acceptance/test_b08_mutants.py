"""B8: every fault put into a rule is noticed by a test of its file, or proved to make no difference.

The suite takes a few programs, such as need each kind of proof. `HUICE_PROGRAMS=all` takes the whole corpus, names with commas
take those. What is proved is held against the interpreter too: `HUICE_PROFILES` random applicants of each program, of whom
everything is known, get the same answer of the rule and of each such fault.
"""

import os
import random
from functools import cache

import pytest

from matcher.combine import combine_outcomes
from matcher.interpret import interpret
from matcher.outcome import Status
from matcher.profile import Item, Items, Profile
from matcher.rule_tests.group_faults import groups_alike
from matcher.rule_tests.mutation import mutate_policy
from rules.check.mutants import mutants_of
from rules.check.prove.difference import is_same_everywhere
from rules.check.prove.precedence import comes_first
from rules.language.bundle import CORPUS, load_bundle
from tests.support.random_profiles import Applicants

SEED = int(os.environ.get("HUICE_SEED", "20261125"))
PROFILES = int(os.environ.get("HUICE_PROFILES", "12"))
FEW = (
    "futian-internship",  # whole units of a count
    "futian-project-match",  # entries of which the table has no row, or a share of nothing
    "luohu-online-retail-2022",  # a last row of zero
    "panyu-office",  # a row that nobody eligible reaches, with a limit of entries
    "sz-incubator-rent-cut",  # a year without a row
)
PAIR = ("luohu-new-talent-housing", "sz-newcomer-housing")  # the first never pays less, and only one is paid


@cache
def corpus():
    """Return every program, those of other districts and cities too."""
    return load_bundle([CORPUS])


def programs():
    """Return the names of the programs to take."""
    named = os.environ.get("HUICE_PROGRAMS", ",".join(FEW))
    return tuple(corpus().policies) if named == "all" else tuple(named.split(","))


def applicants_of(policy):
    """Yield applicants of whom everything is known, on the day of the embedded test that each is made from."""
    source, rng = Applicants(corpus(), SEED), random.Random(SEED)
    for _ in range(PROFILES if policy.tests else 0):
        test = rng.choice(policy.tests)
        facts = source.shaken(policy, test)
        for key, field in source.all_keys(test.as_of):
            if key not in facts:
                facts[key] = source.state(field, source.common, test.as_of)
        for key, state in facts.items():
            if isinstance(state, Items) and rng.random() < 0.8:
                facts[key] = shaken_entries(source, policy, key, state, test.as_of)
        yield Profile(facts, applicant=policy.applicant[0]), test.as_of


def shaken_entries(source, policy, key, state, on):
    """Return a list with two facts of each entry at the rule's own numbers."""
    known = source.field_of(key).item
    entries = []
    for entry in state.items:
        moved = source.random.sample(sorted(known), min(2, len(known)))
        states = {name: source.state(known[name], source.constants[policy.id], on) for name in moved}
        entries.append(Item(entry.key, {**entry.fields, **states}))
    return Items(tuple(entries))


def answers(bundle, names, profile, on):
    """Return what programs say, and what they pay beside each other."""
    paid, together = combine_outcomes(bundle, interpret(bundle, profile, on, names), profile, on)
    said = [(one.policy, one.status, one.amount, one.payable, one.failed, one.review) for one in paid]
    return said, together.total


def hold_against_interpreter(policy, mutants):
    """Ask both of each mutant and its rule, and return the statuses that came of it."""
    statuses = set()
    for profile, on in applicants_of(policy):
        for mutant in mutants:
            names = {policy.id} if mutant.group is None else set(mutant.group.members)
            said = answers(corpus(), names, profile, on)
            assert answers(mutant.bundle, names, profile, on) == said, f"{mutant}, {on}, {profile.facts}"
            statuses.update(one[1] for one in said[0])
    return statuses


@pytest.mark.slow
@pytest.mark.parametrize("name", programs())
def test_b8_every_fault_is_noticed_or_makes_no_difference(name):
    fate = mutate_policy(corpus(), name, is_same_everywhere, comes_first)

    statuses = hold_against_interpreter(corpus().policies[name], fate.equivalent)

    assert [f"{mutant.position} {mutant}" for mutant in fate.survivors] == []
    assert fate.killed
    # Fewer applicants may all miss the conditions.
    assert name not in FEW or PROFILES < 12 or statuses & {Status.ELIGIBLE, Status.NEEDS_REVIEW}


@pytest.mark.slow
def test_b8_the_rule_of_a_group_makes_no_difference_where_one_member_always_comes_first():
    policy = corpus().policies[PAIR[1]]
    (mutant,) = (each for each in mutants_of(corpus(), policy.id) if each.group and "处理方式" in each.text)
    group, changed = mutant.group, mutant.bundle.groups[mutant.group.id]

    assert groups_alike(corpus(), group, changed, comes_first)
    assert not groups_alike(corpus(), group, changed, lambda bundle, one, other: comes_first(bundle, other, one))
    assert hold_against_interpreter(policy, [mutant]) > {Status.INELIGIBLE}
