from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.audit.store import LogChanged
from gateway.audit.verify import Reason
from gateway.pipeline.own_log import checkpoint, record, verify_log
from gateway.pipeline.run import run_due
from gateway.pipeline.schedule import JOBS
from gateway.store.engine import writing
from gateway.store.store import Store
from pipeline_rig import Alone, alarms, incoming
from schemas.errors import Held

CHANGED = [("audit-changed", "audit")]


@pytest.fixture
def logged(ben: Alone) -> Alone:
    """Give Ben with a log of several entries under two checkpoints."""
    incoming(ben.exchange)
    checkpoint(ben.exchange)
    run_due(ben.exchange, "test")
    checkpoint(ben.exchange)
    return ben


def tamper(store: Store, *statements: str) -> None:
    """Do what somebody does who owns the database, past the triggers that guard the log."""
    with writing(store.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = DEFAULT"))


def test_a_log_as_it_was_written_is_sound_and_nobody_is_told(logged: Alone) -> None:
    verdict = verify_log(logged.exchange)
    assert verdict is not None
    assert verdict.is_sound
    assert verdict.entries > 4
    assert alarms(logged.exchange) == []


def test_before_the_first_checkpoint_there_is_nothing_to_verify(ben: Alone) -> None:
    incoming(ben.exchange)
    record(ben.exchange)
    assert verify_log(ben.exchange) is None


def test_an_entry_that_was_changed_long_ago_is_found_and_told(logged: Alone) -> None:
    tamper(
        logged.exchange.store,
        "UPDATE audit_entries SET entry = (SELECT entry FROM audit_entries WHERE sequence = 1) WHERE sequence = 0",
    )
    checkpoint(logged.exchange)
    assert alarms(logged.exchange) == [], "what is signed next does not read the log from its start"
    verdict = verify_log(logged.exchange)
    assert verdict is not None
    assert verdict.fault is not None
    assert verdict.fault.reason is Reason.WRONG_SEQUENCE
    assert alarms(logged.exchange) == CHANGED


def test_checkpoints_that_are_gone_are_told(logged: Alone) -> None:
    tamper(logged.exchange.store, "DELETE FROM audit_checkpoints")
    with pytest.raises(LogChanged, match=r"^A checkpoint over \d+ entries was signed, and the database has none\.$"):
        verify_log(logged.exchange)
    assert alarms(logged.exchange) == CHANGED


def test_a_log_that_was_cut_is_not_signed_or_added_to_and_a_person_is_told(logged: Alone) -> None:
    tamper(logged.exchange.store, "DELETE FROM audit_entries WHERE sequence > 1")
    with pytest.raises((LogChanged, Held)):
        checkpoint(logged.exchange)
    assert alarms(logged.exchange) == CHANGED


def test_every_job_has_a_name_of_its_own_and_a_time() -> None:
    assert sorted(job.name for job in JOBS) == [
        "attend",
        "chase",
        "check-returns",
        "checkpoint",
        "collect",
        "collect-parcels",
        "escalate",
        "expire",
        "feed",
        "offers",
        "reconcile",
        "record",
        "retain",
        "sweep",
        "verify",
        "watch",
        "weekly-check",
    ]
    every = {job.name: job.every for job in JOBS}
    assert (every["verify"], every["checkpoint"]) == (timedelta(days=1), timedelta(minutes=15))
    assert {job.name for job in JOBS if job.calls} == {"sweep", "chase", "collect", "collect-parcels", "reconcile"}
