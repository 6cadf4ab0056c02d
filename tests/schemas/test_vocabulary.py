"""The building blocks of the rules, each on its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from census_builder import census, child, episode
from schemas import vocabulary
from schemas.cin import rules as cin_rules
from schemas.cin.tables import cin_plans, details, identifiers, protection_plans
from schemas.periods import Period
from schemas.rules import Census
from schemas.vocabulary import (
    first_day_without,
    missing,
    more_than_one,
    no,
    outside,
    present,
    ran_at_start,
    repeated,
    started_during_another,
    upn_check_letter,
    weekend,
    with_any,
    within,
    without_any,
    years_after,
    yes,
)

PERIOD = Period(2027)
X = pl.col("x")


def values(expression: pl.Expr, *given: object) -> list[object]:
    return pl.DataFrame({"x": list(given)}).select(expression.alias("y")).get_column("y").to_list()


def test_flags_are_yes_no_or_neither() -> None:
    assert values(yes(X), True, False, None) == [True, False, False]
    assert values(no(X), True, False, None) == [False, True, False]


def test_a_blank_field_is_missing() -> None:
    assert values(missing(X), "a", None) == [False, True]
    assert values(present(X), "a", None) == [True, False]


def test_the_period_includes_both_ends() -> None:
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1), None]
    assert values(within(X, PERIOD), *days) == [False, True, True, False, False]
    assert values(outside(X, PERIOD), *days) == [True, False, False, True, None]


def test_weekend_knows_saturday_and_sunday() -> None:
    assert values(weekend(X), *(date(2026, 9, day) for day in range(4, 8))) == [False, True, True, False]


def test_leap_day_birthdays_move_to_the_28th() -> None:
    assert values(years_after(X, 25), date(2000, 2, 29)) == [date(2025, 2, 28)]


def test_first_day_without_is_the_end_or_the_day_after_the_period() -> None:
    assert values(first_day_without(X, PERIOD), date(2026, 5, 1), None) == [date(2026, 5, 1), date(2027, 4, 1)]


@pytest.mark.parametrize(
    ("upn", "letter"),
    [
        ("X205361420087", "X"),
        ("A20536142008K", "A"),
        ("B801200005001", "B"),
        ("H801200001001", "H"),
        ("B801200001001", "H"),
        ("G80120000101A", "G"),
        ("R82300000005B", "R"),
        ("D94209912345Z", "D"),
        ("X20536142008I", None),
        ("X2053614200", None),
        ("X2O5361420087", None),
    ],
)
def test_upn_check_letter(upn: str, letter: str | None) -> None:
    assert values(upn_check_letter(X), upn) == [letter]


def plan(start: str | None, end: str | None = None) -> dict[str, str | None]:
    return {"CPPstartDate": start, "CPPendDate": end}


def overlaps(*plans: dict[str, str | None]) -> list[tuple[int, int]]:
    data = census(2026, child(episode(ChildProtectionPlans=list(plans))))
    pairs = started_during_another(Census(data), protection_plans, identifiers, "CPPstartDate", "CPPendDate").collect()
    return sorted(
        pairs.select("ChildProtectionPlans.CPPstartDate", "ChildProtectionPlans.CPPstartDate#running").iter_rows()
    )


def test_overlap_includes_the_last_day_of_the_other() -> None:
    assert overlaps(plan("2025-05-01", "2025-06-01"), plan("2025-06-01", "2025-07-01")) == [(1, 0)]
    assert overlaps(plan("2025-05-01", "2025-06-01"), plan("2025-06-02", "2025-07-01")) == []


def test_overlap_of_exact_duplicates_goes_both_ways() -> None:
    assert overlaps(plan("2025-05-01", "2025-06-01"), plan("2025-05-01", "2025-06-01")) == [(0, 1), (1, 0)]


def test_overlap_with_an_open_record_runs_to_the_end_of_the_period() -> None:
    assert overlaps(plan("2025-05-01"), plan("2026-03-31")) == [(1, 0)]
    assert overlaps(plan("2025-05-01"), plan("2026-04-01")) == []


def test_overlap_ignores_records_without_a_start() -> None:
    assert overlaps(plan(None, "2025-06-01"), plan("2025-05-01")) == []


@pytest.fixture
def two_children() -> Census:
    data = census(
        2026,
        child(episode(ChildProtectionPlans=[plan("2025-05-01"), plan("2025-06-01")]), LAchildID="C1"),
        child(episode(ChildProtectionPlans=[plan("2025-05-01")]), episode(), LAchildID="C2"),
    )
    return Census(data)


def test_more_than_one_keeps_every_row_of_the_crowded_record(two_children: Census) -> None:
    kept = more_than_one(two_children.rows(protection_plans), identifiers).collect()
    assert kept.select("issue", "ChildProtectionPlans").rows() == [(0, 0), (0, 1)]


def test_repeated_groups_equal_values(two_children: Census) -> None:
    kept = repeated(two_children.rows(protection_plans), "CPPstartDate").collect()
    assert kept.get_column("ChildProtectionPlans").to_list() == [0, 2]
    assert kept.get_column("issue").n_unique() == 1


def test_repeated_looks_at_all_keys_and_passes_over_blanks(two_children: Census) -> None:
    plans = two_children.rows(protection_plans)
    assert repeated(plans, "CINdetails", "CPPstartDate").collect().height == 0
    assert repeated(plans, "CPPendDate").collect().height == 0


def test_with_and_without_any_split_the_rows(two_children: Census) -> None:
    episodes, plans = two_children.rows(details), two_children.rows(protection_plans)
    assert with_any(episodes, plans, details).collect().get_column("CINdetails").to_list() == [0, 1]
    assert without_any(episodes, plans, details).collect().get_column("CINdetails").to_list() == [2]


@pytest.mark.parametrize(
    ("starts", "include_end", "expected"),
    [
        ("2025-04-30", True, []),
        ("2025-05-01", True, [(0, 0)]),
        ("2025-06-01", True, [(0, 0)]),
        ("2025-06-01", False, []),
        ("2025-05-31", False, [(0, 0)]),
        (None, True, []),
    ],
)
def test_ran_at_start_compares_two_tables(
    starts: str | None, include_end: bool, expected: list[tuple[int, int]]
) -> None:
    plans = {"CINplanDates": [{"CINPlanStartDate": starts}], "ChildProtectionPlans": [plan("2025-05-01", "2025-06-01")]}
    data = census(2026, child(episode(**plans)), child(episode(CINplanDates=plans["CINplanDates"])))
    view = Census(data)
    pairs = ran_at_start(
        view.rows(cin_plans),
        view.rows(protection_plans),
        identifiers,
        ("CINplanDates", "CINPlanStartDate"),
        ("ChildProtectionPlans", "CPPstartDate", "CPPendDate"),
        pl.col("CPPendDate"),
        include_end=include_end,
    ).collect()
    cells = ("CINplanDates.CINPlanStartDate", "ChildProtectionPlans.CPPstartDate#running")
    assert pairs.select(cells).rows() == expected
    marks = pairs.get_column("ChildProtectionPlans.CPPendDate#running").to_list()
    assert marks == [row for _, row in expected]
    assert pairs.get_column("issue").to_list() == [{"a": a, "b": b} for a, b in expected]


def test_ran_at_start_never_meets_what_has_no_end() -> None:
    data = census(2026, child(episode(ChildProtectionPlans=[plan("2025-05-01"), plan("2025-05-02")])))
    rows = Census(data).rows(protection_plans)
    span = ("ChildProtectionPlans", "CPPstartDate", "CPPendDate")
    assert ran_at_start(rows, rows, details, span[:2], span, pl.col("CPPendDate")).collect().height == 0


def test_every_block_is_used_by_a_rule_and_tested_here() -> None:
    blocks = {name for name, item in vars(vocabulary).items() if getattr(item, "__module__", "") == vocabulary.__name__}
    rules = "\n".join(path.read_text(encoding="utf-8") for path in Path(cin_rules.__file__).parent.glob("*.py"))
    tests = Path(__file__).read_text(encoding="utf-8")
    for text in (rules, tests):
        assert {block for block in blocks if f"{block}(" not in text} == set()
