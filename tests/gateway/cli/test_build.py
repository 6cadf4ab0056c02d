"""ics-gateway build, as it is called: from a made-up dataset to a return that was checked."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from gateway.cli.app import run

CHILDREN = "300"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("ssd") / "ssd.sqlite"
    assert run(["demo-data", "ssd", "--out", f"sqlite:///{place}", "--children", CHILDREN, "--seed", "4"]) == 0
    return place


@pytest.fixture
def dataset(made: Path, tmp_path: Path) -> Path:
    """Give a dataset that a test may change."""
    place = tmp_path / "ssd.sqlite"
    place.write_bytes(made.read_bytes())
    return place


def built(name: str, dataset: Path, out: Path, *more: object) -> int:
    options = ("--year", "2026", "--from", f"sqlite:///{dataset}", "--out", str(out), "--authority", "209")
    return run(["build", name, *options, "--no-progress", *map(str, more)])


def changed(dataset: Path, statement: str) -> None:
    with sqlite3.connect(dataset) as connection:
        assert connection.execute(statement).rowcount


def test_a_clean_dataset_makes_a_clean_census(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert built("cin", made, tmp_path / "c.xml") == 0
    told = capsys.readouterr()
    assert "Ready: no errors and 0 queries in 285 children." in told.out
    assert told.err == f"Return written to {tmp_path / 'c.xml'}\n"
    assert run(["check", str(tmp_path / "c.xml")]) == 0


@pytest.mark.parametrize("name", ["903", "903.xlsx"])
def test_a_clean_dataset_makes_a_clean_looked_after_return(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    before = tmp_path / "before"
    last = ("--year", "2025", "--from", f"sqlite:///{made}", "--out", str(before), "--no-progress")
    assert run(["build", "ssda903", *last]) == 0
    capsys.readouterr()
    assert built("ssda903", made, tmp_path / name, "--previous", before) == 0
    assert "Ready: no errors and 0 queries in" in capsys.readouterr().out


def test_what_the_xml_form_cannot_hold_is_said(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert built("ssda903", made, tmp_path / "903.xml") == 0
    assert "Note: SWEpisodes: the XML form has no such table." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["cin", "ssda903"])
def test_the_year_before_is_clean_too(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    call = ("--year", "2025", "--from", f"sqlite:///{made}", "--out", str(tmp_path / "r"), "--authority", "209")
    assert run(["build", name, *call, "--no-progress"]) == 0
    assert "Ready: no errors and 0 queries in" in capsys.readouterr().out


def test_a_finding_says_which_record_of_the_case_system_it_comes_from(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = "(select min(cine_referral_id) from ssd_cin_episodes where cine_close_date is not null)"
    where = f"cine_referral_id = {closed}"
    changed(dataset, f"update ssd_cin_episodes set cine_close_reason = null where {where}")
    report = tmp_path / "report.json"
    assert built("cin", dataset, tmp_path / "c.xml", "--report", report) == 1
    (finding,) = json.loads(report.read_text())["findings"]
    origins = [place["origin"] for place in finding["locations"]]
    with sqlite3.connect(dataset) as connection:
        key, person = connection.execute(
            f"select cine_referral_id, cine_person_id from ssd_cin_episodes where {where}"
        ).fetchone()
    assert origins == [{"table": "ssd_cin_episodes", "key": key, "person": person}] * len(origins)
    assert f"from ssd_cin_episodes {key})" in capsys.readouterr().out
    assert built("cin", dataset, tmp_path / "c.xml", "--report", tmp_path / "r.csv") == 1
    (row, *_) = csv.DictReader((tmp_path / "r.csv").read_text().splitlines())
    assert (row["from table"], row["from key"], row["from person"]) == ("ssd_cin_episodes", key, person)


@pytest.mark.parametrize(("name", "out"), [("cin", "r.xml"), ("ssda903", "r")])
def test_a_return_is_read_back_and_built_again(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, out: str
) -> None:
    assert built(name, made, tmp_path / out) == 0
    assert run(["read-back", str(tmp_path / out), "--out", str(tmp_path / "cases"), "--no-progress"]) == 0
    assert f"Written to {tmp_path / 'cases'}: " in capsys.readouterr().err
    options = ("--year", "2026", "--from", str(tmp_path / "cases"), "--authority", "209", "--no-progress")
    assert run(["build", name, *options, "--out", str(tmp_path / f"again-{out}")]) in {0, 1}
    once, again = (_episodes(tmp_path / place) for place in (out, f"again-{out}"))
    assert once == again
    assert len(once) > 30


def _episodes(place: Path) -> list[str]:
    if place.is_dir():
        return (place / "episodes.csv").read_text().splitlines()
    return [line for line in place.read_text().splitlines() if "DateTime" not in line]


def test_case_tables_that_are_none_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    call = ("build", "ssda903", "--year", "2026", "--from", str(folder), "--out", str(tmp_path / "r"))
    (folder / "person.parquet").write_bytes(b"no table")
    assert run(call) == 2
    assert "person.parquet is no Parquet file." in capsys.readouterr().err
    pl.DataFrame({"id": [1], "nickname": ["x"]}).write_parquet(folder / "person.parquet")
    assert run(call) == 2
    assert "person.parquet: 2 of its columns are none of the case table" in capsys.readouterr().err


def test_what_cannot_be_taken_over_is_counted_and_listed(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = "pers_person_id = (select min(cine_person_id) from ssd_cin_episodes)"
    changed(dataset, f"update ssd_person set pers_ethnicity = 'of this village' where {one}")
    notes = tmp_path / "notes.csv"
    built("cin", dataset, tmp_path / "c.xml", "--notes", notes)
    shown = capsys.readouterr().out
    assert "Note: Ethnicity not known: NOBT is returned. ssd_person: 1." in shown
    assert "of this village" not in shown + notes.read_text()
    found = {row["what"]: row["table"] for row in csv.DictReader(notes.read_text().splitlines())}
    assert found.keys() == {
        "Ethnicity not known: NOBT is returned.",
        "The value of pers_ethnicity cannot be read: not understood.",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing", "--year", "2026"), "No return called nothing is built from case records.\nKnown: cin"),
        (("cin", "--year", "2040"), "The gateway knows the years 2017 to 2027, not 2040."),
        (("cin", "--year", "2026"), "The census names the authority.\nGive its three digits with --authority."),
    ],
)
def test_a_call_that_cannot_be_answered_writes_nothing(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "c.xml"
    assert run(["build", *arguments, "--from", f"sqlite:///{made}", "--out", str(out), "--no-progress"]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_a_list_of_providers_is_read_with_the_return(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.xlsx").write_text("no workbook")
    assert built("ssda903", made, tmp_path / "r", "--providers", tmp_path / "list.xlsx") == 2
    assert "list.xlsx" in capsys.readouterr().err


def test_an_out_that_is_the_dataset_is_refused(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--year", "2026", "--from", str(dataset.parent), "--out", str(dataset.parent))
    assert run(["build", "cin", *options]) == 2
    assert "Choose another place to write to." in capsys.readouterr().err
