"""Check a stored log from its first leaf to its last against the heads that somebody kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from enforcement.complaints import Refused
from enforcement.log.checkpoint import Checkpoint
from enforcement.log.event import CLOCK_MOVED, read_event
from enforcement.log.merkle import EMPTY_ROOT, leaf_hash, node_hash
from enforcement.log.policy import Policy
from enforcement.log.proof import HEADER, read_proof
from enforcement.log.receipt import SHORT, read_short
from enforcement.log.store import LogReader
from enforcement.log.tiles import CHECKPOINT, TileReader


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: green or red, a code for programs, a sentence for people."""

    ok: bool
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a log of `size` leaves."""

    size: int
    root: bytes
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every line is green."""
        return all(finding.ok for finding in self.findings)


def verify_log(reader: LogReader, kept: Iterable[Checkpoint]) -> Report:
    """Recompute the whole tree and compare it with the stored hashes and with every kept head.

    Without a kept head a cut tail or a restored old copy cannot be seen, and the report says so in red.
    """
    heads = sorted(kept, key=lambda head: head.size)
    walk = _Walk({head.size for head in heads})
    walk.through(reader)
    findings = [*walk.findings, *_against(heads, walk)]
    return Report(walk.size, walk.tree.root(), tuple(findings))


def verify_published(folder: Path, policy: Policy, kept: Iterable[Checkpoint]) -> Report:
    """Check a log from its published files: the checkpoint's signatures, every tile, every leaf, every kept head."""
    try:
        trusted = policy.check((folder / CHECKPOINT).read_bytes())
        report = verify_log(TileReader.of_folder(folder), [*kept, trusted.checkpoint])
    except FileNotFoundError:
        return Report(0, EMPTY_ROOT, (Finding(ok=False, code="checkpoint", message="文件夹里没有 checkpoint 文件。"),))
    except Refused as refused:
        return Report(0, EMPTY_ROOT, (Finding(ok=False, code="checkpoint", message=str(refused)),))
    seen = "、".join(trusted.seen) or "没有见证方"
    signed = Finding(ok=True, code="signature", message=f"检查点由日志签名，并由{seen}见证。")
    return Report(report.size, report.root, (signed, *report.findings))


def kept_head(data: bytes, policy: Policy) -> Checkpoint:
    """Return the head in something that somebody kept: a signed checkpoint, a proof, a receipt, a QR code's text.

    Only the log's own signature is asked for: a head that the log once signed binds it, whoever saw it.
    """
    logs = Policy(policy.logs)
    if f"{SHORT}.".encode() in data[:200]:
        return read_short(data.decode("ascii", errors="replace"), policy.logs[0].name).check(policy)
    signed = read_proof(data).signed if data.startswith(HEADER.encode()) else data
    return logs.check(signed).checkpoint


@dataclass(slots=True)
class Frontier:
    """The whole subtrees at the right edge of a growing tree: all that is needed to go on and to know the root."""

    edges: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, hashed: bytes) -> list[bytes]:
        """Add the hash of a leaf; return the hashes of the subtrees that it completes, itself first."""
        level, done = 0, [hashed]
        while self.edges and self.edges[-1][0] == level:
            hashed = node_hash(self.edges.pop()[1], hashed)
            level += 1
            done.append(hashed)
        self.edges.append((level, hashed))
        return done

    def root(self) -> bytes:
        """Return the root."""
        if not self.edges:
            return EMPTY_ROOT
        *rest, (_, result) = self.edges
        for _, hashed in reversed(rest):
            result = node_hash(hashed, result)
        return result


class _Walk:
    """One pass over all leaves; of each kind of fault only the first is reported."""

    def __init__(self, wanted: set[int]) -> None:
        self.tree = Frontier()
        self.size = 0
        self.roots = {0: EMPTY_ROOT}
        self._wanted = wanted
        self._faults: dict[str, Finding] = {}
        self._last: datetime | None = None

    @property
    def findings(self) -> list[Finding]:
        """Return the faults, or one green line."""
        if self._faults:
            return list(self._faults.values())
        return [Finding(ok=True, code="leaves", message=f"{self.size} 条内容与存储的哈希逐条相符，次序和时间无误。")]

    def through(self, reader: LogReader) -> None:
        """Read every leaf."""
        try:
            for leaf in reader.leaves(0, reader.size()):
                self._leaf(reader, leaf)
        except (LookupError, Refused):
            pass
        if self.size < reader.size():
            self._fault("missing", f"第 {self.size} 条读不出来（应有 {reader.size()} 条）：文件缺失或不完整。")

    def _leaf(self, reader: LogReader, leaf: bytes) -> None:
        for level, hashed in enumerate(self.tree.add(leaf_hash(leaf))):
            self._stored(reader, level, self.size >> level, hashed)
        self._event(leaf)
        self.size += 1
        if self.size in self._wanted:
            self.roots[self.size] = self.tree.root()

    def _stored(self, reader: LogReader, level: int, index: int, hashed: bytes) -> None:
        try:
            same = reader.node(level, index) == hashed
        except LookupError:
            same = False
        if not same:
            first, last = index << level, ((index + 1) << level) - 1
            self._fault("stored-hash", f"存储的哈希与内容不符：第 {first} 条到第 {last} 条（从 0 数起）之间有改动。")

    def _event(self, leaf: bytes) -> None:
        try:
            event = read_event(leaf)
        except Refused as refused:
            self._fault("event", f"第 {self.size} 条不是合规的事件：{refused}")
            return
        if event.corrects is not None and event.corrects >= self.size:
            self._fault("corrects", f"第 {self.size} 条更正的第 {event.corrects} 条在它之后。")
        if self._last and event.moment < self._last and event.kind != CLOCK_MOVED:
            self._fault("clock", f"第 {self.size} 条的时间 {event.at} 早于上一条，又没有时钟调整的记录。")
        self._last = event.moment

    def _fault(self, code: str, message: str) -> None:
        self._faults.setdefault(code, Finding(ok=False, code=code, message=message))


def _against(heads: Sequence[Checkpoint], walk: _Walk) -> list[Finding]:
    if not heads:
        sentence = "没有给出保留的检查点，看不出截尾和回滚。请给出此前的检查点、证明或回执。"
        return [Finding(ok=False, code="no-head", message=sentence)]
    findings, good = [], 0
    for head in heads:
        if head.size > walk.size:
            message = f"日志只有 {walk.size} 条，保留的检查点有 {head.size} 条：尾部被截掉，或恢复了旧的备份。"
            findings.append(Finding(ok=False, code="tail", message=message))
        elif walk.roots[head.size] != head.root:
            message = (
                f"前 {head.size} 条与保留的检查点不符：第 {good} 条到第 {head.size - 1} 条（从 0 数起）之间"
                "有内容被修改、插入、删除或调换。"
            )
            findings.append(Finding(ok=False, code="changed", message=message))
        else:
            good = head.size
            findings.append(Finding(ok=True, code="head", message=f"与保留的检查点（{head.size} 条）一致。"))
    return findings
