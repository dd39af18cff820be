"""Random applicants for the policies of `tests.support.random_policies`: in full, and with part of it forgotten or blurred."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from matcher.profile import Absent, Between, Exact, Item, Items, OneOf, Profile, State, fact_key
from rules.language.model import Bundle, Dimension, Field
from tests.support.random_policies import CODES, COUNTS, DAYS, FEN, SHARES

Key = tuple[str, int | None]
Facts = Mapping[Key, object]  # None for what does not exist, a list of mappings for a list
YEARS = range(2022, 2031)
_FINEST = {"place": ("罗湖区", "福田区", "番禺区"), "industry": ("F5146", "F5111", "I6510", "C3911")}
_INSIDE = {"place": ("深圳市", "广东省"), "industry": ("F51", "F", "I", "C39")}


def _inside(field: Field, value: Fraction) -> Fraction:
    """Return the value moved between the least and the most that the field allows."""
    if isinstance(field.minimum, Fraction):
        value = max(value, field.minimum)
    if isinstance(field.maximum, Fraction):
        value = min(value, field.maximum)
    return value


class Crowd:
    """A seeded source of applicants."""

    def __init__(self, bundle: Bundle, seed: int) -> None:
        self.random = random.Random(seed)
        self.fields = bundle.vocabulary.fields

    def full(self) -> Facts:
        """Return the facts of an applicant of whom everything is known."""
        found: dict[Key, object] = {}
        for name, field in self.fields.items():
            for year in YEARS if field.yearly else (None,):
                found[name, year] = self._value(name, field)
        return found

    def _value(self, name: str, field: Field) -> object:
        if field.nullable and self.random.random() < 0.25:
            return None
        match field.dimension:
            case Dimension.BOOL:
                return self.random.random() < 0.6
            case Dimension.DATE:
                day = date.fromisoformat(self.random.choice(DAYS)) + timedelta(self.random.choice((0, 0, 0, 1, -1)))
                return day if self.random.random() < 0.8 else day - timedelta(self.random.randint(0, 900))
            case Dimension.CODE:
                return self.random.choice(_FINEST.get(name) or CODES[name])
            case Dimension.TEXT:
                return self.random.choice("甲乙丙")
            case Dimension.LIST:
                return [
                    {part: self._value(part, of) for part, of in field.item.items()}
                    for _ in range(self.random.choice((0, 1, 1, 2, 3)))
                ]
        return self._number(field)

    def _number(self, field: Field) -> Fraction:
        pools: dict[Dimension, tuple[list[Fraction], Fraction]] = {
            Dimension.MONEY: ([Fraction(each) for each in FEN], Fraction(1)),
            Dimension.COUNT: ([Fraction(each) for each in COUNTS], Fraction(1)),
            Dimension.RATIO: ([Fraction(str(each)) / 100 for each in SHARES], Fraction(1, 1000)),
            Dimension.NUMBER: ([Fraction(0), Fraction(1), Fraction(5, 2), Fraction(10)], Fraction(1, 100)),
        }
        pool, quantum = pools[field.dimension]
        value = self.random.choice(pool) + self.random.choice((0, 0, 0, 1, -1)) * quantum
        if field.dimension is Dimension.MONEY and self.random.random() < 0.2:
            value = Fraction(self.random.randint(0, 2500))
        if field.unit == "年":
            value = Fraction(self.random.choice((2024, 2025, 2026)))
        if field.minimum is None and self.random.random() < 0.2:
            value = -value
        return _inside(field, value)

    def blurred(self, facts: Facts) -> Profile:
        """Return an applicant of whom part of this is known, in ranges or alternatives too."""
        share, states = self.random.choice((0.05, 0.15, 0.4)), dict[str, State]()
        for (name, year), value in facts.items():
            dice = self.random.random()
            if dice >= share:
                states[fact_key(name, year)] = self._state(self.fields[name], value, share)
            elif dice < share / 2 and value is not None:
                wider = self._wider(name, self.fields[name], value)
                if wider is not None:
                    states[fact_key(name, year)] = wider
        return Profile(states)

    def _state(self, field: Field, value: object, share: float) -> State:
        if not isinstance(value, list):
            return state_of(field, value)
        items = []
        for place, item in enumerate(value):
            known = {name: each for name, each in item.items() if self.random.random() >= share / 2}
            items.append(Item(str(place + 1), {name: state_of(field.item[name], each) for name, each in known.items()}))
        return Items(tuple(items))

    def _wider(self, name: str, field: Field, value: object) -> State | None:
        if isinstance(value, Fraction):
            step = Fraction(1, 100) if field.dimension in {Dimension.RATIO, Dimension.NUMBER} else Fraction(1)
            low, high = (value + sign * step * self.random.choice((0, 1, 5, 400)) for sign in (-1, 1))
            low, high = _inside(field, low), _inside(field, high)
            return Between(low, high) if low < high else Exact(value)
        if isinstance(value, date):
            return Between(
                value - timedelta(self.random.randint(0, 400)), value + timedelta(self.random.randint(1, 400))
            )
        if name in _INSIDE:
            return Exact(self.random.choice(_INSIDE[name]))
        if field.dimension is Dimension.CODE:
            return OneOf(frozenset(self.random.sample(CODES[name], 2)))
        return None


def state_of(field: Field, value: object) -> State:
    """Return a fact that is fully known."""
    if value is None:
        return Absent()
    if isinstance(value, list):
        return Items(
            tuple(
                Item(str(place + 1), {name: state_of(field.item[name], each) for name, each in item.items()})
                for place, item in enumerate(value)
            )
        )
    assert isinstance(value, str | bool | date | Fraction)
    return Exact(value)


def known(bundle: Bundle, facts: Facts) -> Profile:
    """Return the profile of an applicant of whom all this is known."""
    fields = bundle.vocabulary.fields
    return Profile({fact_key(name, year): state_of(fields[name], value) for (name, year), value in facts.items()})


def plain(bundle: Bundle, facts: Facts) -> dict[Key, object]:
    """Return the same as the reference reads it: items with the fields of their list."""
    fields = bundle.vocabulary.fields
    return {
        key: [{"__fields__": fields[key[0]].item, **item} for item in value] if isinstance(value, list) else value
        for key, value in facts.items()
    }
