"""What is corrected because nothing else could be meant, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.cin.layout import cin_layout
from schemas.codesets import Code, CodeSet
from schemas.corrections import Correction, correction
from schemas.fields import Field, Kind
from schemas.ssda903.layout import ssda903_layout
from schemas.typed import BRITISH_DATES, ISO_DATES, DateForm

CIN, LOOKED_AFTER = cin_layout(2026), ssda903_layout(2026)
NEED = CIN.table("CINdetails").field("PrimaryNeedCode")
UPN = CIN.table("ChildIdentifiers").field("UPN")
DAY = CIN.table("CINdetails").field("CINreferralDate")
FLAG = CIN.table("CINdetails").field("ReferralNFA")
SEX = LOOKED_AFTER.table("Header").field("SEX")
SIZES = CodeSet(
    "Size",
    (
        Code("a", "small"), Code("A", "great"), Code("B", "old", until=2019, successor="C"),
        Code("C", "newer", until=2023, successor="D"), Code("D", "new", since=2024), Code("E", "gone", until=2019),
    ),
)  # fmt: skip
PLATE = Field("Plate", "", pattern="[A-Z]{2}[0-9]")
SIZE = Field("Size", "", Kind.CODE, SIZES)


@pytest.mark.parametrize(
    ("field", "text", "meant", "reason"),
    [
        (NEED, " N1\t", "N1", "white space"),
        (NEED, "n1", "N1", "letter case"),
        (NEED, "N 1", "N1", "white space"),
        (PLATE, "ab1", "AB1", "letter case"),
        (UPN, "A1234 5678 9012", "A123456789012", "white space"),
        (FLAG, "True", "true", "letter case"),
        (DAY, "2025-4-1", "2025-04-01", "date form"),
        (DAY, "2025-04-01T00:00:00", "2025-04-01", "date form"),
        (DAY, "31/03/2026", "2026-03-31", "date form"),
        (DAY, "04/04/2026", "2026-04-04", "date form"),
        (SIZE, "C", "D", "replaced code"),
        (SIZE, "B", "D", "replaced code"),
        (SEX, "1", "M", "replaced code"),
        (SEX, "2", "F", "replaced code"),
    ],
)
def test_another_spelling_of_what_is_meant_is_corrected(field: Field, text: str, meant: str, reason: str) -> None:
    assert correction(field, text, 2026, ISO_DATES) == Correction(meant, reason)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (NEED, "N1"),
        (NEED, "N99"),
        (NEED, ""),
        (NEED, "   "),
        (UPN, "A12345678901"),
        (FLAG, "yes"),
        (FLAG, "1"),
        (DAY, "2026-03-31"),
        (DAY, "2026-02-30"),
        (DAY, "03/04/2026"),
        (DAY, "31/02/2026"),
        (DAY, "01/04/26"),
        (DAY, "45000"),
        (DAY, "2025-04-01T09:30:00"),
        (SIZE, "b"),
        (SIZE, "E"),
        (SIZE, "a"),
    ],
)
def test_what_is_right_or_needs_a_guess_is_left(field: Field, text: str) -> None:
    assert correction(field, text, 2026, ISO_DATES) is None


@pytest.mark.parametrize(
    ("text", "meant"), [("2026-04-03", "03/04/2026"), ("3/4/2026", "03/04/2026"), ("3.4.2026 00:00", "03/04/2026")]
)
def test_a_return_with_british_dates_reads_the_day_first(text: str, meant: str) -> None:
    assert correction(DAY, text, 2026, BRITISH_DATES) == Correction(meant, "date form")


def test_a_code_has_no_successor_in_a_year_that_still_has_it() -> None:
    assert correction(SIZE, "B", 2019, ISO_DATES) is None
    assert correction(SIZE, "B", 2020, ISO_DATES) == Correction("C", "replaced code")


@given(
    field=st.sampled_from([field for layout in (CIN, LOOKED_AFTER) for table in layout for field in table]),
    text=st.text(max_size=20) | st.from_regex(r"[ ]?[A-Za-z0-9/ -]{1,12}[ ]?", fullmatch=True),
    dates=st.sampled_from([ISO_DATES, BRITISH_DATES]),
)
def test_what_was_corrected_needs_no_second_correction(field: Field, text: str, dates: DateForm) -> None:
    found = correction(field, text, 2026, dates)
    assert found is None or (found.text != text and correction(field, found.text, 2026, dates) is None)
