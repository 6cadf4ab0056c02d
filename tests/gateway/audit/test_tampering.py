"""What somebody with the rights of the owner of the tables can do to the log, and how it shows."""

from __future__ import annotations

import shutil
from base64 import urlsafe_b64decode
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from audit_ledger import HOME, NOON, attacking, noted, verdict
from gateway.audit.chain import link
from gateway.audit.checkpoint import Head
from gateway.audit.database import DatabaseStore, sequence
from gateway.audit.merkle import Frontier, leaf_hash
from gateway.audit.sign import checkpoint, head
from gateway.audit.store import beginning
from gateway.audit.verify import Reason, Sighting, Verdict
from gateway.audit.witness import PartnerLogChanged, seen
from gateway.itp.keys import PrivateKey
from gateway.store.engine import connect, writing
from gateway.store.store import Store

KEY = PrivateKey.generate("Ed25519")
PARTNER = "receipt of urn:ics:org:ods:210"


def filled(store: Store) -> None:
    """Six entries, signed, then their checkpoint and five more, signed: rows 2-7, 8, 9-14, 15."""
    noted(store.engine, *range(6))
    checkpoint(store.engine, HOME, KEY, lambda: NOON)
    noted(store.engine, *range(6, 11))
    checkpoint(store.engine, HOME, KEY, lambda: NOON + timedelta(minutes=15))


def fault(result: Verdict) -> tuple[int, Reason]:
    assert result.fault is not None
    return result.fault.line, result.fault.reason


def held_by_a_partner(store: Store) -> Sighting:
    state = DatabaseStore(store.engine, HOME).state()
    return Sighting(Head(HOME, state.size, state.tree().root()), PARTNER)


def replaced(connection: Connection, sequence: int, column: str, octets: bytes) -> None:
    statement = text(f"UPDATE audit_entries SET {column} = :octets WHERE sequence = :sequence")
    connection.execute(statement, {"octets": octets, "sequence": sequence})


def test_a_log_that_nobody_touched_is_sound(store: Store) -> None:
    filled(store)
    result = verdict(store.engine, KEY, held_by_a_partner(store))
    assert (result.is_sound, result.entries) == (True, 12)


def test_a_changed_byte_anywhere_in_a_row_names_the_row(store: Store) -> None:
    filled(store)
    links = list(DatabaseStore(store.engine, HOME).links())
    # Row 10 of the export is the eighth entry: its number is 7, after the first checkpoint in row 8.
    for column, octets in (("entry", links[7].entry), ("chain", links[7].chain)):
        for at in range(0, len(octets), 5):
            changed = bytearray(octets)
            changed[at] ^= 1 + at % 255
            with attacking(store.engine) as connection:
                replaced(connection, 7, column, bytes(changed))
            assert fault(verdict(store.engine, KEY))[0] == 10, f"{column} byte {at}"
        with attacking(store.engine) as connection:
            replaced(connection, 7, column, octets)
    assert verdict(store.engine, KEY).is_sound


@pytest.mark.parametrize("row", range(12))
def test_each_row_is_named(sqlite_store: Store, row: int) -> None:
    filled(sqlite_store)
    links = list(DatabaseStore(sqlite_store.engine, HOME).links())
    with attacking(sqlite_store.engine) as connection:
        replaced(connection, row, "entry", links[row].entry.replace(b'"outcome":"done"', b'"outcome":"held"'))
    assert fault(verdict(sqlite_store.engine, KEY)) == (row + 2 + (row > 5), Reason.BROKEN_CHAIN)


def test_a_row_that_was_deleted_is_named(store: Store) -> None:
    filled(store)
    with attacking(store.engine) as connection:
        connection.execute(text("DELETE FROM audit_entries WHERE sequence = 3"))
    assert fault(verdict(store.engine, KEY)) == (5, Reason.WRONG_SEQUENCE)


def test_a_chain_that_was_computed_anew_disagrees_with_the_checkpoint(store: Store) -> None:
    filled(store)
    links = list(DatabaseStore(store.engine, HOME).links())
    chain = beginning(HOME).chain
    with attacking(store.engine) as connection:
        for number, item in enumerate(links):
            entry = item.entry.replace(b'"done"', b'"held"') if number == 2 else item.entry
            chain = link(chain, entry)
            replaced(connection, number, "entry", entry)
            replaced(connection, number, "chain", chain)
    assert fault(verdict(store.engine, KEY)) == (2, Reason.WRONG_ROOT)


def test_a_deleted_tail_is_exposed_by_the_checkpoint_over_it(store: Store) -> None:
    filled(store)
    with attacking(store.engine) as connection:
        connection.execute(text("DELETE FROM audit_entries WHERE sequence >= 9"))
    assert fault(verdict(store.engine, KEY)) == (12, Reason.MISSING_ENTRIES)


def test_a_tail_that_was_deleted_with_its_checkpoint_is_exposed_by_the_partners_head(store: Store) -> None:
    filled(store)
    partner = held_by_a_partner(store)
    cut_to(store, 6)
    assert verdict(store.engine, KEY).is_sound
    result = verdict(store.engine, KEY, partner)
    assert fault(result) == (9, Reason.MISSING_ENTRIES)
    assert result.fault is not None
    assert result.fault.text.startswith(f"The export ends after 6 entries; {PARTNER} holds a head over 12")


def test_a_tail_that_was_deleted_and_written_anew_is_exposed_as_a_fork(store: Store) -> None:
    filled(store)
    partner = held_by_a_partner(store)
    cut_to(store, 6)
    noted(store.engine, *range(60, 66))
    checkpoint(store.engine, HOME, KEY, lambda: NOON)
    assert verdict(store.engine, KEY).is_sound
    assert fault(verdict(store.engine, KEY, partner)) == (9, Reason.FORK)


def test_the_partner_itself_notices_both(store: Store) -> None:
    filled(store)
    with writing(store.engine) as theirs:
        seen(theirs, HOME, head(store.engine, HOME), NOON)
    cut_to(store, 6)
    with writing(store.engine) as theirs, pytest.raises(PartnerLogChanged, match="has 6 entries, and had 12 before"):
        seen(theirs, HOME, head(store.engine, HOME), NOON + timedelta(hours=1))
    noted(store.engine, *range(60, 66))
    sequence(store.engine, HOME)
    with writing(store.engine) as theirs, pytest.raises(PartnerLogChanged, match="two logs of this partner"):
        seen(theirs, HOME, head(store.engine, HOME), NOON + timedelta(hours=2))


def test_an_older_backup_of_the_whole_database_is_exposed_by_the_partner(sqlite_url: str, tmp_path: Path) -> None:
    store = connect(sqlite_url)
    noted(store, 1, 2)
    checkpoint(store, HOME, KEY, lambda: NOON)
    sequence(store, HOME)
    store.dispose()
    backup = tmp_path / "backup.sqlite"
    shutil.copy(tmp_path / "store.sqlite", backup)
    store = connect(sqlite_url)
    noted(store, 3, 4)
    checkpoint(store, HOME, KEY, lambda: NOON)
    newest = head(store, HOME)
    store.dispose()
    restored = connect(f"sqlite:///{backup}")
    # Nothing within the backup is wrong: it signs, goes on and verifies.
    noted(restored, 9)
    checkpoint(restored, HOME, KEY, lambda: NOON)
    assert verdict(restored, KEY).is_sound
    with writing(restored) as theirs:
        seen(theirs, HOME, newest, NOON)
    with writing(restored) as theirs, pytest.raises(PartnerLogChanged, match="has 4 entries, and had 5 before"):
        seen(theirs, HOME, head(restored, HOME), NOON + timedelta(hours=1))
    sighting = Sighting(Head(HOME, newest.size, urlsafe_b64decode(newest.root + "=")), PARTNER)
    assert fault(verdict(restored, KEY, sighting)) == (8, Reason.MISSING_ENTRIES)
    restored.dispose()


def cut_to(store: Store, size: int) -> None:
    """Cut the log as thoroughly as somebody can who may write every table and has no key."""
    links = list(DatabaseStore(store.engine, HOME).links())[:size]
    tree = Frontier()
    for item in links:
        tree.append(leaf_hash(item.entry))
    with attacking(store.engine) as connection:
        connection.execute(text("DELETE FROM audit_entries WHERE sequence >= :size"), {"size": size})
        connection.execute(text("DELETE FROM audit_checkpoints WHERE size > :size"), {"size": size})
        connection.execute(text("DELETE FROM audit_pending"))
        connection.execute(
            text("UPDATE audit_state SET size = :size, chain = :chain, peaks = :peaks"),
            {
                "size": size,
                "chain": links[-1].chain,
                "peaks": b"".join(tree.peaks),
            },
        )
