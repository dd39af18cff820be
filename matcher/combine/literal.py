"""The combination as the rules read when applied one after the other in their written order, without looking for the best."""

from __future__ import annotations

from matcher.combine.problem import Option, Problem, Rule
from matcher.combine.search import allowed_options


def literal_total(problem: Problem) -> int:
    """Return what is paid when each rule in turn keeps its highest member and sums are cut from the last member backwards.

    The result is lawful, so it never exceeds the best combination. Of equal members the first in policy order is kept.
    """
    allowed = {program.id: allowed_options(program, problem.rules) for program in problem.programs}
    options = {program: theirs for program, theirs in allowed.items() if theirs}
    kept = {program: max(theirs, key=lambda option: option.amount) for program, theirs in options.items()}
    for rule in problem.rules:
        if rule.is_exclusive:
            _keep_highest(rule, kept)
        elif rule.by_item:
            _keep_disjoint(rule, kept, options)
    pays = {program: option.amount for program, option in kept.items()}
    for rule in problem.rules:
        room = rule.room(kept)
        if room is not None:
            for program in [name for name in pays if name in rule.members]:
                pays[program] = min(pays[program], room)
                room -= pays[program]
    return sum(pays.values())


def _keep_highest(rule: Rule, kept: dict[str, Option]) -> None:
    """Leave of the members the highest alone."""
    members = [program for program in kept if program in rule.members]
    highest = max(members, key=lambda program: rule.weigh(kept[program]), default=None)
    for program in members:
        if program != highest:
            del kept[program]


def _keep_disjoint(rule: Rule, kept: dict[str, Option], options: dict[str, tuple[Option, ...]]) -> None:
    """Let the dearest member use its cost items first; the others keep what is free of them."""
    used: frozenset[str] = frozenset()
    for program in sorted((name for name in kept if name in rule.members), key=lambda name: -rule.weigh(kept[name])):
        mine = kept[program]
        able = (mine, *(option for option in options[program] if option.items <= mine.items))
        free = next((option for option in able if not option.items & used), None)
        if free is None:
            del kept[program]
        else:
            kept[program] = free
            used |= free.items
