"""Where a conversion is written, of which year it is, and what a crash leaves."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from adapters.cin.convert import convert_census
from adapters.cin.folder_read import read_folder
from adapters.cin.folder_write import write_folder
from adapters.cin.read import read_cin
from adapters.cin.write import write_census
from adapters.xml.limits import Limits
from census_builder import census, child, episode
from census_files import HEADER, message, write
from census_folders import folder_of, refused
from schemas.errors import Misconfigured, Rejected


def test_the_year_comes_from_the_option_or_the_header(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    assert read_folder(folder).data.layout.year == 2026
    other = read_folder(folder, year=2024)
    assert other.data.layout.year == 2024
    assert other.losses == ("ChildIdentifiers.csv, column Sex: the 2024 table has no such item. Values: 2.",)
    with pytest.raises(Rejected, match=r"^The gateway knows the census of 2017 to 2027, not of 2031\.$"):
        read_folder(folder, year=2031)


def test_a_folder_without_any_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("x", encoding="utf-8")
    assert refused(tmp_path / "folder") == (
        f"{tmp_path / 'folder'} holds no table of the census.",
        "Its files are called ChildIdentifiers.csv and so on.",
    )


def test_a_folder_in_use_is_left_as_it_is(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(Rejected, match=r"folder is in use\.$"):
        convert_census(tmp_path / "census.xml", folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert (folder_of(tmp_path) / "Header.csv").is_file()


def test_a_missing_source_and_impossible_targets_are_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    with pytest.raises(Rejected, match=r"^There is no file or folder .*nothing\.xml\.$"):
        convert_census(tmp_path / "nothing.xml", tmp_path / "x")
    with pytest.raises(Misconfigured, match=r"^There is no folder .*nowhere\.$"):
        convert_census(folder, tmp_path / "nowhere" / "x.xml")
    with pytest.raises(Misconfigured, match=r"folder is a folder\.$"):
        convert_census(folder, folder)


@pytest.mark.parametrize("name", ["x.xlsx", "x.ZIP", "x.csv", "x.xml"])
def test_a_file_that_a_census_cannot_become_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match=rf"^{name} ends in {name[1:].lower()}, and the return is not") as refused:
        convert_census(write(tmp_path, message()), tmp_path / name)
    assert refused.value.hint == "An XML file becomes a folder of CSV files: name a folder."
    assert not (tmp_path / name).exists()


def test_a_folder_becomes_no_other_file_than_xml(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    with pytest.raises(Misconfigured, match=r"^x\.xlsx ends in \.xlsx, and the return is not written in") as refused:
        convert_census(folder, tmp_path / "x.xlsx")
    assert refused.value.hint == "A folder of CSV files becomes one XML file: give its name the ending .xml."
    assert not (tmp_path / "x.xlsx").exists()


def test_the_limits_hold(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="more than the 10 that the gateway reads"):
        convert_census(write(tmp_path, message()), tmp_path / "folder", limits=Limits(file_size=10))


def test_a_crash_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = read_cin(write(tmp_path, message()))
    monkeypatch.setattr(pl.DataFrame, "iter_rows", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_folder(tmp_path / "folder", data)
    assert [path.name for path in tmp_path.iterdir()] == ["census.xml"]


def test_a_crash_while_writing_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path)
    (tmp_path / "back.xml").write_text("before", encoding="utf-8")
    monkeypatch.setattr("adapters.cin.write.lines", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        convert_census(folder, tmp_path / "back.xml")
    assert (tmp_path / "back.xml").read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back.xml", "census.xml", "folder"]


def test_a_census_without_a_header_needs_the_year(tmp_path: Path) -> None:
    source = write(tmp_path, message().replace(HEADER, ""))
    assert convert_census(source, tmp_path / "folder", year=2026) == ()
    assert convert_census(tmp_path / "folder", tmp_path / "back.xml", year=2026) == ()
    assert "<Header>" not in (tmp_path / "back.xml").read_text(encoding="utf-8")


def test_a_census_that_is_written_in_parts_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = census(2026, *(child(episode(), episode(), LAchildID=f"C{number}") for number in range(5)))
    write_census(tmp_path / "whole.xml", data.layout, data.tables)
    monkeypatch.setattr("adapters.xml.tree.SIZE", 2)
    write_census(tmp_path / "parts.xml", data.layout, data.tables)
    assert (tmp_path / "parts.xml").read_bytes() == (tmp_path / "whole.xml").read_bytes()
    assert (tmp_path / "whole.xml").read_text().count("<CINdetails") == 10
