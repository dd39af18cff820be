"""Cosign a log's head only when it continues the last one seen: the whole art of a witness (C2SP tlog-witness)."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from enforcement.complaints import Refused, refuse
from enforcement.log.checkpoint import Checkpoint, read_checkpoint, read_decimal
from enforcement.log.keys import SigningKey, VerifierKey
from enforcement.log.merkle import EMPTY_ROOT, verify_consistency
from enforcement.log.note import Note, cosign, read_note, signed_by
from enforcement.log.proof import read_hashes
from enforcement.log.store import write_whole

_SIZE_TYPE = "text/x.tlog.size"
_TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness answers, as HTTP would say it; `evidence` holds the two signed heads that do not go together."""

    status: int
    body: bytes
    content_type: str = _TEXT_TYPE
    evidence: bytes = b""


@dataclass(frozen=True, slots=True)
class Request:
    """A head to cosign, with the proof that it continues the head of `old` leaves."""

    old: int
    path: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


class WitnessState(Protocol):
    """What a witness must never forget: for each log, the last signed head that it cosigned."""

    def load(self, origin: str) -> bytes | None:
        """Return the last signed head of the log, or None for a log never seen."""
        ...

    def replace(self, origin: str, old: bytes | None, new: bytes) -> bool:
        """Keep `new` for good if `old` is still what is kept, and tell whether it was; nothing may come in between."""
        ...


class MemoryState:
    """A witness's memory that ends with the process, for tests."""

    def __init__(self) -> None:
        self._heads: dict[str, bytes] = {}

    def load(self, origin: str) -> bytes | None:
        """Return the last signed head."""
        return self._heads.get(origin)

    def replace(self, origin: str, old: bytes | None, new: bytes) -> bool:
        """Compare and store."""
        if self._heads.get(origin) != old:
            return False
        self._heads[origin] = new
        return True


class FolderState:
    """A witness's memory as one file for each log; a lock keeps other processes out while one compares and stores."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def load(self, origin: str) -> bytes | None:
        """Return the last signed head."""
        path = self._path(origin)
        return path.read_bytes() if path.exists() else None

    def replace(self, origin: str, old: bytes | None, new: bytes) -> bool:
        """Compare and store; the disk has it when this returns."""
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.load(origin) != old:
                return False
            write_whole(self._path(origin), new)
            return True

    def _path(self, origin: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.checkpoint"


def read_request(data: bytes) -> Request:
    """Return the request in the body of add-checkpoint; raise Refused when it is none."""
    top, _, signed = data.partition(b"\n\n")
    note = read_note(signed)
    lines = top.decode("ascii", errors="replace").split("\n")
    old = read_decimal(lines[0].removeprefix("old ")) if lines[0].startswith("old ") else None
    path = read_hashes(lines[1:])
    if old is None or path is None:
        raise refuse("request", "见证请求的格式不对：应依次为 old 行、至多 63 行哈希、空行、检查点。请重新导出。")
    return Request(old, path, note, read_checkpoint(note.text))


def add_checkpoint(data: bytes, logs: Sequence[VerifierKey], state: WitnessState, key: SigningKey, now: int) -> Answer:
    """Return the cosignature of the head in the request `data`, or why there is none; `now` is in seconds since 1970.

    `logs` are the log keys that this witness knows; a key's name is the log that it signs for.
    """
    try:
        request = read_request(data)
    except Refused as refused:
        return _no(400, str(refused))
    known = [log for log in logs if log.name == request.checkpoint.origin]
    if not known:
        return _no(404, f"本见证方不认识日志“{request.checkpoint.origin}”。")
    try:
        signatures = signed_by(request.note, known)
    except Refused as refused:
        return _no(403, str(refused))
    if not signatures:
        return _no(403, "检查点没有这份日志自己的签名。")
    # The log's own signatures are all that is kept and shown: nobody else's were checked.
    own = Note(request.note.text, tuple(signatures.values()))
    refusal = _judge(request, own, state)
    return refusal or Answer(200, cosign(own.text, key, now).line.encode())


def _judge(request: Request, own: Note, state: WitnessState) -> Answer | None:
    """Return why the head is not cosigned, or keep it and return None."""
    new = request.checkpoint
    kept = state.load(new.origin)
    last = _last(new.origin, kept)
    if request.old > new.size:
        return _no(400, f"旧条数 {request.old} 大于检查点的 {new.size} 条。")
    if request.old != last.size:
        return _seen(last)
    evidence = kept + b"\n" + own.data if kept else b""
    if last.size == new.size and last.root != new.root:
        return replace(_no(409, "同样的条数却有不同的树根：日志分叉了。"), evidence=evidence)
    if not verify_consistency(last.size, new.size, last.root, new.root, request.path):
        return replace(_no(422, "证明不成立：检查点不是由上次见过的检查点增长而来。"), evidence=evidence)
    if not state.replace(new.origin, kept, own.data):
        return _seen(_last(new.origin, state.load(new.origin)))
    return None


def _last(origin: str, kept: bytes | None) -> Checkpoint:
    """Return the last head seen; of a log never seen that is the empty tree."""
    return Checkpoint(origin, 0, EMPTY_ROOT) if kept is None else read_checkpoint(read_note(kept).text)


def _seen(last: Checkpoint) -> Answer:
    return Answer(409, f"{last.size}\n".encode(), _SIZE_TYPE)


def _no(status: int, sentence: str) -> Answer:
    return Answer(status, f"{sentence}\n".encode())
