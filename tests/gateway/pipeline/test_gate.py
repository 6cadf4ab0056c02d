from __future__ import annotations

from datetime import timedelta

from gateway.itp.directory import Endpoint
from gateway.pipeline import gate
from gateway.pipeline.breaker import FIRST_PAUSE, PROOFS, THRESHOLD, TRIAL, Permit, Phase
from gateway.pipeline.deliver import deliver
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.run import run_due
from gateway.store.engine import writing
from gateway.store.outbox import DELIVER
from itp_exchange import BEN, CAT, directory
from pipeline_rig import Alone, alarms, claimed, due, outgoing, reasons

PARTNER = BEN.organisation


def fail(exchange: Exchange, times: int, trial: int | None = None) -> None:
    for _ in range(times):
        with writing(exchange.store.engine) as connection:
            gate.failed(exchange, connection, PARTNER, trial, exchange.clock())


def succeed(exchange: Exchange, trial: int | None = None) -> None:
    with writing(exchange.store.engine) as connection:
        gate.succeeded(exchange, connection, PARTNER, trial)


def test_it_is_open_until_five_failures_in_a_row_and_then_pauses_with_one_alert(ann: Alone) -> None:
    fail(ann.exchange, THRESHOLD - 1)
    assert gate.ask(ann.exchange, PARTNER).permit is Permit.ALL
    succeed(ann.exchange)
    fail(ann.exchange, THRESHOLD - 1)
    assert (gate.ask(ann.exchange, PARTNER).permit, alarms(ann.exchange)) == (Permit.ALL, [])
    fail(ann.exchange, 2)
    asked = gate.ask(ann.exchange, PARTNER)
    assert (asked.permit, asked.breaker.until) == (Permit.NONE, ann.clock() + FIRST_PAUSE)
    assert alarms(ann.exchange) == [("partner-paused", "BBB")]
    assert gate.ask(ann.exchange, CAT.organisation).permit is Permit.ALL


def test_after_the_pause_one_goes_at_a_time_and_three_proofs_close_it_and_its_alert(ann: Alone) -> None:
    fail(ann.exchange, THRESHOLD)
    ann.clock.forward(FIRST_PAUSE.total_seconds())
    for number in range(1, PROOFS + 1):
        asked = gate.ask(ann.exchange, PARTNER)
        assert (asked.permit, asked.trial, asked.breaker.until) == (Permit.OLDEST, number, ann.clock() + TRIAL)
        assert gate.ask(ann.exchange, PARTNER).permit is Permit.NONE
        succeed(ann.exchange, asked.trial)
    assert (gate.ask(ann.exchange, PARTNER).permit, alarms(ann.exchange)) == (Permit.ALL, [])


def test_a_trial_that_fails_pauses_for_twice_as_long_without_a_second_alert(ann: Alone) -> None:
    fail(ann.exchange, THRESHOLD)
    ann.clock.forward(60)
    fail(ann.exchange, 1, gate.ask(ann.exchange, PARTNER).trial)
    assert gate.ask(ann.exchange, PARTNER).breaker.until == ann.clock() + timedelta(minutes=2)
    assert alarms(ann.exchange) == [("partner-paused", "BBB")]


def test_a_partner_that_was_paused_and_is_held_is_told_as_held_since_a_pause_would_end_by_itself(ann: Alone) -> None:
    fail(ann.exchange, THRESHOLD)
    gate.hold(ann.exchange, PARTNER)
    assert alarms(ann.exchange) == [("partner-held", "BBB")]
    ann.clock.forward(10**8)
    assert gate.ask(ann.exchange, PARTNER).permit is Permit.NONE
    gate.resume(ann.exchange, PARTNER)
    assert gate.ask(ann.exchange, PARTNER).permit is Permit.OLDEST


def test_a_partner_without_a_way_is_held_with_an_alert_and_its_message_goes_first_when_it_is_resumed(
    ann: Alone,
) -> None:
    message, later = outgoing(ann.exchange), outgoing(ann.exchange)
    deliver(ann.exchange, claimed(ann.exchange, message, DELIVER))
    assert reasons(ann.exchange, message)[-1] == "attempt-failed: misconfigured"
    assert alarms(ann.exchange) == [("partner-held", "BBB")]
    assert due(ann.exchange, message) == {DELIVER: ann.clock()}
    ann.clock.forward(3600)
    assert run_due(ann.exchange, "test") == 0
    gate.resume(ann.exchange, PARTNER)
    assert run_due(ann.exchange, "test") == 2
    assert reasons(ann.exchange, message)[-1] == "attempt-failed: misconfigured"
    assert reasons(ann.exchange, later)[-1] == "accepted: accepted"


def test_an_address_that_is_none_is_a_setting_to_mend_and_no_fault_of_the_message(ann: Alone) -> None:
    ann.known.directory = directory(BEN.partner(endpoints=(Endpoint(mode="push", address="https://[half"),)))
    message = outgoing(ann.exchange)
    run_due(ann.exchange, "test")
    assert reasons(ann.exchange, message)[-1] == "attempt-failed: misconfigured"
    assert gate.ask(ann.exchange, PARTNER).breaker.phase is Phase.HELD
