"""Rules on the legal status: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
SHORT_BREAKS = ["V3", "V4"]


def dated(status: str, *spells: tuple[str | None, str | None]) -> list[Record]:
    return [{"LS": status, "DECOM": start, "DEC": end} for start, end in spells]


def dates_of(*rows: int) -> str:
    return " ".join(f"Episodes.{row}.{field}" for row in rows for field in ("LS", "DECOM", "DEC"))


def two(first: str, second: str, fails: bool) -> list[str]:
    return [f"Episodes.0.{first} Episodes.0.{second}"] if fails else []


@pytest.mark.parametrize(
    ("born", "status", "start", "fails"),
    [
        ("10/06/2015", "J1", "09/06/2025", True),
        ("10/06/2015", "J2", "09/06/2025", True),
        ("10/06/2015", "J3", "09/06/2025", True),
        ("10/06/2015", "J1", "10/06/2025", False),
        ("10/06/2015", "C2", "09/06/2025", False),
        ("10/06/2015", None, "09/06/2025", False),
        ("odd", "J1", "09/06/2025", False),
    ],
)
def test_358_youth_justice_begins_at_10(born: str, status: str | None, start: str, fails: bool) -> None:
    cells = ["Episodes.0.LS Episodes.0.DECOM Header.0.DOB"] if fails else []
    assert marked("358", Header=[{"DOB": born}], Episodes=[{"LS": status, "DECOM": start}]) == cells


def test_358_needs_header() -> None:
    assert outcome("358", absent=["Header"]).reason == "The table Header was not given."


@pytest.mark.parametrize(
    ("code", "status", "longest", "over"),
    [
        ("361", "L1", "04/05/2025", "05/05/2025"),
        ("362", "L2", "22/05/2025", "23/05/2025"),
        ("363", "L3", "08/05/2025", "09/05/2025"),
        ("364", "J2", "22/05/2025", "23/05/2025"),
    ],
)
def test_a_legal_status_does_not_last_too_long(code: str, status: str, longest: str, over: str) -> None:
    begin = "01/05/2025"
    assert marked(code, Episodes=dated(status, (begin, over))) == [dates_of(0)]
    assert marked(code, Episodes=dated(status, (begin, longest))) == []
    assert marked(code, Episodes=dated("C2", (begin, over))) == []
    assert marked(code, Episodes=dated(status, (begin, "odd"), (None, over))) == []
    assert marked(code, Episodes=[{"CHILD": None, **row} for row in dated(status, (begin, over))]) == []


@pytest.mark.parametrize(("code", "status"), [("361", "L1"), ("362", "L2"), ("363", "L3"), ("364", "J2")])
def test_episodes_that_join_are_one_spell(code: str, status: str) -> None:
    joined = dated(status, ("03/05/2025", "26/05/2025"), ("01/05/2025", "03/05/2025"))
    assert marked(code, Episodes=joined) == [dates_of(0, 1)]
    assert marked(code, Episodes=[{"CHILD": "C2", **joined[0]}, joined[1]]) == [dates_of(0)]


@pytest.mark.parametrize(
    ("code", "status", "spells", "fails"),
    [
        # On the day after a new one begins.
        ("361", "L1", [("01/05/2025", "03/05/2025"), ("04/05/2025", "06/05/2025")], False),
        # On the same day the first one goes on: 2 and 2 days.
        ("361", "L1", [("01/05/2025", "03/05/2025"), ("03/05/2025", "05/05/2025")], True),
        ("361", "L1", [("01/05/2025", "odd"), ("02/05/2025", "05/05/2025")], False),
        ("362", "L2", [("01/05/2025", "15/05/2025"), ("16/05/2025", "30/05/2025")], False),
        ("362", "L2", [("01/05/2025", "15/05/2025"), ("15/05/2025", "30/05/2025")], True),
        ("363", "L3", [("01/05/2025", "05/05/2025"), ("06/05/2025", "10/05/2025")], False),
        # Overlapping spells are added up: 4 + 4 days.
        ("363", "L3", [("01/05/2025", "05/05/2025"), ("02/05/2025", "06/05/2025")], True),
        ("363", "L3", [("01/05/2025", "odd"), ("02/05/2025", "09/05/2025")], False),
        ("364", "J2", [("01/05/2025", "12/05/2025"), ("13/05/2025", "24/05/2025")], False),
        ("364", "J2", [("01/05/2025", "12/05/2025"), ("11/05/2025", "22/05/2025")], True),
    ],
)
def test_a_gap_ends_a_spell(code: str, status: str, spells: list[tuple[str, str]], fails: bool) -> None:
    assert marked(code, Episodes=dated(status, *spells)) == ([dates_of(0, 1)] if fails else [])


@pytest.mark.parametrize(
    ("code", "status", "passing", "failing"),
    [
        ("361", "L1", "28/03/2026", "27/03/2026"),
        ("362", "L2", "10/03/2026", "09/03/2026"),
        ("363", "L3", "24/03/2026", "23/03/2026"),
        ("364", "J2", "10/03/2026", "09/03/2026"),
        ("365", "V3", "14/03/2026", "13/03/2026"),
    ],
)
def test_an_open_episode_lasts_to_the_end_of_the_year(code: str, status: str, passing: str, failing: str) -> None:
    assert marked(code, Episodes=dated(status, (failing, None))) == [dates_of(0)]
    assert marked(code, Episodes=dated(status, (passing, None))) == []
    assert marked(code, 2027, Episodes=dated(status, (passing, None))) == [dates_of(0)]


@pytest.mark.parametrize(
    ("status", "end", "fails"),
    [
        ("V3", "18/05/2025", False),
        ("V3", "19/05/2025", True),
        ("V3", "odd", False),
        ("V4", "19/05/2025", False),
        (None, "19/05/2025", False),
    ],
)
def test_365_a_short_break_lasts_17_days_at_most(status: str | None, end: str, fails: bool) -> None:
    episode = {"LS": status, "DECOM": "01/05/2025", "DEC": end}
    assert marked("365", Episodes=[episode]) == ([dates_of(0)] if fails else [])


@pytest.mark.parametrize(
    ("status", "reason", "fails"),
    [("V3", "S", False), ("V3", "P", True), ("V3", None, True), ("V4", "P", False), (None, "P", False)],
)
def test_366_every_short_break_starts_care(status: str | None, reason: str | None, fails: bool) -> None:
    assert marked("366", Episodes=[{"LS": status, "RNE": reason}]) == two("LS", "RNE", fails)


@pytest.mark.parametrize(
    ("spells", "rows"),
    [
        ([("01/05/2025", "15/07/2025")], []),
        ([("01/05/2025", "16/07/2025")], [0]),
        ([("01/05/2025", "10/06/2025"), ("01/07/2025", "05/08/2025")], []),
        ([("01/05/2025", "10/06/2025"), ("01/07/2025", "06/08/2025")], [0, 1]),
        # Only days within the year count.
        ([("01/01/2025", "15/06/2025")], []),
        ([("01/01/2025", "16/06/2025")], [0]),
        ([("15/01/2026", "30/04/2026")], []),
        ([("14/01/2026", "30/04/2026")], [0]),
        ([("15/01/2026", None)], []),
        ([("14/01/2026", None)], [0]),
        # Days that do not count are not marked.
        ([("01/05/2025", "16/07/2025"), ("01/03/2025", "01/04/2025"), ("09/08/2025", "08/08/2025")], [0]),
        ([("01/05/2025", "odd"), (None, "16/07/2025")], []),
    ],
)
def test_367_short_breaks_come_to_75_days_at_most(spells: list[tuple[str | None, str | None]], rows: list[int]) -> None:
    assert marked("367", Episodes=dated("V3", *spells)) == ([dates_of(*rows)] if rows else [])


@pytest.mark.parametrize("other", [{"CHILD": "C2"}, {"LS": "V4"}, {"LS": None}, {"CHILD": None}])
def test_367_counts_one_child_and_one_kind_of_short_breaks(other: Record) -> None:
    first, second = dated("V3", ("01/05/2025", "10/06/2025"), ("01/07/2025", "06/08/2025"))
    assert marked("367", Episodes=[first, second | other]) == []


@pytest.mark.parametrize(
    ("code", "place", "status", "fails"),
    [
        ("378", "P1", "V2", True),
        ("378", "P1", "C2", False),
        ("378", "P1", None, False),
        ("378", "P3", "V2", False),
        *(("384", place, status, True) for place in ["U1", "U4"] for status in SHORT_BREAKS),
        ("384", "U3", "V3", False),
        ("384", "U1", "V2", False),
        ("384", None, "V3", False),
        ("408", "A5", "C2", True),
        ("408", "A6", None, True),
        ("408", "A5", "E1", False),
        ("408", "A3", "C2", False),
        ("408", None, "C2", False),
    ],
)
def test_a_placement_fits_the_legal_status(code: str, place: str | None, status: str | None, fails: bool) -> None:
    assert marked(code, Episodes=[{"PLACE": place, "LS": status}]) == two("PLACE", "LS", fails)


@pytest.mark.parametrize(
    ("status", "place", "fails"),
    [
        *((status, place, True) for status in SHORT_BREAKS for place in ["T0", "T1", "T2", "T3", "T4"]),
        ("V2", "T0", False),
        (None, "T0", False),
        ("V3", "U3", False),
        ("V3", None, False),
    ],
)
def test_382_a_short_break_is_in_no_temporary_placement(status: str | None, place: str | None, fails: bool) -> None:
    assert marked("382", Episodes=[{"LS": status, "PLACE": place}]) == two("LS", "PLACE", fails)


def test_426_a_child_has_short_breaks_of_one_kind() -> None:
    rows: list[Record] = [{"LS": "V3"}, {"LS": "C2"}, {"LS": "V4"}, {"LS": "v3"}, {"LS": "V3", "CHILD": "C2"}]
    assert marked("426", Episodes=rows) == ["Episodes.0.LS Episodes.2.LS Episodes.3.LS"]


@pytest.mark.parametrize(
    "rows",
    [
        [{"LS": "V3"}, {"LS": "V3"}, {"LS": None}, {"LS": "C2"}],
        [{"LS": "V3"}, {"LS": "V4", "CHILD": "C2"}],
        [{"LS": "V3", "CHILD": None}, {"LS": "V4", "CHILD": None}],
    ],
)
def test_426_one_kind_for_each_child_is_allowed(rows: list[Record]) -> None:
    assert marked("426", Episodes=rows) == []


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize(
    ("status", "start", "fails"),
    [("D1", "31/12/2005", False), ("D1", "01/01/2006", True), ("D1", "odd", False), ("E1", "01/01/2006", False)],
)
def test_445_freeing_orders_ended_in_2005(year: int, status: str, start: str, fails: bool) -> None:
    assert marked("445", year, Episodes=[{"LS": status, "DECOM": start}]) == two("LS", "DECOM", fails)


@pytest.mark.parametrize(
    ("status", "start", "fails"),
    [("E1", "30/11/2005", True), ("E1", "01/12/2005", False), ("E1", None, False), ("C2", "30/11/2005", False)],
)
def test_446_placement_orders_began_in_december_2005(status: str, start: str | None, fails: bool) -> None:
    assert marked("446", Episodes=[{"LS": status, "DECOM": start}]) == two("LS", "DECOM", fails)


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize(
    ("episode", "fails"),
    [
        ({"LS": "D1"}, True),
        ({"LS": "D1", "DEC": "odd"}, True),
        ({"LS": "D1", "DEC": "01/05/2022"}, False),
        ({"LS": "D1", "REC": "X1"}, False),
        ({"LS": "E1"}, False),
        ({"LS": None}, False),
    ],
)
def test_451_no_episode_under_a_freeing_order_is_open(year: int, episode: Record, fails: bool) -> None:
    cells = ["Episodes.0.DEC Episodes.0.REC Episodes.0.LS"] if fails else []
    assert marked("451", year, Episodes=[episode]) == cells
