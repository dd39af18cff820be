"""The index for one applicant: what every program says, from one line of bits per known fact.

A line has a bit per program in each of four planes: false, unknown, for review, assumed. The lines of all facts are joined
by “or” in one compiled loop, which writes the plainest amounts too; only what is left is looked at more closely, by what the
interpreter says of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat

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
from matcher.vector.single_lines import Asker, Lines, keep
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
_TRUTHS = (Truth.F, Truth.R, Truth.U, Truth.T)  # by their place in a verdict
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

    def __init__(self, profile: Profile, *, wants_amounts: bool) -> None:
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
        others = compiled_for.index.others.keys()
        self._entries = [
            self._entry(program, tuple(part for part in parts if part[0] in others))
            for program, parts in zip(programs, compiled_for.index.conjuncts, strict=True)
        ]
        is_asked = [each.gate is not Status.NOT_IN_FORCE for each in programs]
        has_window = [each.window is not None for each in programs]
        is_plain = [each.is_plain for each in self._entries]
        shares = [None if each.amount is None else each.amount.line for each in self._entries]
        fixed = [None if each.fixed is None else _one_amount(*each.fixed) for each in self._entries]
        lines = Lines(compiled_for)
        self._paid = Asker(lines, shares, fixed, (is_asked, has_window, is_plain))
        # Where nobody asks for amounts, those that decide nothing are taken for nothing.
        nothing = [None if each.has_params else 0 for each in self._entries]
        self._unpaid = Asker(lines, [None] * len(programs), nothing, (is_asked, has_window, is_plain))
        self._kept: dict[object, tuple[Amount, bool]] = {}
        self.otherwise: Mapping[str, Answer] = {
            name: (entry.program.gate or Status.INELIGIBLE, None, None)
            for name, entry in zip(self.names, self._entries, strict=True)
        }

    def answer(self, profile: Profile) -> dict[str, Answer]:
        """Return status and amount of every program that is not a plain “no”; of all others see `otherwise`."""
        names, eligible = self.names, Status.ELIGIBLE
        sure, amounts, closer = self._paid.ask(profile.facts)
        answers = zip(repeat(eligible), amounts, amounts, strict=False)
        found: dict[str, Answer] = dict(zip(map(names.__getitem__, sure), answers, strict=False))
        for place, answer in self._more(closer, profile, wants_amounts=True):
            found[names[place]] = answer
        return found

    def statuses(self, profile: Profile) -> dict[str, Status]:
        """Return the status of every program that is not a plain “no”, computing amounts only where the status wants them."""
        sure, _, closer = self._unpaid.ask(profile.facts)
        found = dict.fromkeys([self.names[place] for place in sure], Status.ELIGIBLE)
        for place, answer in self._more(closer, profile, wants_amounts=False):
            found[self.names[place]] = answer[0]
        return found

    def everything(self, profile: Profile) -> dict[str, tuple[Status, Money | None]]:
        """Return status and amount of every program."""
        found = {**self.otherwise, **self.answer(profile)}
        return {
            name: (status, None if least is None else Money(least, most))
            for name, (status, least, most) in found.items()
        }

    def _entry(self, program: Program, others: Others) -> Entry:
        plain = program.plain
        assumes = any(_may_assume(condition, plain.bundle) for _, condition in others)
        fixed = ran(plain, is_open=False) if rests_on_nothing(plain) else None
        is_plain = not others and program.gate is None and program.window is None
        has_params = any(_may_be_unpublished(node, plain) for node in walk(plain.version.steps))
        return Entry(program, others, assumes, fixed, None if fixed else compiled(plain), is_plain, has_params)

    def _more(
        self, closer: Sequence[Sequence[int]], profile: Profile, *, wants_amounts: bool
    ) -> Iterator[tuple[int, Answer]]:
        """Look at programs more closely; leave out a plain “no”."""
        if closer:
            asked = _Asked(profile, wants_amounts=wants_amounts)
            for place, verdict in closer:
                answer = self._closer(self._entries[place], asked, _TRUTHS[verdict & 3], verdict > 3)
                if answer is not None:
                    yield place, answer

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


def _one_amount(amount: Amount, is_unpublished: bool) -> int | None:  # noqa: FBT001
    """Return an amount that is one number and rests on no missing value."""
    least, most = amount
    return least if least == most and not is_unpublished else None


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


def disagreements(bundle: Bundle, outcomes: Sequence[Outcome], profile: Profile, on: date) -> tuple[str, ...]:
    """Return the programs of which the index says another status or amount than the outcomes of the interpreter."""
    expected = {outcome.policy: (outcome.status, outcome.amount) for outcome in outcomes}
    found = Single(compile_bundle(bundle, on, expected)).everything(profile)
    return tuple(name for name, answer in found.items() if answer != expected[name])
