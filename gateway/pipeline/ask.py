"""Ask: fetch the receipts that a partner has not brought; bring the message again where the partner lost it."""

from __future__ import annotations

from datetime import timedelta

from gateway.itp import paths
from gateway.itp.codes import Code
from gateway.itp.identifiers import Organisation
from gateway.pipeline.attempt import Failed, code_of
from gateway.pipeline.call import reach
from gateway.pipeline.deliver import tokens_in
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.gate import passage
from gateway.pipeline.receipt import UNKNOWN_THERE, take_receipts
from gateway.pipeline.settle import end
from gateway.store import finish, messages
from gateway.store.messages import Heading
from gateway.store.outbox import DELIVER, Lease, Next
from gateway.store.states import State

AGAIN = timedelta(minutes=30)
"""How long until the next question, where the receipts so far end nothing."""


def ask(exchange: Exchange, lease: Lease) -> None:
    """Ask about one message that has R1 and has not ended. Raise Failed."""
    found = messages.heading(exchange.store, lease.message)
    recipient = Organisation(found.recipient)
    partner = exchange.directory().partner(recipient)
    way = reach(exchange, partner) if partner and recipient not in exchange.carriers else None
    if way is not None:
        try:
            with passage(exchange, recipient):
                answer = way.json("GET", f"{paths.transfer(found.message_id)}/receipts", found.message_id)
        except Failed as failed:
            if code_of(failed.outcome) is Code.UNKNOWN:
                now = exchange.clock()
                finish.complete(exchange.store, lease, now, reason=UNKNOWN_THERE, then=Next(DELIVER, now))
                exchange.wake(DELIVER, lease.message)
                return
            raise
        take_receipts(exchange, recipient, tokens_in(answer))
    _again(exchange, lease, messages.heading(exchange.store, lease.message))


def _again(exchange: Exchange, lease: Lease, found: Heading) -> None:
    """Ask again later, or leave the message to a person where its time is over: then no question is due any more."""
    now = exchange.clock()
    if found.state is not State.ACCEPTED:
        return
    if now >= found.expires:
        end(exchange, lease, found, State.HELD, Code.EXPIRED)
        return
    finish.fail(exchange.store, lease, now, reason="no-receipt-yet", due=min(now + AGAIN, found.expires))
