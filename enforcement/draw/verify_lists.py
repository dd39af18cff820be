"""Check published lists against their committed roots, and the drawn units against tickets, weights and cut-offs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from enforcement.draw.verify_rules import (
    Json,
    Malformed,
    is_name,
    is_unit,
    jcs,
    pivotal_sample,
    sha,
    ticket_of,
    tree_root,
    unhex,
)


@dataclass(frozen=True, slots=True)
class Tier:
    """The stratum and weight of a unit."""

    stratum: str
    weight: int


def frame_fault(head: Json, records: Sequence[Json]) -> str:
    """Return what is wrong with a frame, or the empty text."""
    units = [record["unit"] for record in records]
    for unit in units:
        if not is_unit(unit):
            return f"单位编号 {unit} 无效"
    for left, right in pairwise(units):
        if left >= right:
            return f"单位 {right} 重复，或没有按编号排列"
    if len(records) != head["size"]:
        return f"名单有 {len(records)} 个单位，承诺的是 {head['size']} 个"
    if tree_root([jcs(record) for record in records]) != head["root"]:
        return "名单的树根与承诺不同"
    return ""


def register_fault(head: Json, register: Sequence[str], exclusions: Sequence[Json], units: Sequence[str]) -> str:
    """Return why the frame is not the register less the exclusions, or the empty text."""
    if len(register) != head["register_size"] or len(exclusions) != head["exclusions_size"]:
        return "登记名册或排除清单的条数与承诺不同"
    if tree_root([jcs({"unit": unit}) for unit in register]) != head["register_snapshot"]:
        return "登记名册的树根与承诺不同"
    if tree_root([jcs(exclusion) for exclusion in exclusions]) != head["exclusions_root"]:
        return "排除清单的树根与承诺不同"
    for exclusion in exclusions:
        if not exclusion["reason"] or exclusion["by"] == exclusion["second"]:
            return f"单位 {exclusion['unit']} 的排除没有理由，或没有第二人复核"
    expected = sorted([*units, *(exclusion["unit"] for exclusion in exclusions)])
    for ours, theirs in zip(expected, register, strict=False):
        if ours != theirs:
            return f"从单位 {min(ours, theirs)} 起，名册不等于名单加排除"
    return "" if len(expected) == len(register) else "名册不等于名单加排除"


def tiers_of(records: Sequence[Json], openings: Sequence[Json]) -> dict[str, Tier]:
    """Return the tiers that are public or opened, by unit; raise Malformed for an opening that does not fit its leaf."""
    found, sealed = {}, {}
    for record in records:
        if "c" in record:
            sealed[record["unit"]] = record["c"]
        else:
            found[record["unit"]] = Tier(record["stratum"], record["w"])
    for opening in openings:
        tier = {"stratum": opening["stratum"], "w": opening["w"]}
        if sha(unhex(opening["salt"]) + jcs(tier)) != sealed.get(opening["unit"]):
            raise Malformed(f"单位 {opening['unit']} 的层和权重打不开名单里的那一项")
        found[opening["unit"]] = Tier(stratum=tier["stratum"], weight=tier["w"])
    return found


@dataclass(frozen=True, slots=True)
class Draw:
    """What a check of one programme needs: seed, name, order, all units, the tiers known, the committed strata."""

    seed: str
    programme: str
    is_high_first: bool
    units: Sequence[str]
    tiers: dict[str, Tier]
    methods: Json

    def in_order(self, units: Sequence[str]) -> list[tuple[str, str]]:
        """Return (ticket, unit) as they are drawn."""
        listed = sorted((ticket_of(self.seed, unit), unit) for unit in units)
        if not self.is_high_first:
            return listed
        # Highest ticket first; equal tickets still by unit.
        return sorted(listed, key=lambda pair: pair[0], reverse=True)


def stratum_faults(draw: Draw, committed: Json, published: Json) -> Iterator[str]:
    """Say what is wrong with one stratum, as deep as the known tiers allow."""
    name, selected = committed["id"], [entry["unit"] for entry in published["selected"]]
    if (published["n"], published["method"]) != (committed["n"], draw.methods[name]):
        yield f"层 {name} 的抽取数或方法与承诺不同"
    if len(set(selected)) != committed["n"] or len(selected) != committed["n"]:
        yield f"层 {name} 应抽 {committed['n']} 个，名单有 {len(selected)} 个"
    reserve = published.get("reserve", [])
    yield from _ticket_faults(draw, name, published["selected"])
    yield from _ticket_faults(draw, name, reserve)
    yield from _cutoff_faults(draw, name, published)
    yield from _tier_faults(draw, name, published)
    members = [unit for unit in draw.units if unit in draw.tiers and draw.tiers[unit].stratum == name]
    if len(draw.tiers) < len(draw.units):
        return
    if len(members) != published["N"]:
        yield f"层 {name} 有 {len(members)} 个单位，公布的是 {published['N']} 个"
    ordered = [unit for _, unit in draw.in_order(members)]
    due = _due(draw, name, ordered, committed["n"])
    if [unit for unit in ordered if unit in due] != selected:
        yield f"层 {name} 应抽中的单位与公布的不同"
    following = [unit for unit in ordered if unit not in due][: committed.get("reserve", 0)]
    if [entry["unit"] for entry in reserve] != following:
        yield f"层 {name} 的候补次序与应有的不同"


def _due(draw: Draw, name: str, ordered: Sequence[str], n: int) -> set[str]:
    if draw.methods[name] == "ticket":
        return set(ordered[:n])
    label = f"{draw.programme}:{name}" if draw.programme else name
    return pivotal_sample(draw.seed, label, [(unit, draw.tiers[unit].weight) for unit in ordered], n)


def _ticket_faults(draw: Draw, name: str, entries: Sequence[Json]) -> Iterator[str]:
    listed = set(draw.units)
    for rank, entry in enumerate(entries, 1):
        if entry["unit"] not in listed:
            yield f"层 {name} 的单位 {entry['unit']} 不在承诺的名单里"
        elif entry["ticket"] != ticket_of(draw.seed, entry["unit"]) or entry["rank"] != rank:
            yield f"单位 {entry['unit']} 的签号或名次不对"
    if [entry["unit"] for entry in entries] != [
        unit for _, unit in draw.in_order([entry["unit"] for entry in entries])
    ]:
        yield f"层 {name} 没有按签号次序排列"


def _cutoff_faults(draw: Draw, name: str, published: Json) -> Iterator[str]:
    has_cutoff = draw.methods[name] == "ticket" and bool(published["selected"])
    last = published["selected"][-1]["ticket"] if has_cutoff else None
    if published.get("cutoff") != last:
        yield f"层 {name} 的分界号不是最后一个抽中者的签号"


def _tier_faults(draw: Draw, name: str, published: Json) -> Iterator[str]:
    """Check the units whose tier is known one by one: in the right stratum, and drawn exactly as the cut-off says."""
    selected = {entry["unit"] for entry in published["selected"]}
    cutoff = published.get("cutoff")
    for unit, tier in draw.tiers.items():
        if unit in selected and tier.stratum != name:
            yield f"单位 {unit} 属于层 {tier.stratum}，却在层 {name} 抽中"
        if tier.stratum == name and cutoff and unit not in selected:
            ticket = ticket_of(draw.seed, unit)
            if ticket > cutoff if draw.is_high_first else ticket < cutoff:
                yield f"单位 {unit} 的签号应当抽中，名单里没有"


def strata_fault(committed: Sequence[Json], published: Sequence[Json], size: int) -> str:
    """Return why the published strata as a whole are not those committed, or the empty text."""
    names = [stratum["id"] for stratum in committed]
    if [stratum["id"] for stratum in published] != names or not all(map(is_name, names)):
        return "公布的层与承诺的层不同"
    total = sum(stratum["N"] for stratum in published)
    if total != size:
        return f"各层合计 {total} 个单位，名单有 {size} 个"
    drawn = [entry["unit"] for stratum in published for entry in stratum["selected"]]
    twice = sorted(unit for unit, times in Counter(drawn).items() if times > 1)
    return f"单位 {twice[0]} 在两层里都抽中" if twice else ""
