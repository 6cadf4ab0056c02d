"""Recording, signing and proving, over both stores."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit_ledger import KEY, NOON, ORIGIN, TRUST, Ledger, event
from gateway.audit.checkpoint import HeadGuard, Signer, empty, open_checkpoint
from gateway.audit.entry import read_entry
from gateway.audit.file_store import FileStore
from gateway.audit.log import guard_of
from gateway.audit.merkle import leaf_hash
from gateway.audit.proofs import includes, is_consistent
from gateway.audit.store import EvidenceNotStored, MemoryStore, Store
from schemas.errors import Held, Misconfigured, Rejected


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore(ORIGIN)
    else:
        with FileStore(tmp_path, ORIGIN) as opened:
            yield opened


def test_entries_are_numbered_timed_and_stored_in_order(store: Store) -> None:
    ledger = Ledger(store)
    recorded = ledger.log.record(event(1), event(2)) + ledger.log.record(event(3))
    assert [entry.sequence for entry in recorded] == [0, 1, 2]
    assert [(entry.at - NOON).seconds for entry in recorded] == [0, 0, 1]
    assert tuple(read_entry(link.entry) for link in store.links()) == recorded
    assert tuple(read_entry(link.entry) for link in store.links(2)) == recorded[2:]


def test_proofs_of_the_log_verify(store: Store) -> None:
    ledger = Ledger(store)
    ledger.fill(5)
    old = ledger.log.head()
    ledger.fill(6)
    new = ledger.log.head()
    assert (old.size, new.size) == (5, 11)
    assert is_consistent(5, 11, old.root, new.root, ledger.log.consistency(5, 11))
    entry = next(store.links(7)).entry
    assert includes(7, 11, leaf_hash(entry), ledger.log.inclusion(7, 11), new.root)


def test_checkpoints_come_back_by_size_with_their_cosignatures(store: Store) -> None:
    ledger = Ledger(store)
    ledger.fill(3)
    first = ledger.sign()
    ledger.fill(2)
    second = ledger.sign()
    late = ledger.cosigner.cosign(first, (), NOON)
    store.keep(late)
    assert list(store.checkpoints()) == [first, late, second]
    assert [open_checkpoint(note, TRUST).size for note in store.checkpoints()] == [3, 3, 5]


def test_the_guard_takes_up_where_the_store_left_it(store: Store) -> None:
    ledger = Ledger(store)
    assert guard_of(store, TRUST).seen == empty(ORIGIN)
    ledger.fill(3)
    ledger.sign()
    assert guard_of(store, TRUST).seen == ledger.log.head()


def test_a_log_that_was_cut_is_not_signed() -> None:
    ledger = Ledger(MemoryStore(ORIGIN))
    ledger.fill(4)
    ledger.sign()
    restored = Ledger(MemoryStore(ORIGIN), ledger.signer)
    restored.fill(3)
    with pytest.raises(Held, match="The log has 3 entries, and a head over 4 was already signed"):
        restored.sign()
    restored.fill(3, first=100)
    with pytest.raises(Held, match="no longer begins with the 4 entries"):
        restored.sign()
    assert list(restored.store.checkpoints()) == []


def test_a_file_goes_on_where_it_was_left(tmp_path: Path) -> None:
    with FileStore(tmp_path, ORIGIN) as store:
        first = Ledger(store)
        first.fill(3)
        note, state = first.sign(), store.state()
    with FileStore(tmp_path, ORIGIN) as store:
        assert (store.state(), list(store.checkpoints())) == (state, [note])
        second = Ledger(store, Signer(KEY, guard_of(store, TRUST)))
        second.fill(2)
        assert open_checkpoint(second.sign(), TRUST).size == 5


def test_a_row_that_was_being_written_when_the_process_died_is_dropped(tmp_path: Path) -> None:
    with FileStore(tmp_path, ORIGIN) as store:
        Ledger(store).fill(2)
        state = store.state()
    path = tmp_path / "entries.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines(keepends=True)[0][:40])
    with FileStore(tmp_path, ORIGIN) as store:
        assert store.state() == state
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda rows: [rows[0], rows[2]], "row 2 does not continue the log"),
        (lambda rows: [rows[1], rows[0], rows[2]], "row 1 does not continue the log"),
        (lambda rows: [rows[0], rows[1].replace(b'"done"', b'"held"'), rows[2]], "row 2 does not continue the log"),
        (lambda rows: [rows[0], b"{}\n"], "was changed at byte"),
    ],
)
def test_a_file_that_was_changed_is_not_opened(tmp_path: Path, damage: object, message: str) -> None:
    assert callable(damage)
    with FileStore(tmp_path, ORIGIN) as store:
        Ledger(store).fill(3)
    path = tmp_path / "entries.jsonl"
    path.write_bytes(b"".join(damage(path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(Held, match=message):
        FileStore(tmp_path, ORIGIN)


def test_the_file_of_another_log_is_not_opened(tmp_path: Path) -> None:
    with FileStore(tmp_path, ORIGIN) as store:
        Ledger(store).fill(1)
    with pytest.raises(Held, match="row 1 does not continue the log"):
        FileStore(tmp_path, "gateway.example/210")


def test_an_entry_among_the_checkpoints_is_noticed(tmp_path: Path) -> None:
    with FileStore(tmp_path, ORIGIN) as store:
        Ledger(store).fill(1)
    (tmp_path / "checkpoints.jsonl").write_bytes((tmp_path / "entries.jsonl").read_bytes())
    with pytest.raises(Held, match="a row that is no checkpoint"):
        FileStore(tmp_path, ORIGIN)


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with FileStore(tmp_path, ORIGIN), pytest.raises(Misconfigured, match=re.escape("entries.jsonl is open in another")):
        FileStore(tmp_path, ORIGIN)
    FileStore(tmp_path, ORIGIN).close()


def test_what_cannot_be_stored_is_not_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FileStore(tmp_path, ORIGIN) as store:
        ledger = Ledger(store)
        ledger.fill(1)
        before = ledger.log.head()

        def full(handle: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            with pytest.raises(EvidenceNotStored, match="The audit log could not be written"):
                ledger.fill(1)
        assert ledger.log.head() == before
        with pytest.raises(EvidenceNotStored, match="must be opened again"):
            ledger.fill(1)


def test_a_false_checkpoint_in_the_store_stops_the_guard() -> None:
    ledger = Ledger(MemoryStore(ORIGIN))
    ledger.fill(1)
    note = ledger.sign()
    ledger.store.keep(type(note)(note.text.replace("\n1\n", "\n2\n"), note.signatures))
    with pytest.raises(Rejected, match="not that of the key it names"):
        guard_of(ledger.store, TRUST)


def test_a_guard_that_partners_know_more_than_refuses() -> None:
    ledger = Ledger(MemoryStore(ORIGIN))
    ledger.fill(2)
    guard = HeadGuard(empty(ORIGIN))
    guard.admit(ledger.log.head(), ())
    fresh = Ledger(MemoryStore(ORIGIN), Signer(KEY, guard))
    with pytest.raises(Held, match="The log has 0 entries, and a head over 2"):
        fresh.sign()
