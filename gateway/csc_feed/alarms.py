"""The alerts of the feed: it is late, it stopped, or too many children have faults."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from gateway.alerts.alerts import AlertCode, close_alert, raise_alert
from gateway.csc_feed import runs
from gateway.csc_feed.configuration import Configuration
from gateway.csc_feed.runs import Counts, End
from gateway.store.engine import writing

ENGLAND = ZoneInfo("Europe/London")
_RISE, _FEWEST = 2, 10
"""So many times the faults of the run before, and so many more at least, are a rise."""


def due(settled: Configuration, day: date) -> datetime | None:
    """Give when the feed of a day is due; None where it is not sent by itself."""
    return None if settled.at is None else datetime.combine(day, settled.at, ENGLAND)


def settle_alerts(
    connection: Connection, settled: Configuration, counts: Counts, outcome: End, before: int | None, now: datetime
) -> None:
    """Open and close the alerts that the end of a run decides; `before` are the faults of the run before it."""
    many = counts.faults * 100 > counts.built * settled.most_refused
    rose = before is not None and counts.faults >= max(before * _RISE, before + _FEWEST)
    _set(connection, AlertCode.FEED_FAULTS, settled.environment, now, wrong=many or rose)
    _set(connection, AlertCode.FEED_STOPPED, settled.environment, now, wrong=outcome is not End.DONE)
    if outcome is End.DONE:
        close_alert(connection, AlertCode.FEED_LATE, settled.environment, now)


def watch_lateness(engine: Engine, settled: Configuration, now: datetime) -> bool:
    """Raise an alert where the feed of today is late; say whether it is."""
    day = now.astimezone(ENGLAND).date()
    when = due(settled, day)
    if when is None or now < when + timedelta(minutes=settled.late_after):
        return False
    if runs.done_on(engine, settled.environment, day):
        return False
    with writing(engine) as connection:
        raise_alert(connection, AlertCode.FEED_LATE, settled.environment, now)
    return True


def _set(connection: Connection, code: AlertCode, subject: str, now: datetime, *, wrong: bool) -> None:
    if wrong:
        raise_alert(connection, code, subject, now)
    else:
        close_alert(connection, code, subject, now)
