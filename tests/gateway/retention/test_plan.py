"""What a purge would delete, what it would spare, and why; and that looking deletes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from gateway.retention.holds import Scope, lift, set_hold
from gateway.retention.plan import plan, record
from gateway.retention.rules import RULES
from gateway.store.engine import writing
from gateway.store.models import Alert, Message
from gateway.store.nonces import remember
from gateway.store.outbox import Next, enqueue
from gateway.store.states import State
from gateway.store.store import Store
from kept_messages import AFTER, DAY, SIZE, ended, unfinished
from stopped_messages import GOVERNANCE, INCOMING, OPERATOR, audited
from store_builder import NOW, RECIPIENT, SENDER, counts, later, numbered

MOMENT = timedelta(microseconds=1)
APPROVED = frozenset({"dead-lettered"})


@pytest.mark.parametrize("state", [State.DELIVERED, State.RETURNED, State.DEAD_LETTERED])
def test_a_copy_is_a_candidate_from_thirty_days_on(store: Store, state: State) -> None:
    message = ended(store, state=state)
    assert plan(store, AFTER - MOMENT, APPROVED).copies == ()
    (copy,) = plan(store, AFTER, APPROVED).copies
    assert (copy.message, copy.message_id, copy.partner) == (message, numbered(1), SENDER)
    assert (copy.rule.name, copy.since) == (state.value, NOW)
    assert (copy.chunks, copy.size) == (4, SIZE)


def test_a_delivered_message_counts_from_r2_and_stays_without_it(store: Store) -> None:
    ended(store, 1, State.DELIVERED)
    message = ended(store, 2, State.RETURNED)
    with writing(store.engine) as connection:
        connection.execute(update(Message).where(Message.id == message).values(state=State.DELIVERED))
    planned = plan(store, AFTER)
    assert [copy.message_id for copy in planned.copies] == [numbered(1)]
    assert [(one.copy.message_id, one.why) for one in planned.spared] == [(numbered(2), "It has no R2.")]


def test_what_never_was_whole_is_a_candidate_a_day_after_its_expiry(store: Store) -> None:
    unfinished(store)
    assert plan(store, NOW + DAY - MOMENT).copies == ()
    (copy,) = plan(store, NOW + DAY).copies
    assert (copy.rule.name, copy.since) == ("unfinished", NOW)


def test_held_messages_and_messages_at_work_are_no_candidates(store: Store) -> None:
    ended(store, 1, State.HELD)
    planned = plan(store, NOW + 1000 * DAY)
    assert (planned.copies, planned.spared) == ((), ())


def test_a_dead_letter_waits_for_an_approval(store: Store) -> None:
    ended(store, state=State.DEAD_LETTERED)
    (one,) = plan(store, AFTER).spared
    assert one.why == "Nobody has approved it."
    assert plan(store, AFTER, APPROVED).spared == ()


def test_a_message_for_which_something_is_due_is_spared(store: Store) -> None:
    message = ended(store)
    with writing(store.engine) as connection:
        enqueue(connection, message, Next("acknowledge", NOW))
    (one,) = plan(store, AFTER).spared
    assert one.why == "Something is due for it."


@pytest.mark.parametrize(
    ("scope", "value", "spared"),
    [
        (Scope.MESSAGE, numbered(1), {1}),
        (Scope.MESSAGE, numbered(9), set()),
        (Scope.CONVERSATION, numbered(50), {1, 2}),
        (Scope.PARTNER, SENDER, {1, 3}),
        (Scope.PARTNER, RECIPIENT, set()),
        (Scope.PARTNER, "urn:ics:org:ods:R2D2", {2}),
        (Scope.DATES, "2026-11-25/2026-11-25", {1, 2}),
        (Scope.DATES, "2026-11-26/2026-11-26", {3}),
        (Scope.DATES, "2026-11-24/2026-11-26", {1, 2, 3}),
        (Scope.DATES, "2026-11-27/2026-12-27", set()),
    ],
)
def test_a_hold_spares_what_it_names_until_it_is_lifted(
    store: Store, scope: Scope, value: str, spared: set[int]
) -> None:
    ended(store, 1, conversation_id=numbered(50))
    ended(store, 2, conversation_id=numbered(50), recipient="urn:ics:org:ods:R2D2")
    third = ended(store, 3, **INCOMING)
    with writing(store.engine) as connection:
        connection.execute(update(Message).where(Message.id == third).values(accepted=NOW + DAY))
    hold = set_hold(store, GOVERNANCE, scope, value, NOW, reason="inquiry", review_by=AFTER)
    planned = plan(store, AFTER)
    assert {one.copy.message_id for one in planned.spared} == {numbered(number) for number in spared}
    assert {one.why for one in planned.spared} == ({f"Legal hold {hold.number} names it."} if spared else set())
    assert len(planned.copies) == 3 - len(spared)
    assert planned.overdue == (hold,)
    lift(store, GOVERNANCE, hold.number, AFTER)
    assert len(plan(store, AFTER).copies) == 3


def test_a_plan_counts_and_names_itself_and_deletes_nothing(store: Store) -> None:
    ended(store, 1)
    ended(store, 2, State.DELIVERED)
    before = counts(store)
    planned = plan(store, AFTER)
    assert (planned.chunks, planned.size, len(planned.copies)) == (8, 2 * SIZE, 2)
    assert planned.digest == plan(store, AFTER + DAY).digest != plan(store, NOW).digest
    assert counts(store) == before
    record(store, OPERATOR, planned)
    assert audited(store) == [{"action": "purge-plan", "objects": [], "count": 2, "after": planned.digest}]


def test_old_records_are_counted(store: Store) -> None:
    remember(store, "kid", "spent", NOW, NOW)
    remember(store, "kid", "fresh", later(1), NOW)
    year = 365 * DAY
    alert = {"code": "x", "subject": "y", "raised": NOW, "last": NOW, "count": 1}
    with writing(store.engine) as connection:
        connection.execute(insert(Alert), [{**alert, "closed": NOW}, {**alert, "closed": None}])
    assert {one.rule.name: one.count for one in plan(store, NOW).records} == {"nonces": 1, "attempts": 0, "alerts": 0}
    assert {one.rule.name: one.count for one in plan(store, NOW + year).records}["alerts"] == 1


def test_every_rule_says_what_how_long_and_why() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.basis.endswith(".")
        assert (rule.keep is None) == (rule.since is None) == (rule.name in {"evidence", "submitted"})
    assert [rule.name for rule in RULES if rule.approval] == ["dead-lettered"]
