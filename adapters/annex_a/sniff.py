"""Tell whether a path holds lists of Annex A."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from adapters.annex_a.headings import is_heading, list_of, number_of
from adapters.archive import UNSOUND
from adapters.sheets.csv import delimiter_of, headings_of
from adapters.sheets.text import decoded
from adapters.sniff import start_of

_ENDINGS = frozenset({".csv", ".xlsx", ".xlsm", ".zip"})
_ZIP = b"PK\x03\x04"
_SHEETS = "xl/workbook.xml"
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*?name=\"([^\"]*)\"")
_MOST = 1 << 20


def recognises(path: Path) -> bool:
    """Tell whether a path is a workbook, a folder or a CSV file with lists, or a file with a list's name."""
    if path.is_dir():
        return any(_is_list(found.stem) for found in path.iterdir() if found.suffix.lower() in _ENDINGS)
    start = start_of(path)
    if start.startswith(_ZIP):
        return any(_is_list(name) for name in _inside(path))
    return path.suffix.lower() in _ENDINGS and (_is_list(path.stem) or _has_headings(start))


def _is_list(name: str) -> bool:
    return bool(number_of(name))


def _inside(path: Path) -> list[str]:
    """Name the sheets of a workbook, or the files of a zip file."""
    try:
        with zipfile.ZipFile(path) as opened:
            names = opened.namelist()
            if _SHEETS not in names:
                return [Path(name).stem for name in names]
            # Nothing else of a workbook is unpacked before its size was looked at.
            with opened.open(_SHEETS) as listed:
                return _SHEET.findall(listed.read(_MOST).decode("utf-8", errors="replace"))
    except UNSOUND:
        return []


def _has_headings(start: bytes) -> bool:
    first = decoded(start).content.lstrip().partition("\n")[0]
    headings = tuple(headings_of(first.strip(), delimiter_of(first, is_heading)))
    return list_of("", headings) is not None
