"""ics-gateway demo, demo-data and convert, as they are called."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest

from adapters.case.demo.moving import MARKS
from adapters.cin.demo.census import write_demo
from census_files import EPISODE, child, message, write
from gateway.cli import demo_data
from gateway.cli.app import run
from schemas.cin.layout import FIRST_YEAR, LAST_YEAR


def test_the_demo_writes_a_census_and_three_reports_and_says_what_to_look_at(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    assert run(["demo", "--folder", str(folder)]) == 0
    out, err = capfd.readouterr()
    census = folder / "999_CIN_2027_001.xml"
    names = ["999_CIN_2027_001.xml", "999_SSDA903_2027", "exchange"]
    names += ["looked-after.html", "looked-after.json", "looked-after.xlsx"]
    names += ["package.html", "report.html", "report.json", "report.xlsx", "transfer.html"]
    assert sorted(path.name for path in folder.iterdir()) == names
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["rows"]["ChildIdentifiers"] == 1000
    assert report["summary"]["errors"] > 50
    assert report["summary"]["outcomes"]["errored"] == 0
    cared_for = json.loads((folder / "looked-after.json").read_text(encoding="utf-8"))
    assert cared_for["return"] == "ssda903"
    assert cared_for["rows"]["Header"] >= 300
    assert cared_for["summary"]["errors"] > 20
    assert cared_for["summary"]["outcomes"]["errored"] == 0
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!")
    assert (folder / "report.xlsx").read_bytes().startswith(b"PK")
    assert out.startswith("Not ready: ")
    assert "Nothing was corrected." in err
    last = out[out.index("What to look at:") :]
    for name in ("report.html", "report.xlsx", "report.json"):
        assert f"  {folder / name}   " in last
    assert re.findall(r"^  (R[12]) (?:intact|verified) +signed by urn:ics:org:ods:(DM[12]) ", out, re.MULTILINE) == [
        ("R1", "DM2"),
        ("R2", "DM2"),
        ("R1", "DM1"),
        ("R2", "DM1"),
    ]
    assert len(re.findall(r"^Audit log of urn:ics:org:ods:DM[12]: [2-4][0-9] entries, sound ", out, re.MULTILINE)) == 2
    moved = out[out.index("Transfer of a family of 3: P1 pack") :]
    assert "it is accepted; 0 words of the hidden address are in what was sent" in moved
    assert re.findall(r"^  (R\d) (\w+) +(all|child-\d) ", moved, re.MULTILINE) == [
        ("R1", "intact", "all"),
        ("R2", "verified", "all"),
        ("R3", "seen", "all"),
        ("R4", "matched", "child-1"),
        ("R4", "created", "child-2"),
        ("R4", "created", "child-3"),
        *(("R5", "accepted", f"child-{number}") for number in (1, 2, 3)),
    ]
    assert re.search(r"^  conference: due .* by P1.conference.national@1, open$", moved, re.MULTILINE)
    story = (folder / "transfer.html").read_text(encoding="utf-8")
    assert "Somebody else has to authorise what you prepared." in story
    assert "none was found" in story
    assert not any(mark in story + (folder / "package.html").read_text(encoding="utf-8") for mark in MARKS)
    code = next(iter(report["summary"]["by_rule"]))
    assert (
        f"  ics-gateway rules {code}\n  ics-gateway check {census}\n  ics-gateway check {folder / '999_SSDA903_2027'}\n"
        in last
    )


def test_the_demo_wants_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "demo").write_text("mine", encoding="utf-8")
    assert run(["demo", "--folder", str(tmp_path / "demo")]) == 2
    assert capsys.readouterr().err == f"Error: {tmp_path / 'demo'} is a file.\nName a folder with --folder.\n"
    assert (tmp_path / "demo").read_text(encoding="utf-8") == "mine"


def test_demo_data_writes_what_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, expected = tmp_path / "made.xml", tmp_path / "expected.xml"
    options = ["--year", "2024", "--children", "30", "--seed", "9", "--damage", "0.5"]
    assert run(["demo-data", "cin", "--out", str(made), *options]) == 0
    write_demo(expected, year=2024, children=30, seed=9, damage=0.5)
    assert made.read_bytes() == expected.read_bytes()
    assert capsys.readouterr().err == (
        f"{made}: 30 made-up children of the 2024 collection. Now: ics-gateway check {made}\n"
    )


def test_demo_data_offers_the_years_of_the_layout() -> None:
    option = inspect.signature(demo_data.cin, eval_str=True).parameters["year"].annotation.__metadata__[0]
    assert (option.min, option.max) == (FIRST_YEAR, LAST_YEAR)


@pytest.mark.parametrize(
    "options", [["--year", "2016"], ["--year", "2028"], ["--damage", "1.5"], ["--children", "0"], ["--damage", "-1"]]
)
def test_demo_data_refuses_what_it_cannot_make(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    assert run(["demo-data", "cin", "--out", str(tmp_path / "x.xml"), *options]) == 2
    assert f"Invalid value for '{options[0]}'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_demo_data_says_that_the_folder_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo-data", "cin", "--out", str(tmp_path / "no" / "x.xml")]) == 2
    assert capsys.readouterr().err.startswith(f"Error: There is no folder {tmp_path / 'no'}.\n")


def test_convert_says_that_nothing_was_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, folder = write(tmp_path, message()), tmp_path / "folder"
    assert run(["convert", str(source), str(folder)]) == 0
    assert capsys.readouterr() == ("", f"Written to {folder}; nothing was lost.\n")
    assert run(["convert", str(folder), str(tmp_path / "back.xml")]) == 0
    assert capsys.readouterr() == ("", f"Written to {tmp_path / 'back.xml'}; nothing was lost.\n")


def test_convert_names_each_loss_and_ends_with_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, folder = write(tmp_path, message(child("<Shoe>9</Shoe><Hat/>" + EPISODE))), tmp_path / "folder"
    assert run(["convert", str(source), str(folder)]) == 1
    shoe, hat, last = capsys.readouterr().err.splitlines()
    assert shoe.startswith("Not carried over: line ")
    assert "The element is Shoe" in shoe
    assert "The element is Hat" in hat
    assert last == f"Written to {folder}; 2 parts were not carried over."
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    assert run(["convert", str(folder), str(tmp_path / "back.xml")]) == 1
    assert capsys.readouterr().err == (
        "Not carried over: notes.txt: no table of the census is called that.\n"
        f"Written to {tmp_path / 'back.xml'}; 1 part was not carried over.\n"
    )


def test_convert_holds_to_the_limits_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ICS_GATEWAY_MAX_FILE_SIZE", "10")
    assert run(["convert", str(write(tmp_path, message())), str(tmp_path / "folder")]) == 2
    assert "more than the 10 that the gateway reads" in capsys.readouterr().err
    assert not (tmp_path / "folder").exists()
