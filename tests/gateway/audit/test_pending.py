"""Sending stops when evidence is not kept up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from audit_ledger import HOME, NOON, noted
from gateway.audit.database import sequence
from gateway.audit.pending import LONGEST_UNSIGNED, LONGEST_WAIT, backlog, check_evidence
from gateway.audit.sign import checkpoint
from gateway.audit.store import EvidenceNotStored
from gateway.itp.keys import PrivateKey
from gateway.store.engine import writing
from gateway.store.store import Store

KEY = PrivateKey.generate("Ed25519")
MOMENT = timedelta(microseconds=1)


def after(**time: float) -> datetime:
    return NOON + timedelta(**time)


def test_the_backlog_is_counted_with_the_age_of_its_oldest(store: Store) -> None:
    assert backlog(store.engine, lambda: NOON) == (0, timedelta())
    noted(store.engine, 1, at=after(minutes=2))
    noted(store.engine, 2, 3)
    assert backlog(store.engine, lambda: after(minutes=5)) == (3, timedelta(minutes=5))
    sequence(store.engine, HOME)
    assert backlog(store.engine, lambda: after(minutes=5)) == (0, timedelta())


def test_events_that_wait_too_long_stop_sending_until_they_have_their_place(store: Store) -> None:
    check_evidence(store.engine, NOON)
    noted(store.engine, 1)
    check_evidence(store.engine, NOON + LONGEST_WAIT)
    with pytest.raises(EvidenceNotStored, match=r"Events have waited 15 minutes for the audit log\. Nothing is sent"):
        check_evidence(store.engine, NOON + LONGEST_WAIT + MOMENT)
    sequence(store.engine, HOME)
    check_evidence(store.engine, NOON + LONGEST_WAIT + MOMENT)


def test_entries_that_nothing_signs_stop_sending_until_a_checkpoint_does(store: Store) -> None:
    noted(store.engine, 1)
    sequence(store.engine, HOME)
    check_evidence(store.engine, NOON + LONGEST_UNSIGNED)
    with pytest.raises(EvidenceNotStored, match="The audit log has had no checkpoint for 60 minutes"):
        check_evidence(store.engine, NOON + LONGEST_UNSIGNED + MOMENT)
    checkpoint(store.engine, HOME, KEY, lambda: after(minutes=61))
    check_evidence(store.engine, after(minutes=61) + LONGEST_WAIT)


def test_checkpoints_that_stop_coming_stop_sending_in_an_idle_gateway_too(store: Store) -> None:
    checkpoint(store.engine, HOME, KEY, lambda: NOON)
    sequence(store.engine, HOME)
    check_evidence(store.engine, NOON + LONGEST_UNSIGNED)
    with pytest.raises(EvidenceNotStored, match="no checkpoint for 60 minutes"):
        check_evidence(store.engine, NOON + LONGEST_UNSIGNED + MOMENT)
    for minutes in range(70, 400, 15):
        checkpoint(store.engine, HOME, KEY, lambda: after(minutes=minutes))  # noqa: B023  # called before the next turn
        check_evidence(store.engine, after(minutes=minutes))


def test_a_log_that_cannot_be_read_stops_sending(store: Store) -> None:
    with writing(store.engine) as connection:
        connection.execute(text("ALTER TABLE audit_pending RENAME TO elsewhere"))
    with pytest.raises(EvidenceNotStored, match="cannot be written or read"):
        check_evidence(store.engine, NOON)
    with pytest.raises(EvidenceNotStored, match="cannot be written or read"):
        backlog(store.engine, lambda: NOON)
