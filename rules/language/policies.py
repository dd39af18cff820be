"""A `policy/1` file → Policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from rules.language.citations import document_ids, read_cite, read_documents
from rules.language.embedded import read_profiles, read_tests
from rules.language.literals import guess_literal
from rules.language.measures import ORDERED, Measure, agree
from rules.language.model import Material, Parameter, ParameterValue, Policy, Settlement, Stage, Version
from rules.language.names import Scope
from rules.language.problems import Noted
from rules.language.quantities import parse_code
from rules.language.reading import Fields, literal, read_name, scalar
from rules.language.source import Entry, MappingNode, Node
from rules.language.versions import read_version


def read_policy(node: Node, scope: Scope) -> Policy:
    """Return a policy; raise Noted after noting everything that is wrong with it."""
    fields = Fields.open(node, "policy", scope.notes)
    documents = read_documents(fields)
    applicants = fields.choices("applicant", ("enterprise",))
    scope = replace(scope, documents=document_ids(fields), applicants=applicants)
    scope, params = _with_params(fields, scope)
    settlement = Settlement(fields.choice("settlement", Settlement.CALCULATE.value))
    versions = fields.many("versions", lambda each: read_version(each, scope, settlement))
    _refuse_overlaps(fields, versions)
    profiles = read_profiles(fields, scope)
    return fields.done(
        Policy(
            id=fields.id("id"),
            title=fields.text("title"),
            level=fields.choice("level"),
            authority=fields.text("authority"),
            settlement=settlement,
            documents=documents,
            params=params,
            versions=tuple(sorted(versions, key=lambda version: version.from_)),
            tests=read_tests(fields, profiles, scope),
            position=fields.position,
            applicant=applicants,
            district=fields.text("district"),
            kind=fields.choice("kind"),
            summary=fields.text("summary"),
            industries=_industries(fields, scope),
            tags=fields.texts("tags"),
            materials=fields.many("materials", lambda each: _material(each, scope)),
            process=fields.many("process", lambda each: _stage(each, scope)),
            office=fields.text("office"),
            phone=fields.text("phone"),
            legal_flags=fields.texts("legal_flags"),
            dossier=fields.texts("dossier"),
            patterns=fields.texts("patterns"),
            verified_on=fields.day("verified_on"),
            note=fields.text("note"),
        )
    )


def _refuse_overlaps(fields: Fields, versions: tuple[Version, ...]) -> None:
    for earlier, later in pairwise(sorted(versions, key=lambda version: version.from_)):
        if earlier.to is None or later.from_ <= earlier.to:
            end = later.from_ - timedelta(days=1)
            message = f"自 {later.from_} 起的版本与自 {earlier.from_} 起的版本重叠"
            advice = f"请给前一版本写 to: {end}，或改正起始日"
            fields.refuse("time.overlapping-versions", later.position, message, advice)


def _industries(fields: Fields, scope: Scope) -> tuple[str, ...]:
    """Return the industry codes of the catalogue's filter, checked against the table of the fact `industry`."""
    known = scope.fields.get("industry")
    table = scope.tables.get(known.code_table) if known else None
    if table is None:
        return fields.texts("industries")
    return fields.texts("industries", lambda node: literal(node, lambda text: parse_code(text, table)))


# ── parameters ───────────────────────────────────────────────────────────────────────────────────────────────────


def _with_params(fields: Fields, scope: Scope) -> tuple[Scope, dict[str, Parameter]]:
    """Return the parameters, and the scope in which they can be named."""
    found = fields.named("params", lambda entry: _parameter(entry, scope))
    node = fields.raw("params")
    written = node.entries if isinstance(node, MappingNode) else {}
    broken = frozenset(f"${name}" for name in written if name not in found)
    measures = {name: measure for name, (_, measure) in found.items()}
    return replace(scope, params=measures, broken=scope.broken | broken), {
        name: each for name, (each, _) in found.items()
    }


def _parameter(entry: Entry, scope: Scope) -> tuple[Parameter, Measure]:
    name = read_name(entry.key)
    fields = Fields.open(entry.value, "param", scope.notes)
    if name == "as_of":
        fields.refuse("structure.name", entry.key.position, "$as_of 是保留的名称", "请给参数换一个名称")
    found = fields.done(fields.many("values", lambda node: _parameter_value(node, scope)))
    measure = found[0][1]
    for value, other in found[1:]:
        if not (agree(measure, other) and measure.is_pure is other.is_pure):
            message = f"参数 {name} 的值有{measure}也有{other}"
            fields.refuse("type.dimension", value.position, message, "同一参数各时期的值要同类同单位")
    values = tuple(sorted((value for value, _ in found), key=lambda value: value.from_))
    for earlier, later in pairwise(values):
        if later.from_ == earlier.from_ or (earlier.to and later.from_ <= earlier.to):
            message = f"参数 {name} 自 {later.from_} 起的值与前一值重叠"
            fields.refuse("time.overlapping-values", later.position, message, "请改正 from 或前一值的 to")
    return fields.done((Parameter(name, fields.text("label"), measure.dimension, values, entry.key.position), measure))


def _parameter_value(node: Node, scope: Scope) -> tuple[ParameterValue, Measure]:
    fields = Fields.open(node, "param_value", scope.notes)
    first, last = fields.span()
    found = fields.optional("value", lambda each: guess_literal(scalar(each).text, each.position))
    cite = fields.optional("cite", lambda each: read_cite(each, scope))
    if found is None:
        raise Noted
    value, measure = found
    if measure.dimension not in ORDERED:
        advice = "参数只放会变的数字和日期，如 300万元、5%、2026-03-31"
        fields.refuse("type.dimension", value.position, f"参数不能是{measure}", advice)
    return fields.done((ParameterValue(fields.must(first), last, value, cite, fields.position), measure))


# ── what an applicant has to do ──────────────────────────────────────────────────────────────────────────────────


def _material(node: Node, scope: Scope) -> Material:
    fields = Fields.open(node, "material", scope.notes)
    return fields.done(Material(fields.text("name"), fields.position, fields.text("note"), fields.period("fresh")))


def _stage(node: Node, scope: Scope) -> Stage:
    fields = Fields.open(node, "stage", scope.notes)
    cite = fields.optional("cite", lambda each: read_cite(each, scope))
    limit = fields.period("time_limit")
    return fields.done(Stage(fields.text("name"), fields.position, fields.text("office"), limit, cite))
