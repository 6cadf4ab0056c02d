from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.seal import Envelope
from gateway.pipeline import receive
from gateway.pipeline.receive import Caller, begin, finish, look, put_chunk
from gateway.store.messages import status
from itp_exchange import ANN, CONVERSATION, MESSAGE, NOW, send
from pipeline_rig import Alone

CALLER = Caller(ANN.organisation, Digest.of(b""))
LIFE = timedelta(days=5)
OTHER = MessageId("019ab000-0000-7000-8000-00000000000d")


def test_what_was_not_whole_at_its_expiry_is_refused_and_never_becomes_a_message(ben: Alone) -> None:
    package = send()
    begin(ben.exchange, CALLER, MESSAGE, package.label, package.manifest)
    *first, last = package.chunks
    for index, chunk in enumerate(first):
        put_chunk(ben.exchange, CALLER, MESSAGE, index, chunk)
    ben.clock.forward(LIFE.total_seconds() - 1)
    assert not put_chunk(ben.exchange, CALLER, MESSAGE, 0, first[0])
    ben.clock.forward(1)
    for step in (
        lambda: put_chunk(ben.exchange, CALLER, MESSAGE, len(first), last),
        lambda: finish(ben.exchange, CALLER, MESSAGE),
    ):
        with pytest.raises(Refused, match=r"^The message is past its expiry\.$") as refused:
            step()
        assert refused.value.code is Code.EXPIRED
    assert look(ben.exchange, CALLER, MESSAGE).state == "receiving"
    assert status(ben.exchange.store, ANN.organisation, MESSAGE) is None, "nothing has happened to it yet"


def test_a_partner_that_begins_and_never_ends_is_told_to_wait_and_can_still_end(
    ben: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "MOST_UNFINISHED", 1)
    one = send()
    other = send(envelope=Envelope(OTHER, CONVERSATION, NOW, NOW + LIFE))
    begin(ben.exchange, CALLER, MESSAGE, one.label, one.manifest)
    with pytest.raises(Refused) as refused:
        begin(ben.exchange, CALLER, OTHER, other.label, other.manifest)
    assert refused.value.code is Code.SLOW
    assert not begin(ben.exchange, CALLER, MESSAGE, one.label, one.manifest).created
    for index, chunk in enumerate(one.chunks):
        put_chunk(ben.exchange, CALLER, MESSAGE, index, chunk)
    finish(ben.exchange, CALLER, MESSAGE)
    assert begin(ben.exchange, CALLER, OTHER, other.label, other.manifest).created


def test_a_repeated_completion_is_answered_after_the_expiry_too(ben: Alone) -> None:
    package = send()
    begin(ben.exchange, CALLER, MESSAGE, package.label, package.manifest)
    for index, chunk in enumerate(package.chunks):
        put_chunk(ben.exchange, CALLER, MESSAGE, index, chunk)
    first = finish(ben.exchange, CALLER, MESSAGE)
    ben.clock.forward(LIFE.total_seconds())
    again = finish(ben.exchange, CALLER, MESSAGE)
    assert (again.created, again.receipts) == (False, first.receipts)
    assert again.receipts
