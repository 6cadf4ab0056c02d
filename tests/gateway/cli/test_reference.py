"""ics-gateway reference, and the checks that use what it made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.cli.app import run
from looked_after_files import EPISODE, folder_of, put

CSV = "pcds,oseast1m,osnrth1m,laua\nSE13 7SB,538000,175000,E09000023\nEH1 1AA,325000,673000,S12000036\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICS_GATEWAY_REFERENCE_FOLDER", str(tmp_path / "reference"))


def not_evaluated(folder: Path, report: Path) -> set[str]:
    run(["check", str(folder), "--year", "2026", "--out", str(report), "--format", "json"])
    return {item["code"] for item in json.loads(report.read_text(encoding="utf-8"))["not_evaluated"]}


def test_the_directory_is_made_once_and_used_by_every_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cla = folder_of(tmp_path / "cla", Episodes=[EPISODE | {"HOME_POST": "SE13 7SB", "PL_POST": "EH1 1AA"}])
    assert "169" in not_evaluated(cla, tmp_path / "before.json")
    assert run(["reference", "build", "--from", str(put(tmp_path, "ONSPD_X_UK.csv", CSV))]) == 0
    made = tmp_path / "reference" / "postcodes.parquet"
    assert f"{made}: 2 postcodes, 0.0 MiB.\n" in capsys.readouterr().err
    assert "169" not in not_evaluated(cla, tmp_path / "after.json")


def test_a_source_that_is_none_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["reference", "build", "--from", str(put(tmp_path, "x.csv", "a\n1\n"))]) == 2
    assert capsys.readouterr().err.startswith("Error: The directory has no column for postcode, easting")
    assert not (tmp_path / "reference").exists()
