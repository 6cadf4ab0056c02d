"""Tell people what is wrong, without flooding them: each open alert once, and again after a day while it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from gateway.alerts.listing import ROWS, fetched
from gateway.alerts.notice import Channel, Notice, Open, notices
from gateway.itp.identifiers import Organisation
from gateway.logs import logger
from gateway.store.engine import reading, writing
from gateway.store.models import Alert
from schemas.errors import Transient

AGAIN = timedelta(days=1)
"""How long an open alert is not told again."""
REOPENED = timedelta(hours=1)
"""How long after it was told an alert that closed and opened again is not told: what comes and goes does not flood."""
SENDING = timedelta(minutes=10)
"""How long a process may take to tell; one that died in it leaves the alerts to the next."""
MOST = 1_000
"""Most alerts that one call tells."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many alerts were told, and how many not, because no channel took them."""

    told: int
    waiting: int


def send_due(engine: Engine, organisation: Organisation, channels: Sequence[Channel], now: datetime) -> Sent:
    """Tell every open alert that is due through every channel; one that no channel took is due again.

    With no channel nothing is told and nothing is lost: the alerts stay open and on the pages that list them.
    """
    if not channels or not _any_due(engine, now):
        return Sent(0, 0)
    with writing(engine) as connection:
        due = _claim(connection, now)
    told = waiting = 0
    for notice in notices(organisation, now, due):
        if _tell(notice, channels):
            told += len(notice.alerts)
            _settle(engine, notice.alerts, now)
        else:
            waiting += len(notice.alerts)
            _release(engine, notice.alerts, now)
    return Sent(told, waiting)


def _tell(notice: Notice, channels: Sequence[Channel]) -> bool:
    taken = False
    for channel in channels:
        try:
            channel.send(notice)
        except Transient as error:
            log.warning("alert-not-sent", channel=channel.name, count=len(notice.alerts), exc_info=error)
        else:
            taken = True
            log.info("alert-sent", channel=channel.name, count=len(notice.alerts))
    return taken


def _any_due(engine: Engine, now: datetime) -> bool:
    # Only a process that has something to tell asks to write.
    with reading(engine) as connection:
        return connection.execute(select(Alert.id).where(_is_due(now)).limit(1)).first() is not None


def _claim(connection: Connection, now: datetime) -> tuple[Open, ...]:
    due = fetched(connection, ROWS.where(_is_due(now)).limit(MOST).with_for_update(skip_locked=True))
    connection.execute(update(Alert).where(_among(due)).values(sent=_claimed(now)))
    return due


def _settle(engine: Engine, alerts: Sequence[Open], now: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(update(Alert).where(_among(alerts)).values(sent=now))


def _release(engine: Engine, alerts: Sequence[Open], now: datetime) -> None:
    with writing(engine) as connection:
        for alert in alerts:
            mine = and_(Alert.id == alert.number, Alert.sent == _claimed(now))
            connection.execute(update(Alert).where(mine).values(sent=alert.sent))


def _claimed(now: datetime) -> datetime:
    """Give what stands as sent while one process tells: due again by itself when that took too long."""
    return now - AGAIN + SENDING


def _among(alerts: Sequence[Open]) -> ColumnElement[bool]:
    return Alert.id.in_([alert.number for alert in alerts])


def _is_due(now: datetime) -> ColumnElement[bool]:
    before = aliased(Alert)
    just_told = exists().where(
        before.code == Alert.code,
        before.subject == Alert.subject,
        before.closed.is_not(None),
        before.sent > now - REOPENED,
    )
    return and_(
        Alert.closed.is_(None),
        or_(Alert.sent.is_(None), Alert.sent <= now - AGAIN),
        ~just_told,
    )
