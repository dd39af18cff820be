"""Turn `group/1` and `conditions/1` files into groups and condition sets."""

from __future__ import annotations

from dataclasses import replace

from rules.language.citations import document_ids, read_cite, read_documents
from rules.language.conditions import read_condition
from rules.language.measures import MONEY
from rules.language.model import ConditionSet, FactRef, Group, GroupRule
from rules.language.names import Scope
from rules.language.reading import Fields, read_text
from rules.language.source import Node
from rules.language.values import read_value, require


def read_group(node: Node, scope: Scope) -> Group:
    """Return a group; raise Noted after noting everything that is wrong with it.

    A group without documents of its own cites those of its members.
    """
    fields = Fields.open(node, "group", scope.notes)
    documents = read_documents(fields)
    scope = replace(scope, documents=document_ids(fields) if fields.has("documents") else None)
    rule = GroupRule(fields.choice("rule", GroupRule.HIGHEST.value))
    scopes = fields.choices("scope")
    _refuse_misfits(fields, rule, scopes)
    external = fields.one("external", "external", lambda each: _external(each, scope))
    field, label = external or (None, "")
    return fields.done(
        Group(
            id=fields.id("id"),
            title=fields.text("title"),
            rule=rule,
            scope=scopes,
            before_caps=fields.choice("order") == "before_caps",
            members=scope.refer("policy", fields.ids("members")),
            cite=fields.optional("cite", lambda each: read_cite(each, scope)),
            documents=documents,
            position=fields.position,
            external=field,
            external_label=label,
            cap=fields.optional("cap", lambda each: read_value(each, MONEY, scope)),
            exempt=scope.refer("policy", fields.ids("exempt")),
            levels=fields.choices("levels"),
            cost_list=fields.optional("cost_list", lambda each: scope.list_field(read_text(each), each.position).name)
            or "",
        )
    )


def _refuse_misfits(fields: Fields, rule: GroupRule, scopes: tuple[str, ...]) -> None:
    """Note what goes with one rule or scope alone."""
    is_cap = rule is GroupRule.CAP
    if is_cap and not fields.has("cap"):
        fields.refuse("structure.missing-key", fields.position, "rule: cap 缺少 cap", "请加上 cap: 金额或 {fact: …}")
    for key in ("cap", "levels", "exempt"):
        if fields.has(key) and not is_cap:
            place = fields.node.entries[key].key.position
            fields.refuse("structure.conflicting-keys", place, f"{key} 只用于 rule: cap", "请删去这一项")
    if ("cost_item" in scopes) is not fields.has("cost_list"):
        message = "scope 里的 cost_item 与 cost_list 要一起写"
        fields.refuse(
            "structure.conflicting-keys",
            fields.place("cost_list" if fields.has("cost_list") else "scope"),
            message,
            "逐笔支出互斥时两项都写",
        )


def _external(fields: Fields, scope: Scope) -> tuple[FactRef, str]:
    known = fields.required("field", lambda node: _money_fact(node, scope))
    return fields.done((known, fields.text("label")))


def _money_fact(node: Node, scope: Scope) -> FactRef:
    known = scope.fact(read_text(node), node.position)
    require(MONEY, known.measure, node)
    return known.ref


def read_condition_set(node: Node, scope: Scope) -> ConditionSet:
    """Return a shared condition set; raise Noted after noting everything that is wrong with it."""
    fields = Fields.open(node, "conditions", scope.notes)
    documents = read_documents(fields)
    listed = replace(scope, documents=document_ids(fields), is_listed=True, ids=[])
    condition = fields.required("condition", lambda each: read_condition(each, listed))
    listed.refuse_doubles(fields)
    id_, title = fields.id("id"), fields.text("title")
    return fields.done(ConditionSet(id_, title, condition, documents, fields.position))
