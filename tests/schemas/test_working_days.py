"""The working-day calendar, pinned from 2015 to 2028."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.bank_holidays import FILE, text
from schemas.working_days import bank_holidays, is_working_day, working_days_after, working_days_before

# Dates as gov.uk publishes them; 2028 follows from the same rules.
PINNED = {
    2015: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2016: "01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27",
    2017: "01-02 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
    2018: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2019: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}


@pytest.mark.parametrize("year", PINNED)
def test_bank_holidays_are_those_published(year: int) -> None:
    assert sorted(day.strftime("%m-%d") for day in bank_holidays() if day.year == year) == PINNED[year].split()


def test_weekends_and_bank_holidays_are_no_working_days() -> None:
    assert [is_working_day(date(2027, 3, day)) for day in (25, 26, 27, 28, 29, 30)] == [
        True,
        False,
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("year", "one", "forty_five", "fifteen"),
    [
        (2023, date(2022, 3, 31), date(2023, 1, 27), date(2023, 3, 10)),
        (2024, date(2023, 3, 31), date(2024, 1, 26), date(2024, 3, 8)),
        (2025, date(2024, 3, 28), date(2025, 1, 27), date(2025, 3, 10)),
        (2026, date(2025, 3, 31), date(2026, 1, 27), date(2026, 3, 10)),
        (2027, date(2026, 3, 31), date(2027, 1, 25), date(2027, 3, 8)),
    ],
)
def test_counting_back_leaves_out_the_day_itself(year: int, one: date, forty_five: date, fifteen: date) -> None:
    assert working_days_before(date(year - 1, 4, 1), 1) == one
    assert working_days_before(date(year, 3, 31), 45) == forty_five
    assert working_days_before(date(year, 3, 31), 15) == fifteen


def test_counting_forward_steps_over_easter() -> None:
    assert working_days_after(date(2026, 9, 8), 15) == date(2026, 9, 29)
    assert working_days_after(date(2027, 3, 19), 15) == date(2027, 4, 13)
    assert working_days_after(date(2026, 12, 14), 45) == date(2027, 2, 18)


def test_the_file_is_what_the_package_says() -> None:
    assert FILE.read_text(encoding="utf-8") == text()
