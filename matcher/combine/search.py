"""The best lawful combination by branch and bound, with its proof: every branch not walked is bounded.

Branches are walked in policy order, the taking of a program before its leaving. A later solution replaces an earlier one only if
it is strictly better, so among equally good ones the one that takes the earliest programs stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from matcher.combine.payment import Limit, most_paid, pay_in_order
from matcher.combine.problem import Option, Problem, Program, Rule, Solution
from rules.language.model import GroupRule

Taken = Mapping[str, Option]
Open = Mapping[str, tuple[Option, ...]]


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a search may last: branches walked, and a question asked at each whether time is up."""

    branches: int = 3_000  # a few seconds at most; 40 entangled programs take some 40
    is_over: Callable[[], bool] = lambda: False

    @classmethod
    def within(cls, seconds: float) -> Budget:
        """Return a budget that also ends at a time from now; what is found then depends on how fast the machine is."""
        end = monotonic() + seconds
        return cls(is_over=lambda: monotonic() > end)


def best_combination(problem: Problem, budget: Budget | None = None) -> Solution:
    """Return the best lawful combination; when the budget runs out, the best found and a bound that no combination exceeds."""
    budget = budget or Budget()
    total = bound = 0
    taken: dict[str, Option] = {}
    pays = dict.fromkeys((program.id for program in problem.programs), 0)
    for part in split(without_idle_rules(problem)):
        search = _Search(part, budget)
        search.run()
        total += search.found
        bound += search.bound
        budget = Budget(max(0, budget.branches - search.walked), budget.is_over)
        order = [program.id for program in part.programs if program.id in search.taken]
        taken |= search.taken
        amounts = [taken[program].amount for program in order]
        pays.update(zip(order, pay_in_order(amounts, limits_of(part.rules, order, taken)), strict=True))
    return Solution(total, bound, pays, {program: taken[program] for program in pays if program in taken})


def without_idle_rules(problem: Problem) -> Problem:
    """Return an equal problem: options that can never be paid are gone, and rules that can never bind."""
    programs = tuple(Program(program.id, allowed_options(program, problem.rules)) for program in problem.programs)
    most = {program.id: program.most for program in programs if program.options}

    return Problem(programs, tuple(rule for rule in problem.rules if can_bind(rule, most)))


def can_bind(rule: Rule, most: Mapping[str, int]) -> bool:
    """Tell whether a rule can forbid anything to programs with these largest amounts."""
    present = [program for program in most if program in rule.members]
    if rule.kind is GroupRule.CAP:
        return rule.limit is not None and sum(most[program] for program in present) > rule.limit
    return len(present) > 1 or (bool(present) and rule.kind is GroupRule.TOP_UP and rule.external > 0)


def split(problem: Problem) -> list[Problem]:
    """Return the parts no rule connects, each with its own rules, in policy order."""
    parts: list[set[str]] = [{program.id} for program in problem.programs]
    for rule in problem.rules:
        touched = [part for part in parts if part & rule.members]
        parts = [part for part in parts if not part & rule.members]
        parts.append(set().union(*touched))
    position = {program.id: number for number, program in enumerate(problem.programs)}
    return [
        Problem(
            tuple(program for program in problem.programs if program.id in part),
            tuple(rule for rule in problem.rules if rule.members & part),
        )
        for part in sorted(filter(None, parts), key=lambda part: min(position[program] for program in part))
    ]


def allowed_options(program: Program, rules: Sequence[Rule]) -> tuple[Option, ...]:
    """Return the options that pay something and exceed the money already received where only one award is allowed."""
    against = [rule for rule in rules if rule.is_exclusive and program.id in rule.members]
    return tuple(
        option
        for option in program.options
        if option.amount > 0 and all(rule.weigh(option) > rule.external for rule in against)
    )


def limits_of(rules: Sequence[Rule], order: Sequence[str], taken: Taken) -> list[Limit]:
    """Return the sums that the rules allow to the programs of `order`, by their index."""
    limits: list[Limit] = []
    for rule in rules:
        room = rule.room(taken)
        if room is not None:
            limits.append((frozenset(index for index, program in enumerate(order) if program in rule.members), room))
    return limits


class _Search:
    """One search over a connected part."""

    def __init__(self, part: Problem, budget: Budget) -> None:
        self.rules = part.rules
        self.budget = budget
        self.walked = 0
        self.options = {program.id: allowed_options(program, part.rules) for program in part.programs}
        self.taken: Taken = {}
        self.found = self.bound = 0
        self.against = {
            program.id: [rule for rule in part.rules if program.id in rule.members] for program in part.programs
        }

    def run(self) -> None:
        """Fill `found`, `bound` and `taken`."""
        start = {program: options for program, options in self.options.items() if options}
        least = self._take_dearest_first(start)
        todo: list[tuple[int, Taken, Open]] = [(self._ceiling({}, start), {}, start)]
        is_walked = False  # a solution of the walk itself stands, which decides between equals
        while todo:
            if self.walked >= self.budget.branches or self.budget.is_over():
                self.bound = max(self.found, *(ceiling for ceiling, _, _ in todo))
                return
            self.walked += 1
            _, taken, left = todo.pop()
            taken, left = self._take_unopposed(taken, left)
            ceiling = self._ceiling(taken, left) if left else self._value(taken)
            if ceiling < least or (is_walked and ceiling <= self.found):
                continue
            if not left:
                self.found, self.taken, is_walked = ceiling, taken, True
                continue
            program, options = next(iter(left.items()))
            without = {other: theirs for other, theirs in left.items() if other != program}
            todo.append((ceiling, taken, without))
            todo.extend((ceiling, *self._take(program, option, taken, left)) for option in reversed(options))
        self.bound = self.found

    def _take_dearest_first(self, start: Open) -> int:
        """Return the sum of a first, greedy selection and keep it, so that bad branches end at once."""
        taken: Taken = {}
        left = start
        while left:
            program = max(left, key=lambda name: max(option.amount for option in left[name]))
            taken, left = self._take(program, max(left[program], key=lambda option: option.amount), taken, left)
        self.found, self.taken = self._value(taken), taken
        return self.found

    def _take(self, program: str, option: Option, taken: Taken, left: Open) -> tuple[Taken, Open]:
        """Return what is taken and what is left after `option`, without the options that clash with it."""
        remaining: dict[str, tuple[Option, ...]] = {}
        for other, options in left.items():
            if other != program:
                able = tuple(theirs for theirs in options if not self._clash(program, option, other, theirs))
                if able:
                    remaining[other] = able
        return {**taken, program: option}, remaining

    def _take_unopposed(self, taken: Taken, left: Open) -> tuple[Taken, Open]:
        """Take the programs whose dearest option clashes with nothing left: leaving them out could never pay more."""
        for program, options in left.items():
            option = max(options, key=lambda mine: (mine.amount, mine.basis))
            opposed = option.basis < max(mine.basis for mine in options) or any(
                self._clash(program, option, other, theirs)
                for other, theirs_all in left.items()
                if other != program
                for theirs in theirs_all
            )
            if not opposed:
                taken = {**taken, program: option}
                left = {other: theirs for other, theirs in left.items() if other != program}
        return taken, left

    def _clash(self, program: str, option: Option, other: str, theirs: Option) -> bool:
        """Tell whether a rule forbids taking both options."""
        return any(
            other in rule.members and (rule.is_exclusive or (rule.by_item and bool(option.items & theirs.items)))
            for rule in self.against[program]
        )

    def _value(self, taken: Taken) -> int:
        """Return the most that a selection pays."""
        order = list(taken)
        return most_paid([taken[program].amount for program in order], limits_of(self.rules, order, taken))

    def _ceiling(self, taken: Taken, left: Open) -> int:
        """Return a sum that no selection extending `taken` by options of `left` exceeds.

        Each program left is taken at the best of its options' amounts, as if nothing clashed, while a rule that allows one
        member still limits the sum of its members to the dearest of them, which every such selection keeps.
        """
        hopes = {
            program: Option(max(option.amount for option in options), max(option.basis for option in options))
            for program, options in left.items()
        }
        order = [*taken, *hopes]
        possible = {**taken, **hopes}
        limits = limits_of(self.rules, order, possible)
        for rule in self.rules:
            if rule.is_exclusive:
                members = frozenset(index for index, program in enumerate(order) if program in rule.members)
                if len(members) > 1:
                    limits.append((members, max(possible[order[index]].amount for index in members)))
        return most_paid([possible[program].amount for program in order], limits, relaxed=True)
