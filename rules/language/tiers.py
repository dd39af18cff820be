"""The rows of a bracket table: their bounds, and what each pays."""

from __future__ import annotations

from rules.language.comparisons import Operand
from rules.language.measures import MONEY, RATIO, Measure
from rules.language.model import Dimension, TierMode, TierRow
from rules.language.names import Scope
from rules.language.reading import Fields
from rules.language.source import Node
from rules.language.values import read_row_tests, read_value


def read_tier_row(node: Node, scope: Scope, operand: Operand, mode: TierMode, *, is_last: bool) -> TierRow:
    """Return a bracket: a rate of money, money for each of a count, or in a whole table a flat amount."""
    fields = Fields.open(node, "tier_row", scope.notes)
    tests = read_row_tests(fields, operand, scope, is_last=is_last)
    if fields.has("value") and mode is not TierMode.WHOLE:
        fields.refuse(
            "type.tier",
            fields.place("value"),
            "超额累进（marginal）的档不能写固定金额",
            "请写 rate，或改用 mode: whole",
        )
    if fields.has("rate"):
        expect_base(fields, operand[1], {Dimension.MONEY})
    if fields.has("each"):
        expect_base(fields, operand[1], {Dimension.COUNT, Dimension.NUMBER})
    return fields.done(
        TierRow(
            tests,
            fields.position,
            rate=fields.optional("rate", lambda each: read_value(each, RATIO, scope)),
            each=fields.optional("each", lambda each: read_value(each, MONEY, scope)),
            value=fields.optional("value", lambda each: read_value(each, MONEY, scope)),
        )
    )


def expect_base(fields: Fields, measure: Measure | None, dimensions: set[Dimension]) -> None:
    """Note a base that is not of the kind its step multiplies."""
    if measure and measure.dimension not in dimensions:
        wanted = "金额" if Dimension.MONEY in dimensions else "数量"
        advice = "比例（rate）乘以金额，每单位金额（each）乘以数量；请换基数或写法"
        fields.refuse("type.dimension", fields.place("of"), f"计算基数要{wanted}，写的是{measure}", advice)
