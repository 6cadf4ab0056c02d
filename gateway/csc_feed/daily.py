"""The daily feed by itself: once a day at its time, again where it died or the endpoint was away."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from gateway.csc_feed import consent, runs
from gateway.csc_feed.alarms import ENGLAND, due, watch_lateness
from gateway.csc_feed.configuration import Configuration, configured
from gateway.csc_feed.opening import feeding
from gateway.csc_feed.run import Asked, send
from gateway.csc_feed.runs import End, Kind, Run
from gateway.pipeline.exchange import Exchange

AGAIN = timedelta(minutes=30)
"""How long after a run that stopped for a passing reason the next one begins."""
PASSING = frozenset({"away", "transient", "busy"})
"""Why a run stopped, where it may work by itself later: the endpoint, the source or the database was away."""


def feed(exchange: Exchange) -> bool:
    """Send the feed where it is due now; say whether a run was made. Raise Held, Misconfigured.

    Without a consent it is a dry run: built, checked and compared, and nothing is sent.
    """
    settled = configured()
    if settled is None or settled.at is None:
        return False
    engine, now = exchange.store.engine, exchange.clock()
    dry = consent.current(engine, settled) is None
    if not dry:
        watch_lateness(engine, settled, now)
    day = now.astimezone(ENGLAND).date()
    last = next(iter(runs.latest(engine, settled.environment, 1)), None)
    if not is_due(settled, day, now, last, Kind.DRY if dry else Kind.SEND) or runs.under_way(last, now):
        return False
    send(feeding(exchange.store, settled, exchange.organisation, exchange.clock), Asked(day, dry=dry))
    return True


def is_due(settled: Configuration, day: date, now: datetime, last: Run | None, kind: Kind) -> bool:
    """Tell whether a run is due: its time has come, and none of the day has ended so that a person must look."""
    when = due(settled, day)
    if when is None or now < when:
        return False
    if last is None or (last.day, last.kind) != (day, kind):
        return True
    if last.outcome is End.STOPPED and last.reason in PASSING and last.ended is not None:
        return now >= last.ended + AGAIN
    return last.outcome in {End.DIED, End.RUNNING}


def due_next(now: datetime) -> datetime | None:
    """Give when the feed is next due; None where it is not sent by itself. Raise Misconfigured."""
    settled = configured()
    if settled is None:
        return None
    today = now.astimezone(ENGLAND).date()
    when = due(settled, today)
    return when if when is None or when > now else due(settled, today + timedelta(days=1))
