"""Where an answer turns while one number of an applicant moves: the two neighbouring values, found by halving."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from fractions import Fraction

from matcher.profile import read_profile
from matcher.profile.scalars import read_scalar
from matcher.rule_tests.candidates import Candidate, facts_of, is_by_year, written
from matcher.rule_tests.observing import marks_of
from rules.check.mutants import QUANTUM
from rules.language.model import Bundle, Field, Policy, PolicyTest

_TURNS = frozenset({"true", "false", "hit", "taken", "capped", "uncapped", "floored", "unfloored", "zeroed"})
_FARTHEST = 10**15

Put = Callable[[str], tuple[str, object]]  # a number as a file writes it → the fact that holds it, with that number


def turning_candidates(bundle: Bundle, policy: Policy, base: PolicyTest) -> Iterator[Candidate]:
    """Yield the applicants on both sides of the nearest turn of an answer, below and above what each number is now."""
    for field, held, put in _numbers(bundle, policy, base):
        start = _place(held, field)
        if start is None:
            continue

        def answer(place: int, field: Field = field, put: Put = put) -> Hashable:
            name, value = put(written(place * QUANTUM[field.dimension], field))
            return _answer(bundle, policy, base, {name: value})

        for end in _ends(field):
            for place in _turn(answer, start, end):
                text = written(place * QUANTUM[field.dimension], field)
                name, value = put(text)
                yield Candidate(base, base.as_of, {name: value}, f"{field.label}为{text}")


def _numbers(bundle: Bundle, policy: Policy, base: PolicyTest) -> Iterator[tuple[Field, object, Put]]:
    """Yield each number of an applicant: its field, how it is written, and how to write another in its place."""
    for name in facts_of(bundle, policy):
        known, held = bundle.vocabulary.fields[name], base.facts.get(name)
        if isinstance(held, list):
            for part in held[0] if held else ():
                yield known.item[part], held[0][part], _put_item(name, held, part)
        elif isinstance(held, dict) and is_by_year(held):
            for year in held:
                yield known, held[year], _put_year(name, held, year)
        else:
            yield known, held, _put_plain(name)


def _put_plain(name: str) -> Put:
    return lambda text: (name, text)


def _put_year(name: str, held: dict[str, object], year: str) -> Put:
    return lambda text: (name, {**held, year: text})


def _put_item(name: str, held: list[dict[str, object]], part: str) -> Put:
    return lambda text: (name, [{**held[0], part: text}, *held[1:]])


def _place(held: object, field: Field) -> int | None:
    if field.dimension not in QUANTUM or not isinstance(held, str):
        return None
    value = read_scalar(held, field, {})
    assert isinstance(value, Fraction)  # noqa: S101  the loader has read it before
    return int(value / QUANTUM[field.dimension])


def _ends(field: Field) -> tuple[int, int]:
    quantum = QUANTUM[field.dimension]
    low = int(field.minimum / quantum) if isinstance(field.minimum, Fraction) else 0
    high = int(field.maximum / quantum) if isinstance(field.maximum, Fraction) else _FARTHEST
    return low, high


def _answer(bundle: Bundle, policy: Policy, base: PolicyTest, changes: dict[str, object]) -> Hashable:
    profile = read_profile({**base.facts, **changes}, bundle.vocabulary)
    marks = marks_of(bundle, policy, profile, base.as_of)
    return frozenset(mark for mark in marks if mark.what in _TURNS)


def _turn(answer: Callable[[int], Hashable], start: int, end: int) -> tuple[int, ...]:
    """Return the last place like the start and the first that is not, on the way to an end."""
    here = answer(start)
    near, step = start, 1 if end > start else -1
    far = start
    while far != end:
        far = near + step if abs(near + step - start) < abs(end - start) else end
        if answer(far) != here:
            break
        near, step = far, step * 4
    else:
        return ()
    while abs(far - near) > 1:
        middle = (near + far) // 2
        if answer(middle) == here:
            near = middle
        else:
            far = middle
    return near, far
