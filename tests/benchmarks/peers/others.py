"""The other engines, each as it is meant to be used; runs in an environment of its own, without the product.

Every engine gives for each applicant and program the amount in 分, and −1 where the applicant is not eligible; a program without
a rate pays 0.
"""

from __future__ import annotations

import json
import operator
import sys
from contextlib import suppress
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from serve import first_of, serve  # the sibling; this is no package here

SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "is": "=="}
OPERATORS = {"ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt, "is": operator.eq}
BATCH = 50


def name_of(fact: str) -> str:
    """Return a fact's name as a name of variables."""
    return fact.replace("@", "_y")


def digest_rows(rows: Any) -> list[int]:
    """Return how many answers are yes, and the sum of their amounts, of the first applicants."""
    found = [amount for row in rows for amount in row if amount >= 0]
    return [len(found), int(sum(found))]


def digest_columns(columns: Any) -> list[int]:
    """Return the same of one array per program."""
    return [
        int(sum((np.asarray(c) >= 0).sum() for c in columns)),
        int(sum(np.maximum(c, 0).sum(dtype=np.int64) for c in columns)),
    ]


# ── one applicant at a time ───────────────────────────────────────────────────────────────────────────────────────


def zen_one(task: Any, path: str) -> Any:
    """Ask one decision with an expression per program."""
    import zen

    def test(fact: str, word: str, bound: Any) -> str:
        if word == "in":
            return f"{name_of(fact)} in {json.dumps(bound, ensure_ascii=False)}"
        return f"{name_of(fact)} {SIGNS[word]} {json.dumps(bound, ensure_ascii=False)}"

    expressions = []
    for number, program in enumerate(task["programs"]):
        holds = " and ".join(test(*each) for each in program["all"]) or "true"
        amount = "0"
        if program["rate"]:
            fact, percent, cap = program["rate"]
            amount = f"min([floor({name_of(fact)} * {percent} / 100 + 0.5), {cap}])"
        expressions.append({"id": f"e{number}", "key": f"k{number}", "value": f"{holds} ? {amount} : -1"})
    place = {"x": 0, "y": 0}
    document = {
        "nodes": [
            {"id": "i", "type": "inputNode", "name": "i", "position": place},
            {
                "id": "e",
                "type": "expressionNode",
                "name": "e",
                "position": place,
                "content": {"expressions": expressions},
            },
            {"id": "o", "type": "outputNode", "name": "o", "position": place},
        ],
        "edges": [
            {"id": "1", "sourceId": "i", "targetId": "e", "type": "edge"},
            {"id": "2", "sourceId": "e", "targetId": "o", "type": "edge"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(document))
    people = [{name_of(fact): value for fact, value in one.items()} for one in task["applicants"]]
    return lambda: first_of(people, lambda one: decision.evaluate(one)["result"].values()), digest_rows


def durable_one(task: Any, path: str) -> Any:
    """Ask rulesets of fifty programs: a fact is asserted, matched and retracted."""
    from durable.engine import MessageNotHandledException
    from durable.lang import assert_fact, m, retract_fact, ruleset, when_all

    hits: dict[int, int] = {}

    def rule(number: int, program: Any) -> None:
        def leaf(fact: str, word: str, bound: Any) -> Any:
            value = getattr(m, name_of(fact))
            if word == "in":
                return reduce(operator.or_, [value == each for each in bound])
            return OPERATORS[word](value, bound)

        rate = program["rate"]

        @when_all(reduce(operator.and_, [leaf(*each) for each in program["all"]]))
        def found(c: Any) -> None:
            if rate:
                fact, percent, cap = rate
                hits[number] = min((getattr(c.m, name_of(fact)) * percent * 2 + 100) // 200, cap)
            else:
                hits[number] = 0

    programs = list(enumerate(task["programs"]))
    names = []
    for start in range(0, len(programs), BATCH):
        names.append(f"rules{start}")
        with ruleset(names[-1]):
            for number, program in programs[start : start + BATCH]:
                rule(number, program)
    people = [{name_of(fact): value for fact, value in one.items()} for one in task["applicants"]]
    serial = [0]

    def answer(one: Any) -> list[int]:
        hits.clear()
        serial[0] += 1
        for name in names:
            asked = {"id": str(serial[0]), **one}
            with suppress(MessageNotHandledException):  # nothing matched
                assert_fact(name, dict(asked))
                retract_fact(name, dict(asked))
        return list(hits.values())

    return lambda: first_of(people, answer), digest_rows


# ── many at a time ────────────────────────────────────────────────────────────────────────────────────────────────


def columns_of(task: Any, path: str) -> dict[str, Any]:
    """Return the facts of all applicants as arrays."""
    if task["applicants"]:
        return {fact: np.array([one[fact] for one in task["applicants"]]) for fact in task["facts"]}
    with np.load(Path(path).with_suffix(".npz")) as held:
        return {fact: held[fact] for fact in task["facts"]}


def _texts(bound: Any) -> list[str]:
    return [each for each in (bound if isinstance(bound, list) else [bound]) if isinstance(each, str)]


def formula_of(program: Any, coded: Any) -> Any:
    """Return the formula of a program's variable."""

    def formula(person: Any, when: Any) -> Any:
        mask: Any = True
        for fact, word, given in program["all"]:
            value, bound = person(name_of(fact), when), coded(given)
            mask = mask & (np.isin(value, bound) if word == "in" else OPERATORS[word](value, bound))
        if not program["rate"]:
            return np.where(mask, 0, -1)
        fact, percent, cap = program["rate"]
        money = person(name_of(fact), when).astype(np.int64)
        return np.where(mask, np.minimum((money * (2 * percent) + 100) // 200, cap), -1)

    return formula


def openfisca(task: Any, path: str, *, is_single: bool) -> Any:
    """Ask variables, one per fact and program; one simulation for all, or one for each."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    period = "2026"
    firm = build_entity(key="firm", plural="firms", label="", is_person=True)
    system = TaxBenefitSystem([firm])
    # Its whole numbers have 32 bits, its floats too.
    largest = max(
        [abs(value) for one in task["applicants"] for value in one.values() if not isinstance(value, str)], default=0
    )
    kinds = {"int": int if largest < 2**31 else float, "bool": bool, "str": int}
    # Its texts are bytes in ASCII: codes go in as numbers.
    texts = {each for program in task["programs"] for _, word, bound in program["all"] for each in _texts(bound)}
    texts |= {value for one in task["applicants"] for value in one.values() if isinstance(value, str)}
    numbers = {text: number for number, text in enumerate(sorted(texts))}

    def coded(value: Any) -> Any:
        if isinstance(value, list):
            return [coded(each) for each in value]
        return numbers[value] if isinstance(value, str) else value

    def add(name: str, kind: type, **more: Any) -> None:
        system.add_variable(
            type(
                name,
                (Variable,),
                {"value_type": kind, "entity": firm, "definition_period": DateUnit.YEAR, "label": name, **more},
            )
        )

    for fact, kind in task["facts"].items():
        add(name_of(fact), kinds[kind])

    names = [f"p{number}" for number in range(len(task["programs"]))]
    for name, program in zip(names, task["programs"], strict=True):
        add(name, int, formula=formula_of(program, coded))

    def asked(columns: Any) -> Any:
        size = len(next(iter(columns.values())))
        simulation = SimulationBuilder().build_default_simulation(system, size)
        for fact, values in columns.items():
            simulation.set_input(name_of(fact), period, values)
        return [simulation.calculate(name, period) for name in names]

    if not is_single:
        columns = columns_of(task, path)
        return lambda: asked(columns), digest_columns
    people = [{fact: np.array([coded(value)]) for fact, value in one.items()} for one in task["applicants"]]
    return lambda: first_of(people, lambda one: [int(each[0]) for each in asked(one)]), digest_rows


def numpy_many(task: Any, path: str) -> Any:
    """Ask plain arrays: a mask and an amount per program."""
    columns = columns_of(task, path)

    def run() -> Any:
        found = []
        for program in task["programs"]:
            mask: Any = np.ones(len(next(iter(columns.values()))), bool)
            for fact, word, bound in program["all"]:
                mask &= np.isin(columns[fact], bound) if word == "in" else OPERATORS[word](columns[fact], bound)
            if program["rate"]:
                fact, percent, cap = program["rate"]
                found.append(np.where(mask, np.minimum((columns[fact] * (2 * percent) + 100) // 200, cap), -1))
            else:
                found.append(np.where(mask, 0, -1))
        return found

    return run, digest_columns


def polars_many(task: Any, path: str) -> Any:
    """Ask one lazy frame with an expression per program."""
    import polars as pl

    frame = pl.DataFrame({name_of(fact): values for fact, values in columns_of(task, path).items()})
    expressions = []
    for number, program in enumerate(task["programs"]):
        mask = reduce(
            operator.and_,
            [
                pl.col(name_of(fact)).is_in(bound) if word == "in" else OPERATORS[word](pl.col(name_of(fact)), bound)
                for fact, word, bound in program["all"]
            ],
        )
        amount: Any = pl.lit(0, pl.Int64)
        if program["rate"]:
            fact, percent, cap = program["rate"]
            amount = pl.min_horizontal((pl.col(name_of(fact)) * (2 * percent) + 100) // 200, pl.lit(cap, pl.Int64))
        expressions.append(pl.when(mask).then(amount).otherwise(pl.lit(-1, pl.Int64)).alias(f"p{number}"))
    return lambda: frame.lazy().select(expressions).collect(), lambda found: digest_columns(
        [c.to_numpy() for c in found]
    )


def duckdb_many(task: Any, path: str) -> Any:
    """Ask one statement with an expression per program, into a table."""
    import duckdb
    import pyarrow as pa

    def sql(value: Any) -> str:
        return f"'{value}'" if isinstance(value, str) else str(value)

    facts = pa.table({name_of(fact): values for fact, values in columns_of(task, path).items()})
    database = duckdb.connect()
    database.execute("set threads = 1")
    database.register("given", facts)
    database.execute("create table facts as select * from given")
    parts = []
    for number, program in enumerate(task["programs"]):
        tests = [
            f"{name_of(fact)} in ({', '.join(map(sql, bound))})"
            if word == "in"
            else f"{name_of(fact)} {SIGNS[word].replace('==', '=')} {sql(bound)}"
            for fact, word, bound in program["all"]
        ]
        amount = "0"
        if program["rate"]:
            fact, percent, cap = program["rate"]
            amount = f"least(({name_of(fact)} * {2 * percent} + 100) // 200, {cap})"
        parts.append(f"case when {' and '.join(tests)} then {amount} else -1 end as p{number}")
    statement = f"create or replace table answers as select {', '.join(parts)} from facts"  # noqa: S608  from the task

    def digest(_: Any) -> Any:
        return digest_columns(list(database.execute("select * from answers").fetchnumpy().values()))

    return lambda: database.execute(statement), digest


ENGINES = {
    "zen one": zen_one,
    "durable one": durable_one,
    "openfisca one": lambda task, path: openfisca(task, path, is_single=True),
    "openfisca many": lambda task, path: openfisca(task, path, is_single=False),
    "numpy many": numpy_many,
    "polars many": polars_many,
    "duckdb many": duckdb_many,
}

if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], ENGINES)
