"""Messages between two authorities over real servers, from sealing to the last receipt, on both databases."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from authorities import dispatch, handed_over, levels, pair, sent, settle
from gateway.pipeline.exchange import Exchange
from gateway.store.states import State

Pair = tuple[Exchange, Exchange]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Pair]:
    with pair(tmp_path) as exchanges:
        yield exchanges


def test_a_small_message_arrives_once_with_r1_and_r2_on_both_sides(both: Pair) -> None:
    ann, ben = both
    message = dispatch(ann, ben.organisation, b"made-up case data")
    settle(ann, ben)
    assert levels(ann, message) == levels(ben, message) == ["R1", "R2"]
    assert (sent(ann, message).state, sent(ben, message).state) == (State.DELIVERED, State.DELIVERED)
    assert handed_over(ben, message) == b"made-up case data"


def test_a_large_message_goes_chunk_by_chunk(both: Pair) -> None:
    ann, ben = both
    content = secrets.token_bytes(3_000_000)
    message = dispatch(ann, ben.organisation, content, chunk_size=1 << 20)
    settle(ann, ben)
    assert levels(ann, message) == ["R1", "R2"]
    assert handed_over(ben, message) == content
