"""A bundle on a day, compiled: what every program says of every applicant of a population."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from matcher.interpret import evaluate_policy
from matcher.vector.index import Index, Verdicts
from matcher.vector.needs import NotCompiled
from matcher.vector.population import Population
from matcher.vector.programs import Answers, Program, answers, from_outcome, program_for
from matcher.vector.quick import QuickPrograms
from rules.language.model import Bundle, ParamRef, ParamsAt
from rules.language.walk import walk


@dataclass(frozen=True, slots=True)
class Compiled:
    """Programs in the order of the bundle; `interpreter_only` says by program why this engine leaves it to the other."""

    bundle: Bundle
    on: date
    programs: tuple[Program, ...]
    index: Index
    interpreter_only: dict[str, str]
    quick: QuickPrograms

    def answer(self, population: Population) -> Iterator[tuple[Program, Answers]]:
        """Yield what each program says, one after the other, so that not all has to be held."""
        return self.answer_with(self.index.decide(population), population)

    def answer_with(self, verdicts: Verdicts, population: Population) -> Iterator[tuple[Program, Answers]]:
        """Yield the same from verdicts at hand."""
        quickly = self.quick.answers(population, verdicts)
        for place, program in enumerate(self.programs):
            if place in quickly:
                yield program, quickly.pop(place)
                continue
            verdict = verdicts.of(place)
            try:
                answered = answers(program, population, verdict, verdicts.left.get(place))
            except NotCompiled:
                everyone = np.ones(population.size, bool)
                answered = answers(_without_steps(program), population, verdict, everyone)
            yield program, self._filled(program, population, answered)

    def _filled(self, program: Program, population: Population, answered: Answers) -> Answers:
        """Let the interpreter answer the rows that were left to it."""
        rows = np.flatnonzero(answered.by_interpreter)
        if not len(rows):
            return answered
        name = program.policy.id
        outcomes = [evaluate_policy(self.bundle, name, population.profile_of(int(row)), self.on) for row in rows]
        places = np.searchsorted(answered.rows, rows)
        keep, statuses = np.ones(len(answered.rows), bool), answered.status
        for row, place, outcome in zip(rows, places, outcomes, strict=True):
            status, least, most = from_outcome(outcome)
            statuses[row] = status
            answered.least[place], answered.most[place] = least, most
            keep[place] = outcome.amount is not None
        return replace(
            answered,
            rows=answered.rows[keep],
            said=statuses[answered.rows[keep]],
            others=statuses,
            least=answered.least[keep],
            most=answered.most[keep],
            has_amounts=bool(program.plain.version.steps),
        )


def _without_steps(program: Program) -> Program:
    version = replace(program.plain.version, steps=())
    return replace(program, plain=replace(program.plain, version=version), window=None)


def compile_bundle(bundle: Bundle, on: date, policies: Collection[str] | None = None) -> Compiled:
    """Compile the programs of a bundle, or the named ones, as they stand on a day."""
    programs = tuple(
        program_for(bundle, policy, on)
        for name, policy in bundle.policies.items()
        if policies is None or name in policies
    )
    reasons = {program.policy.id: reason for program in programs if (reason := _obstacle(program))}
    index = Index(programs)
    others = [[shape for shape, _ in parts if shape in index.others] for parts in index.conjuncts]
    return Compiled(bundle, on, programs, index, reasons, QuickPrograms(programs, others))


def _obstacle(program: Program) -> str:
    version = program.plain.version
    if version.params_at is ParamsAt.RECOGNISED_ON and any(isinstance(node, ParamRef) for node in walk(version)):
        return "参数取值日随主体而不同"
    return ""
