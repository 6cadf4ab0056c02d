"""Cells that a spreadsheet opens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cells import guarded, unguarded

_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
# Half of the texts start with the signs that matter, some with several.
_TEXTS = st.one_of(st.text(), st.builds(str.__add__, st.text("=+-@\t\r'", min_size=1), st.text()))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=2+2", "'=2+2"),
        ("+44", "'+44"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("'quoted'", "''quoted'"),
        ("2026-03-31", "2026-03-31"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str, cell: str) -> None:
    assert guarded(text) == cell
    assert unguarded(cell) == text


def test_an_apostrophe_that_is_no_guard_stays() -> None:
    assert unguarded("'tis") == "'tis"


@given(_TEXTS)
def test_a_guard_comes_off_again_and_nothing_starts_a_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(_STARTS[:-1])
