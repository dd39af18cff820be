"""Ask every question about every program of a bundle, and say what could not be asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from rules.check.prove.applicant import Applicant
from rules.check.prove.asking import EFFORT, Solver, Tally
from rules.check.prove.choices import Universes
from rules.check.prove.conditions import ask_branches, ask_step, ask_truths
from rules.check.prove.money import ask_excess, ask_growth, ask_parameters
from rules.check.prove.places import Place
from rules.check.prove.programs import Program, days_of, translate_program
from rules.check.prove.rows import ask_rows
from rules.check.prove.sites import OpenPart
from rules.check.prove.translate import Translator
from rules.language.findings import Finding
from rules.language.model import Bundle, Policy, Position, Value


@dataclass(frozen=True, slots=True)
class ProvenProgram:
    """How far a program was proved: parts that stood as open numbers, questions the solver gave up."""

    policy: str
    left_open: tuple[OpenPart, ...]
    given_up: int


@dataclass(frozen=True, slots=True)
class Proofs:
    """What the proofs found, and program by program what they do not cover."""

    findings: tuple[Finding, ...]
    programs: tuple[ProvenProgram, ...]


def prove(
    bundle: Bundle,
    policies: Collection[str] | None = None,
    *,
    effort: int = EFFORT,
    on_done: Callable[[str], None] = lambda _: None,
) -> Proofs:
    """Prove all programs or the named ones, and what they share; `on_done` hears the id of each program."""
    tally = Tally()
    universes = Universes(bundle)
    programs = []
    for policy in bundle.policies.values():
        if policies is None or policy.id in policies:
            programs.append(_prove_policy(bundle, policy, universes, effort, tally))
            on_done(policy.id)
    if policies is None:
        _prove_shared(bundle, universes, effort, tally)
    return Proofs(tally.findings, tuple(programs))


def _prove_policy(bundle: Bundle, policy: Policy, universes: Universes, effort: int, tally: Tally) -> ProvenProgram:
    left_open: dict[Position, OpenPart] = {}
    given_up = 0
    for version in policy.versions:
        for on in days_of(version):
            program = translate_program(bundle, policy, version, on, Applicant(universes))
            solver = Solver(program.applicant, effort)
            _ask(bundle, policy, program, solver, tally)
            left_open |= program.translator.left_open
            given_up += solver.given_up
    return ProvenProgram(policy.id, tuple(left_open.values()), given_up)


def _ask(bundle: Bundle, policy: Policy, program: Program, solver: Solver, tally: Tally) -> None:
    ask_truths(program.translator.truths, solver, tally)
    if solver.is_impossible(program.eligible.holds):
        return  # everything else would follow from nothing
    ask_branches(program, solver, tally)
    for site in program.translator.rows:
        ask_rows(site, program.translator, solver, tally)
    for payment in program.payments:
        for step in payment.calculation.sites:
            ask_step(step, solver, tally)
    ask_growth(bundle, policy, program, solver, tally)
    ask_excess(program, solver, tally)
    ask_parameters(bundle, policy, program, solver, tally)


def _prove_shared(bundle: Bundle, universes: Universes, effort: int, tally: Tally) -> None:
    """Ask about computed facts and the caps of groups, on the first day of the youngest version."""
    on = max((version.from_ for policy in bundle.policies.values() for version in policy.versions), default=None)
    if on is None:
        return
    for owner, value in _shared_values(bundle):
        place = Place(bundle, on, on.year - 1, on.year - 1, owner)
        applicant = Applicant(universes)
        translator = Translator(applicant)
        translator.value(value, place)
        solver = Solver(applicant, effort)
        ask_truths(translator.truths, solver, tally)
        for site in translator.rows:
            ask_rows(site, translator, solver, tally)


def _shared_values(bundle: Bundle) -> Iterator[tuple[str, Value]]:
    for derived in bundle.vocabulary.derived.values():
        yield derived.name, derived.value
    for group in bundle.groups.values():
        if group.cap is not None:
            yield group.id, group.cap
