"""The looked-after return on the command line: several paths, what stands beside it, copies, figures."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from adapters.sheets.write import write_workbook
from gateway.cli.app import run
from looked_after_files import EPISODE, HEADER, folder_of, put, table_text

LAST = EPISODE | {"DECOM": "01/06/2024", "DEC": "", "REC": ""}
OFSTED = {"URN": "1234567", "Placement code": "K2", "Placement provider code": "PR4", "Setting postcode": "AB1 2CD"}


def test_loose_files_are_checked_with_last_years_return_and_providers(tmp_path: Path) -> None:
    header = put(tmp_path, "one", table_text("Header", HEADER))
    episodes = put(tmp_path, "two", table_text("Episodes", EPISODE | {"URN": "1234567"}))
    last = folder_of(tmp_path / "2025", Episodes=[LAST])
    write_workbook(tmp_path / "ofsted.xlsx", {"Current": pl.DataFrame([OFSTED])})
    report = tmp_path / "report.json"
    beside = ["--previous", str(last), "--providers", str(tmp_path / "ofsted.xlsx"), "--authority", "209"]
    assert run(["check", str(episodes), str(header), "--year", "2026", *beside, "--out", str(report)]) == 1
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (found["return"], found["year"], found["authority"]) == ("ssda903", 2026, "209")
    assert found["rows"] == {"Children": 1, "Header": 1, "Episodes": 1}
    assert found["source"]["name"] == "two and 1 more"
    assert {"219", "502"} <= set(found["summary"]["by_rule"])
    (place,) = [item for item in found["findings"] if item["code"] == "219"]
    urn = {"table": "Episodes", "row": 0, "field": "URN", "value": "1234567", "line": 2, "file": "two"}
    assert place["locations"][0] == urn


def test_figures_stand_beside_those_of_last_years_files_in_the_same_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cla = folder_of(tmp_path / "cla", Episodes=[EPISODE])
    put(cla, "last/episodes.csv", table_text("Episodes", LAST, LAST | {"CHILD": "C2"}))
    assert run(["figures", str(cla), "--year", "2026", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["previous_year"] == 2025
    on_31_march = found["figures"][0]["lines"][0]
    assert (on_31_march["label"], on_31_march["before"]["count"]) == ("On 31 March", 2)
    page = tmp_path / "report.html"
    run(["check", str(cla), "--year", "2026", "--out", str(page)])
    assert "beside 2025" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["{cla}", "--providers", "{cla}/header.csv"], "Error: header.csv is no Excel workbook."),
        (["{cla}", "--out", "{cla}/header.csv"], "Error: header.csv would be written into cla, which is read."),
        (
            ["{cla}/header.csv", "--year", "2026", "--out", "{cla}/header.csv"],
            "Error: header.csv would be written over",
        ),
        (["{cla}", "--authority", "Kent"], "Error: Kent is no authority."),
        (
            ["{cla}", "--previous", "{cla}/header.csv"],
            "Error: header.csv, given as last year's return: The return does not say which collection year it is for",
        ),
        (["{cla}/header.csv"], "Error: The return does not say which collection year it is for"),
    ],
)
def test_a_call_that_cannot_be_met_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    cla = folder_of(tmp_path / "cla")
    before = {path.name: path.read_bytes() for path in cla.iterdir()}
    assert run(["check", *(option.format(cla=cla) for option in options)]) == 2
    assert told in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in cla.iterdir()} == before


def test_the_folder_in_which_one_stands_is_named_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder_of(tmp_path / "cla"))
    assert run(["convert", ".", "new"]) == 2
    assert capsys.readouterr().err.startswith("Error: new would be written into cla, which is read.")


def test_a_corrected_copy_of_a_folder_stands_beside_it_with_its_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cla = folder_of(tmp_path / "cla", Episodes=[EPISODE | {"PLACE": "u6"}])
    assert run(["fix", str(cla), "--write"]) == 0
    assert "1 certain correction.\n  Episodes.PLACE: 1 (letter case)\n" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "cla-fixed").iterdir()) == ["episodes.csv", "header.csv"]
    log = (tmp_path / "cla-fixed.changes.csv").read_text(encoding="utf-8-sig").splitlines()
    assert log[1] == "episodes.csv,2,Episodes.PLACE,u6,U6,letter case"
    assert run(["fix", str(cla), "--write"]) == 2
    assert "cla-fixed is in use." in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--dry-run", "--write"])
def test_files_in_which_nothing_is_corrected_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    cla = folder_of(tmp_path / "cla")
    for table in ("Header", "Episodes", "OC2", "OC3"):
        put(cla, f"last/{table}.csv", table_text(table))
    put(cla, "old/header.csv", table_text("Header"))
    assert run(["fix", str(cla), option, "--year", "2026"]) == 0
    assert (
        "Last year's files are left as they are: last/Header.csv, last/Episodes.csv, last/OC2.csv and 1 more.\n"
        "Folders inside are neither corrected nor copied: old.\n"
    ) in capsys.readouterr().out
    assert run(["fix", str(folder_of(tmp_path / "alone")), option, "--year", "2026"]) == 0
    assert "are left" not in capsys.readouterr().out


def test_corrected_copies_of_loose_files_stand_in_a_folder(tmp_path: Path) -> None:
    paths = [put(tmp_path, name, table_text(name, row)) for name, row in (("Header", HEADER), ("Episodes", EPISODE))]
    assert run(["fix", *map(str, paths), "--write", "--year", "2026"]) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "fixed").iterdir()} == {
        path.name: path.read_bytes() for path in paths
    }


def test_converting_names_each_thing_that_was_passed_over_and_only_else_says_that_nothing_was_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cla = folder_of(tmp_path / "cla")
    assert run(["convert", str(cla), str(tmp_path / "a.zip"), "--year", "2026"]) == 0
    assert capsys.readouterr().err == f"Written to {tmp_path / 'a.zip'}; nothing was lost.\n"
    put(cla, "b\x1b[2J.pdf", b"%PDF\0\0\0\0\0\0\0\0")
    assert run(["convert", str(cla), str(tmp_path / "b.zip"), "--year", "2026"]) == 1
    assert capsys.readouterr().err == (
        "Not carried over: b\\u001b[2J.pdf is no table and was not read.\n"
        f"Written to {tmp_path / 'b.zip'}; 1 part was not carried over.\n"
    )
    run(["check", str(cla), "--year", "2026", "--format", "json"])
    assert "b\x1b[2J.pdf is no table and was not read." in json.loads(capsys.readouterr().out)["notices"]


def test_figures_say_of_what_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cla = folder_of(tmp_path / "cla")
    put(cla, "note.pdf", b"%PDF\0\0\0\0\0\0\0\0")
    before = put(tmp_path, "2024.csv", table_text("Header", HEADER))
    assert run(["figures", str(cla), "--year", "2025", "--previous", str(before)]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "Note: Most dates of the return are those of the 2026 collection, not of 2025. Is --year right?",
        "Note: Read: Episodes from episodes.csv; Header from header.csv.",
        "Note: note.pdf is no table and was not read.",
        "Note on last year's return: Read: Header from 2024.csv.",
    ]


@pytest.mark.parametrize(
    ("source", "target", "hint"),
    [
        ("cla", "x.xlsx", "The copy of a folder, or of several files, is a folder."),
        ("cla/header.csv", "x.zip", "The copy has the form of header.csv: give it the ending .csv."),
    ],
)
def test_a_corrected_copy_has_the_form_of_the_return(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, target: str, hint: str
) -> None:
    folder_of(tmp_path / "cla")
    out = tmp_path / target
    assert run(["fix", str(tmp_path / source), "--year", "2026", "--write", "--out", str(out)]) == 2
    said = f"Error: {target} ends in {out.suffix}, and the return is not written in that form.\n{hint}\n"
    assert capsys.readouterr().err == said
    assert not out.exists()


def test_a_folder_whose_name_has_dots_is_corrected_beside_it(tmp_path: Path) -> None:
    cla = folder_of(tmp_path / "cla 31.03.v2")
    assert run(["fix", str(cla), "--year", "2026", "--write"]) == 0
    assert (tmp_path / "cla 31.03.v2-fixed" / "header.csv").is_file()


def test_a_made_up_return_is_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo-data", "ssda903", "--out", str(tmp_path / "x.zip"), "--children", "3"]) == 2
    assert capsys.readouterr().err.startswith("Error: x.zip ends in .zip, and the return is not written in that form.")
    assert list(tmp_path.iterdir()) == []


def test_a_rule_is_explained_without_saying_of_which_return(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "392b"]) == 0
    assert "postcode" in capsys.readouterr().out
    assert run(["rules", "8925"]) == 0
    assert run(["rules", "8925", "--return", "ssda903"]) == 2
    assert "Children looked after return (SSDA903) has no rule 8925" in capsys.readouterr().err
