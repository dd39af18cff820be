"""Publish a log as static files, and read such files as a log (C2SP tlog-tiles)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from enforcement.complaints import refuse
from enforcement.log.checkpoint import read_checkpoint
from enforcement.log.merkle import HASH_BYTES, node_hash
from enforcement.log.note import read_note
from enforcement.log.store import LogReader, frame, unframe, write_whole

WIDTH = 256
HEIGHT = 8  # of a tile: 256 = 2^8
CHECKPOINT = "checkpoint"
ENTRIES = "entries"

Tile = tuple[int | str, int, int]
"""Level (or `entries`), index, width."""


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile below the log's address: index 1234067 is x001/x234/067, a narrow tile ends in .p/width."""
    digits = f"{index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < WIDTH else "")


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """Return the tiles that the tree of `new` leaves has and that of `old` leaves has not."""
    level = 0
    while new >> (HEIGHT * level):
        had, has = old >> (HEIGHT * level), new >> (HEIGHT * level)
        for index in range(had // WIDTH, -(-has // WIDTH)):
            width = min(WIDTH, has - index * WIDTH)
            if width != min(WIDTH, had - index * WIDTH):
                yield level, index, width
                if level == 0:
                    yield ENTRIES, index, width
        level += 1


def tile(reader: LogReader, level: int | str, index: int, width: int) -> bytes:
    """Return the bytes of a tile: its hashes one after the other, or its leaves each after its length."""
    start = index * WIDTH
    if isinstance(level, str):
        return b"".join(frame(leaf) for leaf in reader.leaves(start, start + width))
    return b"".join(reader.node(HEIGHT * level, start + place) for place in range(width))


def publish(reader: LogReader, folder: Path, signed: bytes) -> None:
    """Write the tiles up to the signed checkpoint into `folder`, and the checkpoint last; each file appears whole or not."""
    new = read_checkpoint(read_note(signed).text).size
    if new > reader.size():
        raise refuse("rollback", f"检查点有 {new} 条，日志只剩 {reader.size()} 条。请核对备份。")
    old = 0
    if (folder / CHECKPOINT).exists():
        old = read_checkpoint(read_note((folder / CHECKPOINT).read_bytes()).text).size
    if new < old:
        raise refuse("rollback", f"已经公布到 {old} 条，不能退回 {new} 条。请核对检查点。")
    for level, index, width in tiles_between(old, new):
        write_whole(folder / tile_path(level, index, width), tile(reader, level, index, width))
    write_whole(folder / CHECKPOINT, signed)


class TileReader:
    """A log read from its static files, up to `size` leaves; `read` returns a file by its path, or None without it."""

    def __init__(self, read: Callable[[str], bytes | None], size: int) -> None:
        self._read = read
        self._size = size
        self._tiles: dict[Tile, bytes] = {}

    @classmethod
    def of_folder(cls, folder: Path) -> TileReader:
        """Return the log published in `folder`, up to its checkpoint, whose signatures are not looked at."""

        def read(path: str) -> bytes | None:
            file = folder / path
            return file.read_bytes() if file.is_file() else None

        signed = read(CHECKPOINT)
        if signed is None:
            raise refuse("tile", "文件夹里没有 checkpoint 文件。请给出公布日志的文件夹。")
        return cls(read, read_checkpoint(read_note(signed).text).size)

    def size(self) -> int:
        """Return the number of leaves."""
        return self._size

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """Return leaves [start, end)."""
        for index in range(start // WIDTH, -(-end // WIDTH)):
            leaves = unframe(self._tile(ENTRIES, index))
            first = index * WIDTH
            wanted = leaves[max(start - first, 0) : end - first]
            if len(wanted) != min(end, first + WIDTH) - max(start, first):
                raise LookupError(tile_path(ENTRIES, index))
            yield from wanted

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a whole subtree, folded from the tile that holds its hashes."""
        in_tile = level % HEIGHT
        first = index << in_tile
        place = first % WIDTH * HASH_BYTES
        data = self._tile(level // HEIGHT, first // WIDTH)[place : place + (HASH_BYTES << in_tile)]
        hashes = [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]
        if len(data) != HASH_BYTES << in_tile:
            raise LookupError(tile_path(level // HEIGHT, first // WIDTH))
        while len(hashes) > 1:
            hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    def _tile(self, level: int | str, index: int) -> bytes:
        height = 0 if isinstance(level, str) else HEIGHT * level
        width = min(WIDTH, (self._size >> height) - index * WIDTH)
        key = (level, index, width)
        if key not in self._tiles:
            found = next((data for data in self._versions(*key) if data is not None), None)
            if found is None:
                raise LookupError(tile_path(*key))
            self._tiles = {**dict(list(self._tiles.items())[-64:]), key: found}
        return self._tiles[key]

    def _versions(self, level: int | str, index: int, width: int) -> Iterable[bytes | None]:
        """Return the tile of this width or, as narrow ones may be gone, the full one that took its place."""
        yield self._read(tile_path(level, index, width))
        yield self._read(tile_path(level, index))
