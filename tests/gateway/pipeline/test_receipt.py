from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Digest, MessageId, Organisation
from gateway.itp.manifest import LogHead
from gateway.pipeline.receipt import claims_of, take_receipt, take_receipts
from gateway.store.finish import move
from gateway.store.models import Message, Work
from gateway.store.outbox import DELIVER, claim_oldest
from gateway.store.states import State
from itp_exchange import BEN, CAT
from partner_receipts import token, verified
from pipeline_rig import Alone, alarms, due, outgoing, reasons, state


def test_r1_moves_nothing_and_r2_delivers_and_drops_what_was_due(ann: Alone) -> None:
    message = outgoing(ann.exchange)
    first = token(ann.exchange, message)
    assert take_receipt(ann.exchange, BEN.organisation, first)
    assert not take_receipt(ann.exchange, BEN.organisation, first)
    assert (state(ann.exchange, message), list(due(ann.exchange, message))) == (State.ACCEPTED, [DELIVER])
    assert take_receipt(ann.exchange, BEN.organisation, verified(ann.exchange, message, prev_receipt=Digest.of(first)))
    assert (state(ann.exchange, message), due(ann.exchange, message)) == (State.DELIVERED, {})


@pytest.mark.parametrize(
    ("partner", "text", "code"),
    [
        (CAT.organisation, "There is no such transfer.", Code.UNKNOWN),
        (BEN.organisation, "The receipt is about other content.", Code.MANIFEST),
    ],
)
def test_a_receipt_of_another_or_about_other_content_is_refused(
    ann: Alone, partner: Organisation, text: str, code: Code
) -> None:
    message = outgoing(ann.exchange)
    bad = token(ann.exchange, message, level="R2", outcome="verified", plaintext_sha256=Digest.of(b"other"))
    with pytest.raises(Refused) as refused:
        take_receipt(ann.exchange, partner, bad)
    assert (refused.value.message, refused.value.code) == (text, code)
    assert state(ann.exchange, message) is State.ACCEPTED


@pytest.mark.parametrize("garbage", [b"", b"a.b", b"a.!!!.c", b"a.W10.c", b"x" * 10_000, b"a." + b"W" * 4000 + b".c"])
def test_what_is_no_receipt_is_refused_as_such(ann: Alone, garbage: bytes) -> None:
    with pytest.raises(Refused, match=r"^This is no receipt\.$") as refused:
        claims_of(garbage)
    assert refused.value.code is Code.MALFORMED
    assert take_receipts(ann.exchange, BEN.organisation, [garbage]) == 0


def test_a_bad_receipt_among_fetched_ones_stops_no_other_and_alerts(ann: Alone) -> None:
    message = outgoing(ann.exchange)
    bad = token(ann.exchange, message, label_digest=Digest.of(b"other"))
    assert take_receipts(ann.exchange, BEN.organisation, [bad, token(ann.exchange, message)]) == 1
    assert reasons(ann.exchange, message)[-1] == "receipt: r1"
    assert alarms(ann.exchange) == [("manifest-refused", "BBB")]


def test_a_head_of_a_log_that_no_database_holds_is_no_head() -> None:
    assert LogHead(size=(1 << 53) - 1, root=Digest.of(b"")).size
    with pytest.raises(ValueError, match="less_than"):
        LogHead(size=1 << 53, root=Digest.of(b""))


@pytest.mark.parametrize(
    ("code", "where"),
    [(Code.CONTENT, State.HELD), (Code.KEY, State.RETURNED), (Code.MANIFEST, State.DEAD_LETTERED)],
)
def test_a_negative_receipt_ends_the_message_as_its_code_says(ann: Alone, code: Code, where: State) -> None:
    message = outgoing(ann.exchange)
    take_receipt(ann.exchange, BEN.organisation, token(ann.exchange, message, level="N", outcome="refused", code=code))
    assert state(ann.exchange, message) is where
    assert reasons(ann.exchange, message)[-1] == f"{where}: {code}"


def test_a_late_r2_shows_that_an_expired_message_arrived_and_a_late_refusal_changes_nothing(ann: Alone) -> None:
    message = outgoing(ann.exchange)
    move(ann.exchange.store, message, State.HELD, ann.clock(), reason=Code.EXPIRED)
    late = verified(ann.exchange, message)
    take_receipt(ann.exchange, BEN.organisation, late)
    assert state(ann.exchange, message) is State.DELIVERED
    refusal = token(
        ann.exchange, message, level="N", outcome="refused", code=Code.CONTENT, prev_receipt=Digest.of(late)
    )
    take_receipt(ann.exchange, BEN.organisation, refusal)
    assert state(ann.exchange, message) is State.DELIVERED


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_a_receipt_waits_for_the_work_before_it_takes_the_message(ann: Alone) -> None:
    """The other way round it and a step that ends could wait for each other."""
    message = outgoing(ann.exchange)
    receipt = verified(ann.exchange, message)
    taken = threading.Thread(target=take_receipt, args=(ann.exchange, BEN.organisation, receipt))
    with ann.exchange.store.engine.begin() as connection:
        connection.execute(delete(Work).where(Work.message == message))
        taken.start()
        taken.join(0.5)
        assert taken.is_alive(), "it waits for the work"
        try:
            locked = select(Message.id).where(Message.id == message).with_for_update(nowait=True, key_share=True)
            connection.execute(locked)
        except OperationalError:
            pytest.fail("the message is taken already")
        connection.rollback()
    taken.join(20)
    assert state(ann.exchange, message) is State.DELIVERED


def test_the_oldest_message_that_goes_alone_does_not_overtake_one_of_its_conversation(ann: Alone) -> None:
    talk = MessageId("019ab000-0000-7000-8000-00000000000e")
    first, second, other = (
        outgoing(ann.exchange, conversation=talk),
        outgoing(ann.exchange, conversation=talk),
        outgoing(ann.exchange),
    )
    move(ann.exchange.store, first, State.HELD, ann.clock(), reason="by-person")
    now = ann.clock()
    lease = claim_oldest(ann.exchange.store, "test", now, now + timedelta(minutes=10), BEN.organisation, DELIVER)
    assert lease is not None
    assert (lease.message, second < other) == (other, True)
