"""The log in the database: its order, its one writer, and what it does when it cannot be written."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.event import listen
from sqlalchemy.exc import IntegrityError

from audit_ledger import HOME, NOON, attacking, event, noted, numbers
from gateway.audit.database import DatabaseStore, sequence, state_of
from gateway.audit.entry import read_entry
from gateway.audit.log import AuditLog
from gateway.audit.merkle import leaf_hash, root_of
from gateway.audit.pending import note
from gateway.audit.store import EvidenceNotStored, LogChanged, State, beginning
from gateway.itp.identifiers import Organisation
from gateway.store.engine import connect, reading, writing
from gateway.store.models import PendingEvent
from gateway.store.store import Store
from schemas.errors import Misconfigured

ROOT = Path(__file__).parents[3]
PROGRAM = str(Path(__file__).with_name("killed.py"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}


def log(store: Store) -> DatabaseStore:
    return DatabaseStore(store.engine, HOME)


def pending(store: Store) -> int:
    with reading(store.engine) as connection:
        return connection.execute(select(func.count()).select_from(PendingEvent)).scalar_one()


def test_events_get_their_place_in_the_order_in_which_they_were_noted(store: Store) -> None:
    noted(store.engine, 1, 2)
    noted(store.engine, 3, at=NOON + timedelta(microseconds=7))
    assert sequence(store.engine, HOME) == 3
    noted(store.engine, 4, at=NOON - timedelta(hours=1))
    assert sequence(store.engine, HOME) == 1
    entries = [read_entry(link.entry) for link in log(store).links()]
    assert [entry.sequence for entry in entries] == [0, 1, 2, 3]
    # Each has the time of its event, whenever it got its place.
    assert [entry.at - NOON for entry in entries] == [
        timedelta(),
        timedelta(),
        timedelta(microseconds=7),
        timedelta(hours=-1),
    ]
    assert numbers(log(store)) == [1, 2, 3, 4]
    assert pending(store) == 0
    assert sequence(store.engine, HOME) == 0


@pytest.mark.parametrize("batch", [1, 2, 5, 6, 7])
def test_batches_change_nothing_of_the_log(sqlite_store: Store, batch: int) -> None:
    noted(sqlite_store.engine, *range(6))
    assert sequence(sqlite_store.engine, HOME, batch) == 6
    state = log(sqlite_store).state()
    leaves = [leaf_hash(link.entry) for link in log(sqlite_store).links()]
    assert (state.size, state.tree().root()) == (6, root_of(leaves))
    assert [link.entry for link in log(sqlite_store).links(4)] == [link.entry for link in log(sqlite_store).links()][4:]


def test_where_the_log_stands_is_read_at_one_moment(store: Store) -> None:
    """Between two statements another may add an entry, which would look as if somebody had changed the log."""
    noted(store.engine, 1, 2)
    sequence(store.engine, HOME)
    asked = list[str]()
    with reading(store.engine) as connection:
        listen(connection, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
        assert state_of(connection, HOME).size == 2
    assert len(asked) == 1


def test_an_event_is_kept_or_lost_with_what_it_is_about(store: Store) -> None:
    with store.engine.connect() as connection:
        note(connection, NOON, event(1))
        connection.rollback()
    assert sequence(store.engine, HOME) == 0
    with writing(store.engine) as connection:
        note(connection, NOON)
        note(connection, NOON, event(2))
    assert sequence(store.engine, HOME) == 1
    assert numbers(log(store)) == [2]


def test_a_log_of_an_organisation_by_its_type_is_the_same_log(store: Store) -> None:
    noted(store.engine, 1)
    assert sequence(store.engine, Organisation(HOME)) == 1
    assert DatabaseStore(store.engine, HOME).state().size == 1


def test_a_transaction_that_ends_late_loses_nothing(postgresql_store: Store) -> None:
    engine = postgresql_store.engine
    with writing(engine) as slow:
        note(slow, NOON, event(1))
        noted(engine, 2)
        assert sequence(engine, HOME) == 1
        noted(engine, 3)
    assert sequence(engine, HOME) == 2
    # Event 1 has the lowest number, and its transaction ended after that of event 2 and event 3.
    assert numbers(log(postgresql_store)) == [2, 1, 3]
    assert pending(postgresql_store) == 0


def test_an_audit_log_over_the_database_goes_on_where_the_sequencer_left_it(store: Store) -> None:
    noted(store.engine, 1)
    sequence(store.engine, HOME)
    AuditLog(log(store), lambda: NOON).record(event(2), event(3))
    noted(store.engine, 4)
    sequence(store.engine, HOME)
    assert numbers(log(store)) == [1, 2, 3, 4]


def test_a_writer_that_another_overtook_adds_nothing(store: Store) -> None:
    class Overtaken(DatabaseStore):
        def state(self) -> State:
            before = super().state()
            noted(store.engine, 1)
            sequence(store.engine, HOME)
            return before

    with pytest.raises(EvidenceNotStored, match="Another process wrote to the audit log"):
        AuditLog(Overtaken(store.engine, HOME), lambda: NOON).record(event(2))
    assert numbers(log(store)) == [1]


def test_a_sequencer_that_is_killed_anywhere_loses_and_repeats_nothing(store: Store, url: str) -> None:
    noted(store.engine, *range(40))
    done = subprocess.run(
        [sys.executable, PROGRAM, "kill", url],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    lines = [line.partition(": ") for line in done.stdout.splitlines()]
    assert {code for _, _, code in lines} == {str(int(signal.SIGKILL))}
    points = [point for point, _, _ in lines]
    assert len(points) == len(set(points)) == 18
    assert points[-1] == "commit 4"
    # The kills left some moved and some not; what is not in the log still waits.
    assert 0 < log(store).state().size < 40
    assert log(store).state().size + pending(store) == 40
    sequence(store.engine, HOME)
    assert numbers(log(store)) == [*range(40)]
    assert pending(store) == 0


def test_two_sequencers_at_once_give_each_event_one_place(store: Store, url: str) -> None:
    count = 200
    noted(store.engine, *range(count))
    pipe = subprocess.PIPE
    programs = [
        subprocess.Popen([sys.executable, PROGRAM, "race", url], env=ENVIRONMENT, stdin=pipe, stdout=pipe, text=True)
        for _ in range(2)
    ]
    assert [program.stdout.readline() for program in programs if program.stdout] == ["ready\n"] * 2
    for program in programs:
        assert program.stdin
        program.stdin.write("go\n")
        program.stdin.flush()
    moved = [int(program.communicate(timeout=120)[0]) for program in programs]
    assert [program.returncode for program in programs] == [0, 0]
    assert sum(moved) == count
    assert numbers(log(store)) == [*range(count)]
    assert log(store).state().size == count


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET entry = chain", "DELETE FROM audit_entries"])
def test_the_application_cannot_change_an_entry(store: Store, statement: str) -> None:
    noted(store.engine, 1)
    sequence(store.engine, HOME)
    with pytest.raises(IntegrityError, match="the audit log is append-only"), writing(store.engine) as connection:
        connection.execute(text(statement))
    assert numbers(log(store)) == [1]


@pytest.mark.parametrize("table", ["audit_entries", "audit_state", "audit_pending"])
def test_what_cannot_be_written_is_told_and_stays_pending(sqlite_store: Store, table: str) -> None:
    noted(sqlite_store.engine, 1)
    with writing(sqlite_store.engine) as connection:
        connection.execute(
            text(
                f"CREATE TRIGGER full BEFORE {'DELETE' if table == 'audit_pending' else 'INSERT'} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
        )
    with pytest.raises(EvidenceNotStored, match=r"^The audit log cannot be written or read\.$"):
        sequence(sqlite_store.engine, HOME)
    assert (log(sqlite_store).state(), pending(sqlite_store)) == (beginning(HOME), 1)
    with writing(sqlite_store.engine) as connection:
        connection.execute(text("DROP TRIGGER full"))
    assert sequence(sqlite_store.engine, HOME) == 1


def test_a_step_whose_event_cannot_be_noted_does_not_happen(store: Store) -> None:
    with attacking(store.engine) as connection:
        connection.execute(text("ALTER TABLE audit_pending RENAME TO elsewhere"))

    def step() -> None:
        with writing(store.engine) as connection:
            connection.execute(text("INSERT INTO modes VALUES ('maintenance', '2026-11-25 12:00:00+00', 'operator')"))
            note(connection, NOON, event(1))

    with pytest.raises(EvidenceNotStored, match="cannot be written"):
        step()
    with reading(store.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM modes")).scalar_one() == 0


def test_a_database_that_is_away_stores_no_evidence(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'missing' / 'store.sqlite'}")
    with pytest.raises(EvidenceNotStored):
        sequence(engine, HOME)


def test_a_pending_event_that_was_changed_is_named_and_not_taken(store: Store) -> None:
    noted(store.engine, 1, 2)
    with writing(store.engine) as connection:
        row = connection.execute(select(PendingEvent.id).order_by(PendingEvent.id.desc()).limit(1)).scalar_one()
        connection.execute(
            text("UPDATE audit_pending SET event = :event WHERE id = :row"), {"event": b'{"note":"Smith"}', "row": row}
        )
    with pytest.raises(LogChanged, match=re.escape(f"Row {row} of audit_pending was changed: it is no event.")):
        sequence(store.engine, HOME)
    assert (log(store).state().size, pending(store)) == (0, 2)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_entries WHERE sequence = 2",
        "DELETE FROM audit_entries",
        "UPDATE audit_entries SET chain = entry WHERE sequence = 2",
        "UPDATE audit_state SET size = 2",
        "UPDATE audit_state SET peaks = chain",
        "DELETE FROM audit_state",
    ],
)
def test_a_log_whose_end_was_changed_takes_nothing_more(store: Store, statement: str) -> None:
    noted(store.engine, 1, 2, 3)
    sequence(store.engine, HOME)
    with attacking(store.engine) as connection:
        connection.execute(text(statement))
    noted(store.engine, 4)
    with pytest.raises(LogChanged, match="and the database says otherwise"):
        sequence(store.engine, HOME)
    assert pending(store) == 1


def test_a_database_keeps_the_log_of_one_organisation(store: Store) -> None:
    noted(store.engine, 1)
    sequence(store.engine, HOME)
    noted(store.engine, 2)
    other = "urn:ics:org:ods:210"
    with pytest.raises(Misconfigured, match="keeps the audit log of another organisation"):
        sequence(store.engine, other)
    with pytest.raises(Misconfigured, match="keeps the audit log of another organisation"):
        DatabaseStore(store.engine, other).state()
    assert pending(store) == 1
