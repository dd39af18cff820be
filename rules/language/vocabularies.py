"""Turn `vocab/1` files into the vocabulary: the only names a rule may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial

from rules.language.citations import document_ids, read_cite, read_documents
from rules.language.conditions import read_condition
from rules.language.dependencies import order_by_use
from rules.language.expressions import Typed, read_expression
from rules.language.findings import Finding, Severity
from rules.language.keywords import CONSTRUCTS
from rules.language.measures import BOOL, ORDERED, Measure, fits
from rules.language.model import (
    ConditionValue,
    Derived,
    Dimension,
    Document,
    FactRef,
    Field,
    OnZero,
    Position,
    Value,
    Vocabulary,
)
from rules.language.names import EMPLOYER, DerivedHead, Scope
from rules.language.problems import Gatherer, Noted, Refused, did_you_mean, gather_all, short
from rules.language.quantities import Codes, parse_count, parse_literal
from rules.language.reading import Fields, literal, read_name
from rules.language.source import Entry, MappingNode, Node, ScalarNode
from rules.language.values import read_cases, read_form
from rules.language.walk import walk

RESERVED = frozenset({"as_of", "employer"})
_TYPES = frozenset(dimension.value for dimension in Dimension)
_WITH_UNIT = frozenset({Dimension.COUNT, Dimension.NUMBER})


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A vocabulary, and the names whose definitions were refused: complaints about their uses would be noise."""

    vocabulary: Vocabulary
    broken: frozenset[str]

    def scope(self, tables: Mapping[str, Codes], notes: list[Finding]) -> Scope:
        """Return the scope in which a rule file begins."""
        heads = {name: _head_of(each) for name, each in self.vocabulary.derived.items()}
        return Scope(notes, self.vocabulary.fields, heads, tables, broken=self.broken)


def read_vocabulary(nodes: Sequence[Node], tables: Mapping[str, Codes], notes: list[Finding]) -> Dictionary:
    """Return the dictionary that several files make together; what is wrong with them is added to `notes`."""
    found = gather_all(partial(_gather_vocabulary, nodes, tables), notes)
    return found or Dictionary(Vocabulary({}, {}), frozenset(_names_in(nodes)))


def _names_in(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        for section in ("fields", "derived"):
            part = node.get(section) if isinstance(node, MappingNode) else None
            yield from part.entries if isinstance(part, MappingNode) else ()


def _gather_vocabulary(nodes: Sequence[Node], tables: Mapping[str, Codes], notes: list[Finding]) -> Dictionary:
    files = [fields for node in nodes if (fields := Gatherer(notes).get(Fields.open, node, "vocab", notes))]
    _refuse_doubles(files)
    fields_: dict[str, Field] = {}
    for file in files:
        fields_ |= file.named("fields", lambda entry: _field(entry, "field", tables, notes))
    heads = {name: head for file in files for name, head in _heads(file, tables)}
    written = set(_names_in(nodes))
    scope = Scope(notes, fields_, heads, tables, broken=frozenset(written - fields_.keys() - heads.keys()))
    derived: dict[str, Derived] = {}
    for file in files:
        documents = read_documents(file)
        inside = replace(scope, documents=document_ids(file))
        derived |= file.named("derived", lambda entry: _derived(entry, documents, inside))  # noqa: B023 - called at once
    finished = _with_years(derived, fields_, notes)
    return Dictionary(Vocabulary(fields_, finished), frozenset(written - fields_.keys() - finished.keys()))


def _entries(file: Fields, section: str) -> Mapping[str, Entry]:
    node = file.raw(section)
    return node.entries if isinstance(node, MappingNode) else {}


def _refuse_doubles(files: Sequence[Fields]) -> None:
    seen: dict[str, Position] = {}
    for file in files:
        for section in ("fields", "derived"):
            for name, entry in _entries(file, section).items():
                if name in seen:
                    message = f"事实 {short(name)} 在 {seen[name].file} 第 {seen[name].line} 行已经定义"
                    file.refuse("structure.duplicate", entry.key.position, message, "请删去其中一个或改名")
                seen.setdefault(name, entry.key.position)


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _field(entry: Entry, construct: str, tables: Mapping[str, Codes], notes: list[Finding]) -> Field:
    name = read_name(entry.key)
    fields = Fields.open(entry.value, construct, notes)
    _refuse_reserved(name, entry, fields)
    dimension = Dimension(fields.choice("type", Dimension.TEXT.value))
    codes, unit = fields.text("codes"), fields.text("unit")
    _refuse_misfits(fields, dimension, tables)
    minimum, maximum = (fields.optional(end, lambda node: _limit(node, dimension, unit)) for end in ("min", "max"))
    if minimum is not None and maximum is not None and minimum > maximum:  # type: ignore[operator]  # of one dimension
        fields.refuse("type.empty-interval", fields.place("max"), "max 小于 min", "请核对最小值和最大值")
    cost, actionable = fields.whole("cost"), fields.flag("actionable")
    return fields.done(
        Field(
            name=name,
            label=fields.text("label"),
            dimension=dimension,
            position=entry.key.position,
            unit=unit,
            yearly=fields.has("period") and bool(fields.choice("period")),
            code_table=codes,
            nullable=fields.text("nullable"),
            source=fields.text("source"),
            ask=fields.text("ask"),
            why=fields.text("why"),
            cost=1 if cost is None else cost,
            minimum=minimum,
            maximum=maximum,
            actionable=actionable is not False,
            applicant=fields.choices("applicant", ("enterprise",)),
            item=fields.named("item", lambda each: _field(each, "item_field", tables, notes)),
        )
    )


def _limit(node: Node, dimension: Dimension, unit: str) -> Fraction | date:
    """Return an end of a fact's domain; for a list, of its number of items."""
    if dimension is Dimension.LIST:
        return literal(node, parse_count)
    if dimension not in ORDERED:
        raise Refused("type.dimension", node.position, "这种事实没有大小", "请删去 min 和 max")
    value = literal(node, lambda text: parse_literal(text, dimension, unit))
    assert isinstance(value, Fraction | date)  # noqa: S101 - so parse_literal reads these dimensions
    return value


def _refuse_reserved(name: str, entry: Entry, fields: Fields) -> None:
    if name in RESERVED:
        fields.refuse("structure.name", entry.key.position, f"{name} 是保留的名称", "请换一个名称")


def _refuse_misfits(fields: Fields, dimension: Dimension, tables: Mapping[str, Codes]) -> None:
    """Note a code table, unit or item list that the type needs and lacks, or has and does not need."""
    wants = {"codes": dimension is Dimension.CODE}
    if "item" in fields.construct.keys:
        wants["item"] = dimension is Dimension.LIST
    for key, wanted in wants.items():
        if wanted and not fields.has(key):
            help_ = fields.construct.keys[key].help
            fields.refuse(
                "structure.missing-key",
                fields.position,
                f"type: {dimension.value} 缺少 {key}",
                f"请加上 {key}: {help_}",
            )
        if not wanted and fields.has(key):
            place = fields.node.entries[key].key.position
            fields.refuse("structure.unknown-key", place, f"type: {dimension.value} 不用写 {key}", "请删去这一项")
    if fields.has("unit") and dimension not in _WITH_UNIT:
        place = fields.node.entries["unit"].key.position
        fields.refuse(
            "structure.unknown-key", place, f"type: {dimension.value} 不用写 unit", "只有 count 和 number 才有单位"
        )
    codes = fields.text("codes")
    if dimension is Dimension.CODE and codes and codes not in tables:
        advice = did_you_mean(codes, tables)
        fields.refuse("reference.unknown-table", fields.place("codes"), f"没有代码表 {short(codes)}", advice)


# ── computed facts ───────────────────────────────────────────────────────────────────────────────────────────────


def _heads(file: Fields, tables: Mapping[str, Codes]) -> Iterator[tuple[str, DerivedHead]]:
    """Yield what is declared of computed facts, before any is read: they may name each other in any order."""
    for name, entry in _entries(file, "derived").items():
        if not isinstance(entry.value, MappingNode):
            continue
        said = {
            key: node.text
            for key in ("label", "type", "unit", "codes")
            if isinstance(node := entry.value.get(key), ScalarNode)
        }
        is_sound = said.get("type") in _TYPES and (said["type"] != Dimension.CODE.value or said.get("codes") in tables)
        if is_sound:
            measure = Measure(Dimension(said["type"]), said.get("unit", ""), said.get("codes", ""))
            yield name, DerivedHead(said.get("label", name), measure, None)


def _head_of(derived: Derived) -> DerivedHead:
    return DerivedHead(derived.label, Measure(derived.dimension, derived.unit, derived.code_table), derived.yearly)


def _derived(entry: Entry, documents: tuple[Document, ...], scope: Scope) -> Derived:
    name = read_name(entry.key)
    fields = Fields.open(entry.value, "derived", scope.notes)
    _refuse_reserved(name, entry, fields)
    dimension = Dimension(fields.choice("type", Dimension.MONEY.value))
    _refuse_misfits(fields, dimension, scope.tables)
    cite = fields.optional("cite", lambda node: read_cite(node, scope))
    declared = Measure(dimension, fields.text("unit"), fields.text("codes"))
    found = fields.get(_definition, name, fields, declared, scope)
    if found is None:
        raise Noted
    value, measure = found
    if not fits(declared, measure):
        advice = f"请改 type，或把算式改成{declared}" + ("，如 floor(…)" if dimension is Dimension.COUNT else "")
        fields.refuse("type.dimension", fields.position, f"{name} 声明为{declared}，算出来是{measure}", advice)
    return fields.done(
        Derived(
            name=name,
            label=fields.text("label"),
            dimension=dimension,
            value=value,
            position=entry.key.position,
            unit=declared.unit,
            code_table=declared.codes,
            cite=cite,
            documents=documents if cite else (),
        )
    )


def _definition(name: str, fields: Fields, declared: Measure, scope: Scope) -> Typed:
    written = [word for word in CONSTRUCTS["derived"].exactly_one if fields.has(word)]
    if len(written) != 1 or name not in scope.derived:  # what it should measure is not known
        raise Noted
    word, node = written[0], fields.node.entries[written[0]].value
    if fields.has("on_zero") and word != "expr":
        fields.refuse("structure.conflicting-keys", fields.place("on_zero"), "on_zero 只用于 expr", "请删去这一项")
    if word == "expr":
        return read_expression(node, scope, OnZero(fields.choice("on_zero", OnZero.UNKNOWN.value)))
    if word == "when":
        return ConditionValue(read_condition(node, scope), fields.position), BOOL
    if word == "cases":
        return read_cases(node, declared, scope)
    return read_form(word, fields.afresh(), declared, scope)


# ── what computed facts depend on ────────────────────────────────────────────────────────────────────────────────


def _with_years(
    derived: Mapping[str, Derived], fields: Mapping[str, Field], notes: list[Finding]
) -> dict[str, Derived]:
    """Return the computed facts that do not lead back to themselves, marked as yearly when a part of them is."""
    uses = {name: _uses(each.value) for name, each in derived.items()}
    order = order_by_use({name: [_bare(ref) for ref in refs] for name, refs in uses.items()})
    if order.circle:
        message = f"推算的事实互相依赖：{order}"
        place = derived[order.circle[0]].position
        notes.append(Finding("reference.cycle", Severity.ERROR, place, message, "请断开这个环"))
    finished: dict[str, Derived] = {}
    for name in order.names:
        parts = [(ref, finished.get(_bare(ref)) or fields.get(_bare(ref))) for ref in uses[name]]
        for ref, part in parts:
            if ref.offset and part and not part.yearly:
                message = f"{ref.name} 不是按年的事实"
                notes.append(Finding("type.offset", Severity.ERROR, ref.position, message, f"请写 {ref.name}"))
        if all(part for _, part in parts):  # the others lean on a definition that was refused
            finished[name] = replace(derived[name], yearly=any(part.yearly for _, part in parts if part))
    return {name: finished[name] for name in derived if name in finished}


def _uses(value: Value) -> list[FactRef]:
    return [part for part in walk(value) if isinstance(part, FactRef) and not part.of_item]


def _bare(ref: FactRef) -> str:
    return ref.name.removeprefix(EMPLOYER)
