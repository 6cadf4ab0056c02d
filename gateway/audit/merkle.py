"""The Merkle tree of RFC 6962 and RFC 9162, appended to in the memory of its height."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry (RFC 9162 section 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that remembers only the roots of its complete subtrees, the largest first."""

    __slots__ = ("_peaks", "_size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self._size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError("A tree has one peak for each binary one of its size.")

    @property
    def size(self) -> int:
        """Count the leaves."""
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Give the roots of the complete subtrees: what must be kept to go on later."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add a leaf by its hash."""
        below = self._size
        while below & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            below >>= 1
        self._peaks.append(leaf)
        self._size += 1

    def root(self) -> bytes:
        """Give the root of the tree as it is now."""
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def copy(self) -> Frontier:
        """Give a tree that goes on by itself from here."""
        return Frontier(self._size, self._peaks)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Give the root over leaf hashes."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()
