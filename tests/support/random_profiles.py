"""Random applicants of whom everything is known: an embedded test's facts, filled up and shaken at the rules' own numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from matcher.profile import Absent, Between, Exact, Item, Items, OneOf, Profile, read_profile
from rules.language.model import Aggregate, Bundle, Dimension, FactRef, Field, ForEach, Literal, Policy, PolicyTest
from rules.language.walk import walk
from rules.vocabulary.codes import load_code_tables
from tests.support.reference import fact_year

YEARS_AROUND = range(-4, 3)
MOST_MONEY = 10**13  # 分


class Applicants:
    """A seeded source of (profile, day): full knowledge, values at and beside the thresholds of the rules."""

    def __init__(self, bundle: Bundle, seed: int) -> None:
        self.bundle = bundle
        self.random = random.Random(seed)
        self.tests = [(policy, test) for policy in bundle.policies.values() for test in policy.tests]
        self.fields = bundle.vocabulary.fields
        self.constants = {policy.id: _constants(policy) for policy in bundle.policies.values()}
        self.keys: dict[int, list[tuple[str, Field]]] = {}
        self.used = {node.name for tree in (bundle.policies, bundle.condition_sets, bundle.vocabulary.derived) for node in walk(dict(tree))
                     if isinstance(node, FactRef)}  # fmt: skip
        self.used |= {node.list_name for tree in (bundle.policies, bundle.condition_sets, bundle.vocabulary.derived)
                      for node in walk(dict(tree)) if isinstance(node, Aggregate | ForEach)}  # fmt: skip
        versions = [version for policy in bundle.policies.values() for version in policy.versions]
        self.fixed_years = {v.fact_year + step for v in versions if v.fact_year >= 1900 for step in (-2, -1, 0, 1)}
        self.common: dict[Dimension, list[Fraction | date]] = {}
        for found in self.constants.values():
            for dimension, values in found.items():
                self.common.setdefault(dimension, []).extend(values)

    def draw(self) -> tuple[Profile, date]:
        """Return one applicant and the day of the question."""
        policy, test = self.random.choice(self.tests)
        facts = self.shaken(policy, test)
        on = test.as_of if self.random.random() < 0.8 else test.as_of + timedelta(days=self.random.randint(-500, 500))
        if on.year not in self.keys:
            self.keys[on.year] = list(self.all_keys(on))
        for key, field in self.keys[on.year]:
            if key not in facts:
                facts[key] = self.state(field, self.common, on)
        return Profile(facts), on

    def shaken(self, policy: Policy, test: PolicyTest) -> dict:
        """Return a test's facts made exact, with a few of them moved to the policy's own numbers."""
        profile = read_profile(test.facts, self.bundle.vocabulary)
        version = next((v for v in policy.versions if v.from_ <= test.as_of), policy.versions[0])
        year = fact_year(version, test.as_of)
        facts = {
            self.with_year(key, year): self.exact(self.field_of(key), state) for key, state in profile.facts.items()
        }
        names = sorted(facts)
        for key in self.random.sample(names, min(len(names), self.random.choice((0, 1, 1, 2, 3)))):
            field = self.field_of(key)
            facts[key] = self.state(field, self.constants[policy.id], test.as_of)
        return {key: self.whole_items(self.field_of(key), state, test.as_of) for key, state in facts.items()}

    def field_of(self, key: str) -> Field:
        return self.fields[key.removeprefix("employer.").split("@")[0]]

    def all_keys(self, on: date) -> Iterator[tuple[str, Field]]:
        for prefix in ("", "employer."):
            for field in self.fields.values():
                if prefix + field.name not in self.used and not (prefix and self.is_derived_from(field.name)):
                    continue
                if not field.yearly:
                    yield prefix + field.name, field
                    continue
                for year in {on.year + step for step in YEARS_AROUND} | self.fixed_years:
                    yield f"{prefix}{field.name}@{year}", field

    def with_year(self, key: str, year: int) -> str:
        return f"{key}@{year}" if self.field_of(key).yearly and "@" not in key else key

    def is_derived_from(self, name: str) -> bool:
        """Tell whether a fact may stand behind a computed fact of the employer."""
        return any(key.startswith("employer.") for key in self.used) and name in self.used

    def exact(self, field: Field, state):
        match state:
            case Exact(value=str(code)) if field.code_table:
                return Exact(self.finest(load_code_tables()[field.code_table], code))
            case Between(low=low, high=high):
                return Exact(low if low is not None else high)
            case OneOf(values=values):
                return self.exact(field, Exact(min(values)))
        return state

    def finest(self, table, code: str) -> str:
        """Return a code under `code` that has no finer one: a coarse code is no full knowledge."""
        below = _codes_below(table.id)
        while code in below:
            code = self.random.choice(below[code])
        return code

    def whole_items(self, field: Field, state, on: date):
        """Fill what a list's items leave open."""
        if not isinstance(state, Items):
            return state
        filled = []
        for item in state.items:
            states = {
                name: self.exact(part, item.fields.get(name) or self.state(part, self.common, on))
                for name, part in field.item.items()
            }
            filled.append(Item(item.key, states))
        return Items(tuple(filled))

    def state(self, field: Field, constants, on: date):
        if field.nullable and self.random.random() < 0.25:
            return Absent()
        match field.dimension:
            case Dimension.BOOL:
                return Exact(self.random.random() < 0.5)
            case Dimension.DATE:
                return Exact(self.day(constants, on))
            case Dimension.CODE:
                table = load_code_tables()[field.code_table]
                return Exact(self.finest(table, self.random.choice(_all_codes(table.id))))
            case Dimension.TEXT:
                return Exact(self.random.choice(("甲", "乙", "丙")))
            case Dimension.LIST:
                count = self.random.choice((0, 0, 1, 2, 3))
                return self.whole_items(field, Items(tuple(Item(str(n), {}) for n in range(count))), on)
        return Exact(self.number(field, constants))

    def day(self, constants, on: date) -> date:
        choices = constants.get(Dimension.DATE) or [on]
        start = self.random.choice([on, self.random.choice(choices)])
        return start - timedelta(
            days=self.random.choice((0, 1, -1, 30, 180, 364, 365, 366, 731, 1095, 1096, self.random.randint(0, 5000)))
        )

    def number(self, field: Field, constants) -> Fraction:
        quantum = Fraction(1, 1000) if field.dimension in {Dimension.RATIO, Dimension.NUMBER} else Fraction(1)
        choices = constants.get(field.dimension)
        if choices and self.random.random() < 0.6:
            value = self.random.choice(choices) + self.random.choice((0, 0, 1, -1)) * quantum
        else:
            top = {Dimension.MONEY: MOST_MONEY, Dimension.COUNT: 2000, Dimension.NUMBER: 10**5, Dimension.RATIO: 2}[
                field.dimension
            ]
            value = Fraction(int(top * self.random.random() ** 4 / quantum)) * quantum
        low = field.minimum if field.minimum is not None else Fraction(-MOST_MONEY)
        high = field.maximum if field.maximum is not None else Fraction(MOST_MONEY)
        return min(max(value, low), high)


@cache
def _all_codes(table: str) -> list[str]:
    return [entry.code for entry in load_code_tables()[table]]


@cache
def _codes_below(table: str) -> dict[str, list[str]]:
    """Return for each code that has finer ones those directly below it."""
    found: dict[str, list[str]] = {}
    for entry in load_code_tables()[table]:
        if entry.parent:
            found.setdefault(entry.parent, []).append(entry.code)
    return found


def _constants(policy: Policy) -> dict[Dimension, list]:
    found: dict[Dimension, list] = {}
    for node in walk(policy):
        if isinstance(node, Literal) and not isinstance(node.value, str | bool):
            found.setdefault(node.dimension, []).append(node.value)
    return found


def plain_facts(profile: Profile, bundle: Bundle) -> dict:
    """Return the facts as the reference reads them: (name, year or None) → value, None for what does not exist."""
    facts: dict = {}
    for key, state in profile.facts.items():
        name, _, year = key.partition("@")
        facts[name, int(year) if year else None] = _plain(
            state, bundle.vocabulary.fields[name.removeprefix("employer.")]
        )
    return facts


def _plain(state, field: Field):
    match state:
        case Exact(value=value):
            return value
        case Items(items=items):
            return [
                {"__fields__": field.item}
                | {name: _plain(part, field.item[name]) for name, part in item.fields.items()}
                for item in items
            ]
    return None
