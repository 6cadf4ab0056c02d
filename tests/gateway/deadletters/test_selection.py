"""Which messages a choice has, in what order, and how they are counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from gateway.deadletters.selection import Choice, counts, find, listed
from gateway.store.engine import writing
from gateway.store.finish import move
from gateway.store.models import Message
from gateway.store.receipts import Receipt, keep
from gateway.store.states import Direction, State
from gateway.store.store import Store
from schemas.errors import Rejected
from stopped_messages import INCOMING, stopped
from store_builder import NOW, SENDER, later, numbered, take

OTHER = "urn:ics:org:ods:R2D2"


@pytest.fixture
def four(store: Store) -> tuple[int, ...]:
    """Make three dead letters and a held message."""
    made = (
        stopped(store, 1),
        stopped(store, 2, reason="itp-422-manifest", at=later(60), recipient=OTHER),
        stopped(store, 3, at=later(120), **INCOMING),
        stopped(store, 4, state=State.HELD, reason="itp-422-policy"),
    )
    take(store, 5)
    with writing(store.engine) as connection:
        connection.execute(update(Message).where(Message.id == made[2]).values(owner="data-steward"))
    return made


@pytest.mark.parametrize(
    ("choice", "places"),
    [
        ({}, (0, 1, 2)),
        ({"partner": SENDER}, (0, 2)),
        ({"partner": OTHER}, (1,)),
        ({"reason": "itp-409-conflict"}, (0, 2)),
        ({"direction": Direction.IN}, (2,)),
        ({"since": later(60)}, (1, 2)),
        ({"since": later(121)}, ()),
        ({"owner": "data-steward"}, (2,)),
        ({"states": frozenset({State.HELD})}, (3,)),
        ({"states": frozenset({State.HELD, State.DEAD_LETTERED}), "direction": Direction.OUT}, (0, 1, 3)),
    ],
)
def test_each_part_of_a_choice_narrows_it(
    store: Store, four: tuple[int, ...], choice: dict[str, Any], places: tuple[int, ...]
) -> None:
    found = listed(store, Choice(**choice))
    assert [line.number for line in found] == [four[place] for place in places]
    assert sum(counts(store, Choice(**choice)).values()) == len(places)


def test_a_line_says_where_a_message_is_and_why(store: Store, four: tuple[int, ...]) -> None:
    keep(store, four[1], Receipt("N", "0" * 64, b"token"), NOW)
    (line,) = listed(store, Choice(partner=OTHER))
    assert (line.message_id, line.direction, line.partner) == (numbered(2), Direction.OUT, OTHER)
    assert (line.state, line.reason, line.since) == (State.DEAD_LETTERED, "itp-422-manifest", later(60))
    assert (line.accepted, line.expires) == (NOW, NOW + timedelta(days=5))
    assert (line.purged, line.owner, line.negative) == (None, None, True)


def test_reasons_are_counted_the_most_frequent_first(store: Store, four: tuple[int, ...]) -> None:
    assert list(counts(store, Choice()).items()) == [("itp-409-conflict", 2), ("itp-422-manifest", 1)]


def test_the_reason_is_that_of_the_last_time(store: Store) -> None:
    message = stopped(store, state=State.HELD, reason="itp-422-policy")
    move(store, message, State.DEAD_LETTERED, later(9), reason="policy-refused")
    (line,) = listed(store, Choice())
    assert (line.reason, line.since) == ("policy-refused", later(9))


def test_a_list_can_be_cut(store: Store, four: tuple[int, ...]) -> None:
    assert [line.number for line in listed(store, Choice(), limit=2)] == list(four[:2])


def test_a_message_is_found_by_its_number_or_its_id(store: Store) -> None:
    message = stopped(store)
    assert find(store, str(message)) == find(store, numbered(1)) == message
    with pytest.raises(Rejected, match=r"^There is no such message here\.$"):
        find(store, numbered(2))
    take(store, 1)
    with pytest.raises(Rejected, match=r"^Two senders used this message id\.$"):
        find(store, numbered(1))
