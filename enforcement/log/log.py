"""Append events, sign the head, and make proofs: what the keeper of a log does."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

from enforcement.complaints import refuse
from enforcement.log.checkpoint import Checkpoint, read_checkpoint
from enforcement.log.event import CLOCK_MOVED, Event, read_event
from enforcement.log.keys import SigningKey, VerifierKey
from enforcement.log.merkle import completed, consistency_path, inclusion_path, leaf_hash, root_at
from enforcement.log.note import Note, read_note, sign_note, signed_by
from enforcement.log.proof import Proof
from enforcement.log.store import LogReader, LogStore


def append(store: LogStore, event: Event) -> int:
    """Append one leaf and return its number (from 0); raise Refused when time runs backwards or a correction points nowhere.

    With a database call this inside the transaction that makes the event true, after taking the lock that orders
    all writers, as the last thing before the commit.
    """
    number, leaf = store.size(), event.leaf
    if event.corrects is not None and event.corrects >= number:
        raise refuse("corrects", f"要更正的第 {event.corrects} 条还不存在（现有 {number} 条）。请核对条号。")
    if number and event.kind != CLOCK_MOVED:
        last = read_event(leaf_at(store, number - 1))
        if event.moment < last.moment:
            raise refuse(
                "clock",
                f"时间倒退：上一条是 {last.at}，这一条是 {event.at}。请校准服务器时钟；确需倒退时，先记一条 {CLOCK_MOVED}。",
            )
    store.append(number, leaf, completed(number, leaf_hash(leaf), store.node))
    return number


def leaf_at(reader: LogReader, number: int) -> bytes:
    """Return leaf `number`; raise Refused when the log has no such leaf."""
    if not 0 <= number < reader.size():
        raise refuse("leaf", f"日志里没有第 {number} 条（共 {reader.size()} 条，从 0 数起）。")
    (leaf,) = reader.leaves(number, number + 1)
    return leaf


def head(reader: LogReader, origin: str, size: int | None = None) -> Checkpoint:
    """Return the head over the first `size` leaves (all of them by default)."""
    size = reader.size() if size is None else size
    return Checkpoint(origin, size, root_at(size, reader.node))


def sign_head(reader: LogReader, origin: str, keys: Sequence[SigningKey], last: bytes | None) -> Note:
    """Return the signed head, if the log still continues the signed head `last` (None only for the very first).

    Signing a head that does not continue an earlier one is what a log must never do: a log that lost its tail or was
    restored from an old copy is refused here, before anybody else sees it.
    """
    if last is not None:
        old = read_checkpoint(read_note(last).text)
        if old.origin != origin or old.size > reader.size() or root_at(old.size, reader.node) != old.root:
            raise refuse(
                "rollback",
                f"日志与已签发的检查点（{old.size} 条）接不上：尾部被截掉，或内容被改动过。请停止写入，用最近的备份和见证方的检查点核对。",
            )
    return sign_note(head(reader, origin).text, *keys)


def prove(reader: LogReader, number: int, signed: bytes, extra: bytes = b"") -> Proof:
    """Return the proof that leaf `number` is in the tree of the signed checkpoint."""
    size = _size_of(reader, signed)
    if not 0 <= number < size:
        raise refuse("leaf", f"检查点只覆盖前 {size} 条，没有第 {number} 条（从 0 数起）。请换更新的检查点。")
    return Proof(number, tuple(inclusion_path(number, size, reader.node)), signed, extra)


def add_checkpoint_request(reader: LogReader, old: int, signed: bytes) -> bytes:
    """Return what to send to a witness that saw `old` leaves last (C2SP tlog-witness, body of add-checkpoint)."""
    size = _size_of(reader, signed)
    if not 0 <= old <= size:
        raise refuse("old-size", f"见证方看到的是 {old} 条，检查点只有 {size} 条。请换更新的检查点。")
    path = consistency_path(old, size, reader.node)
    lines = [f"old {old}\n", *(base64.b64encode(hashed).decode() + "\n" for hashed in path), "\n"]
    return "".join(lines).encode() + signed


def catch_up(store: LogStore, mirror: LogReader) -> int:
    """Append what `mirror` has beyond `store` and return how many leaves that were; raise Refused when they differ.

    After a restore from an older copy the published files are such a mirror: the log then continues its signed head.
    """
    size = store.size()
    if size > mirror.size() or root_at(size, mirror.node) != root_at(size, store.node):
        raise refuse("mirror", f"副本不是这份日志的延续：前 {size} 条不同，或副本更短。请换用公布的文件，并核对备份。")
    for number, leaf in enumerate(mirror.leaves(size, mirror.size()), size):
        store.append(number, leaf, completed(number, leaf_hash(leaf), store.node))
    return store.size() - size


def add_cosignatures(signed: bytes, lines: bytes, witnesses: Iterable[VerifierKey]) -> bytes:
    """Return the signed checkpoint with the cosignatures that `lines` (a witness's answer) hold, unknown keys left out."""
    note = read_note(signed)
    answer = read_note(note.text.encode() + b"\n" + lines)
    return note.adding(signed_by(answer, witnesses).values()).data


def _size_of(reader: LogReader, signed: bytes) -> int:
    size = read_checkpoint(read_note(signed).text).size
    if size > reader.size():
        raise refuse("rollback", f"检查点有 {size} 条，日志只剩 {reader.size()} 条。请核对备份。")
    return size
