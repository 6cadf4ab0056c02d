"""The lists of Annex A, as they are called for: from a made-up dataset to lists that were checked and counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from adapters.postcodes import cache as postcodes
from adapters.ssd.demo.office import PLACEMENTS
from gateway.cli.app import run


@pytest.fixture(scope="module", autouse=True)
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder for reference data of the tests' own."""
    folder = tmp_path_factory.mktemp("reference")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ICS_GATEWAY_REFERENCE_FOLDER", str(folder))
        yield folder


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = f"sqlite:///{tmp_path_factory.mktemp('ssd') / 'ssd.sqlite'}"
    assert run(["demo-data", "ssd", "--out", place, "--children", "150", "--seed", "5"]) == 0
    return place


def built(dataset: str, out: Path, *more: str) -> int:
    return run(["build", "annex-a", "--from", dataset, "--out", str(out), "--no-progress", *more])


@pytest.fixture(scope="module")
def lists(dataset: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lists") / "annexa.xlsx"
    options = ("--at", "2026-03-31", "--authority", "209", "--report", str(out.with_name("report.json")))
    assert built(dataset, out, *options) == 0
    return out


def test_a_clean_dataset_makes_lists_without_errors(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(lists), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["return"], report["year"], report["authority"]) == ("annex-a", 2026, "209")
    assert set(report["summary"]["by_rule"]) == {"AX0820Q"}
    assert report["summary"]["outcomes"]["not_evaluated"] == report["summary"]["outcomes"]["errored"] == 0
    assert all(report["rows"][f"List {number}"] for number in (1, 2, 3, 4, 5, 6, 7, 8, 9))


def test_a_finding_of_built_lists_says_where_the_record_comes_from(lists: Path) -> None:
    report = json.loads(lists.with_name("report.json").read_text("utf-8"))
    origin = report["findings"][0]["locations"][0]["origin"]
    assert (origin["table"], origin["person"]) == ("ssd_cla_episodes", report["findings"][0]["child_id"])


def test_with_the_directory_of_postcodes_the_lists_say_where_children_are_placed(
    dataset: str, reference: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    near = PLACEMENTS[0]
    known = {"postcode": list(PLACEMENTS), "easting": ["1"] * len(PLACEMENTS), "northing": ["1"] * len(PLACEMENTS)}
    districts = ["E09000023" if postcode == near else "E08000025" for postcode in PLACEMENTS]
    postcodes.build(pl.DataFrame(known | {"district": districts}), reference / postcodes.FILE)
    try:
        assert built(dataset, tmp_path / "lists", "--at", "2026-03-31", "--authority", "209") == 0
    finally:
        (reference / postcodes.FILE).unlink()
    assert "Ready: no errors and 0 queries" in capsys.readouterr().out
    written = pl.read_csv(tmp_path / "lists" / "list_8.csv", infer_schema=False)
    assert sorted(path.name for path in (tmp_path / "lists").iterdir())[:3] == [
        "about.csv",
        "list_1.csv",
        "list_10.csv",
    ]
    places = written.select("Placement postcode", "LA of Placement", "Placement Location").unique()
    assert all(
        (authority, location) == (("209", "a) In") if postcode == near else ("330", "b) Out"))
        for postcode, authority, location in places.iter_rows()
    )
    assert places.height > 1


def test_the_day_may_be_said_where_the_lists_say_another(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(lists), "--at", "2026-03-01", "--no-progress"]) == 1
    assert "The lists are of 01/03/2026." in capsys.readouterr().out


def test_the_figures_are_those_of_the_lists(lists: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["figures", str(lists), "--format", "json"]) == 0
    found = {item["title"]: item for item in json.loads(capfdbinary.readouterr().out)["figures"]}
    assert len(found) == 15
    assert not any(item["reasons"] for item in found.values())


def test_lists_of_a_year_before_stand_beside_these_and_say_their_own_day(
    dataset: str, lists: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    before = tmp_path / "before.zip"
    assert built(dataset, before, "--at", "2025-03-31", "--authority", "209") in {0, 1}
    capfdbinary.readouterr()
    options = ("--at", "2026-03-31", "--previous", str(before), "--format", "json")
    assert run(["figures", str(lists), *options]) == 0
    assert json.loads(capfdbinary.readouterr().out)["previous_year"] == 2025


def test_lists_are_converted(lists: Path, tmp_path: Path) -> None:
    assert run(["convert", str(lists), str(tmp_path / "lists.zip")]) == 0
    assert run(["check", str(tmp_path / "lists.zip"), "--no-progress"]) == 0


def test_a_build_says_of_which_day_it_is(dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ([], ["--year", "2026"], ["--at", "2026-03-31", "--year", "2026"]):
        assert built(dataset, tmp_path / "a.xlsx", *wrong) == 2
        assert "Say it with --at." in capsys.readouterr().err
    assert run(["build", "cin", "--at", "2026-03-31", "--from", dataset, "--out", str(tmp_path / "c.xml")]) == 2
    assert "Say it with --year." in capsys.readouterr().err
    assert built(dataset, tmp_path / "a.xlsx", "--at", "2021-03-31") == 2
    assert "The gateway knows the years 2023 to 2040, not 2021." in capsys.readouterr().err
    assert built(dataset, tmp_path / "a.xlsx", "--at", "2026-03-31", "--previous", str(tmp_path / "b.xlsx")) == 2
    assert "There is no year before." in capsys.readouterr().err
