"""`ics-gateway check` through its entry point."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from census_files import EPISODE, child, message, write
from gateway.cli.app import run

QUERY = child(EPISODE, "C9").replace("<PersonBirthDate>2015-06-02</PersonBirthDate>", "")
ERROR = child("", "C2")


@pytest.fixture
def census(tmp_path: Path) -> Path:
    return write(tmp_path, message(child(), ERROR, QUERY))


def checked(census: Path, *options: object) -> dict[str, Any]:
    out = census.with_name("report-of-test.json")
    run(["check", str(census), "--out", str(out), *map(str, options)])
    report: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return report


def test_a_return_with_errors_ends_with_1(census: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["check", str(census)]) == 1
    out, err = capfdbinary.readouterr()
    assert out.decode().startswith("Not ready: ")
    assert err == b""


def test_a_return_with_queries_alone_ends_with_0(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = write(tmp_path, message(child(), QUERY))
    assert run(["check", str(path), "--only", "8525Q"]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert out.startswith("Ready: no errors and 1 query in 2 children.")
    assert "Only 8525Q were evaluated: the return as a whole was not." in out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["{folder}/none.xml"], "Error: There is no file {folder}/none.xml."),
        (["{folder}"], "Error: census.xml is an XML file, and not one of the looked-after return."),
        (["{folder}", "--return", "cin"], "is a folder."),
        (["{census}", "--year", "1999"], "Error: The gateway knows the census of 2017 to 2027, not of 1999."),
        (["{census}", "--year", "soon"], "'soon' is not a valid"),
        (["{census}", "--only", "8595Z"], "has no rule 8595Z."),
        (["{census}", "--return", "ssda904"], "Error: There is no return called ssda904."),
        (["{census}", "--authority", "Kent"], "Error: Kent is no authority."),
        (["{census}", "--format", "pdf"], "'pdf' is not one of"),
        (["{census}", "--out", "{folder}/none/r.json"], "Error: There is no folder {folder}/none."),
        (["{census}", "--out", "{folder}"], "Error: {folder} is a folder."),
        (["{census}", "--out", "{census}"], "Error: census.xml would be written over, and it is read from."),
        (["{census}", "--write-explanations", "{census}"], "Error: census.xml would be written over"),
        (["{census}", "--since", "{census}"], "Error: census.xml is no report that the gateway wrote"),
        (["{census}", "--explanations", "{folder}/no.csv"], "Error: There is no file no.csv."),
        (["{census}", "{census}"], "Error: The CIN census is one file."),
        (["{census}", "--previous", "{census}"], "is the return of 2026, not of 2025."),
        ([], "Missing argument 'PATH...'"),
    ],
)
def test_a_call_that_cannot_be_met_ends_with_2_and_a_sentence(
    census: Path, options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"folder": census.parent, "census": census}
    before = census.read_bytes()
    assert run(["check", *(option.format(**named) for option in options)]) == 2
    out, err = capsys.readouterr()
    assert told.format(**named) in err
    assert "Traceback" not in err
    assert out == ""
    assert [path.name for path in census.parent.iterdir()] == ["census.xml"]
    assert census.read_bytes() == before


@pytest.mark.parametrize(
    ("ending", "start"),
    [("json", b'{"return": "cin"'), ("csv", b"finding,rule,"), ("html", b"<!DOCTYPE html>"), ("xlsx", b"PK\x03\x04"),
     ("txt", b"Not ready: ")],
)  # fmt: skip
def test_the_format_follows_the_name_of_the_file(census: Path, ending: str, start: bytes) -> None:
    out = census.with_name(f"r.{ending}")
    assert run(["check", str(census), "--out", str(out)]) == 1
    assert out.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("name", "start"), [("json", b'{"return"'), ("csv", b"finding,"), ("html", b"<!DOCTYPE"), ("xlsx", b"PK\x03\x04")]
)
def test_without_a_file_the_report_goes_to_standard_output(
    census: Path, name: str, start: bytes, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["check", str(census), "--format", name]) == 1
    assert capfdbinary.readouterr().out.startswith(start)


def test_two_checks_give_the_same_json_and_no_path(census: Path) -> None:
    outs = [census.with_name(name) for name in ("a.json", "b.json")]
    for out in outs:
        run(["check", str(census), "--out", str(out)])
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert str(census.parent) not in outs[0].read_text("utf-8")
    assert json.loads(outs[0].read_text("utf-8"))["source"]["name"] == "census.xml"


def test_a_check_since_an_earlier_report(
    census: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    earlier = tmp_path / "monday.json"
    run(["check", str(census), "--out", str(earlier)])
    later = write(tmp_path, message(child(identifier="C0"), child("", "C3"), child(), QUERY), "later.xml")
    report = checked(later, "--since", earlier)
    states = {(item["code"], item["child_id"]): item["since"] for item in report["findings"]}
    assert states["8590", "C3"] == "new"
    assert states["8525Q", "C9"] == "unchanged"
    assert ("8590", "C2") in [(item["code"], item["child_id"]) for item in report["since"]["fixed"]]
    assert report["since"]["report"] == "monday.json"
    capfdbinary.readouterr()
    run(["check", str(later), "--since", str(earlier)])
    assert "Fixed since monday.json: " in capfdbinary.readouterr().out.decode()


def test_notes_are_asked_for_kept_and_shown(census: Path, tmp_path: Path) -> None:
    notes, more = tmp_path / "notes.csv", tmp_path / "more.csv"
    run(["check", str(census), "--write-explanations", str(notes), "--only", "8525Q"])
    assert notes.read_text("utf-8-sig").splitlines() == ["rule,child,note", "8525Q,C9,"]
    notes.write_text("rule,child,note\n8525Q,C9,Born in the next week.\n9999Q,C1,Gone.\n", encoding="utf-8")
    more.write_text("rule,child,note\n8525Q,C9,Seen by AB.\n", encoding="utf-8")
    report = checked(census, "--explanations", notes)
    assert [item["explanation"] for item in report["findings"] if item["code"] == "8525Q"] == ["Born in the next week."]
    assert report["explanations"]["stale"] == [{"rule": "9999Q", "child": "C1"}]
    run(["check", str(census), "--only", "8525Q", "--explanations", str(more), "--write-explanations", str(notes)])
    with notes.open(encoding="utf-8-sig", newline="") as handle:
        kept = [row["note"] for row in csv.DictReader(handle)]
    assert kept == ["Born in the next week.", "Gone.", "Seen by AB."]


def test_a_check_on_a_terminal_names_the_file_of_a_page(census: Path) -> None:
    controller, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "check", str(census), "--format", "html"],
        cwd=census.parent, stdout=terminal, stderr=terminal, check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    os.close(terminal)
    told = os.read(controller, 1000)
    os.close(controller)
    assert done.returncode == 1
    # A check of less than a second draws nothing else.
    assert told == b"Report written to cin-2026-report.html\r\n"
    assert (census.parent / "cin-2026-report.html").read_bytes().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("name", ["table", "json"])
def test_a_reader_that_stops_early_changes_nothing_about_the_status(census: Path, name: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "check", str(census), "--format", name],
        stdout=writer, stderr=subprocess.PIPE, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_full_disk_is_a_sentence(census: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", "check", str(census)],
            stdout=full, stderr=subprocess.PIPE, check=False, cwd=Path(__file__).parents[3],
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(b"Error: No space left on device")


def test_a_header_fault_is_about_the_return_and_a_blank_child_can_be_found(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = message(child("", ""), child("", "C1"), child("", "C1")).replace("2026-03-31", "2026-03-30")
    run(["check", str(write(tmp_path, text))])
    lines = capfdbinary.readouterr().out.decode().splitlines()
    header = lines.index("      Header.ReferenceDate = 2026-03-30 (line 3, record 1)")
    assert [line for line in lines[:header] if not line.startswith(" ")][-1].startswith("(return): ")
    assert any(line.startswith("(child 1, no identifier): ") for line in lines)
    same = [line for line in lines if line.startswith("      ChildIdentifiers.LAchildID = C1 (line ")]
    assert len({line.rpartition("record ")[2] for line in same}) == 2
