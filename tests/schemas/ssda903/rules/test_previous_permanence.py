"""Rules on permanence before care: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
TOLD: Record = {"PREV_PERM": "P1", "LA_PERM": "209", "DATE_PERM": "ZZ/ZZ/2015"}
ITEMS = "PrevPerm.0.PREV_PERM PrevPerm.0.LA_PERM PrevPerm.0.DATE_PERM"


@pytest.mark.parametrize(
    ("told", "fails"),
    [
        ([], True),
        ([{"CHILD": "C2", "PREV_PERM": "Z1"}], True),
        ([{"CHILD": None, "PREV_PERM": "Z1"}], True),
        ([{"PREV_PERM": None}], True),
        ([{"PREV_PERM": "Z1"}], False),
        ([{"PREV_PERM": "z1"}], False),
        ([TOLD], False),
        ([TOLD | {"DATE_PERM": None}], True),
        ([TOLD | {"LA_PERM": None}], True),
        ([TOLD | {"PREV_PERM": None}], True),
        ([TOLD | {"PREV_PERM": None}, TOLD], False),
    ],
)
def test_630_permanence_is_told_when_care_starts(told: list[Record], fails: bool) -> None:
    started = [{"RNE": "S", "DECOM": "01/05/2025"}]
    cells = ["Episodes.0.RNE Episodes.0.DECOM"] if fails else []
    assert marked("630", Episodes=started, PrevPerm=told) == cells


@pytest.mark.parametrize(
    ("reason", "start", "fails"),
    [
        ("S", "01/04/2025", True),
        ("S", "31/03/2025", False),
        ("P", "01/04/2025", False),
        (None, "01/04/2025", False),
        ("S", None, False),
        ("S", "in May", False),
    ],
)
def test_630_is_about_care_that_starts_in_the_year(reason: str | None, start: str | None, fails: bool) -> None:
    cells = ["Episodes.0.RNE Episodes.0.DECOM"] if fails else []
    assert marked("630", Episodes=[{"RNE": reason, "DECOM": start}]) == cells


def test_630_an_episode_without_an_identifier_has_no_permanence_told() -> None:
    started: Record = {"CHILD": None, "RNE": "S", "DECOM": "01/05/2025"}
    cells = ["Episodes.0.RNE Episodes.0.DECOM"]
    assert marked("630", Episodes=[started], PrevPerm=[{"CHILD": None, "PREV_PERM": "Z1"}]) == cells


def test_630_needs_the_file() -> None:
    assert outcome("630", absent=["PrevPerm"]).reason == "The table PrevPerm was not given."


@pytest.mark.parametrize(
    ("code", "field", "value", "fails"),
    [
        *(("631", "PREV_PERM", good, False) for good in ("P1", "P2", "p3", "P4", "Z1", None)),
        ("631", "PREV_PERM", "P5", True),
        ("631", "PREV_PERM", "1", True),
        *(("633", "LA_PERM", good, False) for good in ("209", "838", "941", "928", "999", "WAL", "sco", "NIR", "NUK")),
        ("633", "LA_PERM", None, False),
        ("633", "LA_PERM", "998", True),
        ("633", "LA_PERM", "20", True),
        ("633", "LA_PERM", "E09", True),
    ],
)
def test_kind_and_authority_are_on_their_lists(code: str, field: str, value: str | None, fails: bool) -> None:
    assert marked(code, PrevPerm=[{field: value}]) == ([f"PrevPerm.0.{field}"] if fails else [])


@pytest.mark.parametrize(
    ("day", "fails"),
    [
        ("30/04/2025", False),
        ("01/05/2025", True),
        ("02/05/2025", True),
        # The last day that it can be.
        ("ZZ/04/2025", False),
        ("ZZ/05/2025", True),
        ("ZZ/ZZ/2024", False),
        ("ZZ/ZZ/2025", True),
        ("15/zz/2024", False),
        ("15/ZZ/2025", True),
        # No year, no comparison.
        ("01/06/ZZZZ", False),
        ("ZZ/ZZ/ZZZZ", False),
        ("29/02/ZZZZ", False),
        # No dates.
        ("31/04/2020", True),
        ("30/02/ZZZZ", True),
        ("29/02/2019", True),
        ("1/5/2020", True),
        ("ZZZZ", True),
        ("ZZ/13/2020", True),
        ("01/05/20ZZ", True),
        ("2020-05-01", True),
        ("Z/ZZ/2020", True),
        (None, False),
    ],
)
def test_632_permanence_is_before_care(day: str | None, fails: bool) -> None:
    episodes = [{"DECOM": "01/06/2025"}, {"DECOM": "01/05/2025", "DEC": "01/06/2025"}]
    cells = ["PrevPerm.0.DATE_PERM Episodes.1.DECOM"] if fails else []
    assert marked("632", Episodes=episodes, PrevPerm=[{"DATE_PERM": day}]) == cells


def test_632_the_last_period_of_care_counts() -> None:
    episodes = [
        {"DECOM": "01/05/2025", "DEC": "01/06/2025"},
        {"DECOM": "02/06/2025", "DEC": "01/07/2025"},
        {"DECOM": "01/07/2025"},
        {"CHILD": "C2", "DECOM": "01/05/2020"},
    ]
    assert marked("632", Episodes=episodes, PrevPerm=[{"DATE_PERM": "01/06/2025"}]) == []
    cells = ["PrevPerm.0.DATE_PERM Episodes.1.DECOM"]
    assert marked("632", Episodes=episodes, PrevPerm=[{"DATE_PERM": "02/06/2025"}]) == cells


@pytest.mark.parametrize(("day", "cells"), [("in May", ["PrevPerm.0.DATE_PERM"]), ("01/05/2025", [])])
def test_632_a_child_without_episodes_may_have_any_date(day: str, cells: list[str]) -> None:
    assert marked("632", PrevPerm=[{"DATE_PERM": day}], Episodes=[{"CHILD": None, "DECOM": "01/05/2020"}]) == cells


@pytest.mark.parametrize(
    ("told", "starts", "fails"),
    [
        ({"PREV_PERM": "Z1"}, ["31/03/2016"], True),
        ({"LA_PERM": "209"}, ["31/03/2016"], True),
        ({"DATE_PERM": "in May"}, ["31/03/2016"], True),
        ({"DATE_PERM": "01/05/2010"}, ["01/05/2015", "01/02/2016"], True),
        ({"DATE_PERM": "01/05/2010"}, ["01/05/2015", "01/04/2016"], False),
        ({"DATE_PERM": "01/05/2010"}, [None], True),
        ({"DATE_PERM": "01/05/2010"}, [], False),
        ({}, ["31/03/2016"], False),
    ],
)
def test_634_permanence_is_asked_since_april_2016(told: Record, starts: list[str | None], fails: bool) -> None:
    episodes: list[Record] = [*({"DECOM": start} for start in starts), {"CHILD": None, "DECOM": "01/05/2000"}]
    cells = " ".join([ITEMS, *(f"Episodes.{at}.DECOM" for at in range(len(starts)))])
    assert marked("634", PrevPerm=[told], Episodes=episodes) == ([cells] if fails else [])


@pytest.mark.parametrize(
    ("told", "fails"),
    [
        ({"PREV_PERM": "Z1"}, False),
        ({"PREV_PERM": "Z1", "LA_PERM": "209"}, True),
        ({"PREV_PERM": "Z1", "DATE_PERM": "in May"}, True),
        (TOLD, False),
        (TOLD | {"PREV_PERM": None}, False),
    ],
)
def test_635_no_permanence_has_no_date(told: Record, fails: bool) -> None:
    assert marked("635", PrevPerm=[told]) == ([ITEMS] if fails else [])
