"""The frozen tree of the policy language, read by every engine, editor and report.

The loader builds it, nobody changes it. Numbers are exact: money is a Fraction counted in 分, ratios and quantities are
Fractions, so that the one declared rounding step is the only rounding there is. Every node knows its Position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction

from rules.calendar import Period


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Place a node in its file (line and column count from 1)."""

    file: str
    line: int
    column: int


class Dimension(Enum):
    """What a value measures; arithmetic and comparison are checked against it on load."""

    MONEY = "money"  # 分
    COUNT = "count"  # whole things, with a unit such as 人
    NUMBER = "number"  # exact decimals, with a unit such as 平方米
    RATIO = "ratio"  # pure numbers; 5% is 1/20
    BOOL = "bool"
    DATE = "date"
    CODE = "code"  # a key of a code table
    TEXT = "text"
    LIST = "list"  # a collection of items


Scalar = Fraction | date | bool | str


# ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant as written; `text` is the author's spelling, kept for traces and grounding."""

    value: Scalar
    dimension: Dimension
    text: str
    position: Position


@dataclass(frozen=True, slots=True)
class FactRef:
    """A fact of the applicant, or of the list item under evaluation when `of_item` is set.

    For yearly facts `offset` counts from the fact year: 0 is the fact year itself, -1 the year before, +1 the year after.
    """

    name: str
    position: Position
    offset: int = 0
    of_item: bool = False


@dataclass(frozen=True, slots=True)
class ParamRef:
    """A dated parameter of the same policy file."""

    name: str
    position: Position


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day of the question (`$as_of`)."""

    position: Position


@dataclass(frozen=True, slots=True)
class Shift:
    """A date moved by a period: backwards for `ago`, forwards for `later`."""

    base: Value
    period: Period
    backwards: bool
    position: Position


class Op(Enum):
    """The closed set of operators and functions of `expr`."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    NEGATE = "neg"
    MIN = "min"
    MAX = "max"
    SUM = "sum"
    AVG = "avg"
    FULL_YEARS = "full_years"  # full_years(from, to): completed years, an integer ≥ 0
    FULL_MONTHS = "full_months"
    DAYS = "days"  # days(from, to) = to − from
    YEAR_START = "year_start"  # 1 January of the date's year
    YEAR_END = "year_end"
    FLOOR = "floor"  # whole units only


class OnZero(Enum):
    """What a quotient is when its denominator is exactly zero."""

    UNKNOWN = "unknown"
    FAIL = "fail"  # known not to exist: every comparison with it is false


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function applied to values; `on_zero` matters for DIVIDE alone."""

    op: Op
    args: tuple[Value, ...]
    position: Position
    on_zero: OnZero = OnZero.UNKNOWN


class AggregateKind(Enum):
    """How a collection becomes one number."""

    COUNT = "count_of"
    SUM = "sum_of"
    MAX = "max_of"
    MIN = "min_of"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A number made from the items of a list that satisfy `where`; `of` is the item's value (None for a count)."""

    kind: AggregateKind
    list_name: str
    where: Condition | None
    of: Value | None
    position: Position


class Word(Enum):
    """The comparison words; each boundary word is one legal number word (Civil Code art. 1259)."""

    FROM = "from"  # ≥ 以上、不低于、达到
    OVER = "over"  # > 超过、高于
    UPTO = "upto"  # ≤ 以下、不超过
    BELOW = "below"  # < 不满、低于
    IS = "is"
    IN = "in"
    NOT_IN = "not_in"
    PREFIX_IN = "prefix_in"
    PRESENT = "present"  # present: false is “known not to exist” (未获认定)


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of an operand with one bound, or with the members of a set (`bounds` has then any length)."""

    word: Word
    bounds: tuple[Value, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a decision table: all `tests` must hold of the table's operand; no tests means otherwise."""

    tests: tuple[Test, ...]
    value: Value
    position: Position


@dataclass(frozen=True, slots=True)
class Table:
    """A value chosen by the first row whose tests hold of `by`."""

    by: Value
    rows: tuple[Row, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Case:
    """A row of Cases: `when` is None for `otherwise: true`, which stands last."""

    when: Condition | None
    value: Value
    position: Position


@dataclass(frozen=True, slots=True)
class Cases:
    """A value chosen by the first case whose condition holds; no case holding means “no value” (known absent)."""

    rows: tuple[Case, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class ConditionValue:
    """A condition read as a yes/no fact (`derived: {when: …}`)."""

    condition: Condition
    position: Position


Value = Literal | FactRef | ParamRef | AsOf | Shift | Operation | Aggregate | Table | Cases | ConditionValue


# ── citations ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Cite:
    """The clause behind a node: the verbatim `quote` where the text is at hand, else a `gist` in our own words."""

    doc: str
    clause: str
    position: Position
    quote: str = ""
    gist: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How an ambiguity of the text was resolved, by whom, and when."""

    text: str
    by: str
    decided_on: date | None
    position: Position


# ── conditions ────────────────────────────────────────────────────────────────────────────────────────────────────


class OnUnknown(Enum):
    """What an undecidable leaf counts as; an assumption is listed in the result."""

    ASK = "ask"
    ASSUME = "assume"  # counts as true
    FAIL = "fail"  # counts as false


@dataclass(frozen=True, slots=True)
class Leaf:
    """One row of the condition list: an operand and the tests it must pass."""

    id: str
    operand: Value
    tests: tuple[Test, ...]
    cite: Cite | None
    position: Position
    on_unknown: OnUnknown = OnUnknown.ASK
    reading: Reading | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Manual:
    """A condition that only a person can decide; shown, never skipped."""

    id: str
    text: str
    cite: Cite | None
    position: Position


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition must hold."""

    of: tuple[Condition, ...]
    position: Position
    label: str = ""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One condition must hold."""

    of: tuple[Condition, ...]
    position: Position
    label: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    """The condition must not hold."""

    of: Condition
    position: Position
    label: str = ""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `n` of the conditions must hold."""

    n: int
    of: tuple[Condition, ...]
    position: Position
    label: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """A shared condition set, traced under its own citation."""

    set_id: str
    position: Position


Condition = Leaf | Manual | AllOf | AnyOf | Not | AtLeast | Use


# ── amounts ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHead:
    """What every step carries: a step whose `when` is false leaves the running amount alone."""

    id: str
    position: Position
    when: Condition | None = None
    cite: Cite | None = None
    reading: Reading | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base(StepHead):
    """Set the base that later steps without `of` use."""

    of: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CapBase(StepHead):
    """Limit the base from above."""

    to: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorBase(StepHead):
    """Raise the base to at least `to`."""

    to: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed(StepHead):
    """Add an amount."""

    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(StepHead):
    """Add `at` × `of` (the running base when `of` is None)."""

    of: Value | None
    at: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(StepHead):
    """Add a share of an award received from a higher level (配套)."""

    of: Value
    at: Value


class TierMode(Enum):
    """How a bracket table applies."""

    MARGINAL = "marginal"  # 超额累进
    WHOLE = "whole"  # 全额套档


@dataclass(frozen=True, slots=True)
class TierRow:
    """A bracket; exactly one of `rate` (of the base), `each` (money per unit of a count) or `value` (flat money; WHOLE only)."""

    tests: tuple[Test, ...]
    position: Position
    rate: Value | None = None
    each: Value | None = None
    value: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers(StepHead):
    """Add the amount of a bracket table over `of` (the running base when `of` is None)."""

    of: Value | None
    mode: TierMode
    rows: tuple[TierRow, ...]


class UnitCount(Enum):
    """Whether a begun unit counts."""

    WHOLE = "whole"  # full units only
    PRORATED = "prorated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerUnit(StepHead):
    """Add `each` for every `unit` of `of` beyond `above`."""

    of: Value | None
    above: Value | None
    unit: Value
    each: Value
    count: UnitCount


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` items (per distinct `per` value when given), taken in the order of ForEach.order_by."""

    count: Value
    per: FactRef | None
    position: Position


class ItemOrder(Enum):
    """Which items count first under a limit."""

    LISTED = "listed"
    AMOUNT = "amount"  # the dearest first, as an applicant would choose


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEach(StepHead):
    """Add the sum of the inner steps over the items of a list that satisfy `where`."""

    list_name: str
    where: Condition | None
    limit: Limit | None
    order_by: ItemOrder
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiply(StepHead):
    """Multiply the running amount."""

    by: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CapAmount(StepHead):
    """Limit the running amount from above; a value known not to exist sets no limit."""

    to: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduct(StepHead):
    """Subtract what was already paid, not below zero."""

    of: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp(StepHead):
    """Pay only the difference to an award already received (补差), not below zero."""

    of: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Prorate(StepHead):
    """Multiply by `by` ÷ `over` (at most 1); below `minimum` the amount is zero."""

    by: Value
    over: Value
    minimum: Value | None


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a schedule."""

    share: Fraction
    label: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalments(StepHead):
    """Split the amount into payments: by `shares` that sum to 1, or equally over `years` with a cap on each."""

    shares: tuple[Instalment, ...]
    years: int
    cap_each: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOnlyIfFrom(StepHead):
    """Pay nothing when the running amount is below `of`."""

    of: Value


class RoundTo(Enum):
    """The unit a result is rounded to; the value is its size in 分."""

    FEN = 1
    JIAO = 10
    YUAN = 100
    HUNDRED_YUAN = 10_000
    THOUSAND_YUAN = 100_000
    WAN = 1_000_000


class RoundMode(Enum):
    """The direction of rounding."""

    HALF_UP = "half_up"
    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(StepHead):
    """Round the exact result, once; always the last step."""

    to: RoundTo
    mode: RoundMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(StepHead):
    """Add a discretionary span that an authority decides; shown as a range, never as a promise."""

    from_: Value
    upto: Value
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountOf(StepHead):
    """Add what the amount steps of another policy give for this applicant (cross-reference)."""

    policy: str


Step = (
    Base | CapBase | FloorBase | Fixed | Rate | Match | Tiers | PerUnit | ForEach | Multiply | CapAmount | Deduct | TopUp
    | Prorate | Instalments | PayOnlyIfFrom | Round | Range | AmountOf
)  # fmt: skip


# ── policies ──────────────────────────────────────────────────────────────────────────────────────────────────────


class SourceQuality(Enum):
    """How well the source of a document was seen (A, B, C and M of the fact handbook)."""

    OFFICIAL = "official"
    COPY = "copy"
    SUMMARY = "summary"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Document:
    """A legal document a policy cites."""

    id: str
    title: str
    position: Position
    number: str = ""
    issuer: str = ""
    issued: date | None = None
    source_quality: SourceQuality | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A value of a parameter from its first day on; `to` is its last published day, if the text says one."""

    from_: date
    to: date | None
    value: Literal
    cite: Cite | None
    position: Position


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that changes over time; values are ordered by `from_`."""

    name: str
    label: str
    dimension: Dimension
    values: tuple[ParameterValue, ...]
    position: Position


class ParamsAt(Enum):
    """Which day decides the value of a parameter."""

    AS_OF = "as_of"
    FACT_YEAR_END = "fact_year_end"
    RECOGNISED_ON = "recognised_on"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from first to last, both inclusive."""

    from_: date
    to: date


@dataclass(frozen=True, slots=True)
class Window:
    """When applications are taken: fixed spans, a span of every year, or a time limit after an event of the applicant."""

    position: Position
    spans: tuple[Span, ...] = ()
    yearly: tuple[tuple[int, int], tuple[int, int]] | None = None  # ((month, day), (month, day))
    within: Period | None = None
    of: FactRef | None = None
    cite: Cite | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which nothing is granted because the budget is spent; `to` None is until further notice."""

    from_: date
    to: date | None
    because: str
    cite: Cite | None
    position: Position


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The published ceiling of a program that is not computed here."""

    value: Literal
    cite: Cite | None
    position: Position


class PoolKind(Enum):
    """How a budget that does not suffice reduces the amounts."""

    SCALE = "scale"  # amount × budget ÷ Σ amounts
    RATE = "rate"  # rate = budget ÷ Σ base


@dataclass(frozen=True, slots=True)
class Pool:
    """A budget shared by all applicants; a self-check shows the amount before reduction and says so."""

    kind: PoolKind
    budget: Value | None
    cite: Cite | None
    position: Position


@dataclass(frozen=True, slots=True)
class Version:
    """The text in force between two days (both inclusive; `to` None where the source states no end)."""

    from_: date
    to: date | None
    cite: Cite | None
    eligibility: Condition
    steps: tuple[Step, ...]  # empty where nothing is computed
    groups: tuple[str, ...]
    position: Position
    window: Window | None = None
    fact_year: int = -1  # ≤ 0: relative to the year of as_of; ≥ 1900: that very year
    params_at: ParamsAt = ParamsAt.AS_OF
    recognised_on: FactRef | None = None  # the date fact for ParamsAt.RECOGNISED_ON
    ceiling: Ceiling | None = None
    pool: Pool | None = None
    suspension: Suspension | None = None
    reading: Reading | None = None


class Settlement(Enum):
    """Who computes the money."""

    CALCULATE = "calculate"
    MATCH_ONLY = "match_only"


@dataclass(frozen=True, slots=True)
class Material:
    """A document to hand in."""

    name: str
    position: Position
    note: str = ""
    fresh: Period | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the procedure with its office and legal time limit."""

    name: str
    position: Position
    office: str = ""
    time_limit: Period | None = None
    cite: Cite | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an embedded test expects; None is “not stated”. Money bounds are in 分, None as a bound is unbounded."""

    status: str | None
    position: Position
    amount: tuple[Fraction | None, Fraction | None] | None = None
    payable: tuple[Fraction | None, Fraction | None] | None = None
    together: tuple[Fraction | None, Fraction | None] | None = None  # what it and those beside it pay in sum
    beside: tuple[str, ...] = ()  # programs asked beside it besides those of its groups
    has_amount: bool = True  # False: `amount: null` was stated
    failed: tuple[str, ...] | None = None
    missing: tuple[str, ...] | None = None
    assumed: tuple[str, ...] | None = None
    review: tuple[str, ...] | None = None
    shortfall: tuple[tuple[str, str], ...] | None = None  # leaf id → literal as written
    near_miss: bool | None = None
    trace: tuple[tuple[str, str], ...] | None = None  # step id → effect word


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """An embedded test: raw facts (profile plus overrides, still as written) and what must come out."""

    name: str
    as_of: date
    facts: Mapping[str, object]  # plain str/bool/None/list/dict; every scalar as written
    expect: Expectation
    position: Position
    fact_positions: Mapping[str, Position] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """One support program (项目)."""

    id: str
    title: str
    level: str
    authority: str
    settlement: Settlement
    documents: tuple[Document, ...]
    params: Mapping[str, Parameter]
    versions: tuple[Version, ...]  # ordered by from_
    tests: tuple[PolicyTest, ...]
    position: Position
    applicant: tuple[str, ...] = ("enterprise",)
    district: str = ""
    kind: str = ""
    summary: str = ""
    industries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    process: tuple[Stage, ...] = ()
    office: str = ""
    phone: str = ""
    legal_flags: tuple[str, ...] = ()
    dossier: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    verified_on: date | None = None
    note: str = ""


class GroupRule(Enum):
    """How the members of a group share money."""

    HIGHEST = "highest"  # 就高不重复
    TOP_UP = "top_up"  # 就高补差
    CHOOSE_ONE = "choose_one"  # 择一
    ONCE = "once"  # 只享受一次
    CAP = "cap"  # joint cap


@dataclass(frozen=True, slots=True)
class Group:
    """A rule over several policies: exclusion, top-up, or a joint cap."""

    id: str
    title: str
    rule: GroupRule
    scope: tuple[str, ...]
    before_caps: bool
    members: tuple[str, ...]  # policy ids, in the file's order
    cite: Cite | None
    documents: tuple[Document, ...]
    position: Position
    external: FactRef | None = None  # money of the kind already received elsewhere
    external_label: str = ""
    cap: Value | None = None
    exempt: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()  # members by level (a yearly cap over everything of the district)
    cost_list: str = ""  # the list whose items are the cost items of scope cost_item


@dataclass(frozen=True, slots=True)
class ConditionSet:
    """Conditions that many policies of one fund share."""

    id: str
    title: str
    condition: Condition
    documents: tuple[Document, ...]
    position: Position


# ── vocabulary ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that a rule may name."""

    name: str
    label: str
    dimension: Dimension
    position: Position
    unit: str = ""
    yearly: bool = False
    code_table: str = ""
    nullable: str = ""  # what “known not to exist” is called; empty: it always exists
    source: str = ""
    ask: str = ""
    why: str = ""
    cost: int = 1
    minimum: Fraction | date | None = None
    maximum: Fraction | date | None = None
    actionable: bool = True
    applicant: tuple[str, ...] = ("enterprise",)
    item: Mapping[str, Field] = field(default_factory=dict)  # for lists


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact computed from others; yearly when any part of it is."""

    name: str
    label: str
    dimension: Dimension
    value: Value
    position: Position
    unit: str = ""
    code_table: str = ""
    yearly: bool = False
    cite: Cite | None = None
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The field dictionary: the only names a rule may use."""

    fields: Mapping[str, Field]
    derived: Mapping[str, Derived]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Rules that belong together and are published together; `hash` is `sha256:…` over their canonical content."""

    policies: Mapping[str, Policy]  # in policy order: level, then file order
    groups: Mapping[str, Group]
    condition_sets: Mapping[str, ConditionSet]
    vocabulary: Vocabulary
    hash: str
