"""Rules on episodes against Ofsted's list of providers: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from looked_after_builder import AWAY, DIRECTORY, HOME, NEAR, marked, outcome

Record = dict[str, str | None]
NOWHERE, SCOTLAND = "ZZ1 1ZZ", "EH1 1AA"
URN, OTHER, UNLISTED, PLACEHOLDER = "1234567", "7654321", "1111111", "XXXXXXX"
LIST = [{"urn": "1234567", "places": ["K1"]}, {"urn": "1234567", "places": ["K2", "R3"]}, {"urn": "7654321"}]
TEMPORARY = "T0 T1 T2 T3 T4"


def premises(*details: dict[str, Any]) -> list[dict[str, Any]]:
    """List premises under one number of Ofsted."""
    return [{"urn": URN, **detail} for detail in details]


def cells(fails: bool, *fields: str) -> list[str]:
    return [" ".join(f"Episodes.0.{field}" for field in fields)] if fails else []


@pytest.mark.parametrize(
    ("episode", "fails"),
    [
        ({}, True),
        ({"PLACE": None}, True),
        ({"PL_POST": NOWHERE}, True),
        ({"PL_POST": None}, True),
        ({"PL_POST": SCOTLAND}, False),
        ({"URN": URN}, False),
        ({"URN": PLACEHOLDER}, False),
        ({"PLACE": "P1"}, False),
        ({"DEC": "31/03/2025"}, False),
        ({"DEC": "01/04/2025"}, True),
        ({"DEC": "odd"}, False),
    ],
)
def test_218_a_registered_placement_has_a_number(episode: Record, fails: bool) -> None:
    row = {"PLACE": "U1", "PL_POST": HOME} | episode
    failing = cells(fails, "URN", "PLACE", "PL_POST", "DEC")
    assert marked("218", Episodes=[row], postcodes=DIRECTORY) == failing


@pytest.mark.parametrize(
    ("code", "year", "without", "others"),
    [
        ("218", 2023, f"H5 P1 P2 P3 R1 R2 R5 {TEMPORARY} Z1", "K3 Z11"),
        ("218", 2024, f"H5 P1 P2 P3 R1 R2 R5 {TEMPORARY} Z1", "K3 Z11"),
        ("218", 2025, f"P1 P3 R1 R2 R5 {TEMPORARY} Z1", "H5 P2 Z11 K3"),
        ("218", 2026, f"P1 P3 R1 R2 R5 {TEMPORARY} Z11 Z12 Z13 Z14", "H5 P2 Z1 K3"),
        ("218", 2027, f"P1 P3 R1 R2 R5 {TEMPORARY} Z11 Z12 Z13 Z14", "H5 P2 Z1 K3"),
        ("222", 2023, f"H5 P1 P2 P3 R1 R2 R5 {TEMPORARY} Z1", "K3 Z11"),
        ("222", 2024, f"P1 P2 P3 R1 R2 R5 {TEMPORARY} Z1", "H5 K3 Z11"),
        ("222", 2025, f"P1 P3 R1 R2 R5 {TEMPORARY} Z1", "H5 P2 Z11 K3"),
        ("222", 2026, f"P1 P3 R1 R2 R5 {TEMPORARY} Z11 Z12 Z13 Z14", "H5 P2 Z1 K3"),
        ("222", 2027, f"P1 P3 R1 R2 R5 {TEMPORARY} Z11 Z12 Z13 Z14", "H5 P2 Z1 K3"),
    ],
)
def test_placements_without_a_number_are_those_of_the_year(code: str, year: int, without: str, others: str) -> None:
    numbered, bare = [*others.split(), "U1", "K1"], without.split()
    failing, passing = (bare, numbered) if code == "222" else (numbered, bare)
    urn = URN if code == "222" else None
    rows: list[Record] = [{"PLACE": place, "URN": urn, "PL_POST": HOME} for place in failing + passing]
    found = marked(code, year, Episodes=rows, postcodes=DIRECTORY)
    assert [mark.split()[0] for mark in found] == [f"Episodes.{at}.URN" for at in range(len(failing))]
    assert marked(code, year, Episodes=rows[len(failing) :], postcodes=DIRECTORY) == []


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


@pytest.mark.parametrize(
    ("episode", "fails"),
    [
        ({}, False),
        ({"PL_POST": "se137sb"}, False),
        ({"PL_POST": NEAR}, False),
        ({"PL_POST": AWAY}, True),
        ({"PL_POST": AWAY, "LS": None}, True),
        ({"URN": UNLISTED}, True),
        ({"URN": PLACEHOLDER}, False),
        ({"URN": None}, False),
        ({"PL_POST": None}, False),
        ({"PL_POST": AWAY, "LS": "V3"}, False),
        ({"PL_POST": AWAY, "LS": "V4"}, False),
        ({"PL_POST": AWAY, "PLACE": None}, False),
    ],
)
def test_221_ofsted_lists_the_postcode_of_a_home(episode: Record, fails: bool) -> None:
    row = {"URN": URN, "PLACE": "K2", "PL_POST": HOME, "LS": "C2"} | episode
    homes = premises({"postcode": "SE13 7SB"}, {"postcode": "SE64RU"}, {"postcode": None})
    assert marked("221", Episodes=[row], providers=homes) == cells(fails, "PL_POST", "URN", "PLACE", "LS")


@pytest.mark.parametrize(
    ("year", "homes", "others"),
    [
        (2023, "K1 K2 R3 S1", "H5 K3 U1"),
        (2024, "K1 K2 R3 S1 H5", "K3 U1"),
        (2025, "K1 K2 R3 S1 K3", "H5 U1"),
        (2026, "K1 K2 R3 S1 K3", "H5 U1"),
        (2027, "K1 K2 R3 S1 K3", "H5 U1"),
    ],
)
def test_221_is_about_the_homes_of_the_year(year: int, homes: str, others: str) -> None:
    rows: list[Record] = [{"URN": URN, "PL_POST": AWAY, "PLACE": place} for place in [*homes.split(), *others.split()]]
    providers = premises({"postcode": "SE13 7SB"})
    failing = marked("221", year, Episodes=rows, providers=providers)
    count = len(homes.split())
    assert [mark.split()[0] for mark in failing] == [f"Episodes.{at}.PL_POST" for at in range(count)]
    assert marked("221", year, Episodes=rows[count:], providers=providers) == []


@pytest.mark.parametrize(
    ("urn", "place", "fails"),
    [(URN, "P1", True), (PLACEHOLDER, "P1", False), (None, "P1", False), (URN, "U1", False), (URN, None, False)],
)
def test_222_a_placement_without_registration_has_no_number(urn: str | None, place: str | None, fails: bool) -> None:
    assert marked("222", Episodes=[{"URN": urn, "PLACE": place}]) == cells(fails, "URN", "PLACE")


@pytest.mark.parametrize(
    ("urn", "provider", "fails"),
    [
        (URN, "PR4", False),
        (URN, "pr5", False),
        (URN, "PR1", True),
        (URN, None, True),
        (OTHER, "PR4", True),
        (UNLISTED, "PR4", True),
        (PLACEHOLDER, "PR1", False),
        (None, "PR1", False),
    ],
)
def test_224_ofsted_lists_the_kind_of_provider(urn: str | None, provider: str | None, fails: bool) -> None:
    providers = [*premises({"providers": ["PR4"]}, {"providers": ["PR3", "PR5"]}), {"urn": OTHER}]
    failing = cells(fails, "PLACE_PROVIDER", "URN")
    assert marked("224", Episodes=[{"URN": urn, "PLACE_PROVIDER": provider}], providers=providers) == failing


CLOSED, OPEN = {"closed": date(2025, 6, 10)}, {"closed": None}


@pytest.mark.parametrize(
    ("homes", "start", "fails"),
    [
        ([CLOSED], "10/06/2025", True),
        ([CLOSED], "09/06/2025", False),
        ([CLOSED], "odd", False),
        ([OPEN], "10/06/2025", False),
        ([CLOSED, CLOSED], "10/06/2025", True),
        ([CLOSED, OPEN], "10/06/2025", False),
        ([CLOSED, {"closed": date(2025, 6, 11)}], "10/06/2025", False),
        ([], "10/06/2025", False),
    ],
)
def test_227_a_provider_is_open_at_the_start(homes: list[dict[str, Any]], start: str, fails: bool) -> None:
    episode = {"URN": URN, "DECOM": start}
    assert marked("227", Episodes=[episode], providers=premises(*homes)) == cells(fails, "URN", "DECOM")


@pytest.mark.parametrize(
    ("homes", "end", "fails"),
    [
        ([CLOSED], "11/06/2025", True),
        ([CLOSED], "10/06/2025", False),
        ([CLOSED], "odd", False),
        ([CLOSED], None, True),
        ([{"closed": date(2026, 3, 31)}], None, False),
        ([{"closed": date(2026, 3, 30)}], None, True),
        ([OPEN], None, False),
        ([CLOSED, CLOSED], "11/06/2025", True),
        ([CLOSED, OPEN], "11/06/2025", False),
        ([CLOSED, {"closed": date(2025, 6, 11)}], "11/06/2025", False),
        ([], None, False),
    ],
)
def test_228_a_provider_is_open_until_the_end(homes: list[dict[str, Any]], end: str | None, fails: bool) -> None:
    episode = {"URN": URN, "DEC": end}
    assert marked("228", Episodes=[episode], providers=premises(*homes)) == cells(fails, "URN", "DEC")


@pytest.mark.parametrize("code", ["227", "228"])
@pytest.mark.parametrize("urn", [PLACEHOLDER, None])
def test_closing_is_about_numbers_of_ofsted(code: str, urn: str | None) -> None:
    row = {"URN": urn, "DECOM": "01/08/2025"}
    providers = [{"urn": PLACEHOLDER, **CLOSED}]
    assert marked(code, Episodes=[row], providers=providers) == []


@pytest.mark.parametrize(
    ("urn", "provider", "authorities", "fails"),
    [
        (URN, "PR1", ["209"], False),
        (URN, "PR1", ["352"], True),
        (URN, "PR1", [None], True),
        (URN, "PR1", ["352", "209"], False),
        (UNLISTED, "PR1", ["209"], True),
        (URN, "PR2", ["352"], False),
        (URN, "PR2", ["209"], True),
        (URN, "PR2", [None], False),
        (URN, "PR2", ["352", "209"], False),
        (UNLISTED, "PR2", ["209"], False),
        (URN, "PR4", ["352"], False),
        (URN, None, ["352"], False),
        (PLACEHOLDER, "PR1", ["352"], False),
        (None, "PR1", ["352"], False),
    ],
)
def test_229_the_authority_of_the_provider_is_as_said(
    urn: str | None, provider: str | None, authorities: list[str | None], fails: bool
) -> None:
    providers = premises(*({"authority": authority} for authority in authorities))
    failing = cells(fails, "URN", "PLACE_PROVIDER", "PLACE")
    assert marked("229", Episodes=[{"URN": urn, "PLACE_PROVIDER": provider}], providers=providers) == failing


@pytest.mark.parametrize(
    ("year", "tested", "passed"),
    [
        (2023, "K3 P1 T0 Z1 U1", ""),
        (2025, "K3 P1 T0 Z1 U1", ""),
        (2026, "K1 U1 Z1", f"K3 P1 P3 R1 R2 R5 {TEMPORARY} Z11 Z12 Z13 Z14"),
        (2027, "K1 U1 Z1", f"K3 P1 P3 R1 R2 R5 {TEMPORARY} Z11 Z12 Z13 Z14"),
    ],
)
def test_229_some_placements_may_lie_outside_from_2026(year: int, tested: str, passed: str) -> None:
    places = [*tested.split(), *passed.split()]
    rows: list[Record] = [{"URN": URN, "PLACE_PROVIDER": "PR1", "PLACE": place} for place in places]
    away, here = premises({"authority": "352"}), premises({"authority": "209"})
    failing = marked("229", year, Episodes=rows, providers=away)
    assert [mark.split()[0] for mark in failing] == [f"Episodes.{at}.URN" for at in range(len(tested.split()))]
    assert marked("229", year, Episodes=rows, providers=here) == []


@pytest.mark.parametrize(
    ("episode", "fails"),
    [
        ({}, True),
        ({"URN": PLACEHOLDER}, True),
        ({"URN": URN}, False),
        ({"DEC": "29/10/2023"}, True),
        ({"DEC": "28/10/2023"}, False),
        ({"DEC": "odd"}, False),
        ({"PL_POST": None}, True),
        ({"PL_POST": NOWHERE}, True),
        ({"PL_POST": SCOTLAND}, False),
        ({"PLACE": "U1"}, False),
        ({"PLACE": None}, False),
    ],
)
def test_230_semi_independent_living_has_a_number(episode: Record, fails: bool) -> None:
    row = {"PLACE": "H5", "PL_POST": HOME} | episode
    failing = cells(fails, "PLACE", "DEC", "URN", "PL_POST")
    assert marked("230", 2024, Episodes=[row], postcodes=DIRECTORY) == failing


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(
    ("episode", "fails"),
    [
        ({}, False),
        ({"PL_POST": AWAY}, True),
        ({"PL_POST": NOWHERE}, True),
        ({"PL_POST": None}, True),
        ({"URN": UNLISTED}, True),
        ({"PL_POST": AWAY, "URN": PLACEHOLDER}, False),
        ({"PL_POST": AWAY, "URN": None}, False),
        ({"PL_POST": AWAY, "PLACE": "K2"}, False),
        ({"PL_POST": AWAY, "PLACE": None}, False),
    ],
)
def test_241_supported_accommodation_is_where_ofsted_lists_it(year: int, episode: Record, fails: bool) -> None:
    row = {"PLACE": "K3", "PL_POST": HOME, "URN": URN} | episode
    providers = premises({"authority": "355"}, {"authority": "209"}, {"authority": None})
    failing = cells(fails, "URN", "PL_POST", "PLACE")
    assert marked("241", year, Episodes=[row], postcodes=DIRECTORY, providers=providers) == failing


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(
    ("urn", "place", "fails"),
    [
        (PLACEHOLDER, "K2", True),
        (PLACEHOLDER, "P1", True),
        (PLACEHOLDER, None, True),
        *((PLACEHOLDER, place, False) for place in ["A3", "A4", "A5", "A6", "U1", "U2", "U3", "U4", "U5", "U6"]),
        (URN, "K2", False),
        (None, "K2", False),
    ],
)
def test_242_the_placeholder_is_for_agencies(year: int, urn: str | None, place: str | None, fails: bool) -> None:
    assert marked("242", year, Episodes=[{"URN": urn, "PLACE": place}]) == cells(fails, "URN", "PLACE")


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(
    ("urn", "post", "fails"),
    [
        (URN, SCOTLAND, True),
        (PLACEHOLDER, SCOTLAND, True),
        (None, SCOTLAND, False),
        (URN, HOME, False),
        (URN, NOWHERE, False),
        (URN, None, False),
    ],
)
def test_243_there_are_no_numbers_outside_england(year: int, urn: str | None, post: str | None, fails: bool) -> None:
    row = {"URN": urn, "PL_POST": post}
    assert marked("243", year, Episodes=[row], postcodes=DIRECTORY) == cells(fails, "URN", "PL_POST")


@pytest.mark.parametrize("authority", ["CON", "NIR", "SCO", "WAL", "NUK"])
def test_243_outside_england_is_known_by_its_code(authority: str) -> None:
    directory = [{"postcode": "ZZ11ZZ", "authority": authority}]
    row = {"URN": URN, "PL_POST": NOWHERE}
    assert marked("243", Episodes=[row], postcodes=directory) == ["Episodes.0.URN Episodes.0.PL_POST"]
    home = {"PLACE": "U1", "PL_POST": NOWHERE}
    assert marked("218", Episodes=[home], postcodes=directory) == []


@pytest.mark.parametrize(
    ("urn", "fails"), [(URN, False), (UNLISTED, True), ("123456", True), (PLACEHOLDER, False), (None, False)]
)
def test_1008_ofsted_lists_the_number(urn: str | None, fails: bool) -> None:
    assert marked("1008", Episodes=[{"URN": urn}], providers=LIST) == cells(fails, "URN")


@pytest.mark.parametrize(
    ("episode", "fails"),
    [
        ({}, True),
        ({"PL_POST": NOWHERE}, True),
        ({"PL_POST": None}, True),
        ({"PL_POST": SCOTLAND}, True),
        ({"PL_POST": HOME}, False),
        ({"PLACE_PROVIDER": "PR2"}, False),
        ({"PLACE_PROVIDER": None}, False),
        ({"LS": "V3"}, False),
        ({"LS": "V4"}, False),
        ({"LS": None}, False),
        ({"PLACE": None}, False),
        *(({"PLACE": place}, False) for place in ["A3", "A4", "A5", "A6", "U1", "U2", "U3", "U4", "U5", "U6"]),
    ],
)
def test_1015_own_provision_is_in_the_authority(episode: Record, fails: bool) -> None:
    row = {"PLACE_PROVIDER": "PR1", "PLACE": "K2", "LS": "C2", "PL_POST": AWAY} | episode
    failing = cells(fails, "PL_POST", "PLACE_PROVIDER", "PLACE")
    assert marked("1015", Episodes=[row], postcodes=DIRECTORY) == failing


@pytest.mark.parametrize(("year", "fails"), [(2023, True), (2025, True), (2026, False), (2027, False)])
def test_1015_supported_accommodation_may_lie_outside_from_2026(year: int, fails: bool) -> None:
    row: Record = {"PLACE_PROVIDER": "PR1", "PLACE": "K3", "LS": "C2", "PL_POST": AWAY}
    failing = cells(fails, "PL_POST", "PLACE_PROVIDER", "PLACE")
    assert marked("1015", year, Episodes=[row], postcodes=DIRECTORY) == failing
    home = row | {"PLACE": "K1"}
    assert marked("1015", year, Episodes=[home], postcodes=DIRECTORY) != []
    assert marked("1015", year, Episodes=[home | {"PL_POST": HOME}], postcodes=DIRECTORY) == []


@pytest.mark.parametrize("code", ["219", "221", "224", "227", "228", "229", "1008"])
def test_rules_on_the_list_need_it(code: str) -> None:
    assert outcome(code).reason == "It needs Ofsted's list of providers. Give the workbook with --providers FILE."


@pytest.mark.parametrize(("code", "year"), [("218", 2026), ("230", 2024), ("241", 2026), ("243", 2026), ("1015", 2026)])
def test_rules_on_the_place_need_the_directory(code: str, year: int) -> None:
    reason = "It needs the postcode directory. Make it with: ics-gateway reference build"
    assert outcome(code, year, providers=LIST).reason == reason


@pytest.mark.parametrize("code", ["229", "1015"])
def test_rules_on_own_provision_need_the_authority(code: str) -> None:
    reason = "The authority is not known. Give its three digits with --authority."
    assert outcome(code, authority="", postcodes=DIRECTORY, providers=LIST).reason == reason
