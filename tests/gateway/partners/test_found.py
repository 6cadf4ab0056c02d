"""Founding an authority's folder."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from gateway import settings
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import Use
from gateway.partners.found import Authority, found
from gateway.partners.keys import KeyStore
from gateway.store import migrate
from gateway.store.store import open_store
from partner_folders import NOW, SOUTH, Clock
from schemas.errors import Misconfigured


def authority(**changes: Any) -> Authority:
    made = {"organisation": SOUTH, "name": "A made-up council", "origin": "https://gateway.example"}
    return Authority(**{**made, **changes})


def loaded(path: Path) -> dict[str, str]:
    """Load the settings as the guide says: with a shell."""
    shell = f'set -a; . "{path}"; env -0'
    said = subprocess.run(
        ["sh", "-c", shell], capture_output=True, check=True, timeout=20, env={"PATH": "/usr/bin:/bin"}
    )
    lines = (line.partition("=") for line in said.stdout.decode().split("\0"))
    return {name: value for name, _, value in lines if name.startswith(settings.PREFIX)}


@pytest.mark.parametrize("name", ["south", "south & west's council 100%"])
def test_everything_is_there_and_found_by_the_settings(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "new" / name
    environment = loaded(found(folder, authority(), Clock()))
    store = open_store(environment)
    migrate.check_current(store.engine)
    store.engine.dispose()
    keys = KeyStore(Path(environment["ICS_GATEWAY_KEYS_FOLDER"]), lambda: NOW)
    for use, curve in ((Use.SIGN, "Ed25519"), (Use.ENCRYPT, "X25519"), (Use.RECEIPT_LOG, "Ed25519")):
        keys.current(use, curve)  # type: ignore[arg-type]  # a curve
    assert len(keys.published()) == 3
    assert Organisation(environment["ICS_GATEWAY_ORGANISATION"]) == SOUTH
    assert environment["ICS_GATEWAY_ORIGIN"] == "https://gateway.example"
    assert environment["ICS_GATEWAY_ROOTS_FILE"] == str(folder / "roots.json")
    assert Path(environment["ICS_GATEWAY_INBOX_FOLDER"]).is_dir()


def test_nobody_else_reads_any_of_it(tmp_path: Path) -> None:
    found(tmp_path / "south", authority(), Clock())
    for path in (tmp_path / "south", *(tmp_path / "south").rglob("*")):
        if path.suffix != ".sqlite":
            assert path.stat().st_mode & 0o077 == 0, path


def test_both_suites_can_be_chosen(tmp_path: Path) -> None:
    found(tmp_path / "south", authority(suites=("itp-a", "itp-b")), Clock())
    keys = KeyStore(tmp_path / "south" / "keys", lambda: NOW)
    assert sorted((str(key.use), key.jwk.crv) for key in keys.published()) == [
        ("encrypt", "P-256"),
        ("encrypt", "X25519"),
        ("receipt-log", "Ed25519"),
        ("sign", "Ed25519"),
        ("sign", "P-256"),
    ]


def test_an_empty_folder_is_taken_and_a_full_one_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "south").mkdir()
    found(tmp_path / "south", authority(), Clock())
    before = sorted((tmp_path / "south").rglob("*"))
    with pytest.raises(Misconfigured, match="is there already"):
        found(tmp_path / "south", authority(), Clock())
    assert sorted((tmp_path / "south").rglob("*")) == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"suites": ("itp-z",)}, "There is no suite itp-z."),
        ({"suites": ()}, "There is no suite named."),
        ({"origin": "gateway.example"}, "The origin must be https://HOST, without a path."),
        ({"origin": "https://gateway.example/itp"}, "The origin must be https://HOST, without a path."),
    ],
)
def test_what_is_wrong_leaves_nothing_behind(tmp_path: Path, changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(Misconfigured) as error:
        found(tmp_path / "south", authority(**changes), Clock())
    assert error.value.message == sentence
    assert list(tmp_path.iterdir()) == []


def test_a_founding_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken() -> object:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        found(tmp_path / "south", authority(), broken)  # type: ignore[arg-type]  # it gives no time
    assert list(tmp_path.iterdir()) == []


def test_a_name_of_several_lines_stays_a_comment(tmp_path: Path) -> None:
    path = found(tmp_path / "south", authority(name="A\nICS_GATEWAY_ORIGIN=https://elsewhere.example"), Clock())
    assert loaded(path)["ICS_GATEWAY_ORIGIN"] == "https://gateway.example"
