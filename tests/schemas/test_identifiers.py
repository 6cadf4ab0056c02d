"""Numbers that prove how they were typed: the worked examples, and what one slip does to them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import (
    UPN_ALPHABET,
    is_establishment,
    is_nhs_number,
    is_social_worker_number,
    is_temporary_upn,
    is_uln,
    is_upn,
    is_urn,
    nhs_check_digit,
    upn_check_letter,
)
from schemas.vocabulary import upn_check_letter as of_column

DIGITS = "0123456789"


@pytest.mark.parametrize(
    ("text", "good", "temporary"),
    [
        ("H801200001001", True, False),
        ("Q823432102012", True, False),
        ("T936987600123", True, False),
        ("C201999988007", True, False),
        ("G80120000101A", True, True),
        ("R82300000005B", True, True),
        ("H30112300450K", True, True),
        ("D94209912345Z", True, True),
        ("B801200001001", False, False),
        ("H80120000101I", False, False),
        ("h801200001001", False, False),
        ("H80120000100", False, False),
        ("H801200001001 ", False, False),
        ("H8012000010\u06601", False, False),
        ("", False, False),
    ],
)
def test_unique_pupil_numbers(text: str, good: bool, temporary: bool) -> None:
    assert (is_upn(text), is_temporary_upn(text)) == (good, temporary)


def test_a_unique_pupil_number_needs_an_authority_that_is_one_where_they_are_given() -> None:
    letter = upn_check_letter("000000000000")
    assert is_upn(f"{letter}000000000000")
    assert not is_upn(f"{letter}000000000000", frozenset({"801"}))


@given(st.text(DIGITS, min_size=11, max_size=11), st.sampled_from(DIGITS + UPN_ALPHABET))
def test_the_letter_of_a_number_is_that_of_a_column(start: str, last: str) -> None:
    frame = pl.DataFrame({"upn": [f"A{start}{last}"]})
    assert frame.select(of_column(pl.col("upn"))).item() == upn_check_letter(f"{start}{last}")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("9434765919", True),
        ("9990000018", True),
        ("9434765918", False),
        ("943 476 5919", False),
        ("0000000000", False),
        ("9999999999", False),
        ("999000001", False),
        ("99900000180", False),
    ],
)
def test_nhs_numbers(text: str, good: bool) -> None:
    assert is_nhs_number(text) == good


@given(st.text(DIGITS, min_size=9, max_size=9), st.integers(0, 8), st.sampled_from(DIGITS))
def test_one_wrong_digit_spoils_an_nhs_number(nine: str, place: int, other: str) -> None:
    digit = nhs_check_digit(nine)
    if digit is None or nine[place] == other:
        return
    assert not is_nhs_number(f"{nine[:place]}{other}{nine[place + 1 :]}{digit}")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("1000000000", True),
        ("1234567899", True),
        ("2000000001", True),
        ("9999999998", True),
        ("9999999999", True),
        ("1234567890", False),
        *((f"987654321{digit}", False) for digit in DIGITS),
        ("123456789", False),
    ],
)
def test_unique_learner_numbers(text: str, good: bool) -> None:
    assert is_uln(text) == good


def test_establishments_providers_and_social_workers() -> None:
    known = frozenset({"801"})
    assert is_establishment("8012345", known)
    assert not is_establishment("8022345", known)
    assert not is_establishment("801/2345", known)
    assert [is_urn(text) for text in ("100001", "1234567", "SC123456", "XXXXXXX", "SC12345", "XXXXXX")] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert is_social_worker_number("SW123")
    assert not is_social_worker_number("sw123")
    assert not is_social_worker_number("SW")
