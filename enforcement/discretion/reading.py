"""Nodes → fines, grades, statutory ranges and grounds: the parts that benchmark files are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from enforcement.discretion import keywords
from enforcement.discretion.facts import Choices, empty_scope, read_fact
from enforcement.discretion.keywords import LOWER, UPPER
from enforcement.discretion.model import (
    Branch,
    Edge,
    Effect,
    Exemption,
    Fine,
    Form,
    Grade,
    Ground,
    GroundSet,
    Leaning,
    Weight,
)
from rules.language.citations import document_ids, read_cite, read_documents, read_reading
from rules.language.conditions import read_condition
from rules.language.findings import Finding
from rules.language.literals import guess_literal, read_literal
from rules.language.measures import MONEY
from rules.language.model import (
    AllOf,
    AnyOf,
    Cite,
    Condition,
    Dimension,
    Document,
    FactRef,
    Field,
    Leaf,
    Literal,
    Not,
    OnUnknown,
    Reading,
    Test,
)
from rules.language.names import Scope
from rules.language.problems import Noted, Refused
from rules.language.reading import Fields, read_name, read_text, scalar
from rules.language.source import Node
from rules.language.walk import walk


def scope_of(fields: Fields, facts: Mapping[str, Field], choices: Mapping[str, Choices]) -> Scope:
    """Return what can be named inside a file: its documents, and the facts with their words."""
    return replace(empty_scope(fields.notes), documents=document_ids(fields), fields=facts, tables=choices)


def documents_by_id(fields: Fields) -> dict[str, Document]:
    """Return the documents of a file; each must say how well its source was seen."""
    documents = read_documents(fields)
    for document in documents:
        if document.source_quality is None:
            advice = "请加上 source_quality: official、copy、summary 或 unverified"
            fields.refuse("structure.missing-key", document.position, f"文件 {document.id} 没有写来源质量", advice)
    return {document.id: document for document in documents}


def read_facts(fields: Fields) -> tuple[dict[str, Field], dict[str, Choices]]:
    """Return the facts that a file declares, and the words of those that are codes."""
    found = fields.named("facts", lambda entry: read_fact(entry, fields.notes))
    return {name: fact for name, (fact, _) in found.items()}, {
        name: words for name, (_, words) in found.items() if words
    }


def read_grounds(node: Node, notes: list[Finding]) -> GroundSet:
    """Return a `grounds/1` file; raise Noted after noting everything that is wrong with it."""
    fields = Fields.of(node, keywords.GROUNDS, notes)
    documents = documents_by_id(fields)
    facts, choices = read_facts(fields)
    scope = scope_of(fields, facts, choices)
    first, last = fields.span()
    exemptions = fields.many("exemptions", lambda each: _exemption(each, scope))
    grounds = fields.many("grounds", lambda each: _ground(each, scope))
    for ground in grounds:
        if ground.id in facts:
            fields.refuse("structure.duplicate", ground.position, f"{ground.id} 写了两次", "情节名不能与事实名相同")
        facts[ground.id] = Field(ground.id, ground.label, Dimension.BOOL, ground.position)
    return fields.done(
        GroundSet(
            id=fields.id("id"),
            title=fields.text("title"),
            from_=fields.must(first),
            to=last,
            documents=documents,
            facts=facts,
            exemptions=exemptions,
            grounds=grounds,
            position=fields.position,
            note=fields.text("note"),
        )
    )


def _exemption(node: Node, scope: Scope) -> Exemption:
    fields = Fields.of(node, keywords.EXEMPTION, scope.notes)
    return fields.done(
        Exemption(
            id=fields.id("id"),
            label=fields.text("label"),
            effect=Effect(fields.choice("effect", Effect.MUST.value)),
            when=fields.required("when", lambda each: _when(each, scope)),
            cite=_cite(fields, scope),
            position=fields.position,
        )
    )


def _ground(node: Node, scope: Scope) -> Ground:
    fields = Fields.of(node, keywords.GROUND, scope.notes)
    return fields.done(
        Ground(
            id=fields.required("id", read_name),
            label=fields.text("label"),
            leaning=Leaning(fields.choice("leaning", Leaning.LIGHTER.value)),
            cite=_cite(fields, scope),
            position=fields.position,
        )
    )


def read_branch(node: Node, scope: Scope) -> Branch:
    """Return a statutory range."""
    fields = Fields.of(node, keywords.BRANCH, scope.notes)
    fine = fields.required("fine", lambda each: _fine(each, scope))
    branch = fields.done(
        Branch(
            id=fields.id("id"),
            label=fields.text("label"),
            when=fields.optional("when", lambda each: _when(each, scope)),
            fine=fine,
            cite=_cite(fields, scope),
            position=fields.position,
            reading=_reading(fields, "reading", scope),
            besides=fields.text("besides"),
        )
    )
    if fine.form is Form.SHARE:
        advice = "法定幅度写金额，或写倍数和 of"
        raise Refused("structure.share", fine.position, "法定幅度不能写成它自己的比例", advice)
    return branch


def read_grade(node: Node, scope: Scope) -> Grade:
    """Return a grade of a table."""
    fields = Fields.of(node, keywords.GRADE, scope.notes)
    weight = fields.choice("weight")
    return fields.done(
        Grade(
            id=fields.id("id"),
            label=fields.text("label"),
            when=fields.optional("when", lambda each: _when(each, scope)),
            weight=Weight(weight) if weight else None,
            fine=fields.required("fine", lambda each: _fine(each, scope)),
            cite=_cite(fields, scope),
            position=fields.position,
            reading=_reading(fields, "reading", scope),
            gap_before=_reading(fields, "gap_before", scope),
        )
    )


def _cite(fields: Fields, scope: Scope) -> Cite:
    return fields.required("cite", lambda each: read_cite(each, scope))


def _reading(fields: Fields, key: str, scope: Scope) -> Reading | None:
    return fields.optional(key, lambda each: read_reading(each, scope))


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────


def _when(node: Node, scope: Scope) -> Condition:
    """Return a condition of the policy language that compares facts of the case with constants, and does nothing else."""
    condition = read_condition(node, scope)
    for part in walk(condition):
        if isinstance(part, Leaf):
            _refuse_complicated(part)
        elif not isinstance(part, AllOf | AnyOf | Not | Test | FactRef | Literal | Cite | Reading):
            advice = "适用情形只用 all、any、not 和逐项比较"
            raise Refused("structure.condition", node.position, "裁量基准里不能这样写条件", advice)
    return condition


def _refuse_complicated(leaf: Leaf) -> None:
    bounds = [bound for test in leaf.tests for bound in test.bounds]
    if not isinstance(leaf.operand, FactRef) or not all(isinstance(bound, Literal) for bound in bounds):
        advice = "请写 if: 事实名，边界写数额"
        raise Refused("structure.condition", leaf.position, "适用情形只能拿事实与写明的数比较", advice)
    if leaf.on_unknown is not OnUnknown.ASK:
        advice = "请删去 on_unknown"
        raise Refused("structure.condition", leaf.position, "处罚不能靠推定：没有查明的事实就是未知", advice)
    for bound in bounds:
        if isinstance(bound, Literal) and isinstance(bound.value, Fraction):
            _refuse_parts(bound)


def _refuse_parts(literal: Literal) -> None:
    assert isinstance(literal.value, Fraction)  # noqa: S101 - callers pass numbers
    if literal.value.denominator != 1:
        raise Refused("type.literal", literal.position, f"“{literal.text}”精确到了分以下", "金额最多写到分")


# ── fines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _fine(node: Node, scope: Scope) -> Fine:
    fields = Fields.of(node, keywords.FINE, scope.notes)
    of = fields.optional("of", lambda each: _base(each, scope))
    cap = fields.optional("cap", lambda each: _money(each, scope))
    low, high = fields.done(_edges(fields))
    form = _form(fields, low.value if low else high.value, of)
    low = low or Edge(_nothing(high.value), is_included=True)
    if low.value.dimension is not high.value.dimension:
        fields.refuse("type.dimension", fields.position, "罚款的上下限不是同一种数", "两端都写金额，或都写倍数、比例")
    low, high = fields.done((low, high))
    _refuse_empty(fields, low, high)
    if cap and form is not Form.MULTIPLE:
        fields.refuse("structure.cap", cap.position, "只有按倍数计算的罚款才写 cap", "金额的上限写 upto")
    if form is Form.SHARE and not 0 <= _number(low.value) <= _number(high.value) <= 1:
        fields.refuse("type.domain", high.value.position, "占法定幅度的比例应在 0% 至 100% 之间", "请核对")
    return fields.done(Fine(form, low, high, fields.position, of or "", cap))


def _edges(fields: Fields) -> tuple[Edge | None, Edge]:
    lower, upper = ([word for word in group if fields.has(word)] for group in (LOWER, UPPER))
    if fields.has("is"):
        if lower or upper:
            fields.refuse("structure.conflicting-keys", fields.place("is"), "is 与上下限只能写一种", "请删去其中一种")
        fixed = Edge(fields.required("is", _constant), is_included=True)
        return fixed, fixed
    for group in (lower, upper):
        if len(group) > 1:
            message = f"{group[0]} 与 {group[1]} 只能写一个"
            fields.refuse("structure.conflicting-keys", fields.place(group[1]), message, "请删去其中一个")
    if not upper:
        advice = "请写 upto（以下）、below（不足）或 is"
        fields.refuse("structure.missing-key", fields.position, "罚款没有上限", advice)
        raise Noted
    high = Edge(fields.required(upper[0], _constant), is_included=upper[0] == "upto")
    if not lower:
        return None, high
    return Edge(fields.required(lower[0], _constant), is_included=lower[0] == "from"), high


def _constant(node: Node) -> Literal:
    literal, measure = guess_literal(scalar(node).text, node.position)
    if measure.dimension not in {Dimension.MONEY, Dimension.RATIO} or measure.is_pure:
        raise Refused("type.dimension", node.position, "罚款要写金额、倍数或百分比", "请写如 2万元、3倍、30%")
    if _number(literal) < 0:
        raise Refused("type.domain", node.position, "罚款不能是负数", "请改正")
    if measure.dimension is Dimension.MONEY:
        _refuse_parts(literal)
    return literal


def _form(fields: Fields, literal: Literal, of: str | None) -> Form:
    if literal.dimension is Dimension.MONEY:
        if of:
            fields.refuse("structure.of", fields.place("of"), "罚款写成金额时不用 of", "请删去 of，或把金额改成倍数")
        return Form.AMOUNT
    if fields.has("of"):
        return Form.MULTIPLE
    if literal.text.endswith("倍"):
        fields.refuse("structure.of", literal.position, "没有写以什么为基数", "请加上 of: 事实名")
    return Form.SHARE


def _refuse_empty(fields: Fields, low: Edge, high: Edge) -> None:
    is_closed = low.is_included and high.is_included
    if _number(low.value) > _number(high.value) or (low.value.value == high.value.value and not is_closed):
        message = f"没有数在 {low.value.text} 与 {high.value.text} 之间"
        fields.refuse("type.empty-interval", high.value.position, message, "请核对上下限")


def _base(node: Node, scope: Scope) -> str:
    known = scope.fact(read_text(node), node.position)
    if known.measure.dimension is not Dimension.MONEY:
        raise Refused("type.dimension", node.position, f"{known.ref.name} 不是金额", "倍数的基数要写金额的事实")
    return known.ref.name


def _money(node: Node, scope: Scope) -> Literal:
    literal = read_literal(node, MONEY, scope)
    _refuse_parts(literal)
    return literal


def _number(literal: Literal) -> Fraction:
    assert isinstance(literal.value, Fraction)  # noqa: S101 - _constant has refused the others
    return literal.value


def _nothing(beside: Literal) -> Literal:
    """Return the zero that “以下” leaves unsaid."""
    text = "0元" if beside.dimension is Dimension.MONEY else "0%"
    return Literal(Fraction(0), beside.dimension, text, beside.position)
