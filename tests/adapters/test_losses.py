"""What of a return's files is not in its tables is named, each thing once."""

from __future__ import annotations

import pytest

from adapters.losses import losses
from schemas.findings import Location, Severity, Source, Unlisted
from schemas.form import DAMAGED_LETTERS, OUTSIDE_CELL, UNKNOWN_COLUMN, UNKNOWN_FILE
from schemas.returns import Faults, LeftOut, ReturnData
from schemas.ssda903.layout import ssda903_layout

COLUMN = UNKNOWN_COLUMN.stated("", Location("Header", None, "X", None, 1, "header.csv"))
FILE = UNKNOWN_FILE.stated("", Location("", None, "", None, None, "a.xlsx"))
MORE = Unlisted(OUTSIDE_CELL.code, Severity.ERROR, 1200, frozenset())
DATE = Unlisted("FORM23", Severity.ERROR, 7, frozenset())
NOTE = LeftOut("note.pdf", "note.pdf is no table and was not read.")


def data(here: Faults, beside: Faults) -> ReturnData:
    return ReturnData(
        ssda903_layout(2026), "", Source("cla", ""), {},
        here.form, unlisted=here.unlisted, left_out=here.left_out, beside=beside,
    )  # fmt: skip


def test_findings_that_lose_something_and_all_that_was_left_out_are_named() -> None:
    found = Faults((COLUMN, FILE), (MORE, DATE), (NOTE,))
    expected = (
        "header.csv line 1: This column is not part of the table.",
        "a.xlsx: This file is none of the return's tables.",
        "1,200 more of FORM17, which are not listed.",
        "note.pdf is no table and was not read.",
    )
    assert losses(data(found, Faults()), paths=True) == losses(data(Faults(), found), paths=True) == expected


@pytest.mark.parametrize(("line", "told"), [(7, "line 7: "), (None, "")])
def test_a_return_in_one_file_is_told_by_lines_alone(line: int | None, told: str) -> None:
    found = DAMAGED_LETTERS.stated("", Location("", None, "", None, line, "Message/Children"))
    assert losses(data(Faults((found,)), Faults()), paths=False) == (f"{told}{DAMAGED_LETTERS.summary}",)
