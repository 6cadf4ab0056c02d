"""ics-gateway demo-data case, as it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.app import run
from schemas.case.text import read_case


def test_families_are_made_and_it_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["demo-data", "case", "--families", "2", "--seed", "4", "--today", "2026-11-02", "--out"]
    assert run([*call, str(tmp_path / "one")]) == 0
    assert "one: 2 made-up families. Open " in capsys.readouterr().err
    assert run([*call, str(tmp_path / "two")]) == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    assert read_case((tmp_path / "one" / "family-0001.json").read_bytes()).id == "family-0001"


def test_a_day_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo-data", "case", "--out", str(tmp_path), "--today", "2.11.2026"]) == 2
    assert "2.11.2026 is no day." in capsys.readouterr().err
    assert run(["demo-data", "case", "--out", str(tmp_path), "--families", "9001"]) == 2
