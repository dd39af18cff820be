"""The frozen tree of `discretion/1` and `grounds/1`: what the reader builds, and the calculator and the lint read.

Conditions, cites and literals are those of the policy language. Money is counted in 分, and every number is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from rules.language.model import (
    Cite,
    Condition,
    Document,
    FactRef,
    Field,
    Leaf,
    Literal,
    Position,
    Reading,
    RoundTo,
)
from rules.language.walk import walk

Known = int | bool | str  # money in 分, counts, findings of yes or no, one of the declared words


class Weight(Enum):
    """What the grounds of a case come to, where a table has its grades by that."""

    LIGHT = "从轻"
    NORMAL = "一般"
    HEAVY = "从重"


class Leaning(Enum):
    """What one ground asks for."""

    LIGHTER = "从轻"
    REDUCED = "减轻"  # below the statutory minimum
    LIGHTER_OR_REDUCED = "从轻或者减轻"
    HEAVIER = "从重"


class Effect(Enum):
    """What a no-penalty rule does when its condition holds."""

    MUST = "不予处罚"
    MAY = "可以不予处罚"


class Form(Enum):
    """How a fine is written."""

    AMOUNT = "金额"
    MULTIPLE = "倍数"  # of a fact of the case
    SHARE = "占法定幅度的比例"


@dataclass(frozen=True, slots=True)
class Edge:
    """An end of a fine, with or without the number itself (以上、以下 include it, 超过、不足 do not)."""

    value: Literal
    is_included: bool


@dataclass(frozen=True, slots=True)
class Fine:
    """A span of fines; `of` names the fact that a MULTIPLE multiplies, `cap` is the most it may come to."""

    form: Form
    low: Edge
    high: Edge
    position: Position
    of: str = ""
    cap: Literal | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A statutory range and the condition under which the law provides it; no condition means always."""

    id: str
    label: str
    when: Condition | None
    fine: Fine
    cite: Cite
    position: Position
    reading: Reading | None = None
    besides: str = ""  # what the law imposes beside the fine


@dataclass(frozen=True, slots=True)
class Grade:
    """A row of a table: which circumstances belong to it, and which part of the statutory range it may use."""

    id: str
    label: str
    when: Condition | None
    weight: Weight | None
    fine: Fine
    cite: Cite
    position: Position
    reading: Reading | None = None
    gap_before: Reading | None = None  # the source itself leaves fines unused between the grade before and this one


@dataclass(frozen=True, slots=True)
class Act:
    """A violation with the ranges the law provides and the grades, light to heavy, that an authority made of them."""

    id: str
    title: str
    branches: tuple[Branch, ...]
    grades: tuple[Grade, ...]
    position: Position
    code: str = ""
    duty: Cite | None = None  # the provision that was violated
    power: str = ""  # the item of the power list
    kinds: tuple[str, ...] = ()
    note: str = ""

    @property
    def rows(self) -> tuple[Branch | Grade, ...]:
        """Return everything that has a condition and a fine."""
        return (*self.branches, *self.grades)

    @property
    def is_weighed(self) -> bool:
        """Tell whether the grade depends on what the grounds come to."""
        return any(grade.weight for grade in self.grades)

    def facts(self) -> tuple[str, ...]:
        """Return the facts on which range, grade and fine depend, in the order of the file."""
        names: dict[str, None] = {}
        for part in self.rows:
            names |= dict.fromkeys(facts_in(part.when))
            if part.fine.of:
                names[part.fine.of] = None
        return tuple(names)


@dataclass(frozen=True, slots=True)
class Exemption:
    """A rule by which no penalty is imposed."""

    id: str
    label: str
    effect: Effect
    when: Condition
    cite: Cite
    position: Position


@dataclass(frozen=True, slots=True)
class Ground:
    """A circumstance that leans one way; its id is also the name of the finding of yes or no."""

    id: str
    label: str
    leaning: Leaning
    cite: Cite
    position: Position


@dataclass(frozen=True, slots=True)
class GroundSet:
    """The grounds and no-penalty rules of one law, in force between two days (inclusive)."""

    id: str
    title: str
    from_: date
    to: date | None
    documents: Mapping[str, Document]
    facts: Mapping[str, Field]
    exemptions: tuple[Exemption, ...]
    grounds: tuple[Ground, ...]
    position: Position
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rounding:
    """The unit of the result; the lower end is rounded up and the upper end down, so as never to leave the range."""

    to: RoundTo
    cite: Cite | None
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an embedded test states; None is not compared. `fine` is low and high in 分, high None for no known end."""

    status: str | None
    grades: tuple[str, ...] | None
    branches: tuple[str, ...] | None
    fine: tuple[int, int | None] | None
    exemption: str | None
    missing: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class BenchmarkTest:
    """An embedded test: a case, the day of the act, and what must come out."""

    name: str
    act: str
    on: date
    case: Mapping[str, Known]
    expect: Expectation
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One published table of discretion (裁量权基准), in force between two days (inclusive)."""

    id: str
    title: str
    authority: str
    from_: date
    to: date | None
    documents: Mapping[str, Document]
    facts: Mapping[str, Field]
    choices: Mapping[str, tuple[str, ...]]  # the words of the facts of type code
    ground_sets: tuple[GroundSet, ...]
    rounding: Rounding
    acts: Mapping[str, Act]
    position: Position
    level: str = ""
    region: str = ""
    verified_on: date | None = None
    note: str = ""
    reading: Reading | None = None
    tests: tuple[BenchmarkTest, ...] = ()

    def all_facts(self) -> Mapping[str, Field]:
        """Return the facts of the file and of its grounds."""
        of_grounds = {name: each for part in self.ground_sets for name, each in part.facts.items()}
        return {**of_grounds, **self.facts}


def leaves(condition: Condition | None) -> Iterator[Leaf]:
    """Yield the comparisons of a condition."""
    return (node for node in walk(condition) if isinstance(node, Leaf)) if condition else iter(())


def facts_in(condition: Condition | None) -> Iterator[str]:
    """Yield the names of the facts that a condition compares."""
    return (leaf.operand.name for leaf in leaves(condition) if isinstance(leaf.operand, FactRef))
