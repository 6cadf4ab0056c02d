"""The gate before each partner: whether a delivery may go now, and what its result means for the next ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from gateway.actor import Actor
from gateway.alerts.alerts import AlertCode, close_alert, raise_alert
from gateway.audit.entry import Role
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.pipeline import breaker
from gateway.pipeline.attempt import Failed
from gateway.pipeline.breaker import Asked, Breaker, Changed, Permit, Phase
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.outcome import Answered, Lost, blames_partner, not_before
from gateway.store.engine import once, reading, writing
from gateway.store.models import BreakerRow
from schemas.errors import Transient


class Closed(Transient):
    """The partner is paused: nothing was begun, and it is due again then."""

    def __init__(self, until: datetime) -> None:
        super().__init__("Sending to this partner is paused.")
        self.until = until


_FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)


def ask(exchange: Exchange, organisation: str) -> Asked:
    """Ask whether something may go to a partner now."""
    with reading(exchange.store.engine) as connection:
        asked = breaker.ask(_load(connection, organisation, lock=False), exchange.clock())
    if asked.permit is Permit.ALL:
        return asked
    with writing(exchange.store.engine) as connection:
        asked = breaker.ask(_load(connection, organisation), exchange.clock())
        _save(connection, organisation, asked.breaker)
    return asked


def record(exchange: Exchange, connection: Connection, organisation: str, changed: Changed) -> None:
    """Keep what a result made of the breaker, in its transaction; alert once when the partner is paused."""
    before = _load(connection, organisation)
    if changed.breaker == before:
        return
    _save(connection, organisation, changed.breaker)
    now = exchange.clock()
    if changed.breaker.phase is Phase.HELD:
        # Also where it was paused already: a pause ends by itself, and this does not.
        raise_alert(connection, AlertCode.PARTNER_HELD, organisation, now)
        close_alert(connection, AlertCode.PARTNER_PAUSED, organisation, now)
        exchange.note(connection, Action.PARTNER_PAUSE, organisation)
    elif changed.alert:
        raise_alert(connection, AlertCode.PARTNER_PAUSED, organisation, now)
        exchange.note(connection, Action.PARTNER_PAUSE, organisation)
    if changed.breaker.phase is Phase.CLOSED:
        for code in (AlertCode.PARTNER_HELD, AlertCode.PARTNER_PAUSED):
            close_alert(connection, code, organisation, now)


def succeeded(exchange: Exchange, connection: Connection, organisation: str, trial: int | None) -> None:
    """Record that a partner answered. While all is well nothing is written, and no delivery waits for another."""
    if _load(connection, organisation, lock=False) != Breaker():
        record(exchange, connection, organisation, breaker.succeeded(_load(connection, organisation), trial))


def failed(
    exchange: Exchange, connection: Connection, organisation: str, trial: int | None, not_before: datetime
) -> None:
    """Record that a partner as a whole did not work."""
    state = _load(connection, organisation)
    record(exchange, connection, organisation, breaker.failed(state, exchange.clock(), trial, not_before=not_before))


@contextmanager
def passage(exchange: Exchange, organisation: str) -> Iterator[None]:
    """Call a partner about what is no delivery: not while it is paused, and what comes of it counts for the gate too.

    Otherwise a thousand receipts for a partner that is away would each wait for it, and everybody else for them. Raise
    Closed.
    """
    asked = ask(exchange, organisation)
    if asked.permit is Permit.NONE:
        raise Closed(asked.breaker.until or exchange.clock() + breaker.LONGEST_PAUSE)
    try:
        yield
    except Failed as failure:
        with writing(exchange.store.engine) as connection:
            judge(exchange, connection, organisation, asked.trial, failure.outcome)
        raise
    if asked.breaker != Breaker():
        with writing(exchange.store.engine) as connection:
            succeeded(exchange, connection, organisation, asked.trial)


def judge(
    exchange: Exchange, connection: Connection, organisation: str, trial: int | None, outcome: Lost | Answered
) -> None:
    """Record what an outcome says of a partner: it is away, or it is there and refused this one request."""
    if blames_partner(outcome):
        failed(exchange, connection, organisation, trial, not_before(outcome, exchange.clock()))
    else:
        succeeded(exchange, connection, organisation, trial)


def hold(exchange: Exchange, organisation: str, by: Actor | None = None) -> None:
    """Stop sending to a partner until a person resumes it; `by` is the person who stops it, where it is one."""
    with writing(exchange.store.engine) as connection:
        record(exchange, connection, organisation, breaker.held(_load(connection, organisation)))
        if by is not None:
            note(connection, exchange.clock(), by.event(Action.PARTNER_PAUSE, organisation))


def resume(exchange: Exchange, organisation: str, by: Actor | None = None) -> None:
    """Begin again, the oldest message first, alone; `by` is who says so, where that is known."""
    with writing(exchange.store.engine) as connection:
        _save(connection, organisation, breaker.resumed(_load(connection, organisation)).breaker)
        who = by or Actor(exchange.organisation, Role.GATEWAY)
        note(connection, exchange.clock(), who.event(Action.PARTNER_RESUME, organisation))


def _load(connection: Connection, organisation: str, *, lock: bool = True) -> Breaker:
    wanted = select(BreakerRow.state).where(BreakerRow.organisation == organisation)
    text = connection.execute(wanted.with_for_update() if lock else wanted).scalar_one_or_none()
    return Breaker() if text is None else Breaker.model_validate_json(text)


def _save(connection: Connection, organisation: str, state: Breaker) -> None:
    values = {"state": state.model_dump_json(exclude_defaults=True), "blocked_until": _blocked(state)}
    row = once(connection, BreakerRow).values(organisation=organisation, **values)
    connection.execute(row.on_conflict_do_update(index_elements=[BreakerRow.organisation], set_=values))


def _blocked(state: Breaker) -> datetime | None:
    return _FOR_EVER if state.phase is Phase.HELD else state.until
