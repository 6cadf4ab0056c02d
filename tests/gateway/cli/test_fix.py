"""`ics-gateway fix` through its entry point."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from census_files import child, message, write
from gateway.cli.app import run

GOOD = message(child())


@pytest.fixture
def census(tmp_path: Path) -> Path:
    return write(tmp_path, GOOD.replace("<Ethnicity>WBRI<", "<Ethnicity> wbri<"))


def log(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_a_corrected_copy_and_a_log_are_written_and_the_file_stays(
    census: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = census.read_bytes()
    assert run(["fix", str(census), "--write"]) == 0
    copy = census.with_name("census-fixed.xml")
    assert (census.read_bytes(), copy.read_text("utf-8")) == (before, GOOD)
    (change,) = log(copy.with_name("census-fixed.xml.changes.csv"))
    assert (change["field"], change["before"], change["after"], change["reason"]) == (
        "ChildCharacteristics.Ethnicity", " wbri", "WBRI", "letter case",
    )  # fmt: skip
    assert "1 certain correction." in capfd.readouterr().out


def test_a_dry_run_shows_every_change_and_writes_nothing(census: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", str(census), "--dry-run"]) == 0
    assert "ChildCharacteristics.Ethnicity: ' wbri' becomes 'WBRI'" in capfd.readouterr().out
    assert [path.name for path in census.parent.iterdir()] == [census.name]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "Say what to do with the corrections."),
        (["--dry-run", "--write"], "Say what to do with the corrections."),
        (["--dry-run", "--out", "x.xml"], "With --dry-run nothing is written."),
        (["--write", "--out", "{census}"], "would be written over"),
    ],
)
def test_a_call_that_does_not_say_what_to_do_is_refused(
    census: Path, options: list[str], told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = census.read_bytes()
    assert run(["fix", str(census), *(option.format(census=census) for option in options)]) == 2
    assert told in capfd.readouterr().err
    assert census.read_bytes() == before
    assert [path.name for path in census.parent.iterdir()] == [census.name]
