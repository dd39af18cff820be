"""Which fact to ask for next: the one that settles most money and most programs for the trouble of answering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from matcher.interpret.versions import fact_year_of, nearest_version
from matcher.outcome import Money, NextQuestion, Outcome, Status
from matcher.profile import EMPLOYER
from rules.language.model import Bundle, Field

# No program pays 10亿元 to one applicant: a larger span comes from the domain of an unknown fact and says nothing.
_MOST_BELIEVABLE = 100_000_000_000
_OPEN = frozenset({Status.ELIGIBLE, Status.NEEDS_INFO, Status.NEEDS_REVIEW})


@dataclass(slots=True)
class _Hope:
    entry: Field
    ask: str
    place: int
    settles: int = 0
    worth: int = 0
    weight: Fraction = Fraction(0)
    share: Fraction = Fraction(0)


def next_questions(
    bundle: Bundle, outcomes: Iterable[Outcome], on: date, *, by_money: bool = False
) -> tuple[NextQuestion, ...]:
    """Return the unknown facts that can still decide something, the most useful first.

    `settles` counts the open programs that name the fact; `worth` adds up what is still open of their payments in 分, of one
    that is unbounded or not computed its published ceiling. For the order each program weighs the more the more digits its
    open money has, so that one large hope does not outweigh many programs; the facts that its conditions still lack share
    that weight, so that what nearly decides a program comes first, and those of its amount wait until it is decided. The
    weight is divided by what the answer costs (1 more than the field's `cost`). A yearly fact bears its year, except that of
    the year before `on`.

    With `by_money` the order is by money alone: each program's open money, shared evenly by the facts that it still waits for,
    divided by what the answer costs.
    """
    hopes: dict[str, _Hope] = {}
    order = {name: place for place, name in enumerate(bundle.vocabulary.fields)}
    for outcome in outcomes:
        if not _is_open(outcome):
            continue
        names = dict.fromkeys(_in_one_naming(bundle, outcome, outcome.missing, on))
        deciding = dict.fromkeys(_in_one_naming(bundle, outcome, _deciding(outcome), on))
        for name in names:
            if name not in hopes:
                entry = _entry(bundle, name)
                hopes[name] = _Hope(entry, _ask(bundle, entry, name), order[_bare(name)])
            money = _open_money(outcome)
            hopes[name].settles += 1
            hopes[name].worth += money
            if name in deciding:
                hopes[name].weight += Fraction(1 + money.bit_length(), len(deciding))
                hopes[name].share += Fraction(money, len(deciding))

    def rank(name: str) -> tuple[Fraction, int, str]:
        hope = hopes[name]
        weight = hope.share if by_money else hope.weight
        return -weight / (1 + hope.entry.cost), hope.place, name

    return tuple(
        NextQuestion(name, hopes[name].ask, hopes[name].settles, hopes[name].worth) for name in sorted(hopes, key=rank)
    )


def _is_open(outcome: Outcome) -> bool:
    """Tell whether an answer can still decide something, today or when the window opens again."""
    if outcome.status is Status.WINDOW_CLOSED:
        return outcome.opens_on is not None and outcome.if_open is Status.NEEDS_INFO
    return outcome.status in _OPEN


def _deciding(outcome: Outcome) -> tuple[str, ...]:
    """Return the missing facts that matter first: those of the conditions, or when these are decided all the others."""
    of_conditions = {name for line in outcome.trace if line.kind != "step" for name in line.missing}
    return tuple(name for name in outcome.missing if name in of_conditions) or outcome.missing


def _open_money(outcome: Outcome) -> int:
    money = outcome.payable or outcome.amount or Money(0, None)
    is_known = money.max is not None and money.max - money.min <= _MOST_BELIEVABLE
    most = money.max if is_known else outcome.ceiling
    return max(0, (most or 0) - money.min)


def _in_one_naming(bundle: Bundle, outcome: Outcome, missing: Iterable[str], on: date) -> Iterator[str]:
    """Yield missing facts so that programs with different fact years name the same fact alike."""
    usual = on.year - 1
    version = nearest_version(bundle.policies[outcome.policy], on)
    for name in missing:
        bare, _, year = name.partition("@")
        if not year and _entry(bundle, name).yearly:
            year = str(fact_year_of(version, on))
        yield bare if not year or int(year) == usual else f"{bare}@{year}"


def _bare(name: str) -> str:
    return name.removeprefix(EMPLOYER).partition("@")[0].partition("[")[0]


def _entry(bundle: Bundle, name: str) -> Field:
    """Return the entry of a fact, or of a field of a list's item (`stores[2].closed_days`)."""
    entry = bundle.vocabulary.fields[_bare(name)]
    of_item = name.partition("].")[2]
    return entry.item[of_item] if of_item else entry


def _ask(bundle: Bundle, entry: Field, name: str) -> str:
    text = entry.ask or f"请填写{entry.label}"
    year = name.partition("@")[2]
    if year:
        text = f"{year}年：{text}"
    place = name.partition("[")[2].partition("]")[0]
    if place:
        text = f"{bundle.vocabulary.fields[_bare(name)].label}第{place}项：{text}"
    return f"用人单位：{text}" if name.startswith(EMPLOYER) else text
