"""One version of a policy: the days it is in force, when applications are taken, its conditions and its amount."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from rules.language.citations import read_cite, read_reading
from rules.language.conditions import read_condition
from rules.language.literals import read_literal
from rules.language.measures import MONEY
from rules.language.model import (
    Ceiling,
    Dimension,
    FactRef,
    ParamsAt,
    Pool,
    PoolKind,
    Settlement,
    Span,
    Step,
    Suspension,
    Version,
    Window,
)
from rules.language.names import Scope
from rules.language.problems import Gatherer, Noted, Refused, did_you_mean, short
from rules.language.quantities import half_width, parse_date
from rules.language.reading import Fields, items, literal, mapping, read_text
from rules.language.source import Node, ScalarNode, SequenceNode
from rules.language.steps import StepList
from rules.language.values import read_value


def read_version(node: Node, scope: Scope, settlement: Settlement) -> Version:
    """Return a version; raise Noted after noting everything that is wrong with it."""
    fields = Fields.open(node, "version", scope.notes)
    scope = replace(scope, ids=[])
    first, last = fields.span()
    listed = replace(scope, is_listed=True)
    eligibility = fields.optional("eligibility", lambda each: read_condition(each, listed))
    steps = fields.optional("amount", lambda each: _steps(each, scope)) or ()
    if settlement is Settlement.CALCULATE and not fields.has("amount"):
        advice = "请写 amount: {steps: […]}；本级不测算的写 settlement: match_only"
        fields.refuse("structure.missing-key", fields.position, "本系统测算的项目没有金额步骤", advice)
    params_at, recognised_on = fields.optional("params_at", lambda each: _params_at(each, scope)) or (
        ParamsAt.AS_OF,
        None,
    )
    scope.refuse_doubles(fields)
    cite = fields.optional("cite", lambda each: read_cite(each, scope))
    window = fields.optional("apply_window", lambda each: _window(each, scope))
    fact_year = fields.get(_fact_year, fields)
    ceiling = fields.one("ceiling", "ceiling", lambda each: _ceiling(each, scope))
    pool = fields.one("pool", "pool", lambda each: _pool(each, scope))
    suspension = fields.one("suspended", "suspension", lambda each: _suspension(each, scope))
    reading = fields.optional("reading", lambda each: read_reading(each, scope))
    groups = scope.refer("group", fields.ids("groups"))
    if eligibility is None:
        raise Noted
    return fields.done(
        Version(
            from_=fields.must(first),
            to=last,
            cite=cite,
            eligibility=eligibility,
            steps=steps,
            groups=groups,
            position=fields.position,
            window=window,
            fact_year=fields.must(fact_year),
            params_at=params_at,
            recognised_on=recognised_on,
            ceiling=ceiling,
            pool=pool,
            suspension=suspension,
            reading=reading,
        )
    )


def _steps(node: Node, scope: Scope) -> tuple[Step, ...]:
    fields = Fields.open(node, "amount", scope.notes)
    return fields.done(fields.required("steps", StepList(scope).read))


def _fact_year(fields: Fields) -> int:
    written = fields.text("fact_year") or "previous"
    if written in _YEARS:
        return _YEARS[written]
    year = half_width(written)
    if re.fullmatch("(19|20|21)[0-9]{2}", year):
        return int(year)
    message = f"fact_year 不能写“{short(written)}”"
    raise Refused(
        "structure.unknown-word", fields.place("fact_year"), message, "请写 previous、current 或年份，如 2022"
    )


_YEARS = {"previous": -1, "current": 0}


def _params_at(node: Node, scope: Scope) -> tuple[ParamsAt, FactRef | None]:
    if isinstance(node, ScalarNode):
        words = (ParamsAt.AS_OF.value, ParamsAt.FACT_YEAR_END.value)
        if node.text not in words:
            advice = f"{did_you_mean(node.text, words)}；按认定日的写 {{recognised_on: {{of: 日期事实}}}}"
            raise Refused("structure.unknown-word", node.position, f"params_at 不能写“{short(node.text)}”", advice)
        return ParamsAt(node.text), None
    fields = Fields.open(node, "recognised_on", scope.notes)
    day = fields.one(
        "recognised_on", "of_date", lambda each: each.done(each.required("of", lambda of: _date_fact(of, scope)))
    )
    return fields.done((ParamsAt.RECOGNISED_ON, fields.must(day)))


def _date_fact(node: Node, scope: Scope) -> FactRef:
    known = scope.fact(read_text(node), node.position)
    if known.measure.dimension is not Dimension.DATE:
        message = f"{known.ref.name} 不是日期"
        raise Refused("type.dimension", node.position, message, "请写一个 type: date 的事实")
    return known.ref


# ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _window(node: Node, scope: Scope) -> Window:
    if isinstance(node, SequenceNode):
        return _several_spans(node, scope)
    word = next((word for word in ("yearly", "within") if word in mapping(node, "apply_window").entries), "from")
    fields = Fields.open(node, f"window.{word}", scope.notes)
    cite = fields.optional("cite", lambda each: read_cite(each, scope))
    if word == "from":
        return fields.done(Window(fields.position, spans=(_span(fields),), cite=cite))
    if word == "yearly":
        yearly = fields.one("yearly", "yearly", _yearly)
        return fields.done(Window(fields.position, yearly=yearly, cite=cite))
    of = fields.required("of", lambda each: _date_fact(each, scope))
    return fields.done(Window(fields.position, within=fields.must(fields.period("within")), of=of, cite=cite))


def _several_spans(node: SequenceNode, scope: Scope) -> Window:
    gatherer = Gatherer(scope.notes)
    windows = gatherer.each(items(node, "apply_window"), lambda each: _window(each, scope))
    for window in windows:
        if not window.spans:
            advice = "列表里只写 {from: …, to: …}"
            gatherer.refuse("structure.shape", window.position, "申报时间列表里只能是时间段", advice)
    spans = tuple(sorted((span for window in windows for span in window.spans), key=lambda span: span.from_))
    for earlier, later in pairwise(spans):
        if later.from_ <= earlier.to:
            message = f"自 {later.from_} 起的申报时间与前一段重叠"
            gatherer.refuse("time.overlapping-windows", node.position, message, "请改正起止日")
    cite = next((window.cite for window in windows if window.cite), None)
    return gatherer.done(Window(node.position, spans=spans, cite=cite))


def _span(fields: Fields) -> Span:
    first, last = fields.span()
    return Span(fields.must(first), fields.must(last))


def _yearly(fields: Fields) -> tuple[tuple[int, int], tuple[int, int]]:
    first, last = fields.optional("from", _month_day), fields.optional("to", _month_day)
    if first and last and last < first:
        advice = "跨年的申报时间请逐年写成 {from: …, to: …} 的列表"
        fields.refuse("time.reversed", fields.place("to"), "每年的末日早于首日", advice)
    return fields.done((fields.must(first), fields.must(last)))


def _month_day(node: Node) -> tuple[int, int]:
    # A leap year: 02-29 is a day that some years have.
    day = literal(node, lambda text: parse_date(f"2024-{text}"))
    return day.month, day.day


# ── limits set from outside ──────────────────────────────────────────────────────────────────────────────────────


def _ceiling(fields: Fields, scope: Scope) -> Ceiling:
    value = fields.required("value", lambda node: read_literal(node, MONEY, scope))
    return fields.done(Ceiling(value, fields.optional("cite", lambda node: read_cite(node, scope)), fields.position))


def _pool(fields: Fields, scope: Scope) -> Pool:
    kind = PoolKind(fields.choice("kind", PoolKind.SCALE.value))
    budget = fields.optional("budget", lambda node: read_value(node, MONEY, scope))
    return fields.done(
        Pool(kind, budget, fields.optional("cite", lambda node: read_cite(node, scope)), fields.position)
    )


def _suspension(fields: Fields, scope: Scope) -> Suspension:
    first, last = fields.span()
    cite = fields.optional("cite", lambda node: read_cite(node, scope))
    return fields.done(Suspension(fields.must(first), last, fields.text("because"), cite, fields.position))
