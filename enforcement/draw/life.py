"""The life of a draw: which step may follow which, who must sign, and what voiding costs once a number is known."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from enforcement.complaints import Complaint, Refused, refuse
from enforcement.draw.commitment import Commitment, Secrecy
from enforcement.draw.sources import known_at


class State(Enum):
    """Where a draw stands."""

    DRAFT = "draft"
    COMMITTED = "committed"
    WAITING = "waiting"
    DRAWN_SEALED = "drawn-sealed"
    DRAWN_OPEN = "drawn-open"
    INSPECTING = "inspecting"
    REVEALED = "revealed"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    VOID = "void"

    @property
    def label(self) -> str:
        """Return the state in words."""
        return _LABELS[self]


_LABELS = {
    State.DRAFT: "草稿",
    State.COMMITTED: "已承诺",
    State.WAITING: "待随机源",
    State.DRAWN_SEALED: "已抽取（封存）",
    State.DRAWN_OPEN: "已抽取（公开）",
    State.INSPECTING: "检查中",
    State.REVEALED: "已揭示",
    State.PUBLISHED: "已公示",
    State.ARCHIVED: "归档",
    State.VOID: "作废",
}

_DRAWN = (State.DRAWN_SEALED, State.DRAWN_OPEN)
_VOIDABLE = (State.COMMITTED, State.WAITING, *_DRAWN, State.INSPECTING, State.REVEALED)


class Approver(Enum):
    """Bodies outside the organiser that may consent to voiding a draw whose numbers are known."""

    SUPERVISION = "supervision"
    JUSTICE = "justice-bureau"

    @property
    def label(self) -> str:
        """Return the body in words."""
        return "监委" if self is Approver.SUPERVISION else "司法局"


@dataclass(frozen=True, slots=True)
class Voided:
    """When, why and by whom an attempt was voided; `approver` is needed once a source was known."""

    at: str
    reason: str
    by: str
    second: str
    approver: Approver | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a draw as the log tells it; times are RFC 3339, `seals` are the salt commitments.

    `known_from` is when the first of its sources is due, so that nobody gains by not noticing a number that is out.
    """

    draw: str
    number: int
    secrecy: Secrecy
    not_before: str
    known_from: str
    state: State = State.DRAFT
    commit: str | None = None
    committed_at: str | None = None
    first_known: str | None = None
    seals: tuple[str, ...] = ()
    result: str | None = None
    voided: Voided | None = None

    @property
    def name(self) -> str:
        """Return the draw and attempt in words."""
        return f"抽查 {self.draw} 第 {self.number} 次承诺"

    @property
    def owes_list(self) -> bool:
        """Tell whether the list it would have given must still be revealed: it was voided with a number known."""
        return self.state is State.VOID and self.voided is not None and self.voided.approver is not None


def draft(commitment: Commitment) -> Attempt:
    """Return the attempt that a commitment is for; raise Refused when a source does not tell when it is due."""
    times = [(known_at(source), source) for source in commitment.sources]
    for at, source in times:
        if at is None:
            raise refuse("source-at", f"来源 {source.name} 没有写公布时间“at”。请补上。")
    first = min(at for at, _ in times if at is not None) if times else _time(commitment.not_before)
    return Attempt(commitment.draw, commitment.attempt, commitment.secrecy, commitment.not_before, first.isoformat())


def commit(attempt: Attempt, commit_hash: str, at: str, seals: Sequence[str], earlier: Sequence[Attempt]) -> Attempt:
    """Record the commitment; `earlier` are all attempts of the same draw before this one, in order."""
    _require(attempt, "承诺", State.DRAFT)
    if _time(at) >= _time(attempt.not_before):
        raise refuse(
            "too-late",
            f"{attempt.name}在 {at} 才入日志，不早于 {attempt.not_before}，无效。请改用更晚的来源后重新承诺。",
        )
    committed = replace(attempt, state=State.COMMITTED, commit=commit_hash, committed_at=at, seals=tuple(seals))
    complaints = tuple(attempts_complaints((*earlier, committed)))
    if complaints:
        raise Refused(complaints)
    return committed


def wait(attempt: Attempt, now: str) -> Attempt:
    """Begin waiting for the sources, once the time has come before which none of them is known."""
    _require(attempt, "等待随机源", State.COMMITTED)
    if _time(now) < _time(attempt.not_before):
        raise refuse("too-early", f"{attempt.name}要到 {attempt.not_before} 才开始等待随机源。请届时再办。")
    return replace(attempt, state=State.WAITING)


def learn(attempt: Attempt, at: str) -> Attempt:
    """Record that a source value became known; only the first time counts."""
    _require(attempt, "登记随机源", State.WAITING)
    if _time(at) < _time(attempt.not_before):
        raise refuse(
            "known-early", f"{attempt.name}的来源在 {at} 已经公布，早于 {attempt.not_before}，本次承诺无效。请作废。"
        )
    return attempt if attempt.first_known else replace(attempt, first_known=at)


def record_draw(attempt: Attempt, result: str) -> Attempt:
    """Record the hash of the one result of this commitment."""
    if attempt.result is not None:
        raise refuse(
            "second-draw", f"{attempt.name}已经抽取过。一份承诺只抽一次，不能重抽；要改名单请先作废并公布理由。"
        )
    _require(attempt, "抽取", State.WAITING)
    if attempt.first_known is None:
        raise refuse("no-source", f"{attempt.name}还没有登记随机源的值。请先登记。")
    drawn = State.DRAWN_SEALED if attempt.secrecy is Secrecy.SEALED else State.DRAWN_OPEN
    return replace(attempt, state=drawn, result=result)


def start(attempt: Attempt) -> Attempt:
    """Begin the visits."""
    _require(attempt, "开始检查", *_DRAWN)
    return replace(attempt, state=State.INSPECTING)


def check_open_for_records(attempt: Attempt) -> None:
    """Raise Refused unless records and substitutions may still be entered."""
    if attempt.state is not State.INSPECTING:
        closed = attempt.state in {State.REVEALED, State.PUBLISHED, State.ARCHIVED}
        advice = "检查已经结束，请改走更正程序，原记录不动。" if closed else "请在检查期间录入。"
        raise refuse("closed", f"{attempt.name}现在是“{attempt.state.label}”，不能录入检查记录或替换人员。{advice}")


def reveal(attempt: Attempt) -> Attempt:
    """Record that salts and lists are public; a voided draw that owes its list stays void."""
    if attempt.owes_list:
        return attempt
    _require(attempt, "揭示", State.INSPECTING)
    return replace(attempt, state=State.REVEALED)


def publish(attempt: Attempt) -> Attempt:
    """Record that the results are public."""
    _require(attempt, "公示", State.REVEALED)
    return replace(attempt, state=State.PUBLISHED)


def archive(attempt: Attempt) -> Attempt:
    """Close the file."""
    _require(attempt, "归档", State.PUBLISHED)
    return replace(attempt, state=State.ARCHIVED)


def void(attempt: Attempt, voided: Voided) -> Attempt:
    """Void an attempt: two persons, a reason, and once a number is known the consent of a body outside."""
    _require(attempt, "作废", *_VOIDABLE)
    if not voided.reason.strip():
        raise refuse("void-reason", f"作废{attempt.name}要写理由。请写明。")
    if voided.by == voided.second:
        raise refuse("second-person", f"作废{attempt.name}的两个签名是同一人。请由另一人副署。")
    known = _time(voided.at) >= min(_time(attempt.first_known or attempt.known_from), _time(attempt.known_from))
    if known and voided.approver is None:
        text = f"{attempt.name}的随机源已经公布，作废等于重抽。请取得监委或司法局同意；作废后仍须公布本应抽中的名单。"
        raise refuse("void-approver", text)
    kept = voided if known else replace(voided, approver=None)
    return replace(attempt, state=State.VOID, voided=kept)


def attempts_complaints(attempts: Sequence[Attempt]) -> Iterator[Complaint]:
    """Say what is wrong with the attempts of one draw: gaps in their numbers, two open at once, salts used again."""
    seals: set[str] = set()
    for place, attempt in enumerate(attempts, 1):
        if attempt.number != place:
            yield Complaint(
                "attempt-gap", f"抽查 {attempt.draw} 缺第 {place} 次承诺。请从 1 起连续编号，作废的也要列出。"
            )
            return
        for seal in attempt.seals:
            if seal in seals:
                yield Complaint("salt-again", f"{attempt.name}用了以前承诺用过的盐。请每方重新生成一个盐。")
        seals.update(attempt.seals)
    for earlier, later in itertools.pairwise(attempts):
        ended = earlier.voided
        begun = later.committed_at
        if ended is None or (begun is not None and _time(begun) < _time(ended.at)):
            yield Complaint(
                "attempt-open",
                f"{later.name}作出时，第 {earlier.number} 次还没有作废，仍以那一次为准。请先作废它。",
            )


def _require(attempt: Attempt, step: str, *states: State) -> None:
    if attempt.state not in states:
        allowed = "、".join(f"“{state.label}”" for state in states)
        raise refuse("state", f"{attempt.name}现在是“{attempt.state.label}”，不能{step}。这一步只能在{allowed}时办。")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
