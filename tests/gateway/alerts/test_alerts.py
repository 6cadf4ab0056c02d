from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from gateway.alerts.alerts import OF_CODE, AlertCode, close_alert, raise_alert
from gateway.itp.codes import TABLE
from gateway.store.engine import reading, writing
from gateway.store.models import Alert
from gateway.store.store import Store
from store_builder import NOW, RECIPIENT, SENDER, later


def rows(store: Store) -> list[tuple[str, str, int, bool]]:
    with reading(store.engine) as connection:
        found = connection.execute(select(Alert.code, Alert.subject, Alert.count, Alert.closed).order_by(Alert.id))
        return [(code, subject, count, closed is not None) for code, subject, count, closed in found]


def test_an_alert_is_open_once_and_counts_how_often_it_was_raised(store: Store) -> None:
    with writing(store.engine) as connection:
        assert raise_alert(connection, AlertCode.PARTNER_PAUSED, SENDER, NOW)
        assert not raise_alert(connection, AlertCode.PARTNER_PAUSED, SENDER, later(60))
        assert raise_alert(connection, AlertCode.PARTNER_PAUSED, RECIPIENT, NOW)
        assert raise_alert(connection, AlertCode.PARTNER_HELD, SENDER, NOW)
    assert rows(store) == [
        ("partner-paused", SENDER, 2, False),
        ("partner-paused", RECIPIENT, 1, False),
        ("partner-held", SENDER, 1, False),
    ]
    with reading(store.engine) as connection:
        first = connection.execute(select(Alert).order_by(Alert.id).limit(1)).one()
    assert (first.raised, first.last, first.sent) == (NOW, later(60), None)


def test_a_closed_alert_stays_as_it_was_and_the_next_is_a_new_one(store: Store) -> None:
    with writing(store.engine) as connection:
        raise_alert(connection, AlertCode.DISK_LOW, "inbox", NOW)
        assert close_alert(connection, AlertCode.DISK_LOW, "inbox", later(1))
        assert not close_alert(connection, AlertCode.DISK_LOW, "inbox", later(2))
        assert raise_alert(connection, AlertCode.DISK_LOW, "inbox", later(3))
    assert rows(store) == [("disk-low", "inbox", 1, True), ("disk-low", "inbox", 1, False)]


def test_an_alert_is_gone_with_the_transaction_it_was_raised_in(store: Store) -> None:
    with writing(store.engine) as connection:
        raise_alert(connection, AlertCode.DEAD_LETTER, SENDER, NOW)
        connection.rollback()
    assert rows(store) == []


def test_of_many_that_raise_it_at_once_one_opens_it(store: Store) -> None:
    opened: list[bool] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        for _ in range(5):
            with writing(store.engine) as connection:
                opened.append(raise_alert(connection, AlertCode.CLOCK_SKEW, SENDER, NOW))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(opened), sum(opened)) == (20, 1)
    assert rows(store) == [("clock-skew", SENDER, 20, False)]


@pytest.mark.parametrize("subject", ["", "Zebedee Quillfeather", "a" * 129, "one\ntwo", "..//"])
def test_a_subject_is_a_name_and_never_a_text(sqlite_store: Store, subject: str) -> None:
    with writing(sqlite_store.engine) as connection, pytest.raises(ValueError, match="a name without spaces"):
        raise_alert(connection, AlertCode.DEAD_LETTER, subject, NOW)


def test_every_code_of_the_protocol_that_asks_for_an_alert_has_one() -> None:
    assert set(OF_CODE) == {code for code, entry in TABLE.items() if entry.alert}


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    assert all(code.meaning.endswith(".") and code.action.endswith(".") for code in AlertCode)
