"""Random combination problems, and their best sum found by trying everything."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from itertools import combinations

from matcher.combine.problem import EXCLUSIVE, Option, Problem, Program, Rule
from rules.language.model import GroupRule

Taken = dict[str, Option]


def random_problem(rng: random.Random, programs: int) -> Problem:
    """Return a problem of small amounts, so that everything can be tried, with rules of every kind that overlap at will."""
    names = [f"p{number}" for number in range(programs)]
    rules: list[Rule] = []
    for number in range(rng.randint(0, 5)):
        kind = rng.choice(list(GroupRule))
        is_cap = kind is GroupRule.CAP
        rules.append(
            Rule(
                f"g{number}",
                kind,
                frozenset(rng.sample(names, rng.randint(1, min(programs, 6)))),
                external=0 if is_cap else rng.choice([0, 0, 0, rng.randint(1, 6)]),
                limit=rng.choice([None, rng.randint(0, 15), rng.randint(0, 15)]) if is_cap else None,
                before_caps=not is_cap and rng.random() < 0.3,
                by_item=not is_cap and rng.random() < 0.25,
            )
        )
    return Problem(
        tuple(Program(name, _random_options(rng, most=8 if programs < 9 else 4)) for name in names), tuple(rules)
    )


def _random_options(rng: random.Random, most: int) -> tuple[Option, ...]:
    options = []
    for _ in range(rng.choice([1, 1, 1, 2])):
        amount = rng.randint(0, most)
        items = frozenset(rng.sample("wxyz", rng.randint(0, 2)))
        options.append(Option(amount, amount + rng.choice([0, 0, rng.randint(1, 4)]), items))
    return tuple(options)


def random_knowledge(rng: random.Random, high: Problem) -> tuple[Problem, Problem]:
    """Return a problem below `high` with less of everything, and one between the two as the truth could be."""
    low_programs, true_programs = [], []
    for program in high.programs:
        is_certain = rng.random() < 0.7
        pairs = [_random_options_below(rng, option) for option in program.options]
        if is_certain:
            low_programs.append(Program(program.id, tuple(low for low, _ in pairs)))
        if is_certain or rng.random() < 0.5:
            true_programs.append(Program(program.id, tuple(true for _, true in pairs)))
    rules = [_random_rules_below(rng, rule) for rule in high.rules]
    return (
        Problem(tuple(low_programs), tuple(low for low, _ in rules)),
        Problem(tuple(true_programs), tuple(true for _, true in rules)),
    )


def _random_options_below(rng: random.Random, high: Option) -> tuple[Option, Option]:
    amount = rng.choice([high.amount, high.amount, rng.randint(0, high.amount)])
    cut = rng.choice([high.basis - high.amount, rng.randint(0, high.basis - high.amount)])
    true = rng.randint(amount, high.amount)
    true_cut = rng.randint(min(cut, high.basis - true), high.basis - true)
    low_basis = min(amount + cut, true + true_cut)
    return Option(amount, low_basis, high.items), Option(true, true + true_cut, high.items)


def _random_rules_below(rng: random.Random, high: Rule) -> tuple[Rule, Rule]:
    if high.kind is GroupRule.CAP:
        largest = 15 if high.limit is None else high.limit
        limit = rng.choice([high.limit, rng.randint(0, largest)])
        true = high.limit if limit is None else rng.choice([high.limit, rng.randint(limit, max(limit, largest))])
        return replace(high, limit=limit), replace(high, limit=true)
    external = high.external + rng.choice([0, 0, rng.randint(1, 5)])
    return replace(high, external=external), replace(high, external=rng.randint(high.external, external))


def best_sum_by_trial(problem: Problem) -> int:
    """Return the best sum over every lawful selection and every payment of it; no payment is more than its amount."""
    most = [max(option.amount for option in program.options) for program in problem.programs]
    best = 0

    def select(number: int, taken: Taken, total: int) -> None:
        nonlocal best
        if total + sum(most[number:]) <= best:
            return
        if number == len(problem.programs):
            best = max(best, _best_payment(problem, taken))
            return
        program = problem.programs[number]
        for option in program.options:
            more = {**taken, program.id: option}
            if is_lawful(problem, more):
                select(number + 1, more, total + option.amount)
        select(number + 1, taken, total)

    select(0, {}, 0)
    return best


def is_lawful(problem: Problem, taken: Taken) -> bool:
    """Tell whether no rule forbids taking these options together."""
    for rule in problem.rules:
        mine = [option for program, option in taken.items() if program in rule.members]
        if rule.by_item and any(one.items & other.items for one, other in combinations(mine, 2)):
            return False
        if rule.kind in EXCLUSIVE and not rule.by_item:
            weights = [option.basis if rule.before_caps else option.amount for option in mine]
            if len(mine) > 1 or any(weight <= rule.external for weight in weights):
                return False
    return True


def sums_allowed(problem: Problem, taken: Taken) -> list[tuple[frozenset[int], int]]:
    """Return, for the programs of `taken` by index, every sum the rules limit."""
    sums = []
    for rule in problem.rules:
        mine = {number: option for number, (name, option) in enumerate(taken.items()) if name in rule.members}
        weights = [option.basis if rule.before_caps else option.amount for option in mine.values()]
        if rule.kind is GroupRule.CAP and rule.limit is not None:
            sums.append((frozenset(mine), rule.limit))
        if rule.kind is GroupRule.TOP_UP:
            highest = sum(weights) if rule.by_item else max(weights, default=0)
            sums.append((frozenset(mine), max(0, highest - rule.external)))
    return sums


def _best_payment(problem: Problem, taken: Taken) -> int:
    limits = sums_allowed(problem, taken)
    covered = frozenset().union(*(members for members, _ in limits))
    amounts = [option.amount for option in taken.values()]
    free = sum(amount for number, amount in enumerate(amounts) if number not in covered)
    return free + best_payment_by_trial([(amounts[number], number) for number in sorted(covered)], limits)


def best_payment_by_trial(amounts: list[tuple[int, int]], limits: list[tuple[frozenset[int], int]]) -> int:
    """Return the best sum of payments, each from 0 to its amount; amounts are (amount, index)."""

    @cache
    def best_from(place: int, rooms: tuple[int, ...]) -> int:
        if place == len(amounts):
            return 0
        amount, index = amounts[place]
        mine = [index in members for members, _ in limits]
        top = min([amount, *(room for room, is_mine in zip(rooms, mine, strict=True) if is_mine)])
        return max(
            payment
            + best_from(place + 1, tuple(room - payment * is_mine for room, is_mine in zip(rooms, mine, strict=True)))
            for payment in range(top + 1)
        )

    return best_from(0, tuple(room for _, room in limits))
