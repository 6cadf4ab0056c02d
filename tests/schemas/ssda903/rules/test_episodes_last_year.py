"""Rules on episodes against last year: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import AUTHORITY, AWAY, DIRECTORY, HOME, NEAR, marked, outcome

Record = dict[str, str | None]
Rows = list[Record]
NO_LAST_YEAR = "Last year's Episodes was not given. Give last year's return with --previous."
NO_DIRECTORY = "It needs the postcode directory. Make it with: ics-gateway reference build"
# Ten miles from HOME is NEAR; these are 0.1, 0.2 and 0.3 miles further.
FURTHER = {"A": 161, "B": 322, "C": 483}
PLACES = [
    *DIRECTORY,
    *(
        {"postcode": f"ZZ11Z{letter}", "easting": 516093 + metres, "northing": 100000, "authority": AUTHORITY}
        for letter, metres in FURTHER.items()
    ),
]
ITEMS = {
    "503A": ("RNE", "S", "P"),
    "503B": ("LS", "C2", "E1"),
    "503C": ("CIN", "N1", "N2"),
    "503D": ("PLACE", "U1", "U4"),
    "503E": ("PLACE_PROVIDER", "PR1", "PR4"),
    "503F": ("URN", "SC123", "SC124"),
}


def cells(fields: str) -> list[str]:
    return [" ".join(f"{table}.0.{field}" for table in ("Episodes", "Episodes_last") for field in fields.split())]


def pair(this: Record, before: Record) -> dict[str, Any]:
    start: Record = {"DECOM": "01/05/2024"}
    return {"Episodes": [start | this], "Episodes_last": [start | before]}


@pytest.mark.parametrize(
    ("this", "before", "failing"),
    [
        # Adopted last year.
        ([("01/05/2025", None, None)], [("01/05/2024", "01/06/2024", "E11")], [0]),
        ([("01/05/2025", None, None)], [("01/05/2024", "01/06/2024", "E12")], [0]),
        ([("01/05/2025", None, None)], [("01/05/2024", "01/06/2024", "E4A")], []),
        # Adopted this year: the first adoption passes, what follows does not.
        ([("01/05/2025", "01/06/2025", "E11")], [], []),
        ([("01/07/2025", None, None), ("01/05/2025", "01/06/2025", "E11")], [], [0]),
        ([("01/07/2025", "01/08/2025", "E11"), ("01/05/2025", "01/06/2025", "E12")], [], [0]),
        ([("01/04/2025", "01/05/2025", "X1"), ("01/05/2025", "01/06/2025", "E11")], [], []),
        # The same episode in both years.
        ([("01/05/2024", "31/03/2025", "E11")], [("01/05/2024", "31/03/2025", "E11")], []),
        ([("01/05/2024", None, None)], [("01/05/2024", "31/03/2025", "E11")], [0]),
        # Starts that cannot be read are in no order.
        ([(None, None, None)], [("01/05/2024", "01/06/2024", "E11")], []),
        ([("01/05/2025", None, None)], [(None, "01/06/2024", "E11")], []),
    ],
)
def test_199_nothing_follows_an_adoption(this: Any, before: Any, failing: list[int]) -> None:
    names = ("DECOM", "DEC", "REC")
    now, last = ([dict(zip(names, spell, strict=True)) for spell in spells] for spells in (this, before))
    marks = [f"Episodes.{at}.CHILD Episodes.{at}.REC Episodes.{at}.DECOM" for at in failing]
    assert marked("199", Episodes=now, Episodes_last=last) == marks


def test_199_looks_at_one_child_at_a_time_and_does_without_last_year() -> None:
    adopted: Record = {"DECOM": "01/05/2025", "DEC": "01/06/2025", "REC": "E11"}
    later: Record = {"DECOM": "01/07/2025"}
    strangers: Rows = [later | {"CHILD": "C2"}, later | {"CHILD": None}, adopted | {"CHILD": None}]
    assert marked("199", Episodes=[adopted, *strangers]) == []
    cells = ["Episodes.1.CHILD Episodes.1.REC Episodes.1.DECOM"]
    assert marked("199", Episodes=[adopted, later, *strangers]) == cells


@pytest.mark.parametrize(
    ("start", "ended", "fails"),
    [("01/05/2024", None, False), ("02/05/2024", None, True), ("02/05/2024", "31/03/2025", False)],
)
def test_502_the_open_episode_of_last_year_is_carried_over(start: str, ended: str | None, fails: bool) -> None:
    this, before = [{"DECOM": start}, {"DECOM": "01/07/2025"}], [{"DECOM": "01/05/2024", "DEC": ended}]
    cells = ["Episodes.0.DECOM Episodes_last.0.DECOM"] if fails else []
    assert marked("502", Episodes=this, Episodes_last=before) == cells


def test_502_looks_at_the_last_episode_of_last_year() -> None:
    before = [{"DECOM": "01/05/2024", "DEC": "01/06/2024"}, {"DECOM": "01/04/2024"}]
    assert marked("502", Episodes=[{"DECOM": "01/04/2025"}], Episodes_last=before) == []


@pytest.mark.parametrize(("code", "field", "one", "other"), [(code, *item) for code, item in ITEMS.items()])
def test_each_item_of_an_open_episode_stays(code: str, field: str, one: str, other: str) -> None:
    for this, before in ((one, other), (one, None), (None, one)):
        assert marked(code, **pair({field: this}, {field: before})) == cells(field)
    for this, before in ((one, one.lower()), (None, None)):
        assert marked(code, **pair({field: this}, {field: before})) == []
    assert marked(code, **pair({field: one}, {field: other, "DEC": "31/03/2025"})) == []
    assert outcome(code, Episodes=[{}]).reason == NO_LAST_YEAR


@pytest.mark.parametrize(("code", "field", "one", "other"), [(code, *item) for code, item in ITEMS.items()])
def test_the_first_episode_is_held_against_the_last_of_last_year(code: str, field: str, one: str, other: str) -> None:
    this: Rows = [{"DECOM": "01/07/2025", field: other}, {"DECOM": "01/05/2024", field: one}]
    before: Rows = [{"DECOM": "01/05/2024", field: one}, {"DECOM": "01/04/2024", field: other}]
    assert marked(code, Episodes=this, Episodes_last=before) == []
    reordered = [*before, {"DECOM": "02/05/2024", field: other}]
    mark = [f"Episodes.1.{field} Episodes_last.2.{field}"]
    assert marked(code, Episodes=this, Episodes_last=reordered) == mark


@pytest.mark.parametrize(
    ("year", "this", "before", "fails"),
    [
        (2023, "K3", "H5", True),
        (2023, "H5", "H5", False),
        (2024, "K3", "H5", False),
        (2024, "Z11", "Z1", True),
        (2025, "K3", "H5", False),
        (2025, "K3", "P2", True),
        (2025, None, "H5", True),
        (2025, "K3", None, True),
        (2025, "Z11", "Z1", True),
        (2025, None, None, False),
        (2026, "K3", "H5", True),
        *((2026, code, "Z1", False) for code in ("Z11", "Z12", "Z13", "z14")),
        (2026, "Z11", "Z12", True),
        (2026, "K2", "Z1", True),
        (2027, "Z11", "Z1", True),
        (2027, "Z11", "Z11", False),
    ],
)
def test_503D_codes_that_were_replaced_pass(year: int, this: str | None, before: str | None, fails: bool) -> None:
    assert marked("503D", year, **pair({"PLACE": this}, {"PLACE": before})) == (cells("PLACE") if fails else [])


@pytest.mark.parametrize("code", ["503G", "453"])
@pytest.mark.parametrize(
    ("this", "before", "fails"),
    [
        (NEAR, NEAR, False),
        ("ZZ1 1ZA", NEAR, False),
        ("ZZ1 1ZB", NEAR, True),
        (NEAR, "ZZ1 1ZB", True),
        ("ZZ1 1ZC", "ZZ1 1ZA", True),
        ("ZZ1 1ZC", "ZZ1 1ZB", False),
        (HOME, NEAR, True),
        (None, NEAR, True),
        (NEAR, None, True),
        ("ZZ9 9ZZ", NEAR, True),
        (None, "ZZ9 9ZZ", False),
    ],
)
def test_the_distance_from_home_stays(code: str, this: str | None, before: str | None, fails: bool) -> None:
    same: Record = {"HOME_POST": HOME, "RNE": "S"}
    rows = pair(same | {"PL_POST": this}, same | {"PL_POST": before})
    fields = "HOME_POST PL_POST" if code == "503G" else "HOME_POST PL_POST RNE"
    assert marked(code, **rows, postcodes=PLACES) == (cells(fields) if fails else [])


@pytest.mark.parametrize("code", ["503H", "452"])
@pytest.mark.parametrize(
    ("this", "before", "fails"),
    [
        (HOME, NEAR, False),
        (HOME, AWAY, True),
        ("EH1 1AA", AWAY, True),
        (None, HOME, True),
        (HOME, None, True),
        (HOME, "ZZ9 9ZZ", True),
        ("ZZ9 9ZZ", None, False),
    ],
)
def test_the_authority_of_the_placement_stays(code: str, this: str | None, before: str | None, fails: bool) -> None:
    rows = pair({"PL_POST": this, "RNE": "S"}, {"PL_POST": before, "RNE": "S"})
    fields = "PL_POST" if code == "503H" else "PL_POST RNE"
    assert marked(code, **rows, postcodes=PLACES) == (cells(fields) if fails else [])


@pytest.mark.parametrize(
    ("this", "before", "fails"),
    [
        (HOME, NEAR, False),
        ("EH1 1AA", AWAY, False),
        (HOME, AWAY, True),
        (AWAY, HOME, True),
        (AWAY, None, True),
        (None, HOME, True),
        ("ZZ9 9ZZ", None, False),
    ],
)
def test_503J_a_placement_stays_in_or_outside_the_authority(this: str | None, before: str | None, fails: bool) -> None:
    rows = pair({"PL_POST": this}, {"PL_POST": before})
    assert marked("503J", **rows, postcodes=PLACES) == (cells("PL_POST") if fails else [])


def test_503J_needs_to_know_the_authority() -> None:
    reason = "The authority is not known. Give its three digits with --authority."
    assert outcome("503J", **pair({}, {}), postcodes=PLACES, authority="").reason == reason


@pytest.mark.parametrize("code", ["452", "453"])
@pytest.mark.parametrize(("this", "before", "ended"), [("P", "S", None), (None, None, None), ("S", "S", "31/03/2025")])
def test_a_new_or_ended_episode_may_be_elsewhere(
    code: str, this: str | None, before: str | None, ended: str | None
) -> None:
    rows = pair({"RNE": this, "PL_POST": HOME}, {"RNE": before, "PL_POST": AWAY, "DEC": ended})
    assert marked(code, **rows, postcodes=PLACES) == []


@pytest.mark.parametrize("code", ["452", "453", "503G", "503H", "503J"])
def test_rules_on_the_place_need_last_year_and_the_directory(code: str) -> None:
    assert outcome(code, Episodes=[{}], postcodes=PLACES).reason == NO_LAST_YEAR
    assert outcome(code, **pair({}, {})).reason == NO_DIRECTORY


@pytest.mark.parametrize(
    ("start", "before", "fails"),
    [
        ("31/03/2025", [], True),
        ("01/04/2025", [], False),
        ("31/03/2025", [{"DECOM": "30/03/2025"}], True),
        ("31/03/2025", [{"DECOM": "31/03/2025", "DEC": "31/03/2025"}], False),
        ("31/03/2025", [{"DECOM": "31/03/2025"}, {"DECOM": "01/05/2024"}], False),
        ("01/05/2024", [{"DECOM": "31/03/2025"}, {"DECOM": "01/05/2024"}], True),
        ("31/03/2025", [{"DECOM": "31/03/2025", "CHILD": "C2"}], True),
        (None, [], False),
    ],
)
def test_562_the_first_episode_was_last_years_last(start: str | None, before: Rows, fails: bool) -> None:
    this: Rows = [{"DECOM": "01/05/2025"}, {"DECOM": start}, {"DECOM": start, "CHILD": None}]
    mark = ["Episodes.1.DECOM"] if fails else []
    assert marked("562", Episodes=this, Episodes_last=before) == mark


@pytest.mark.parametrize(
    ("before", "failing"),
    [
        ([], [0, 1]),
        ([{"CHILD": "C2"}, {"CHILD": None}], [0, 1]),
        ([{}], []),
    ],
)
def test_NoE_a_child_in_care_before_the_year_was_in_last_years_return(before: Rows, failing: list[int]) -> None:
    starts = ("31/03/2025", "01/05/2020", "01/04/2025", None, "in May")
    this: Rows = [{"DECOM": start} for start in starts]
    nobody: Record = {"CHILD": None, "DECOM": "01/05/2020"}
    marks = [f"Episodes.{at}.DECOM" for at in (*failing, len(this))]
    assert marked("NoE", Episodes=this, Episodes_last=before) == marks[:-1]
    assert marked("NoE", Episodes=[*this, nobody], Episodes_last=before) == marks


@pytest.mark.parametrize("code", ["502", "562", "NoE"])
def test_rules_on_last_years_episodes_need_them(code: str) -> None:
    assert outcome(code, Episodes=[{}]).reason == NO_LAST_YEAR
