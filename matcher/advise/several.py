"""The smallest set of changes, each of one fact, that together end a “no” where no single change does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, product

from matcher.advise.axes import DAY
from matcher.advise.leaves import Turn, turns_of
from matcher.advise.near_miss import failing_parts, other_values, turning_leaves
from matcher.advise.wording import change_by_turn, change_of_word
from matcher.interpret import evaluate_policy
from matcher.interpret.policy import scope_for
from matcher.interpret.scope import Scope
from matcher.outcome import Change, Outcome, Status
from matcher.profile import Exact, Profile, State
from rules.language.model import Bundle, Condition, Field

MOST_CHANGES = 4
_MOST_OPTIONS = 6  # ways to mend one part that are tried
_MOST_TRIED = 300  # sets of changes


@dataclass(frozen=True, slots=True)
class _Way:
    """One fact changed to one value; `effort` puts near numbers first, then things to obtain, then words."""

    key: str
    state: State
    effort: tuple[int, int]
    turn: Turn | None = field(default=None, compare=False)
    entry: Field | None = field(default=None, compare=False)


def changes_needed(bundle: Bundle, outcome: Outcome, profile: Profile, on: date) -> tuple[Change, ...]:
    """Return the fewest changes of facts that together end the “no” of an ineligible applicant, nothing when none are found.

    Each condition that fails is mended by one change; one change may mend several. A condition that two changes at once would
    mend and neither alone has no way here. Of sets of one size the one of least effort is taken: near numbers before
    certificates to obtain, these before other answers. Each change leads on its own to nothing; the last one says what the
    program then says, by the interpreter. The day is not moved: that is one change alone, and `near_miss_of` tells of it.
    """
    if outcome.status is not Status.INELIGIBLE:
        return ()
    scope = scope_for(bundle, bundle.policies[outcome.policy], profile, on, {})
    parts = [list(islice(_ways(part, scope), _MOST_OPTIONS)) for part in failing_parts(scope)]
    if not all(parts):
        return ()
    for ways in _sets(parts):
        told = evaluate_policy(bundle, outcome.policy, _with(profile, ways), on)
        if told.status is not Status.INELIGIBLE:
            changes = [_say(way, scope) for way in ways]
            return (*changes[:-1], replace(changes[-1], leads_to=told.status, amount=told.amount))
    return ()


def _ways(part: Condition, scope: Scope) -> Iterator[_Way]:
    """Yield the changes of one fact that turn a leaf of a failing part, the easiest first."""
    found: list[_Way] = []
    for place, leaf in enumerate(turning_leaves(part, scope)):
        for turn in turns_of(leaf, scope):
            if turn.axis.key != DAY:
                is_far = 1 if turn.steps is None else 0
                found.append(_Way(turn.axis.key, turn.axis.state(turn.place), (is_far, place), turn=turn))
        for key, entry, state in other_values(leaf, scope):
            found.append(_Way(key, state, (2, place), entry=entry))
    yield from sorted(found, key=lambda way: way.effort)


def _sets(parts: Sequence[Sequence[_Way]]) -> Iterator[tuple[_Way, ...]]:
    """Yield sets of ways that mend every part, one way for each fact, those of fewer and easier changes first."""
    found: dict[tuple[_Way, ...], None] = {}
    for ways in islice(product(*parts), _MOST_TRIED):
        of_fact: dict[str, list[_Way]] = {}
        for way in ways:
            of_fact.setdefault(way.key, []).append(way)
        if len(of_fact) <= MOST_CHANGES:
            found |= dict.fromkeys(product(*of_fact.values()))
    yield from sorted(found, key=lambda ways: (len(ways), sorted((way.effort for way in ways), reverse=True)))


def _with(profile: Profile, ways: Sequence[_Way]) -> Profile:
    for way in ways:
        profile = profile.with_fact(way.key, way.state)
    return profile


def _say(way: _Way, scope: Scope) -> Change:
    """Return a change in words; what it alone leads to is not said."""
    if way.turn is not None:
        change = change_by_turn(way.turn, scope)
    else:
        assert way.entry is not None and isinstance(way.state, Exact)  # noqa: S101, PT018  a word is an answer to a field
        change = change_of_word(way.key, way.entry, way.state, scope)
    return replace(change, leads_to=None, amount=None)
