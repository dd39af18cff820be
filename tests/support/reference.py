"""A second, naive reading of the policy language: every fact known, plain fractions, no intervals, nothing shared with the engine.

It is slow and short on purpose. The tests hold the interpreter against it, amounts to the 分.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce

from rules.calendar import add_period, sub_period
from rules.language.model import (
    Aggregate,
    AggregateKind,
    AllOf,
    AmountOf,
    AnyOf,
    AsOf,
    AtLeast,
    Base,
    Bundle,
    CapAmount,
    CapBase,
    Cases,
    ConditionValue,
    Deduct,
    FactRef,
    Fixed,
    FloorBase,
    ForEach,
    Instalments,
    ItemOrder,
    Leaf,
    Literal,
    Manual,
    Match,
    Multiply,
    Not,
    OnUnknown,
    OnZero,
    Op,
    Operation,
    ParamRef,
    ParamsAt,
    PayOnlyIfFrom,
    PerUnit,
    Policy,
    Prorate,
    Range,
    Rate,
    Round,
    RoundMode,
    Shift,
    Table,
    TierMode,
    Tiers,
    TopUp,
    UnitCount,
    Use,
    Version,
    Word,
)  # fmt: skip
from rules.vocabulary.codes import load_code_tables

NOTHING = None  # known not to exist


class Unknowable(Exception):
    """Raised where even full knowledge of the facts gives no value (a zero denominator, an unpublished parameter).

    `count` tells a caller whether this happened on the way: there an interval may still decide what this reading gives up.
    """

    count = 0

    def __init__(self, what):
        super().__init__(what)
        Unknowable.count += 1


@dataclass
class World:
    """One question with every fact known: facts by (name, year or None), lists as lists of dicts."""

    bundle: Bundle
    policy: Policy
    version: Version
    facts: dict
    on: date
    year: int
    item: dict | None = None
    prefix: str = ""

    def moved(self, **changes):
        return World(**{**self.__dict__, **changes})


def value(node, world):
    match node:
        case Literal(value=literal):
            return literal
        case AsOf():
            return world.on
        case FactRef():
            return fact(node, world)
        case ParamRef(name=name):
            return parameter(name, world)
        case Shift(base=base, period=period, backwards=backwards):
            start = value(base, world)
            if start is NOTHING:
                return NOTHING
            if period.working_days:
                return (period.before if backwards else period.after)(start).date
            return (sub_period if backwards else add_period)(
                start, years=period.years, months=period.months, days=period.days
            )
        case Operation():
            return operation(node, world)
        case Aggregate():
            return aggregate(node, world)
        case Table(by=by, rows=rows):
            operand = value(by, world)
            for row in rows:
                if all(holds(test, operand, world, table_of(by, world)) for test in row.tests):
                    return value(row.value, world)
            return NOTHING
        case Cases(rows=rows):
            for row in rows:
                if row.when is None or truth(row.when, world) == "T":
                    return value(row.value, world)
            return NOTHING
        case ConditionValue(condition=condition):
            return truth(condition, world) == "T"
    raise AssertionError(node)


def fact(node, world):
    if node.of_item:
        return world.item[node.name]
    prefix, name = world.prefix, node.name
    if name.startswith("employer."):
        prefix, name = "employer.", name.removeprefix("employer.")
    year = world.year + node.offset
    derived = world.bundle.vocabulary.derived.get(name)
    if derived is not None:
        return value(derived.value, world.moved(year=year, prefix=prefix, item=None))
    field = world.bundle.vocabulary.fields[name]
    return world.facts[prefix + name, year if field.yearly else None]


def parameter(name, world):
    day = world.on
    if world.version.params_at is ParamsAt.FACT_YEAR_END:
        day = date(world.year, 12, 31)
    elif world.version.params_at is ParamsAt.RECOGNISED_ON:
        day = value(world.version.recognised_on, world)
    current = [entry for entry in world.policy.params[name].values if day is not NOTHING and entry.from_ <= day]
    if not current or (current[-1].to is not None and day > current[-1].to):
        raise Unknowable(name)
    return value(current[-1].value, world)


def operation(node, world):
    args = [value(arg, world) for arg in node.args]
    if node.op in {Op.MIN, Op.MAX}:
        there = [arg for arg in args if arg is not NOTHING]
        return (min if node.op is Op.MIN else max)(there) if there else NOTHING
    if any(arg is NOTHING for arg in args):
        return NOTHING
    match node.op:
        case Op.ADD:
            return args[0] + args[1]
        case Op.SUBTRACT:
            return args[0] - args[1]
        case Op.MULTIPLY:
            return args[0] * args[1]
        case Op.DIVIDE:
            if args[1] == 0:
                if node.on_zero is OnZero.FAIL:
                    return NOTHING
                raise Unknowable("÷ 0")
            return Fraction(args[0]) / args[1]
        case Op.NEGATE:
            return -args[0]
        case Op.SUM:
            return sum(args, Fraction(0))
        case Op.AVG:
            return sum(args, Fraction(0)) / len(args)
        case Op.FLOOR:
            return Fraction(args[0].numerator // args[0].denominator)
        case Op.DAYS:
            return Fraction((args[1] - args[0]).days)
        case Op.FULL_YEARS:
            return Fraction(full_months(*args) // 12 if args[0] <= args[1] else 0)
        case Op.FULL_MONTHS:
            return Fraction(full_months(*args))
        case Op.YEAR_START:
            return args[0].replace(month=1, day=1)
        case Op.YEAR_END:
            return args[0].replace(month=12, day=31)
    raise AssertionError(node)


def full_months(start, end):
    count = 0
    while add_period(start, months=count + 1) <= end:
        count += 1
    return count


def items_of(name, where, world):
    prefix = "" if name.startswith("employer.") else world.prefix
    items = [world.moved(item=item) for item in world.facts[prefix + name, None] or []]
    truths = ["T" if where is None else truth(where, inner) for inner in items]
    if "U" in truths:
        raise Unknowable(name)
    return [inner for inner, found in zip(items, truths, strict=True) if found == "T"]


def aggregate(node, world):
    chosen = items_of(node.list_name, node.where, world)
    if node.kind is AggregateKind.COUNT:
        return Fraction(len(chosen))
    values = [made for made in (value(node.of, inner) for inner in chosen) if made is not NOTHING]
    if node.kind is AggregateKind.SUM:
        return sum(values, Fraction(0))
    return (max if node.kind is AggregateKind.MAX else min)(values) if values else NOTHING


def table_of(node, world):
    """Return the code table of an operand, empty for numbers."""
    if not isinstance(node, FactRef):
        return ""
    if node.of_item:
        return world.item["__fields__"][node.name].code_table
    name = node.name.removeprefix("employer.")
    definition = world.bundle.vocabulary.fields.get(name) or world.bundle.vocabulary.derived[name]
    return definition.code_table


def holds(test, operand, world, table_id):
    bounds = [value(bound, world) for bound in test.bounds]
    table = load_code_tables().get(table_id)
    if test.word is Word.PRESENT:
        return (operand is not NOTHING) == bounds[0]
    if test.word is Word.NOT_IN:
        return operand is NOTHING or operand not in bounds
    if operand is NOTHING:
        return False
    if test.word in {Word.IS, Word.IN}:
        return operand in bounds
    if test.word is Word.PREFIX_IN:
        return any(table.is_under(operand, bound) if table else operand.startswith(bound) for bound in bounds)
    bound = bounds[0]
    if bound is NOTHING:
        return False
    if table is not None:
        operand, bound = table.rank(operand), table.rank(bound)
    return {
        Word.FROM: operand >= bound,
        Word.OVER: operand > bound,
        Word.UPTO: operand <= bound,
        Word.BELOW: operand < bound,
    }[test.word]


def truth(node, world):
    match node:
        case Manual():
            return "R"
        case Use(set_id=set_id):
            return truth(world.bundle.condition_sets[set_id].condition, world)
        case Not(of=of):
            return {"T": "F", "F": "T"}.get(truth(of, world), truth(of, world))
        case AllOf(of=of):
            return first_of("FURT", [truth(child, world) for child in of])
        case AnyOf(of=of):
            return first_of("TURF", [truth(child, world) for child in of])
        case AtLeast(n=n, of=of):
            found = [truth(child, world) for child in of]
            if found.count("T") >= n:
                return "T"
            if len(found) - found.count("F") < n:
                return "F"
            return "U" if "U" in found else "R"
        case Leaf():
            return leaf_truth(node, world)
    raise AssertionError(node)


def first_of(order, found):
    return next(letter for letter in order if letter in found or letter == order[-1])


def leaf_truth(leaf, world):
    try:
        operand = value(leaf.operand, world)
        found = all(holds(test, operand, world, table_of(leaf.operand, world)) for test in leaf.tests)
    except Unknowable:
        return {OnUnknown.ASK: "U", OnUnknown.ASSUME: "T", OnUnknown.FAIL: "F"}[leaf.on_unknown]
    return "T" if found else "F"


def money(amount):
    return Fraction(0) if amount is NOTHING or amount < 0 else Fraction(amount)


def run(steps, world):
    """Return the exact amount of steps, the last of which rounds; a Range gives its two ends."""
    low, high = Fraction(0), Fraction(0)
    base = NOTHING
    for step in steps:
        when = truth(step.when, world) if step.when is not None else "T"
        if when == "U":
            raise Unknowable(step.id)  # a zero denominator: whether the step applies is open, so is the amount
        if when != "T":
            continue
        if isinstance(step, Base | CapBase | FloorBase):
            base = moved_base(step, base, world)
        elif isinstance(step, Range):
            least, most = money(value(step.from_, world)), money(value(step.upto, world))
            if least <= most:  # else nothing lies between them
                low, high = low + least, high + most
        elif isinstance(step, Fixed | Rate | Match | Tiers | PerUnit | ForEach | AmountOf):
            more_low, more_high = added(step, base, world)
            low, high = low + more_low, high + more_high
        else:
            low, high = changed(step, low, world), changed(step, high, world)
    return low, high


def moved_base(step, base, world):
    if isinstance(step, Base):
        return value(step.of, world)
    bound = value(step.to, world)
    if base is NOTHING or bound is NOTHING:
        return base
    return min(base, bound) if isinstance(step, CapBase) else max(base, bound)


def added(step, base, world):
    if isinstance(step, AmountOf):
        other = world.bundle.policies[step.policy]
        version = next(
            entry
            for entry in reversed(other.versions)
            if entry.from_ <= world.on and (entry.to is None or world.on <= entry.to)
        )
        exact = [
            inner for inner in version.steps if not isinstance(inner, Round)
        ]  # money is rounded once, by the taker
        return run(exact, world.moved(policy=other, version=version, year=fact_year(version, world.on)))
    if isinstance(step, ForEach):
        return for_each(step, world)
    amount = money(plain_addition(step, base, world))
    return amount, amount


def plain_addition(step, base, world):
    if isinstance(step, Fixed):
        return value(step.value, world)
    of = base if step.of is None else value(step.of, world)
    of = of if of is NOTHING else max(Fraction(0), of)
    if isinstance(step, Rate | Match):
        at = value(step.at, world)
        return NOTHING if of is NOTHING or at is NOTHING else of * at
    if of is NOTHING:
        return NOTHING
    if isinstance(step, PerUnit):
        above = value(step.above, world) if step.above is not None else Fraction(0)
        units = max(Fraction(0), of - (above or Fraction(0))) / value(step.unit, world)
        if step.count is UnitCount.WHOLE:
            units = Fraction(units.numerator // units.denominator)
        each = value(step.each, world)
        return NOTHING if each is NOTHING else units * each
    return marginal(step, of, world) if step.mode is TierMode.MARGINAL else whole(step, of, world)


def marginal(step, of, world):
    total = Fraction(0)
    for row in step.rows:
        low, high = Fraction(0), of
        for test in row.tests:
            bound = value(test.bounds[0], world)
            counted = row.each is not None
            if test.word in {Word.FROM, Word.OVER}:
                low = bound - 1 if counted and test.word is Word.FROM else bound
            else:
                high = min(of, bound - 1 if counted and test.word is Word.BELOW else bound)
        price = value(row.rate if row.rate is not None else row.each, world)
        total += max(Fraction(0), high - max(low, Fraction(0))) * (price or Fraction(0))
    return total


def whole(step, of, world):
    for row in step.rows:
        if all(holds(test, of, world, "") for test in row.tests):
            if row.value is not None:
                return value(row.value, world)
            return of * value(row.rate if row.rate is not None else row.each, world)
    return Fraction(0)


def for_each(step, world):
    chosen = [(inner, run(step.steps, inner)) for inner in items_of(step.list_name, step.where, world)]
    if step.limit is not None:
        if step.order_by is ItemOrder.AMOUNT:
            chosen.sort(key=lambda pair: pair[1], reverse=True)
        limit, taken, kept = value(step.limit.count, world), {}, []
        for inner, amounts in chosen:
            key = value(step.limit.per, inner) if step.limit.per is not None else "all"
            taken[key] = taken.get(key, 0) + 1
            if limit is None or taken[key] <= limit:
                kept.append((inner, amounts))
        chosen = kept
    return reduce(
        lambda one, other: (one[0] + other[0], one[1] + other[1]),
        (amounts for _, amounts in chosen),
        (Fraction(0), Fraction(0)),
    )


def changed(step, amount, world):
    match step:
        case Multiply(by=by):
            return money(amount * money(value(by, world)))
        case CapAmount(to=to):
            cap = value(to, world)
            return amount if cap is NOTHING else money(min(amount, cap))
        case Deduct(of=of) | TopUp(of=of):
            return money(amount - money(value(of, world)))
        case Prorate(by=by, over=over, minimum=minimum):
            served = money(value(by, world))
            if minimum is not None and served < value(minimum, world):
                return Fraction(0)
            return amount * min(Fraction(1), served / value(over, world))
        case Instalments(cap_each=cap_each, years=years):
            cap = value(cap_each, world) if cap_each is not None else NOTHING
            return amount if cap is NOTHING else min(amount, cap * years)
        case PayOnlyIfFrom(of=of):
            least = value(of, world)
            return Fraction(0) if least is not NOTHING and amount < least else amount
        case Round(to=to, mode=mode):
            units, rest = divmod(amount, to.value)
            up = {RoundMode.DOWN: False, RoundMode.UP: rest > 0, RoundMode.HALF_UP: rest * 2 >= to.value}[mode]
            return Fraction((units + up) * to.value)
    raise AssertionError(step)


def fact_year(version, on):
    return version.fact_year if version.fact_year >= 1900 else on.year + version.fact_year
