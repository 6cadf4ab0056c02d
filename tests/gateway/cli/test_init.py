"""ics-gateway init, as it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from partner_commands import Desk


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    monkeypatch.chdir(tmp_path)
    made = Desk(capsys, monkeypatch)
    made.at(None)
    return made


def test_a_folder_is_made_and_says_how_to_load_it(desk: Desk, tmp_path: Path) -> None:
    out = desk.done("init", "south", "--organisation", "Y63", "--name", "South", "--suite", "itp-a", "--suite", "itp-b")
    assert out.startswith(f"Made south. Load its settings: set -a; . {tmp_path}/south/gateway.env; set +a\n")
    assert sorted(path.name for path in Path("south").iterdir()) == [
        "agreements",
        "gateway.env",
        "gateway.sqlite",
        "inbox",
        "keys",
        "store.key",
    ]
    assert len(list(Path("south/keys").iterdir())) == 5


def test_what_is_wrong_makes_nothing(desk: Desk) -> None:
    assert desk.refused("init", "south", "--organisation", "nobody", "--name", "South") == "This is no organisation."
    assert desk.refused("init", "south", "--organisation", "Y63", "--name", "South", "--suite", "itp-z") == (
        "There is no suite itp-z."
    )
    assert not Path("south").exists()
