from __future__ import annotations

import hashlib

import pytest

from enforcement.complaints import Refused
from enforcement.log import merkle
from enforcement.log.merkle import consistency_path, inclusion_path, root_at
from enforcement.log.store import MemoryStore, frame
from enforcement.log.tiles import CHECKPOINT, TileReader, publish, tile, tile_path, tiles_between

LEAVES = [f"leaf {number}".encode() for number in range(70_000)]


def widths(size):
    """Return (level, index, width) of every tile of a tree by the definition: floor(size / 256^level) hashes a level."""
    found, level = set(), 0
    while size // 256**level:
        count = size // 256**level
        found |= {(level, index, 256) for index in range(count // 256)}
        found |= {(level, count // 256, count % 256)} if count % 256 else set()
        level += 1
    return found


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ((0, 0), "tile/0/000"),
        ((1, 1234067), "tile/1/x001/x234/067"),
        ((0, 273, 112), "tile/0/273.p/112"),
        ((63, 1000, 1), "tile/63/x001/000.p/1"),
        (("entries", 999), "tile/entries/999"),
    ],
)
def test_tiles_have_the_paths_of_the_specification(arguments, path):
    assert tile_path(*arguments) == path


def test_a_tree_of_70_000_leaves_has_the_tiles_of_the_specifications_example():
    found = list(tiles_between(0, 70_000))

    numbered = [one for one in found if one[0] != "entries"]
    assert len([one for one in numbered if one[0] == 0 and one[2] == 256]) == 273
    assert set(numbered[273:]) == {(0, 273, 112), (1, 0, 256), (1, 1, 17), (2, 0, 1)}
    assert [one[1:] for one in found if one[0] == "entries"] == [one[1:] for one in numbered if one[0] == 0]


def test_a_tree_of_256_leaves_has_a_full_tile_and_one_hash_above():
    assert [one for one in tiles_between(0, 256) if one[0] != "entries"] == [(0, 0, 256), (1, 0, 1)]


@pytest.mark.parametrize("old", [0, 1, 255, 256, 257, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("new", [0, 1, 255, 256, 257, 65_535, 65_536, 70_000])
def test_what_is_published_next_is_what_the_new_tree_has_and_the_old_one_had_not(old, new):
    if old <= new:
        between = {one for one in tiles_between(old, new) if one[0] != "entries"}

        assert between == widths(new) - widths(old)


def test_a_tile_holds_the_hashes_of_the_trees_below_it():
    store = MemoryStore(LEAVES[:600])

    assert tile(store, 0, 1, 3) == b"".join(hashlib.sha256(b"\0" + leaf).digest() for leaf in LEAVES[256:259])
    assert tile(store, 1, 0, 2) == merkle.root(LEAVES[:256]) + merkle.root(LEAVES[256:512])
    assert tile(store, "entries", 2, 88) == b"".join(map(frame, LEAVES[512:600]))


def test_d3_every_proof_can_be_made_from_the_published_files(tmp_path, signed):
    store = MemoryStore(LEAVES)
    publish(store, tmp_path, signed(store))

    reader = TileReader.of_folder(tmp_path)

    assert reader.size() == 70_000
    assert root_at(70_000, reader.node) == root_at(70_000, store.node)
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        assert inclusion_path(index, 70_000, reader.node) == inclusion_path(index, 70_000, store.node)
    for old in (1, 255, 256, 1000, 65_536, 69_999):
        assert consistency_path(old, 70_000, reader.node) == consistency_path(old, 70_000, store.node)
    assert list(reader.leaves(200, 800)) == LEAVES[200:800]
    assert list(reader.leaves(69_990, 70_000)) == LEAVES[69_990:]
    assert list(reader.leaves(5, 5)) == []


def test_a_growing_log_adds_files_and_leaves_the_old_ones_as_they_are(tmp_path, signed):
    store = MemoryStore(LEAVES[:300])
    publish(store, tmp_path, signed(store))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != CHECKPOINT}

    bigger = MemoryStore(LEAVES[:600])
    publish(bigger, tmp_path, signed(bigger))

    assert {path: path.read_bytes() for path in before} == before
    assert root_at(600, TileReader.of_folder(tmp_path).node) == merkle.root(LEAVES[:600])


def test_a_narrow_tile_may_give_way_to_the_full_one(tmp_path, signed):
    store = MemoryStore(LEAVES[:300])
    publish(store, tmp_path, signed(store))
    later = MemoryStore(LEAVES[:600])
    publish(later, tmp_path / "later", signed(later))
    for name in ("tile/0/001", "tile/entries/001"):
        (tmp_path / f"{name}.p/44").unlink()
        (tmp_path / name).write_bytes((tmp_path / "later" / name).read_bytes())

    reader = TileReader.of_folder(tmp_path)

    assert root_at(300, reader.node) == merkle.root(LEAVES[:300])
    assert list(reader.leaves(290, 300)) == LEAVES[290:300]


def test_nothing_is_published_backwards_or_past_the_log(tmp_path, signed):
    big, small = MemoryStore(LEAVES[:9]), MemoryStore(LEAVES[:5])
    publish(big, tmp_path, signed(big))

    with pytest.raises(Refused, match="不能退回 5 条"):
        publish(big, tmp_path, signed(small))
    with pytest.raises(Refused, match="只剩 5 条"):
        publish(small, tmp_path, signed(big))


def test_what_is_not_there_is_a_lookup_error(tmp_path, signed):
    store = MemoryStore(LEAVES[:300])
    publish(store, tmp_path, signed(store))
    reader = TileReader.of_folder(tmp_path)

    with pytest.raises(LookupError):
        reader.node(0, 300)
    with pytest.raises(LookupError):
        reader.node(0, 5000)
    with pytest.raises(LookupError):
        list(reader.leaves(290, 301))


def test_a_folder_without_a_checkpoint_is_no_log(tmp_path):
    with pytest.raises(Refused, match="checkpoint"):
        TileReader.of_folder(tmp_path)


def test_few_tiles_are_kept_in_memory(signed):
    store = MemoryStore(LEAVES)
    files = {tile_path(*one): tile(store, *one) for one in tiles_between(0, 70_000)}
    asked = []

    def read(path):
        asked.append(path)
        return files.get(path)

    reader = TileReader(read, 70_000)
    for index in range(70_000):
        reader.node(0, index)

    assert len(asked) == 274
    assert len(reader._tiles) <= 65
