"""Each way to tamper with an export, and what the verification says."""

from __future__ import annotations

import io
import tracemalloc
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit_ledger import KEY, ORIGIN, TRUST, WITNESS, Ledger, event, signing_key
from gateway.audit.chain import link, start
from gateway.audit.checkpoint import HeadGuard, Signer, Trust, empty
from gateway.audit.export import export
from gateway.audit.note import Kind, Note
from gateway.audit.rows import Link, Mark, read_row
from gateway.audit.store import MemoryStore
from gateway.audit.verify import Reason, Sighting, Verdict, sighting, verify
from schemas.errors import Misconfigured, Rejected


def made() -> Ledger:
    """Five entries, signed and cosigned, then four more, signed: rows 2-6, 7, 8, 9-12, 13."""
    ledger = Ledger(MemoryStore(ORIGIN))
    ledger.fill(5)
    ledger.cosign()
    ledger.fill(4, first=5)
    ledger.sign()
    return ledger


@cache
def whole() -> bytes:
    return bytes(made().exported())


def rows(octets: bytes | None = None) -> list[bytes]:
    return (octets or whole()).splitlines(keepends=True)


def verdict(lines: list[bytes] | bytes, *seen: Sighting, trust: Trust = TRUST) -> Verdict:
    return verify(io.BytesIO(lines if isinstance(lines, bytes) else b"".join(lines)), trust, seen)


def found(lines: list[bytes] | bytes, *seen: Sighting, trust: Trust = TRUST) -> tuple[int, Reason]:
    fault = verdict(lines, *seen, trust=trust).fault
    assert fault is not None
    return fault.line, fault.reason


def rechained(lines: list[bytes]) -> list[bytes]:
    """Do what a forger can do without a key: compute the whole chain anew."""
    chain, forged = start(ORIGIN), []
    for line in lines:
        row = read_row(line)
        if isinstance(row, Link):
            chain = link(chain, row.entry)
            row = Link(row.entry, chain)
        forged.append(row.write())
    return forged


def test_an_export_has_its_rows_in_order() -> None:
    kinds = [type(read_row(line)).__name__ for line in rows()]
    assert kinds == ["Header", *["Link"] * 5, "Mark", "Mark", *["Link"] * 4, "Mark"]
    assert rows()[0] == b'{"export":"ics-audit/1","origin":"gateway.example/209"}\n'


def test_a_log_that_nobody_touched_is_sound() -> None:
    ledger = made()
    result = verdict(ledger.exported(), sighting(next(ledger.store.checkpoints()), TRUST))
    assert (result.entries, result.head, result.fault, result.is_sound) == (9, ledger.log.head(), None, True)


def test_entries_after_the_last_checkpoint_wait_for_the_next_export() -> None:
    ledger = made()
    ledger.fill(1)
    assert ledger.exported() == whole()


def test_a_log_without_a_checkpoint_is_not_exported() -> None:
    with pytest.raises(Misconfigured, match="The log has no checkpoint yet"):
        export(MemoryStore(ORIGIN), io.BytesIO())


def test_an_empty_log_can_be_signed_and_verified() -> None:
    ledger = Ledger(MemoryStore(ORIGIN))
    ledger.sign()
    result = verdict(ledger.exported())
    assert (result.entries, result.is_sound) == (0, True)


@given(st.integers(0, len(whole()) - 1), st.integers(1, 255))
def test_any_single_changed_byte_is_noticed_at_its_row(at: int, flip: int) -> None:
    changed = bytearray(whole())
    changed[at] ^= flip
    line, _ = found(bytes(changed))
    assert line == whole()[:at].count(b"\n") + 1


@given(st.integers(0, len(whole()) - 1))
def test_an_export_that_was_cut_anywhere_is_noticed_or_ends_at_a_checkpoint(length: int) -> None:
    result = verdict(whole()[:length])
    at_checkpoint = {len(b"".join(rows()[:count])) for count in (7, 8)}
    assert result.is_sound == (length in at_checkpoint)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([*rows()[:3], *rows()[4:]], (4, Reason.WRONG_SEQUENCE)),
        ([*rows()[:4], rows()[3], *rows()[4:]], (5, Reason.WRONG_SEQUENCE)),
        ([*rows()[:3], rows()[4], rows()[3], *rows()[5:]], (4, Reason.WRONG_SEQUENCE)),
        (rows()[1:], (1, Reason.NOT_A_ROW)),
        ([rows()[0], *rows()], (2, Reason.NOT_A_ROW)),
        ([*rows()[:5], rows()[6], rows()[5], *rows()[7:]], (6, Reason.MISSING_ENTRIES)),
        (rows()[:12], (9, Reason.UNSIGNED_TAIL)),
        ([rows()[0]], (2, Reason.UNSIGNED_TAIL)),
        ([*rows(), rows()[1]], (14, Reason.WRONG_SEQUENCE)),
        ([*rows(), b"\n"], (14, Reason.NOT_A_ROW)),
        ([*rows(), b"[" * 100_000], (14, Reason.NOT_A_ROW)),
        ([*rows(), b'{"checkpoint":"\\ud800"}\n'], (14, Reason.NOT_A_ROW)),
        ([*rows(), b'{"checkpoint":1}\n'], (14, Reason.NOT_A_ROW)),
        ([rows()[0][:-1]], (1, Reason.NOT_A_ROW)),
    ],
)
def test_rows_that_were_moved_added_or_left_out_are_noticed(lines: list[bytes], fault: tuple[int, Reason]) -> None:
    assert found(lines) == fault


def test_nothing_at_all_is_no_sound_log() -> None:
    assert found(b"") == (2, Reason.UNSIGNED_TAIL)


def test_a_changed_entry_with_a_new_chain_disagrees_with_the_checkpoint() -> None:
    changed = rows()
    changed[9] = changed[9].replace(b'"done"', b'"held"')
    result = verdict(rechained(changed))
    assert result.fault is not None
    assert (result.fault.line, result.fault.reason) == (9, Reason.WRONG_ROOT)
    assert result.fault.text == (
        "The entries 5 to 8 do not lead to the checkpoint in the export: one or more of them were changed."
    )
    assert result.head is not None
    assert result.head.size == 5


def test_a_tail_that_was_deleted_up_to_a_checkpoint_is_exposed_by_a_later_one() -> None:
    later = sighting(list(made().store.checkpoints())[-1], TRUST)
    result = verdict(rows()[:8], later)
    assert verdict(rows()[:8]).is_sound
    assert result.fault is not None
    assert (result.fault.line, result.fault.reason) == (9, Reason.MISSING_ENTRIES)
    assert result.fault.text == (
        "The export ends after 5 entries; gateway.example/209 holds a head over 9: "
        "the end was deleted, or an older backup was restored."
    )


def test_a_tail_that_was_deleted_before_its_checkpoint_is_exposed_by_that_checkpoint() -> None:
    assert found([*rows()[:10], rows()[12]]) == (11, Reason.MISSING_ENTRIES)


def test_a_restored_backup_is_exposed_by_what_a_partner_cosigned() -> None:
    ledger = made()
    newest = ledger.cosign()
    backup = Ledger(MemoryStore(ORIGIN))
    backup.fill(5)
    backup.sign()
    partner = Note(newest.text, tuple(item for item in newest.signatures if item.name == WITNESS.name))
    seen = sighting(partner, TRUST)
    assert seen.holder == "gateway.example/210"
    assert found(backup.exported(), seen) == (8, Reason.MISSING_ENTRIES)
    # It goes on from the backup, past the size that the partner saw, with other entries.
    backup.fill(7, first=90)
    backup.sign()
    result = verdict(backup.exported(), seen)
    assert result.fault is not None
    assert (result.fault.line, result.fault.reason) == (8, Reason.FORK)
    assert "the head that gateway.example/210 holds" in result.fault.text


def test_a_fork_is_exposed_by_either_branch() -> None:
    one, two = Ledger(MemoryStore(ORIGIN)), Ledger(MemoryStore(ORIGIN))
    one.fill(3)
    two.fill(2)
    two.fill(1, first=99)
    notes = [ledger.cosign() for ledger in (one, two)]
    assert verdict(one.exported()).is_sound
    assert verdict(two.exported()).is_sound
    assert found(one.exported(), sighting(notes[1], TRUST)) == (2, Reason.FORK)
    assert found(two.exported(), sighting(notes[0], TRUST)) == (2, Reason.FORK)


def test_a_head_in_a_receipt_is_compared_too() -> None:
    ledger = Ledger(MemoryStore(ORIGIN))
    ledger.fill(3)
    receipt = Sighting(ledger.log.head(), "receipt of gateway.example/210")
    ledger.fill(3)
    ledger.sign()
    assert verdict(ledger.exported(), receipt).is_sound
    other = Ledger(MemoryStore(ORIGIN))
    other.fill(6, first=50)
    other.sign()
    assert found(other.exported(), receipt) == (2, Reason.FORK)


def test_a_checkpoint_of_a_stranger_is_not_believed() -> None:
    stranger = signing_key(ORIGIN, Kind.NOTE, 9)
    ledger = Ledger(MemoryStore(ORIGIN), Signer(stranger, HeadGuard(empty(ORIGIN))))
    ledger.fill(2)
    ledger.sign()
    assert found(ledger.exported()) == (4, Reason.BAD_CHECKPOINT)
    with pytest.raises(Rejected, match="No key that is known here"):
        sighting(next(ledger.store.checkpoints()), TRUST)


def test_a_witness_whose_key_is_not_given_is_named_as_unknown() -> None:
    assert found(whole(), trust=Trust(ORIGIN, (KEY.public,))) == (8, Reason.UNKNOWN_SIGNER)


def test_a_cosignature_alone_does_not_make_a_checkpoint() -> None:
    note = made().cosign()
    alone = Mark(Note(note.text, note.signatures[1:])).write()
    assert found([*rows(), alone]) == (14, Reason.BAD_CHECKPOINT)


def test_the_export_of_another_log_is_noticed() -> None:
    other = Trust("gateway.example/211", (KEY.public,))
    assert found(whole(), trust=other) == (1, Reason.WRONG_LOG)
    with pytest.raises(Rejected, match="checkpoint of another log"):
        sighting(next(made().store.checkpoints()), other)


def test_a_log_whose_key_was_rotated_verifies_with_both_keys() -> None:
    ledger = made()
    new = signing_key(ORIGIN, Kind.NOTE, 3)
    ledger.signer = Signer(new, ledger.signer.guard)
    ledger.fill(1)
    ledger.sign()
    both = Trust(ORIGIN, (KEY.public, new.public), (WITNESS.public,))
    assert verdict(ledger.exported(), trust=both).is_sound
    assert found(ledger.exported()) == (15, Reason.BAD_CHECKPOINT)


def test_no_text_of_the_export_comes_back_in_a_fault() -> None:
    for place in range(1, len(rows())):
        changed = rows()
        changed[place] = changed[place].replace(b"019ab000", b"MARKED00").replace(b"gateway.example/2", b"MARKED")
        result = verdict(changed)
        assert result.fault is not None
        assert "MARKED" not in result.fault.text


def test_memory_does_not_grow_with_the_export() -> None:
    def peak(count: int) -> int:
        ledger = Ledger(MemoryStore(ORIGIN))
        ledger.log.record(*(event(number) for number in range(count)))
        ledger.sign()
        source = io.BytesIO(ledger.exported())
        tracemalloc.start()
        assert verify(source, TRUST).is_sound
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(2000) < peak(200) + 20_000


def test_progress_is_told_on_the_way() -> None:
    ledger = Ledger(MemoryStore(ORIGIN))
    ledger.fill(2500)
    ledger.sign()
    out, written, read = io.BytesIO(), list[int](), list[int]()
    export(ledger.store, out, written.append)
    out.seek(0)
    assert verify(out, TRUST, (), read.append).is_sound
    assert written == [1000, 2000]
    assert len(read) == 2
    assert 0 < read[0] < read[1] < len(out.getvalue())
