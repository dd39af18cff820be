"""The power list (权责清单): its columns, what is left blank and why, and its links to benchmarks and inspection items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from enforcement.discretion import keywords
from enforcement.discretion.codes import finding
from enforcement.discretion.keywords import DUTY_STAGES, PowerKind
from enforcement.discretion.model import Benchmark
from enforcement.discretion.reading import documents_by_id, scope_of
from rules.calendar import Period
from rules.language.citations import read_cite
from rules.language.findings import Finding
from rules.language.model import Cite, Document, Position
from rules.language.names import Scope
from rules.language.problems import did_you_mean
from rules.language.reading import Fields
from rules.language.source import Node

# What may be left blank, by key and by the name of the published column.
COLUMNS = {
    "code": "职权编码",
    "sub_item": "子项",
    "body": "实施主体",
    "office": "承办机构",
    "tier": "实施层级",
    "duties": "责任事项",
    "liability": "追责情形",
    "time_limit": "办理时限",
    "fee": "收费",
    "phone": "监督电话",
}
_MAY_BE_ABSENT = frozenset({"sub_item"})


@dataclass(frozen=True, slots=True)
class Duty:
    """What a body has to do at one stage."""

    stage: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """One row of a power list; `unknown` are columns no source gives, `invented` those made up for a demonstration."""

    id: str
    number: int
    title: str
    kind: PowerKind
    basis: tuple[Cite, ...]
    position: Position
    code: str = ""
    sub_item: str = ""
    body: str = ""
    office: str = ""
    tier: str = ""
    duties: tuple[Duty, ...] = ()
    liability: tuple[str, ...] = ()
    time_limit: Period | None = None
    fee: str = ""
    phone: str = ""
    unknown: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()  # benchmark.act
    draw_items: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()

    def is_blank(self, column: str) -> bool:
        """Tell whether a column has nothing in it."""
        return not getattr(self, column)


@dataclass(frozen=True, slots=True)
class PowerList:
    """A published power list, or a sample."""

    id: str
    title: str
    authority: str
    is_sample: bool
    documents: Mapping[str, Document]
    items: tuple[Power, ...]
    position: Position
    as_of: date | None = None
    note: str = ""


def read_powers(node: Node, notes: list[Finding]) -> PowerList:
    """Return a `powers/1` file; raise Noted after noting everything that is wrong with it."""
    fields = Fields.of(node, keywords.POWERS, notes)
    documents = documents_by_id(fields)
    scope = scope_of(fields, {}, {})
    items = fields.many("items", lambda each: _power(each, scope))
    for key, what in (("id", "编号"), ("number", "序号")):
        seen: set[object] = set()
        for item in items:
            value = getattr(item, key)
            if value in seen:
                fields.refuse("structure.duplicate", item.position, f"{what} {value} 写了两次", "请改其中一个")
            seen.add(value)
    return fields.done(
        PowerList(
            id=fields.id("id"),
            title=fields.text("title"),
            authority=fields.text("authority"),
            is_sample=fields.choice("status") == "示例",
            documents=documents,
            items=items,
            position=fields.position,
            as_of=fields.day("as_of"),
            note=fields.text("note"),
        )
    )


def _power(node: Node, scope: Scope) -> Power:
    fields = Fields.of(node, keywords.POWER, scope.notes)
    return fields.done(
        Power(
            id=fields.id("id"),
            number=fields.must(fields.whole("number")),
            title=fields.text("title"),
            kind=PowerKind(fields.choice("kind", PowerKind.OTHER.value)),
            basis=fields.many("basis", lambda each: read_cite(each, scope)),
            position=fields.position,
            code=fields.text("code"),
            sub_item=fields.text("sub_item"),
            body=fields.text("body"),
            office=fields.text("office"),
            tier=fields.choice("tier"),
            duties=fields.many("duties", lambda each: _duty(each, scope.notes)),
            liability=fields.texts("liability"),
            time_limit=fields.period("time_limit"),
            fee=fields.text("fee"),
            phone=fields.text("phone"),
            unknown=_columns(fields, "unknown"),
            invented=_columns(fields, "invented"),
            acts=fields.texts("acts"),
            draw_items=tuple(id_ for id_, _ in fields.ids("draw_items")),
            leads_to=tuple(id_ for id_, _ in fields.ids("leads_to")),
        )
    )


def _duty(node: Node, notes: list[Finding]) -> Duty:
    fields = Fields.of(node, keywords.DUTY, notes)
    return fields.done(Duty(fields.choice("stage"), fields.text("text")))


def _columns(fields: Fields, key: str) -> tuple[str, ...]:
    names = fields.texts(key)
    for name in names:
        if name not in COLUMNS:
            advice = did_you_mean(name, COLUMNS)
            fields.refuse("structure.unknown-word", fields.place(key), f"清单没有 {name} 这一栏", advice)
    return names


# ── checks ───────────────────────────────────────────────────────────────────────────────────────────────────────


def check_powers(
    lists: Iterable[PowerList], benchmarks: Mapping[str, Benchmark], draw_items: frozenset[str] | None
) -> Iterator[Finding]:
    """Yield blank columns, disordered duties, and links that lead nowhere or only one way."""
    every = list(lists)
    for each in every:
        for item in each.items:
            yield from _check_columns(item, each.id)
            yield from _check_duties(item, each.id)
            yield from _check_links(item, each, benchmarks, draw_items)
    items = {item.id: item for each in every for item in each.items}
    for benchmark in benchmarks.values():
        for act in benchmark.acts.values():
            name = f"{benchmark.id}.{act.id}"
            if act.power and (act.power not in items or name not in items[act.power].acts):
                message = f"违法行为 {name} 写了权责事项 {act.power}，清单中没有或没有列回它"
                yield finding("powers.link", act.position, message, "两边互相写明，或删去一边", benchmark.id)


def _check_columns(item: Power, owner: str) -> Iterator[Finding]:
    for column, name in COLUMNS.items():
        is_unknown = column in item.unknown
        if item.is_blank(column) and not is_unknown and column not in _MAY_BE_ABSENT:
            message = f"{item.id} 的{name}空着"
            yield finding("powers.blank", item.position, message, f"请填写，或把 {column} 列入 unknown", owner)
        elif not item.is_blank(column) and is_unknown:
            message = f"{item.id} 的{name}已填写，却列在 unknown"
            yield finding("powers.filled", item.position, message, f"请从 unknown 中删去 {column}", owner)


def _check_duties(item: Power, owner: str) -> Iterator[Finding]:
    for before, after in pairwise(item.duties):
        if DUTY_STAGES.index(before.stage) >= DUTY_STAGES.index(after.stage):
            message = f"{item.id} 的责任事项“{after.stage}”排在“{before.stage}”之后"
            yield finding("powers.order", item.position, message, f"照此先后：{'、'.join(DUTY_STAGES)}", owner)


def _check_links(
    item: Power, own: PowerList, benchmarks: Mapping[str, Benchmark], draw_items: frozenset[str] | None
) -> Iterator[Finding]:
    for name in item.acts:
        benchmark, _, act = name.partition(".")
        found = benchmarks[benchmark].acts.get(act) if benchmark in benchmarks else None
        if found is None or found.power != item.id:
            message = f"{item.id} 列了违法行为 {name}，裁量基准中没有或没有写回 power: {item.id}"
            yield finding("powers.link", item.position, message, "两边互相写明，或删去一边", own.id)
    known = {each.id for each in own.items}
    for target in item.leads_to:
        if target not in known:
            message = f"{item.id} 转入的 {target} 不在清单中"
            yield finding("powers.link", item.position, message, did_you_mean(target, known), own.id)
    for target in item.draw_items:
        if draw_items is not None and target not in draw_items:
            message = f"{item.id} 对应的随机抽查事项 {target} 不在事项清单中"
            yield finding("powers.link", item.position, message, "请核对事项编号", own.id)
