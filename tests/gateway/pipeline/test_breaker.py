from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.pipeline.breaker import (
    PROOFS,
    THRESHOLD,
    TRIAL,
    Asked,
    Breaker,
    Changed,
    Permit,
    Phase,
    ask,
    failed,
    held,
    pause,
    resumed,
    succeeded,
)

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
OPEN = Breaker(phase=Phase.OPEN, pauses=1, until=NOW + MINUTE)
TRYING = Breaker(phase=Phase.HALF_OPEN, pauses=1, trial=1, until=NOW + TRIAL)
PROVED = Breaker(phase=Phase.HALF_OPEN, proofs=1, pauses=1, trial=1)
HELD = Breaker(phase=Phase.HELD, trial=1)
CLOSED = Breaker()


def test_closed_everything_is_sent() -> None:
    assert ask(CLOSED, NOW) == Asked(CLOSED, Permit.ALL)


def test_the_fifth_failure_in_a_row_opens_it_with_one_alert() -> None:
    state, alerts = CLOSED, []
    for count in range(1, 5):
        state, alert = failed(state, NOW)
        assert state == Breaker(failures=count)
        alerts.append(alert)
    state, alert = failed(state, NOW)
    assert state == OPEN
    assert [*alerts, alert] == [False, False, False, False, True]


def test_a_success_between_starts_the_count_again() -> None:
    assert succeeded(Breaker(failures=4, trial=3)) == Changed(Breaker(trial=3))
    assert failed(Breaker(trial=3), NOW) == Changed(Breaker(failures=1, trial=3))


def test_open_nothing_is_sent_until_the_pause_is_over_and_then_the_oldest_alone() -> None:
    assert ask(OPEN, NOW) == Asked(OPEN, Permit.NONE)
    assert ask(OPEN, NOW + MINUTE - SECOND) == Asked(OPEN, Permit.NONE)
    end = NOW + MINUTE
    trying = Breaker(phase=Phase.HALF_OPEN, pauses=1, trial=1, until=end + TRIAL)
    assert ask(OPEN, end) == Asked(trying, Permit.OLDEST, 1)
    assert ask(trying, end) == Asked(trying, Permit.NONE)


@pytest.mark.parametrize("trial", [None, 1])
def test_what_was_under_way_when_it_opened_changes_nothing(trial: int | None) -> None:
    assert failed(OPEN, NOW, trial) == Changed(OPEN)
    assert succeeded(OPEN, trial) == Changed(OPEN)


@pytest.mark.parametrize("trial", [None, 0, 2])
def test_only_the_message_that_went_alone_proves_something(trial: int | None) -> None:
    assert succeeded(TRYING, trial) == Changed(TRYING)
    assert failed(TRYING, NOW, trial) == Changed(TRYING)


def test_a_trial_whose_result_is_lost_is_followed_by_another_and_no_longer_counts() -> None:
    late = NOW + TRIAL
    assert ask(TRYING, late - SECOND) == Asked(TRYING, Permit.NONE)
    second = Breaker(phase=Phase.HALF_OPEN, pauses=1, trial=2, until=late + TRIAL)
    assert ask(TRYING, late) == Asked(second, Permit.OLDEST, 2)
    assert succeeded(second, 1) == Changed(second)
    assert failed(second, late, 1) == Changed(second)


def test_three_proofs_one_after_the_other_close_it() -> None:
    state, now, permits = OPEN, NOW + MINUTE, []
    for _ in range(3):
        state, permit, trial = ask(state, now)
        assert ask(state, now).permit is Permit.NONE
        permits.append((permit, trial))
        state, alert = succeeded(state, trial)
        assert not alert
    assert permits == [(Permit.OLDEST, 1), (Permit.OLDEST, 2), (Permit.OLDEST, 3)]
    assert state == Breaker(trial=3)


def test_a_proof_is_counted_once() -> None:
    assert succeeded(TRYING, 1) == Changed(PROVED)
    assert succeeded(PROVED, 1) == Changed(PROVED)
    assert failed(PROVED, NOW, 1) == Changed(PROVED)


def test_a_failed_trial_begins_a_longer_pause_without_an_alert_and_forgets_the_proofs() -> None:
    longer = Breaker(phase=Phase.OPEN, pauses=2, trial=1, until=NOW + 2 * MINUTE)
    assert failed(TRYING, NOW, 1) == Changed(longer)
    assert failed(TRYING.model_copy(update={"proofs": 2}), NOW, 1) == Changed(longer)


def test_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    assert [pause(count) // MINUTE for count in (1, 2, 3, 4, 5, 6, 10_000)] == [1, 2, 4, 8, 15, 15, 15]


@pytest.mark.parametrize(("wait", "until"), [(20 * MINUTE, 20 * MINUTE), (SECOND, MINUTE), (-MINUTE, MINUTE)])
def test_a_pause_lasts_as_long_as_the_partner_asks_and_never_less_than_its_own(
    wait: timedelta, until: timedelta
) -> None:
    opened = failed(Breaker(failures=4), NOW, not_before=NOW + wait)
    assert opened == Changed(OPEN.model_copy(update={"until": NOW + until}), alert=True)


def test_held_nothing_is_sent_and_nothing_ends_it_but_a_person() -> None:
    assert ask(HELD, NOW + timedelta(days=365)) == Asked(HELD, Permit.NONE)
    assert succeeded(HELD, 1) == Changed(HELD)
    assert failed(HELD, NOW, 1) == Changed(HELD)
    assert resumed(HELD) == Changed(Breaker(phase=Phase.HALF_OPEN, trial=1))


def test_holding_alerts_unless_the_opening_was_told_already() -> None:
    assert held(Breaker(failures=2, trial=1)) == Changed(HELD, alert=True)
    assert held(TRYING) == held(PROVED) == held(HELD) == Changed(HELD)
    assert held(OPEN) == Changed(Breaker(phase=Phase.HELD))


def test_a_person_ends_a_pause_early_and_the_oldest_still_goes_alone() -> None:
    half = Breaker(phase=Phase.HALF_OPEN, pauses=1)
    assert resumed(OPEN) == Changed(half)
    assert ask(half, NOW).permit is Permit.OLDEST
    for state in (CLOSED, Breaker(failures=3), TRYING, PROVED):
        assert resumed(state) == Changed(state)


@pytest.mark.parametrize("state", [CLOSED, Breaker(failures=4, trial=9), OPEN, TRYING, PROVED, HELD])
def test_the_state_is_stored_and_read_back(state: Breaker) -> None:
    assert Breaker.model_validate_json(state.model_dump_json()) == state


def test_the_stored_form_is_fixed() -> None:
    assert OPEN.model_dump_json() == (
        '{"phase":"open","failures":0,"proofs":0,"pauses":1,"trial":0,"until":"2026-11-25T09:01:00Z"}'
    )


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        ('{"phase":"open"}', "A pause has an end"),
        ('{"phase":"closed","until":"2026-11-25T09:01:00Z"}', "Only a pause or a trial has an end"),
        ('{"phase":"held","until":"2026-11-25T09:01:00Z"}', "Only a pause or a trial has an end"),
        ('{"phase":"open","until":"2026-11-25T09:01:00"}', "timezone"),
        ('{"phase":"ajar"}', "phase"),
        ('{"failures":-1}', "failures"),
        ('{"strangers":1}', "strangers"),
    ],
)
def test_a_stored_state_that_makes_no_sense_is_not_read(stored: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Breaker.model_validate_json(stored)


@dataclass
class Partner:
    """A partner that is up or down, with a breaker before it and a queue of numbered messages."""

    state: Breaker = CLOSED
    now: datetime = NOW
    alerts: int = 0
    openings: int = 0
    waiting: list[int] = field(default_factory=lambda: list(range(50)))
    sent: list[int] = field(default_factory=list)
    calls: int = 0

    def tick(self, *, up: bool, wait: timedelta = timedelta()) -> None:
        self.now += wait
        self.state, permit, trial = ask(self.state, self.now)
        if permit is Permit.NONE or not self.waiting:
            return
        self.calls += 1
        before = self.state.phase
        changed = succeeded(self.state, trial) if up else failed(self.state, self.now, trial)
        if up:
            self.sent.append(self.waiting.pop(0))
        self.state = changed.breaker
        self.alerts += changed.alert
        self.openings += before is Phase.CLOSED and self.state.phase is Phase.OPEN


def test_a_partner_that_is_down_for_a_week_is_one_alert_and_few_calls() -> None:
    partner = Partner()
    for _ in range(7 * 24 * 60):
        partner.tick(up=False, wait=MINUTE)
    assert (partner.alerts, partner.openings, partner.sent) == (1, 1, [])
    assert THRESHOLD <= partner.calls <= THRESHOLD + 7 * 24 * 4 + 4
    for _ in range(70):
        partner.tick(up=True, wait=MINUTE)
    assert partner.sent == list(range(50))
    assert (partner.alerts, partner.state.phase) == (1, Phase.CLOSED)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3600)), max_size=200))
def test_there_is_one_alert_for_each_opening_and_messages_leave_in_order(steps: list[tuple[bool, int]]) -> None:
    partner = Partner()
    for up, seconds in steps:
        partner.tick(up=up, wait=timedelta(seconds=seconds))
    assert partner.alerts == partner.openings
    assert partner.openings <= 1 + len(steps) // (THRESHOLD + PROOFS)
    assert partner.sent == list(range(len(partner.sent)))
