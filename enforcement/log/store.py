"""Keep the leaves and the hashes of whole subtrees, in memory or in one file of a folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from enforcement.complaints import refuse
from enforcement.log.event import MAX_LEAF_BYTES
from enforcement.log.merkle import Tree, leaf_hash

_LENGTH_BYTES = 2


class LogReader(Protocol):
    """What proofs, tiles and checks need of a log; raises LookupError for what is not stored."""

    def size(self) -> int:
        """Return the number of leaves."""
        ...

    def leaves(self, start: int, end: int) -> Iterable[bytes]:
        """Return leaves [start, end) in order."""
        ...

    def node(self, level: int, index: int) -> bytes:
        """Return the stored hash of a whole subtree: of leaves index·2^level up to (index+1)·2^level."""
        ...


class LogStore(LogReader, Protocol):
    """A log that grows. A database writes the leaf in the transaction of the event that it records."""

    def append(self, number: int, leaf: bytes, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Keep `leaf` and the (level, index, hash) that it completes, if the log has exactly `number` leaves.

        Otherwise keep nothing and raise `Overtaken`: two writers must never share a number.
        """
        ...


class Overtaken(Exception):
    """Raised when another writer took the number; begin the whole transaction again."""


class MemoryStore:
    """A log in memory."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._leaves = list(leaves)
        self._tree = Tree(map(leaf_hash, self._leaves))

    def size(self) -> int:
        """Return the number of leaves."""
        return len(self._leaves)

    def leaves(self, start: int, end: int) -> Sequence[bytes]:
        """Return leaves [start, end)."""
        return self._leaves[start:end]

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a whole subtree."""
        return self._tree.node(level, index)

    def append(self, number: int, leaf: bytes, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Keep one leaf."""
        if number != self.size():
            raise Overtaken
        self._leaves.append(leaf)
        self._tree.append(nodes[0][2])


class FolderStore:
    """A log in the file `entries` of a folder: each leaf after its length in two bytes, big-endian; hashes in memory.

    An append holds a lock, first reads what other processes appended, and returns when the disk has the leaf. A leaf
    that a crash cut short was never acknowledged: the next append drops it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "entries"
        self._path.touch()
        self._tree = Tree()
        self._starts: list[int] = []
        self._end = 0
        with self._path.open("rb") as file:
            self._read_on(file)

    def size(self) -> int:
        """Return the number of leaves."""
        return len(self._starts)

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """Return leaves [start, end), read from the file."""
        with self._path.open("rb") as file:
            for place in self._starts[start:end]:
                file.seek(place)
                yield _read_leaf(file) or b""

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a whole subtree."""
        return self._tree.node(level, index)

    def append(self, number: int, leaf: bytes, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Keep one leaf; the file is locked meanwhile."""
        with self._path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._read_on(file)
            if number != self.size():
                raise Overtaken
            file.truncate(self._end)
            file.seek(self._end)
            file.write(frame(leaf))
            file.flush()
            os.fsync(file.fileno())
            self._take(leaf)

    def _read_on(self, file: BinaryIO) -> None:
        file.seek(self._end)
        while (leaf := _read_leaf(file)) is not None:
            self._take(leaf)

    def _take(self, leaf: bytes) -> None:
        self._starts.append(self._end)
        self._end += _LENGTH_BYTES + len(leaf)
        self._tree.append(leaf_hash(leaf))


def frame(leaf: bytes) -> bytes:
    """Return `leaf` after its length in two bytes, big-endian: the form of entry bundles (C2SP tlog-tiles)."""
    if not 0 < len(leaf) <= MAX_LEAF_BYTES:
        raise refuse(
            "leaf-size",
            f"一条应有 1 到 {MAX_LEAF_BYTES} 字节，这一条有 {len(leaf)} 字节。请把大段内容存为文件，日志里只写它的哈希。",
        )
    return len(leaf).to_bytes(_LENGTH_BYTES, "big") + leaf


def unframe(data: bytes) -> list[bytes]:
    """Return the leaves in an entry bundle; raise Refused when the last one is cut short."""
    leaves, place = [], 0
    while place < len(data):
        start = place + _LENGTH_BYTES
        place = start + int.from_bytes(data[place:start], "big")
        leaves.append(data[start:place])
    if place != len(data):
        raise refuse("bundle", "条目文件不完整。请重新下载。")
    return leaves


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that readers and crashes see the old one or the new one, never a part; the disk has it on return."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_leaf(file: BinaryIO) -> bytes | None:
    """Return the next whole leaf; zeros are what a power cut can leave behind, so an empty leaf is none."""
    head = file.read(_LENGTH_BYTES)
    length = int.from_bytes(head, "big")
    leaf = file.read(length)
    return leaf if leaf and len(leaf) == length else None
