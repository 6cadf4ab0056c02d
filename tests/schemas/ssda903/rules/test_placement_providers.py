"""Rules on who provides the placement: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked

PROVIDER_FIRST = "Episodes.0.PLACE_PROVIDER Episodes.0.PLACE"
PLACE_FIRST = "Episodes.0.PLACE Episodes.0.PLACE_PROVIDER"


def provided(code: str, year: int, provider: str | None, place: str | None) -> list[str]:
    return marked(code, year, Episodes=[{"PLACE_PROVIDER": provider, "PLACE": place}])


@pytest.mark.parametrize(
    ("provider", "place", "fails"),
    [
        ("PR1", "U1", False),
        ("pr0", "U1", False),
        ("PR5", None, False),
        ("PR6", "U1", True),
        ("PR6", None, True),
        (None, "T0", False),
        ("PR1", "T0", True),
        ("PR1", "T3", True),
    ],
)
def test_178_the_provider_is_on_the_list_and_needed(provider: str | None, place: str | None, fails: bool) -> None:
    assert provided("178", 2026, provider, place) == ([PROVIDER_FIRST] if fails else [])


@pytest.mark.parametrize(
    ("code", "year", "nobody", "somebody"),
    [
        ("178", 2023, "T0 T1 T2 T3 T4 Z1", "Z11 Z12 Z13 Z14 U1"),
        ("178", 2025, "T0 T1 T2 T3 T4 Z1", "Z11 Z12 Z13 Z14 U1"),
        ("178", 2026, "T0 T1 T2 T3 Z11 Z12 Z13 Z14", "T4 Z1 U1"),
        ("178", 2027, "T0 T1 T2 T3 Z11 Z12 Z13 Z14", "T4 Z1 U1"),
        ("213", 2023, "T0 T1 T2 T3 T4", "Z1 Z11 U1"),
        ("213", 2025, "T0 T1 T2 T3 T4", "Z1 Z11 U1"),
        ("213", 2026, "T0 T1 T2 T3 T4 Z11 Z12 Z13 Z14", "Z1 U1"),
        ("213", 2027, "T0 T1 T2 T3 T4 Z11 Z12 Z13 Z14", "Z1 U1"),
    ],
)
def test_nobody_provides_some_placements(code: str, year: int, nobody: str, somebody: str) -> None:
    rows: list[dict[str, str | None]] = [
        {"PLACE_PROVIDER": "PR1", "PLACE": place} for place in [*nobody.split(), *somebody.split()]
    ]
    first = len(nobody.split())
    cells = [f"Episodes.{at}.PLACE_PROVIDER Episodes.{at}.PLACE" for at in range(first)]
    assert marked(code, year, Episodes=rows) == cells
    passing = [*rows[first:], {"PLACE_PROVIDER": "PR1"}, {"PLACE": "T0"}]
    assert marked(code, year, Episodes=passing) == []


@pytest.mark.parametrize(
    ("year", "nobody", "somebody"),
    [
        (2023, "Z1", "Z11"),
        (2025, "Z1", "Z11"),
        (2026, "Z11 Z12 Z13 Z14", "Z1"),
        (2027, "Z11 Z12 Z13 Z14", "Z1"),
    ],
)
def test_526_most_placements_have_a_provider(year: int, nobody: str, somebody: str) -> None:
    for place in [*nobody.split(), "T0", "T1", "T2", "T3", "T4"]:
        assert provided("526", year, None, place) == []
    for missing_from in (somebody, "U1", None):
        assert provided("526", year, None, missing_from) == [PLACE_FIRST]
        assert provided("526", year, "PR1", missing_from) == []


@pytest.mark.parametrize(
    ("code", "provider", "places", "others"),
    [
        ("527", "PR1", "P1 R2 R5", "U1 A3 K1 R1"),
        ("528", "PR2", "P1 R2 R5", "U1 A3 K1 R1"),
        ("529", "PR3", "A3 A4 A5 A6 K1 K2 P1 U1 U2 U3 U4 U5 U6", "R2 R5 K3 S1"),
        ("530", "PR4", "P1", "U1 R2 R5 K1"),
        ("531", "PR5", "P1", "U1 R2 R5 K1"),
    ],
)
def test_a_provider_fits_the_placement(code: str, provider: str, places: str, others: str) -> None:
    rows: list[dict[str, str | None]] = [{"PLACE_PROVIDER": provider, "PLACE": place} for place in places.split()]
    cells = [f"Episodes.{at}.PLACE Episodes.{at}.PLACE_PROVIDER" for at in range(len(rows))]
    assert marked(code, Episodes=rows) == cells
    fitting: list[dict[str, str | None]] = [{"PLACE_PROVIDER": provider, "PLACE": place} for place in others.split()]
    more: list[dict[str, str | None]] = [{"PLACE_PROVIDER": provider}, {"PLACE": "P1"}]
    assert marked(code, Episodes=[*fitting, *more, {"PLACE_PROVIDER": "PR0", "PLACE": "P1"}]) == []


@pytest.mark.parametrize(
    ("provider", "place", "fails"),
    [("PR0", "P1", False), ("PR0", "U1", True), ("PR0", None, True), ("PR1", "U1", False), (None, "U1", False)],
)
def test_550_parents_provide_placements_with_parents(provider: str | None, place: str | None, fails: bool) -> None:
    assert provided("550", 2026, provider, place) == ([PLACE_FIRST] if fails else [])
