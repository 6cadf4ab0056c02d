from __future__ import annotations

import pytest

from gateway.reports.words import cell, counted, plain
from report_builder import place
from schemas.findings import Location


@pytest.mark.parametrize(
    ("number", "what", "text"),
    [(1, "error", "1 error"), (0, "error", "0 errors"), (2, "query", "2 queries"), (1000, "child", "1,000 children")],
)
def test_a_number_stands_with_its_noun(number: int, what: str, text: str) -> None:
    assert counted(number, what) == text


def test_marks_that_cannot_be_seen_are_written_out() -> None:
    assert plain("a\x1b[31m\u202eb\nc\u200b\ufeff") == "a\\u001b[31m\\u202eb\\u000ac\\u200b\\ufeff"
    assert plain("Zoë <b>'=1") == "Zoë <b>'=1"


def test_only_a_text_that_is_too_long_is_cut() -> None:
    assert plain("x" * 300) == "x" * 300
    assert plain("x" * 1301) == "x" * 300 + "... (1,301 characters)"


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (place(), "CINdetails.ReasonForClosure = RC8 (line 1234, record 5)"),
        (place(value=None, row=0, line=None), "CINdetails.ReasonForClosure = (none) (record 1)"),
        (Location("", None, "", "x", 7, "Message/Odd"), "Message/Odd = x (line 7)"),
        (Location("", None, "", None, None), "file = (none)"),
    ],
)
def test_a_cell_says_what_stands_there_and_where(location: Location, text: str) -> None:
    assert cell(location) == text
