"""Rules on episodes one after the other: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
LATER: Record = {"DECOM": "01/06/2025"}
A: Record = {"DECOM": "01/05/2025", "DEC": "01/06/2025", "REC": "X1", "PLACE": "U1"}
B: Record = {"DECOM": "01/06/2025", "PLACE": "U6", "RNE": "P"}
CUSTODY: Record = {"DECOM": "01/05/2025", "DEC": "02/05/2025", "REASON_PLACE_CHANGE": "CUSTOD"}
WHERE: Record = {"LS": "C2", "PLACE": "U1", "PL_POST": "SE13 7SB", "URN": "1234567", "PLACE_PROVIDER": "PR1"}
ELSEWHERE: Record = {"PLACE": "U6", "PL_POST": "SE6 4RU", "URN": "7654321", "PLACE_PROVIDER": "PR4"}
WHAT_CHANGED = ["RNE", "LS", "PLACE", "PL_POST", "URN", "PLACE_PROVIDER"]
ENDS = "E2 E3 E4A E4B E5 E6 E7 E8 E9 E11 E12 E13 E14 E15 E16 E17 E41 E45 E46 E47 E48"
NOT_NEIGHBOURS: list[Record] = [{"CHILD": "C2"}, {"CHILD": None}]


def cells(fails: bool, row: int, *fields: str) -> list[str]:
    return [" ".join(f"Episodes.{row}.{field}" for field in fields)] if fails else []


@pytest.mark.parametrize(
    ("end", "reason", "fails"),
    [("01/06/2025", "X1", False), (None, "X1", True), ("01/06/2025", None, True), ("odd", "X1", False)],
)
def test_142_an_earlier_episode_has_an_end(end: str | None, reason: str | None, fails: bool) -> None:
    episodes = [LATER, {"DECOM": "01/05/2025", "DEC": end, "REC": reason}]
    assert marked("142", Episodes=episodes) == (["Episodes.1.DEC Episodes.1.REC"] if fails else [])


@pytest.mark.parametrize("other", [{"CHILD": "C2"}, {"CHILD": None}, {"DECOM": "unknown"}, {"DECOM": None}])
def test_142_only_a_dated_episode_of_the_same_child_is_later(other: dict[str, str | None]) -> None:
    assert marked("142", Episodes=[{"DECOM": "01/05/2025"}, LATER | other]) == []


@pytest.mark.parametrize(
    ("first", "second", "fails"),
    [
        ({}, {}, True),
        ({}, {"RNE": "B"}, True),
        ({}, {"RNE": "T"}, True),
        ({}, {"RNE": "U"}, True),
        ({"PLACE": None}, {"PLACE": None}, True),
        ({}, {"DECOM": "odd"}, True),
        ({}, {"RNE": "L"}, False),
        ({}, {"RNE": None}, False),
        ({"REASON_PLACE_CHANGE": "CARPL"}, {}, False),
        ({"REC": "E4A"}, {}, False),
        ({"PLACE": "T4"}, {}, False),
        ({}, {"PLACE": "T0"}, False),
        *(({}, other, False) for other in NOT_NEIGHBOURS),
    ],
)
def test_225_a_move_has_a_reason(first: Record, second: Record, fails: bool) -> None:
    failing = cells(fails, 1, "REASON_PLACE_CHANGE", "REC", "PLACE", "RNE")
    assert marked("225", Episodes=[B | second, A | first]) == failing


@pytest.mark.parametrize("place", ["T0", "T1", "T2", "T3", "T4"])
def test_226_a_temporary_placement_is_no_change_of_placement(place: str) -> None:
    reason: Record = {"REASON_PLACE_CHANGE": "CARPL"}
    stay: Record = {**B, "PLACE": place}
    failing = cells(True, 1, "REASON_PLACE_CHANGE", "PLACE")
    assert marked("226", Episodes=[A | reason, stay]) == failing
    assert marked("226", Episodes=[A, stay | reason]) == failing
    assert marked("226", Episodes=[A, stay]) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"REASON_PLACE_CHANGE": "CARPL"}, {"PLACE": "U6"}),
        ({"REASON_PLACE_CHANGE": "CARPL"}, {"PLACE": None}),
        *(({"REASON_PLACE_CHANGE": "CARPL"}, {"PLACE": "T0", **other}) for other in NOT_NEIGHBOURS),
        ({"PLACE": "T0"}, {"REASON_PLACE_CHANGE": "CARPL"}),
    ],
)
def test_226_a_reason_elsewhere_is_allowed(first: Record, second: Record) -> None:
    assert marked("226", Episodes=[A | first, B | second]) == []


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(
    ("born", "first", "second", "fails"),
    [
        ("02/06/2015", {}, {}, True),
        ("01/06/2015", {}, {}, False),
        ("odd", {}, {}, False),
        ("02/06/2015", {"REASON_PLACE_CHANGE": "CARPL"}, {}, False),
        ("02/06/2015", {"REASON_PLACE_CHANGE": None}, {}, False),
        ("02/06/2015", {}, {"DECOM": "odd"}, False),
        ("02/06/2015", {}, {"CHILD": "C2"}, False),
    ],
)
def test_234_custody_begins_at_10(year: int, born: str, first: Record, second: Record, fails: bool) -> None:
    failing = ["Episodes.1.REASON_PLACE_CHANGE Episodes.1.DECOM Header.0.DOB"] if fails else []
    assert marked("234", year, Header=[{"DOB": born}], Episodes=[LATER | second, CUSTODY | first]) == failing


@pytest.mark.parametrize(
    ("born", "start", "fails"),
    [
        ("02/05/2025", "01/05/2025", True),
        ("01/05/2025", "01/05/2025", False),
        ("odd", "01/05/2025", False),
        ("02/05/2025", None, False),
    ],
)
def test_302_care_starts_after_birth(born: str, start: str | None, fails: bool) -> None:
    episodes = [LATER, {"DECOM": start}]
    failing = ["Episodes.1.DECOM Header.0.DOB"] if fails else []
    assert marked("302", Header=[{"DOB": born}], Episodes=episodes) == failing


def test_302_only_the_first_episode_of_a_child_counts() -> None:
    header = [{"DOB": "01/01/2026"}, {"DOB": "01/01/2020"}, {"DOB": "01/01/2020", "CHILD": "C2"}]
    dates = [{"DECOM": "02/05/2025"}, {"DECOM": "01/05/2025"}, {"DECOM": "01/05/2025", "CHILD": "C2"}, {"DECOM": "odd"}]
    assert marked("302", Header=header, Episodes=dates) == ["Episodes.1.DECOM Header.0.DOB"]


@pytest.mark.parametrize("code", ["234", "302"])
def test_ages_need_header(code: str) -> None:
    assert outcome(code, absent=["Header"]).reason == "The table Header was not given."


@pytest.mark.parametrize("place", ["A3", "A5"])
@pytest.mark.parametrize(
    ("before", "fails"),
    [
        *((place, False) for place in ["U1", "U2", "U3", "U4", "U5", "U6", "A3", "A4", "A5", "A6"]),
        ("K2", True),
        ("T0", True),
        (None, True),
    ],
)
def test_336_adopters_who_are_carers_fostered_before(place: str, before: str | None, fails: bool) -> None:
    assert marked("336", Episodes=[B | {"PLACE": place}, A | {"PLACE": before}]) == cells(fails, 0, "PLACE")


@pytest.mark.parametrize("second", [{"PLACE": "A4"}, {"PLACE": None}, *({"PLACE": "A3", **o} for o in NOT_NEIGHBOURS)])
def test_336_other_placements_and_first_episodes_pass(second: Record) -> None:
    assert marked("336", Episodes=[A | {"PLACE": "K2"}, B | second]) == []


@pytest.mark.parametrize(
    ("start", "reason", "fails"),
    [
        ("01/04/2025", "P", True),
        ("01/04/2025", None, True),
        ("01/04/2025", "S", False),
        ("31/03/2025", "P", False),
        ("odd", "P", False),
    ],
)
def test_357_the_first_episode_starts_care(start: str, reason: str | None, fails: bool) -> None:
    episodes = [{"DECOM": start, "RNE": reason}, {"DECOM": None, "RNE": "P"}]
    assert marked("357", Episodes=episodes) == cells(fails, 0, "RNE", "DECOM")


def test_357_later_episodes_pass() -> None:
    assert marked("357", Episodes=[LATER | {"RNE": "P"}, {"DECOM": "01/05/2025", "RNE": "S"}]) == []
    other_child = {"DECOM": "01/05/2025", "RNE": "S", "CHILD": "C2"}
    assert marked("357", Episodes=[LATER | {"RNE": "P"}, other_child]) == cells(True, 0, "RNE", "DECOM")


@pytest.mark.parametrize("year", [2025, 2026, 2027])
@pytest.mark.parametrize(
    ("between", "back", "fails"),
    [
        ("T0", {}, False),
        ("T4", {"PL_POST": "SE13 7SB"}, False),
        ("T0", {"RNE": "B"}, True),
        ("T4", {"RNE": None}, True),
        ("T2", {"PLACE": "U6"}, True),
        ("T2", {"PLACE": None}, True),
        ("U6", {"PLACE": "U6"}, False),
        (None, {"PLACE": "U6"}, False),
    ],
)
def test_383_the_child_goes_back_after_a_temporary_placement(
    year: int, between: str | None, back: Record, fails: bool
) -> None:
    here = {"PL_POST": back.get("PL_POST")}
    episodes = [
        {"DECOM": "10/05/2024", "PLACE": "U1", "RNE": "P"} | back,
        {"DECOM": "01/05/2024", "PLACE": "U1"} | here,
        {"DECOM": "05/05/2024", "PLACE": between},
    ]
    assert marked("383", year, Episodes=episodes) == cells(fails, 0, "PLACE", "RNE", "PL_POST", "DECOM")


@pytest.mark.parametrize(("year", "fails"), [(2023, False), (2025, False), (2026, True), (2027, True)])
@pytest.mark.parametrize(("before", "after"), [("SE13 7SB", "SE6 4RU"), ("SE13 7SB", None), (None, "SE6 4RU")])
def test_383_the_address_counts_from_2026(year: int, fails: bool, before: str | None, after: str | None) -> None:
    stays: list[Record] = [
        {"DECOM": "01/05/2022", "PLACE": "U1", "PL_POST": before},
        {"DECOM": "05/05/2022", "PLACE": "T1"},
        {"DECOM": "10/05/2022", "PLACE": "U1", "RNE": "P", "PL_POST": after},
    ]
    assert marked("383", year, Episodes=stays) == cells(fails, 2, "PLACE", "RNE", "PL_POST", "DECOM")


@pytest.mark.parametrize("other", [0, 2])
def test_383_a_stay_without_an_episode_on_both_sides_passes(other: int) -> None:
    stays: list[Record] = [
        {"DECOM": "01/05/2025", "PLACE": "U1"},
        {"DECOM": "05/05/2025", "PLACE": "T1"},
        {"DECOM": "10/05/2025", "PLACE": "U6", "RNE": "P"},
    ]
    stays[other]["CHILD"] = "C2"
    assert marked("383", Episodes=stays) == []


@pytest.mark.parametrize(
    ("first", "second", "fails"),
    [
        ({}, {}, False),
        ({"DEC": "31/05/2025"}, {}, True),
        ({"DEC": "02/06/2025"}, {}, True),
        ({"DEC": None}, {}, False),
        ({"DEC": "odd"}, {}, False),
        ({"REC": "E4A"}, {}, True),
        ({"REC": None}, {}, False),
        ({"REC": "E4A", "DEC": "31/05/2025"}, {}, False),
        ({}, {"CHILD": "C2"}, True),
        ({"DEC": "odd"}, {"CHILD": "C2"}, True),
        ({"DEC": None}, {"CHILD": "C2"}, False),
        ({"REC": "E4A"}, {"CHILD": "C2"}, False),
        # An undated episode stands before the others, so that the dated one is the last.
        ({}, {"DECOM": "odd"}, True),
        ({"DECOM": "odd"}, {}, False),
        ({"DECOM": "odd", "REC": "E4A"}, {}, True),
    ],
)
def test_388_the_reason_for_the_end_fits_what_follows(first: Record, second: Record, fails: bool) -> None:
    assert marked("388", Episodes=[B | second, A | first]) == cells(fails, 1, "REC", "DEC", "DECOM")


@pytest.mark.parametrize(
    ("start", "reason", "fails"),
    [("01/06/2025", "S", True), ("02/06/2025", "S", False), ("31/05/2025", "S", False), ("01/06/2025", "P", False)],
)
def test_431_care_does_not_start_anew_where_it_went_on(start: str, reason: str, fails: bool) -> None:
    episodes = [{"DECOM": start, "RNE": reason}, {"DECOM": "01/05/2025", "DEC": "01/06/2025"}]
    assert marked("431", Episodes=episodes) == (["Episodes.0.RNE Episodes.0.DECOM"] if fails else [])


def test_431_the_episode_before_is_of_the_same_child() -> None:
    episodes = [{"DECOM": "01/06/2025", "RNE": "S", "CHILD": "C2"}, {"DECOM": "01/05/2025", "DEC": "01/06/2025"}]
    assert marked("431", Episodes=episodes) == []


@pytest.mark.parametrize(
    ("ended", "reason", "fails"),
    [
        *((ended, "P", True) for ended in ENDS.split()),
        ("E2", None, True),
        ("E2", "S", False),
        ("X1", "P", False),
        ("E99", "P", False),
        (None, "P", False),
    ],
)
def test_432_care_that_had_ended_starts_anew(ended: str | None, reason: str | None, fails: bool) -> None:
    episodes = [LATER | {"RNE": reason}, {"DECOM": "01/05/2025", "REC": ended}]
    assert marked("432", Episodes=episodes) == cells(fails, 0, "RNE", "REC")


@pytest.mark.parametrize(
    ("reason", "start", "ended", "fails"),
    [
        *((reason, "01/06/2025", "31/05/2025", True) for reason in ["P", "L", "T", "U", "B"]),
        ("P", "01/06/2025", "01/06/2025", False),
        ("P", "01/06/2025", "02/06/2025", True),
        ("P", "01/06/2025", None, True),
        ("P", "01/06/2025", "odd", True),
        ("P", "odd", "01/06/2025", True),
        ("P", None, None, True),
        ("S", "01/06/2025", "31/05/2025", False),
        (None, "01/06/2025", "31/05/2025", False),
    ],
)
def test_433_care_goes_on_without_a_gap(reason: str | None, start: str | None, ended: str | None, fails: bool) -> None:
    episodes = [{"DECOM": start, "RNE": reason}, {"DECOM": "01/05/2025", "DEC": ended}]
    assert marked("433", Episodes=episodes) == cells(fails, 0, "RNE", "DECOM", "DEC")


def test_433_episodes_that_start_together_stand_by_their_ends() -> None:
    first, second = {"DECOM": "01/05/2025", "DEC": "01/05/2025"}, {"DECOM": "01/05/2025", "RNE": "P"}
    assert marked("433", Episodes=[second, first]) == []
    assert marked("433", Episodes=[second | {"CHILD": "C2"}, first]) == []


@pytest.mark.parametrize(
    ("code", "reason", "changes", "fails"),
    [
        ("434", "L", {"LS": "E1"}, False),
        ("434", "L", {"LS": None}, False),
        ("434", "L", {}, True),
        *(("434", "L", {"LS": "E1", item: value}, True) for item, value in ELSEWHERE.items()),
        *(("434", "L", {"LS": "E1", item: None}, True) for item in ELSEWHERE),
        ("434", "P", {}, False),
        ("434", None, {}, False),
        *(("435", "P", {item: value}, False) for item, value in ELSEWHERE.items()),
        *(("435", "T", {item: None}, False) for item in ELSEWHERE),
        ("435", "P", {}, True),
        ("435", "T", {}, True),
        ("435", "P", {"LS": "E1", **ELSEWHERE}, True),
        ("435", "T", {"LS": None, **ELSEWHERE}, True),
        ("435", "B", {}, False),
        ("435", None, {}, False),
        *(("436", "U", {"LS": "E1", item: value}, False) for item, value in ELSEWHERE.items()),
        *(("436", "B", {"LS": None, item: None}, False) for item in ELSEWHERE),
        ("436", "U", {"LS": "E1"}, True),
        ("436", "B", {"LS": None}, True),
        ("436", "B", ELSEWHERE, True),
        ("436", "P", {"LS": "E1"}, False),
        ("436", None, {"LS": "E1"}, False),
    ],
)
def test_the_reason_for_a_new_episode_is_what_changed(
    code: str, reason: str | None, changes: Record, fails: bool
) -> None:
    after: Record = {**WHERE, **changes, "DECOM": "01/06/2025", "RNE": reason}
    before: Record = WHERE | {"DECOM": "01/05/2025", "RNE": "S"}
    assert marked(code, Episodes=[after, before]) == cells(fails, 0, *WHAT_CHANGED)
    assert marked(code, Episodes=[after, before | {"CHILD": "C2"}]) == []


@pytest.mark.parametrize(("code", "reason", "fails"), [("434", "L", True), ("435", "P", True), ("436", "B", True)])
def test_two_blank_items_are_the_same(code: str, reason: str, fails: bool) -> None:
    episodes = [{"DECOM": "01/06/2025", "RNE": reason}, {"DECOM": "01/05/2025"}]
    assert marked(code, Episodes=episodes) == cells(fails, 0, *WHAT_CHANGED)


@pytest.mark.parametrize(
    ("reason", "later", "fails"),
    [
        ("E2", {}, True),
        ("E15", {}, True),
        ("E15", {"DECOM": "01/05/2025", "DEC": None}, True),
        ("E3", {}, False),
        ("X1", {}, False),
        (None, {}, False),
        ("E2", {"DECOM": "30/04/2025"}, False),
        ("E2", {"DECOM": "odd"}, False),
        *(("E2", other, False) for other in NOT_NEIGHBOURS),
    ],
)
def test_437_nothing_follows_a_death(reason: str | None, later: Record, fails: bool) -> None:
    last = {"DECOM": "01/05/2025", "DEC": "01/06/2025", "REC": reason}
    assert marked("437", Episodes=[LATER | later, last]) == cells(fails, 1, "REC")


@pytest.mark.parametrize(
    ("start", "ended", "fails"),
    [
        ("31/05/2025", "01/06/2025", True),
        ("01/06/2025", "01/06/2025", False),
        ("02/06/2025", "01/06/2025", False),
        ("31/05/2025", None, False),
        ("31/05/2025", "odd", False),
        ("odd", "01/06/2025", False),
    ],
)
def test_501_episodes_do_not_overlap(start: str, ended: str | None, fails: bool) -> None:
    later, earlier = {"DECOM": start}, {"DECOM": "01/05/2025", "DEC": ended}
    assert marked("501", Episodes=[later, earlier]) == cells(fails, 0, "DECOM", "DEC")
    assert marked("501", Episodes=[later | {"CHILD": "C2"}, earlier]) == []


@pytest.mark.parametrize(
    ("before", "need", "fails"),
    [
        ({}, "N2", True),
        ({}, None, True),
        ({"CIN": None}, "N1", True),
        ({}, "N1", False),
        ({"CIN": None}, None, False),
        ({"REC": "E4A"}, "N2", False),
        ({"REC": None}, "N2", False),
        ({"DEC": "31/05/2025"}, "N2", False),
        ({"DEC": None}, "N2", False),
        *((other, "N2", False) for other in NOT_NEIGHBOURS),
    ],
)
def test_504_the_need_stays_through_a_period_of_care(before: Record, need: str | None, fails: bool) -> None:
    assert marked("504", Episodes=[B | {"CIN": need}, A | {"CIN": "N1"} | before]) == cells(fails, 0, "CIN")
