"""Bulk replay: what would go, what goes, when, and what stays and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from gateway.deadletters import decisions
from gateway.deadletters.replay import BATCH, Turns, begin, plan, replay
from gateway.deadletters.selection import Choice, listed
from gateway.store.engine import writing
from gateway.store.models import LedgerEntry, Message
from gateway.store.receipts import Receipt, keep
from gateway.store.states import State
from gateway.store.store import Store
from schemas.errors import Rejected
from stopped_messages import INCOMING, OPERATOR, OUTGOING, audited, named, state, stopped, told, work
from store_builder import NOW, arrival, counts, later

ALL = Choice()
START = later(3600)


def draw(size: int) -> bytes:
    return bytes(size)


@pytest.fixture
def mixed(store: Store) -> dict[str, int]:
    """Make five dead letters of which two can go."""
    made = {
        "expired": stopped(store, 1, expires=START),
        "purged": stopped(store, 2),
        "goes": stopped(store, 3),
        "refused": stopped(store, 4),
        "we refused": stopped(store, 5, **INCOMING),
        "comes": stopped(store, 6, **INCOMING),
        "held": stopped(store, 7, state=State.HELD),
    }
    with writing(store.engine) as connection:
        connection.execute(update(Message).where(Message.id == made["purged"]).values(purged=later(60)))
    for name in ("refused", "we refused"):
        keep(store, made[name], Receipt("N", "0" * 64, b"token"), NOW)
    return made


WHY = {
    "expired": "It expired on 2026-11-25 10:00 UTC.",
    "purged": "Its content was deleted on 2026-11-25.",
    "refused": "The partner refused it with a negative receipt, and would give the same one again.",
    "we refused": "We refused it with a negative receipt, and its sender counts it as refused.",
}


def test_a_dry_run_says_what_would_go_and_why_the_rest_stays_and_does_nothing(
    store: Store, mixed: dict[str, int]
) -> None:
    before = counts(store)
    planned = plan(store, ALL, START)
    assert [(one.line.number, one.due) for one in planned.going] == [(mixed["goes"], START), (mixed["comes"], START)]
    assert {one.line.number: one.why for one in planned.staying} == {mixed[name]: why for name, why in WHY.items()}
    assert counts(store) == before


def test_a_replay_does_what_the_dry_run_said(store: Store, mixed: dict[str, int]) -> None:
    planned = plan(store, ALL, START)
    done = replay(store, OPERATOR, ALL, START, draw)
    assert done.plan == planned
    assert work(store) == [(mixed["goes"], "deliver", START), (mixed["comes"], "open", START)]
    assert told(store, mixed["goes"]) == [("reopened", f"replay-{done.id}")]
    assert audited(store) == [{"action": "replay", "objects": [named(number)], "request": done.id} for number in (3, 6)]
    stay = {name for name, number in mixed.items() if state(store, number) is State.DEAD_LETTERED}
    assert stay == set(WHY)
    assert state(store, mixed["held"]) is State.HELD


def test_a_choice_is_replayed_and_no_other(store: Store) -> None:
    first, second = stopped(store, 1), stopped(store, 2, reason="itp-422-manifest")
    replay(store, OPERATOR, Choice(reason="itp-422-manifest", states=frozenset({State.HELD})), START, draw)
    assert (state(store, first), state(store, second)) == (State.DEAD_LETTERED, State.ACCEPTED)


def test_the_oldest_goes_first_whatever_its_number(store: Store) -> None:
    young, old = stopped(store, 1), stopped(store, 2)
    with writing(store.engine) as connection:
        connection.execute(update(Message).where(Message.id == young).values(accepted=later(60)))
    done = replay(store, OPERATOR, ALL, START, draw, per_minute=1)
    assert [(one.line.number, one.due) for one in done.plan.going] == [(old, START), (young, later(3660))]


@pytest.mark.parametrize(
    ("per_minute", "seconds"),
    [(None, [0, 0, 0, 0]), (1, [0, 60, 120, 180]), (60, [0, 1, 2, 3]), (90, [0, 0.666667, 1.333333, 2])],
)
def test_turns_keep_the_rate(per_minute: int | None, seconds: list[float]) -> None:
    turns = Turns(START, per_minute)
    assert [turns.due(place) - START for place in range(4)] == [timedelta(seconds=value) for value in seconds]
    assert Turns(START, per_minute, taken=1).due(2) == turns.due(3)


def test_a_rate_below_one_is_refused(store: Store) -> None:
    with pytest.raises(Rejected, match=r"^A replay goes at one message a minute or faster\.$"):
        plan(store, ALL, START, 0)


def test_a_message_that_expires_before_its_turn_stays_and_takes_no_turn(store: Store) -> None:
    messages = [stopped(store, n, expires=later(3600 + 60)) for n in (1, 2)]
    last = stopped(store, 3)
    planned = plan(store, ALL, START, 1)
    assert [(one.line.number, one.due) for one in planned.going] == [(messages[0], START), (last, later(3660))]
    assert [one.why for one in planned.staying] == ["It expires on 2026-11-25 10:01 UTC, before its turn."]


def test_a_thousand_go_at_the_rate_oldest_first_in_batches(store: Store) -> None:
    many(store, 1000)
    planned = plan(store, ALL, START, 120)
    done = replay(store, OPERATOR, ALL, START, draw, per_minute=120)
    assert done.plan == planned
    queue = work(store)
    assert [due for _, _, due in queue] == [START + timedelta(seconds=place / 2) for place in range(1000)]
    assert [message for message, _, _ in queue] == [one.line.number for one in planned.going]
    assert [one["objects"] for one in audited(store)] == [[named(number)] for number in range(1, 1001)]
    assert len(done.plan.going) > BATCH
    # A second call finds nothing to do.
    assert replay(store, OPERATOR, ALL, START, draw).plan.going == ()


def many(store: Store, number: int) -> None:
    """Write dead letters, in one transaction."""
    with writing(store.engine) as connection:
        rows = [
            {
                **{key: getattr(arrival(n, **OUTGOING), key) for key in arrival().__dataclass_fields__},
                "state": State.DEAD_LETTERED,
                "accepted": later(n),
            }
            for n in range(1, number + 1)
        ]
        made = connection.execute(insert(Message).returning(Message.id), rows).scalars().all()
        line = {"event": "dead-lettered", "reason": "itp-409-conflict", "at": NOW}
        connection.execute(insert(LedgerEntry), [{"message": message, **line} for message in made])


def test_what_was_decided_since_the_list_was_made_is_left_alone(store: Store) -> None:
    dropped, other, purged = (stopped(store, number) for number in (1, 2, 3))
    numbers = [line.number for line in listed(store, ALL)]
    decisions.drop(store, OPERATOR, dropped, START, reason="duplicate")
    with writing(store.engine) as connection:
        connection.execute(update(Message).where(Message.id == purged).values(purged=START))
    done = begin(store, OPERATOR, numbers, Turns(START), draw)
    assert [one.line.number for one in done.plan.going] == [other]
    assert [one.line.number for one in done.plan.staying] == [purged]
    assert state(store, dropped) is State.RETURNED
