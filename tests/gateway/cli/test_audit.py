"""ics-gateway audit, as it is called."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from audit_ledger import HOME, NOON, WITNESS, attacking, noted
from gateway.audit.checkpoint import Trust
from gateway.audit.database import sequence
from gateway.audit.keys import signing_key
from gateway.audit.note import Kind
from gateway.audit.sign import checkpoint, head, keep_cosigned
from gateway.audit.store import LogChanged
from gateway.audit.witness import cosign
from gateway.cli.audit import app
from gateway.itp.directory import signed
from gateway.itp.documents import written
from gateway.itp.keys import PrivateKey, Use
from gateway.partners.folders import make_private
from gateway.partners.key_files import KeyFile, write_key
from gateway.partners.revisions import Revisions
from gateway.partners.roots import Roots
from gateway.store.engine import writing
from gateway.store.store import Store
from itp_exchange import BEN, NOW, PINNED, ROOT, directory
from schemas.errors import Misconfigured

KEY = PrivateKey.generate("Ed25519")
PUBLIC = signing_key(KEY, HOME).public.write()
ALONE = "Not compared with what partners hold: a log that was cut at a checkpoint looks sound.\n"
MESSAGE = "message:019ab000-0000-7000-8000-000000000003"


@pytest.fixture
def folder(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gateway that its settings describe, with one key."""
    keys = tmp_path / "keys"
    make_private(keys)
    now = datetime.now(UTC).replace(microsecond=0)
    published = KEY.published(Use.RECEIPT_LOG, now - timedelta(days=1), now + timedelta(days=1))
    write_key(keys, KeyFile(published=published, jwk=KEY.to_jwk()))
    for name, value in (("DATABASE_URL", url), ("ORGANISATION", HOME), ("KEYS_FOLDER", keys)):
        monkeypatch.setenv(f"ICS_GATEWAY_{name}", str(value))
    return tmp_path


def called(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = app(args=[str(argument) for argument in arguments], standalone_mode=False)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def exported(capsys: pytest.CaptureFixture[str], folder: Path) -> Path:
    out = folder / "audit.jsonl"
    assert called(capsys, "export", "--out", out)[0] == 0
    return out


def test_an_export_is_signed_says_so_itself_and_verifies(
    store: Store, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted(store.engine, 1, 2, 3)
    out = folder / "audit.jsonl"
    assert called(capsys, "export", "--out", out) == (0, "", f"Wrote 4 entries of {HOME} to {out}.\n")
    last = json.loads(out.read_text().splitlines()[-2])["entry"]
    assert (last["action"], last["role"]) == ("export", "operator")
    sound = f"Sound: 4 entries of {HOME}, all of them signed for.\n"
    assert called(capsys, "verify", out, "--key", PUBLIC) == (0, sound, ALONE)
    # The second goes on from the first: its checkpoint and another export stand in it.
    assert called(capsys, "export", "--out", out)[2] == f"Wrote 6 entries of {HOME} to {out}.\n"
    assert called(capsys, "verify", out, "--key", PUBLIC)[0] == 0


def test_a_fault_is_named_with_its_row(store: Store, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noted(store.engine, 1, 2, 3)
    out = exported(capsys, folder)
    rows = out.read_bytes().splitlines(keepends=True)
    rows[2] = rows[2].replace(b'"done"', b'"held"')
    out.write_bytes(b"".join(rows))
    status, told, _ = called(capsys, "verify", out, "--key", PUBLIC)
    assert status == 1
    assert told == (
        "Row 3: broken-chain. The chain hash of entry 1 does not follow from it and the entry before.\n"
        "0 entries are signed for.\n"
    )


def test_what_partners_hold_is_compared(store: Store, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noted(store.engine, 1, 2, 3)
    note = checkpoint(store.engine, HOME, KEY, lambda: NOON)
    trust = Trust(HOME, (signing_key(KEY, HOME).public,), (WITNESS.public,))
    with writing(store.engine) as connection:
        both = cosign(connection, WITNESS, trust, note, (), NOON)
    keep_cosigned(store.engine, trust, both)
    held = head(store.engine, HOME)
    out = exported(capsys, folder)
    partner, keys = folder / "partner.txt", folder / "keys.txt"
    partner.write_text(both.write(), encoding="utf-8")
    keys.write_text(f"{PUBLIC}\n{WITNESS.public.write()}\n", encoding="utf-8")
    compared = ("--checkpoint", partner, "--head", f"{held.size}:{held.root}")
    assert called(capsys, "verify", out, "--key", keys, *compared)[::2] == (0, "")
    status, told, _ = called(capsys, "verify", out, "--key", keys, "--head", f"99:{held.root}")
    assert status == 1
    assert "missing-entries. The export ends after 5 entries; the partner holds a head over 99" in told
    status, told, _ = called(capsys, "verify", out, "--key", keys, "--head", f"4:{held.root}")
    assert (status, "fork. The entries 3 to 3 do not lead to the head that the partner holds" in told) == (1, True)
    # Without the witness's key its signature is nobody's.
    assert "unknown-signer" in called(capsys, "verify", out, "--key", PUBLIC)[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--key", "no key"), "This is no Ed25519 key for a signed note"),
        (("--key", WITNESS.public.write()), "Give the keys of exactly one log"),
        (("--key", PUBLIC, "--head", "12"), "A head is written SIZE:ROOT"),
        (("--key", PUBLIC, "--head", f"-1:{'A' * 43}"), "A head is written SIZE:ROOT"),
    ],
)
def test_what_cannot_be_verified_with_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "audit.jsonl").write_bytes(b"")
    with pytest.raises(Misconfigured, match=message):
        called(capsys, "verify", tmp_path / "audit.jsonl", *arguments)


def test_a_file_that_is_not_there_or_no_export_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FileNotFoundError):
        called(capsys, "verify", tmp_path / "missing.jsonl", "--key", PUBLIC)
    (tmp_path / "other").write_bytes(b"\x00\xff" * 300_000)
    status, told, _ = called(capsys, "verify", tmp_path / "other", "--key", PUBLIC)
    assert (status, told.partition(" This")[0]) == (1, "Row 1: not-a-row.")


def test_without_its_key_the_log_is_written_up_to_its_last_checkpoint(
    store: Store, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted(store.engine, 1, 2)
    checkpoint(store.engine, HOME, KEY, lambda: NOON)
    noted(store.engine, 3)
    for key in (folder / "keys").glob("*.json"):
        key.unlink()
    out = folder / "audit.jsonl"
    status, _, told = called(capsys, "export", "--out", out)
    assert status == 0
    assert told == (
        "Not signed anew, so what came after the last checkpoint is left out. "
        f"There is no receipt-log key on Ed25519 that is valid now.\nWrote 2 entries of {HOME} to {out}.\n"
    )
    assert called(capsys, "verify", out, "--key", PUBLIC)[0] == 0


def test_a_log_that_was_changed_is_exported_unsigned_and_the_row_is_found(
    store: Store, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted(store.engine, 1, 2, 3)
    checkpoint(store.engine, HOME, KEY, lambda: NOON)
    with attacking(store.engine) as connection:
        connection.execute(text("DELETE FROM audit_entries WHERE sequence = 2"))
    out = folder / "audit.jsonl"
    status, _, told = called(capsys, "export", "--out", out)
    assert status == 1
    assert told.startswith("The log was changed and is not signed. The audit log should end after 3 entries")
    status, told, _ = called(capsys, "verify", out, "--key", PUBLIC)
    assert (status, told.partition(".")[0]) == (1, "Row 4: missing-entries")


def test_the_newest_entries_are_listed_and_found(
    store: Store, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    noted(store.engine, *range(30))
    checkpoint(store.engine, HOME, KEY, lambda: NOON)
    sequence(store.engine, HOME)
    _, out, _ = called(capsys, "list", "--last", "3", "--json")
    assert [json.loads(line)["sequence"] for line in out.splitlines()] == [28, 29, 30]
    _, out, _ = called(capsys, "list", "--action", "checkpoint", "--json")
    assert [json.loads(line)["sequence"] for line in out.splitlines()] == [30]
    _, out, _ = called(capsys, "list", "--object", MESSAGE, "--action", "accept")
    (row,) = [line for line in out.splitlines() if line.startswith("│")]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["3", "2026-11-25T12:00:00Z", "gateway", "accept", "done", MESSAGE]
    assert called(capsys, "list", "--object", HOME, "--json") == (0, "", "")
    with pytest.raises(Misconfigured, match="There is no such action"):
        called(capsys, "list", "--action", "smith")


def test_an_entry_that_was_changed_is_named_when_it_is_listed(
    store: Store, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted(store.engine, 1, 2)
    sequence(store.engine, HOME)
    with attacking(store.engine) as connection:
        connection.execute(text("UPDATE audit_entries SET entry = chain WHERE sequence = 1"))
    with pytest.raises(LogChanged, match=r"^Entry 1 of the audit log was changed: it is no entry\.$"):
        called(capsys, "list")


def test_a_long_log_is_read_in_pages(store: Store, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noted(store.engine, *range(2100))
    sequence(store.engine, HOME)
    _, out, _ = called(capsys, "list", "--object", MESSAGE, "--json")
    assert [json.loads(line)["sequence"] for line in out.splitlines()] == [3]
    assert len(exported(capsys, folder).read_bytes().splitlines()) == 1 + 2101 + 1


def test_keys_are_written_as_verify_takes_them(store: Store, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, "keys") == (0, f"{PUBLIC}\n", "")
    assert called(capsys, "keys", "--witness")[1] != f"{PUBLIC}\n"
    noted(store.engine, 1)
    out = exported(capsys, folder)
    keys = folder / "keys.txt"
    keys.write_text(called(capsys, "keys")[1], encoding="utf-8")
    assert called(capsys, "verify", out, "--key", keys)[0] == 0


def test_the_keys_of_a_partner_are_those_of_the_directory(
    store: Store, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "roots.json").write_bytes(written(Roots(roots=PINNED)))
    monkeypatch.setenv("ICS_GATEWAY_ROOTS_FILE", str(folder / "roots.json"))
    Revisions(store.engine, PINNED, lambda: NOW).accept(signed(directory(), ROOT))
    key = signing_key(BEN.keys[Use.RECEIPT_LOG, "Ed25519"], BEN.organisation, Kind.COSIGNATURE).public
    assert called(capsys, "keys", BEN.organisation, "--witness") == (0, f"{key.write()}\n", "")
    with pytest.raises(Misconfigured, match="no such organisation in the partner directory"):
        called(capsys, "keys", "urn:ics:org:ods:ZZZ")
