"""Values of facts at which the new rules jump, with the applicants who stand near them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from matcher.advise.axes import Axis, axis_of
from matcher.advise.thresholds import thresholds_of
from matcher.impact.model import Cliff
from matcher.impact.touched import reached
from matcher.interpret import evaluate_policy
from matcher.interpret.policy import scope_for
from matcher.interpret.versions import fact_year_of, nearest_version
from matcher.outcome import Status
from matcher.profile import Exact, Profile, fact_key
from matcher.vector import Coded, Points, Population
from rules.language.model import Bundle, Field

NEAR = 10  # within a tenth of the value
MOST_TRIED = 20  # applicants on whom a jump is measured
LEAST_JUMP = 100_000  # 分: a smaller jump is no cliff


@dataclass
class _Edge:
    policy: str
    field: Field
    keys: tuple[str, ...]
    at: Fraction
    is_new: bool
    label: str = ""
    below: int = 0
    above: int = 0
    tried: int = 0
    jump: int = 0


class Edges:
    """The values with which touched programs compare the numbers of an applicant."""

    def __init__(self, old: Bundle, new: Bundle, on: date, policies: Sequence[str]) -> None:
        self._bundle = new
        self._on = on
        self._edges = [edge for policy in policies for edge in _edges(old, new, on, policy)]

    def add(self, population: Population) -> None:
        """Count the applicants near each value, and try the jump on the first of them."""
        for edge in self._edges:
            for row, value in _known(population, edge.keys):
                if abs(value - edge.at) * NEAR <= abs(edge.at):
                    edge.below += value < edge.at
                    edge.above += value >= edge.at
                    if edge.tried < MOST_TRIED:
                        self._try(edge, population.profile_of(row))

    def _try(self, edge: _Edge, profile: Profile) -> None:
        scope = scope_for(self._bundle, self._bundle.policies[edge.policy], profile, self._on, {})
        key = next(key for key in edge.keys if key in profile.facts)
        axis = axis_of(scope, key)
        assert axis is not None  # noqa: S101  the fact is a known number that the applicant can change
        place = axis.place_of(edge.at, upwards=True)
        pays = [self._pays(edge.policy, profile, axis, near) for near in (place - 1, place, place + 1)]
        edge.tried += 1
        edge.label = axis.say(place)
        edge.jump = max((edge.jump, pays[1] - pays[0], pays[2] - pays[1]), key=abs)

    def _pays(self, policy: str, profile: Profile, axis: Axis, place: int) -> int:
        moved = profile.with_fact(axis.key, axis.state(min(max(place, axis.low), axis.high)))
        outcome = evaluate_policy(self._bundle, policy, moved, self._on)
        return outcome.amount.min if outcome.status is Status.ELIGIBLE and outcome.amount is not None else 0

    def cliffs(self) -> tuple[Cliff, ...]:
        """Return the values at which a jump was met, the largest first."""
        found = [
            Cliff(
                edge.policy,
                self._bundle.policies[edge.policy].title,
                edge.field.label,
                edge.label,
                edge.below,
                edge.above,
                edge.tried,
                edge.jump,
                edge.is_new,
            )
            for edge in self._edges
            if abs(edge.jump) >= LEAST_JUMP
        ]
        return tuple(sorted(found, key=lambda cliff: -abs(cliff.jump)))


def _edges(old: Bundle, new: Bundle, on: date, policy: str) -> Iterator[_Edge]:
    version = nearest_version(new.policies[policy], on)
    year = fact_year_of(version, on)
    for field in reached(new, policy).values():
        if isinstance(field, Field) and field.actionable:
            known = thresholds_of(old, field.name, [policy])
            keys = (fact_key(field.name, year), field.name) if field.yearly else (field.name,)
            for at in thresholds_of(new, field.name, [policy]):
                if isinstance(at, Fraction):
                    yield _Edge(policy, field, keys, at, at not in known)


def _known(population: Population, keys: Sequence[str]) -> Iterator[tuple[int, Fraction]]:
    """Yield the rows of which a number is known, the first of some names that has one."""
    done: set[int] = set()
    for key in keys:
        held = population.facts.get(key)
        if isinstance(held, Points):
            unknown = set() if held.unknown is None else set(held.unknown.nonzero()[0].tolist())
            found = {row: Fraction(value) for row, value in enumerate(held.values.tolist()) if row not in unknown}
        elif isinstance(held, Coded):
            values = [_number(state) for state in held.states]
            found = {row: value for row, at in enumerate(held.ids.tolist()) if (value := values[at]) is not None}
        else:
            found = {}
        yield from ((row, value) for row, value in found.items() if row not in done)
        done |= found.keys()


def _number(state: object) -> Fraction | None:
    return state.value if isinstance(state, Exact) and isinstance(state.value, Fraction) else None
