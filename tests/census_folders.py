"""Folders of tables of a census: made from a file, changed as a spreadsheet would, and turned back."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from adapters.cin.convert import convert_census
from census_files import EPISODE, message, write
from census_files import child as child_xml
from schemas.errors import GatewayError

Rows = list[list[str]]


def folder_of(place: Path, content: str | None = None) -> Path:
    """Convert a census, by default two children with a disability each, to a folder."""
    inside = EPISODE.replace("<ReferralNFA>1", "<ReferralNFA>0")
    text = content or message(child_xml(inside, "C1"), child_xml(inside, "C2")).replace(
        "</Ethnicity>", "</Ethnicity><Disabilities><Disability>MOB</Disability></Disabilities>"
    )
    assert convert_census(write(place, text), place / "folder") == ()
    return place / "folder"


def rows(folder: Path, table: str) -> Rows:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def put(folder: Path, table: str, content: Rows, **dialect: str) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, **dialect).writerows(content)  # type: ignore[arg-type]  # only a delimiter


def back(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Convert a folder to a file; give its text and the losses."""
    target = folder.parent / "back.xml"
    losses = convert_census(folder, target)
    return target.read_text(encoding="utf-8"), losses


def refused(folder: Path) -> tuple[str, str]:
    """Convert a folder that is refused, with nothing written; give the message and the hint."""
    with pytest.raises(GatewayError) as caught:
        convert_census(folder, folder.parent / "back.xml")
    assert not (folder.parent / "back.xml").exists()
    return caught.value.message, caught.value.hint
