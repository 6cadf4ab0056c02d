"""ics-gateway demo-data ssd and ssd doctor, as they are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway import settings
from gateway.cli.app import run
from gateway.ssd import password
from schemas.errors import Misconfigured


def test_a_made_up_dataset_is_examined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = f"sqlite:///{tmp_path / 'ssd.sqlite'}"
    assert run(["demo-data", "ssd", "--out", place, "--children", "30"]) == 0
    assert "30 made-up people" in capsys.readouterr().err
    assert run(["ssd", "doctor", place, "--format", "json", "--no-progress"]) == 0
    notes = json.loads(capsys.readouterr().out)
    assert notes[0] == {
        "topic": "source",
        "weight": "info",
        "table": "",
        "column": "",
        "says": "It looks like systemc, release 1.4.1 or later; compared with release 1.4.5.",
        "count": 0,
    }
    assert run(["ssd", "doctor", place]) == 0
    assert "1 of 3 notes are warnings." in capsys.readouterr().out


def test_a_source_that_is_none_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ssd", "doctor", str(tmp_path)]) == 2
    assert "There is no table of the Standard Safeguarding Dataset." in capsys.readouterr().err


def test_a_password_in_a_command_is_refused_and_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ssd", "doctor", "postgresql://somebody:guess@host/database"]) == 2
    told = capsys.readouterr().err
    assert "A password does not belong in a command." in told
    assert "guess" not in told


def test_the_password_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n", encoding="utf-8")
    place = "postgresql://somebody@host/database"
    assert password(place, {}) == ""
    assert password(place, {settings.SSD_PASSWORD.variable: "from the variable"}) == "from the variable"
    assert password(place, {settings.SSD_PASSWORD_FILE.variable: str(tmp_path / "secret")}) == "from the file"
    with pytest.raises(Misconfigured, match="The file with the password of the dataset cannot be read"):
        password(place, {settings.SSD_PASSWORD_FILE.variable: str(tmp_path / "gone")})
