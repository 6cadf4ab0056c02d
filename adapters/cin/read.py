"""Read a CIN census file."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from adapters.cin.sniff import require_census
from adapters.input_file import require_file
from adapters.xml.blocks import LOST_BREAK
from adapters.xml.limits import Limits
from adapters.xml.read import Message, Progress, read_message
from schemas.cin.layout import FIRST_YEAR, LAST_YEAR, YEARS, cin_layout
from schemas.errors import Rejected
from schemas.returns import ReturnData
from schemas.tables import Layout

_BLANK = rf"[\s{LOST_BREAK}]*"
_YEAR = re.compile(rf"<(?:\w+:)?Year(?:\s[^>]*)?>{_BLANK}([0-9]{{4}}){_BLANK}<")
_REFERENCE_YEAR = re.compile(
    rf"<(?:\w+:)?ReferenceDate(?:\s[^>]*)?>{_BLANK}([0-9]{{4}})-[0-9]{{2}}-[0-9]{{2}}{_BLANK}<"
)


def read_cin(
    path: Path,
    *,
    year: int | None = None,
    authority: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> ReturnData:
    """Read a census file into the tables of its year.

    `year` and `authority` stand in for what the file says. Raise Rejected, with what to do, where
    nothing can be checked: no census, no year, a document type declaration, a passed size limit.
    """
    limits = limits or Limits()
    _require_size(path, limits)
    require_census(path)
    choice = _Choice(year)
    data = read_message(path, Message(choice.layout, "ChildIdentifiers", "LAchildID"), limits, progress)
    notices = tuple(choice.notices)
    return replace(data, authority=authority or _authority(data), notices=notices)


def _require_size(path: Path, limits: Limits) -> None:
    size = require_file(path)
    if size > limits.file_size:
        raise Rejected(
            f"The file has {size:,} bytes, more than the {limits.file_size:,} that the gateway reads.",
            hint="Check that it is one authority's census; if it is, raise the limit in the settings.",
        )


class _Choice:
    """Finds the collection year, and notes how."""

    def __init__(self, year: int | None) -> None:
        self._given = year
        self.notices: list[str] = []

    def layout(self, start: str) -> Layout:
        """Find the layout from the start of the message."""
        year = self._given or self._found(start)
        if year not in YEARS:
            raise Rejected(
                f"The gateway knows the census of {FIRST_YEAR} to {LAST_YEAR}, not of {year}.",
                hint="Correct Year in the header, or say which year to check with --year.",
            )
        return cin_layout(year)

    def _found(self, start: str) -> int:
        if named := _YEAR.search(start):
            return int(named.group(1))
        if dated := _REFERENCE_YEAR.search(start):
            self.notices.append("The header has no usable Year; the year of its ReferenceDate was used.")
            return int(dated.group(1))
        raise Rejected(
            "The file does not say which collection year it is for.",
            hint="Say which with --year (the calendar year in which the collection ends).",
        )


def _authority(data: ReturnData) -> str:
    header = data.tables["Header"]
    return (header.item(0, "LEA") or "") if header.height else ""
