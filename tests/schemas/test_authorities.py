"""Authorities as dated data: 153 today, every day since 2009 unambiguous, changes on their very day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pytest

from schemas.authorities import Authority, authorities, by_code, by_ons, dfe_codes, held_between, ons_codes

TODAY = date(2026, 11, 28)


def in_force(day: date) -> list[Authority]:
    return [pair for pair in authorities() if pair.in_force(day)]


def test_153_authorities_are_in_force_and_14_pairs_are_past() -> None:
    assert len(authorities()) == 167
    assert len(in_force(TODAY)) == len({pair.code for pair in in_force(TODAY)}) == 153
    assert Counter(pair.ons[:3] for pair in in_force(TODAY)) == {"E06": 63, "E08": 36, "E09": 33, "E10": 21}


@pytest.mark.parametrize("key", ["code", "ons"])
def test_no_code_means_two_authorities_on_one_day(key: str) -> None:
    for one, other in combinations(authorities(), 2):
        if getattr(one, key) == getattr(other, key):
            first, second = sorted((one, other), key=lambda pair: pair.since or date.min)
            assert first.until is not None
            assert second.since == first.until + timedelta(days=1)


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("909", date(2023, 3, 31), "Cumbria"),
        ("909", date(2023, 4, 1), None),
        ("942", date(2023, 3, 31), None),
        ("942", date(2023, 4, 1), "Cumberland"),
        ("928", date(2021, 3, 31), "Northamptonshire"),
        ("940", date(2021, 4, 1), "North Northamptonshire"),
        ("000", TODAY, None),
    ],
)
def test_a_code_is_an_authority_on_its_days(code: str, day: date, name: str | None) -> None:
    found = by_code(code, day)
    assert (found.name if found else None) == name


def test_an_ons_code_changes_while_the_number_stays() -> None:
    before, after = date(2025, 4, 30), date(2025, 5, 1)
    assert [pair.ons for day in (before, after) if (pair := by_code("370", day))] == ["E08000016", "E08000038"]
    assert by_ons("E08000016", after) is None
    barnsley = by_ons("E08000038", after)
    assert barnsley is not None
    assert (barnsley.code, barnsley.region) == ("370", "Yorkshire and The Humber")


def test_past_codes_stay_known() -> None:
    assert {"820", "836", "875", "909", "928"} <= dfe_codes()
    assert "E10000006" in ons_codes()


@pytest.mark.parametrize(
    ("code", "since", "until", "held"),
    [
        ("909", date(2023, 3, 31), None, True),
        ("909", date(2023, 4, 1), None, False),
        ("942", date(2020, 1, 1), date(2023, 3, 31), False),
        ("942", date(2020, 1, 1), date(2023, 4, 1), True),
        ("942", date(2020, 1, 1), None, True),
        ("E08000016", date(2025, 5, 1), None, False),
        ("209", date(1990, 1, 1), date(1990, 2, 1), True),
        ("999", TODAY, None, False),
    ],
)
def test_a_code_holds_in_a_time_that_touches_its_own(code: str, since: date, until: date | None, held: bool) -> None:
    assert held_between(code, since, until) == held
