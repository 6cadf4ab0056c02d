from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from authorities import dispatch, sent
from gateway import maintenance
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Endpoint
from gateway.itp.label import read_label
from gateway.itp.seal import Payload
from gateway.pipeline import send as sending
from gateway.pipeline.send import send
from gateway.store.messages import payload, read
from gateway.store.models import Part
from gateway.store.outbox import DELIVER, OFFER
from gateway.store.states import State
from itp_exchange import BEN, TERMS, directory
from pipeline_rig import Alone, due, reasons
from schemas.errors import Misconfigured, Transient
from store_builder import counts

CONTENT = bytes(range(256)) * 8


def test_a_message_is_sealed_once_stored_whole_and_due_at_once(ann: Alone) -> None:
    woken: list[tuple[str, int]] = []
    exchange = ann.with_(wake=lambda task, message: woken.append((task, message)))
    message_id = dispatch(exchange, BEN.organisation, CONTENT, chunk_size=1000)
    found = sent(exchange, message_id)
    label = read_label(read(exchange.store, found.message, Part.LABEL))
    assert (label.payload_size, label.chunk_count, found.state) == (len(CONTENT), 3, State.ACCEPTED)
    assert [len(chunk) for chunk in payload(exchange.store, found.message)] == [1016, 1016, 64]
    assert (reasons(exchange, found.message), due(exchange, found.message)) == (
        ["accepted: accepted"],
        {DELIVER: ann.clock()},
    )
    assert woken == [(DELIVER, found.message)]


def test_a_large_message_is_the_same_in_a_transaction_for_each_chunk(
    ann: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SMALL", 100)
    found = sent(ann.exchange, dispatch(ann.exchange, BEN.organisation, CONTENT, chunk_size=1000))
    assert [len(chunk) for chunk in payload(ann.exchange.store, found.message)] == [1016, 1016, 64]
    assert (reasons(ann.exchange, found.message), found.state) == (["accepted: accepted"], State.ACCEPTED)


def test_what_is_for_a_partner_that_fetches_waits_for_it(ann: Alone) -> None:
    ann.known.directory = directory(BEN.partner(endpoints=(Endpoint(mode="poll", address="-"),)))
    found = sent(ann.exchange, dispatch(ann.exchange, BEN.organisation))
    assert due(ann.exchange, found.message) == {OFFER: ann.clock()}


def _maintenance(ann: Alone) -> None:
    maintenance.begin(ann.exchange.store.engine, Actor(ann.exchange.organisation, Role.OPERATOR), ann.clock())


def _no_key(ann: Alone) -> None:
    for file in ann.exchange.keys.folder.iterdir():
        file.unlink()


def _no_inbox(ann: Alone) -> None:
    ann.exchange.inbox.rmdir()
    ann.exchange.inbox.write_bytes(b"")


@pytest.mark.parametrize(
    ("spoil", "error", "text"),
    [
        (_maintenance, Transient, "The gateway is in maintenance and sends nothing."),
        (_no_key, Misconfigured, "The directory shows a signing key of ours that is not in the key folder."),
        (_no_inbox, Transient, "The payload cannot be written beside the inbox."),
    ],
)
def test_where_it_cannot_be_sent_the_caller_hears_why_and_nothing_is_stored(
    ann: Alone, spoil: Callable[[Alone], None], error: type[Exception], text: str
) -> None:
    spoil(ann)
    before = counts(ann.exchange.store)
    with pytest.raises(error) as failed:
        dispatch(ann.exchange, BEN.organisation)
    assert str(failed.value) == text
    assert counts(ann.exchange.store) == before


@pytest.mark.parametrize("size", [len(CONTENT) - 1, len(CONTENT) + 1])
def test_a_stream_of_another_length_than_was_said_is_not_sent(ann: Alone, size: int) -> None:
    before = counts(ann.exchange.store)
    with pytest.raises(ValueError, match=r"^The stream is (longer|shorter) than was said\.$"):
        send(ann.exchange, BEN.organisation, TERMS, Payload(io.BytesIO(CONTENT), size))
    assert counts(ann.exchange.store) == before
    assert list(ann.exchange.inbox.iterdir()) == []


def test_what_is_larger_than_the_partner_takes_is_refused_before_a_byte_is_sealed(ann: Alone) -> None:
    ann.known.directory = directory(BEN.partner(max_size=len(CONTENT) - 1))
    stream = io.BytesIO(CONTENT)
    with pytest.raises(Refused) as refused:
        send(ann.exchange, BEN.organisation, TERMS, Payload(stream, len(CONTENT)))
    assert (refused.value.code, stream.tell()) == (Code.TOO_LARGE, 0)


def test_a_time_of_expiry_is_kept_to_the_second(ann: Alone) -> None:
    wanted = ann.clock() + timedelta(hours=1, microseconds=5)
    found = sent(ann.exchange, dispatch(ann.exchange, BEN.organisation, expires=wanted))
    assert found.expires == wanted.replace(microsecond=0)
