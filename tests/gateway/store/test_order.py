"""Which delivery goes next: urgent before bulk, each conversation in its order, nothing to a paused partner."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import insert

from gateway.store.accept import Content, accept
from gateway.store.engine import writing
from gateway.store.finish import complete, move
from gateway.store.models import BreakerRow
from gateway.store.outbox import (
    Next,
    claim,
    claim_offers,
    claim_oldest,
    claim_one,
    give_back,
)
from gateway.store.states import Direction, State
from gateway.store.store import Store
from store_builder import CHUNKS, LABEL, MANIFEST, NOW, RECIPIENT, arrival, later, numbered

OTHER = "urn:ics:org:ods:Z99"


def outgoing(store: Store, number: int, conversation: int = 0, task: str = "deliver", **changes: object) -> int:
    """Accept a message of ours; each number is a conversation of its own unless one is named."""
    changes = {"direction": Direction.OUT, "conversation_id": numbered(conversation or 1000 + number), **changes}
    content = Content(LABEL, MANIFEST, CHUNKS)
    return accept(store, arrival(number, **changes), content, Next(task, NOW), NOW).message


def claimed(store: Store, at: datetime = NOW) -> list[int]:
    return [lease.message for lease in claim(store, "ann", at, later(600), 99)]


def pause(store: Store, partner: str, until: datetime) -> None:
    with writing(store.engine) as connection:
        connection.execute(insert(BreakerRow).values(organisation=partner, state="{}", blocked_until=until))


def test_urgent_goes_before_normal_and_normal_before_bulk(store: Store) -> None:
    bulk, normal, urgent = (
        outgoing(store, n, delivery=kind) for n, kind in enumerate(("bulk", "normal", "urgent"), start=1)
    )
    assert claimed(store) == [urgent, normal, bulk]


def test_a_message_waits_for_the_earlier_one_of_its_conversation_and_others_do_not(store: Store) -> None:
    first, second, other = (outgoing(store, 1, 7), outgoing(store, 2, 7), outgoing(store, 3, 8))
    (lease, _) = claim(store, "ann", NOW, later(60), 99)
    assert (lease.message, other) == (first, other)
    assert claimed(store, later(1)) == []
    complete(store, lease, later(2), reason="r1", then=Next("ask", later(300)))
    assert claimed(store, later(3)) == [second]


@pytest.mark.parametrize("state", [State.HELD, State.DEAD_LETTERED])
def test_a_conversation_waits_for_a_person_and_goes_on_after_the_decision(store: Store, state: State) -> None:
    first, second = outgoing(store, 1, 7), outgoing(store, 2, 7)
    move(store, first, state, NOW, reason="some-code")
    assert claimed(store) == []
    move(store, first, State.RETURNED, NOW, reason="dropped")
    assert claimed(store) == [second]


def test_an_urgent_message_does_not_overtake_its_own_conversation(store: Store) -> None:
    first = outgoing(store, 1, 7, delivery="bulk")
    outgoing(store, 2, 7, delivery="urgent")
    assert claimed(store) == [first]


def test_what_came_in_is_never_held_up_by_a_conversation(store: Store) -> None:
    first, second = (outgoing(store, n, 7, "open", direction=Direction.IN) for n in (1, 2))
    assert claimed(store) == [first, second]


def test_nothing_goes_to_a_paused_partner_until_the_pause_is_over(store: Store) -> None:
    outgoing(store, 1)
    free = outgoing(store, 2, recipient=OTHER)
    pause(store, RECIPIENT, later(60))
    assert claimed(store, later(59)) == [free]
    assert len(claimed(store, later(60))) == 1


def test_what_a_partner_fetches_is_leased_to_it_alone_and_comes_back_when_the_lease_lapses(store: Store) -> None:
    mine = outgoing(store, 1, task="offer")
    outgoing(store, 2, task="offer", recipient=OTHER)
    assert claimed(store) == []
    (lease,) = claim_offers(store, RECIPIENT, RECIPIENT, NOW, later(60), 9)
    assert lease.message == mine
    assert claim_offers(store, RECIPIENT, RECIPIENT, later(59), later(99), 9) == ()
    assert [again.message for again in claim_offers(store, RECIPIENT, RECIPIENT, later(60), later(99), 9)] == [mine]


def test_one_piece_of_work_is_claimed_by_its_message_and_only_when_it_may_go(store: Store) -> None:
    first, second = outgoing(store, 1, 7), outgoing(store, 2, 7)
    assert claim_one(store, "ann", NOW, later(60), (second, "deliver")) is None
    lease = claim_one(store, "ann", NOW, later(60), (first, "deliver"))
    assert lease is not None
    assert lease.message == first
    assert claim_one(store, "ben", NOW, later(60), (first, "deliver")) is None


def test_the_oldest_for_a_partner_is_claimed_although_it_is_not_due(store: Store) -> None:
    first = outgoing(store, 1)
    outgoing(store, 2)
    (lease, _) = claim(store, "ann", NOW, later(60), 2)
    give_back(store, lease, later(500))
    oldest = claim_oldest(store, "ben", later(1), later(60), RECIPIENT, "deliver")
    assert oldest is not None
    assert oldest.message == first


def test_work_that_was_given_back_counts_no_attempt_and_is_due_when_said(store: Store) -> None:
    outgoing(store, 1)
    (lease,) = claim(store, "ann", NOW, later(60), 1)
    give_back(store, lease, later(30))
    assert claimed(store, later(29)) == []
    (again,) = claim(store, "ann", later(30), later(60), 1)
    assert again.attempt == 1


def test_work_given_back_late_takes_nothing_from_its_new_owner(store: Store) -> None:
    outgoing(store, 1)
    (late,) = claim(store, "ann", NOW, later(60), 1)
    (owner,) = claim(store, "ben", later(60), later(120), 1)
    give_back(store, late, later(61))
    assert claimed(store, later(61)) == []
    complete(store, owner, later(62), reason="r1", then=Next("ask", later(300)))
    assert claimed(store, later(299)) == []
    (following,) = claim(store, "ann", later(300), later(400), 1)
    assert (following.message, following.task) == (owner.message, "ask")
