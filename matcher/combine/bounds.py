"""What the combination pays when amounts, limits and money received are known only between bounds.

`low` has the programs that are certain, with the smallest amounts and limits and the most money received; `high` has all that are
still possible, the other way round. Every case between has its best sum between theirs (see `problem`). A program's own payment
is no such easy matter, for it may lose its place to another: its lower bound is 0 unless it is proven to keep its place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from matcher.combine.problem import Option, Problem, Program, Rule, Solution
from matcher.combine.search import Budget, allowed_options, best_combination, can_bind, split

Range = tuple[int, int]
# A bound for one program is a courtesy: a search that is cut short still gives a true one.
_GLANCE = Budget(branches=200)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The sum and each program's payment as ranges; `is_optimal` unless a search ran out of its budget."""

    total: Range
    pays: Mapping[str, Range]
    is_optimal: bool


def bound_combination(low: Problem, high: Problem, budget: Budget | None = None) -> Bounds:
    """Return the ranges for everything between `low` and `high`, whose rules stand in the same order."""
    most = {
        program.id: program.most
        for program in (replace(one, options=allowed_options(one, high.rules)) for one in high.programs)
        if program.options
    }
    # Small limits and large amounts: a rule that does not bind then never does.
    binding = [
        number
        for number, rule in enumerate(low.rules)
        if can_bind(rule, most) or (rule.is_exclusive and rule.external > 0)
    ]
    total_low = total_high = 0
    pays: dict[str, Range] = {}
    is_optimal = True
    for part in split(_choose(high, most, binding)):
        names = {program.id for program in part.programs}
        lowest, highest = _choose(low, names, binding), _choose(high, names, binding)
        worst, best = best_combination(lowest, budget), best_combination(highest, budget)
        total_low, total_high = total_low + worst.total, total_high + best.bound
        is_optimal = is_optimal and worst.is_optimal and best.is_optimal
        if not (worst.is_optimal and best.is_optimal):
            pays |= {name: (0, most[name]) for name in best.pays}
        elif lowest == highest:
            pays |= {name: (payment, payment) for name, payment in worst.pays.items()}
        else:
            pays |= {name: _range_of(name, lowest, highest) for name in best.pays}
    order = (program.id for program in high.programs)
    return Bounds((total_low, total_high), {name: pays.get(name, (0, 0)) for name in order}, is_optimal)


def _choose(problem: Problem, names: Collection[str], rules: Collection[int]) -> Problem:
    """Return the problem with just these programs, and of the rules with these numbers those that touch them."""
    return Problem(
        tuple(program for program in problem.programs if program.id in names),
        tuple(
            rule for number, rule in enumerate(problem.rules) if number in rules and not rule.members.isdisjoint(names)
        ),
    )


def _range_of(name: str, low: Problem, high: Problem) -> Range:
    """Return the bounds of what one program of a part is paid."""
    possible = {program.id: _fullest(options) for program in high.programs if (options := _allowed(program, high))}
    top = min([possible[name].amount, *(room for _, room in _sums(high, name, possible))])
    excluded_by = {other for rule in high.rules if rule.is_exclusive for other in rule.members if name in rule.members}
    rivals = excluded_by | {
        other for rule in high.rules if rule.by_item and name in rule.members for other in rule.members
    }
    if rivals:
        if _solve(low, {name}).total > _solve(high, excluded_by - {name}).bound:
            return 0, 0
        if _solve(low, rivals - {name}).total <= _solve(high, {name}).bound:
            return 0, top
    options = next((_allowed(program, low) for program in low.programs if program.id == name), ())
    if not options:
        return 0, top
    # It is taken. A best payment leaves no room unused, so it gets at least what all the others could not fill.
    # Of several options it may be the smallest that makes room for the others.
    option = Option(min(mine.amount for mine in options), min(mine.basis for mine in options))
    bottom = min(option.amount, top)
    for rule, room in _sums(low, name, {name: option}):
        others = sum(theirs.amount for other, theirs in possible.items() if other in rule.members and other != name)
        bottom = min(bottom, room - others)
    return max(0, bottom), top


def _allowed(program: Program, problem: Problem) -> tuple[Option, ...]:
    return allowed_options(program, problem.rules)


def _fullest(options: Sequence[Option]) -> Option:
    return Option(max(option.amount for option in options), max(option.basis for option in options))


def _sums(problem: Problem, name: str, taken: Mapping[str, Option]) -> list[tuple[Rule, int]]:
    """Return the rules that limit the sum in which a program takes part, and that sum."""
    rooms = ((rule, rule.room(taken)) for rule in problem.rules if name in rule.members)
    return [(rule, room) for rule, room in rooms if room is not None]


def _solve(problem: Problem, without: Collection[str]) -> Solution:
    programs = tuple(program for program in problem.programs if program.id not in without)
    return best_combination(Problem(programs, problem.rules), _GLANCE)
