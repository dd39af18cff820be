from __future__ import annotations

import random
from dataclasses import replace

import pytest

from matcher.combine.bounds import bound_combination
from matcher.combine.problem import Option, Problem, Program, Rule
from matcher.combine.search import Budget, best_combination
from rules.language.model import GroupRule
from tests.support.combinations import random_knowledge, random_problem


def known(*amounts: tuple[str, int]) -> tuple[Program, ...]:
    return tuple(Program(name, (Option(amount, amount),)) for name, amount in amounts)


def rule(kind: GroupRule, members: str, **more: object) -> Rule:
    return Rule("g", kind, frozenset(members), **more)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_truth_is_it_lies_within_the_bounds(seed):
    rng = random.Random(seed)
    for _ in range(100):
        high = random_problem(rng, rng.randint(1, 7))
        low, true = random_knowledge(rng, high)

        bounds = bound_combination(low, high)
        truth = best_combination(true)

        assert bounds.is_optimal
        assert bounds.total[0] <= truth.total <= bounds.total[1], (low, high, true)
        for program in high.programs:
            least, most = bounds.pays[program.id]
            assert least <= truth.pays.get(program.id, 0) <= most, (program.id, low, high, true)


@pytest.mark.parametrize("seed", range(5))
def test_full_knowledge_gives_the_exact_payment_of_every_program(seed):
    rng = random.Random(seed)
    for _ in range(40):
        problem = random_problem(rng, rng.randint(1, 8))
        solution = best_combination(problem)

        bounds = bound_combination(problem, problem)

        assert bounds.total == (solution.total, solution.total)
        assert bounds.pays == {program: (payment, payment) for program, payment in solution.pays.items()}


def test_a_program_that_no_rule_touches_keeps_its_own_range():
    bounds = bound_combination(Problem(known(("a", 2)), ()), Problem(known(("a", 9), ("b", 4)), ()))

    assert bounds.pays == {"a": (2, 9), "b": (0, 4)}
    assert bounds.total == (2, 13)


def test_a_program_dearer_than_all_its_rivals_can_become_keeps_its_place():
    group = (rule(GroupRule.HIGHEST, "ab"),)

    bounds = bound_combination(Problem(known(("a", 100)), group), Problem(known(("a", 100), ("b", 50)), group))

    assert bounds.pays == {"a": (100, 100), "b": (0, 0)}


def test_a_program_whose_rival_may_become_dearer_may_get_nothing():
    group = (rule(GroupRule.HIGHEST, "ab"),)

    bounds = bound_combination(Problem(known(("a", 100)), group), Problem(known(("a", 100), ("b", 150)), group))

    assert bounds.pays == {"a": (0, 100), "b": (0, 150)}
    assert bounds.total == (100, 150)


def test_the_money_received_may_be_unknown():
    low = Problem(known(("a", 67)), (rule(GroupRule.TOP_UP, "a", external=40),))
    high = Problem(known(("a", 67)), (rule(GroupRule.TOP_UP, "a", external=0),))

    assert bound_combination(low, high).pays == {"a": (27, 67)}


def test_an_exclusive_award_is_possible_while_the_money_received_may_be_less():
    low = Problem(known(("a", 67)), (rule(GroupRule.ONCE, "a", external=70),))
    high = Problem(known(("a", 67)), (rule(GroupRule.ONCE, "a", external=0),))

    assert bound_combination(low, high).pays == {"a": (0, 67)}


def test_under_a_joint_cap_a_program_gets_at_least_what_the_others_cannot_fill():
    cap = (rule(GroupRule.CAP, "ab", limit=50),)

    bounds = bound_combination(Problem(known(("a", 40), ("b", 5)), cap), Problem(known(("a", 45), ("b", 20)), cap))

    assert bounds.pays == {"a": (30, 45), "b": (5, 20)}


def test_of_several_options_the_smallest_counts_for_the_lower_bound():
    items = Program("a", (Option(30, 30, frozenset("xy")), Option(10, 10, frozenset("x"))))
    rival = Program("b", (Option(5, 5, frozenset("y")),))
    once = (rule(GroupRule.ONCE, "ab", by_item=True),)

    bounds = bound_combination(Problem((items,), once), Problem((items, rival), once))

    assert bounds.pays == {"a": (10, 30), "b": (0, 5)}


def test_a_cut_search_is_told_and_still_brackets():
    chain = Problem(
        known(("a", 30), ("b", 40), ("c", 35), ("d", 20)),
        (rule(GroupRule.HIGHEST, "ab"), rule(GroupRule.HIGHEST, "bc"), rule(GroupRule.HIGHEST, "cd")),
    )

    bounds = bound_combination(chain, chain, Budget(branches=1))

    assert not bounds.is_optimal
    assert bounds.total[0] <= 65 <= bounds.total[1]
    assert bounds.pays["a"][0] <= 30 <= bounds.pays["a"][1]


@pytest.mark.slow
def test_knowing_more_never_widens_the_sum():
    rng = random.Random(11)
    for _ in range(200):
        high = random_problem(rng, 6)
        low, true = random_knowledge(rng, high)
        wide = bound_combination(low, high)

        narrow = bound_combination(replace(true, programs=true.programs), true)

        assert wide.total[0] <= narrow.total[0] <= narrow.total[1] <= wide.total[1]
