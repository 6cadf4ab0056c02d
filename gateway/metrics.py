"""Metrics for Prometheus, read from the database when they are asked for.

Labels are organisations, steps, states, outcomes and codes, never an identifier of a message or a person. Every process
gives the same figures, because all of them look at the same database: take their maximum and never their sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Connection, Engine, Select, String, case, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

from gateway.pipeline.breaker import Breaker, Phase
from gateway.store.engine import reading
from gateway.store.errors import Busy
from gateway.store.models import Alert, Attempt, BreakerRow, LedgerEntry, Message, PendingEvent, Work
from gateway.store.states import ENDS, Direction, State

CONTENT_TYPE = CONTENT_TYPE_LATEST
PREFIX = "ics_gateway_"
SETTLED = timedelta(seconds=15)
"""How old a row is when it is counted: by then every row with a lower number has been committed."""
FIRST = timedelta(days=1)
"""How far back a process counts when it is asked for the first time."""


# As text in the statement: PostgreSQL takes two parameters for two values, and would not group by it.
_IN = literal_column(f"'{Direction.IN.value}'", String())
_PARTNER = case((Message.direction == _IN, Message.sender), else_=Message.recipient)


class Metric(Enum):
    """One metric: its name without the prefix, its labels, and what it tells. A name in `_total` only rises."""

    UP = "database_up", (), "1 where the database answered; without it the other figures are absent."
    DEPTH = "queue_depth", ("task", "partner"), "Pieces of work that wait or are being done."
    AGE = "queue_age_seconds", ("task", "partner"), "How long the oldest due piece of work has been due."
    MESSAGES = "messages", ("direction", "state"), "Messages that have not come to a good end, by their state."
    ENDED = "messages_ended_total", ("partner", "state"), "Times that a message came to an end."
    ATTEMPTS = "attempts_total", ("task", "partner", "outcome"), "Attempts that came to their end."
    PARTNER = "partner_state", ("partner", "state"), "1 for the state of sending to a partner that is not `closed`."
    ALERTS = "alerts_open", ("code",), "Alerts that are open."
    PENDING = "audit_pending", (), "Audit events that wait for their place in the log."
    PENDING_AGE = "audit_pending_age_seconds", (), "How long the oldest of them has waited."

    def __init__(self, short: str, labels: tuple[str, ...], meaning: str) -> None:
        self.short = short
        self.labels = labels
        self.meaning = meaning

    @property
    def rises(self) -> bool:
        """Say whether it is a counter."""
        return self.short.endswith("_total")


Samples = Mapping[tuple[str, ...], float]


def registry(engine: Engine, clock: Callable[[], datetime]) -> CollectorRegistry:
    """Make the registry of a process, with nothing in it but our own metrics."""
    made = CollectorRegistry(auto_describe=False)
    made.register(_Collector(engine, clock))
    return made


def exposition(metrics: CollectorRegistry) -> bytes:
    """Write the metrics as Prometheus reads them; the media type is CONTENT_TYPE."""
    return generate_latest(metrics)


@dataclass(slots=True)
class _Tally:
    """How many rows were counted by their labels, and the number of the last."""

    counts: dict[tuple[str, ...], int] = field(default_factory=dict)
    last: int | None = None


class _Collector:
    """Asks the database each time the metrics are read."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._attempts = _Tally()
        self._ended = _Tally()
        self._lock = Lock()

    def describe(self) -> list[GaugeMetricFamily | CounterMetricFamily]:
        """Name the metrics without asking the database."""
        return [_family(metric, {}) for metric in Metric]

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Give the figures of now; without a database, that it is away."""
        try:
            with self._lock, reading(self._engine) as connection:
                found = self._look(connection, self._clock())
        except Busy:
            found = {Metric.UP: {(): 0}}
        for metric, samples in found.items():
            yield _family(metric, samples)

    def _look(self, connection: Connection, now: datetime) -> dict[Metric, Samples]:
        _count_attempts(connection, self._attempts, now)
        _count_ended(connection, self._ended, now)
        return {
            Metric.UP: {(): 1},
            **_queue(connection, now),
            Metric.MESSAGES: _messages(connection),
            Metric.ENDED: dict(self._ended.counts),
            Metric.ATTEMPTS: dict(self._attempts.counts),
            Metric.PARTNER: _partners(connection),
            Metric.ALERTS: _alerts(connection),
            **_audit(connection, now),
        }


def _family(metric: Metric, samples: Samples) -> GaugeMetricFamily | CounterMetricFamily:
    kind = CounterMetricFamily if metric.rises else GaugeMetricFamily
    family = kind(PREFIX + metric.short, metric.meaning, labels=metric.labels)
    for labels, value in sorted(samples.items()):
        family.add_metric(labels, value)
    return family


def _queue(connection: Connection, now: datetime) -> dict[Metric, Samples]:
    grouped = (
        select(Work.task, _PARTNER, func.count(), func.min(Work.due))
        .join(Message, Message.id == Work.message)
        .group_by(Work.task, _PARTNER)
    )
    rows = connection.execute(grouped).all()
    return {
        Metric.DEPTH: {(task, partner): count for task, partner, count, _ in rows},
        Metric.AGE: {(task, partner): max(0.0, (now - due).total_seconds()) for task, partner, _, due in rows},
    }


def _messages(connection: Connection) -> Samples:
    # The good ends are the bulk of the table, and are counted as they come.
    states = set(State) - {State.DELIVERED, State.RETURNED}
    grouped = (
        select(Message.direction, Message.state, func.count())
        .where(Message.state.in_(states))
        .group_by(Message.direction, Message.state)
    )
    found: dict[tuple[str, ...], float] = {(way.value, state.value): 0 for way in Direction for state in states}
    for way, state, count in connection.execute(grouped):
        found[way.value, state.value] = count
    return found


def _partners(connection: Connection) -> Samples:
    states = connection.execute(select(BreakerRow.organisation, BreakerRow.state)).all()
    phases = {organisation: Breaker.model_validate_json(state).phase for organisation, state in states}
    return {(organisation, phase.value): 1 for organisation, phase in phases.items() if phase is not Phase.CLOSED}


def _alerts(connection: Connection) -> Samples:
    grouped = select(Alert.code, func.count()).where(Alert.closed.is_(None)).group_by(Alert.code)
    return {(code,): count for code, count in connection.execute(grouped)}


def _audit(connection: Connection, now: datetime) -> dict[Metric, Samples]:
    count, oldest = connection.execute(select(func.count(), func.min(PendingEvent.at))).one()
    age = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    return {Metric.PENDING: {(): count}, Metric.PENDING_AGE: {(): age}}


def _count_attempts(connection: Connection, tally: _Tally, now: datetime) -> None:
    labels = (Attempt.task, _PARTNER, Attempt.outcome)
    new = select(func.max(Attempt.id), func.count(), *labels).join(Message, Message.id == Attempt.message)
    _count(connection, tally, _Rows(Attempt.id, Attempt.ended, now), new.group_by(*labels))


def _count_ended(connection: Connection, tally: _Tally, now: datetime) -> None:
    labels = (_PARTNER, LedgerEntry.event)
    new = select(func.max(LedgerEntry.sequence), func.count(), *labels)
    new = new.join(Message, Message.id == LedgerEntry.message).where(LedgerEntry.event.in_([*ENDS]))
    _count(connection, tally, _Rows(LedgerEntry.sequence, LedgerEntry.at, now), new.group_by(*labels))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a table that only grows: what numbers them, and when each was made."""

    number: InstrumentedAttribute[int]
    at: InstrumentedAttribute[datetime]
    now: datetime


def _count(connection: Connection, tally: _Tally, rows: _Rows, new: Select[*tuple[Any, ...]]) -> None:
    if tally.last is None:
        before = select(rows.number).where(rows.at <= rows.now - FIRST).order_by(rows.number.desc()).limit(1)
        tally.last = connection.execute(before).scalar_one_or_none() or 0
    found = connection.execute(new.where(rows.number > tally.last, rows.at <= rows.now - SETTLED)).all()
    for newest, count, *names in found:
        labels = tuple(str(name) for name in names)
        tally.counts[labels] = tally.counts.get(labels, 0) + count
        tally.last = max(tally.last, newest)
