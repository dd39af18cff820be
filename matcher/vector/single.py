"""The index for one applicant: what every program says, from one line of bits per known fact, in Python integers.

A line has a bit per program in each of four planes: false, unknown, for review, assumed. The lines of all facts are joined
by “or”; only what is then not false is looked at more closely. Says what the interpreter says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from matcher.interpret import evaluate_policy
from matcher.interpret.conditions import all_truth
from matcher.interpret.dispatch import decide, evaluate
from matcher.interpret.possible import Possible
from matcher.interpret.scope import FactKey, Scope
from matcher.interpret.versions import opening
from matcher.outcome import Money, Outcome, Status, Truth
from matcher.profile import Exact, Profile
from matcher.vector.engine import Compiled, compile_bundle
from matcher.vector.programs import Program
from matcher.vector.quick import NO_AMOUNT, Amount, ends_of, ran
from matcher.vector.shares import Left
from matcher.vector.single_amounts import Compiled as Steps
from matcher.vector.single_amounts import compiled, rests_on_nothing
from matcher.vector.single_lines import Lines, keep
from rules.language.model import (
    AllOf,
    AmountOf,
    AnyOf,
    AtLeast,
    Bundle,
    Condition,
    Leaf,
    Not,
    OnUnknown,
    ParamRef,
    Use,
)
from rules.language.walk import walk

Answer = tuple[
    Status, int | None, int | None
]  # status, least and most in 分; least None: no amount, most None: no bound
_STATUS = {Truth.T: Status.ELIGIBLE, Truth.R: Status.NEEDS_REVIEW, Truth.U: Status.NEEDS_INFO}
_TRUTHS = (Truth.F, Truth.U, Truth.R)  # as the planes of a line, and as they count in a join
Others = tuple[tuple[object, Condition], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A program: the conditions on more than one fact by what they say, and its amount where that is known beforehand."""

    program: Program
    others: Others
    assumes: bool  # whether a condition on more than one fact may be taken for true or false
    fixed: tuple[Amount, bool] | None  # an amount that is the same for everybody, and whether a value is missing
    amount: Steps | None
    is_plain: bool  # whether lines of bits alone decide it
    has_params: bool  # whether its amount may want a value that is not published


class _Asked:
    """One applicant, and what the interpreter found on the way."""

    def __init__(self, profile: Profile, *, wants_amounts: bool = True) -> None:
        self.profile = profile
        self.wants_amounts = wants_amounts
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
        self._width = 64 * compiled_for.index.words
        self._all = (1 << self._width) - 1
        self._asked = _bits(place for place, each in enumerate(programs) if each.gate is not Status.NOT_IN_FORCE)
        self._windowed = _bits(place for place, each in enumerate(programs) if each.window is not None)
        others = compiled_for.index.others.keys()
        self._entries = [
            self._entry(program, tuple(part for part in parts if part[0] in others))
            for program, parts in zip(programs, compiled_for.index.conjuncts, strict=True)
        ]
        self._plain = _bits(place for place, each in enumerate(self._entries) if each.is_plain)
        self._with_params = _bits(place for place, each in enumerate(self._entries) if each.has_params)
        self._shares = [_share(each.amount) for each in self._entries]
        self._amounts = [None if each.amount is None else each.amount.amount for each in self._entries]
        self._kept: dict[object, tuple[Amount, bool]] = {}
        self.otherwise: Mapping[str, Answer] = {
            name: (entry.program.gate or Status.INELIGIBLE, None, None)
            for name, entry in zip(self.names, self._entries, strict=True)
        }

    def answer(self, profile: Profile) -> dict[str, Answer]:
        """Return status and amount of every program that is not a plain “no”; of all others see `otherwise`."""
        facts = profile.facts
        numbers: dict[str, int] = {}
        joined, left, sure = self._joined(profile, numbers)
        names, amounts, shares, eligible = self.names, self._amounts, self._shares, Status.ELIGIBLE
        found: dict[str, Answer] = {}
        closer = _places(left ^ sure)
        for place in _places(sure):
            key, factor, half, whole, unit, limit, most = shares[place]
            num = numbers.get(key)
            if num is not None:  # in one go, for this is what takes the time
                fen = (
                    0
                    if num <= 0
                    else most
                    if limit is not None and num >= limit
                    else (num * factor + half) // whole * unit
                )
                found[names[place]] = (eligible, fen, fen)
                continue
            amount = amounts[place]
            if amount is None:
                closer.append(place)
                continue
            try:
                fen = amount(facts)
            except Left:
                closer.append(place)
            else:
                found[names[place]] = (eligible, fen, fen)
        asked = _Asked(profile)
        for place in closer:
            answer = self._closer(self._entries[place], asked, *self._truth(joined, place))
            if answer is not None:
                found[names[place]] = answer
        return found

    def statuses(self, profile: Profile) -> dict[str, Status]:
        """Return the status of every program that is not a plain “no”, computing amounts only where the status wants them."""
        joined, left, sure = self._joined(profile, {})
        sure &= ~self._with_params
        found = dict.fromkeys([self.names[place] for place in _places(sure)], Status.ELIGIBLE)
        asked = _Asked(profile, wants_amounts=False)
        for place in _places(left ^ sure):
            answer = self._closer(self._entries[place], asked, *self._truth(joined, place))
            if answer is not None:
                found[self.names[place]] = answer[0]
        return found

    def everything(self, profile: Profile) -> dict[str, tuple[Status, Money | None]]:
        """Return status and amount of every program."""
        found = {**self.otherwise, **self.answer(profile)}
        return {
            name: (status, None if least is None else Money(least, most))
            for name, (status, least, most) in found.items()
        }

    def _joined(self, profile: Profile, numbers: dict[str, int]) -> tuple[int, int, int]:
        """Return the lines joined, the programs that they leave, and of these the ones that surely are eligible.

        Facts that are whole numbers are written into `numbers` on the way.
        """
        joined = self._lines.joined(profile.facts, numbers)
        width = self._width
        not_true = joined | joined >> width | joined >> 2 * width | joined >> 3 * width
        left = self._asked & ~joined | self._windowed
        return joined, left, left & self._plain & ~not_true

    def _truth(self, joined: int, place: int) -> tuple[Truth, bool]:
        """Return what single facts say of a program, and whether that rests on an assumption."""
        line = joined >> place
        width = self._width
        is_assumed = bool(line >> 3 * width & 1)
        for plane, truth in enumerate(_TRUTHS):
            if line >> plane * width & 1:
                return truth, is_assumed
        return Truth.T, is_assumed

    def _entry(self, program: Program, others: Others) -> Entry:
        plain = program.plain
        assumes = any(_may_assume(condition, plain.bundle) for _, condition in others)
        fixed = ran(plain, is_open=False) if rests_on_nothing(plain) else None
        is_plain = not others and program.gate is None and program.window is None
        has_params = any(_may_be_unpublished(node, plain) for node in walk(plain.version.steps))
        return Entry(program, others, assumes, fixed, None if fixed else compiled(plain), is_plain, has_params)

    def _closer(self, entry: Entry, asked: _Asked, truth: Truth, is_assumed: bool) -> Answer | None:  # noqa: FBT001
        """Look at what single facts alone do not decide; return None for a plain “no”."""
        program = entry.program
        if entry.assumes:
            outcome = evaluate_policy(self._compiled.bundle, program.policy.id, asked.profile, program.plain.on)
            return (outcome.status, *ends_of(outcome.amount))
        window = Truth.T
        if not entry.is_plain:
            scope = asked.scope(program)
            truth = asked.joined(truth, entry.others, scope)
            if program.window is not None:
                window = opening(program.window, scope).is_open
        gate = Status.WINDOW_CLOSED if window is Truth.F else program.gate
        if truth is Truth.F:
            return (gate, None, None) if gate is Status.WINDOW_CLOSED else None
        amount, is_unpublished = NO_AMOUNT, False
        if asked.wants_amounts or entry.has_params:
            amount, is_unpublished = self._amount(entry, asked, is_open=is_assumed or truth is not Truth.T)
        if gate is not None:
            return (gate, *amount)
        is_asking = truth is Truth.U or window is Truth.U or is_unpublished
        return (Status.NEEDS_INFO if is_asking else _STATUS[truth], *amount)

    def _amount(self, entry: Entry, asked: _Asked, *, is_open: bool) -> tuple[Amount, bool]:
        """Return the amount, and whether a value that it needs is not published."""
        if entry.fixed is not None:
            return entry.fixed
        if entry.amount is None:
            return ran(asked.scope(entry.program), is_open=is_open)
        try:
            fen = entry.amount.amount(asked.profile.facts)
        except Left:
            pass
        else:
            return (fen, fen), False
        states = entry.amount.states(asked.profile.facts)
        # Conditions on single facts narrow each fact by itself: then the amount rests on the states of its own facts alone.
        if entry.others or any(isinstance(state, Exact) for state in states):
            return ran(asked.scope(entry.program), is_open=is_open)
        key = (entry.program.policy.id, is_open, states)
        found = self._kept.get(key)
        if found is None:
            found = ran(asked.scope(entry.program), is_open=is_open)
            keep(self._kept, key, found)
        return found


def _share(amount: Steps | None) -> tuple[str, int, int, int, int, int | None, int]:
    """Return an amount that is a share of one fact as what is reckoned with; of others the fact has no name."""
    line = None if amount is None else amount.line
    if line is None:
        return "", 0, 0, 1, 0, None, 0
    return line.key, line.factor, line.half, line.whole, line.unit, line.limit, line.most or 0


def _places(bits: int) -> list[int]:
    """Return the places of the bits that are set."""
    text = f"{bits:b}"[::-1]
    found = []
    place = text.find("1")
    while place >= 0:
        found.append(place)
        place = text.find("1", place + 1)
    return found


def _may_be_unpublished(node: object, plain: Scope) -> bool:
    """Tell whether a node of amount steps may want a value that is not published; another policy has values of its own."""
    if isinstance(node, AmountOf):
        return True
    return isinstance(node, ParamRef) and bool(evaluate(node, plain).needs)


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
