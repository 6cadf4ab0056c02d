"""The operator's commands, run as docs/store.md shows them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.store import __main__ as program
from gateway.store.engine import writing
from gateway.store.keys import KeyRing
from store_builder import KEY, OTHER_KEY, numbered, opened, take

OLD, NEW = KeyRing.read(KEY).current, KeyRing.read(OTHER_KEY).current


@pytest.fixture
def run(bare_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> object:
    path = tmp_path / "store.key"
    monkeypatch.setenv("ICS_GATEWAY_DATABASE_URL", bare_url)
    monkeypatch.setenv("ICS_GATEWAY_STORE_KEY_FILE", str(path))

    def command(name: str, keys: str) -> tuple[int, str, str]:
        path.write_text(keys, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["store", name])
        status = program.main()
        return (status, *capsys.readouterr())

    return command


def test_an_operator_migrates_and_rotates(run: object, bare_url: str) -> None:
    assert callable(run)
    assert run("migrate", KEY) == (0, "The tables are up to date.\n", "")
    store = opened(bare_url)
    take(store)
    store.engine.dispose()
    assert run("keys", f"{OTHER_KEY}\n{KEY}") == (0, f"{OLD}  earlier  5 pieces\n", "")
    assert run("rotate", OTHER_KEY) == (
        2,
        "",
        f"Error: The key {OLD} is not in the key file.\nPut the earlier key back as a later line.\n",
    )
    assert run("rotate", f"{OTHER_KEY}\n{KEY}") == (0, f"5 pieces are now under the key {NEW}.\n", "")
    assert run("keys", OTHER_KEY) == (0, f"{NEW}  current  5 pieces\n", "")
    assert run("keys", KEY) == (0, f"{NEW}  MISSING  5 pieces\n", "")


def test_a_damaged_chunk_is_named_and_shows_in_the_status(run: object, bare_url: str) -> None:
    assert callable(run)
    run("migrate", KEY)
    store = opened(bare_url)
    take(store)
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE chunks SET data = :none WHERE part = 'label'"), {"none": b""})
    store.engine.dispose()
    assert run("rotate", f"{OTHER_KEY}\n{KEY}") == (
        1,
        f"4 pieces are now under the key {NEW}.\n",
        f"Damaged, left as it is: label of message {numbered(1)}, chunk 0\n",
    )
