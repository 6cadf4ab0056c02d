"""Our private keys in their folder."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.itp.keys import KeyStatus, PrivateKey, Use
from gateway.partners.key_files import KeyFile, destroy_key, key_path, write_key
from gateway.partners.keys import KeyStore
from itp_exchange import private_key
from schemas.errors import Misconfigured

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
SIGNING = private_key("signing", "Ed25519")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "keys"
    place.mkdir(mode=0o700)
    return place


def put(folder: Path, key: PrivateKey, use: Use = Use.SIGN, start: datetime = NOW, life: timedelta = YEAR) -> KeyFile:
    file = KeyFile(published=key.published(use, start, start + life), jwk=key.to_jwk())
    write_key(folder, file)
    return file


def keys(folder: Path, now: datetime = NOW) -> KeyStore:
    return KeyStore(folder, lambda: now)


def refused(folder: Path) -> str:
    with pytest.raises(Misconfigured) as error:
        keys(folder).published()
    return f"{error.value.message} {error.value.hint}"


def test_a_key_is_one_file_that_only_its_owner_reads(folder: Path) -> None:
    put(folder, SIGNING)
    (path,) = folder.iterdir()
    assert path.name == f"{SIGNING.kid}.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_bytes())["published"]["status"] == "active"


def test_a_key_is_found_by_its_kid_and_signs_as_the_one_that_was_put_there(folder: Path) -> None:
    put(folder, SIGNING)
    found = keys(folder).private(SIGNING.kid)
    assert found is not None
    assert found.to_jwk() == SIGNING.to_jwk()
    assert keys(folder).private("A" * 43) is None


def test_of_several_the_one_whose_life_began_last_is_current(folder: Path) -> None:
    successor, future = PrivateKey.generate("Ed25519"), PrivateKey.generate("Ed25519")
    put(folder, SIGNING, start=NOW - timedelta(days=300))
    put(folder, successor, start=NOW)
    put(folder, future, start=NOW + timedelta(seconds=1))
    put(folder, PrivateKey.generate("Ed25519"), Use.RECEIPT_LOG)
    assert keys(folder).current(Use.SIGN, "Ed25519").kid == successor.kid
    assert keys(folder, NOW + timedelta(seconds=1)).current(Use.SIGN, "Ed25519").kid == future.kid
    assert keys(folder, NOW - timedelta(seconds=1)).current(Use.SIGN, "Ed25519").kid == SIGNING.kid


def test_without_a_valid_key_the_hint_says_how_to_make_one(folder: Path) -> None:
    put(folder, SIGNING)
    with pytest.raises(Misconfigured) as error:
        keys(folder, NOW + YEAR).current(Use.SIGN, "Ed25519")
    assert error.value.message == "There is no sign key on Ed25519 that is valid now."
    assert error.value.hint == "Make one: ics-gateway keys new sign --curve Ed25519"


def test_a_retired_key_is_kept_and_not_current_and_a_revoked_one_is_not_given(folder: Path) -> None:
    file = put(folder, SIGNING, start=NOW - timedelta(days=1))
    write_key(folder, file.changed(file.published.retired(NOW)))
    assert keys(folder).private(SIGNING.kid) is not None
    with pytest.raises(Misconfigured):
        keys(folder).current(Use.SIGN, "Ed25519")
    write_key(folder, file.changed(file.published.revoked(NOW)))
    assert keys(folder).private(SIGNING.kid) is None
    assert [key.status for key in keys(folder).published()] == [KeyStatus.REVOKED]


def test_a_destroyed_key_leaves_its_public_half(folder: Path) -> None:
    file = put(folder, SIGNING)
    path = key_path(folder, SIGNING.kid)
    secret = SIGNING.to_jwk()["d"].encode()
    with path.open("rb") as before:
        destroy_key(folder, file, NOW)
        assert before.read() == bytes(before.tell())
    assert secret not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys(folder).private(SIGNING.kid) is None
    assert keys(folder).published() == (file.published,)


@pytest.mark.parametrize("settled", [True, False])
def test_a_change_is_noticed_and_nothing_is_read_without_one(
    folder: Path, settled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, SIGNING)
    if settled:
        os.utime(folder, (1, 1))
    store = keys(folder)
    store.published()
    # Changed in place, so that the folder's time tells nothing: what is given shows whether the file was read.
    path = key_path(folder, SIGNING.kid)
    path.write_bytes(path.read_bytes().replace(b'"status":"active"', b'"status":"retired"'))
    found = store.published()[0].status
    assert found is (KeyStatus.ACTIVE if settled else KeyStatus.RETIRED)
    other = put(folder, PrivateKey.generate("X25519"), Use.ENCRYPT)
    assert store.private(other.published.kid) is not None


def test_no_representation_shows_a_secret(folder: Path) -> None:
    file = put(folder, SIGNING)
    store = keys(folder)
    store.published()
    shown = repr(store) + repr(file) + str(file) + repr(store._loaded)  # noqa: SLF001  # what a debugger would show
    assert SIGNING.to_jwk()["d"] not in shown
    assert repr(store) == f"KeyStore({str(folder)!r})"


@pytest.mark.parametrize("mode", [0o750, 0o701])
def test_a_folder_that_others_enter_is_refused(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert refused(folder) == f"Others than its owner may use keys. Run: chmod 700 {folder}"


def test_a_folder_opened_to_others_later_is_refused(folder: Path) -> None:
    store = keys(folder)
    store.published()
    folder.chmod(0o755)
    with pytest.raises(Misconfigured, match="Others than its owner may use keys"):
        store.published()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_read_or_write_is_refused(folder: Path, mode: int) -> None:
    put(folder, SIGNING)
    path = key_path(folder, SIGNING.kid)
    path.chmod(mode)
    assert refused(folder) == f"Others than its owner may use {path.name}. Run: chmod 600 {path}"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "keys") == (
        "The folder of keys keys cannot be read (No such file or directory). "
        "Make an authority's folder: ics-gateway init FOLDER"
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-1],
        lambda text: text.replace('"kty":"OKP"', '"kty":"EC"'),
        lambda text: text.replace(SIGNING.to_jwk()["d"], PrivateKey.generate("Ed25519").to_jwk()["d"]),
        lambda text: text.replace('"status":"active"', '"status":"revoked"'),
        lambda text: text.replace('"spec"', '"destroyed_at":"2026-11-25T09:00:00Z","spec"'),
    ],
)
def test_a_damaged_file_is_refused_without_showing_it(folder: Path, damage: object) -> None:
    put(folder, SIGNING)
    path = key_path(folder, SIGNING.kid)
    assert callable(damage)
    path.write_text(damage(path.read_text()))
    assert refused(folder).startswith(f"The key {path.name} is damaged.")


def test_a_file_under_another_name_is_refused(folder: Path) -> None:
    put(folder, SIGNING)
    key_path(folder, SIGNING.kid).rename(folder / "mine.json")
    assert refused(folder).startswith("The file mine.json holds another key than its name says.")


def test_what_a_killed_writer_left_is_no_key(folder: Path) -> None:
    (folder / f".{SIGNING.kid}.json.0123").write_text("half a ke")
    assert keys(folder).published() == ()
