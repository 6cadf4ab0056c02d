"""ics-gateway returns, as it is called."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from census_files import child, message
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.cli import returns
from gateway.returns import watches
from gateway.returns.book import About
from gateway.returns.weekly import WEEK
from gateway.store.store import Store
from operator_calls import Call, calling, cells
from schemas.findings import Report, Source
from store_builder import NOW, RECIPIENT

FIRST, SECOND = (f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "12")
NAME = "cin-2026-999"
NOTES = 'rule,child,note\r\n2887Q,,"One child, without a disability."\r\n'


@pytest.fixture
def call(
    sqlite_store: Store,
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Call:
    monkeypatch.setenv("ICS_GATEWAY_INBOX_FOLDER", str(tmp_path / "inbox"))
    return calling(returns.app, sqlite_url, tmp_path, monkeypatch, capsys, NOW)


def digest(call: Call) -> str:
    found = re.search(r"^To sign file \d+: ([0-9a-f]{64})$", call("show", NAME)[1], re.MULTILINE)
    assert found
    return found[1]


def test_from_the_first_file_to_the_answer(call: Call, tmp_path: Path) -> None:
    census, notes, errors = (tmp_path / name for name in ("c.xml", "n.csv", "collect.csv"))
    census.write_text(message(child(identifier="C1")), encoding="utf-8")
    by = ("--staff", FIRST)
    status, out, _ = call("add", str(census), *by)
    assert (status, out.startswith(f"{NAME}: file 1, ")) == (0, True)
    status, out, _ = call("check", NAME, "--report", str(tmp_path / "report.html"), "--no-progress", *by)
    assert (status, out.splitlines()[1]) == (0, "0 errors, 1 queries, 1 without a note.")
    assert (tmp_path / "report.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert call("explain", NAME, "--template", str(notes)) == (0, "", f"{notes}: 1 queries to explain.\n")
    assert notes.read_text(encoding="utf-8-sig").splitlines()[1] == "2887Q,,"
    assert call("explain", NAME, str(notes), *by)[0] == 1, "the template has no note yet"
    notes.write_text(NOTES, encoding="utf-8")
    assert call("explain", NAME, str(notes), *by)[0] == 0
    seen = digest(call)
    assert call("sign-off", NAME, "--seen", seen, *by)[0] == 0
    status, _, err = call("sign-off", NAME, "--seen", seen, *by)
    assert (status, err.splitlines()[0]) == (2, "You have signed it already: somebody else is the second person.")
    assert call("sign-off", NAME, "--seen", seen, "--staff", SECOND, "--role", "manager")[0] == 0
    assert call("pack", NAME, "--out", str(tmp_path / "upload"), *by)[0] == 0
    packed = tmp_path / "upload" / "999_CIN_2026_001.xml"
    assert packed.read_bytes() == census.read_bytes()
    status, out, _ = call("submitted", NAME, "--upload", str(packed), "--at", "2026-11-25T09:00", *by)
    assert (status, out.startswith("File 1 is submitted: 999_CIN_2026_001.xml")) == (0, True)
    errors.write_text("Rule,Type,LAchildID\n2887,Query,\n8925,Error,C1\n", encoding="utf-8")
    status, out, _ = call("compare", NAME, str(errors), *by)
    assert (status, out.splitlines()[0]) == (1, "1 of 2 rules agree.")
    status, out, _ = call("compare", NAME, "--format", "json")
    assert {rule["code"]: rule["agreed"] for rule in json.loads(out)["rules"]} == {"2887Q": True, "8925": False}
    assert call("answer", NAME, "accepted", *by)[0] == 0
    assert call("produce", NAME, "--out", str(tmp_path / "again"), *by)[0] == 0
    for file in (tmp_path / "upload").iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()
    assert cells(call("list")[1])[2][:3] == [NAME, "1", "accepted"]
    assert json.loads(call("show", NAME, "--format", "json")[1])["files"][0]["stage"] == "accepted"


def test_a_folder_of_files_is_zipped_and_what_is_missing_is_said(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    assert call("add", str(folder))[2].splitlines()[0] == "A return is 1 to 200 files."
    assert call("add", str(tmp_path / "none.xml"))[2].splitlines()[0] == "There is no file none.xml."
    (folder / "header.csv").write_text("CHILD,SEX,DOB,ETHNIC,UPN\n1,1,01/01/2015,WBRI,\n", encoding="utf-8")
    status, _, err = call("add", str(folder), "--return", "ssda903", "--year", "2026", "--staff", FIRST)
    assert (status, err.splitlines()[0]) == (2, "The file does not say of which authority it is.")
    told = ("--return", "ssda903", "--year", "2026", "--authority", "209")
    status, out, _ = call("add", str(folder), *told, "--staff", FIRST)
    assert (status, out.startswith("ssda903-2026-209: file 1, ")) == (0, True)


def test_a_call_that_is_wrong_is_refused(call: Call) -> None:
    assert call("show", "cin-2026-111")[2].splitlines()[0] == "There is no such return, or it is not yours to see."
    assert call("explain", NAME)[2].splitlines()[0] == "Give either the file with notes, or --template."


def test_the_weekly_checks_are_listed_and_the_newest_report_written(
    call: Call, sqlite_store: Store, tmp_path: Path
) -> None:
    about, report = About("cin", 2026, "999"), Report("cin", 2026, "999", Source("x.xml", "0" * 64), {}, (), ())
    watches.keep_failure(sqlite_store, about, NOW - WEEK, NOW - WEEK, watches.Source.DATASET, "It is away.")
    out = tmp_path / "so-far.json"
    status, _, err = call("weekly", NAME, "--report", str(out))
    assert (status, err.splitlines()[0]) == (2, "This return has had no weekly check yet.")
    watches.keep(sqlite_store, Actor(RECIPIENT, Role.GATEWAY), about, NOW, NOW, watches.Source.DATASET, report)
    assert cells(call("weekly")[1])[2:4] == [
        [NAME, "2026-11-25 09:00", "dataset", "0", "0"],
        [NAME, "2026-11-18 09:00", "dataset", "It is away."],
    ]
    assert [watch["errors"] for watch in json.loads(call("weekly", "--format", "json")[1])] == [0, None]
    assert call("weekly", NAME, "--report", str(out))[0] == 0
    assert json.loads(out.read_text(encoding="utf-8"))["summary"]["errors"] == 0
    assert call("weekly", NAME, "--report", str(tmp_path / "x.doc"))[2].startswith("A report ends in json")
    assert call("weekly", NAME)[2].splitlines()[0] == "Give a RETURN and --report together, or neither."
