"""Tell whether a path is a looked-after return, in any of its forms."""

from __future__ import annotations

from pathlib import Path

from adapters.sheets.csv import delimiter_of, headings_of
from adapters.sheets.text import decoded
from adapters.sniff import root_of, start_of, text_of
from adapters.ssda903.recognise import is_heading, table_of
from schemas.errors import Rejected

_ROOT_HAS = "SSDA903"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SEALED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK_ENDINGS = frozenset({".xlsx", ".xlsm", ".xls"})
_TABLE_ENDINGS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm"})
_LOOKED_AT = 1024


def recognises(path: Path) -> bool:
    """Tell whether a path is a folder, a zip file, a workbook, a table or a message of the return."""
    if path.is_dir():
        return True
    start = start_of(path)
    if start.startswith(_ZIP) or (path.suffix.lower() in _WORKBOOK_ENDINGS and is_sealed(start)):
        return True
    return is_message(start) or (path.suffix.lower() in _TABLE_ENDINGS and not is_binary(start)) or _is_table(start)


def is_message(start: bytes) -> bool:
    """Tell from its first bytes whether a file is the XML form of the return."""
    try:
        text = text_of(start)
    except Rejected:
        return False
    return text.startswith("<") and _ROOT_HAS in (root_of(text) or "").upper()


def is_sealed(content: bytes) -> bool:
    """Tell whether a file is a workbook with a password, or one of before Excel 2007: the two look the same."""
    return content.startswith(_SEALED)


def is_binary(content: bytes) -> bool:
    """Tell whether a file is no text, in UTF-16 neither."""
    start = content[4:_LOOKED_AT]
    return b"\0" in start[::2] and b"\0" in start[1::2]


def _is_table(start: bytes) -> bool:
    first = decoded(start).content.lstrip().partition("\n")[0]
    return table_of(tuple(headings_of(first, delimiter_of(first, is_heading)))) is not None
