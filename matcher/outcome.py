"""What an engine says about one applicant: statuses, amounts with their bounds, and the trace behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from rules.language.model import Cite


class Truth(Enum):
    """The four truth values: true, false, unknown for lack of facts, review by a person."""

    T = "T"
    F = "F"
    U = "U"
    R = "R"


class Status(Enum):
    """The closed set of results, in the order of display."""

    ELIGIBLE = "eligible"
    NEEDS_REVIEW = "needs_review"
    NEEDS_INFO = "needs_info"
    INELIGIBLE = "ineligible"
    WINDOW_CLOSED = "window_closed"
    NOT_IN_FORCE = "not_in_force"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in 分 known to lie between two bounds; `max` None is unbounded."""

    min: int
    max: int | None

    @property
    def is_exact(self) -> bool:
        """Tell whether the amount is one number."""
        return self.min == self.max

    def as_json(self) -> dict[str, int | None]:
        """Return the fixed shape."""
        return {"min": self.min, "max": self.max}


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One condition or step: what was compared with what, what came out, and the clause.

    For conditions `truth`, `operand` and `bound` are filled; for steps `op`, `before`, `after` and `effect` (a word such as
    capped, uncapped, applied, skipped, rounded). `depth` counts nesting; `kind` is condition, manual, all, any, not,
    at_least, use or step. `missing` names the facts this line lacks, `source` who vouches for those it rests on.
    `exact` holds the same as exact numbers, in JSON, from which `matcher.recheck` replays the line.
    """

    id: str
    kind: str
    text: str
    depth: int = 0
    truth: Truth | None = None
    operand: str = ""
    bound: str = ""
    op: str = ""
    before: Money | None = None
    after: Money | None = None
    effect: str = ""
    cite: Cite | None = None
    reading: str = ""
    assumed: bool = False
    missing: tuple[str, ...] = ()
    item: str = ""  # label of the list item, for lines inside for_each
    source: str = ""
    exact: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact changed to one value, in words and exactly: the smallest single change that turns a “no”."""

    field: str  # a fact name, name@year for another year than the fact year
    label: str
    from_text: str
    to_text: str
    difference: str  # e.g. 还差 24万元
    to_value: object  # JSON form accepted by the profile reader
    leads_to: Status | None = None
    amount: Money | None = None
    is_near: bool = True  # within reach: a number at most doubled or a wait of a year, so that a page may say 差一点


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of the schedule of an exact or bounded amount."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Variant:
    """An amount this policy would have if it used only some cost items (for groups of scope cost_item)."""

    items: frozenset[str]
    amount: Money


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one policy says of one applicant on one day.

    `amount` is before groups and holds if the applicant is eligible; `payable` is after them, its lower bound 0 while the
    status is open. Both are None where nothing is computed.
    """

    policy: str
    title: str
    level: str
    settlement: str
    status: Status
    amount: Money | None
    payable: Money | None
    failed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    shortfall: Mapping[str, str] = field(default_factory=dict)
    near_miss: Change | None = None
    trace: tuple[TraceLine, ...] = ()
    if_open: Status | None = None  # the status of the conditions alone, when the day is outside the window
    ceiling: int | None = None
    schedule: tuple[Payment, ...] = ()
    notes: tuple[str, ...] = ()
    opens_on: date | None = None
    closes_on: date | None = None
    variants: tuple[Variant, ...] = ()
    exact: Mapping[str, Any] = field(default_factory=dict, hash=False)  # what the lines do not say, for the replay


@dataclass(frozen=True, slots=True)
class Dropped:
    """A policy that the best combination leaves out, with the reason in words."""

    policy: str
    because: str


@dataclass(frozen=True, slots=True)
class Combination:
    """The best lawful set of programs and what it pays; `literal_total` reads the group rules in their written order."""

    total: Money
    chosen: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    literal_total: Money
    is_optimal: bool = True
    exact: Mapping[str, Any] = field(default_factory=dict, hash=False)  # the groups in numbers, for the replay


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """A fact worth asking: how many open programs it can settle, and how much money hangs on it (分)."""

    field: str
    ask: str
    settles: int
    worth: int


@dataclass(frozen=True, slots=True)
class MatchResult:
    """A whole answer for one applicant."""

    as_of: date
    bundle: str
    engine: str
    outcomes: tuple[Outcome, ...]
    combination: Combination
    next_questions: tuple[NextQuestion, ...]
