from __future__ import annotations

import pytest

from enforcement.complaints import Refused
from enforcement.log import merkle
from enforcement.log.checkpoint import read_checkpoint
from enforcement.log.event import CLOCK_MOVED, read_event
from enforcement.log.log import (
    add_checkpoint_request,
    add_cosignatures,
    append,
    catch_up,
    head,
    leaf_at,
    prove,
    sign_head,
)
from enforcement.log.note import cosign, read_note
from enforcement.log.store import FolderStore, MemoryStore, Overtaken, frame, unframe, write_whole
from enforcement.log.tiles import TileReader, publish


@pytest.fixture(params=["memory", "folder"])
def store(request, tmp_path):
    return MemoryStore() if request.param == "memory" else FolderStore(tmp_path / "log")


def test_a_store_gives_back_what_was_appended_and_the_tree_over_it(store, event):
    numbers = [append(store, event(number)) for number in range(9)]

    leaves = list(store.leaves(0, 9))
    assert numbers == list(range(9))
    assert [read_event(leaf) for leaf in leaves] == [event(number) for number in range(9)]
    assert list(store.leaves(3, 5)) == leaves[3:5]
    assert head(store, "log").root == merkle.root(leaves)
    assert head(store, "log", 5).root == merkle.root(leaves[:5])
    assert store.node(3, 0) == merkle.root(leaves[:8])


def test_an_append_under_a_number_that_is_taken_keeps_nothing(store, event, filled):
    filled(3, store)

    with pytest.raises(Overtaken):
        store.append(2, event(9).leaf, [(0, 2, bytes(32))])

    assert store.size() == 3


def test_a_folder_is_read_again_by_the_next_process(tmp_path, filled):
    first = filled(40, FolderStore(tmp_path))

    second = FolderStore(tmp_path)

    assert list(second.leaves(0, 40)) == list(first.leaves(0, 40))
    assert head(second, "log") == head(first, "log")


def test_two_processes_never_share_a_number(tmp_path, event):
    one, two = FolderStore(tmp_path), FolderStore(tmp_path)

    append(one, event(0))
    with pytest.raises(Overtaken):
        append(two, event(0))
    append(two, event(1))

    assert [read_event(leaf).ref for leaf in FolderStore(tmp_path).leaves(0, 9)] == ["SSJ-2026-0000", "SSJ-2026-0001"]


@pytest.mark.parametrize("torn", [b"\x00", b"\x00\x09half", b"\x00" * 64])
def test_a_leaf_that_a_crash_cut_short_is_dropped_by_the_next_append(tmp_path, event, filled, torn):
    filled(2, FolderStore(tmp_path))
    with (tmp_path / "entries").open("ab") as file:
        file.write(torn)

    store = FolderStore(tmp_path)
    append(store, event(2))

    assert FolderStore(tmp_path).size() == 3
    assert read_event(leaf_at(FolderStore(tmp_path), 2)) == event(2)


def test_time_may_stand_still_but_not_run_backwards_without_a_word(store, event):
    append(store, event(5))
    append(store, event(5))

    with pytest.raises(Refused, match="时间倒退"):
        append(store, event(4))
    append(store, event(4, kind=CLOCK_MOVED))
    append(store, event(4))

    assert store.size() == 4


def test_a_correction_points_to_an_earlier_leaf(store, event):
    append(store, event(0))

    with pytest.raises(Refused, match="第 1 条还不存在"):
        append(store, event(1, corrects=1))

    assert append(store, event(1, corrects=0)) == 1


@pytest.mark.parametrize("number", [-1, 3])
def test_a_leaf_that_is_not_there_is_refused_in_words(filled, number, signed):
    store = filled(3)

    with pytest.raises(Refused, match=f"没有第 {number} 条"):
        leaf_at(store, number)
    with pytest.raises(Refused, match=f"没有第 {number} 条"):
        prove(store, number, signed(store))


def test_the_head_is_signed_again_as_the_log_grows(filled, origin, log_key, signed):
    store = filled(3)
    first = signed(store)

    filled(8, store)
    second = sign_head(store, origin, [log_key], first)

    assert read_checkpoint(second.text) == head(store, origin)
    assert sign_head(store, origin, [log_key], second.data) == second


def test_d3_a_log_that_no_longer_continues_its_signed_head_is_not_signed(filled, origin, log_key, signed, event):
    store = filled(8)
    last = signed(store)
    leaves = list(store.leaves(0, 8))

    for bent in (leaves[:7], [*leaves[:3], event(99).leaf, *leaves[4:]], [leaves[1], leaves[0], *leaves[2:]]):
        with pytest.raises(Refused, match="接不上"):
            sign_head(MemoryStore(bent), origin, [log_key], last)
    with pytest.raises(Refused, match="接不上"):
        sign_head(store, "other.example.cn", [log_key], last)


def test_a_log_restored_from_an_older_copy_catches_up_from_its_published_files(
    tmp_path, filled, origin, log_key, signed, event
):
    whole = filled(300)
    last = signed(whole)
    publish(whole, tmp_path, last)
    restored = filled(250)

    assert catch_up(restored, TileReader.of_folder(tmp_path)) == 50

    assert sign_head(restored, origin, [log_key], last).data == last
    assert catch_up(restored, TileReader.of_folder(tmp_path)) == 0


def test_a_log_does_not_catch_up_with_another_one(filled, event):
    other = filled(5)
    append(other, event(5, by="ZF-999"))

    for mirror in (other, filled(5)):
        with pytest.raises(Refused, match="不是这份日志的延续"):
            catch_up(filled(6), mirror)


def test_nothing_is_proven_under_a_checkpoint_that_the_log_has_lost(filled, signed):
    last = signed(filled(8))

    with pytest.raises(Refused, match="只剩 5 条"):
        prove(filled(5), 2, last)


@pytest.mark.parametrize("old", [-1, 4])
def test_a_witness_is_not_asked_about_a_size_past_the_checkpoint(filled, signed, old):
    store = filled(3)

    with pytest.raises(Refused, match="见证方看到的"):
        add_checkpoint_request(store, old, signed(store))


def test_cosignatures_are_added_when_they_are_true_and_known(filled, signed, witness_keys, log_key):
    checkpoint = signed(filled(3))
    text = read_note(checkpoint).text
    known = [witness_keys["a"].verifier, witness_keys["b"].verifier]
    lines = "".join(cosign(text, witness_keys[name], 5).line for name in "abc").encode()

    whole = read_note(add_cosignatures(checkpoint, lines, known))

    assert [signature.name for signature in whole.signatures] == [log_key.name, "a.example.cn", "b.example.cn"]
    with pytest.raises(Refused, match="与正文不符"):
        add_cosignatures(checkpoint, cosign("other\n", witness_keys["a"], 5).line.encode(), known)


@pytest.mark.parametrize("size", [0, 65_536])
def test_a_leaf_has_1_to_65535_bytes(size):
    with pytest.raises(Refused, match=f"这一条有 {size} 字节"):
        frame(b"x" * size)


def test_a_bundle_round_trips_and_a_cut_one_is_refused():
    leaves = [b"a", b"x" * 65_535, b"b"]
    bundle = b"".join(map(frame, leaves))

    assert unframe(bundle) == leaves
    assert unframe(b"") == []
    for cut in (1, 2, len(bundle) - 1):
        with pytest.raises(Refused, match="不完整"):
            unframe(bundle[:cut])


def test_a_file_is_replaced_whole(tmp_path):
    write_whole(tmp_path / "deep" / "file", b"one")
    write_whole(tmp_path / "deep" / "file", b"two")

    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file"]
    assert (tmp_path / "deep" / "file").read_bytes() == b"two"
