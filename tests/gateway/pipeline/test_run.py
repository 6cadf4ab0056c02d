from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import update

from gateway.itp.directory import DirectoryRefused, Fault
from gateway.itp.identifiers import MessageId
from gateway.pipeline import run as running
from gateway.pipeline.grip import LEASE
from gateway.pipeline.receive import OPEN
from gateway.pipeline.run import FAULTS, SWEEP, run_due, run_message, sweep
from gateway.store.engine import writing
from gateway.store.models import Work
from gateway.store.outbox import OFFER
from gateway.store.states import State
from pipeline_rig import Alone, alarms, claimed, due, incoming, lease_end, reasons, state
from schemas.errors import Held, Misconfigured, Permanent, Rejected, Transient

OTHER = MessageId("019ab000-0000-7000-8000-00000000000c")
WAIT = timedelta(seconds=15)
"""Half of the longest first wait: the rig draws 0.5."""


class OddCodeError(Exception):
    code: ClassVar[str] = "Not a code: Ada"


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def step(*_: Any) -> None:
        raise error

    monkeypatch.setitem(running.STEPS, OPEN, step)


@pytest.mark.parametrize(
    ("error", "reason", "where"),
    [
        (Rejected("No."), "rejected", State.RETURNED),
        (Held("Look."), "held", State.HELD),
        (Permanent("Never."), "permanent", State.DEAD_LETTERED),
        (Transient("Later."), "transient", State.ACCEPTED),
        (Misconfigured("Mend it."), "misconfigured", State.ACCEPTED),
        (DirectoryRefused(Fault.ROLLBACK, "It is older."), "directory-rollback", State.ACCEPTED),
        (OddCodeError("Ada"), "fault", State.ACCEPTED),
    ],
)
def test_each_class_of_error_takes_its_message_where_the_table_says(
    ben: Alone, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, where: State
) -> None:
    message = incoming(ben.exchange)
    failing(monkeypatch, error)
    assert run_due(ben.exchange, "test") == 1
    assert state(ben.exchange, message) is where
    assert reasons(ben.exchange, message)[-1].partition(": ")[2] == reason
    assert due(ben.exchange, message) == ({OPEN: ben.clock() + WAIT} if where is State.ACCEPTED else {})


def test_a_fault_of_ours_is_tried_five_times_and_then_set_aside_with_an_alert(
    ben: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = incoming(ben.exchange)
    failing(monkeypatch, KeyError("Ada"))
    for _ in range(FAULTS):
        assert run_due(ben.exchange, "test") == 1
        ben.clock.forward(3600)
    assert state(ben.exchange, message) is State.DEAD_LETTERED
    assert reasons(ben.exchange, message)[-5:] == ["attempt-failed: fault"] * 4 + ["dead-lettered: fault"]
    assert alarms(ben.exchange) == [("dead-letter", "AAA")]


def test_a_message_that_no_worker_survives_is_set_aside_and_a_restart_now_and_then_is_not(ben: Alone) -> None:
    message = incoming(ben.exchange)
    for _ in range(FAULTS):
        # The worker dies: its lease lapses, and nothing else is left of it.
        claimed(ben.exchange, message, OPEN)
        assert state(ben.exchange, message) is State.ACCEPTED
        ben.clock.forward(LEASE.total_seconds())
    assert run_message(ben.exchange, "test", OPEN, message)
    assert state(ben.exchange, message) is State.DEAD_LETTERED
    assert reasons(ben.exchange, message)[-1] == "dead-lettered: ends-workers"
    assert ("dead-letter", "AAA") in alarms(ben.exchange)


def test_a_message_whose_worker_was_restarted_four_times_is_opened(ben: Alone) -> None:
    message = incoming(ben.exchange)
    for _ in range(FAULTS - 1):
        claimed(ben.exchange, message, OPEN)
        ben.clock.forward(LEASE.total_seconds())
    assert run_message(ben.exchange, "test", OPEN, message)
    assert state(ben.exchange, message) is State.DELIVERED


def test_work_that_no_step_does_is_a_fault_and_stops_no_other(ben: Alone) -> None:
    strange, usual = incoming(ben.exchange), incoming(ben.exchange, OTHER)
    with writing(ben.exchange.store.engine) as connection:
        connection.execute(update(Work).where(Work.message == strange).values(task="dance"))
    assert run_due(ben.exchange, "test") == 2
    assert reasons(ben.exchange, strange)[-1] == "attempt-failed: fault"
    assert state(ben.exchange, usual) is State.DELIVERED
    assert not run_message(ben.exchange, "test", "dance", strange)
    assert not run_message(ben.exchange, "test", OFFER, strange)


def test_what_cannot_even_be_settled_stops_no_other_and_is_found_again_when_its_lease_lapses(
    ben: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, usual = incoming(ben.exchange), incoming(ben.exchange, OTHER)
    real = running.STEPS[OPEN]

    def step(exchange: Any, lease: Any) -> None:
        if lease.message == poisoned:
            raise Transient("Later.")
        real(exchange, lease)

    monkeypatch.setitem(running.STEPS, OPEN, step)
    monkeypatch.setattr(running, "_reason", lambda _error: "Not a reason.")
    assert run_due(ben.exchange, "test") == 2
    assert state(ben.exchange, usual) is State.DELIVERED
    assert lease_end(ben.exchange, poisoned) == ben.clock() + LEASE
    monkeypatch.undo()
    ben.clock.forward(601)
    run_due(ben.exchange, "test")
    assert state(ben.exchange, poisoned) is State.DELIVERED


def test_a_sweep_ends_after_a_minute_and_the_next_goes_on(ben: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [incoming(ben.exchange), incoming(ben.exchange, OTHER)]
    turns = iter([1, 1, 0])

    def one_batch(*_: Any) -> int:
        ben.clock.forward(SWEEP.total_seconds())
        return next(turns)

    monkeypatch.setattr(running, "run_due", one_batch)
    assert sweep(ben.exchange, "test") == 1
    assert sweep(ben.exchange, "test") == 1
    assert sweep(ben.exchange, "test") == 0
    assert [state(ben.exchange, message) for message in messages] == [State.ACCEPTED] * 2
