"""Nodes → conditions: groups, leaves, shared sets, and what only a person can decide."""

from __future__ import annotations

from dataclasses import replace

from rules.language import comparisons, values  # conditions hold values, and values hold conditions
from rules.language.citations import read_cite, read_reading
from rules.language.expressions import Typed
from rules.language.model import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Leaf,
    Manual,
    Not,
    OnUnknown,
    Use,
)
from rules.language.names import Scope
from rules.language.problems import Noted, Refused, did_you_mean, nearest, short
from rules.language.reading import Fields, mapping
from rules.language.rule_keywords import CONDITION_FORMS, OPERANDS
from rules.language.source import MappingNode, Node

MAX_DEPTH = 3

_GROUPS = ("all", "any", "not", "at_least")


def read_condition(node: Node, scope: Scope) -> Condition:
    """Return a condition; raise Refused or Noted when it cannot be read."""
    word = _form(mapping(node, "条件"))
    if word in _GROUPS and scope.depth == MAX_DEPTH:
        advice = "请把里层写成 conditions/1 文件，用 use 引用"
        raise Refused("structure.depth", node.position, f"条件嵌套超过 {MAX_DEPTH} 层", advice)
    fields = Fields.open(node, f"condition.{word}", scope.notes)
    inner = replace(scope, depth=scope.depth + 1)
    if word == "leaf":
        return _leaf(fields, scope)
    if word == "manual":
        return _manual(fields, scope)
    if word == "use":
        use = fields.done(Use(fields.id("use"), fields.place("use")))
        scope.refer("conditions", [(use.set_id, use.position)])
        return use
    if word == "not":
        of = fields.required("not", lambda each: read_condition(each, inner))
        return fields.done(Not(of, fields.position, fields.text("label")))
    if word == "at_least":
        return fields.done(fields.required("at_least", lambda each: _at_least(each, fields, inner)))
    every = fields.many(word, lambda each: read_condition(each, inner))
    group = AllOf if word == "all" else AnyOf
    return fields.done(group(every, fields.position, fields.text("label")))


def _form(node: MappingNode) -> str:
    for word in ("all", "any", "not", "at_least", "use", "manual"):
        if word in node.entries:
            return word
    if any(word in node.entries for word in OPERANDS):
        return "leaf"
    known = {key for form in CONDITION_FORMS.values() for key in form.keys}
    for word, (key, _) in node.entries.items():
        if word not in known:
            starters = [*_GROUPS, "use", "manual", *OPERANDS]
            advice = did_you_mean(word, starters if nearest(word, starters) else sorted(known))
            raise Refused("structure.unknown-key", key.position, f"条件里没有 {short(word)} 这个键", advice)
    raise Refused(
        "structure.missing-key", node.position, "条件没有写看哪个事实", "请加上 if: 事实名，或 manual: 要人判断的事"
    )


def _at_least(node: Node, outer: Fields, scope: Scope) -> AtLeast:
    fields = Fields.open(node, "at_least", scope.notes)
    n = fields.whole("n")
    of = fields.many("of", lambda each: read_condition(each, scope))
    if n is not None and not fields.failed and not 1 <= n <= len(of):
        advice = f"n 应在 1 至 {len(of)} 之间"
        fields.refuse("structure.at-least", fields.place("n"), f"共 {len(of)} 项，不能要求满足 {n} 项", advice)
    return fields.done(AtLeast(fields.must(n), of, outer.position, outer.text("label")))


def _manual(fields: Fields, scope: Scope) -> Manual:
    if not fields.has("id"):
        fields.refuse("structure.missing-key", fields.position, "人工判断的条件缺少 id", "请加上 id: 小写编号")
    _require_cite(fields, scope)
    cite = fields.optional("cite", lambda node: read_cite(node, scope))
    id_ = scope.note_id(fields.id("id"), fields.position)
    return fields.done(Manual(id_, fields.text("manual"), cite, fields.position))


def _leaf(fields: Fields, scope: Scope) -> Leaf:
    if scope.is_listed and not fields.has("id"):
        fields.refuse(
            "structure.missing-key", fields.position, "申报条件缺少 id", "请加上 id: 小写编号，结果和测试用它指称"
        )
    _require_cite(fields, scope)
    cite = fields.optional("cite", lambda node: read_cite(node, scope))
    reading = fields.optional("reading", lambda node: read_reading(node, scope))
    on_unknown = OnUnknown(fields.choice("on_unknown", OnUnknown.ASK.value))
    id_, label = scope.note_id(fields.id("id"), fields.position), fields.text("label")
    operand = fields.get(_operand, fields, scope)
    if operand is None:  # what it is compared with cannot be read without it
        raise Noted
    tests = comparisons.read_tests(fields, operand, scope)
    return fields.done(Leaf(id_, operand[0], tests, cite, fields.position, on_unknown, reading, label))


def _operand(fields: Fields, scope: Scope) -> Typed:
    written = [word for word in OPERANDS if fields.has(word)]
    if len(written) > 1:
        raise Noted
    word = written[0]
    if word == "if":
        return values.read_fact(fields.node.entries["if"].value, scope)
    return values.read_form(word, fields.afresh(), None, scope)


def _require_cite(fields: Fields, scope: Scope) -> None:
    if scope.is_listed and not fields.has("cite"):
        advice = "请加上 cite: {doc: …, clause: …, gist: …}；没有见到条款号写 clause: 未见条款号"
        fields.refuse("structure.missing-cite", fields.position, "申报条件没有条款依据", advice)
