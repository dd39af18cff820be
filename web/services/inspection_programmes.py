"""Read how a draw is composed: reserves, weights, and departments that draw with the leading one or away from it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from web.services.inspection_values import fraction_of

# How the departments of a task share its draw: all visit every drawn unit; each draws by the same tickets, so that the
# smaller sample lies in the larger; or the partners draw from the other end, so that units are visited by one alone.
TOGETHER, NESTED, APART = JOINTS = ("together", "nested", "apart")
MOST_RESERVES, MOST_WEIGHT = 99, 1000


@dataclass(frozen=True, slots=True)
class Composition:
    """What the form says beyond rates: reserves of each stratum, weights by unit, and how departments share the draw.

    `shares` is, by partner, its number of units as a part of the leading department's.
    """

    reserve: int
    weights: Mapping[str, int]
    joint: str
    shares: Mapping[str, Fraction]

    def weight(self, code: str) -> int:
        """Return the weight of a unit; one that was not named weighs 1."""
        return self.weights.get(code, 1)


def read_composition(typed: Mapping[str, str], partners: Sequence[str], errors: dict[str, str]) -> Composition:
    """Return what the form says; `partners` are the names in draws of the departments beside the leading one."""
    text, reserve = typed.get("reserve", "") or "0", 0
    if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= MOST_RESERVES:
        reserve = int(text)
    else:
        errors["reserve"] = f"请填 0 到 {MOST_RESERVES} 的整数；不递补填 0"
    joint = typed.get("joint", TOGETHER) if partners else TOGETHER
    if joint not in JOINTS:
        errors["joint"] = "请从列表中选择"
    shares = {}
    for dept in partners if joint in (NESTED, APART) else ():
        try:
            shares[dept] = fraction_of(typed.get(f"share_{dept}", "100%"))
        except ValueError as error:
            errors[f"share_{dept}"] = str(error)
        else:
            if not 0 < shares[dept] <= 1:
                errors[f"share_{dept}"] = "请填大于 0%、至多 100% 的比例"
    return Composition(reserve, _read_weights(typed.get("weights", ""), errors), joint, shares)


def _read_weights(text: str, errors: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        code, _, weight = (part.strip() for part in line.partition(" "))
        if not (weight.isascii() and weight.isdigit() and len(weight) < 5 and 1 <= int(weight) <= MOST_WEIGHT):
            errors["weights"] = f"第 {number} 行请写“代码 权重”，权重是 1 到 {MOST_WEIGHT} 的整数"
            break
        if code in found:
            errors["weights"] = f"第 {number} 行：{code} 写了两次，请只保留一行"
            break
        found[code] = int(weight)
    return found


def methods(frame: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return how each stratum is drawn: by ticket where all weights are alike, else in proportion to them."""
    weights: dict[str, set[int]] = {}
    for unit in frame:
        weights.setdefault(unit["stratum"], set()).add(unit["w"])
    return {stratum: "ticket" if len(found) == 1 else "pivotal" for stratum, found in sorted(weights.items())}


def programmes(
    composition: Composition,
    frame: Sequence[Mapping[str, Any]],
    numbers: Mapping[str, int],
    team: Sequence[dict[str, Any]],
    lead: str,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the main programme of the plan and those drawn jointly with it, one for each partner, in order of name.

    `numbers` says how many units of each stratum the leading department draws, `team` what each department sends.
    """
    ways = methods(frame)
    sizes = {stratum: sum(unit["stratum"] == stratum for unit in frame) for stratum in ways}

    def strata(counts: Mapping[str, int]) -> list[dict[str, Any]]:
        return [
            {"id": name, "n": counts[name], "reserve": min(composition.reserve, sizes[name] - counts[name])}
            for name in ways
        ]

    main = {"strata": strata(numbers), "method": ways}
    if composition.joint == TOGETHER:
        return {**main, "team": list(team)}, []
    joint = []
    for demand in team:
        if demand["dept"] != lead:
            share = composition.shares[demand["dept"]]
            counts = {name: math.ceil(number * share) for name, number in numbers.items()}
            order = {"order": "high"} if composition.joint == APART else {}
            joint.append({"id": demand["dept"], "strata": strata(counts), "method": ways, "team": [demand], **order})
    return {**main, "team": [demand for demand in team if demand["dept"] == lead]}, joint


def most_units(main: Mapping[str, Any], joint: Sequence[Mapping[str, Any]], sizes: Mapping[str, int]) -> int:
    """Return how many different units a draw can name at most, to be held against the plan.

    By ticket a smaller sample lies in the larger, and samples of one end in each other; by weight nothing is sure.
    """
    total = 0
    for stratum in main["strata"]:
        name = stratum["id"]
        is_sure = main["method"][name] == "ticket"
        others = [
            each["n"]
            for one in joint
            if one.get("order") or not is_sure
            for each in one["strata"]
            if each["id"] == name
        ]
        more = max(others, default=0) if is_sure else sum(others)
        total += min(sizes[name], stratum["n"] + more)
    return total
