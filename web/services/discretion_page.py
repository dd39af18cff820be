"""Prepare the tables of discretion and the power list for their public pages, and read a case as the form asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from enforcement.discretion.assess import Assessment, assess
from enforcement.discretion.facts import NO, YES, CaseError, answered, read_case
from enforcement.discretion.library import Library, load_library
from enforcement.discretion.model import Act, Benchmark, Branch, Grade, Known
from enforcement.discretion.powers import COLUMNS, Power, PowerList
from enforcement.discretion.sentences import range_text
from rules.language.model import Cite, Dimension, Document, Field
from web.services.inspection_values import day_of

QUALITY = {"official": "官方文本", "copy": "转载", "summary": "摘要", "unverified": "未核实"}


@dataclass(frozen=True, slots=True)
class Row:
    """One statutory range or grade of a table: what it is for, its words, and where they stand."""

    label: str
    words: str
    document: str
    clause: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One fact that the form asks for; `words` are those to choose from, none for a number."""

    name: str
    label: str
    hint: str
    words: tuple[str, ...]


@dataclass(slots=True)
class Answer:
    """What a form came to: the assessment, or what is wrong by field."""

    found: Assessment | None = None
    errors: dict[str, str] = field(default_factory=dict)


def library() -> Library:
    """Return the tables that this service was delivered with."""
    return load_library()


def rows_of(benchmark: Benchmark, parts: tuple[Branch, ...] | tuple[Grade, ...]) -> list[Row]:
    """Return the ranges or the grades of an act as rows."""
    return [_row(part.label, part.cite, benchmark.documents) for part in parts]


def _row(label: str, cite: Cite, documents: Mapping[str, Document]) -> Row:
    document = documents[cite.doc]
    quality = f"（{QUALITY[document.source_quality.value]}）" if document.source_quality else ""
    return Row(label, cite.quote or cite.gist, f"{document.title}{quality}", cite.clause)


def asked_of(benchmark: Benchmark, act: Act) -> tuple[list[Asked], list[Asked]]:
    """Return what an act's range depends on, and the grounds and exemptions of the laws it is weighed by."""
    facts = benchmark.all_facts()
    own = [_asked(facts[name], benchmark) for name in act.facts()]
    others = dict.fromkeys(name for part in benchmark.ground_sets for name in part.facts if name not in act.facts())
    return own, [_asked(facts[name], benchmark) for name in others]


def _asked(fact: Field, benchmark: Benchmark) -> Asked:
    words: tuple[str, ...] = ()
    if fact.dimension is Dimension.BOOL:
        words = (YES, NO)
    elif fact.dimension is Dimension.CODE:
        words = benchmark.choices[fact.name]
    hint = fact.ask
    if fact.dimension is Dimension.MONEY:
        hint = "；".join(filter(None, (fact.ask, "写明单位，如 1999.99元、3万元")))
    elif fact.dimension is Dimension.COUNT:
        hint = "；".join(filter(None, (fact.ask, f"写明单位，如 3{fact.unit}")))
    return Asked(fact.name, fact.label, hint, words)


def answer(benchmark: Benchmark, act: Act, typed: Mapping[str, str]) -> Answer:
    """Return the range for a case; what was left empty counts as not found out yet."""
    errors: dict[str, str] = {}
    on = date.min
    try:
        on = day_of(typed.get("on", ""))
    except ValueError as error:
        errors["on"] = str(error)
    facts = benchmark.all_facts()
    case: dict[str, Known] = {}
    for name in facts:
        if text := typed.get(name, "").strip()[:100]:
            try:
                case |= read_case(answered({name: text}, facts), facts, benchmark.choices)
            except CaseError as error:
                errors[name] = str(error)
    return Answer(errors=errors) if errors else Answer(assess(benchmark, act, case, on))


def summary(benchmark: Benchmark, act: Act, found: Assessment) -> list[tuple[str, str]]:
    """Return the result as (name, value) in the order of reading."""
    facts = benchmark.all_facts()
    labels = {grade.id: grade.label for grade in act.grades}
    said = [("结论", found.status.value)]
    if found.fine is not None:
        said.append(("罚款", range_text(found.fine.low, found.fine.high)))
    if found.statutory is not None:
        said.append(("法定幅度", range_text(found.statutory.low, found.statutory.high)))
    said.append(("不予处罚", found.exemption.value))
    if found.grades:
        said.append(("裁量阶次", "、".join(labels[grade] for grade in found.grades)))
    if found.missing:
        said.append(("待查明", "、".join(facts[name].label for name in found.missing)))
    return [*said, ("最弱的来源", QUALITY[found.quality.value])]


def power_rows(listed: PowerList, power: Power) -> list[tuple[str, str]]:
    """Return the columns of one item as (name, value); what has no source and what is invented says so."""
    values = {
        "code": power.code,
        "sub_item": power.sub_item,
        "body": power.body,
        "office": power.office,
        "tier": power.tier,
        "duties": "；".join(f"{duty.stage}：{duty.text}" for duty in power.duties),
        "liability": "；".join(power.liability),
        "time_limit": str(power.time_limit or ""),
        "fee": power.fee,
        "phone": power.phone,
    }
    cites = "；".join(f"{listed.documents[cite.doc].title}{cite.clause}" for cite in power.basis)
    rows = [("职权类别", power.kind.value), ("依据", cites)]
    for name, title in COLUMNS.items():
        if values[name]:
            rows.append((title, f"{values[name]}（示例自拟）" if name in power.invented else values[name]))
        elif name in power.unknown:
            rows.append((title, "没有来源"))
    return rows
