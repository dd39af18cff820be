"""The index for one applicant: what every program says, from one line of bits per known fact, in Python integers.

A line has a bit per program in each of four planes: false, unknown, for review, assumed. The lines of all facts are joined
by “or”; only what is then not false is looked at more closely. Says what the interpreter says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from matcher.interpret import evaluate_policy
from matcher.interpret.amounts.running import Ledger, money
from matcher.interpret.conditions import all_truth
from matcher.interpret.dispatch import decide
from matcher.interpret.policy import run_amount
from matcher.interpret.possible import Possible
from matcher.interpret.scope import FactKey, Scope, unpublished
from matcher.interpret.versions import opening
from matcher.outcome import Money, Outcome, Status, Truth
from matcher.profile import Exact, Profile
from matcher.vector.engine import Compiled, compile_bundle
from matcher.vector.programs import Program
from matcher.vector.single_amounts import Compiled as Amount
from matcher.vector.single_amounts import Left, compiled, rests_on_nothing
from matcher.vector.single_lines import Lines, keep
from rules.language.model import (
    AllOf,
    AnyOf,
    AtLeast,
    Bundle,
    Condition,
    Leaf,
    Not,
    OnUnknown,
    Use,
)

Answer = tuple[Status, Money | None]
_STATUS = {Truth.T: Status.ELIGIBLE, Truth.R: Status.NEEDS_REVIEW, Truth.U: Status.NEEDS_INFO}
_ONE = re.compile("1")
_TRUTHS = (Truth.F, Truth.U, Truth.R)  # as the planes of a line, and as they count in a join
Others = tuple[tuple[object, Condition], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A program: the conditions on more than one fact by what they say, and its amount where that is known beforehand."""

    program: Program
    others: Others
    assumes: bool  # whether a condition on more than one fact may be taken for true or false
    fixed: tuple[Money | None, bool] | None  # an amount that is the same for everybody, and whether a value is missing
    amount: Amount | None
    is_plain: bool  # whether lines of bits alone decide it


class _Asked:
    """One applicant, and what the interpreter found on the way."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._facts: dict[int, dict[FactKey, Possible]] = {}
        self._decided: dict[object, Truth] = {}

    def scope(self, program: Program) -> Scope:
        """Return where a program is asked; programs of the same fact year share what was looked up."""
        plain = program.plain
        return replace(plain, profile=self.profile, facts=self._facts.setdefault(plain.fact_year, {}), params={})

    def joined(self, truth: Truth, others: Others, scope: Scope) -> Truth:
        """Join a truth with those of conditions that must hold too, each decided once for an applicant."""
        for shape, condition in others:
            if truth is Truth.F:
                break
            found = self._decided.get(shape)
            if found is None:
                found = self._decided[shape] = decide(condition, scope)[0]
            truth = all_truth((truth, found))
        return truth


class Single:
    """Built once for the programs of a day, asked for one applicant after the other."""

    def __init__(self, compiled_for: Compiled) -> None:
        self._compiled = compiled_for
        programs = compiled_for.programs
        self.names = tuple(program.policy.id for program in programs)
        self._lines = Lines(compiled_for)
        self._width = 64 * -(-len(programs) // 64)
        self._all = (1 << self._width) - 1
        self._asked = _bits(place for place, each in enumerate(programs) if each.gate is not Status.NOT_IN_FORCE)
        self._windowed = _bits(place for place, each in enumerate(programs) if each.window is not None)
        others = compiled_for.index.others.keys()
        self._entries = [
            self._entry(program, tuple(part for part in parts if part[0] in others))
            for program, parts in zip(programs, compiled_for.index.conjuncts, strict=True)
        ]
        self._plain = _bits(place for place, each in enumerate(self._entries) if each.is_plain)
        self._amounts = [None if each.amount is None else each.amount.amount for each in self._entries]
        self._kept: dict[object, tuple[Money | None, bool]] = {}
        self.otherwise: Mapping[str, Answer] = {
            name: (entry.program.gate or Status.INELIGIBLE, None)
            for name, entry in zip(self.names, self._entries, strict=True)
        }

    def answer(self, profile: Profile) -> dict[str, Answer]:
        """Return status and amount of every program that is not a plain “no”; of all others see `otherwise`."""
        facts = profile.facts
        joined = self._lines.joined(facts)
        width = self._width
        not_true = joined | joined >> width | joined >> 2 * width | joined >> 3 * width
        left = self._asked & ~joined | self._windowed
        sure = left & self._plain & ~not_true
        entries, names, amounts = self._entries, self.names, self._amounts
        found: dict[str, Answer] = {}
        eligible = Status.ELIGIBLE
        done = []
        for place in _places(sure):
            amount = amounts[place]
            if amount is not None:
                try:
                    fen = amount(facts)
                except Left:
                    continue
                found[names[place]] = (eligible, Money(fen, fen))
                done.append(place)
        left ^= _bits(done)
        asked = _Asked(profile)
        for place in _places(left):
            entry = entries[place]
            truth, is_assumed = self._truth(joined, place)
            if entry.is_plain:
                amount_found, is_unpublished = self._amount(entry, asked, is_open=is_assumed or truth is not Truth.T)
                found[names[place]] = (Status.NEEDS_INFO if is_unpublished else _STATUS[truth], amount_found)
            else:
                answer = self._closer(entry, truth, asked, is_assumed=is_assumed)
                if answer is not None:
                    found[names[place]] = answer
        return found

    def _truth(self, joined: int, place: int) -> tuple[Truth, bool]:
        """Return what single facts say of a program, and whether that rests on an assumption."""
        line = joined >> place
        width = self._width
        is_assumed = bool(line >> 3 * width & 1)
        for plane, truth in enumerate(_TRUTHS):
            if line >> plane * width & 1:
                return truth, is_assumed
        return Truth.T, is_assumed

    def everything(self, profile: Profile) -> dict[str, Answer]:
        """Return status and amount of every program."""
        return {**self.otherwise, **self.answer(profile)}

    def _entry(self, program: Program, others: Others) -> Entry:
        plain = program.plain
        assumes = any(_may_assume(condition, plain.bundle) for _, condition in others)
        fixed = _ran(plain, is_open=False) if rests_on_nothing(plain) else None
        is_plain = not others and program.gate is None and program.window is None
        return Entry(program, others, assumes, fixed, None if fixed else compiled(plain), is_plain)

    def _closer(self, entry: Entry, truth: Truth, asked: _Asked, *, is_assumed: bool) -> Answer | None:
        """Look at what single facts alone do not decide; return None for a plain “no”."""
        program = entry.program
        if entry.assumes:
            outcome = evaluate_policy(self._compiled.bundle, program.policy.id, asked.profile, program.plain.on)
            return outcome.status, outcome.amount
        scope = asked.scope(program)
        window = Truth.T if program.window is None else opening(program.window, scope).is_open
        truth = asked.joined(truth, entry.others, scope)
        gate = Status.WINDOW_CLOSED if window is Truth.F else program.gate
        if truth is Truth.F:
            return (gate, None) if gate is Status.WINDOW_CLOSED else None
        amount, is_unpublished = self._amount(entry, asked, is_open=is_assumed or truth is not Truth.T)
        if gate is not None:
            return gate, amount
        is_asking = truth is Truth.U or window is Truth.U or is_unpublished
        return Status.NEEDS_INFO if is_asking else _STATUS[truth], amount

    def _amount(self, entry: Entry, asked: _Asked, *, is_open: bool) -> tuple[Money | None, bool]:
        """Return the amount, and whether a value that it needs is not published."""
        if entry.fixed is not None:
            return entry.fixed
        if entry.amount is None:
            return _ran(asked.scope(entry.program), is_open=is_open)
        try:
            fen = entry.amount.amount(asked.profile.facts)
        except Left:
            pass
        else:
            return Money(fen, fen), False
        states = entry.amount.states(asked.profile.facts)
        # Conditions on single facts narrow each fact by itself: then the amount rests on the states of its own facts alone.
        if entry.others or any(isinstance(state, Exact) for state in states):
            return _ran(asked.scope(entry.program), is_open=is_open)
        key = (entry.program.policy.id, is_open, states)
        found = self._kept.get(key)
        if found is None:
            found = _ran(asked.scope(entry.program), is_open=is_open)
            keep(self._kept, key, found)
        return found


def _places(bits: int) -> list[int]:
    """Return the places of the bits that are set."""
    return [match.start() for match in _ONE.finditer(f"{bits:b}"[::-1])]


def _ran(scope: Scope, *, is_open: bool) -> tuple[Money | None, bool]:
    running = run_amount(scope, is_open, Ledger(is_silent=True))
    if running is None:
        return None, False
    return money(running.amount), any(unpublished(running.amount.needs))


def _may_assume(condition: Condition, bundle: Bundle) -> bool:
    """Tell whether a condition may be taken for true or false where it cannot be decided."""
    match condition:
        case Leaf(on_unknown=on_unknown):
            return on_unknown is not OnUnknown.ASK
        case AllOf(of=of) | AnyOf(of=of) | AtLeast(of=of):
            return any(_may_assume(child, bundle) for child in of)
        case Not(of=child):
            return _may_assume(child, bundle)
        case Use(set_id=set_id):
            return _may_assume(bundle.condition_sets[set_id].condition, bundle)
    return False


def _bits(places: Iterable[int]) -> int:
    found = 0
    for place in places:
        found |= 1 << place
    return found


def disagreements(bundle: Bundle, outcomes: Sequence[Outcome], profile: Profile, on: date) -> tuple[str, ...]:
    """Return the programs of which the index says another status or amount than the outcomes of the interpreter."""
    expected = {outcome.policy: (outcome.status, outcome.amount) for outcome in outcomes}
    found = Single(compile_bundle(bundle, on, expected)).everything(profile)
    return tuple(name for name, answer in found.items() if answer != expected[name])
