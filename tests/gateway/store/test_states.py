"""The states and the ways between them."""

from __future__ import annotations

from gateway.store.ledger import Event, reached
from gateway.store.states import ENDS, TRANSITIONS, State, sources


def test_a_message_ends_in_one_of_four() -> None:
    assert {state.value for state in ENDS} == {"delivered", "returned", "held", "dead-lettered"}


def test_every_way_between_states_is_listed() -> None:
    assert {str(state): sorted(ways) for state, ways in TRANSITIONS.items()} == {
        "receiving": ["accepted"],
        "accepted": ["dead-lettered", "delivered", "held", "returned"],
        "delivered": ["accepted"],
        "returned": [],
        "held": ["accepted", "dead-lettered", "delivered", "returned"],
        "dead-lettered": ["accepted", "delivered", "returned"],
    }


def test_sources_are_the_same_ways_read_backwards() -> None:
    assert sources(State.ACCEPTED) == (State.RECEIVING, State.DELIVERED, State.HELD, State.DEAD_LETTERED)
    assert sources(State.DELIVERED) == (State.ACCEPTED, State.HELD, State.DEAD_LETTERED)
    assert sources(State.RETURNED) == (State.ACCEPTED, State.HELD, State.DEAD_LETTERED)


def test_every_state_has_its_event_and_only_work_begun_again_is_called_otherwise() -> None:
    assert [reached(state) for state in State if state is not State.RECEIVING] == [
        Event.REOPENED,
        Event.DELIVERED,
        Event.RETURNED,
        Event.HELD,
        Event.DEAD_LETTERED,
    ]
