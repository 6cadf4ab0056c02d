"""End a message: where each error class takes it, who is told, and what is written with it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from gateway.alerts.alerts import OF_CODE, AlertCode, raise_alert
from gateway.audit.events import Action, Outcome
from gateway.itp.codes import TABLE, Code
from gateway.pipeline.exchange import Exchange
from gateway.store import finish
from gateway.store.engine import writing
from gateway.store.messages import Heading
from gateway.store.outbox import Lease, Next
from gateway.store.states import State
from schemas.errors import GatewayError, Held, Permanent, Rejected

STATES: dict[type[GatewayError], State] = {
    Rejected: State.RETURNED,
    Held: State.HELD,
    Permanent: State.DEAD_LETTERED,
}
"""Where an error takes a message. The others take it nowhere: it is tried again, or its partner is stopped."""
_ACTIONS = {
    State.RETURNED: (Action.RETURN, Outcome.REFUSED),
    State.HELD: (Action.HOLD, Outcome.HELD),
    State.DEAD_LETTERED: (Action.DEAD_LETTER, Outcome.FAILED),
}
_ALERTS = {State.HELD: AlertCode.MESSAGE_HELD, State.DEAD_LETTERED: AlertCode.DEAD_LETTER}

Also = Callable[[Connection], None]


def state_after(code: Code) -> State:
    """Say where a message ends that was refused with this code; what no retry can mend waits for a person."""
    return STATES.get(TABLE[code].then, State.HELD)


def state_of(error: type[GatewayError]) -> State:
    """Say where an error takes a message that is not tried again."""
    return next((state for kind, state in STATES.items() if issubclass(error, kind)), State.HELD)


def end(
    exchange: Exchange,
    lease: Lease,
    found: Heading,
    to: State,
    reason: str,
    *,
    then: Next | None = None,
    also: Also | None = None,
) -> None:
    """End a message that a step holds, with the audit line, the alert, and what else belongs to it."""

    def everything(connection: Connection) -> None:
        if also is not None:
            also(connection)
        record(exchange, connection, found, to, reason)

    finish.complete(exchange.store, lease, exchange.clock(), to=to, reason=reason, then=then, also=everything)


def record(exchange: Exchange, connection: Connection, found: Heading, to: State, reason: str) -> None:
    """Write the audit line and the alert of a message that has ended badly."""
    action, outcome = _ACTIONS[to]
    partner = found.recipient if found.sender == exchange.organisation else found.sender
    code = Code(reason) if reason in set(Code) else None
    exchange.note(connection, action, f"message:{found.message_id}", partner, outcome=outcome, code=code)
    if to in _ALERTS:
        raise_alert(connection, _ALERTS[to], partner, exchange.clock())
    if code in OF_CODE:
        raise_alert(connection, OF_CODE[code], partner, exchange.clock())


def sound(exchange: Exchange, partner: str, code: Code) -> None:
    """Tell a person what a partner brought that was refused, where the code asks for that."""
    if code in OF_CODE:
        with writing(exchange.store.engine) as connection:
            raise_alert(connection, OF_CODE[code], partner, exchange.clock())
