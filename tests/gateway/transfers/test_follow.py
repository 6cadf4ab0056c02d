"""Where a transfer stands is computed: its state, its clocks with their rules, and who is told of silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from exchange_rig import alerts
from gateway.audit.entry import Role
from gateway.store.states import Direction
from gateway.transfers import answer, clocks, escalate, follow, recall, rows, see
from gateway.transfers.draft import Stage
from gateway.transfers.prepare import Wanted
from schemas.processes.clocks import Event
from schemas.processes.deadlines import Standing
from schemas.processes.registry import PROCESSES
from transfer_desks import Desks, actor

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def line(name: str, happened: dict[Event, datetime], now: datetime, *local: str) -> clocks.Line:
    (found,) = [each for each in clocks.lines("P1", happened, now, local) if each.clock == name]
    return found


def test_a_clock_names_its_rule_and_the_event_that_it_runs_from() -> None:
    found = line("conference", {Event.NOTIFIED: MONDAY}, MONDAY)
    assert (found.due.rule, found.due.start, found.due.started) == ("P1.conference.national@1", Event.NOTIFIED, MONDAY)
    assert found.due.at == datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "done", "expected"),
    [
        (datetime(2026, 11, 18, 17, tzinfo=UTC), None, Standing.OPEN),
        (datetime(2026, 11, 23, 17, tzinfo=UTC), None, Standing.AT_RISK),
        (datetime(2026, 11, 23, 17, 0, 1, tzinfo=UTC), None, Standing.LATE),
        (datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 11, 23, 17, tzinfo=UTC), Standing.DONE),
        (datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 11, 23, 17, 0, 1, tzinfo=UTC), Standing.DONE_LATE),
    ],
)
def test_late_at_risk_and_done_are_computed(now: datetime, done: datetime | None, expected: Standing) -> None:
    happened = {Event.NOTIFIED: MONDAY} | ({Event.OUTCOME: done} if done else {})
    assert line("conference", happened, now).standing is expected


def test_local_rules_stand_beside_the_strictest_where_they_bind() -> None:
    happened = {Event.NOTIFIED: MONDAY, Event.ANSWERED: MONDAY + 2 * DAY}
    assert line("conference", happened, MONDAY).others == ()
    beside = line("conference", happened, MONDAY, "tees")
    assert [(due.rule, due.at.day) for due in (beside.due, *beside.others)] == [
        ("P1.conference.national@1", 23),
        ("P1.conference.tees@1", 25),
    ]


def test_a_clock_whose_event_has_not_happened_does_not_run() -> None:
    assert clocks.lines("P1", {}, MONDAY) == ()


def test_every_clock_that_a_transfer_ends_is_one_of_a_process() -> None:
    names = {clock.name for process in PROCESSES.values() for clock in process.own_clocks}
    assert set(clocks.DONE_BY) <= names


def test_the_state_follows_the_receipts(both: Desks) -> None:
    reference = both.send()
    states = [follow.follow(both.ann.exchange, reference).state]
    came = both.see()
    states.append(follow.follow(both.ann.exchange, reference).state)
    answer.decline(both.ben.exchange, actor(both.ben.exchange, Role.MANAGER), came, "not-our-area")
    both.carry()
    states.append(follow.follow(both.ann.exchange, reference).state)
    assert states == ["verified", "seen", "declined"]
    escalate.tell_of_silence(both.ann.exchange)
    assert rows.find(both.ann.exchange.store, reference).stage is Stage.COMPLETED
    assert follow.follow(both.ann.exchange, reference).state == "declined"


def test_the_duty_manager_hears_of_silence_first_and_the_heads_of_service_a_working_day_later(both: Desks) -> None:
    reference = both.send()  # on a Wednesday morning: to be seen the same working day
    came = both.ben.last().reference
    told = []
    for hours in (8, 1, 24):
        for desk in (both.ann, both.ben):
            desk.clock.forward(hours * 3600)
            escalate.tell_of_silence(desk.exchange)
        told.append((alerts(both.ann.exchange), alerts(both.ben.exchange)))
    assert told == [
        ([], []),
        ([("transfer-unanswered", reference)], [("transfer-waiting", came)]),
        (
            [("transfer-unanswered", reference), ("transfer-escalated", reference)],
            [("transfer-waiting", came), ("transfer-escalated", came)],
        ),
    ]


def test_the_alerts_close_when_what_was_due_is_there(both: Desks) -> None:
    both.send()
    both.clock_forward(days=1)
    for desk in (both.ann, both.ben):
        escalate.tell_of_silence(desk.exchange)
    came = both.see()
    answer.decline(both.ben.exchange, actor(both.ben.exchange, Role.MANAGER), came, "not-our-area")
    both.carry()
    for desk in (both.ann, both.ben):
        escalate.tell_of_silence(desk.exchange)
        assert alerts(desk.exchange) == []


def test_an_event_that_no_receipt_tells_comes_from_whoever_prepared_it(both: Desks) -> None:
    aware = both.ann.exchange.clock() - timedelta(hours=1)
    reference = both.send(happened={Event.AWARE: aware})
    (notify,) = [each for each in follow.follow(both.ann.exchange, reference).clocks if each.clock == "notify"]
    assert (notify.due.started, notify.standing) == (aware, Standing.DONE)


def test_a_check_was_answered_when_its_answer_was_sent_whatever_became_of_the_answer_since(both: Desks) -> None:
    both.ben.hold(both.family)
    both.send(process="P12", step="request")
    question = both.see()
    asked, links = recall.answer_links(both.ben.exchange, question)
    both.ann.clock.forward(3)
    both.ben.clock.forward(3)
    both.reply(
        Wanted(
            both.family.id,
            both.children[:1],
            "P12",
            step="answer",
            links=links,
            conversation=asked.conversation_id,
        )
    )
    sent = both.ben.clock()
    see.see(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), both.ann.last().reference)
    both.carry()
    both.clock_forward(days=30)
    escalate.tell_of_silence(both.ben.exchange)
    assert both.ben.last(Direction.OUT).stage is Stage.COMPLETED
    clocks_of = {each.clock: each for each in follow.follow(both.ben.exchange, question).clocks}
    assert (clocks_of["s47-answer"].done, clocks_of["s47-answer"].standing) == (sent, Standing.DONE)
