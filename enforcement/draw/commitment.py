"""The commitment: everything that decides a draw but the numbers nobody knows yet, as one canonical document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from enforcement.canonical import Json, canonical, sha256_hex
from enforcement.complaints import refuse
from enforcement.draw.people import Period
from enforcement.draw.reading import Fields
from enforcement.draw.sources import Source, is_format, known_at
from enforcement.draw.tickets import Order

TYPE = "ssj-draw/1 commit"
_FRAME_HASHES = ("register_snapshot", "exclusions_root")
_FRAME_SIZES = ("register_size", "exclusions_size")


class Method(Enum):
    """How the units of a stratum are drawn: all alike by ticket, or in proportion to weight."""

    TICKET = "ticket"
    PIVOTAL = "pivotal"


class Secrecy(Enum):
    """Whether everyone can compute the draw at once, or only the holders of the salts until they are revealed."""

    OPEN = "open"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many units of a stratum are drawn, how, and how many reserves are named after them."""

    id: str
    n: int
    method: Method = Method.TICKET
    reserve: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """How many inspectors of a department visit each drawn unit, `lead` of them qualified to lead, skilled in `items`."""

    dept: str
    k: int
    lead: int = 0
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seal:
    """A party's sealed salt."""

    party: str
    commit: str


@dataclass(frozen=True, slots=True)
class Programme:
    """A frame with its strata and teams; `id` is empty for the main one and names each that is drawn jointly."""

    id: str
    frame: tuple[tuple[str, Json], ...]
    strata: tuple[Stratum, ...]
    team: tuple[Demand, ...] = ()
    order: Order = Order.LOW


@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment as it is written; `rest` holds descriptive fields that decide nothing."""

    draw: str
    attempt: int
    main: Programme
    sources: tuple[Source, ...]
    not_before: str
    secrecy: Secrecy
    salts: tuple[Seal, ...] = ()
    reveal_by: str | None = None
    joint: tuple[Programme, ...] = ()
    inspectors: tuple[tuple[str, Json], ...] = ()
    conflicts: tuple[tuple[str, Json], ...] = ()
    window: Period | None = None
    task: str | None = None
    rest: tuple[tuple[str, Json], ...] = ()

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """Return the main programme and those drawn jointly with it."""
        return (self.main, *self.joint)


def commitment_hash(commitment: Commitment) -> str:
    """Return the hex SHA-256 of the canonical document."""
    return sha256_hex(commitment_bytes(commitment))


def commitment_bytes(commitment: Commitment) -> bytes:
    """Return the canonical document; fields that say nothing are left out."""
    document: dict[str, Json] = {
        **dict(commitment.rest),
        "type": TYPE,
        "draw": commitment.draw,
        "attempt": commitment.attempt,
        **_programme_document(commitment.main),
        "sources": [_source_document(source) for source in commitment.sources],
        "not_before": commitment.not_before,
        "secrecy": commitment.secrecy.value,
    }
    if commitment.salts:
        document["salts"] = [{"party": seal.party, "commit": seal.commit} for seal in commitment.salts]
    if commitment.reveal_by:
        document["reveal_by"] = commitment.reveal_by
    if commitment.joint:
        document["joint"] = [{"id": joint.id, **_programme_document(joint)} for joint in commitment.joint]
    if commitment.inspectors:
        document["inspectors"] = dict(commitment.inspectors)
    if commitment.conflicts:
        document["conflicts"] = dict(commitment.conflicts)
    if commitment.window:
        document["window"] = {"from": commitment.window.first, "to": commitment.window.last}
    if commitment.task:
        document["task"] = commitment.task
    return canonical(document)


def read_commitment(document: Json) -> Commitment:
    """Read a commitment document; raise Refused naming the field that is missing or wrong."""
    fields = Fields(document, "承诺")
    fields.choice("type", [TYPE])
    commitment = Commitment(
        draw=fields.name("draw"),
        attempt=fields.whole("attempt", least=1),
        main=_read_programme(fields, ""),
        sources=tuple(_read_source(entry) for entry in fields.objects("sources")),
        not_before=fields.time("not_before"),
        secrecy=Secrecy(fields.choice("secrecy", [secrecy.value for secrecy in Secrecy])),
        salts=tuple(_read_seal(entry) for entry in fields.objects("salts")),
        reveal_by=fields.day("reveal_by") if fields.has("reveal_by") else None,
        joint=tuple(_read_programme(entry, entry.name("id"), ends=True) for entry in fields.objects("joint")),
        inspectors=_read_head(fields, "inspectors") if fields.has("inspectors") else (),
        conflicts=_read_head(fields, "conflicts") if fields.has("conflicts") else (),
        window=_read_window(fields) if fields.has("window") else None,
        task=fields.name("task") if fields.has("task") else None,
        rest=fields.rest(),
    )
    _refuse_repeated("来源", [source.name for source in commitment.sources])
    _refuse_repeated("持盐方", [seal.party for seal in commitment.salts])
    _refuse_repeated("联合计划", [programme.id for programme in commitment.joint])
    return commitment


def _programme_document(programme: Programme) -> dict[str, Json]:
    document: dict[str, Json] = {
        "frame": dict(programme.frame),
        "strata": [_stratum_document(stratum) for stratum in programme.strata],
        "method": {stratum.id: stratum.method.value for stratum in programme.strata},
    }
    if programme.team:
        document["team"] = [_demand_document(demand) for demand in programme.team]
    if programme.order is not Order.LOW:
        document["order"] = programme.order.value
    return document


def _stratum_document(stratum: Stratum) -> dict[str, Json]:
    reserve: dict[str, Json] = {"reserve": stratum.reserve} if stratum.reserve else {}
    return {"id": stratum.id, "n": stratum.n, **reserve}


def _demand_document(demand: Demand) -> dict[str, Json]:
    document: dict[str, Json] = {"dept": demand.dept, "k": demand.k}
    if demand.lead:
        document["lead"] = demand.lead
    if demand.items:
        document["items"] = list(demand.items)
    return document


def _source_document(source: Source) -> dict[str, Json]:
    document: dict[str, Json] = {"name": source.name}
    if source.format:
        document["format"] = source.format
    if source.at:
        document["at"] = source.at
    return document


def _read_programme(fields: Fields, name: str, *, ends: bool = False) -> Programme:
    frame = _read_head(fields, "frame")
    methods = Fields(fields.take("method"), f"{fields.where}的“method”")
    words = [method.value for method in Method]
    strata = []
    for entry in fields.objects("strata"):
        stratum = entry.name("id")
        method = Method(methods.choice(stratum, words))
        strata.append(Stratum(stratum, entry.whole("n"), method, entry.whole("reserve") if entry.has("reserve") else 0))
        entry.end()
    methods.end()
    order = Order(fields.choice("order", [order.value for order in Order])) if fields.has("order") else Order.LOW
    team = tuple(_read_demand(entry) for entry in fields.objects("team"))
    _refuse_repeated("部门", [demand.dept for demand in team])
    if ends:
        fields.end()
    return Programme(name, frame, tuple(strata), team, order)


def _read_head(fields: Fields, name: str) -> tuple[tuple[str, Json], ...]:
    """Return root and size of a committed list, and for a frame those of its register and exclusions."""
    head = Fields(fields.take(name), f"{fields.where}的“{name}”")
    read: list[tuple[str, Json]] = [("root", head.hash("root")), ("size", head.whole("size"))]
    read += [(part, head.hash(part)) for part in _FRAME_HASHES if head.has(part)]
    read += [(part, head.whole(part)) for part in _FRAME_SIZES if head.has(part)]
    head.end()
    return tuple(read)


def _read_demand(fields: Fields) -> Demand:
    dept, k = fields.name("dept"), fields.whole("k", least=1)
    lead = fields.whole("lead") if fields.has("lead") else 0
    if lead > k:
        raise refuse("lead", f"{fields.where}（{dept}）要 {k} 人，却要 {lead} 名带队人。请把“lead”改为不超过“k”。")
    demand = Demand(dept, k, lead, fields.names("items"))
    fields.end()
    return demand


def _read_source(fields: Fields) -> Source:
    name = fields.name("name")
    form = fields.text("format") if fields.has("format") else None
    if form is not None and not is_format(form):
        raise refuse(
            "source-format", f"来源 {name} 的格式“{form[:80]}”看不懂。请只用 r、b、0、h、n 和 , + . : - 书写。"
        )
    source = Source(name, form, fields.time("at") if fields.has("at") else None)
    fields.end()
    try:
        known_at(source)
    except ValueError as error:
        raise refuse("source-name", f"来源 {name} 里的日期不存在。请改正。") from error
    return source


def _read_seal(fields: Fields) -> Seal:
    seal = Seal(fields.name("party"), fields.hash("commit"))
    fields.end()
    return seal


def _read_window(fields: Fields) -> Period:
    window = Fields(fields.take("window"), f"{fields.where}的“window”")
    period = Period(window.day("from"), window.day("to"))
    window.end()
    if period.last < period.first:
        raise refuse("period", f"检查期间 {period.first} 至 {period.last} 首尾颠倒。请改正。")
    return period


def _refuse_repeated(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise refuse("twice", f"承诺里{what} {name} 写了两次。请只保留一处。")
