"""Accepting: all or nothing, once for each sender and id."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError, StatementError

from gateway.store import finish, ledger, messages, outbox
from gateway.store.accept import Accepted
from gateway.store.engine import reading
from gateway.store.errors import Busy, Conflict, Incomplete
from gateway.store.models import Message, Part
from gateway.store.states import State
from gateway.store.store import Store
from store_builder import CHUNKS, LABEL, MANIFEST, NOTHING, NOW, ONE_MESSAGE, arrival, counts, later, numbered, take


class Torn(Exception):
    """The sender's connection broke."""


def torn() -> Iterator[bytes]:
    yield CHUNKS[0]
    raise Torn


def test_what_was_accepted_comes_back_byte_for_byte(store: Store) -> None:
    accepted = take(store)
    assert (accepted.state, accepted.repeat) == (State.ACCEPTED, False)
    assert messages.read(store, accepted.message, Part.LABEL) == LABEL
    assert messages.read(store, accepted.message, Part.MANIFEST) == MANIFEST
    assert tuple(messages.payload(store, accepted.message)) == CHUNKS


def test_a_message_its_content_its_line_and_its_work_are_written_together(store: Store) -> None:
    accepted = take(store, due=later(30))
    assert counts(store) == ONE_MESSAGE
    (line,) = ledger.history(store, accepted.message)
    assert (line.event, line.reason, line.at) == (ledger.Event.ACCEPTED, "accepted", NOW)
    assert outbox.claim(store, "ann", later(29), later(99), 9) == ()
    assert [lease.task for lease in outbox.claim(store, "ann", later(30), later(99), 9)] == ["deliver"]


def test_the_message_row_keeps_what_identifies_it(store: Store) -> None:
    take(store)
    columns = [getattr(Message, name) for name in arrival().__slots__]
    with reading(store.engine) as connection:
        row = connection.execute(select(*columns, Message.accepted)).one()
    wanted = arrival()
    assert tuple(row) == (*(getattr(wanted, name) for name in wanted.__slots__), NOW)


def test_a_repeat_gives_the_earlier_result_and_writes_nothing(store: Store) -> None:
    first = take(store)
    assert take(store, chunks=torn()) == Accepted(first.message, State.ACCEPTED, repeat=True)
    assert counts(store) == ONE_MESSAGE


def test_a_repeat_is_told_what_became_of_the_message(store: Store) -> None:
    first = take(store)
    (lease,) = outbox.claim(store, "ann", NOW, later(60), 1)
    finish.complete(store, lease, later(1), to=State.DELIVERED, reason="r1")
    assert take(store) == Accepted(first.message, State.DELIVERED, repeat=True)


@pytest.mark.parametrize("digest", ["label_digest", "manifest_digest"])
def test_the_same_id_with_other_content_is_a_conflict(store: Store, digest: str) -> None:
    take(store)
    changed: dict[str, Any] = {digest: "0" * 64}
    with pytest.raises(Conflict) as caught:
        take(store, **changed)
    assert caught.value.code == "store-conflict"
    assert caught.value.message == f"Message {numbered(1)} was accepted before with other content."
    assert counts(store) == ONE_MESSAGE


def test_two_senders_may_use_the_same_id(store: Store) -> None:
    first = take(store)
    second = take(store, sender="urn:ics:org:ods:Z99")
    assert (second.repeat, second.message != first.message) == (False, True)


@pytest.mark.parametrize("sent", [(), CHUNKS[:2], (*CHUNKS, b"more")])
def test_another_number_of_chunks_than_stated_leaves_nothing(store: Store, sent: tuple[bytes, ...]) -> None:
    with pytest.raises(Incomplete) as caught:
        take(store, chunks=sent)
    assert caught.value.code == "store-incomplete"
    assert caught.value.message == f"Message {numbered(1)} has {len(sent)} chunks and not 3."
    assert counts(store) == NOTHING


def test_a_fault_midway_leaves_nothing(store: Store) -> None:
    with pytest.raises(Torn):
        take(store, chunks=torn())
    assert counts(store) == NOTHING
    assert take(store).repeat is False


@pytest.mark.parametrize("table", ["messages", "chunks", "ledger", "outbox"])
def test_a_fault_of_the_database_at_any_table_leaves_nothing(store: Store, table: str) -> None:
    def fault(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(f"INSERT INTO {table} "):
            raise Torn

    event.listen(store.engine, "after_cursor_execute", fault)
    with pytest.raises(Torn):
        take(store)
    event.remove(store.engine, "after_cursor_execute", fault)
    assert counts(store) == NOTHING


def test_a_time_without_its_offset_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match=r"A time without its offset from UTC cannot be stored\."):
        take(store, created=NOW.replace(tzinfo=None))
    assert counts(store) == NOTHING


def test_a_full_disk_says_so_and_leaves_nothing(sqlite_store: Store) -> None:
    mark = b"PAYLOAD-MARK" * 20_000
    with sqlite_store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(Busy) as caught:
        take(sqlite_store, chunks=[mark], chunk_count=1)
    assert caught.value.code == "store-busy"
    assert caught.value.message == "The database is away, locked or full. Nothing of this step was stored."
    assert "database or disk is full" in str(caught.value.__cause__)
    assert counts(sqlite_store) == NOTHING


def test_of_many_that_send_the_same_at_once_one_is_first(store: Store) -> None:
    together = threading.Barrier(4)

    def send(_number: int) -> Accepted:
        together.wait(10)
        return take(store)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert sorted(answer.repeat for answer in answers) == [False, True, True, True]
    assert len({answer.message for answer in answers}) == 1
    assert counts(store) == ONE_MESSAGE


def test_nothing_of_the_content_can_be_read_in_the_files(sqlite_store: Store, tmp_path: Path) -> None:
    accepted = take(sqlite_store, chunks=[b"PAYLOAD-MARK"], chunk_count=1)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert numbered(1).encode() in stored
    assert not [secret for secret in (b"PAYLOAD-MARK", LABEL, MANIFEST) if secret in stored]
    assert list(messages.payload(sqlite_store, accepted.message)) == [b"PAYLOAD-MARK"]


def test_a_fault_of_the_database_does_not_show_what_was_to_be_written(store: Store) -> None:
    with pytest.raises(IntegrityError) as caught:
        take(store, label_digest=None)
    assert "[SQL parameters hidden due to hide_parameters=True]" in str(caught.value)
    assert str(arrival().sender) not in str(caught.value).partition("DETAIL")[0]


def test_status_says_what_became_of_it_and_why(store: Store) -> None:
    assert messages.status(store, arrival().sender, numbered(1)) is None
    accepted = take(store)
    assert messages.status(store, arrival().sender, numbered(1)) == messages.Status(
        accepted.message, State.ACCEPTED, "accepted", NOW
    )
    finish.move(store, accepted.message, State.HELD, later(9), reason="itp-422-policy")
    assert messages.status(store, arrival().sender, numbered(1)) == messages.Status(
        accepted.message, State.HELD, "itp-422-policy", later(9)
    )


def test_times_come_back_in_utc_whatever_they_came_in(store: Store) -> None:
    zone = NOW.astimezone().tzinfo
    wanted = replace(arrival(), expires=NOW + timedelta(days=1, microseconds=1))
    take(store, expires=wanted.expires.astimezone(zone))
    with reading(store.engine) as connection:
        (found,) = connection.execute(select(Message.expires)).scalars()
    assert found == wanted.expires
    assert found.tzname() == "UTC"
