"""Hash leaves into the Merkle tree of RFC 6962, and make and check its two proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeAt: TypeAlias = Callable[[int, int], bytes]
"""Give the hash of the whole subtree at (level, index): that of leaves index·2^level up to (index+1)·2^level."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf: SHA-256 of the byte 0x00 and the leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 of the byte 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree in memory that grows by leaf hashes and answers for every size it ever had."""

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for hashed in leaf_hashes:
            self.append(hashed)

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return len(self._levels[0])

    def append(self, hashed: bytes) -> None:
        """Add the hash of one leaf, and of every whole subtree that it completes."""
        for new in completed(self.size, hashed, self.node):
            level = new[0]
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(new[2])

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a whole subtree; see `NodeAt`."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first `size` leaves (all of them by default)."""
        return root_at(self._within(size), self.node)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the audit path of leaf `index` in the tree of the first `size` leaves."""
        return inclusion_path(index, self._within(size), self.node)

    def consistency_proof(self, old: int, size: int | None = None) -> list[bytes]:
        """Return the proof that the first `old` leaves begin the tree of the first `size` leaves."""
        return consistency_path(old, self._within(size), self.node)

    def _within(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError(f"树里只有 {self.size} 条，没有前 {size} 条的树。")
        return size


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over `leaves`, given as their bytes and not as hashes; of none it is SHA-256 of nothing."""
    return Tree(map(leaf_hash, leaves)).root()


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the audit path of `leaves[index]`, lowest sibling first; for many proofs keep a `Tree`."""
    return Tree(map(leaf_hash, leaves)).inclusion_proof(index)


def consistency_proof(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the first `old` leaves begin the tree of all of them."""
    return Tree(map(leaf_hash, leaves)).consistency_proof(old)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Tell whether `proof` shows that `leaf` is number `index` (from 0) of the `size` leaves under `root_hash`."""
    return verify_inclusion_of_hash(leaf_hash(leaf), index, size, proof, root_hash)


def verify_inclusion_of_hash(hashed: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Tell the same for a leaf of which only its hash is at hand (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(proof):
        return False
    place, last, result = index, size - 1, hashed
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root_hash


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether `proof` shows that the tree of `old` leaves begins the tree of `new` leaves (RFC 9162, 2.1.4.2).

    Sizes 0 and `new` itself need no proof: it must be empty, and the roots what they must be.
    """
    if not 0 <= old <= new or not _are_hashes(proof):
        return False
    if old in {0, new}:
        known = old_root == EMPTY_ROOT if old == 0 else old_root == new_root
        return known and not proof
    # A whole old tree is a node of the new one, so the proof leaves it out.
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def completed(size: int, hashed: bytes, node: NodeAt) -> list[tuple[int, int, bytes]]:
    """Return (level, index, hash) of every whole subtree that leaf number `size` completes, itself first."""
    level, index = 0, size
    nodes = [(level, index, hashed)]
    while index & 1:
        hashed = node_hash(node(level, index - 1), hashed)
        level, index = level + 1, index >> 1
        nodes.append((level, index, hashed))
    return nodes


def root_at(size: int, node: NodeAt) -> bytes:
    """Return the root over the first `size` leaves from the hashes of whole subtrees."""
    return _hash_of(0, size, node) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, node: NodeAt) -> list[bytes]:
    """Return the audit path of leaf `index` of `size`, lowest sibling first; raise ValueError when it has none."""
    if not 0 <= index < size:
        raise ValueError(f"前 {size} 条里没有第 {index} 条（从 0 数起）。")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_hash_of(middle, end, node))
            end = middle
        else:
            path.append(_hash_of(start, middle, node))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, node: NodeAt) -> list[bytes]:
    """Return the proof between the trees of `old` and `new` leaves; it is empty for old = 0 and old = new."""
    if not 0 <= old <= new:
        raise ValueError(f"旧树 {old} 条不能多于新树 {new} 条。")
    if old in {0, new}:
        return []
    start, end, path = 0, new, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_hash_of(middle, end, node))
            end = middle
        else:
            path.append(_hash_of(start, middle, node))
            start = middle
    if start:
        path.append(_hash_of(start, end, node))
    return path[::-1]


def _hash_of(start: int, end: int, node: NodeAt) -> bytes:
    """Return the hash over leaves [start, end), where start is a multiple of the whole subtree that begins there."""
    count = end - start
    if not count & (count - 1):
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_hash_of(start, middle, node), _hash_of(middle, end, node))


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _are_hashes(proof: Sequence[bytes]) -> bool:
    return all(len(hashed) == HASH_BYTES for hashed in proof)
