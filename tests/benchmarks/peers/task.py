"""Make what every engine is asked: programs as plain lists of comparisons with an amount, and applicants."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from matcher.interpret import dispatch as one_by_one
from matcher.vector import Compiled, compile_bundle
from matcher.vector.conjuncts import conjuncts
from rules.language.bundle import read_sources
from rules.language.load import SourceText
from rules.language.model import Bundle, Dimension, FactRef, Leaf, Word
from rules.language.walk import walk
from rules.vocabulary.codes import load_code_tables

DAY = date(2026, 5, 20)
CITE = "cite: {doc: D, clause: 第一条, gist: 略}"
KINDS = {
    Dimension.MONEY: "int",
    Dimension.COUNT: "int",
    Dimension.BOOL: "bool",
    Dimension.DATE: "int",
    Dimension.CODE: "str",
}

# A program: {"id", "all": [[fact, word, bound]], "rate": [fact, percent, cap in 分] or None}; words are ge, gt, le, lt, is, in.
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked: the rules as the product reads them, the same in plain form, and the kinds of the facts."""

    bundle: Bundle
    programs: list[Plain]
    facts: dict[str, str]


def generated(programs: int, facts: int = 40, conditions: int = 6, seed: int = 1) -> Task:
    """Return programs over facts, half money and half yes-no, each with a rate and a cap."""
    draw = random.Random(seed)
    half = facts // 2
    plain = []
    for number in range(programs):
        money, flags = (draw.sample(range(half), conditions // 2) for _ in range(2))
        tests: list[list[Any]] = [[f"m{n}", "ge", draw.randint(1, 60) * 1_000_000] for n in money]
        tests += [[f"b{n}", "is", draw.random() < 0.5] for n in flags]
        rate = [f"m{money[0]}", draw.randint(1, 30), draw.randint(2, 30) * 1_000_000]
        plain.append({"id": f"p{number}", "all": tests, "rate": rate})
    kinds = {f"m{n}": "int" for n in range(half)} | {f"b{n}": "bool" for n in range(half)}
    return Task(_bundle_of(plain, kinds), plain, kinds)


def _bundle_of(programs: list[Plain], facts: dict[str, str]) -> Bundle:
    fields = "".join(
        f"  {name}: {{label: 金额{name}, type: money, source: 自报, ask: 问, min: 0元, max: 100亿元}}\n"
        if kind == "int"
        else f"  {name}: {{label: 是非{name}, type: bool, source: 自报, ask: 问}}\n"
        for name, kind in facts.items()
    )
    texts = [f"schema: vocab/1\nfields:\n{fields}", *map(_policy, programs)]
    bundle, findings = read_sources([SourceText(f"{n}.yaml", text.encode()) for n, text in enumerate(texts)])
    assert bundle is not None and not findings, findings[:3]
    return bundle


def _policy(program: Plain) -> str:
    leaves = ", ".join(
        f"{{id: {fact}, if: {fact}, "
        + (f"from: {bound // 1_000_000}万元" if word == "ge" else f"is: {str(bound).lower()}")
        + f", {CITE}}}"
        for fact, word, bound in program["all"]
    )
    fact, percent, cap = program["rate"]
    steps = (
        f"{{id: r, rate: {{of: {fact}, at: {percent}%}}, {CITE}}}, {{id: c, cap_amount: {cap // 1_000_000}万元, {CITE}}}, "
        f"{{id: round, round: {{to: 分, mode: half_up}}, {CITE}}}"
    )
    return (
        f"schema: policy/1\nid: {program['id']}\ntitle: 项目{program['id']}\nlevel: 区级\ndistrict: 罗湖区\nauthority: 某局\n"
        "kind: 科技\nsettlement: calculate\nsummary: 试\ndocuments: [{id: D, title: 办法, source_quality: copy}]\n"
        f"versions:\n  - {{from: 2020-01-01, to: 2030-12-31, {CITE}, eligibility: {{all: [{leaves}]}}, "
        f"amount: {{steps: [{steps}]}}}}\n"
    )


class _Other(Exception):
    """Raised for what other engines have no words for."""


def of_corpus(bundle: Bundle) -> Task:
    """Return the programs in force whose conditions every engine can state: comparisons of facts with fixed values."""
    compiled = compile_bundle(bundle, DAY)
    facts: dict[str, str] = {}
    programs = []
    for program in compiled.programs:
        if program.gate is not None or program.window is not None:
            continue
        try:
            tests = list(_tests(program.plain, facts))
        except _Other:
            continue
        programs.append({"id": program.policy.id, "all": tests, "rate": None})
    used = {fact for program in programs for fact, _, _ in program["all"]}
    return Task(bundle, programs, {name: kind for name, kind in facts.items() if name in used})


_WORDS = {Word.FROM: "ge", Word.OVER: "gt", Word.UPTO: "le", Word.BELOW: "lt", Word.IS: "in", Word.IN: "in"}


def _tests(plain: Any, facts: dict[str, str]) -> Iterator[list[Any]]:
    for condition in conjuncts(plain.version.eligibility, plain.bundle):
        if not (isinstance(condition, Leaf) and isinstance(condition.operand, FactRef)):
            raise _Other
        prefix, name, year = plain.resolve(condition.operand.name, condition.operand.offset)
        field = plain.bundle.vocabulary.fields.get(name)
        if prefix or field is None or field.dimension not in KINDS:
            raise _Other
        key = f"{name}@{year}" if field.yearly else name
        facts[key] = KINDS[field.dimension]
        for test in condition.tests:
            yield [key, *_test(test, field, plain)]


def _test(test: Any, field: Any, plain: Any) -> tuple[str, Any]:
    bounds = []
    for node in test.bounds:
        try:
            found = one_by_one.evaluate(node, plain)
        except (AssertionError, KeyError):
            raise _Other from None
        if not found.is_settled or found.needs or any(True for _ in _facts_in(node)):
            raise _Other
        bounds.append(next(iter(found.members)) if found.members else found.lo)
    if test.word is Word.PREFIX_IN:
        table = load_code_tables()[field.code_table]
        return "in", sorted(
            entry.code for entry in table if any(table.is_under(entry.code, str(each)) for each in bounds)
        )
    if test.word not in _WORDS:
        raise _Other
    if _WORDS[test.word] == "in":
        return ("is", bounds[0]) if len(bounds) == 1 else ("in", bounds)
    if Fraction(bounds[0]).denominator != 1:
        raise _Other
    return _WORDS[test.word], int(bounds[0])


def _facts_in(node: Any) -> Iterator[Any]:
    return (each for each in walk(node) if isinstance(each, FactRef))


def applicants(task: Task, count: int, seed: int = 2) -> list[dict[str, Any]]:
    """Return applicants of whom all facts are known; numbers lie around the bounds that programs set."""
    draw = random.Random(seed)
    bounds: dict[str, list[Any]] = {}
    for program in task.programs:
        for fact, _, bound in program["all"]:
            bounds.setdefault(fact, []).extend(bound if isinstance(bound, list) else [bound])
    return [{fact: _value(kind, bounds.get(fact, []), draw) for fact, kind in task.facts.items()} for _ in range(count)]


def _value(kind: str, bounds: list[Any], draw: random.Random) -> Any:
    if kind == "bool":
        return draw.random() < 0.5
    if kind == "str":
        return draw.choice(sorted(set(bounds)))
    return draw.randint(max(0, min(bounds, default=0) // 2), max(bounds, default=10**8) * 5 // 3)


def compiled_for(task: Task) -> Compiled:
    """Return the programs of a task compiled."""
    return compile_bundle(task.bundle, DAY, {program["id"] for program in task.programs})
