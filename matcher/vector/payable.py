"""What each program pays an applicant after the groups, for many applicants: the combination of `matcher.match`, row by row.

Most rows have nothing for a group to do, and most of the others one group that keeps the dearest of several exact amounts; both
are done in columns. What remains is put to the combination itself, one set of tied programs at a time, and once for all rows of
which the programs say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from matcher.combine.bounds import bound_combination
from matcher.combine.claims import claims_of, members_of
from matcher.combine.group_values import money_of_groups
from matcher.combine.problem import EXCLUSIVE
from matcher.combine.variants import with_variants
from matcher.interpret import evaluate_policy
from matcher.outcome import Money, Outcome, Status
from matcher.profile import Profile
from matcher.vector.ends import ROOM, Array, largest
from matcher.vector.engine import Compiled
from matcher.vector.population import Population
from matcher.vector.programs import CODE, STATUSES, UNBOUNDED, Answers, Program, program_for
from rules.language.model import Bundle, Group, GroupRule, Literal

_OPEN = tuple(CODE[status] for status in (Status.ELIGIBLE, Status.NEEDS_INFO, Status.NEEDS_REVIEW))
_MOST_SOLVED = 20_000
_NOBODY = Profile()  # where nothing but the answers counts
_BLANK = Outcome("", "", "", "", Status.NOT_IN_FORCE, None, None)


@dataclass(frozen=True, slots=True)
class Paid:
    """What one program pays after the groups: `rows` in ascending order, amounts in 分, `most` UNBOUNDED without an upper bound."""

    rows: Array
    least: Array
    most: Array


@dataclass(frozen=True, slots=True)
class Payments:
    """What the programs pay, by their place, and what the best combination comes to for each row."""

    of: Sequence[Paid]
    least: Array
    most: Array


@dataclass(frozen=True)
class _Tied:
    """Programs that groups tie to each other, by their places in policy order, and these groups."""

    programs: Sequence[Program]
    places: tuple[int, ...]
    groups: tuple[Group, ...]

    @cached_property
    def members(self) -> dict[str, frozenset[int]]:
        """Return the places of the members of each group."""
        blanks = [_blank(self.programs[place]) for place in self.places]
        at = dict(zip((blank.policy for blank in blanks), self.places, strict=True))
        return {group.id: frozenset(at[name] for name in members_of(group, blanks)) for group in self.groups}

    @property
    def keeps_the_dearest(self) -> bool:
        """Tell whether all there is to do is to keep one of the members."""
        [*others, group] = self.groups
        return not others and group.rule in EXCLUSIVE and group.external is None and "cost_item" not in group.scope

    @cached_property
    def rests_on_answers(self) -> bool:
        """Tell whether what is paid hangs on nothing but the answers of the programs, and the items of cost lists."""
        return not any(
            group.external is not None or group.before_caps or not isinstance(group.cap, Literal | None)
            for group in self.groups
        )

    @cached_property
    def cost_lists(self) -> frozenset[str]:
        """Return the lists whose items the groups are about."""
        return frozenset(group.cost_list for group in self.groups if group.cost_list)


_Ends = tuple[int, int]
_Bounds = tuple[Mapping[int, _Ends], _Ends]


class Payer:
    """Built once for the programs of a day, asked for any population."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._tied = _tied(compiled.bundle, compiled.programs)
        self._solved: dict[Hashable, _Bounds] = {}  # by what `_alike` says

    def pay(self, answers: Sequence[Answers], population: Population) -> Payments:
        """Return what the programs pay, given what each says before the groups, in the order of the compiled programs."""
        found = [_alone(answered) for answered in answers]
        is_wide = sum(max(largest(paid.least), largest(paid.most)) for paid in found) >= ROOM
        least, most = (np.zeros(population.size, object if is_wide else np.int64) for _ in range(2))
        for place, paid in enumerate(found):
            if not any(place in tied.places for tied in self._tied):
                _add(least, most, paid.rows, paid.least, paid.most)
        for tied in self._tied:
            self._pay_tied(tied, answers, found, population, (least, most))
        return Payments(found, least, most)

    def _pay_tied(
        self,
        tied: _Tied,
        answers: Sequence[Answers],
        found: list[Paid],
        population: Population,
        totals: tuple[Array, Array],
    ) -> None:
        is_bound, is_plain = _bound(tied, answers, found, population.size)
        if tied.keeps_the_dearest:
            _keep_dearest(tied, found, is_bound & is_plain)
            is_bound = is_bound & ~is_plain
        for place in tied.places:
            paid = found[place]
            free = ~is_bound[paid.rows]
            _add(*totals, paid.rows[free], paid.least[free], paid.most[free])
        for key, rows in _alike(tied, answers, population, np.flatnonzero(is_bound)):
            row = int(rows[0])
            profile = population.profile_of(row) if key is None else _NOBODY
            pays, (low, high) = self._solved.get(key) or self._combine(tied, answers, profile, row)
            if key is not None:
                if len(self._solved) >= _MOST_SOLVED:
                    self._solved.clear()
                self._solved[key] = pays, (low, high)
            for place, (least, most) in pays.items():
                at = np.searchsorted(found[place].rows, rows)
                found[place].least[at], found[place].most[at] = least, most
            _add(*totals, rows, np.array([low]), np.array([high]))

    def _combine(self, tied: _Tied, answers: Sequence[Answers], profile: Profile, row: int) -> _Bounds:
        """Return what one row is paid for each program, by its place, and for all of them."""
        compiled, on = self._compiled, self._compiled.on
        outcomes = [
            replace(
                _blank(compiled.programs[place]),
                status=STATUSES[answers[place].status[row]],
                amount=answers[place].amount(row),
            )
            for place in tied.places
        ]
        bundle = replace(compiled.bundle, groups={group.id: group for group in tied.groups})
        if any(
            group.before_caps for group in tied.groups
        ):  # what a program pays before its own caps stands in its trace
            outcomes = [evaluate_policy(bundle, outcome.policy, profile, on) for outcome in outcomes]
        groups = money_of_groups(bundle, outcomes, profile, on)
        claims = claims_of(with_variants(bundle, outcomes, groups, profile, on), groups)
        bounds = bound_combination(claims.low, claims.high)
        pays = {
            place: _written(bounds.pays[outcome.policy], claims.boundless)
            for place, outcome in zip(tied.places, outcomes, strict=True)
            if outcome.policy in bounds.pays
        }
        return pays, _written(bounds.total, claims.boundless)


def _alike(
    tied: _Tied, answers: Sequence[Answers], population: Population, rows: Array
) -> Iterator[tuple[Hashable, Array]]:
    """Yield sets of rows of which the combination says the same, with a key that holds for other populations too if there is one."""
    told = [column for place in tied.places for column in _told(answers[place], rows)]
    is_own = np.full(len(rows), not tied.rests_on_answers or any(column.dtype == object for column in told))
    for name in tied.cost_lists & population.lists.keys():
        is_own |= population.lists[name].is_known[rows]
    for row in rows[is_own]:
        yield None, np.array([row])
    rows = rows[~is_own]
    if not len(rows):
        return
    table = np.ascontiguousarray(np.column_stack([column[~is_own].astype(np.int64) for column in told]))
    lines, kinds = np.unique(table, axis=0, return_inverse=True)
    order = np.argsort(kinds.ravel(), kind="stable")
    for line, some in zip(lines, np.split(rows[order], np.cumsum(np.bincount(kinds.ravel()))[:-1]), strict=True):
        yield (tied.places, line.tobytes()), some


def _told(answered: Answers, rows: Array) -> tuple[Array, ...]:
    """Return what a program says of some rows: status, whether there is an amount, least and most."""
    places = np.searchsorted(answered.rows, rows)
    places[places == len(answered.rows)] = 0
    if not (answered.has_amounts and len(answered.rows)):
        nothing = np.zeros(len(rows), np.int64)
        return answered.status[rows], nothing, nothing, nothing
    is_there = answered.rows[places] == rows
    return (
        answered.status[rows],
        is_there,
        _narrow(np.where(is_there, answered.least[places], 0)),
        _narrow(np.where(is_there, answered.most[places], 0)),
    )


def _written(bounds: tuple[int, int], boundless: int) -> tuple[int, int]:
    return bounds[0], UNBOUNDED if bounds[1] >= boundless else bounds[1]


def _blank(program: Program) -> Outcome:
    return replace(_BLANK, policy=program.policy.id, level=program.policy.level)


def policies_tied_to(bundle: Bundle, name: str, on: date, policies: Collection[str] | None = None) -> tuple[str, ...]:
    """Return the policies whose payment hangs together with that of one policy, itself included, in policy order."""
    asked = [policy for key, policy in bundle.policies.items() if policies is None or key in policies]
    programs = [program_for(bundle, policy, on) for policy in asked]
    for tied in _tied(bundle, programs):
        names = tuple(programs[place].policy.id for place in tied.places)
        if name in names:
            return names
    return (name,)


def _tied(bundle: Bundle, programs: Sequence[Program]) -> list[_Tied]:
    """Return the sets of programs that groups tie together where any is in force."""
    at = {program.policy.id: place for place, program in enumerate(programs)}
    blanks = [_blank(program) for program in programs]
    parts: list[tuple[set[int], list[Group]]] = []
    for group in bundle.groups.values():
        members = {at[name] for name in members_of(group, blanks)}
        if any(programs[place].gate is not Status.NOT_IN_FORCE for place in members):
            touched = [part for part in parts if part[0] & members]
            parts = [part for part in parts if not part[0] & members]
            groups = [one for _, others in touched for one in others]
            parts.append((members.union(*(places for places, _ in touched)), [*groups, group]))
    order = list(bundle.groups)
    return [
        _Tied(programs, tuple(sorted(places)), tuple(sorted(groups, key=lambda one: order.index(one.id))))
        for places, groups in parts
    ]


def _alone(answered: Answers) -> Paid:
    """Return what a program pays when no group has anything to say: at least nothing while it is not certain."""
    is_paid = np.isin(answered.said, _OPEN) & answered.has_amounts
    rows, status = answered.rows[is_paid], answered.said[is_paid]
    least = np.where(status == _OPEN[0], answered.least[is_paid], 0)
    return Paid(rows, _narrow(least), _narrow(answered.most[is_paid]))


def _narrow(values: Array) -> Array:
    """Return amounts in int64 where all have room there."""
    return values.astype(np.int64) if largest(values) < ROOM else values.astype(object)


def _bound(tied: _Tied, answers: Sequence[Answers], found: Sequence[Paid], size: int) -> tuple[Array, Array]:
    """Return in which rows a group may have something to do, and in which all that is paid is certain and exact."""
    is_plain = np.ones(size, bool)
    counts = {group.id: np.zeros(size, np.int16) for group in tied.groups}
    for place in tied.places:
        paid = found[place]
        pays = paid.most != 0
        unsure = (paid.least != paid.most) | (answers[place].status[paid.rows] != _OPEN[0])
        is_plain[paid.rows[pays & unsure]] = False
        for group in tied.groups:
            if place in tied.members[group.id]:
                counts[group.id][paid.rows[pays]] += 1
    is_bound = np.zeros(size, bool)
    for group in tied.groups:
        alone = group.rule is GroupRule.CAP or group.external is not None
        is_bound |= counts[group.id] >= (1 if alone else 2)
    return is_bound, is_plain


def _keep_dearest(tied: _Tied, found: list[Paid], where: Array) -> None:
    """Leave of exact amounts the largest, of equals the first in policy order."""
    best = np.zeros(len(where), np.result_type(*(found[place].least.dtype for place in tied.places)))
    winner = np.full(len(where), -1)
    for place in tied.places:
        paid = found[place]
        is_better = where[paid.rows] & (paid.least > best[paid.rows])
        best[paid.rows[is_better]] = paid.least[is_better]
        winner[paid.rows[is_better]] = place
    for place in tied.places:
        paid = found[place]
        lost = where[paid.rows] & (winner[paid.rows] != place)
        found[place] = Paid(paid.rows, np.where(lost, 0, paid.least), np.where(lost, 0, paid.most))


def _add(least: Array, most: Array, rows: Array, low: Array, high: Array) -> None:
    """Add payments to the sums; what has no upper bound leaves none."""
    least[rows] += low
    open_end = (most[rows] == UNBOUNDED) | (high == UNBOUNDED)
    most[rows] = np.where(open_end, UNBOUNDED, most[rows] + high)


def money_of(payments: Payments, place: int, row: int) -> Money | None:
    """Return what one program pays one row, None where nothing is computed."""
    paid = payments.of[place]
    at = int(np.searchsorted(paid.rows, row))
    if at == len(paid.rows) or paid.rows[at] != row:
        return None
    high = int(paid.most[at])
    return Money(int(paid.least[at]), None if high == UNBOUNDED else high)
