"""Rules on episodes against Ofsted's list of providers: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome

LIST = [{"urn": "1234567", "places": ["K1"]}, {"urn": "1234567", "places": ["K2", "R3"]}, {"urn": "7654321"}]


@pytest.mark.parametrize(
    ("urn", "place", "fails"),
    [
        ("1234567", "K1", False),
        ("1234567", "r3", False),
        ("1234567", "S1", True),
        ("1234567", None, True),
        ("7654321", "K1", True),
        ("1111111", "K1", True),
        ("XXXXXXX", "K1", False),
        (None, "K1", False),
    ],
)
def test_219_ofsted_lists_the_type_of_placement(urn: str | None, place: str | None, fails: bool) -> None:
    cells = ["Episodes.0.URN Episodes.0.PLACE"] if fails else []
    assert marked("219", Episodes=[{"URN": urn, "PLACE": place}], providers=LIST) == cells


def test_219_needs_the_list() -> None:
    assert outcome("219").reason == "It needs Ofsted's list of providers. Give the workbook with --providers FILE."
