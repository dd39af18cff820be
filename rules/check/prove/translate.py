"""Value trees and conditions → formulas over one applicant's facts; what cannot be said is named and left open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from rules.check.prove import numbers
from rules.check.prove.aggregates import open_aggregate
from rules.check.prove.applicant import Applicant, Key, Symbol
from rules.check.prove.choices import Choice, Flag, chosen_choice, chosen_flag
from rules.check.prove.comparisons import passes
from rules.check.prove.constants import literal, published
from rules.check.prove.dates import edge_of_year, full_periods, is_loose, make_exact, shifted, stepped
from rules.check.prove.formulas import (
    OPEN,
    TRUE,
    YES,
    Formula,
    Truth,
    all_of,
    any_of,
    at_least,
    both,
    either,
    opposite,
)
from rules.check.prove.numbers import Number
from rules.check.prove.places import Place, keys_in
from rules.check.prove.sites import RECKONED_DAYS, SUM_OF_LIST, OpenPart, RowSite, TruthSite, Within
from rules.language.model import (
    Aggregate,
    AllOf,
    AnyOf,
    AsOf,
    AtLeast,
    Case,
    Cases,
    Condition,
    FactRef,
    Field,
    Leaf,
    Literal,
    Manual,
    Not,
    OnUnknown,
    OnZero,
    Op,
    Operation,
    ParamRef,
    ParamsAt,
    Position,
    Row,
    Shift,
    Step,
    Table,
    Test,
    TierRow,
    Tiers,
    Value,
)
from rules.language.walk import walk


@dataclass
class Translator:
    """Translates for one applicant; gathers the tables and conditions it meets, and what it could not take apart."""

    applicant: Applicant
    rows: list[RowSite] = field(default_factory=list)
    truths: list[TruthSite] = field(default_factory=list)
    left_open: dict[Position, OpenPart] = field(default_factory=dict)
    hidden: set[Key] = field(default_factory=set)  # the facts that what is not taken apart rests on
    hidden_params: set[str] = field(default_factory=set)
    path: Formula = YES
    within: Within = ()
    is_review_open: bool = False  # what a person must decide is open, in place of a free yes or no
    _is_silent: bool = False

    # ── values ────────────────────────────────────────────────────────────────────────────────────────────────────

    def number(self, value: Value, place: Place) -> Number:
        """Return the number that a value is."""
        found = self._number(value, place)
        if is_loose(self.applicant, found):
            self.leave_open(RECKONED_DAYS, value.position, value, place)
        return found

    def _number(self, value: Value, place: Place) -> Number:
        """Return the number that a value is, for who sees to it that dates are reckoned with exactly."""
        found = self.value(value, place)
        assert isinstance(found, Number)  # noqa: S101  the loader checks dimensions
        return found

    def value(self, value: Value, place: Place) -> Symbol:
        """Return what a value is."""
        match value:
            case Literal():
                return literal(value)
            case FactRef():
                return self._fact(value, place)
            case ParamRef(name=name):
                return self._parameter(name, place)
            case AsOf():
                return numbers.constant(place.on.toordinal())
            case Shift(base=base, period=period, backwards=backwards):
                return shifted(self.applicant, self._number(base, place), period, is_backwards=backwards)
            case Operation():
                return self._operation(value, place)
            case Aggregate():
                return self._aggregate(value, place)
            case Table(by=by, rows=rows):
                return self._table(value, by, rows, place)
            case Cases(rows=rows):
                return self._cases(value, rows, place)
            case _:
                truth = self.condition(value.condition, place)
                return Flag(truth.holds, known=truth.known)

    def _fact(self, node: FactRef, place: Place) -> Symbol:
        if node.of_item:
            definition = place.definition(node.name, of_item=True)
            assert isinstance(definition, Field)  # noqa: S101  items have no derived facts
            return self.applicant.fact((f"{place.list_name}[].{node.name}", 0), definition)
        prefix, name, year = place.resolve(node.name, node.offset)
        definition = place.definition(name)
        if isinstance(definition, Field):
            return self.applicant.fact((prefix + name, year if definition.yearly else 0), definition)
        key = (prefix + name, year, place.on)
        known = self.applicant.derived.get(key)
        if known is None:
            inside = place.inside_derived(prefix, year)
            with self.silently():
                found = self.value(definition.value, inside)
            known = self.applicant.derived[key] = (found, keys_in(definition.value, inside))
        return known[0]

    @contextmanager
    def silently(self) -> Iterator[None]:
        """Gather nothing meanwhile: what is met belongs to another definition."""
        before, self._is_silent = self._is_silent, True
        outer, self.path = self.path, YES
        yield
        self._is_silent, self.path = before, outer

    @contextmanager
    def under(self, guard: Formula) -> Iterator[None]:
        """Translate what only matters under a guard."""
        outer, self.path = self.path, both(self.path, guard)
        yield
        self.path = outer

    @contextmanager
    def inside(self, node: Leaf | Step) -> Iterator[None]:
        """Translate the parts of a condition or a step."""
        outer, self.within = self.within, (*self.within, node)
        yield
        self.within = outer

    def _parameter(self, name: str, place: Place) -> Number:
        policy, version = place.policy, place.version
        assert policy is not None and version is not None  # noqa: S101, PT018  only programs have parameters
        assumed = place.params.get(name)
        if assumed is not None:
            return numbers.constant(assumed)
        day = numbers.constant(place.on.toordinal())
        if version.params_at is ParamsAt.FACT_YEAR_END:
            day = numbers.constant(date(place.fact_year, 12, 31).toordinal())
        elif version.recognised_on is not None:
            day = self.number(version.recognised_on, place)
        return published(policy.params[name], day)

    def _operation(self, node: Operation, place: Place) -> Number:
        args = [self._number(arg, place) for arg in node.args]
        if node.op not in _STEPS and any(is_loose(self.applicant, arg) for arg in args):
            self.leave_open(RECKONED_DAYS, node.position, node, place)
        if node.op in _DATE_OPS:
            return self._date_operation(node, args, place)
        if node.op is Op.DIVIDE:
            return numbers.divide(args[0], args[1], is_known_on_zero=node.on_zero is OnZero.FAIL)
        return _OPERATORS[node.op](args)

    def _date_operation(self, node: Operation, args: Sequence[Number], place: Place) -> Number:
        op = node.op
        if op is Op.DAYS:
            return numbers.subtract(args[1], args[0])
        if op in {Op.YEAR_START, Op.YEAR_END}:
            return edge_of_year(self.applicant, args[0], is_end=op is Op.YEAR_END)
        months = 12 if op is Op.FULL_YEARS else 1
        start, end = args
        if start.constant is not None:
            first = date.fromordinal(int(start.constant))
            found = stepped(
                self.applicant, end, (op, "from", first), lambda day: full_periods(first, day, months), is_rising=True
            )
        elif end.constant is not None:
            last = date.fromordinal(int(end.constant))
            found = stepped(
                self.applicant, start, (op, "to", last), lambda day: full_periods(day, last, months), is_rising=False
            )
        else:
            self.leave_open(RECKONED_DAYS, node.position, node, place)
            key = (op, repr(start.pieces), repr(end.pieces))
            found = self.applicant.unknown(key, Fraction(0), Fraction(400 * 12), is_whole=True)
        return replace(found, exists=both(start.exists, end.exists), known=both(start.known, end.known))

    def _aggregate(self, node: Aggregate, place: Place) -> Number:
        inner = place.at_item(node.list_name)
        truth = TRUE if node.where is None else self.condition(node.where, inner)
        value = numbers.ONE
        if node.of is not None:
            with self.under(truth.holds):
                value = self.number(node.of, inner)
        self.leave_open(SUM_OF_LIST, node.position, (node.where, node.of), place)
        most = place.definition(node.list_name)
        return open_aggregate(node, value, most, self.applicant, place)

    def leave_open(self, what: str, position: Position, parts: object, place: Place) -> None:
        """Name a part that stands as an open number, and remember the facts it rests on."""
        self.left_open.setdefault(position, OpenPart(what, position))
        self.hidden |= keys_in(parts, place)
        self.hidden_params |= {node.name for node in walk(parts) if isinstance(node, ParamRef)}

    # ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _table(self, node: Table, by: Value, rows: Sequence[Row], place: Place) -> Symbol:
        operand = self.value(by, place)
        truths = [self.row(row.tests, operand, place) for row in rows]
        return self._choose(node, place, operand, rows, truths)

    def _cases(self, node: Cases, rows: Sequence[Case], place: Place) -> Symbol:
        truths = [TRUE if row.when is None else self.condition(row.when, place) for row in rows]
        return self._choose(node, place, None, rows, truths)

    def row(self, tests: Sequence[Test], operand: Symbol, place: Place) -> Truth:
        """Return where a row takes an operand."""
        return all_of(self._test(test, operand, place) for test in tests)

    def _choose(
        self,
        node: Table | Cases,
        place: Place,
        operand: Symbol | None,
        rows: Sequence[Row | Case],
        truths: Sequence[Truth],
    ) -> Symbol:
        chosen, none = first_of(truths)
        self.note_rows(node, place, operand, rows, [each.holds for each in truths], chosen)
        options = []
        for guard, row in zip(chosen, rows, strict=True):
            with self.under(guard):
                options.append((guard, self.value(row.value, place)))
        return _pick(options, none)

    def note_rows(
        self,
        node: Table | Cases | Tiers,
        place: Place,
        operand: Symbol | None,
        rows: Sequence[Row | Case | TierRow],
        holds: Sequence[Formula],
        chosen: Sequence[Formula],
    ) -> None:
        """Keep a table for the questions about it."""
        if not self._is_silent:
            found = (tuple(rows), tuple(holds), tuple(chosen))
            self.rows.append(RowSite(node, place, operand, *found, self.path, self.within))

    # ── conditions ────────────────────────────────────────────────────────────────────────────────────────────────

    def condition(self, node: Condition, place: Place) -> Truth:
        """Return where a condition holds."""
        truth = self._truth(node, place)
        if not self._is_silent:
            self.truths.append(TruthSite(node, place, truth, self.path, self.within))
        return truth

    def _truth(self, node: Condition, place: Place) -> Truth:
        match node:
            case Leaf():
                return self._leaf(node, place)
            case Manual():
                return OPEN if self.is_review_open else Truth(self.applicant.verdict(f"{place.owner}/{node.id}"))
            case AllOf(of=of):
                return all_of([self.condition(child, place) for child in of])
            case AnyOf(of=of):
                return any_of([self.condition(child, place) for child in of])
            case AtLeast(of=of, n=n):
                return at_least(n, [self.condition(child, place) for child in of])
            case Not(of=child):
                return self.condition(child, place).denied
            case _:
                inner = replace(place, owner=node.set_id)
                return self.condition(place.bundle.condition_sets[node.set_id].condition, inner)

    def _leaf(self, node: Leaf, place: Place) -> Truth:
        with self.inside(node):
            operand = self.value(node.operand, place)
            truth = all_of([self._test(test, operand, place) for test in node.tests])
        if node.on_unknown is OnUnknown.ASK or truth.known is YES:
            return truth
        if node.on_unknown is OnUnknown.ASSUME:
            return Truth(either(truth.holds, opposite(truth.known)))
        return Truth(truth.holds)

    def _test(self, test: Test, operand: Symbol, place: Place) -> Truth:
        def exactly(one: Number, other: Number) -> None:
            if not make_exact(self.applicant, one, other):
                self.left_open.setdefault(test.position, OpenPart(RECKONED_DAYS, test.position))

        bounds = [self.value(bound, place) for bound in test.bounds]
        return passes(test.word, operand, bounds, exactly)


def first_of(truths: Iterable[Truth]) -> tuple[list[Formula], Formula]:
    """Return where each is the first that holds, all before it failing, and where all fail."""
    chosen = []
    left: Formula = YES
    for truth in truths:
        chosen.append(both(left, truth.holds))
        left = both(left, truth.fails)
    return chosen, left


def _pick(options: Sequence[tuple[Formula, Symbol]], none: Formula) -> Symbol:
    numeric = [(guard, value) for guard, value in options if isinstance(value, Number)]
    if numeric:
        found = numbers.chosen(numeric, none)
        return found if len(found.pieces) <= numbers.MOST_PIECES else numbers.collapsed(found)
    codes = [(guard, value) for guard, value in options if isinstance(value, Choice)]
    if codes:
        return chosen_choice(codes, none)
    return chosen_flag([(guard, value) for guard, value in options if isinstance(value, Flag)], none)


_STEPS = frozenset({Op.FULL_YEARS, Op.FULL_MONTHS, Op.YEAR_START, Op.YEAR_END})
_DATE_OPS = _STEPS | {Op.DAYS}


def _sum(args: Sequence[Number]) -> Number:
    total = args[0]
    for arg in args[1:]:
        total = numbers.add(total, arg)
    return total


_OPERATORS: dict[Op, Callable[[Sequence[Number]], Number]] = {
    Op.ADD: lambda args: numbers.add(args[0], args[1]),
    Op.SUBTRACT: lambda args: numbers.subtract(args[0], args[1]),
    Op.MULTIPLY: lambda args: numbers.multiply(args[0], args[1]),
    Op.NEGATE: lambda args: numbers.negate(args[0]),
    Op.MIN: numbers.least,
    Op.MAX: numbers.greatest,
    Op.SUM: _sum,
    Op.AVG: lambda args: numbers.multiply(_sum(args), numbers.constant(Fraction(1, len(args)))),
    Op.FLOOR: lambda args: numbers.whole_part(args[0]),
}
