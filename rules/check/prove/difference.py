"""Two editions of the rules held against each other: whether they differ only where they were meant to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import z3

from rules.check.prove import numbers
from rules.check.prove.applicant import Applicant
from rules.check.prove.asking import EFFORT, Solver
from rules.check.prove.choices import Universes
from rules.check.prove.entries import with_lists_as_before
from rules.check.prove.formulas import NO, Formula, both, either, opposite
from rules.check.prove.places import keys_in
from rules.check.prove.programs import Manner, Program, edges_of, translate_program, version_on
from rules.check.prove.translate import Translator
from rules.check.prove.witness import amount_in, facts_in, say_witness
from rules.language.model import Bundle, Condition, Group, Policy, Round, Version
from rules.language.quantities import format_money
from rules.language.rewrite import shape


@dataclass(frozen=True, slots=True)
class Divergence:
    """An applicant, in words, for whom two editions of a program differ on a day, with what each of them says."""

    policy: str
    on: date
    witness: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found of two editions: divergences, and the programs of which it could not be decided everywhere."""

    divergences: tuple[Divergence, ...]
    undecided: tuple[str, ...]


def prove_only_where(old: Bundle, new: Bundle, region: Condition | None, effort: int = EFFORT) -> Comparison:
    """Prove that two editions differ only for applicants inside a region, or find one outside for whom they differ.

    Without a region they must not differ at all. Programs are compared by what they ask and pay; a program that only one
    edition has counts as one that nobody is eligible for in the other.
    """
    universes = Universes(old, new)
    divergences: list[Divergence] = []
    undecided: list[str] = []
    for name in dict.fromkeys((*old.policies, *new.policies)):
        pair = _Pair(old, new, name, region, universes, effort)
        found = next(pair.divergences(), None)
        if found is not None:
            divergences.append(found)
        if pair.undecided and found is None:
            undecided.append(name)
    return Comparison(tuple(divergences), tuple(undecided))


def is_same_everywhere(
    old: Bundle, new: Bundle, policy: str, universes: Universes | None = None, effort: int = EFFORT
) -> bool:
    """Tell whether it is proved that two editions of a program never differ for an applicant who knows all facts.

    The days asked about are the edges of versions, windows and parameters, and the days that the rules name.
    """
    universes = universes or Universes(old, new)
    restored = with_lists_as_before(old, new, policy, universes, effort)
    pair = _Pair(old, restored, policy, None, universes, effort)
    return next(pair.divergences(), None) is None and not pair.undecided


class _Pair:
    def __init__(
        self, old: Bundle, new: Bundle, name: str, region: Condition | None, universes: Universes, effort: int
    ) -> None:
        self.editions = (old, new)
        self.name = name
        self.region = region
        self.universes = universes
        self.effort = effort
        self.undecided = 0

    def divergences(self) -> Iterator[Divergence]:
        """Yield an applicant for each day on which the editions differ outside the region."""
        policies = [edition.policies.get(self.name) for edition in self.editions]
        for on in sorted({day for policy in policies if policy for day in edges_of(policy)}):
            versions = [version_on(policy, on) for policy in policies]
            if any(version and _takes_applications(version, on) for version in versions):
                found = self._on(on, policies, versions)
                yield from () if found is None else (found,)

    def _on(self, on: date, policies: list[Policy | None], versions: list[Version | None]) -> Divergence | None:
        applicant = Applicant(self.universes)
        solver = Solver(applicant, self.effort)
        for takes_least in (False, True):
            # What is equal before rounding is equal after it, and far easier to prove.
            exact = self._translate(on, policies, versions, applicant, Manner(takes_least=takes_least))
            outside = opposite(self._region(applicant, on, exact))
            if _round_alike(versions) and solver.is_impossible(outside, _differ(*exact)):
                continue
            rounded = self._translate(
                on, policies, versions, applicant, Manner(is_rounded=True, takes_least=takes_least)
            )
            answer = solver.ask(outside, _differ(*rounded))
            self.undecided += not answer.is_impossible and answer.model is None
            if answer.model is not None:
                facts = say_witness(facts_in(answer.model, applicant))
                old, new = (_say(program, answer.model) for program in rounded)
                return Divergence(self.name, on, facts, old, new)
        return None

    def _translate(
        self,
        on: date,
        policies: list[Policy | None],
        versions: list[Version | None],
        applicant: Applicant,
        manner: Manner,
    ) -> list[Program | None]:
        return [
            translate_program(bundle, policy, version, on, applicant, manner) if policy and version else None
            for bundle, policy, version in zip(self.editions, policies, versions, strict=True)
        ]

    def _region(self, applicant: Applicant, on: date, programs: list[Program | None]) -> Formula:
        if self.region is None:
            return NO
        place = next(program.place for program in reversed(programs) if program)
        return Translator(applicant).condition(self.region, place).holds


def _round_alike(versions: Sequence[Version | None]) -> bool:
    """Tell whether amounts are rounded in the same way."""
    one, other = (
        [shape(step) for step in version.steps if isinstance(step, Round)] if version else [] for version in versions
    )
    return one == other


def _takes_applications(version: Version, on: date) -> bool:
    spans = version.window.spans if version.window else ()
    return not spans or any(span.from_ <= on <= span.to for span in spans)


def _differ(one: Program | None, other: Program | None) -> Formula:
    if one is None or other is None:
        (only,) = (program for program in (one, other) if program)
        return only.eligible.holds
    if _around(one) != _around(other):
        return either(one.eligible.holds, other.eligible.holds)
    return differs(one, other)


def _around(program: Program) -> object:
    """Return what bears on an answer besides conditions and steps: the window, groups and what they say."""
    version, place = program.version, program.place
    groups = [group for group in place.bundle.groups.values() if _covers(group, program)]
    # The facts of its groups are those of the fact year of the program.
    facts = [keys_in((group.cap, group.external), place) for group in groups]
    return shape((version.window, version.suspension, version.pool, tuple(groups))), facts


def _covers(group: Group, program: Program) -> bool:
    policy = program.place.policy
    is_of_level = policy is not None and policy.level in group.levels
    return program.place.owner in group.members or group.id in program.version.groups or is_of_level


def differs(one: Program, other: Program) -> Formula:
    """Return where two programs give an applicant a different answer."""
    status = either(one.eligible.holds != other.eligible.holds, one.eligible.fails != other.eligible.fails)
    if one.amount is None or other.amount is None:
        return status if one.amount is other.amount else either(status, one.eligible.holds)
    amount = either(one.amount.known != other.amount.known, opposite(numbers.same(one.amount, other.amount)))
    return either(status, both(one.eligible.holds, amount))


def _say(program: Program | None, model: z3.ModelRef) -> str:
    if program is None:
        return "不在有效期"
    holds, known = (z3.is_true(model.eval(part, model_completion=True)) for part in program.eligible)
    if not known:
        return "待补充"
    if not holds:
        return "暂未达到"
    if program.amount is None:
        return "符合"
    return f"符合，{format_money(Fraction(round(amount_in(model, program.amount))))}"
