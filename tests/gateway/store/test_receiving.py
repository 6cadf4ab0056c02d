"""Messages that come piece by piece: nothing counts before all of it is here, and nothing is taken twice."""

from __future__ import annotations

import pytest

from gateway.store import messages, receiving
from gateway.store.errors import Conflict, Incomplete, NotAllowed
from gateway.store.finish import move
from gateway.store.ledger import history
from gateway.store.outbox import Next, claim
from gateway.store.states import State
from gateway.store.store import Store
from store_builder import CHUNKS, LABEL, MANIFEST, NOTHING, NOW, SENDER, arrival, counts, later, numbered, take

WORK = Next("open", NOW)


def begun(store: Store) -> int:
    return receiving.begin(store, arrival(), LABEL, MANIFEST, NOW).message


def test_what_has_begun_is_no_message_yet(store: Store) -> None:
    message = begun(store)
    receiving.put_chunk(store, message, 1, CHUNKS[1])
    assert receiving.state(store, message) is State.RECEIVING
    assert counts(store) == {**NOTHING, "messages": 1, "chunks": 3}
    assert claim(store, "ann", later(9), later(60), 9) == ()
    assert messages.status(store, SENDER, numbered(1)) is None


def test_the_missing_chunks_are_listed_as_ranges(store: Store) -> None:
    message = receiving.begin(store, arrival(chunk_count=6), LABEL, MANIFEST, NOW).message
    assert receiving.missing(store, message) == ((0, 5),)
    for position in (0, 3):
        receiving.put_chunk(store, message, position, b"x")
    assert receiving.missing(store, message) == ((1, 2), (4, 5))
    for position in (1, 2, 4, 5):
        receiving.put_chunk(store, message, position, b"x")
    assert receiving.missing(store, message) == ()


def test_a_message_that_is_whole_is_accepted_once(store: Store) -> None:
    message = begun(store)
    for position in (2, 0, 1):
        assert receiving.put_chunk(store, message, position, CHUNKS[position])
    assert receiving.finish(store, message, WORK, NOW)
    assert not receiving.finish(store, message, WORK, NOW)
    assert tuple(messages.payload(store, message)) == CHUNKS
    assert [line.event.value for line in history(store, message)] == ["accepted"]
    assert [lease.task for lease in claim(store, "ann", NOW, later(60), 9)] == ["open"]


def test_a_message_with_a_gap_is_not_accepted_and_stays_as_it_was(store: Store) -> None:
    message = begun(store)
    receiving.put_chunk(store, message, 0, CHUNKS[0])
    with pytest.raises(Incomplete) as caught:
        receiving.finish(store, message, WORK, NOW)
    assert caught.value.message == f"Message {numbered(1)} has 1 chunks and not 3."
    assert receiving.state(store, message) is State.RECEIVING
    assert counts(store)["outbox"] == 0


def test_what_fails_beside_the_acceptance_undoes_it(store: Store) -> None:
    message = begun(store)
    for position, chunk in enumerate(CHUNKS):
        receiving.put_chunk(store, message, position, chunk)

    def full(*_: object) -> None:
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        receiving.finish(store, message, WORK, NOW, full)
    assert receiving.state(store, message) is State.RECEIVING


@pytest.mark.parametrize("accepted", [False, True])
def test_the_same_chunk_again_changes_nothing_and_another_is_a_conflict(store: Store, accepted: bool) -> None:
    message = take(store).message if accepted else begun(store)
    if not accepted:
        receiving.put_chunk(store, message, 0, CHUNKS[0])
    before = counts(store)
    assert not receiving.put_chunk(store, message, 0, CHUNKS[0])
    with pytest.raises(Conflict) as caught:
        receiving.put_chunk(store, message, 0, b"other")
    assert caught.value.message == f"Chunk 0 of message {numbered(1)} was received before with other content."
    assert counts(store) == before


def test_beginning_again_gives_the_earlier_result_and_other_content_is_a_conflict(store: Store) -> None:
    message = begun(store)
    again = receiving.begin(store, arrival(), LABEL, MANIFEST, later(5))
    assert (again.message, again.state, again.repeat) == (message, State.RECEIVING, True)
    with pytest.raises(Conflict):
        receiving.begin(store, arrival(manifest_digest="f" * 64), LABEL, MANIFEST, NOW)


def test_nobody_decides_about_a_message_that_is_not_whole(store: Store) -> None:
    message = begun(store)
    with pytest.raises(NotAllowed):
        move(store, message, State.HELD, NOW, reason="some-code")
