"""Read which public sources of numbers a draw will use, with the time each becomes public."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from enforcement.canonical import Json
from enforcement.draw.sources import Source, known_at
from web.services.inspection_values import clock, moment_of

PLACES = (1, 2, 3)
# What a form offers: the beginning of the name, what the issue is called, its example.
KINDS: dict[str, tuple[str, str, str, str]] = {
    "dice": ("dice.", "现场掷十面骰二十次", "场次名", "hall-3"),
    "drand": ("drand.quicknet.", "drand 随机信标（quicknet）", "轮次（不填则按公布时间推算）", ""),
    "ssq": ("ssq.", "双色球", "期号", "2026140"),
    "dlt": ("dlt.", "大乐透", "期号", "2026137"),
    "pl5": ("pl5.", "排列五", "期号", "2026320"),
    "fc3d": ("fc3d.", "福彩3D", "期号", "2026320"),
    "sse": ("sse.000001.close.", "上证指数收盘", "交易日（年月日八位）", "20261203"),
    "szse": ("szse.399001.close.", "深证成指收盘", "交易日（年月日八位）", "20261203"),
}
_GENESIS, _PERIOD = 1692803367, 3
_TELLS_ITSELF = ("drand", "sse", "szse")


def round_at(at: datetime) -> int:
    """Return the first round of drand quicknet that becomes public at a time or after it."""
    return max(1, -(-(int(at.timestamp()) - _GENESIS) // _PERIOD) + 1)


def round_time(number: int) -> datetime:
    """Return when a round of drand quicknet becomes public."""
    return datetime.fromtimestamp(_GENESIS + (number - 1) * _PERIOD, UTC)


def read_sources(typed: Mapping[str, str]) -> tuple[list[Json], dict[str, str]]:
    """Return the sources as a commitment names them, and what is wrong by field."""
    found: list[Json] = []
    errors: dict[str, str] = {}
    for place in PLACES:
        kind = typed.get(f"source_{place}_kind", "")
        if not kind:
            continue
        if kind not in KINDS:
            errors[f"source_{place}_kind"] = "没有这种随机源，请从列表中选择"
            continue
        try:
            found.append(_read_one(kind, typed.get(f"source_{place}_name", ""), typed.get(f"source_{place}_at", "")))
        except _Wrong as error:
            errors[f"source_{place}_{error.field}"] = str(error)
    if not found and not errors:
        errors["source_1_kind"] = "请至少选一个随机源"
    return found, errors


class _Wrong(ValueError):
    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def _read_one(kind: str, name: str, at: str) -> dict[str, Json]:
    start, title, what, example = KINDS[kind]
    if kind == "drand" and not name:
        name = str(round_at(_moment(at)))
    if not re.fullmatch(r"[0-9A-Za-z-]{1,40}", name):
        raise _Wrong("name", f"请填{title}的{what}，例如 {example}")
    whole = f"{start}{name}"
    if kind in _TELLS_ITSELF:
        try:
            told = known_at(Source(whole))
        except ValueError:
            told = None
        if told is None:
            raise _Wrong("name", f"请填{title}的{what}，例如 {example or round_at(datetime.now(UTC))}")
        return {"name": whole, "at": clock(told)}
    return {"name": whole, "at": clock(_moment(at))}


def _moment(text: str) -> datetime:
    try:
        return moment_of(text)
    except ValueError as error:
        raise _Wrong("at", str(error)) from None
