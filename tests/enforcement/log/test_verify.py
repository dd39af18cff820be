"""D3: whatever is done to a stored log is found with a head that was kept."""

from __future__ import annotations

import shutil

import pytest

from enforcement.complaints import Refused
from enforcement.log import merkle
from enforcement.log.checkpoint import Checkpoint
from enforcement.log.event import CLOCK_MOVED
from enforcement.log.keys import Kind, SigningKey
from enforcement.log.log import append, head, prove, sign_head
from enforcement.log.receipt import make_receipt, shorten
from enforcement.log.store import FolderStore, MemoryStore, frame
from enforcement.log.tiles import publish
from enforcement.log.verify import Frontier, kept_head, verify_log, verify_published

SIZE = 600


def codes(report):
    return [finding.code for finding in report.findings if not finding.ok]


def cut(leaves, event):
    return leaves[:-1]


def edit(leaves, event):
    return [*leaves[:299], event(299, body={"item": "A07", "seq": 0}).leaf, *leaves[300:]]


def insert(leaves, event):
    return [*leaves[:300], event(299, by="ZF-999").leaf, *leaves[300:]]


def swap(leaves, event):
    return [*leaves[:300], leaves[301], leaves[300], *leaves[302:]]


def remove(leaves, event):
    return leaves[:300] + leaves[301:]


def roll_back(leaves, event):
    return leaves[:500]


def roll_back_and_go_on(leaves, event):
    return leaves[:500] + [event(number, by="ZF-999").leaf for number in range(500, SIZE + 100)]


TAMPERINGS = [
    (cut, ["tail"]),
    (edit, ["changed"]),
    (insert, ["changed"]),
    (swap, ["clock", "changed"]),
    (remove, ["tail"]),
    (roll_back, ["tail"]),
    (roll_back_and_go_on, ["changed"]),
]
BY_NAME = pytest.mark.parametrize(("tamper", "found"), TAMPERINGS, ids=[one[0].__name__ for one in TAMPERINGS])


def test_an_untouched_log_is_green_against_every_kept_head(filled, origin):
    store = filled(SIZE)
    kept = [head(store, origin, size) for size in (0, 1, 256, 599, SIZE)]

    report = verify_log(store, kept)

    assert report.ok
    assert (report.size, report.root) == (SIZE, head(store, origin).root)
    assert len(report.findings) == 1 + len(kept)


@BY_NAME
def test_d3_each_tampering_of_the_stored_log_is_found_with_a_kept_head(tmp_path, filled, event, origin, tamper, found):
    good = list(filled(SIZE).leaves(0, SIZE))
    (tmp_path / "entries").write_bytes(b"".join(map(frame, good)))
    kept = head(FolderStore(tmp_path), origin)
    assert verify_log(FolderStore(tmp_path), [kept]).ok
    # Whoever has the disk rewrites the file so that it is whole in itself.
    (tmp_path / "entries").write_bytes(b"".join(map(frame, tamper(good, event))))

    report = verify_log(FolderStore(tmp_path), [kept])

    assert codes(report) == found


@BY_NAME
def test_d3_each_tampering_is_found_in_the_published_files_even_when_the_logs_key_was_stolen(
    tmp_path, filled, event, origin, log_key, lenient, tamper, found
):
    store = filled(SIZE)
    kept = head(store, origin)
    bent = MemoryStore(tamper(list(store.leaves(0, SIZE)), event))

    publish(bent, tmp_path, sign_head(bent, origin, [log_key], None).data)
    report = verify_published(tmp_path, lenient, [kept])

    assert codes(report) == found


@BY_NAME
def test_d3_no_tampering_keeps_the_stored_hashes_true_unless_the_tail_is_cut(filled, event, tamper, found):
    class HalfBent(MemoryStore):
        """The leaves of one log with the hashes of another: an edit by somebody who knows only the table of leaves."""

        def __init__(self, leaves, hashes):
            super().__init__(hashes)
            self._leaves = leaves

    leaves = list(filled(SIZE).leaves(0, SIZE))

    report = verify_log(HalfBent(tamper(leaves, event), leaves), [])

    assert ("stored-hash" in codes(report)) == (tamper not in {cut, roll_back})
    assert "no-head" in codes(report)


def test_a_tampering_is_narrowed_down_by_the_heads_on_both_sides(filled, event, origin):
    store = filled(SIZE)
    kept = [head(store, origin, size) for size in (SIZE, 200, 400)]

    report = verify_log(MemoryStore(edit(list(store.leaves(0, SIZE)), event)), kept)

    (first, second) = [finding.message for finding in report.findings if finding.code == "changed"]
    assert "第 200 条到第 399 条" in first
    assert "第 200 条到第 599 条" in second


def test_without_a_kept_head_nothing_is_called_whole(filled):
    report = verify_log(filled(5), [])

    assert codes(report) == ["no-head"]
    assert not report.ok


def test_an_edited_leaf_is_located_by_the_stored_hashes(filled, origin):
    class Edited(MemoryStore):
        def leaves(self, start, end):
            return [leaf.replace(b'"seq":5}', b'"seq":6}') for leaf in super().leaves(start, end)]

    store = filled(8)

    report = verify_log(Edited(store.leaves(0, 8)), [head(store, origin)])

    assert codes(report) == ["stored-hash", "changed"]
    assert "第 5 条到第 5 条" in report.findings[0].message


def test_a_missing_hash_is_as_bad_as_a_false_one(filled, origin):
    class Holed(MemoryStore):
        def node(self, level, index):
            if level == 2:
                raise LookupError
            return super().node(level, index)

    store = filled(8)

    report = verify_log(Holed(store.leaves(0, 8)), [head(store, origin)])

    assert codes(report) == ["stored-hash"]
    assert "第 0 条到第 3 条" in report.findings[0].message


def test_leaves_that_are_no_events_or_out_of_order_are_named(event, origin):
    leaves = [
        event(5).leaf,
        event(4).leaf,
        event(9, corrects=2).leaf,
        b"no event",
        event(1, kind=CLOCK_MOVED).leaf,
        event(2).leaf,
        event(1).leaf,
    ]
    store = MemoryStore(leaves)

    report = verify_log(store, [head(store, origin)])

    assert codes(report) == ["clock", "corrects", "event"]
    assert [finding.message.partition(" 条")[0] for finding in report.findings[:3]] == ["第 1", "第 2", "第 3"]


def test_published_files_that_are_missing_cut_or_unsigned_are_named(tmp_path, filled, signed, lenient, log_key, origin):
    store = filled(SIZE)
    publish(store, tmp_path / "good", signed(store))
    assert verify_published(tmp_path / "good", lenient, []).ok

    def bent(name, change):
        shutil.rmtree(tmp_path / "bent", ignore_errors=True)
        shutil.copytree(tmp_path / "good", tmp_path / "bent")
        change(tmp_path / "bent" / name)
        return verify_published(tmp_path / "bent", lenient, [])

    def shorten_file(path):
        path.write_bytes(path.read_bytes()[:-3])

    def change_file(path):
        path.write_bytes(path.read_bytes().replace(b"600", b"599"))

    gone = bent("tile/entries/001", lambda path: path.unlink())
    short = bent("tile/entries/002.p/88", shorten_file)
    hashes = bent("tile/0/002.p/88", shorten_file)
    unsigned = bent("checkpoint", change_file)
    none = bent("checkpoint", lambda path: path.unlink())

    assert codes(gone) == ["missing", "tail"]
    assert "第 256 条读不出来" in gone.findings[1].message
    assert codes(short) == ["missing", "tail"]
    assert codes(hashes) == ["stored-hash"]
    assert codes(unsigned) == codes(none) == ["checkpoint"]
    assert (none.size, none.root) == (0, merkle.EMPTY_ROOT)


def test_a_published_log_says_who_witnessed_it(tmp_path, filled, origin, log_key, lenient, policy, witness_keys):
    store = filled(3)
    note = sign_head(store, origin, [log_key], None)
    publish(store, tmp_path, note.data)

    assert codes(verify_published(tmp_path, policy, [])) == ["checkpoint"]
    assert "没有见证方" in verify_published(tmp_path, lenient, []).findings[0].message


def test_whatever_somebody_kept_serves_as_a_head(filled, signed, policy, origin):
    store = filled(20)
    checkpoint = signed(store)
    receipt = make_receipt(store, 7, checkpoint)

    kept = [checkpoint, prove(store, 7, checkpoint).data, receipt.data, f"https://x.cn/r#{shorten(receipt)}".encode()]

    assert {kept_head(data, policy) for data in kept} == {head(store, origin)}


def test_a_kept_head_must_be_signed_by_the_log(filled, policy, origin):
    other = SigningKey(origin, Kind.LOG, bytes(32))

    with pytest.raises(Refused, match="没有日志"):
        kept_head(sign_head(filled(3), origin, [other], None).data, policy)
    with pytest.raises(Refused, match="格式不对"):
        kept_head(b"20", policy)


def test_the_right_edge_alone_gives_every_root():
    frontier, tree = Frontier(), merkle.Tree()

    for number in range(300):
        assert frontier.root() == tree.root()
        hashed = merkle.leaf_hash(bytes([number % 256]))
        tree.append(hashed)
        frontier.add(hashed)


def test_a_clock_that_was_moved_with_a_word_is_fine(event, origin):
    store = MemoryStore()
    for one in (event(5), event(4, kind=CLOCK_MOVED), event(4)):
        append(store, one)

    assert verify_log(store, [head(store, origin)]).ok


def test_a_head_larger_than_any_tree_does_no_harm(filled, origin):
    assert codes(verify_log(filled(3), [Checkpoint(origin, 2**63 - 1, bytes(32))])) == ["tail"]
