"""The tree and its proofs, against the published vectors and against the definition of RFC 9162 read aloud."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.merkle import EMPTY_ROOT, Frontier, leaf_hash, root_of
from gateway.audit.proofs import consistency_ranges, includes, inclusion_ranges, is_consistent, prove, prove_growth

# The leaves, roots and proofs that the Certificate Transparency implementations are tested with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
SIZES = st.integers(1, 70)


def naive_root(leaves: list[bytes]) -> bytes:
    """Section 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = naive_split(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """Section 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    k = naive_split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """Section 2.1.4.1, word for word."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = naive_split(len(leaves))
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], whole=False), naive_root(leaves[:k])]


def naive_split(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def some_leaves(size: int) -> list[bytes]:
    return [bytes([number]) for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_the_published_ones(size: int) -> None:
    assert root_of(HASHES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
    ],
)
def test_the_inclusion_proofs_are_the_published_ones(index: int, size: int, path: list[str]) -> None:
    proof = prove(HASHES[:size], inclusion_ranges(index, size))
    assert [step.hex() for step in proof] == path
    assert includes(index, size, HASHES[index], proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(
    ("old", "size", "path"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_the_consistency_proofs_are_the_published_ones(old: int, size: int, path: list[str]) -> None:
    proof = prove(HASHES[:size], consistency_ranges(old, size))
    assert [step.hex() for step in proof] == path
    assert is_consistent(old, size, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[size]), proof)


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert root_of(map(leaf_hash, leaves)) == naive_root(leaves)


@given(st.data(), SIZES)
def test_inclusion_proofs_are_those_of_the_definition(data: st.DataObject, size: int) -> None:
    leaves, index = some_leaves(size), data.draw(st.integers(0, size - 1))
    proof = prove(map(leaf_hash, leaves), inclusion_ranges(index, size))
    assert list(proof) == naive_path(index, leaves)
    assert includes(index, size, leaf_hash(leaves[index]), proof, naive_root(leaves))


@given(st.data(), SIZES)
def test_consistency_proofs_are_those_of_the_definition(data: st.DataObject, size: int) -> None:
    leaves, old = some_leaves(size), data.draw(st.integers(1, size))
    proof = prove(map(leaf_hash, leaves), consistency_ranges(old, size))
    assert list(proof) == naive_subproof(old, leaves, whole=True)
    assert is_consistent(old, size, naive_root(leaves[:old]), naive_root(leaves), proof)


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_tree_that_grew_proves_it_from_its_peaks_and_what_came_after(old: int, more: int) -> None:
    size = old + more
    leaves = [leaf_hash(bytes([number])) for number in range(size)]
    tree = Frontier()
    for leaf in leaves[:old]:
        tree.append(leaf)
    proof = prove_growth(tree, leaves[old:], size)
    assert proof == prove(leaves, consistency_ranges(old, size))
    assert is_consistent(old, size, root_of(leaves[:old]), root_of(leaves), proof)


@given(st.data(), SIZES)
def test_an_inclusion_proof_shows_nothing_else(data: st.DataObject, size: int) -> None:
    leaves, index = some_leaves(size), data.draw(st.integers(0, size - 1))
    root, leaf = naive_root(leaves), leaf_hash(leaves[index])
    proof = prove(map(leaf_hash, leaves), inclusion_ranges(index, size))
    other = data.draw(st.integers(-1, size).filter(lambda number: number != index))
    assert not includes(other, size, leaf, proof, root)
    assert not includes(index, size, leaf_hash(b"other"), proof, root)
    assert not includes(index, size, leaf, [*proof, root], root)
    assert not includes(index, size, leaf, proof, leaf_hash(b"other"))
    if proof:
        assert not includes(index, size, leaf, proof[:-1], root)
        assert not includes(index, size, leaf, changed(data, proof), root)


@given(st.data(), st.integers(2, 70))
def test_a_consistency_proof_shows_nothing_else(data: st.DataObject, size: int) -> None:
    leaves, old = some_leaves(size), data.draw(st.integers(1, size - 1))
    older, root = naive_root(leaves[:old]), naive_root(leaves)
    proof = prove(map(leaf_hash, leaves), consistency_ranges(old, size))
    assert not is_consistent(old, size, leaf_hash(b"other"), root, proof)
    assert not is_consistent(old, size, older, leaf_hash(b"other"), proof)
    assert not is_consistent(old, size, older, root, [*proof, root])
    assert not is_consistent(old, size, older, root, proof[:-1])
    assert not is_consistent(old, size, older, root, changed(data, proof))
    assert not is_consistent(size, old, root, older, proof)


def changed(data: st.DataObject, proof: tuple[bytes, ...]) -> list[bytes]:
    at = data.draw(st.integers(0, len(proof) - 1))
    return [leaf_hash(b"changed") if number == at else step for number, step in enumerate(proof)]


@given(st.data(), st.integers(0, 70))
def test_a_tree_goes_on_from_its_peaks(data: st.DataObject, size: int) -> None:
    leaves, pause = some_leaves(size), data.draw(st.integers(0, size))
    first = Frontier()
    for leaf in leaves[:pause]:
        first.append(leaf_hash(leaf))
    second = Frontier(first.size, first.peaks)
    for leaf in leaves[pause:]:
        second.append(leaf_hash(leaf))
    assert (second.size, second.root()) == (size, naive_root(leaves))
    assert (first.size, first.root()) == (pause, naive_root(leaves[:pause]))
    assert len(second.peaks) == size.bit_count()


def test_a_copy_goes_on_by_itself() -> None:
    tree = Frontier()
    tree.append(HASHES[0])
    other = tree.copy()
    other.append(HASHES[1])
    assert (tree.root().hex(), other.root().hex()) == (ROOTS[1], ROOTS[2])


def test_peaks_that_cannot_belong_to_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="one peak for each binary one"):
        Frontier(3, [HASHES[0]])


def test_the_empty_tree_begins_every_tree_without_a_proof() -> None:
    root = bytes.fromhex(ROOTS[8])
    assert prove(HASHES, consistency_ranges(0, 8)) == ()
    assert is_consistent(0, 8, EMPTY_ROOT, root, ())
    assert not is_consistent(0, 8, root, root, ())
    assert not is_consistent(0, 8, EMPTY_ROOT, root, (root,))


def test_a_proof_about_more_than_there_is_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="fewer leaves"):
        prove(HASHES[:7], inclusion_ranges(0, 8))
    with pytest.raises(ValueError, match="not in the tree"):
        inclusion_ranges(8, 8)
    with pytest.raises(ValueError, match="must not be larger"):
        consistency_ranges(9, 8)


def test_a_proof_about_a_tree_says_nothing_of_a_larger_one() -> None:
    one, root = bytes.fromhex(ROOTS[1]), bytes.fromhex(ROOTS[8])
    proof = prove(HASHES, inclusion_ranges(0, 8))
    assert includes(0, 8, HASHES[0], proof, root)
    assert not includes(0, 16, HASHES[0], proof, root)
    assert is_consistent(1, 8, one, root, proof)
    assert not is_consistent(1, 16, one, root, proof)
