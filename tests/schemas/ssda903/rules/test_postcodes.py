"""Rules on postcodes: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import polars as pl
import pytest

from looked_after_builder import AWAY, DIRECTORY, HOME, NEAR, marked, outcome
from schemas.ssda903.rules import postcodes

Record = dict[str, str | None]
NOWHERE = "ZZ1 1ZZ"
BOTH: Record = {"HOME_POST": HOME, "PL_POST": NEAR, "LS": "C2"}
NO_DIRECTORY = "It needs the postcode directory. Make it with: ics-gateway reference build"
NO_UASC = "The table UASC was not given."
SOUGHT_ASYLUM: list[dict[str, Any]] = [
    {"UASC": [{}]},
    {"UASC_last": [{}]},
    {"Header": [{"UASC": "1"}]},
    {"UASC_last": [], "Header_last": [{"UASC": "1"}]},
]
METRES_IN_A_MILE = 1609.3


def cells(fails: bool, *fields: str, row: int = 0) -> list[str]:
    return [" ".join(f"Episodes.{row}.{field}" for field in fields)] if fails else []


def miles_apart(miles: float) -> list[dict[str, Any]]:
    """List two postcodes that lie so many miles from each other."""
    north = {"postcode": "SE137SB", "easting": 0, "northing": 0, "authority": "209"}
    return [north, north | {"postcode": "SE64RU", "easting": round(miles * METRES_IN_A_MILE)}]


@pytest.mark.parametrize(
    ("miles", "episode", "fails"),
    [
        (0, {}, False),
        (999.9, {}, False),
        (1000, {}, True),
        (1000, {"LS": None}, True),
        (1000, {"LS": "V3"}, False),
        (1000, {"LS": "V4"}, False),
        (1000, {"HOME_POST": NOWHERE}, False),
        (1000, {"PL_POST": None}, False),
    ],
)
def test_164_a_distance_is_possible(miles: float, episode: Record, fails: bool) -> None:
    failing = cells(fails, "PL_POST", "HOME_POST")
    assert marked("164", Episodes=[BOTH | episode], postcodes=miles_apart(miles)) == failing


@pytest.mark.parametrize(
    ("post", "status", "fails"),
    [
        (HOME, "C2", False),
        ("EH1 1AA", "C2", False),
        ("ZZ1 1ZZ", "C2", True),
        (None, "C2", True),
        (None, None, True),
        (None, "V3", False),
        (None, "V4", False),
    ],
)
@pytest.mark.parametrize("code", ["169", "179"])
def test_the_authority_of_the_placement_is_known(code: str, post: str | None, status: str | None, fails: bool) -> None:
    failing = cells(fails, "PL_POST", "LS")
    assert marked(code, Episodes=[{"PL_POST": post, "LS": status}], postcodes=DIRECTORY) == failing


@pytest.mark.parametrize(
    ("status", "post", "urn", "fails"),
    [
        ("V3", HOME, None, True),
        ("V4", None, "XXXXXXX", True),
        ("V4", HOME, "1234567", True),
        ("V3", None, None, False),
        ("V2", HOME, "1234567", False),
        (None, HOME, "1234567", False),
    ],
)
def test_214_a_short_break_has_no_placement_details(
    status: str | None, post: str | None, urn: str | None, fails: bool
) -> None:
    failing = cells(fails, "PL_POST", "URN", "LS")
    assert marked("214", Episodes=[{"LS": status, "PL_POST": post, "URN": urn}]) == failing


@pytest.mark.parametrize(
    ("episode", "fails"),
    [
        ({}, False),
        ({"PL_POST": HOME}, False),
        ({"PL_POST": None}, True),
        ({"HOME_POST": None}, True),
        ({"HOME_POST": NOWHERE}, True),
        ({"PL_POST": None, "LS": None}, True),
        ({"PL_POST": None, "LS": "V3"}, False),
        ({"PL_POST": None, "LS": "V4"}, False),
    ],
)
def test_392a_the_distance_is_known(episode: Record, fails: bool) -> None:
    failing = cells(fails, "PL_POST", "HOME_POST", "LS")
    assert marked("392a", Episodes=[BOTH | episode], postcodes=DIRECTORY) == failing


@pytest.mark.parametrize(
    ("episode", "fails"),
    [
        ({}, False),
        ({"HOME_POST": NOWHERE}, False),
        ({"PL_POST": None}, True),
        ({"HOME_POST": None}, True),
        ({"PL_POST": None, "LS": None}, True),
        ({"PL_POST": None, "LS": "V3"}, False),
        ({"PL_POST": None, "LS": "V4"}, False),
    ],
)
def test_392b_both_postcodes_are_there(episode: Record, fails: bool) -> None:
    assert marked("392b", Episodes=[BOTH | episode]) == cells(fails, "HOME_POST", "PL_POST", "LS")


@pytest.mark.parametrize(
    ("code", "episode", "fields"),
    [
        ("164", {"PL_POST": AWAY}, ["PL_POST", "HOME_POST"]),
        ("392a", {"PL_POST": None}, ["PL_POST", "HOME_POST", "LS"]),
        ("392b", {"PL_POST": None}, ["HOME_POST", "PL_POST", "LS"]),
    ],
)
def test_unaccompanied_asylum_seekers_need_no_postcodes(code: str, episode: Record, fields: list[str]) -> None:
    far = [*DIRECTORY[:2], {"postcode": "M11AE", "easting": 2500000, "northing": 0, "authority": "352"}]
    given: dict[str, Any] = {"Episodes": [BOTH | episode], "postcodes": far}
    for asylum in SOUGHT_ASYLUM:
        assert marked(code, **given, **asylum) == []
    for nobody in ({"UASC": [{"CHILD": "C2"}]}, {"UASC": [{"CHILD": None}]}, {"Header": [{"UASC": "0"}]}):
        assert marked(code, **given, **nobody) == cells(True, *fields)
    assert marked(code, **given, absent=["UASC"], UASC_last=[{}]) == []
    assert marked(code, **given, absent=["UASC"], UASC_last=[]) == cells(True, *fields)
    if code != "392b":
        assert outcome(code, **given, absent=["UASC"]).reason == NO_UASC


def test_392b_where_no_year_tells_of_unaccompanied_asylum_seekers_nobody_is_one() -> None:
    failing = cells(True, "HOME_POST", "PL_POST", "LS")
    assert marked("392b", Episodes=[BOTH | {"PL_POST": None}], absent=["UASC"]) == failing


@pytest.mark.parametrize(
    ("home", "placement", "fields"),
    [
        (HOME, "se13  7sb", ""),
        ("ZZ1 1ZZ", HOME, "Episodes.0.HOME_POST"),
        (HOME, "ZZ1 1ZZ", "Episodes.0.PL_POST"),
        ("ZZ1 1ZZ", "ZZ1 1ZZ", "Episodes.0.HOME_POST Episodes.0.PL_POST"),
        (None, None, ""),
    ],
)
def test_392c_a_postcode_is_in_the_directory(home: str | None, placement: str | None, fields: str) -> None:
    episodes = [{"HOME_POST": home, "PL_POST": placement}]
    assert marked("392c", Episodes=episodes, postcodes=DIRECTORY) == ([fields] if fields else [])


@pytest.mark.parametrize(
    ("home", "placement", "place", "fails"),
    [
        (HOME, HOME, "U1", True),
        (HOME, "se137sb", "U1", True),
        (NOWHERE, NOWHERE, None, True),
        (HOME, HOME, "P1", False),
        (HOME, NEAR, "U1", False),
        (HOME, None, "U1", False),
        (None, None, "U1", False),
    ],
)
def test_392d_a_child_is_placed_away_from_home(
    home: str | None, placement: str | None, place: str | None, fails: bool
) -> None:
    failing = cells(fails, "HOME_POST", "PL_POST", "PLACE")
    assert marked("392d", Episodes=[{"HOME_POST": home, "PL_POST": placement, "PLACE": place}]) == failing


@pytest.mark.parametrize(
    ("status", "home", "placement", "fails"),
    [
        ("V3", HOME, None, True),
        ("V4", None, HOME, True),
        ("V3", NOWHERE, HOME, True),
        ("V4", None, None, False),
        ("V2", HOME, HOME, False),
        (None, HOME, HOME, False),
    ],
)
def test_398_a_short_break_has_no_postcodes(
    status: str | None, home: str | None, placement: str | None, fails: bool
) -> None:
    failing = cells(fails, "LS", "HOME_POST", "PL_POST")
    assert marked("398", Episodes=[{"LS": status, "HOME_POST": home, "PL_POST": placement}]) == failing


@pytest.mark.parametrize("asylum", [*SOUGHT_ASYLUM, {"UASC_last": [{}], "absent": ["UASC"]}])
def test_406_postcodes_of_unaccompanied_asylum_seekers_are_blank(asylum: dict[str, Any]) -> None:
    failing = cells(True, "PL_POST", "HOME_POST")
    if "Header" in asylum:
        failing = [f"{failing[0]} Header.0.UASC"]
    assert marked("406", Episodes=[BOTH], postcodes=DIRECTORY, **asylum) == failing
    for hidden in ({"PL_POST": None}, {"HOME_POST": NOWHERE}):
        assert marked("406", Episodes=[BOTH | hidden], postcodes=DIRECTORY, **asylum) == []


@pytest.mark.parametrize(
    "others",
    [
        {"UASC": [{"CHILD": "C2"}]},
        {"UASC": [{"CHILD": None}]},
        {"Header": [{"UASC": "0"}]},
        {"UASC_last": [{"CHILD": "C2"}], "absent": ["UASC"]},
        {"absent": ["Header"]},
    ],
)
def test_406_other_children_may_have_postcodes(others: dict[str, Any]) -> None:
    assert marked("406", Episodes=[BOTH], postcodes=DIRECTORY, **others) == []


def test_406_needs_somebody_to_tell_who_sought_asylum() -> None:
    assert outcome("406", postcodes=DIRECTORY, absent=["UASC"]).reason == NO_UASC


@pytest.mark.parametrize("post", [HOME, AWAY, NOWHERE, None])
def test_411_what_is_made_from_one_postcode_agrees(post: str | None) -> None:
    assert marked("411", Episodes=[{"PL_POST": post}], postcodes=DIRECTORY) == []


@pytest.mark.parametrize(
    ("said", "post", "fails"),
    [("IN", AWAY, True), ("IN", NOWHERE, True), ("IN", HOME, False), ("OUT", AWAY, False), ("OUT", HOME, False)],
)
def test_411_a_location_that_contradicts_the_authority_is_noticed(said: str, post: str, fails: bool) -> None:
    with patch.object(postcodes, "location", lambda _census: pl.lit(said)):
        assert marked("411", Episodes=[{"PL_POST": post}], postcodes=DIRECTORY) == cells(fails, "PL_POST")


@pytest.mark.parametrize(
    ("status", "post", "fails"),
    [
        ("V3", HOME, True),
        ("V4", "EH1 1AA", True),
        ("V3", NOWHERE, False),
        ("V4", None, False),
        ("C2", HOME, False),
        (None, HOME, False),
    ],
)
def test_420_the_authority_of_a_short_break_is_not_told(status: str | None, post: str | None, fails: bool) -> None:
    failing = cells(fails, "PL_POST", "LS")
    assert marked("420", Episodes=[{"LS": status, "PL_POST": post}], postcodes=DIRECTORY) == failing


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(
    ("miles", "episode", "fails"),
    [
        (350, {}, False),
        (350.1, {}, True),
        (999.8, {}, True),
        (999.9, {}, False),
        (1000, {}, True),
        (351, {"PL_POST": NOWHERE}, False),
        (351, {"HOME_POST": None}, False),
    ],
)
def test_454_a_placement_is_within_350_miles(year: int, miles: float, episode: Record, fails: bool) -> None:
    failing = cells(fails, "PL_POST", "HOME_POST")
    assert marked("454", year, Episodes=[BOTH | episode], postcodes=miles_apart(miles)) == failing


@pytest.mark.parametrize("code", ["164", "169", "179", "392a", "392c", "406", "411", "420", "454"])
def test_rules_on_postcodes_need_the_directory(code: str) -> None:
    assert outcome(code).reason == NO_DIRECTORY


@pytest.mark.parametrize("code", ["179", "411"])
def test_rules_on_the_location_need_the_authority(code: str) -> None:
    reason = "The authority is not known. Give its three digits with --authority."
    assert outcome(code, authority="", postcodes=DIRECTORY).reason == reason
