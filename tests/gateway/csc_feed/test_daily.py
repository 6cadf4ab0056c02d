"""The daily feed by itself: when it is due, and what a late one does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from csc_rig import STAFF, US, settled
from gateway.actor import Actor
from gateway.alerts.listing import open_alerts
from gateway.audit.entry import Role
from gateway.csc_feed import consent, daily, runs
from gateway.csc_feed.alarms import watch_lateness
from gateway.csc_feed.configuration import read
from gateway.csc_feed.runs import Counts, End, Kind, Run
from gateway.pipeline.exchange import Exchange
from gateway.store.store import Store

TODAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 4, 30, tzinfo=UTC)
"""05:30 in England in summer."""
SETTLED = settled(at="05:30:00")
RUN = Run(1, "test", TODAY, Kind.SEND, AT, AT, End.DONE, "", Counts(), "host:1", AT)


def is_due(last: Run | None, now: datetime = AT, kind: Kind = Kind.SEND) -> bool:
    return daily.is_due(SETTLED, TODAY, now, last, kind)


def test_it_is_due_at_its_time_in_england_and_not_before() -> None:
    assert not is_due(None, AT - timedelta(seconds=1))
    assert is_due(None)
    assert not daily.is_due(settled(), TODAY, AT, None, Kind.SEND), "no time is set"


@pytest.mark.parametrize(
    ("change", "minutes", "due"),
    [
        ({}, 0, False),
        ({"day": TODAY - timedelta(days=1)}, 0, True),
        ({"kind": Kind.DRY}, 0, True),
        ({"outcome": End.DIED}, 0, True),
        ({"outcome": End.RUNNING, "ended": None}, 0, True),
        ({"outcome": End.STOPPED, "reason": "away"}, 29, False),
        ({"outcome": End.STOPPED, "reason": "away"}, 30, True),
        ({"outcome": End.STOPPED, "reason": "transient"}, 30, True),
        ({"outcome": End.STOPPED, "reason": "status-404"}, 600, False),
        ({"outcome": End.STOPPED, "reason": "held"}, 600, False),
    ],
)
def test_what_the_last_run_says_of_the_next(change: dict[str, Any], minutes: int, due: bool) -> None:
    assert is_due(replace(RUN, **change), AT + timedelta(minutes=minutes)) is due


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cases").mkdir()
    path = tmp_path / "feed.toml"
    path.write_text(
        f"""
authority = "846"
source = "{tmp_path / "cases"}"
at = "05:30:00"
[environments.test]
address = "http://localhost:1/1"
token_address = "http://localhost:1/token"
client = "c"
scope = "s"
secrets = ["env:A"]
keys = ["env:B"]
"""
    )
    monkeypatch.setenv("ICS_GATEWAY_CSC_API_FILE", str(path))
    return path


def exchange(store: Store, now: datetime) -> Exchange:
    return cast("Exchange", SimpleNamespace(store=store, organisation=US, clock=lambda: now))


def test_a_source_that_is_not_there_stops_the_run_with_an_alert(sqlite_store: Store, configured: Path) -> None:
    given = read(configured)
    consent.give(sqlite_store.engine, given, Actor(US, Role.MANAGER, STAFF), AT)
    assert not daily.feed(exchange(sqlite_store, AT - timedelta(minutes=1)))
    assert daily.feed(exchange(sqlite_store, AT))
    (run,) = runs.latest(sqlite_store.engine, "test")
    assert (run.outcome, run.kind, run.reason) == (End.STOPPED, Kind.SEND, "rejected")
    assert [alert.code.value for alert in open_alerts(sqlite_store.engine)] == ["feed-stopped"]
    assert not daily.feed(exchange(sqlite_store, AT + timedelta(minutes=1)))


def test_without_consent_it_is_a_dry_run(sqlite_store: Store, configured: Path) -> None:
    assert daily.feed(exchange(sqlite_store, AT))
    (run,) = runs.latest(sqlite_store.engine, "test")
    assert run.kind is Kind.DRY
    assert open_alerts(sqlite_store.engine) == ()
    assert configured.exists()


def test_nothing_is_done_where_nothing_is_configured(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ICS_GATEWAY_CSC_API_FILE", raising=False)
    assert not daily.feed(exchange(sqlite_store, AT))
    assert daily.due_next(AT) is None


def test_it_says_when_it_is_due_next(configured: Path) -> None:
    assert configured.exists()
    assert daily.due_next(AT - timedelta(minutes=1)) == AT
    assert daily.due_next(AT) == AT + timedelta(days=1)


def test_a_late_feed_raises_an_alert_until_one_is_done(sqlite_store: Store) -> None:
    engine, late = sqlite_store.engine, AT + timedelta(minutes=180)
    assert not watch_lateness(engine, SETTLED, late - timedelta(seconds=1))
    assert watch_lateness(engine, SETTLED, late)
    assert [(alert.code.value, alert.subject) for alert in open_alerts(engine)] == [("feed-late", "test")]
    run = runs.begin(engine, "test", TODAY, Kind.SEND, late)
    with engine.begin() as connection:
        runs.end(connection, run.id, Counts(), End.DONE, "", late)
    assert not watch_lateness(engine, SETTLED, late)
