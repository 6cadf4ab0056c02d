from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import insert

from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.metrics import CONTENT_TYPE, PREFIX, SETTLED, Metric, exposition, registry
from gateway.pipeline.breaker import Breaker, Phase
from gateway.store.engine import connect, writing
from gateway.store.finish import complete, fail, move
from gateway.store.models import BreakerRow, PendingEvent
from gateway.store.outbox import claim
from gateway.store.states import Direction, State
from gateway.store.store import Store
from store_builder import NOW, RECIPIENT, SENDER, later, numbered, take

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def read(metrics: CollectorRegistry, name: str, **labels: str) -> float | None:
    return metrics.get_sample_value(PREFIX + name, labels)


def test_the_queue_is_told_by_task_and_partner(store: Store) -> None:
    take(store, 1, due=NOW)
    take(store, 2, due=later(60))
    take(store, 3, due=later(300), direction=Direction.OUT)
    clock = Clock()
    metrics = registry(store.engine, clock)
    clock.now = later(90)
    assert read(metrics, "queue_depth", task="deliver", partner=SENDER) == 2
    assert read(metrics, "queue_age_seconds", task="deliver", partner=SENDER) == 90
    assert read(metrics, "queue_depth", task="deliver", partner=RECIPIENT) == 1
    assert read(metrics, "queue_age_seconds", task="deliver", partner=RECIPIENT) == 0


def test_attempts_are_counted_by_outcome_each_once(store: Store) -> None:
    take(store, 1)
    clock = Clock()
    metrics = registry(store.engine, clock)
    (lease,) = claim(store, "worker", NOW, later(60), 1)
    fail(store, lease, later(1), reason="timed-out", due=later(10))
    of = {"task": "deliver", "partner": SENDER}
    assert read(metrics, "attempts_total", outcome="failed", **of) is None
    clock.now = later(1) + SETTLED
    assert [read(metrics, "attempts_total", outcome="failed", **of) for _ in range(2)] == [1, 1]
    (lease,) = claim(store, "worker", later(10), later(60), 1)
    complete(store, lease, later(20), reason="receipted", to=State.DELIVERED)
    clock.now = later(20) + SETTLED
    assert read(metrics, "attempts_total", outcome="done", **of) == 1
    assert read(metrics, "attempts_total", outcome="failed", **of) == 1
    assert read(metrics, "messages_ended_total", partner=SENDER, state="delivered") == 1


def test_what_was_long_before_this_process_is_not_counted(sqlite_store: Store) -> None:
    take(sqlite_store, 1)
    (lease,) = claim(sqlite_store, "worker", NOW, later(60), 1)
    complete(sqlite_store, lease, later(1), reason="receipted", to=State.DELIVERED)
    clock = Clock()
    clock.now = NOW + timedelta(days=2)
    metrics = registry(sqlite_store.engine, clock)
    assert read(metrics, "messages_ended_total", partner=SENDER, state="delivered") is None


def test_messages_that_wait_for_somebody_are_told_by_state(store: Store) -> None:
    for number in (1, 2, 3):
        message = take(store, number).message
        if number > 1:
            move(store, message, State.DEAD_LETTERED, NOW, reason="expired")
    metrics = registry(store.engine, Clock())
    assert read(metrics, "messages", direction="in", state="accepted") == 1
    assert read(metrics, "messages", direction="in", state="dead-lettered") == 2
    assert read(metrics, "messages", direction="out", state="held") == 0
    assert read(metrics, "messages", direction="in", state="delivered") is None


def test_paused_partners_open_alerts_and_waiting_evidence_are_told(store: Store) -> None:
    with writing(store.engine) as connection:
        for organisation, state in ((SENDER, Breaker(phase=Phase.HELD)), (RECIPIENT, Breaker())):
            connection.execute(insert(BreakerRow).values(organisation=organisation, state=state.model_dump_json()))
        raise_alert(connection, AlertCode.PARTNER_HELD, SENDER, NOW)
        for seconds in (0, 30):
            connection.execute(insert(PendingEvent).values(event=b"{}", at=later(seconds)))
    clock = Clock()
    clock.now = later(40)
    metrics = registry(store.engine, clock)
    assert read(metrics, "partner_state", partner=SENDER, state="held") == 1
    assert read(metrics, "partner_state", partner=RECIPIENT, state="closed") is None
    assert read(metrics, "alerts_open", code="partner-held") == 1
    assert (read(metrics, "audit_pending"), read(metrics, "audit_pending_age_seconds")) == (2, 40)


def test_without_a_database_only_that_is_told() -> None:
    engine = connect("postgresql://nobody:secret@127.0.0.1:9/nothing")
    told = exposition(registry(engine, Clock())).decode()
    assert [line for line in told.splitlines() if line[0] != "#"] == ["ics_gateway_database_up 0.0"]


def test_no_identifier_of_a_message_is_a_label(store: Store) -> None:
    take(store, 1)
    told = exposition(registry(store.engine, Clock())).decode()
    assert 'ics_gateway_queue_depth{partner="urn:ics:org:ods:X26",task="deliver"} 1.0' in told
    assert numbered(1) not in told
    assert numbered(0) not in told
    assert "python_info" not in told
    assert CONTENT_TYPE.startswith("text/plain")


@pytest.mark.parametrize("metric", Metric)
def test_every_metric_is_on_its_page(metric: Metric) -> None:
    labels = ", ".join(f"`{label}`" for label in metric.labels) or "-"
    assert f"| `{PREFIX}{metric.short}` | {labels} | {metric.meaning} |\n" in PAGE.read_text(encoding="utf-8")


def test_the_page_names_no_metric_that_does_not_exist() -> None:
    named = set(re.findall(rf"\b{PREFIX}([a-z_]+)", PAGE.read_text(encoding="utf-8")))
    assert named == {metric.short for metric in Metric}
