"""Tell what the rules are made of: facts, code tables, groups, the bundle itself."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from importlib import metadata
from typing import Any

from flask import Response
from flask_babel import gettext, lazy_gettext

from matcher.match import ENGINES
from rules.language.describe import Speaker
from rules.language.file_keywords import SCHEMAS
from rules.language.model import Derived, Dimension, Field
from rules.vocabulary.codes import CodeSource, CodeTable, load_code_tables
from web.api.answers import cacheable
from web.api.kit import VERSION, Operations, current_bundle
from web.api.policy_json import facts_in, group_json
from web.current import current_config
from web.errors import not_found
from web.schemas import catalogue as shapes
from web.schemas.queries import FieldsQuery

operations = Operations("dictionary", __name__, description=lazy_gettext("事实字典、代码表、规则包"))
Json = dict[str, Any]


@operations.operation(
    "/fields",
    summary=lazy_gettext("查事实字典"),
    description=lazy_gettext("档案可以写哪些事实：名称、类型、单位、范围、代码表、怎么问；以及由它们算出的事实。"),
    answer=shapes.FieldList,
    query=FieldsQuery,
    cached=True,
)
def list_fields(query: Json) -> Response:
    """Return the field dictionary, or what one kind of applicant has of it."""
    bundle = current_bundle()
    kind = query.get("applicant")
    facts = [fact for fact in bundle.vocabulary.fields.values() if not kind or kind in fact.applicant]
    say = Speaker(bundle.vocabulary, {})
    derived = [_derived(each, say) for each in bundle.vocabulary.derived.values()]
    return cacheable(
        {"bundle": bundle.hash, "fields": [_fact(fact) for fact in facts], "derived": derived}, bundle.hash
    )


def _fact(fact: Field) -> Json:
    return {
        "name": fact.name,
        "label": fact.label,
        "type": fact.dimension.value,
        "unit": fact.unit,
        "yearly": fact.yearly,
        "codes": fact.code_table,
        "nullable": fact.nullable,
        "source": fact.source,
        "ask": fact.ask,
        "why": fact.why,
        "cost": fact.cost,
        "min": _bound(fact.minimum, fact.dimension),
        "max": _bound(fact.maximum, fact.dimension),
        "actionable": fact.actionable,
        "applicant": list(fact.applicant),
        "item": [_fact(inner) for inner in fact.item.values()],
    }


def _bound(bound: Fraction | date | None, dimension: Dimension) -> int | str | None:
    """Return a bound exactly: whole numbers (money in 分) as such, others as decimal text, days as written."""
    match bound:
        case None:
            return None
        case date():
            return bound.isoformat()
        case _ if dimension in (Dimension.RATIO, Dimension.NUMBER):
            return _decimal(bound)
        case _:
            return int(bound)


def _decimal(value: Fraction) -> str:
    """Return a decimal that ends within ten places, as every bound in a vocabulary does."""
    whole, rest = divmod(abs(value), 1)
    places = f"{int(rest * 10**10):010d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}" + (f".{places}" if places else "")


def _derived(derived: Derived, say: Speaker) -> Json:
    return {
        "name": derived.name,
        "label": derived.label,
        "type": derived.dimension.value,
        "unit": derived.unit,
        "yearly": derived.yearly,
        "codes": derived.code_table,
        "text": say.value(derived.value),
        "facts": facts_in(derived.value),
    }


@operations.operation("/code-tables", summary=lazy_gettext("查代码表"), answer=shapes.CodeTableList, cached=True)
def list_code_tables(_query: Json) -> Response:
    """Return the code tables without their codes."""
    bundle = current_bundle().hash
    return cacheable({"bundle": bundle, "items": [_table(table) for table in load_code_tables().values()]}, bundle)


@operations.operation(
    "/code-tables/<table_id>",
    summary=lazy_gettext("看一张代码表"),
    answer=shapes.CodeTable,
    errors=(404,),
    cached=True,
    path=(
        {
            "name": "table_id",
            "in": "path",
            "required": True,
            "description": lazy_gettext("代码表编号"),
            "schema": {"type": "string", "minLength": 1, "maxLength": 100},
            "examples": {"industry": {"value": "gbt4754"}},
        },
    ),
)
def show_code_table(_query: Json, table_id: str) -> Response:
    """Return a code table."""
    bundle = current_bundle().hash
    table = load_code_tables().get(table_id)
    if table is None:
        raise not_found(gettext("没有这张代码表，请查代码表列表。"))
    codes = [
        {
            "code": entry.code,
            "label": entry.label,
            "number": entry.number,
            "parent": entry.parent,
            "aliases": list(entry.aliases),
            "note": entry.note,
            "source_quality": entry.source_quality.value,
            "is_fictitious": entry.is_fictitious,
        }
        for entry in table
    ]
    return cacheable({"bundle": bundle, **_table(table), "codes": codes}, bundle)


def _table(table: CodeTable) -> Json:
    return {
        "id": table.id,
        "title": table.title,
        "source": _source(table.source),
        "is_prefix": table.is_prefix,
        "is_ordered": table.is_ordered,
        "is_open": table.is_open,
        "size": len(table.entries),
    }


def _source(source: CodeSource) -> Json:
    return {
        "title": source.title,
        "number": source.number,
        "source_quality": source.source_quality.value,
        "note": source.note,
    }


@operations.operation(
    "/groups",
    summary=lazy_gettext("查互斥、补差和封顶"),
    description=lazy_gettext("几个项目之间怎么取舍：就高、补差、择一、只享受一次、合并封顶。"),
    answer=shapes.GroupList,
    cached=True,
)
def list_groups(_query: Json) -> Response:
    """Return the rules over several programs."""
    bundle = current_bundle()
    items = [group_json(bundle, group) for group in bundle.groups.values()]
    return cacheable({"bundle": bundle.hash, "items": items}, bundle.hash)


@operations.operation("/bundle", summary=lazy_gettext("查规则包的哈希、数量和版本"), answer=shapes.Bundle, cached=True)
def show_bundle(_query: Json) -> Response:
    """Return what rules are in force."""
    bundle = current_bundle()
    counts = {
        "policies": len(bundle.policies),
        "groups": len(bundle.groups),
        "condition_sets": len(bundle.condition_sets),
        "fields": len(bundle.vocabulary.fields),
        "derived": len(bundle.vocabulary.derived),
        "code_tables": len(load_code_tables()),
        "tests": sum(len(policy.tests) for policy in bundle.policies.values()),
    }
    return cacheable(
        {
            "hash": bundle.hash,
            "districts": list(current_config().districts),
            "counts": counts,
            "languages": list(SCHEMAS),
            "engines": list(ENGINES),
            "api": VERSION,
            "service": metadata.version("huice"),
        },
        bundle.hash,
    )
