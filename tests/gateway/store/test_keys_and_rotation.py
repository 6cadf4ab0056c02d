"""Keys at rest: a wrong one is noticed, a new one takes over."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text, update

from gateway.store import messages
from gateway.store.engine import writing
from gateway.store.errors import Damaged, UnknownKey
from gateway.store.keys import KeyRing, Place
from gateway.store.models import Chunk, Part
from gateway.store.rotate import keys_in_use, rotate
from gateway.store.store import Store
from schemas.errors import Misconfigured
from store_builder import CHUNKS, KEY, LABEL, OTHER_KEY, SENDER, numbered, take

OLD, NEW = KeyRing.read(KEY), KeyRing.read(OTHER_KEY)
BOTH = KeyRing.read(f"# made this year\n{OTHER_KEY}\n\n{KEY}  # made last year\n")


def test_the_first_key_of_the_file_encrypts_and_all_decrypt() -> None:
    place = Place(SENDER, numbered(1), Part.PAYLOAD, 0)
    assert BOTH.current == NEW.current
    assert BOTH.open(place, OLD.current, OLD.seal(place, b"plain")) == b"plain"
    assert NEW.open(place, NEW.current, BOTH.seal(place, b"plain")) == b"plain"


@pytest.mark.parametrize("key", ["11" * 31, "11" * 33, "zz" * 32, f"{KEY}\nnone"])
def test_what_is_no_key_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        KeyRing.read(key)
    assert caught.value.message == "A key for the store must be 64 hexadecimal digits."


def test_no_key_at_all_is_refused() -> None:
    with pytest.raises(Misconfigured) as caught:
        KeyRing.read("# only a comment\n")
    assert caught.value.message == "There is no key for the store."


def test_keys_do_not_show_in_their_text() -> None:
    assert repr(OLD) == f"KeyRing(current='{OLD.current}')"
    assert re.fullmatch(r"[0-9a-f]{16}", OLD.current)
    assert OLD.current not in KEY


def test_a_wrong_key_is_noticed(store: Store) -> None:
    message = take(store).message
    with pytest.raises(UnknownKey) as caught:
        messages.read(Store(store.engine, NEW), message, Part.LABEL)
    assert caught.value.code == "store-unknown-key"
    assert caught.value.message == f"The key {OLD.current} is not in the key file."


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: b"\0" + data[1:], lambda _data: b""])
def test_a_changed_chunk_does_not_open(store: Store, change: object) -> None:
    assert callable(change)
    message = take(store).message
    sealed = OLD.seal(Place(SENDER, numbered(1), Part.PAYLOAD, 1), CHUNKS[1])
    while sealed[0] == 0:
        sealed = OLD.seal(Place(SENDER, numbered(1), Part.PAYLOAD, 1), CHUNKS[1])
    with writing(store.engine) as connection:
        connection.execute(
            update(Chunk).where(Chunk.part == Part.PAYLOAD, Chunk.position == 1).values(data=change(sealed))
        )
    with pytest.raises(Damaged) as caught:
        list(messages.payload(store, message))
    assert caught.value.code == "store-damaged"
    assert caught.value.message == f"The payload of message {numbered(1)}, chunk 1, does not open."


def test_chunks_that_changed_places_do_not_open(store: Store) -> None:
    first, second = take(store, 1).message, take(store, 2).message
    swap = "UPDATE chunks SET data = (SELECT data FROM chunks WHERE message = :other AND part = 'label')"
    with writing(store.engine) as connection:
        connection.execute(text(f"{swap} WHERE message = :one AND part = 'label'"), {"one": first, "other": second})
    with pytest.raises(Damaged, match="The label of message"):
        messages.read(store, first, Part.LABEL)
    assert messages.read(store, second, Part.LABEL) == LABEL


def test_a_missing_chunk_is_noticed(store: Store) -> None:
    message = take(store).message
    with writing(store.engine) as connection:
        connection.execute(text("DELETE FROM chunks WHERE part = 'payload' AND position = 2"))
    with pytest.raises(Damaged) as caught:
        list(messages.payload(store, message))
    assert caught.value.message == f"The payload of message number {message}, chunk 2, is not there."


def test_rotation_puts_everything_under_the_new_key_alone(store: Store) -> None:
    numbers = [take(store, n).message for n in range(3)]
    rotation = rotate(Store(store.engine, BOTH), batch=4)
    assert (rotation.done, rotation.damaged) == (15, ())
    assert keys_in_use(store) == {NEW.current: 15}
    for number in numbers:
        assert tuple(messages.payload(Store(store.engine, NEW), number)) == CHUNKS
    assert rotate(Store(store.engine, BOTH)).done == 0


def test_a_damaged_chunk_stops_no_other_and_is_named(store: Store) -> None:
    take(store, 1)
    take(store, 2)
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE chunks SET data = :none WHERE message = 1 AND part = 'label'"), {"none": b""})
    rotation = rotate(Store(store.engine, BOTH), batch=1)
    assert (rotation.done, rotation.damaged) == (9, (Place(SENDER, numbered(1), Part.LABEL, 0),))
    assert keys_in_use(store) == {NEW.current: 9, OLD.current: 1}


def test_without_the_earlier_key_nothing_is_rotated(store: Store) -> None:
    take(store)
    with pytest.raises(UnknownKey):
        rotate(Store(store.engine, NEW))
    assert keys_in_use(store) == {OLD.current: 5}
