"""D3: trees and proofs of RFC 6962 against a naive reference, for all sizes."""

from __future__ import annotations

import hashlib

import pytest

from enforcement.log import merkle

SIZES = 300
LEAVES = [f"leaf {number}".encode() for number in range(SIZES)]

# The leaves and roots of the known-answer test in the reference implementation of Certificate Transparency.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


# The definitions of RFC 6962, 2.1, written down as they stand there: slow, without a single shared hash.


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def naive_root(d):
    if not d:
        return hashlib.sha256(b"").digest()
    if len(d) == 1:
        return hashlib.sha256(b"\x00" + d[0]).digest()
    k = split(len(d))
    return hashlib.sha256(b"\x01" + naive_root(d[:k]) + naive_root(d[k:])).digest()


class Naive:
    """The same definitions with a memory for roots of slices, so that every pair of sizes can be tried."""

    def __init__(self, leaves):
        self.leaves = leaves
        self.known = {}

    def root(self, a, b):
        if (a, b) not in self.known:
            k = split(b - a)
            self.known[a, b] = (
                naive_root(self.leaves[a:b])
                if b - a < 2
                else hashlib.sha256(b"\x01" + self.root(a, a + k) + self.root(a + k, b)).digest()
            )
        return self.known[a, b]

    def path(self, m, a, b):
        if b - a == 1:
            return []
        k = split(b - a)
        if m < k:
            return [*self.path(m, a, a + k), self.root(a + k, b)]
        return [*self.path(m - k, a + k, b), self.root(a, a + k)]

    def proof(self, m, a, b, *, whole):
        if m == b - a:
            return [] if whole else [self.root(a, b)]
        k = split(b - a)
        if m <= k:
            return [*self.proof(m, a, a + k, whole=whole), self.root(a + k, b)]
        return [*self.proof(m - k, a + k, b, whole=False), self.root(a, a + k)]


NAIVE = Naive(LEAVES)


def test_the_roots_are_those_of_certificate_transparency():
    assert [merkle.root(CT_LEAVES[:size]).hex() for size in range(1, 9)] == CT_ROOTS
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_d3_every_root_up_to_300_leaves_is_that_of_the_definition():
    tree = merkle.Tree(map(merkle.leaf_hash, LEAVES))

    for size in range(SIZES + 1):
        assert tree.root(size) == naive_root(LEAVES[:size])
        assert merkle.root(LEAVES[:size]) == tree.root(size)


def test_d3_every_inclusion_proof_up_to_300_leaves_is_that_of_the_definition_and_verifies():
    tree = merkle.Tree(map(merkle.leaf_hash, LEAVES))

    for size in range(1, SIZES + 1):
        root = tree.root(size)
        for index in range(size):
            proof = tree.inclusion_proof(index, size)
            assert proof == NAIVE.path(index, 0, size)
            assert merkle.verify_inclusion(LEAVES[index], index, size, proof, root)


def test_d3_every_consistency_proof_up_to_300_leaves_is_that_of_the_definition_and_verifies():
    tree = merkle.Tree(map(merkle.leaf_hash, LEAVES))
    roots = [tree.root(size) for size in range(SIZES + 1)]

    for new in range(SIZES + 1):
        for old in range(new + 1):
            proof = tree.consistency_proof(old, new)
            assert proof == (NAIVE.proof(old, 0, new, whole=True) if old > 0 else [])
            assert merkle.verify_consistency(old, new, roots[old], roots[new], proof)


def test_d3_no_proof_for_one_place_or_size_passes_for_another():
    leaves = LEAVES[:20]
    tree = merkle.Tree(map(merkle.leaf_hash, leaves))
    roots = [tree.root(size) for size in range(21)]

    for size in range(1, 21):
        for index in range(size):
            proof = tree.inclusion_proof(index, size)
            shown = {
                (other, total)
                for total in range(1, 21)
                for other in range(total)
                if merkle.verify_inclusion(leaves[index], other, total, proof, roots[total])
            }
            assert shown == {(index, size)}


def test_d3_a_changed_hash_anywhere_breaks_a_consistency_proof():
    tree = merkle.Tree(map(merkle.leaf_hash, LEAVES[:33]))
    roots = [tree.root(size) for size in range(34)]

    for new in range(2, 34):
        for old in range(1, new):
            proof = tree.consistency_proof(old, new)
            for place in range(len(proof)):
                bent = [*proof[:place], bytes(32), *proof[place + 1 :]]
                assert not merkle.verify_consistency(old, new, roots[old], roots[new], bent)
            assert not merkle.verify_consistency(old, new, roots[old], roots[new], proof[:-1])
            assert not merkle.verify_consistency(old, new, roots[old], roots[new], [*proof, bytes(32)])
            assert not merkle.verify_consistency(old, new, bytes(32), roots[new], proof)
            assert not merkle.verify_consistency(old, new, roots[old], bytes(32), proof)


def test_an_inclusion_proof_fails_when_a_hash_is_missing_added_or_cut():
    tree = merkle.Tree(map(merkle.leaf_hash, LEAVES[:7]))
    proof = tree.inclusion_proof(5)

    assert merkle.verify_inclusion(LEAVES[5], 5, 7, proof, tree.root())
    assert not merkle.verify_inclusion(LEAVES[5], 5, 7, proof[:-1], tree.root())
    assert not merkle.verify_inclusion(LEAVES[5], 5, 7, [*proof, bytes(32)], tree.root())
    assert not merkle.verify_inclusion(LEAVES[5], 5, 7, [*proof[:-1], proof[-1][:-1]], tree.root())
    assert not merkle.verify_inclusion(LEAVES[4], 5, 7, proof, tree.root())
    assert not merkle.verify_inclusion(LEAVES[5], 7, 7, proof, tree.root())
    assert not merkle.verify_inclusion(LEAVES[5], -1, 7, proof, tree.root())


def test_the_trees_of_no_leaf_and_of_the_same_leaves_are_consistent_without_a_proof():
    root = merkle.root(LEAVES[:5])

    assert merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, root, [])
    assert merkle.verify_consistency(5, 5, root, root, [])
    assert not merkle.verify_consistency(0, 5, root, root, [])
    assert not merkle.verify_consistency(5, 5, root, bytes(32), [])
    assert not merkle.verify_consistency(5, 5, root, root, [root])
    assert not merkle.verify_consistency(6, 5, root, root, [])
    assert not merkle.verify_consistency(3, 5, root, root, [])
    assert not merkle.verify_consistency(3, 5, root, root, [b"short"])


def test_proofs_outside_the_tree_are_refused_in_words():
    tree = merkle.Tree(map(merkle.leaf_hash, LEAVES[:3]))

    with pytest.raises(ValueError, match="只有 3 条"):
        tree.root(4)
    with pytest.raises(ValueError, match="没有第 3 条"):
        merkle.inclusion_proof(3, LEAVES[:3])
    with pytest.raises(ValueError, match="旧树 4 条"):
        merkle.consistency_proof(4, LEAVES[:3])
