"""Time the best combination of 40 eligible programs with entangled rules."""

from __future__ import annotations

import random
import statistics
import sys
import time

from matcher.combine.problem import Option, Problem, Program, Rule
from matcher.combine.search import best_combination
from rules.language.model import GroupRule

PROGRAMS, PROBLEMS, WAN = 40, 100, 1_000_000


def district(seed: int) -> Problem:
    """Return 40 programs with overlapping exclusions and top-ups, joint caps, and a yearly cap with exemptions."""
    rng = random.Random(seed)
    names = [f"p{number}" for number in range(PROGRAMS)]
    amounts = [rng.randint(1, 500) * WAN + rng.randint(0, 99) for _ in names]
    choices = [GroupRule.HIGHEST, GroupRule.CHOOSE_ONE, GroupRule.ONCE, GroupRule.TOP_UP]
    groups = [
        Rule(
            f"g{n}", rng.choice(choices), frozenset(rng.sample(names, rng.randint(2, 6))), rng.choice([0, 0, 50 * WAN])
        )
        for n in range(rng.randint(6, 14))
    ]
    caps = [
        Rule(
            f"c{n}", GroupRule.CAP, frozenset(rng.sample(names, rng.randint(3, 12))), limit=rng.randint(100, 1500) * WAN
        )
        for n in range(rng.randint(2, 6))
    ]
    exempt = frozenset(rng.sample(names, 3))
    year = Rule("year", GroupRule.CAP, frozenset(names) - exempt, limit=rng.randint(1000, 9000) * WAN)
    programs = tuple(Program(name, (Option(amount, amount),)) for name, amount in zip(names, amounts, strict=True))
    return Problem(programs, (*groups, *caps, year))


def test_time_of_forty_programs() -> None:
    """Print the median and the longest time, and how many were proven to be the best."""
    times, proven = [], 0
    for seed in range(PROBLEMS):
        problem = district(seed)
        start = time.perf_counter()
        solution = best_combination(problem)
        times.append(time.perf_counter() - start)
        proven += solution.is_optimal
    middle, longest = statistics.median(times) * 1000, max(times) * 1000
    sys.stdout.write(
        f"\n{PROGRAMS} programs, {PROBLEMS} problems: median {middle:.1f} ms, longest {longest:.0f} ms, {proven} proven\n"
    )
