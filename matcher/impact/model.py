"""What a change of the rules does to a population, in numbers; money is whole 分, paid after the groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from matcher.impact.budget import Forecast
from matcher.outcome import Money, Status

NOTHING = Money(0, 0)
OPEN = frozenset({Status.NEEDS_REVIEW, Status.NEEDS_INFO})


class Move(Enum):
    """Which way the money of an applicant goes: certainly up, certainly down, not certain, not at all."""

    WINS = "wins"
    LOSES = "loses"
    UNSURE = "unsure"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Seat:
    """What one edition says of one applicant and program; `paid` is after the groups, nothing where none is computed."""

    status: Status
    paid: Money = NOTHING

    @property
    def is_no(self) -> bool:
        """Tell whether nothing is to be had, whatever is still unknown."""
        return self.status is not Status.ELIGIBLE and self.status not in OPEN


@dataclass(frozen=True, slots=True)
class Span:
    """By how much money changes, in 分: at least `least`, at most `most`; None is unbounded."""

    least: int | None
    most: int | None

    @property
    def move(self) -> Move:
        """Return which way the money certainly goes."""
        if self.least == self.most == 0:
            return Move.SAME
        if self.least is not None and self.least > 0:
            return Move.WINS
        if self.most is not None and self.most < 0:
            return Move.LOSES
        return Move.UNSURE

    def plus(self, other: Span) -> Span:
        """Return both changes together."""
        ends = ((self.least, other.least), (self.most, other.most))
        least, most = (None if one is None or two is None else one + two for one, two in ends)
        return Span(least, most)


NONE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Case:
    """One applicant and one program before and after."""

    policy: str
    old: Seat
    new: Seat
    change: Span

    @property
    def is_new(self) -> bool:
        """Tell whether a plain “no” became a “yes”."""
        return self.old.is_no and self.new.status is Status.ELIGIBLE

    @property
    def is_gone(self) -> bool:
        """Tell whether a “yes” became a plain “no”."""
        return self.old.status is Status.ELIGIBLE and self.new.is_no


@dataclass(frozen=True, slots=True)
class Changed:
    """An applicant for whom something changes or may change; `number` counts the rows of the population from 1."""

    number: int
    name: str
    change: Span
    cases: tuple[Case, ...]
    industry: str
    size: str


@dataclass(frozen=True, slots=True)
class Total:
    """Money of many applicants: at least, at most; `boundless` counts those without an upper bound, left out of `most`."""

    least: int = 0
    most: int = 0
    boundless: int = 0


@dataclass(frozen=True, slots=True)
class ProgramImpact:
    """What a change does to the money and the applicants of one program."""

    policy: str
    title: str
    before: Total
    after: Total
    eligible_before: int
    eligible_after: int
    moves: Mapping[Move, int]
    newly: int
    gone: int
    closed: Status | None  # what the day alone decides, so that nothing can change on it


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that two editions say differently, and for how many applicants the result hangs on it.

    `where` names the place with its program or group, `touched` counts the applicants whose result changes and for whom this
    place comes out differently, or, where a place has no line of its own, all those of its programs.
    """

    where: str
    clause: str
    old: str
    new: str
    text: str
    touched: int
    moves: Mapping[Move, int]
    newly: int
    gone: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: how many applicants, and by how much their money changes together."""

    label: str
    applicants: int
    moves: Mapping[Move, int]
    change: Span


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars in the order of display."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Cliff:
    """A value of a fact at which the new rules jump, and the applicants within a tenth of it.

    `jump` is the largest jump met, in 分, from one step below to the other side; negative where more means less money.
    """

    policy: str
    title: str
    fact: str
    at: str
    below: int
    above: int
    tried: int
    jump: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A case of which the interpreter says something else than the columns; none is ever expected."""

    number: int
    policy: str
    edition: str
    columns: str
    interpreter: str


@dataclass(frozen=True, slots=True)
class BudgetImpact:
    """How long a budget lasts in one edition.

    `sure` is for what is certain to be paid; `most` for all that may still come, without the `boundless` applicants whose
    amount has no upper bound.
    """

    policy: str
    edition: str
    sure: Forecast
    most: Forecast
    boundless: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change does: the totals of all programs, and the applicants and programs that it touches."""

    on: date
    old: str
    new: str
    applicants: int
    before: Total
    after: Total
    moves: Mapping[Move, int]
    newly: int
    gone: int
    programs: tuple[ProgramImpact, ...]
    changed: tuple[Changed, ...]
    sentences: tuple[Sentence, ...]
    charts: tuple[Chart, ...]
    cliffs: tuple[Cliff, ...]
    budgets: tuple[BudgetImpact, ...]
    checked: int
    disagreements: tuple[Disagreement, ...]
    is_counted_in_full: bool  # whether every changed case was looked at clause by clause
