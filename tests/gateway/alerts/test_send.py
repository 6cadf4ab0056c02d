from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from gateway.alerts.alerts import AlertCode, close_alert, raise_alert
from gateway.alerts.notice import LISTED, Notice, text
from gateway.alerts.send import AGAIN, REOPENED, SENDING, Sent, send_due
from gateway.itp.identifiers import Organisation
from gateway.store.engine import writing
from gateway.store.store import Store
from schemas.errors import Transient
from store_builder import NOW, RECIPIENT, SENDER

OURS = Organisation(RECIPIENT)
PAUSED = AlertCode.PARTNER_PAUSED


@dataclass
class Told:
    """A channel that keeps what it was told, and can be away."""

    away: bool = False
    name: str = "told"
    notices: list[Notice] = field(default_factory=list)

    def send(self, notice: Notice) -> None:
        if self.away:
            raise Transient("The channel is away.")
        self.notices.append(notice)


def up(store: Store, code: AlertCode = PAUSED, subject: str = SENDER, at: datetime = NOW) -> None:
    with writing(store.engine) as connection:
        raise_alert(connection, code, subject, at)


def down(store: Store, at: datetime = NOW) -> None:
    with writing(store.engine) as connection:
        close_alert(connection, PAUSED, SENDER, at)


def test_an_open_alert_is_told_once_and_again_after_a_day(store: Store) -> None:
    told = Told()
    up(store)
    assert send_due(store.engine, OURS, [told], NOW) == Sent(1, 0)
    for minutes in (0, 1, 60, 24 * 60 - 1):
        up(store)
        assert send_due(store.engine, OURS, [told], NOW + timedelta(minutes=minutes)) == Sent(0, 0)
    assert send_due(store.engine, OURS, [told], NOW + AGAIN) == Sent(1, 0)
    assert [notice.alerts[0].count for notice in told.notices] == [1, 5]
    assert told.notices[0].id != told.notices[1].id


def test_a_closed_alert_is_not_told(store: Store) -> None:
    told = Told()
    up(store)
    down(store)
    assert send_due(store.engine, OURS, [told], NOW) == Sent(0, 0)


def test_one_that_comes_and_goes_is_told_once_an_hour_at_most(store: Store) -> None:
    told = Told()
    for minutes in range(0, 120, 10):
        at = NOW + timedelta(minutes=minutes)
        up(store, at=at)
        send_due(store.engine, OURS, [told], at)
        down(store, at)
    assert [notice.at for notice in told.notices] == [NOW, NOW + REOPENED]


def test_more_than_five_go_as_one_digest(store: Store) -> None:
    told = Told()
    for number in range(6):
        up(store, AlertCode.DEAD_LETTER, f"urn:ics:org:ods:A{number:02}")
    assert send_due(store.engine, OURS, [told], NOW) == Sent(6, 0)
    (digest,) = told.notices
    assert (digest.title, digest.by_code, len(digest.alerts)) == ("6 alerts", {"dead-letter": 6}, 6)


def test_five_go_one_by_one(store: Store) -> None:
    told = Told()
    for number in range(5):
        up(store, AlertCode.DEAD_LETTER, f"urn:ics:org:ods:A{number:02}")
    send_due(store.engine, OURS, [told], NOW)
    assert [len(notice.alerts) for notice in told.notices] == [1] * 5


def test_a_long_digest_counts_what_it_does_not_list(sqlite_store: Store) -> None:
    told = Told()
    for number in range(LISTED + 10):
        up(sqlite_store, AlertCode.DEAD_LETTER, f"urn:ics:org:ods:A{number:02}")
    send_due(sqlite_store.engine, OURS, [told], NOW)
    written = text(told.notices[0])
    assert f"dead-letter: {LISTED + 10}\n" in written
    assert written.count("What to do:") == LISTED


def test_what_no_channel_took_is_told_later_as_the_same_notice(store: Store) -> None:
    away, told = Told(away=True), Told()
    up(store)
    assert send_due(store.engine, OURS, [away], NOW) == Sent(0, 1)
    assert send_due(store.engine, OURS, [told], NOW + timedelta(seconds=1)) == Sent(1, 0)
    again = Told()
    assert send_due(store.engine, OURS, [again], NOW + timedelta(seconds=2)) == Sent(0, 0)


def test_a_notice_that_is_tried_again_keeps_its_id(sqlite_store: Store) -> None:
    ids: list[str] = []

    @dataclass
    class Broken(Told):
        def send(self, notice: Notice) -> None:
            ids.append(notice.id)
            raise Transient("The channel is away.")

    up(sqlite_store)
    for seconds in (0, 60):
        send_due(sqlite_store.engine, OURS, [Broken()], NOW + timedelta(seconds=seconds))
    assert len(ids) == 2
    assert ids[0] == ids[1]


def test_one_channel_is_enough_and_the_others_do_not_flood(store: Store) -> None:
    away, told = Told(away=True), Told()
    up(store)
    assert send_due(store.engine, OURS, [away, told], NOW) == Sent(1, 0)
    assert send_due(store.engine, OURS, [away, told], NOW + timedelta(minutes=1)) == Sent(0, 0)
    assert len(told.notices) == 1


def test_a_process_that_died_while_it_told_leaves_the_alert_to_the_next(sqlite_store: Store) -> None:
    class Died(BaseException):
        pass

    @dataclass
    class Killed(Told):
        def send(self, notice: Notice) -> None:
            self.notices.append(notice)
            raise Died

    told = Told()
    up(sqlite_store)
    with pytest.raises(Died):
        send_due(sqlite_store.engine, OURS, [Killed()], NOW)
    assert send_due(sqlite_store.engine, OURS, [told], NOW + SENDING / 2) == Sent(0, 0)
    assert send_due(sqlite_store.engine, OURS, [told], NOW + SENDING) == Sent(1, 0)


def test_without_a_channel_nothing_is_lost(sqlite_store: Store) -> None:
    told = Told()
    up(sqlite_store)
    assert send_due(sqlite_store.engine, OURS, [], NOW) == Sent(0, 0)
    assert send_due(sqlite_store.engine, OURS, [told], NOW) == Sent(1, 0)


def test_a_notice_says_what_is_wrong_since_when_and_what_to_do(sqlite_store: Store) -> None:
    told = Told()
    up(sqlite_store)
    up(sqlite_store, at=NOW + timedelta(minutes=5))
    send_due(sqlite_store.engine, OURS, [told], NOW + timedelta(minutes=6))
    assert text(told.notices[0]) == (
        "Gateway of urn:ics:org:ods:Y63, 2026-11-25 09:06 UTC\n\n"
        "partner-paused: urn:ics:org:ods:X26\n"
        "Sending to a partner paused, because it failed again and again.\n"
        "Raised 2 times since 2026-11-25 09:00 UTC, last 2026-11-25 09:05 UTC.\n"
        "What to do: Ask the partner whether its gateway runs. Sending begins again by itself when it answers.\n"
        "See docs/alerts.md#partner-paused\n"
    )
