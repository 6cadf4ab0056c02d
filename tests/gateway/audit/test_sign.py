"""Signing where the log in the database stands, and refusing to where it was changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from audit_ledger import HOME, NOON, WITNESS, attacking, noted, verdict
from gateway.audit.checkpoint import Trust, open_checkpoint, read_head
from gateway.audit.database import DatabaseStore, sequence
from gateway.audit.entry import read_entry
from gateway.audit.events import Action
from gateway.audit.keys import public_keys, signing_key
from gateway.audit.log import AuditLog
from gateway.audit.merkle import leaf_hash, root_of
from gateway.audit.note import Kind, Note, SigningKey
from gateway.audit.sign import checkpoint, head, keep_cosigned
from gateway.audit.store import LogChanged
from gateway.audit.witness import cosign
from gateway.itp.identifiers import Digest
from gateway.itp.keys import PrivateKey, Use
from gateway.store.engine import writing
from gateway.store.store import Store
from schemas.errors import Held, Misconfigured, Rejected

KEY = PrivateKey.generate("Ed25519")
TRUST = Trust(HOME, (signing_key(KEY, HOME).public,), (WITNESS.public,))


def signed(store: Store, minutes: int = 0, key: PrivateKey = KEY) -> Note:
    return checkpoint(store.engine, HOME, key, lambda: NOON + timedelta(minutes=minutes))


@contextmanager
def entries_read(store: Store) -> Iterator[list[int]]:
    """Count the entries that the statements within fetch to hash them."""
    found: list[int] = []

    def count(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if "audit_entries.entry" in statement:
            found.append(len(statement))

    event.listen(store.engine, "before_cursor_execute", count)
    yield found
    event.remove(store.engine, "before_cursor_execute", count)


def test_the_head_is_that_of_the_entries(store: Store) -> None:
    empty = head(store.engine, HOME)
    assert (empty.size, empty.root) == (0, Digest.of(b""))
    noted(store.engine, *range(5))
    assert head(store.engine, HOME) == empty
    sequence(store.engine, HOME)
    now = head(store.engine, HOME)
    leaves = [leaf_hash(link.entry) for link in DatabaseStore(store.engine, HOME).links()]
    assert (now.size, now.root) == (5, Digest.encoded(root_of(leaves)))


def test_a_checkpoint_covers_what_was_pending_and_is_an_event_itself(store: Store) -> None:
    noted(store.engine, 1, 2)
    first = open_checkpoint(signed(store), TRUST)
    assert first.size == 2
    second = open_checkpoint(signed(store, 15), TRUST)
    assert second.size == 3
    log = DatabaseStore(store.engine, HOME)
    entry = read_entry(list(log.links())[2].entry)
    assert (entry.action, entry.objects, entry.count) == (Action.CHECKPOINT, (f"checkpoint:{first.root.hex()}",), 2)
    assert entry.at == NOON
    assert [read_head(note.text) for note in log.checkpoints()] == [first, second]
    assert verdict(store.engine, KEY).is_sound


def test_many_checkpoints_of_a_growing_log_verify(sqlite_store: Store) -> None:
    for turn in range(12):
        noted(sqlite_store.engine, *range(turn))
        signed(sqlite_store, 15 * turn)
    result = verdict(sqlite_store.engine, KEY)
    assert (result.is_sound, result.entries) == (True, 66 + 11)


def test_a_key_that_was_replaced_goes_on_where_the_first_left_it(store: Store) -> None:
    new = PrivateKey.generate("Ed25519")
    signed(store)
    signed(store, 15, new)
    published = tuple(
        key.published(Use.RECEIPT_LOG, NOON, NOON + timedelta(days=1))
        for key in (KEY, new, PrivateKey.generate("P-256"))
    )
    keys = public_keys(published, HOME)
    assert keys == (signing_key(KEY, HOME).public, signing_key(new, HOME).public)
    assert [open_checkpoint(note, Trust(HOME, keys)).size for note in DatabaseStore(store.engine, HOME).checkpoints()]


def test_a_key_on_another_curve_is_refused_with_the_way_out(sqlite_store: Store) -> None:
    with pytest.raises(Misconfigured, match="signed with a key on Ed25519") as caught:
        signed(sqlite_store, key=PrivateKey.generate("P-256"))
    assert caught.value.hint == "Make one: ics-gateway keys new receipt-log --curve Ed25519"


def test_only_what_is_new_is_read_to_sign(sqlite_store: Store) -> None:
    noted(sqlite_store.engine, *range(2500))
    signed(sqlite_store)
    noted(sqlite_store.engine, 1)
    with entries_read(sqlite_store) as read:
        signed(sqlite_store, 15)
    assert len(read) == 2
    # Without what was kept of the tree, the log is read from its start, and the outcome is the same.
    with attacking(sqlite_store.engine) as connection:
        connection.execute(text("DELETE FROM audit_state WHERE origin LIKE '% signed'"))
    with entries_read(sqlite_store) as read:
        signed(sqlite_store, 30)
    assert len(read) == 5
    assert verdict(sqlite_store.engine, KEY).is_sound


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_state SET peaks = chain WHERE origin LIKE '% signed'",
        "UPDATE audit_state SET size = 1, peaks = chain WHERE origin LIKE '% signed'",
        "UPDATE audit_state SET size = 1 WHERE origin LIKE '% signed'",
    ],
)
def test_a_kept_tree_that_was_changed_is_not_believed(store: Store, statement: str) -> None:
    noted(store.engine, 1, 2)
    signed(store)
    with attacking(store.engine) as connection:
        connection.execute(text(statement))
    signed(store, 15)
    assert verdict(store.engine, KEY).is_sound


def test_a_log_that_was_cut_is_not_signed(store: Store) -> None:
    noted(store.engine, 1, 2)
    sequence(store.engine, HOME)
    with attacking(store.engine) as connection:
        connection.execute(text("CREATE TABLE backup AS SELECT * FROM audit_state"))
    noted(store.engine, 3)
    signed(store)
    with attacking(store.engine) as connection:
        connection.execute(text("DELETE FROM audit_entries WHERE sequence = 2"))
        connection.execute(text("DELETE FROM audit_pending"))
        connection.execute(text("DELETE FROM audit_state"))
        connection.execute(text("INSERT INTO audit_state SELECT * FROM backup"))
    with pytest.raises(Held, match="The log has 2 entries, and a head over 3 was already signed"):
        signed(store, 15)
    noted(store.engine, 7, 8)
    with pytest.raises(Held, match="no longer begins with the 3 entries whose head was already signed"):
        signed(store, 30)
    assert len(list(DatabaseStore(store.engine, HOME).checkpoints())) == 1


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE audit_entries SET entry = chain WHERE sequence = 3", "The entries 3 to 5 of the audit log are not"),
        ("DELETE FROM audit_entries WHERE sequence = 4", "The entries 3 to 5 of the audit log are not"),
    ],
)
def test_entries_that_were_changed_before_they_were_signed_are_not_signed(
    store: Store, statement: str, message: str
) -> None:
    noted(store.engine, 1, 2, 3)
    signed(store)
    noted(store.engine, 4, 5)
    sequence(store.engine, HOME)
    with attacking(store.engine) as connection:
        connection.execute(text(statement))
    with pytest.raises(LogChanged, match=message):
        signed(store, 15)
    assert len(list(DatabaseStore(store.engine, HOME).checkpoints())) == 1


def test_a_partner_cosigns_and_the_cosignature_is_kept_once(store: Store) -> None:
    noted(store.engine, 1, 2)
    first = signed(store)
    log = AuditLog(DatabaseStore(store.engine, HOME), lambda: NOON)
    with writing(store.engine) as partner:
        both = cosign(partner, WITNESS, TRUST, first, (), NOON)
    assert keep_cosigned(store.engine, TRUST, both)
    assert not keep_cosigned(store.engine, TRUST, both)
    second = signed(store, 15)
    with writing(store.engine) as partner:
        assert cosign(partner, WITNESS, TRUST, second, log.consistency(2, 3), NOON).signatures[1].name == WITNESS.name
    assert list(DatabaseStore(store.engine, HOME).checkpoints()) == [first, both, second]


def test_a_cosignature_on_what_we_never_signed_is_not_kept(store: Store) -> None:
    signed(store)
    other = SigningKey(HOME, Kind.NOTE, signing_key(KEY, HOME).secret)
    text_of_another = f"{HOME}\n7\n" + signed(store, 15).text.split("\n")[2] + "\n"
    false = Note(text_of_another, (other.sign(text_of_another, NOON), WITNESS.sign(text_of_another, NOON)))
    with pytest.raises(Rejected, match="We keep no checkpoint over 7 entries"):
        keep_cosigned(store.engine, TRUST, false)
    with pytest.raises(Rejected, match="not that of the key it names"):
        keep_cosigned(store.engine, TRUST, Note(text_of_another, signed(store, 30).signatures))
