"""Check what a commitment must have to bind a real draw, and that it was the one attempt open when its numbers came out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from enforcement.draw.verify_rules import Json, usual_form

_TENTHS = {"ssq": 241, "dlt": 244, "pl5": 166, "fc3d": 99, "sse": 130, "szse": 130, "drand": 2560, "dice": 664}


def binding_faults(commit: Json) -> Iterator[str]:
    """Say what a commitment lacks."""
    for name in ("plan", "items", "fallback", "spec", "code"):
        if name not in commit:
            yield f"没有写“{name}”"
    salts, is_sealed = len(commit.get("salts", [])), commit["secrecy"] == "sealed"
    if is_sealed and salts < 2:
        yield f"封存方式只有 {salts} 方持盐，应有两方以上"
    if is_sealed and "reveal_by" not in commit:
        yield "没有写最迟揭示日期"
    if not is_sealed and salts:
        yield "公开方式不应有盐"
    yield from _source_faults(commit["sources"], commit["not_before"], 240 if is_sealed else 640)
    for programme in (commit, *commit.get("joint", [])):
        yield from _programme_faults(commit, programme)


def _source_faults(sources: Sequence[Json], not_before: str, least: int) -> Iterator[str]:
    tenths = 0
    for source in sources:
        at = due(source)
        if at is None or at < moment(not_before):
            yield f"来源 {source['name']} 没有写公布时间，或公布早于 {not_before}"
        elif "at" in source and at != moment(source["at"]):
            yield f"来源 {source['name']} 的公布时间写错了"
        if not _is_usual(source):
            yield f"来源 {source['name']} 不在来源表里，或格式不是通行的格式"
        tenths += _TENTHS[source["name"].split(".")[0]] if usual_form(source["name"]) else 0
    if tenths < least:
        yield f"各来源合计只有 {tenths // 10} 比特"


def _is_usual(source: Json) -> bool:
    usual = usual_form(source["name"])
    return bool(usual) and (
        source.get("format", usual) in {usual, *(["0000.0000", "00000.0000"] if usual[0] == "n" else [])}
    )


def _programme_faults(commit: Json, programme: Json) -> Iterator[str]:
    team = programme.get("team", [])
    if "register_snapshot" not in programme["frame"]:
        yield "名单没有登记名册作根据"
    if team and sum(demand["k"] for demand in team) < 2:
        yield "每户检查不足两人"
    if team and not {"inspectors", "conflicts", "window"} <= commit.keys():
        yield "没有写执法人员名单、回避名单或检查期间"


def history_faults(history: Sequence[Json], commit: Json, commit_hash: str) -> Iterator[str]:
    """Say why the commitment was not the one that bound: `history` are all attempts of the draw as the log has them."""
    if [attempt["attempt"] for attempt in history] != list(range(1, len(history) + 1)):
        yield "各次承诺的编号有缺"
        return
    own = [attempt for attempt in history if attempt["commit"] == commit_hash]
    if len(own) != 1 or own[0]["attempt"] != commit["attempt"]:
        yield "日志里没有这一次承诺"
        return
    if moment(own[0]["committed_at"]) >= moment(commit["not_before"]):
        yield f"承诺在 {own[0]['committed_at']} 才入日志，不早于 {commit['not_before']}"
    if own[0].get("salts", []) != [salt["commit"] for salt in commit.get("salts", [])]:
        yield "日志里的盐承诺与承诺文件不同"
    seen: set[str] = set()
    for attempt in history:
        salts = set(attempt.get("salts", []))
        if seen & salts:
            yield f"第 {attempt['attempt']} 次承诺用了以前用过的盐"
        seen |= salts
        voided = attempt.get("voided")
        if voided and moment(voided["at"]) >= moment(attempt["known_from"]) and not voided.get("approver"):
            yield f"第 {attempt['attempt']} 次在随机源公布后作废，却没有外部机关同意"
        if voided and voided["by"] == voided["second"]:
            yield f"第 {attempt['attempt']} 次作废只有一人签名"
    for earlier, later in itertools.pairwise(history):
        if "voided" not in earlier or moment(later["committed_at"]) < moment(earlier["voided"]["at"]):
            yield f"第 {later['attempt']} 次承诺时第 {earlier['attempt']} 次还没有作废，应以第 {earlier['attempt']} 次为准"


def due(source: Json) -> datetime | None:
    """Return when a source becomes public: by its name where that tells, else as committed."""
    drand = re.fullmatch(r"drand\.quicknet\.(\d{1,10})", source["name"], re.ASCII)
    if drand:
        return datetime.fromtimestamp(1692803367 + 3 * (int(drand[1]) - 1), UTC)
    close = re.fullmatch(r"(?:sse\.000001|szse\.399001)\.close\.(\d{4})(\d\d)(\d\d)", source["name"], re.ASCII)
    if close:
        return moment(f"{close[1]}-{close[2]}-{close[3]}T15:00:00+08:00")
    return moment(source["at"]) if "at" in source else None


def moment(text: str) -> datetime:
    """Return a point in time, RFC 3339 to the second; raise ValueError for any other writing."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", text, re.ASCII):
        raise ValueError(f"{text} 没有时区，或不是时间")
    return datetime.fromisoformat(text)
