"""Nodes → amount steps: each reads its own word, and the list as a whole must be one that can be computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypedDict

from rules.language.citations import read_cite, read_reading
from rules.language.conditions import read_condition
from rules.language.measures import COUNT, MONEY, NUMERIC, RATIO, Measure
from rules.language.model import (
    AmountOf,
    Base,
    CapAmount,
    CapBase,
    Cite,
    Condition,
    Deduct,
    Dimension,
    Fixed,
    FloorBase,
    ForEach,
    Instalment,
    Instalments,
    ItemOrder,
    Limit,
    Literal,
    Match,
    Multiply,
    ParamRef,
    PayOnlyIfFrom,
    PerUnit,
    Position,
    Prorate,
    Range,
    Rate,
    Reading,
    Round,
    RoundMode,
    RoundTo,
    Step,
    TierMode,
    Tiers,
    TopUp,
    UnitCount,
    Value,
)
from rules.language.names import Scope
from rules.language.problems import Gatherer, Noted, Refused, did_you_mean, nearest, short
from rules.language.reading import Fields, items, mapping, read_text
from rules.language.rule_keywords import ROUND_TO, STEP_FORMS
from rules.language.source import MappingNode, Node, SequenceNode
from rules.language.tiers import expect_base, read_tier_row
from rules.language.values import read_money, read_number, read_value
from rules.language.walk import walk


class Head(TypedDict):
    """What every step carries."""

    id: str
    position: Position
    when: Condition | None
    cite: Cite | None
    reading: Reading | None
    label: str


class StepList:
    """Reads the steps of one amount in order, knowing the base that those before have set."""

    def __init__(self, scope: Scope, *, is_inner: bool = False, is_covered: bool = False) -> None:
        self.scope = scope
        self.is_inner = is_inner  # inside for_each
        self.is_covered = is_covered  # by the clause of the step around
        self.base: Measure | None = None

    def read(self, node: Node) -> tuple[Step, ...]:
        """Return the steps; raise Noted after noting everything that is wrong with them."""
        gatherer = Gatherer(self.scope.notes)
        nodes = items(node, "steps")
        steps = gatherer.each(nodes, self._step)
        if not self.is_inner:
            self._refuse_bad_rounding(nodes, gatherer)
        return gatherer.done(steps)

    def _step(self, node: Node) -> Step:
        word = _form(mapping(node, "步骤"))
        fields = Fields.open(node, f"step.{word}", self.scope.notes)
        if self.is_inner and word in _OUTER_ONLY:
            advice = "请移到外层的 steps 里"
            fields.refuse("structure.inner-step", fields.position, f"for_each 里面不能有 {word}", advice)
        head = self._head(fields)
        step = fields.done(_READERS[word](self, fields, head))
        self._refuse_without_clause(step, fields)
        return fields.done(step)

    def _head(self, fields: Fields) -> Head:
        scope = self.scope
        return Head(
            id=scope.note_id(fields.id("id"), fields.position),
            position=fields.position,
            when=fields.optional("when", lambda node: read_condition(node, scope.aside())),
            cite=fields.optional("cite", lambda node: read_cite(node, scope)),
            reading=fields.optional("reading", lambda node: read_reading(node, scope)),
            label=fields.text("label"),
        )

    def _refuse_without_clause(self, step: Step, fields: Fields) -> None:
        """Refuse numbers that no clause stands behind; parameters bring their own."""
        if self.is_covered or step.cite or isinstance(step, AmountOf) or (isinstance(step, Round) and step.reading):
            return
        # The steps inside a for_each have been asked for their own clauses.
        parts = list(walk((step.where, step.limit) if isinstance(step, ForEach) else step))
        has_number = any(isinstance(part, Literal) and part.dimension in NUMERIC for part in parts)
        has_clause = isinstance(step, ForEach) or any(isinstance(part, ParamRef) for part in parts)
        if has_number or not has_clause:
            advice = "请加上 cite: {doc: …, clause: …, gist: …}"
            if isinstance(step, Round):
                advice += "；文件没有写取整办法的，写 reading 说明口径"
            fields.refuse("structure.missing-cite", fields.position, f"步骤 {step.id} 没有条款依据", advice)

    def _refuse_bad_rounding(self, nodes: tuple[Node, ...], gatherer: Gatherer) -> None:
        rounds = [n for n, node in enumerate(nodes) if isinstance(node, MappingNode) and "round" in node.entries]
        if not rounds:
            place = nodes[-1].position
            advice = "最后加一步 round: {to: 元, mode: half_up}；文件没有写的，写 to: 分 并加 reading"
            gatherer.refuse("structure.missing-round", place, "金额没有取整步骤", advice)
        elif rounds[0] != len(nodes) - 1:
            place = nodes[rounds[0] + 1].position
            gatherer.refuse("structure.after-round", place, "round 之后还有步骤", "round 只写一次，放在最后")

    # ── values that several words need ────────────────────────────────────────────────────────────────────────────

    def base_of(self, fields: Fields) -> tuple[Value | None, Measure | None]:
        """Return the base of a step, its own `of` or the running one, and what it measures."""
        if fields.has("of"):
            found = fields.optional("of", lambda node: read_number(node, self.scope, "计算基数"))
            return found or (None, None)
        if self.base is None:
            advice = "请写 of: 事实名，或在前面加一步 base"
            fields.refuse("structure.missing-base", fields.position, "没有计算基数", advice)
        return None, self.base

    def value(self, fields: Fields, key: str, expected: Measure) -> Value:
        """Return a required value of an expected measure, for building."""
        return fields.required(key, lambda node: read_value(node, expected, self.scope))

    def body(self, fields: Fields, word: str) -> Fields:
        """Open the construct that a step's word holds; it bears the word's name."""
        found = fields.optional(word, lambda node: Fields.open(node, word, self.scope.notes))
        if found is None:
            raise Noted
        return found


def _form(node: MappingNode) -> str:
    written = [word for word in STEP_FORMS if word in node.entries]
    if len(written) > 1:
        place = node.entries[written[1]].key.position
        message = f"一步只能有一个动作，{written[0]} 与 {written[1]} 写在了一起"
        raise Refused("structure.conflicting-keys", place, message, "请分成两步")
    if written:
        return written[0]
    head = ("id", "when", "label", "cite", "reading", "table")
    for word, (key, _) in node.entries.items():
        if word not in head and nearest(word, STEP_FORMS):
            advice = did_you_mean(word, STEP_FORMS)
            raise Refused("structure.unknown-key", key.position, f"没有 {short(word)} 这种步骤", advice)
    raise Refused("structure.missing-key", node.position, "步骤没有写动作", f"请写其中一个：{'、'.join(STEP_FORMS)}")


# ── one function per word ────────────────────────────────────────────────────────────────────────────────────────

_Reader = Callable[[StepList, Fields, Head], Step]


def _fixed(steps: StepList, fields: Fields, head: Head) -> Fixed:
    return Fixed(value=steps.value(fields, "fixed", MONEY), **head)


def _rate(steps: StepList, fields: Fields, head: Head) -> Rate:
    body = steps.body(fields, "rate")
    of, measure = steps.base_of(body)
    expect_base(body, measure, {Dimension.MONEY})
    return body.done(Rate(of=of, at=steps.value(body, "at", RATIO), **head))


def _match(steps: StepList, fields: Fields, head: Head) -> Match:
    body = steps.body(fields, "match")
    of = body.required("of", lambda node: read_money(node, steps.scope))
    return body.done(Match(of=of, at=steps.value(body, "at", RATIO), **head))


def _tiers(steps: StepList, fields: Fields, head: Head) -> Tiers:
    body = steps.body(fields, "tiers")
    of, measure = steps.base_of(body)
    mode = TierMode(body.choice("mode", TierMode.WHOLE.value))
    nodes = fields.optional("table", lambda node: items(node, "table")) or ()
    if measure is None:  # a row says nothing without its base
        raise Noted
    rows = fields.each(
        nodes, lambda node: read_tier_row(node, steps.scope, (of, measure), mode, is_last=node is nodes[-1])
    )
    return body.done(Tiers(of=of, mode=mode, rows=rows, **head))


def _per_unit(steps: StepList, fields: Fields, head: Head) -> PerUnit:
    body = steps.body(fields, "per_unit")
    of, measure = steps.base_of(body)
    if measure is None:  # above and unit are of the base's measure
        raise Noted
    return body.done(
        PerUnit(
            of=of,
            above=body.optional("above", lambda node: read_value(node, measure, steps.scope)),
            unit=steps.value(body, "unit", measure),
            each=steps.value(body, "each", MONEY),
            count=UnitCount(body.choice("count", UnitCount.WHOLE.value)),
            **head,
        )
    )


def _per_item(steps: StepList, fields: Fields, head: Head) -> ForEach:
    body = steps.body(fields, "per_item")
    found = _Items.read(steps, body)
    each = Fixed(
        value=StepList(found.scope).value(body, "each", MONEY), id=f"{head['id']}-each", position=body.place("each")
    )
    return body.done(ForEach(**found.parts, steps=(each,), **head))


def _for_each(steps: StepList, fields: Fields, head: Head) -> ForEach:
    body = steps.body(fields, "for_each")
    found = _Items.read(steps, body)
    inner = StepList(found.scope, is_inner=True, is_covered=head["cite"] is not None)
    return body.done(ForEach(**found.parts, steps=body.required("steps", inner.read), **head))


class _ItemParts(TypedDict):
    list_name: str
    where: Condition | None
    limit: Limit | None
    order_by: ItemOrder


class _Items(NamedTuple):
    """Which items of a list a step takes, and the scope of what it does with each."""

    parts: _ItemParts
    scope: Scope

    @classmethod
    def read(cls, steps: StepList, body: Fields) -> _Items:
        listed = body.optional("list", lambda node: steps.scope.list_field(read_text(node), node.position))
        if listed is None:  # the names of its items cannot be known
            raise Noted
        scope = steps.scope.inside(listed.item)
        parts = _ItemParts(
            list_name=listed.name,
            where=body.optional("where", lambda node: read_condition(node, scope)),
            limit=body.optional("limit", lambda node: _limit(node, steps.scope, scope)),
            order_by=ItemOrder(body.choice("order_by", ItemOrder.LISTED.value)),
        )
        return cls(parts, scope)


def _limit(node: Node, outer: Scope, inner: Scope) -> Limit:
    fields = Fields.open(node, "limit", outer.notes)
    per = fields.optional("per", lambda each: inner.fact(read_text(each), each.position).ref)
    if per and not per.of_item:
        fields.refuse(
            "reference.unknown-fact", per.position, f"{per.name} 不是列表各项的事实", "per 要写各项自己的事实"
        )
    return fields.done(
        Limit(fields.required("count", lambda each: read_value(each, COUNT, outer)), per, fields.position)
    )


def _range(steps: StepList, fields: Fields, head: Head) -> Range:
    body = steps.body(fields, "range")
    low, high = steps.value(body, "from", MONEY), steps.value(body, "upto", MONEY)
    if isinstance(low, Literal) and isinstance(high, Literal) and low.value > high.value:  # type: ignore[operator]  # both money
        body.refuse("type.empty-interval", high.position, f"上限 {high.text} 小于下限 {low.text}", "请核对上下限")
    return body.done(Range(from_=low, upto=high, decided_by=body.text("decided_by"), **head))


def _amount_of(steps: StepList, fields: Fields, head: Head) -> AmountOf:
    policy = fields.done(fields.id("amount_of"))
    steps.scope.refer("policy", [(policy, fields.place("amount_of"))])
    return AmountOf(policy=policy, **head)


def _base(steps: StepList, fields: Fields, head: Head) -> Base:
    body = steps.body(fields, "base")
    found = body.optional("of", lambda node: read_number(node, steps.scope, "计算基数"))
    if found is None:
        raise Noted
    of, steps.base = found
    return body.done(Base(of=of, **head))


def _base_limit(word: str, make: type[CapBase | FloorBase]) -> _Reader:
    def read(steps: StepList, fields: Fields, head: Head) -> Step:
        if steps.base is None:
            fields.refuse("structure.missing-base", fields.position, f"{word} 之前没有基数", "请在前面加一步 base")
        return make(to=steps.value(fields, word, steps.base or MONEY), **head)

    return read


def _multiply(steps: StepList, fields: Fields, head: Head) -> Multiply:
    return Multiply(by=fields.required("multiply", lambda node: _factor(node, steps.scope)), **head)


def _factor(node: Node, scope: Scope) -> Value:
    """Return what an amount is multiplied by: a ratio, or a fact that counts something."""
    if isinstance(node, MappingNode):
        value, measure = read_number(node, scope, "倍数")
        if measure.dimension is not Dimension.MONEY:
            return value
    return read_value(node, RATIO, scope)


def _cap_amount(steps: StepList, fields: Fields, head: Head) -> CapAmount:
    return CapAmount(to=steps.value(fields, "cap_amount", MONEY), **head)


def _deduct(steps: StepList, fields: Fields, head: Head) -> Deduct:
    return Deduct(of=steps.value(fields, "deduct", MONEY), **head)


def _top_up(steps: StepList, fields: Fields, head: Head) -> TopUp:
    return TopUp(of=steps.value(fields, "top_up", MONEY), **head)


def _pay_only_if_from(steps: StepList, fields: Fields, head: Head) -> PayOnlyIfFrom:
    return PayOnlyIfFrom(of=steps.value(fields, "pay_only_if_from", MONEY), **head)


def _prorate(steps: StepList, fields: Fields, head: Head) -> Prorate:
    body = steps.body(fields, "prorate")
    found = body.optional("by", lambda node: read_number(node, steps.scope, "折算"))
    if found is None:  # over and minimum are of its measure
        raise Noted
    by, measure = found
    minimum = body.optional("minimum", lambda node: read_value(node, measure, steps.scope))
    return body.done(Prorate(by=by, over=steps.value(body, "over", measure), minimum=minimum, **head))


def _instalments(steps: StepList, fields: Fields, head: Head) -> Instalments:
    node = fields.raw("instalments")
    if isinstance(node, SequenceNode):
        shares = fields.many("instalments", lambda each: _instalment(each, steps.scope))
        if not fields.failed and sum(each.share for each in shares) != 1:
            fields.refuse("type.shares", node.position, "各期比例之和不是 100%", "请核对各期的 share")
        return fields.done(Instalments(shares=shares, years=0, cap_each=None, **head))
    body = fields.required("instalments", lambda each: Fields.open(each, "instalment_years", steps.scope.notes))
    if body is None:
        raise Noted
    years = body.must(body.whole("years"))
    cap = body.optional("cap_each", lambda each: read_value(each, MONEY, steps.scope))
    return body.done(Instalments(shares=(), years=years, cap_each=cap, **head))


def _instalment(node: Node, scope: Scope) -> Instalment:
    fields = Fields.open(node, "instalment", scope.notes)
    return fields.done(Instalment(fields.must(fields.share("share")), fields.text("label"), fields.position))


def _round(steps: StepList, fields: Fields, head: Head) -> Round:
    body = steps.body(fields, "round")
    to, mode = body.choice("to", "元"), body.choice("mode", RoundMode.HALF_UP.value)
    return body.done(Round(to=RoundTo[ROUND_TO[to]], mode=RoundMode(mode), **head))


_OUTER_ONLY = {"for_each", "per_item", "instalments", "round", "amount_of"}
_READERS: dict[str, _Reader] = {
    "fixed": _fixed,
    "rate": _rate,
    "match": _match,
    "tiers": _tiers,
    "per_unit": _per_unit,
    "per_item": _per_item,
    "for_each": _for_each,
    "range": _range,
    "amount_of": _amount_of,
    "base": _base,
    "cap_base": _base_limit("cap_base", CapBase),
    "floor_base": _base_limit("floor_base", FloorBase),
    "multiply": _multiply,
    "cap_amount": _cap_amount,
    "deduct": _deduct,
    "top_up": _top_up,
    "prorate": _prorate,
    "pay_only_if_from": _pay_only_if_from,
    "instalments": _instalments,
    "round": _round,
}
