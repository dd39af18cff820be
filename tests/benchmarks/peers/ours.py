"""The product's engines on a task, as a worker: the index for one applicant, the columns for many, the interpreter."""

from __future__ import annotations

import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from matcher.interpret import interpret
from matcher.outcome import Status
from matcher.profile import Exact, Profile
from matcher.vector import STATUSES, Coded, Facts, Points, Population
from matcher.vector.single import Single
from rules.language.bundle import load_corpus
from rules.language.model import Dimension
from tests.benchmarks.peers.serve import first_of, serve
from tests.benchmarks.peers.task import DAY, Task, compiled_for, generated, of_corpus

ROWS = 250_000
ELIGIBLE = STATUSES.index(Status.ELIGIBLE)


def task_of(task: dict[str, Any]) -> Task:
    """Make the rules again that a task was written from."""
    return of_corpus(load_corpus()) if task["corpus"] else generated(len(task["programs"]), len(task["facts"]))


def profile_of(one: dict[str, Any], made: Task) -> Profile:
    """Return an applicant as the product knows it."""
    fields = made.bundle.vocabulary.fields

    def state(fact: str, value: Any) -> Exact:
        dimension = fields[fact.split("@", maxsplit=1)[0]].dimension
        if dimension is Dimension.DATE:
            return Exact(date.fromordinal(value))
        return Exact(Fraction(value)) if type(value) is int else Exact(value)

    return Profile({fact: state(fact, value) for fact, value in one.items()})


def digest(found: list[tuple[Status, Any]], task: dict[str, Any]) -> list[int]:
    """Return how many answers are yes, and the sum of their amounts where the others were given them too."""
    paid = [least or 0 for status, least in found if status is Status.ELIGIBLE]
    return [len(paid), 0 if task["is_statuses"] else sum(paid)]


def index_one(task: dict[str, Any], path: str) -> Any:
    """Ask the index for one applicant after the other."""
    made = task_of(task)
    index = Single(compiled_for(made))
    profiles = [profile_of(one, made) for one in task["applicants"]]
    if task["is_statuses"]:
        return lambda: first_of(profiles, index.statuses), lambda rows: digest(
            [(status, 0) for row in rows for status in row.values()], task
        )
    return lambda: first_of(profiles, index.answer), lambda rows: digest(
        [answer[:2] for row in rows for answer in row.values()], task
    )


def interpret_one(task: dict[str, Any], path: str) -> Any:
    """Ask the interpreter, which explains every answer."""
    made = task_of(task)
    names = {program["id"] for program in task["programs"]}
    profiles = [profile_of(one, made) for one in task["applicants"]]
    return lambda: first_of(profiles, lambda profile: interpret(made.bundle, profile, DAY, names)), lambda rows: digest(
        [(outcome.status, outcome.amount and outcome.amount.min) for row in rows for outcome in row], task
    )


def columns_many(task: dict[str, Any], path: str) -> Any:
    """Ask the columns, some thousand applicants at a time: who is not a plain “no”, and for how much."""
    return _columns(task, path, is_dense=False)


def columns_dense(task: dict[str, Any], path: str) -> Any:
    """Ask for the status of every row too, written out."""
    return _columns(task, path, is_dense=True)


def _columns(task: dict[str, Any], path: str, *, is_dense: bool) -> Any:
    compiled = compiled_for(task_of(task))
    with np.load(Path(path).with_suffix(".npz")) as held:
        arrays = {fact: held[fact] for fact in task["facts"]}
    size = len(next(iter(arrays.values())))

    def facts_of(rows: slice) -> dict[str, Facts]:
        return {
            fact: Coded(values[rows].view(np.int8), (Exact(value=False), Exact(value=True), None))
            if task["facts"][fact] == "bool"
            else Points(values[rows])
            for fact, values in arrays.items()
        }

    parts = [
        Population(min(ROWS, size - start), facts_of(slice(start, start + ROWS)), {}, lambda _: Profile())
        for start in range(0, size, ROWS)
    ]

    def run() -> Any:
        for part in parts:
            part.__dict__.pop("columns", None)
        found = [answered for part in parts for _, answered in compiled.answer(part)]
        if is_dense:
            for answered in found:
                answered.status  # noqa: B018  written at the first question
        return found

    def digest_of(found: Any) -> list[int]:
        yes = sum(int((each.said == ELIGIBLE).sum()) for each in found)
        return [yes, sum(int(each.least[each.said == ELIGIBLE].sum()) for each in found)]

    return run, digest_of


ENGINES = {
    "huice one": index_one,
    "interpreter one": interpret_one,
    "huice many": columns_many,
    "huice dense": columns_dense,
}

if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], ENGINES)
