"""Proofs over the tree: this entry is in it, and the older log is a beginning of the newer one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.audit.merkle import EMPTY_ROOT, Frontier, node_hash


@dataclass(frozen=True, slots=True)
class Range:
    """The leaves from `start` up to, not including, `end`: a subtree, whose root is one hash of a proof."""

    start: int
    end: int


def inclusion_ranges(index: int, size: int) -> tuple[Range, ...]:
    """List the subtrees of the proof that leaf `index` is in the tree of `size` (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("The entry is not in the tree.")
    found, start, end = [], 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            found.append(Range(middle, end))
            end = middle
        else:
            found.append(Range(start, middle))
            start = middle
    return tuple(reversed(found))


def consistency_ranges(old: int, size: int) -> tuple[Range, ...]:
    """List the subtrees of the proof that the tree of `old` leaves begins that of `size` (section 2.1.4.1)."""
    if not 0 <= old <= size:
        raise ValueError("The older tree must not be larger.")
    if old in {0, size}:
        return ()
    found, start, end = [], 0, size
    while end != old:
        middle = start + _left(end - start)
        if old <= middle:
            found.append(Range(middle, end))
            end = middle
        else:
            found.append(Range(start, middle))
            start = middle
    if start:
        found.append(Range(start, end))
    return tuple(reversed(found))


def prove(leaves: Iterable[bytes], ranges: Sequence[Range]) -> tuple[bytes, ...]:
    """Compute the hashes of a proof in one pass over the leaf hashes, in the memory of the proof."""
    trees = {part: Frontier() for part in ranges}
    waiting = iter(sorted(ranges, key=lambda part: part.start))
    part = next(waiting, None)
    for position, leaf in enumerate(leaves):
        if part is None:
            break
        if part.start <= position:
            trees[part].append(leaf)
        if position + 1 == part.end:
            part = next(waiting, None)
    if part is not None:
        raise ValueError("There are fewer leaves than the proof speaks of.")
    return tuple(trees[part].root() for part in ranges)


def prove_growth(old: Frontier, later: Iterable[bytes], size: int) -> tuple[bytes, ...]:
    """Compute the proof that the tree `old` begins that of `size` from the leaf hashes after it alone.

    What such a proof takes from before is a peak of the older tree each time.
    """
    ranges = consistency_ranges(old.size, size)
    after = [Range(part.start - old.size, part.end - old.size) for part in ranges if part.start >= old.size]
    before = sorted((part for part in ranges if part.end <= old.size), key=lambda part: part.start)
    known = dict(zip(before, old.peaks, strict=False))
    fresh = iter(prove(later, after))
    return tuple(known[part] if part in known else next(fresh) for part in ranges)


def includes(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether the proof shows the leaf hash at `index` of the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(step, node)
            place, last = _to_odd(place, last)
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether the proof shows that the older tree begins the newer (RFC 9162 section 2.1.4.2).

    The empty tree begins every tree, which takes no proof.
    """
    if not 0 <= old <= size:
        return False
    if old == size:
        return not path and old_root == root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    return _walk(old, size, old_root, root, path)


def _walk(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    steps = iter([old_root, *path] if old & (old - 1) == 0 else path)
    place, last = _below_ones(old - 1, size - 1)
    first = next(steps, None)
    if first is None or not path:
        return False
    older = newer = first
    for step in steps:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            place, last = _to_odd(place, last)
        else:
            newer = node_hash(newer, step)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old_root and newer == root


def _left(size: int) -> int:
    """Give the size of the left subtree: the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _to_odd(place: int, last: int) -> tuple[int, int]:
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _below_ones(place: int, last: int) -> tuple[int, int]:
    while place & 1:
        place, last = place >> 1, last >> 1
    return place, last
