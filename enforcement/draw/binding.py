"""What a commitment must have, beyond its form, to bind a real draw: sources, salts, times, teams and full lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from enforcement.complaints import Complaint
from enforcement.draw.commitment import Commitment, Programme, Secrecy
from enforcement.draw.sources import is_usual, known_at, tenths_of_bits

_LEAST_TENTHS = 640  # 64 bits: no table of all results can be made in advance
_LEAST_TENTHS_SEALED = 240  # against one salt holder, who knows his own salt but not the other's
_EXPECTED = ("plan", "items", "fallback", "spec", "code")


def shortcomings(commitment: Commitment) -> tuple[Complaint, ...]:
    """Return why the commitment does not bind a real draw; empty when it does."""
    return tuple(_shortcomings(commitment))


def _shortcomings(commitment: Commitment) -> Iterator[Complaint]:
    written = dict(commitment.rest)
    for name in _EXPECTED:
        if name not in written:
            yield Complaint("incomplete", f"承诺没有写“{name}”。请补上后再承诺。")
    yield from _secrecy(commitment)
    yield from _sources(commitment)
    for programme in commitment.programmes:
        yield from _programme(programme)
    if any(programme.team for programme in commitment.programmes):
        if not (commitment.inspectors and commitment.conflicts):
            yield Complaint(
                "lists", "承诺要派人，却没有写明执法人员名单和回避名单的根。请补上；没有回避关系也请写空名单的根。"
            )
        if commitment.window is None:
            yield Complaint("window", "承诺要派人，却没有检查期间“window”。请写明起止日期。")


def _secrecy(commitment: Commitment) -> Iterator[Complaint]:
    if commitment.secrecy is Secrecy.SEALED:
        if len(commitment.salts) < 2:
            yield Complaint(
                "salts", f"封存方式要有两方以上各持一盐，现在只有 {len(commitment.salts)} 方。请增加持盐方。"
            )
        if commitment.reveal_by is None:
            yield Complaint("reveal", "封存方式没有写最迟揭示日期“reveal_by”。请补上。")
    elif commitment.salts:
        yield Complaint("salts", "公开方式不用盐，承诺里却有持盐方。请删去“salts”，或改为封存方式。")


def _sources(commitment: Commitment) -> Iterator[Complaint]:
    opening = datetime.fromisoformat(commitment.not_before)
    for source in commitment.sources:
        if not is_usual(source):
            text = f"来源 {source.name} 不在来源表里，或格式不是通行的格式，有的值会抽不成。请改用表内来源，并删去“format”。"
            yield Complaint("source-unusual", text)
        at = known_at(source)
        if at is None:
            yield Complaint("source-at", f"来源 {source.name} 没有写公布时间“at”。请补上。")
        elif at < opening:
            text = f"来源 {source.name} 在 {at.isoformat()} 已经公布，早于 {commitment.not_before}。请改用之后的一期。"
            yield Complaint("source-early", text)
        elif source.at and datetime.fromisoformat(source.at) != at:
            yield Complaint("source-at", f"来源 {source.name} 的公布时间应是 {at.isoformat()}。请改正“at”。")
    tenths = sum(tenths_of_bits(source) for source in commitment.sources)
    least = _LEAST_TENTHS_SEALED if commitment.secrecy is Secrecy.SEALED else _LEAST_TENTHS
    if tenths < least:
        text = f"各来源合计 {tenths // 10} 比特，少于 {least // 10} 比特，结果可能被穷举预知。请增加来源。"
        yield Complaint("entropy", text)


def _programme(programme: Programme) -> Iterator[Complaint]:
    name = f"联合计划 {programme.id} " if programme.id else ""
    if "register_snapshot" not in dict(programme.frame):
        yield Complaint("register", f"承诺的{name}名单没有写登记名册和排除清单的根。请给出名册后重新生成。")
    if programme.team and sum(demand.k for demand in programme.team) < 2:
        yield Complaint("two-persons", f"承诺的{name}每户只派 1 人。依法每次检查不得少于两人，请增加人数。")
