from __future__ import annotations

import random

import pytest

from matcher.combine.literal import literal_total
from matcher.combine.problem import Option, Problem, Program, Rule
from matcher.combine.search import Budget, best_combination
from rules.language.model import GroupRule
from tests.benchmarks.bench_combine import district
from tests.support.combinations import best_sum_by_trial, is_lawful, random_problem, sums_allowed


def plain(name: str, amount: int, basis: int | None = None) -> Program:
    return Program(name, (Option(amount, amount if basis is None else basis),))


def of_items(name: str, **options: int) -> Program:
    return Program(name, tuple(Option(amount, amount, frozenset(items)) for items, amount in options.items()))


def rule(kind: GroupRule, members: str, **more: object) -> Rule:
    return Rule("g", kind, frozenset(members), **more)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_a7_the_combination_equals_brute_force_on_2000_random_instances_up_to_12_programs(seed):
    rng = random.Random(seed)
    for _ in range(100):
        problem = random_problem(rng, rng.randint(1, 12))

        solution = best_combination(problem)

        assert solution.is_optimal
        assert solution.total == best_sum_by_trial(problem), problem
        assert solution.total == sum(solution.pays.values())
        assert is_lawful(problem, dict(solution.taken))
        assert all(solution.pays[program] <= option.amount for program, option in solution.taken.items())
        for members, room in sums_allowed(problem, dict(solution.taken)):
            assert sum(solution.pays[name] for number, name in enumerate(solution.taken) if number in members) <= room
        assert literal_total(problem) <= solution.total


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a7_40_eligible_programs_are_solved_with_a_proof(seed):
    problem = district(seed)

    solution = best_combination(problem)

    assert solution.is_optimal
    assert is_lawful(problem, dict(solution.taken))
    assert solution.total == sum(solution.pays.values()) >= literal_total(problem)


def test_without_rules_everything_is_taken():
    solution = best_combination(Problem((plain("a", 3), plain("b", 4)), ()))

    assert (solution.total, solution.pays) == (7, {"a": 3, "b": 4})


def test_nothing_to_combine_is_an_empty_combination():
    assert best_combination(Problem((), ())).total == 0


@pytest.mark.parametrize("kind", [GroupRule.HIGHEST, GroupRule.CHOOSE_ONE, GroupRule.ONCE])
def test_one_member_of_an_exclusive_group_is_paid(kind):
    solution = best_combination(Problem((plain("a", 3), plain("b", 4)), (rule(kind, "ab"),)))

    assert solution.pays == {"a": 0, "b": 4}


def test_overlapping_groups_are_resolved_for_the_largest_sum_and_not_one_after_the_other():
    problem = Problem(
        (plain("a", 30), plain("b", 40), plain("c", 35)),
        (rule(GroupRule.HIGHEST, "ab"), rule(GroupRule.HIGHEST, "bc")),
    )

    assert best_combination(problem).pays == {"a": 30, "b": 0, "c": 35}
    assert literal_total(problem) == 40


@pytest.mark.parametrize(("external", "paid"), [(0, 50), (49, 50), (50, 0), (51, 0)])
def test_an_exclusive_group_pays_only_what_exceeds_the_money_already_received(external, paid):
    problem = Problem((plain("a", 50),), (rule(GroupRule.HIGHEST, "a", external=external),))

    assert best_combination(problem).total == paid == literal_total(problem)


@pytest.mark.parametrize(("external", "paid"), [(0, 67), (40, 27), (67, 0), (90, 0)])
def test_a_top_up_group_pays_the_difference_to_the_money_already_received(external, paid):
    problem = Problem((plain("a", 67),), (rule(GroupRule.TOP_UP, "a", external=external),))

    assert best_combination(problem).total == paid == literal_total(problem)


def test_a_top_up_group_pays_up_to_its_highest_member_first_come_first_paid():
    problem = Problem((plain("a", 20), plain("b", 50), plain("c", 30)), (rule(GroupRule.TOP_UP, "abc"),))

    assert best_combination(problem).pays == {"a": 20, "b": 30, "c": 0}


def test_before_caps_the_money_received_is_set_off_against_the_uncapped_amount():
    before = Problem((plain("a", 50, basis=80),), (rule(GroupRule.TOP_UP, "a", external=20, before_caps=True),))
    after = Problem((plain("a", 50, basis=80),), (rule(GroupRule.TOP_UP, "a", external=20),))

    assert best_combination(before).total == 50
    assert best_combination(after).total == 30


def test_before_caps_the_highest_is_read_from_the_uncapped_amounts():
    problem = Problem((plain("a", 50, basis=80), plain("b", 60)), (rule(GroupRule.HIGHEST, "ab", before_caps=True),))

    assert best_combination(problem).total == 60
    assert literal_total(problem) == 50


def test_a_joint_cap_cuts_the_last_in_policy_order():
    problem = Problem((plain("a", 40), plain("b", 40)), (rule(GroupRule.CAP, "ab", limit=50),))

    assert best_combination(problem).pays == {"a": 40, "b": 10}
    assert literal_total(problem) == 50


def test_a_cap_without_a_limit_does_not_limit():
    assert best_combination(Problem((plain("a", 40),), (rule(GroupRule.CAP, "a", limit=None),))).total == 40


def test_a_program_outside_the_cap_is_paid_in_full_beside_it():
    problem = Problem((plain("a", 40), plain("b", 40)), (rule(GroupRule.CAP, "a", limit=0),))

    assert best_combination(problem).pays == {"a": 0, "b": 40}


def test_a_cost_item_is_used_once_and_split_for_the_largest_sum():
    problem = Problem(
        (of_items("a", xy=30, x=20, y=10), of_items("b", xy=28, x=5, y=25)),
        (rule(GroupRule.ONCE, "ab", by_item=True),),
    )

    solution = best_combination(problem)

    assert solution.pays == {"a": 20, "b": 25}
    assert solution.taken["a"].items == {"x"}
    assert literal_total(problem) == 30


def test_by_item_a_top_up_takes_off_the_money_received_once():
    problem = Problem(
        (of_items("a", x=30), of_items("b", y=20)), (rule(GroupRule.TOP_UP, "ab", by_item=True, external=15),)
    )

    assert best_combination(problem).pays == {"a": 30, "b": 5}


def test_the_literal_reading_keeps_the_free_part_of_the_cost_items():
    problem = Problem(
        (of_items("a", x=30), of_items("b", xy=29, y=12), of_items("c", xz=8)),
        (rule(GroupRule.HIGHEST, "abc", by_item=True),),
    )

    assert literal_total(problem) == 42


def test_among_equal_sums_the_one_with_the_earliest_programs_stands():
    exclusive = rule(GroupRule.CHOOSE_ONE, "ab")

    assert best_combination(Problem((plain("a", 5), plain("b", 5)), (exclusive,))).pays == {"a": 5, "b": 0}
    assert best_combination(Problem((plain("b", 5), plain("a", 5)), (exclusive,))).pays == {"b": 5, "a": 0}


def test_among_equal_sums_the_earlier_program_wins_over_two_later_ones():
    problem = Problem(
        (plain("a", 9), plain("b", 4), plain("c", 5)),
        (rule(GroupRule.CHOOSE_ONE, "ab"), rule(GroupRule.CHOOSE_ONE, "ac")),
    )

    assert best_combination(problem).pays == {"a": 9, "b": 0, "c": 0}


def test_the_same_question_gets_the_same_answer():
    problem = random_problem(random.Random(5), 12)

    assert best_combination(problem) == best_combination(problem)


class TestFallback:
    chain = Problem(
        (plain("a", 30), plain("b", 40), plain("c", 35), plain("d", 20)),
        (rule(GroupRule.HIGHEST, "ab"), rule(GroupRule.HIGHEST, "bc"), rule(GroupRule.HIGHEST, "cd")),
    )

    def test_a_spent_budget_states_the_best_found_and_a_bound_above_the_best(self):
        best = best_combination(self.chain).total

        cut_short = best_combination(self.chain, Budget(branches=1))

        assert not cut_short.is_optimal
        assert cut_short.total == 60  # the dearest first: b, then d
        assert cut_short.total <= best == 65 <= cut_short.bound
        assert sum(cut_short.pays.values()) == cut_short.total

    def test_time_that_is_up_ends_the_search_like_a_spent_budget(self):
        cut_short = best_combination(self.chain, Budget(is_over=lambda: True))

        assert (cut_short.is_optimal, cut_short.total) == (False, 60)

    def test_a_time_limit_that_is_far_away_changes_nothing_and_one_that_is_past_ends_the_search(self):
        assert best_combination(self.chain, Budget.within(3600)) == best_combination(self.chain)
        assert not best_combination(self.chain, Budget.within(-1)).is_optimal

    def test_the_budget_is_shared_by_all_parts(self):
        twice = Problem(
            (*self.chain.programs, *(Program(one.id.upper(), one.options) for one in self.chain.programs)),
            (
                *self.chain.rules,
                *(Rule("g", r.kind, frozenset(m.upper() for m in r.members)) for r in self.chain.rules),
            ),
        )
        needed = next(n for n in range(100) if best_combination(self.chain, Budget(n)).is_optimal)

        assert not best_combination(twice, Budget(2 * needed - 1)).is_optimal
        assert best_combination(twice, Budget(2 * needed)).is_optimal

    @pytest.mark.slow
    @pytest.mark.parametrize("branches", range(12))
    def test_any_budget_brackets_the_best(self, branches):
        for seed in range(60):
            problem = random_problem(random.Random(seed), 10)

            cut_short = best_combination(problem, Budget(branches))

            assert cut_short.total <= best_combination(problem).total <= cut_short.bound
