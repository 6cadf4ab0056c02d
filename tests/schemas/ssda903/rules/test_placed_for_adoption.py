"""Rules on decisions to place for adoption: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
Rows = list[Record]
PLACED, CEASED, REASON = "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"
DETAILS = ("DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR")
DAY: Record = {"DATE_INT": "01/05/2025", "DATE_MATCH": "01/05/2025"}


def cells(fields: str, row: int = 0) -> str:
    return " ".join(f"PlacedAdoption.{row}.{field}" for field in fields.split())


def decided(*rows: tuple[str | None, ...]) -> Rows:
    """Make decisions of one child from their date, reversal and its reason."""
    return [dict(zip((PLACED, CEASED, REASON), row, strict=False)) for row in rows]


def stays(fields: str, *rows: tuple[str | None, ...]) -> Rows:
    """Make episodes of one child from the named fields."""
    return [dict(zip(fields.split(), row, strict=True)) for row in rows]


BOTH = f"{PLACED} {CEASED}"
REVERSAL = f"{CEASED} {REASON}"


@pytest.mark.parametrize(
    ("code", "fields", "row", "fails"),
    [
        ("115", PLACED, ("31/02/2025",), True),
        ("115", PLACED, ("ZZ/05/2025",), True),
        ("115", PLACED, ("28/02/2025",), False),
        ("115", PLACED, (None, "soon"), False),
        ("116", CEASED, ("01/05/2025", "31/02/2025"), True),
        ("116", CEASED, ("31/02/2025", "28/02/2025"), False),
        ("116", CEASED, ("soon", None), False),
        ("119", REVERSAL, (None, "01/05/2025", None), True),
        ("119", REVERSAL, (None, "soon", None), True),
        ("119", REVERSAL, (None, None, "RD1"), True),
        ("119", REVERSAL, (None, "soon", "RD1"), False),
        ("119", REVERSAL, (None, "01/05/2025", "RD9"), False),
        ("119", REVERSAL, ("01/05/2025",), False),
        *(("120", REASON, (None, None, good), False) for good in ("RD1", "RD2", "RD3", "rd4", None)),
        ("120", REASON, (None, None, "RD5"), True),
        ("522", BOTH, ("02/05/2025", "01/05/2025"), True),
        ("522", BOTH, ("01/05/2025", "01/05/2025"), False),
        ("522", BOTH, (None, "01/05/2025"), False),
        ("522", BOTH, ("01/05/2025", "soon"), False),
        ("563", f"{PLACED} {REASON} {CEASED}", (None, "01/05/2025", "RD1"), True),
        ("563", f"{PLACED} {REASON} {CEASED}", ("soon", "01/05/2025", "RD1"), True),
        ("563", f"{PLACED} {REASON} {CEASED}", ("01/05/2025", "01/05/2025", "RD1"), False),
        ("563", f"{PLACED} {REASON} {CEASED}", (None, "01/05/2025", None), False),
        ("563", f"{PLACED} {REASON} {CEASED}", (None, "soon", "RD1"), False),
        ("563", f"{PLACED} {REASON} {CEASED}", (None, None, "RD1"), False),
    ],
)
def test_the_items_of_a_decision_fit_together(code: str, fields: str, row: tuple[str | None, ...], fails: bool) -> None:
    assert marked(code, PlacedAdoption=decided(row)) == ([cells(fields)] if fails else [])


EPISODE = "Episodes.0.DEC Episodes.0.REC Episodes.0.DECOM"
LEFT = [("01/05/2020", "01/06/2025", "E8")]


@pytest.mark.parametrize(
    ("row", "care", "fails"),
    [
        (("02/06/2025",), LEFT, True),
        (("01/06/2025",), LEFT, False),
        (("01/05/2025", "02/06/2025"), LEFT, True),
        (("01/05/2025", "01/06/2025"), LEFT, False),
        (("02/06/2025", "soon"), LEFT, True),
        (("soon", "soon"), LEFT, False),
        # An open episode, or one whose end cannot be read: the year alone.
        (("31/03/2026",), [("01/05/2020", None, None)], False),
        (("01/04/2026",), [("01/05/2020", None, None)], True),
        (("01/05/2025", "01/04/2026"), [("01/05/2020", "soon", "E8")], True),
        (("01/05/2025", "31/03/2026"), [("01/05/2020", "soon", "E8")], False),
        # The last episode that does not go on; one without a start is none.
        (("02/06/2025",), [*LEFT, ("01/06/2025", "01/12/2025", "X1")], True),
        (("02/06/2025",), [*LEFT, ("01/08/2025", "01/12/2025", "E8")], False),
        (("02/06/2025",), [("01/05/2020", "01/06/2025", None), (None, "01/12/2025", "E8")], True),
    ],
)
def test_117_no_decision_after_care(row: tuple[str, ...], care: Any, fails: bool) -> None:
    found = marked("117", PlacedAdoption=decided(row), Episodes=stays("DECOM DEC REC", *care))
    assert [line.startswith(f"{cells(BOTH)} Episodes.") for line in found] == [True] * fails


def test_117_the_last_episode_is_shown() -> None:
    care = stays("DECOM DEC REC", *LEFT, ("01/05/2019", "01/05/2020", "E8"))
    rows = decided(("01/05/2025",), ("02/06/2025",))
    assert marked("117", PlacedAdoption=rows, Episodes=care) == [f"{cells(BOTH, 1)} {EPISODE}"]


@pytest.mark.parametrize("year", [2023, 2027])
def test_117_the_end_of_the_year_holds_without_an_episode(year: int) -> None:
    rows = [*decided((f"31/03/{year}",), (f"01/04/{year}",)), {PLACED: f"01/04/{year}", "CHILD": None}]
    assert marked("117", year, PlacedAdoption=rows) == [cells(BOTH, 1), cells(BOTH, 2)]


@pytest.mark.parametrize(
    ("ceased", "care", "fails"),
    [
        ("31/05/2025", [("01/06/2025", "C2")], True),
        ("01/06/2025", [("01/06/2025", "C2")], False),
        ("31/05/2025", [("01/06/2025", None), ("01/08/2025", "C2")], True),
        ("31/05/2025", [("01/06/2025", "C2"), ("01/05/2025", "C2")], False),
        ("31/05/2025", [("01/05/2025", "V3"), ("01/05/2025", "V4"), ("01/06/2025", "C2")], True),
        ("31/03/2025", [("01/05/2020", "C2")], True),
        ("01/04/2025", [("01/05/2020", "C2")], False),
        (None, [("01/05/2025", "C2")], False),
        ("soon", [("01/05/2025", "C2")], False),
        ("31/05/2025", [(None, "C2")], False),
    ],
)
def test_118_no_reversal_before_care(ceased: str | None, care: Any, fails: bool) -> None:
    found = marked("118", PlacedAdoption=decided((None, ceased)), Episodes=stays("DECOM LS", *care))
    assert [line.startswith(f"{cells(CEASED)} Episodes.") for line in found] == [True] * fails


@pytest.mark.parametrize("year", [2023, 2027])
def test_118_the_start_of_the_year_holds_without_an_episode(year: int) -> None:
    rows = decided((None, f"31/03/{year - 1}"), (None, f"01/04/{year - 1}"))
    assert marked("118", year, PlacedAdoption=rows) == [cells(CEASED)]
    care = stays("DECOM LS", ("01/05/2020", "V3"))
    assert marked("118", year, PlacedAdoption=rows, Episodes=care) == [cells(CEASED)]


@pytest.mark.parametrize(
    ("born", "fails"), [("02/05/2025", True), ("01/05/2025", False), (None, False), ("soon", False)]
)
def test_184_no_decision_before_birth(born: str | None, fails: bool) -> None:
    rows: Rows = [{PLACED: "01/05/2025", "DOB": "01/01/2026"}, {PLACED: None}, {PLACED: "01/01/2020", "CHILD": "C2"}]
    expected = [f"{cells(PLACED)} Header.0.DOB"] if fails else []
    assert marked("184", PlacedAdoption=rows, Header=[{"DOB": born}]) == expected


@pytest.mark.parametrize(
    ("placed", "told", "fails"),
    [
        ("01/05/2025", "02/05/2025", True),
        ("01/05/2025", "01/05/2025", False),
        ("01/05/2025", None, False),
        (None, "01/05/2025", False),
        ("soon", "01/05/2025", False),
        ("01/05/2025", "soon", False),
    ],
)
def test_523_one_date_in_both_files(placed: str | None, told: str | None, fails: bool) -> None:
    rows: Rows = [{PLACED: placed}, {PLACED: "01/01/2020", "CHILD": "C2"}, {PLACED: "01/01/2020", "CHILD": None}]
    expected = [f"{cells(PLACED)} AD1.0.DATE_INT"] if fails else []
    assert marked("523", PlacedAdoption=rows, AD1=[{"DATE_INT": told}, {"CHILD": None, "DATE_INT": told}]) == expected


def test_523_a_reversed_decision_is_compared_too() -> None:
    rows = decided(("01/05/2024", "01/06/2024", "RD1"), ("01/05/2025",))
    assert marked("523", PlacedAdoption=rows, AD1=[DAY]) == [f"{cells(PLACED)} AD1.0.DATE_INT"]


@pytest.mark.parametrize("item", DETAILS)
def test_525_no_details_after_a_reversal(item: str) -> None:
    details: Record = {item: DAY.get(item, "odd")}
    expected = f"{cells(CEASED)} {' '.join(f'AD1.0.{name}' for name in DETAILS)}"
    assert marked("525", PlacedAdoption=decided((None, "01/05/2025")), AD1=[details]) == [expected]


@pytest.mark.parametrize(
    ("row", "details"),
    [
        (("01/05/2025", None, "RD1"), DAY),
        (("01/05/2025", "soon"), DAY),
        ((None, "01/05/2025"), {}),
        ((None, "01/05/2025"), {"DATE_INT": "soon"}),
        ((None, "01/05/2025"), DAY | {"CHILD": "C2"}),
    ],
)
def test_525_decisions_that_stand_and_rows_without_details_pass(row: tuple[str | None, ...], details: Record) -> None:
    assert marked("525", PlacedAdoption=decided(row), AD1=[details]) == []


@pytest.mark.parametrize(
    ("place", "rows", "fails"),
    [
        *((place, [], True) for place in ("A3", "A4", "A5", "A6")),
        ("A3", [(None, "01/05/2025")], True),
        ("A3", [("soon",)], True),
        ("A3", [(None,), ("01/05/2025", "01/06/2025")], False),
        ("U1", [], False),
        (None, [], False),
    ],
)
def test_551_a_placement_needs_a_decision(place: str | None, rows: Any, fails: bool) -> None:
    found = marked("551", Episodes=[{"PLACE": place}], PlacedAdoption=decided(*rows))
    assert found == (["Episodes.0.PLACE"] if fails else [])


def test_551_there_is_no_decision_without_an_identifier() -> None:
    nobody: Record = {"CHILD": None}
    rows: Rows = [nobody | {PLACED: "01/05/2025"}]
    assert marked("551", Episodes=[nobody | {"PLACE": "A3"}], PlacedAdoption=rows) == ["Episodes.0.PLACE"]


@pytest.mark.parametrize(
    ("rows", "starts", "fails"),
    [
        ([("02/05/2025",)], [("A3", "01/05/2025")], True),
        ([("01/05/2025",)], [("A3", "01/05/2025")], False),
        ([("02/05/2025",)], [("A3", "01/05/2025"), ("A4", "01/08/2025"), ("U1", "01/01/2020")], True),
        ([("02/05/2025",)], [("A3", "02/05/2025"), ("U1", "01/05/2025"), ("A3", None)], False),
        ([("02/05/2025",), ("01/01/2020",)], [("A3", "01/05/2025")], True),
        ([("02/05/2025",), ("01/01/2020",), (None,)], [("A3", "03/05/2025")], False),
        ([("soon",)], [("A3", "01/05/2025")], False),
        ([("02/05/2025",)], [("A3", "soon")], False),
    ],
)
def test_552_the_decision_comes_before_the_placement(rows: Any, starts: Any, fails: bool) -> None:
    found = marked("552", PlacedAdoption=decided(*rows), Episodes=stays("PLACE DECOM", *starts))
    assert found == ([f"{cells(PLACED)} Episodes.0.DECOM Episodes.0.PLACE"] if fails else [])


STANDING = f"CHILD {PLACED} {CEASED} {REASON}"


@pytest.mark.parametrize(("code", "year", "order"), [("553", 2023, "E1"), ("553", 2026, "E1"), ("555", 2024, "D1")])
@pytest.mark.parametrize(
    ("ended", "rows", "expected"),
    [
        (None, [], ["Episodes.0.LS"]),
        ("01/05/2023", [], ["Episodes.0.LS"]),
        (None, [(None,)], ["Episodes.0.LS"]),
        (None, [("soon",)], ["Episodes.0.LS"]),
        (None, [("01/05/2023",)], []),
        (None, [("01/05/2023", "01/06/2023")], [cells(STANDING)]),
        (None, [("01/05/2023", None, "RD1")], [cells(STANDING)]),
        (None, [("01/05/2023", "soon")], []),
        (None, [("01/05/2023",), ("01/05/2022", "01/06/2022", "RD1")], [cells(STANDING, 1)]),
        ("01/08/2023", [("01/05/2023", "01/06/2023", "RD1")], []),
        ("soon", [("01/05/2023", "01/06/2023", "RD1")], [cells(STANDING)]),
    ],
)
def test_an_order_needs_a_standing_decision(
    code: str, year: int, order: str, ended: str | None, rows: Any, expected: list[str]
) -> None:
    episodes = stays("LS DEC", (order, ended), ("C2", None))
    assert marked(code, year, Episodes=episodes, PlacedAdoption=decided(*rows)) == expected


@pytest.mark.parametrize(("code", "year"), [("553", 2024), ("555", 2024)])
def test_another_legal_status_needs_no_decision(code: str, year: int) -> None:
    other = {"553": "D1", "555": "E1"}[code]
    assert marked(code, year, Episodes=stays("LS", (other,), ("C2",), (None,))) == []


@pytest.mark.parametrize(
    ("rows", "care", "expected"),
    [
        ([("02/05/2025",)], [("01/05/2025", None, "E1")], [(0, 0)]),
        ([("01/05/2025",)], [("01/05/2025", None, "E1")], []),
        ([("02/05/2025",)], [("01/05/2025", None, "C2")], []),
        ([("soon",)], [("01/05/2025", None, "E1")], []),
        ([("02/05/2025",)], [(None, None, "E1")], []),
        # The first episode under the order counts, and each decision.
        ([("02/05/2025",)], [("01/05/2025", "01/06/2025", "E1"), ("01/06/2025", None, "E1")], [(0, 0)]),
        ([("02/06/2025",)], [("01/05/2025", "03/06/2025", "C2"), ("03/06/2025", None, "E1")], []),
        ([("03/05/2025",), ("01/05/2025",), ("02/05/2025",)], [("01/05/2025", None, "E1")], [(0, 0), (2, 0)]),
        # Two periods of care: a decision of the second is not held against the order of the first.
        ([("01/09/2025",)], [("01/05/2025", "01/06/2025", "E1"), ("01/08/2025", None, "C2")], []),
        ([("01/08/2025",)], [("01/05/2025", "01/06/2025", "E1"), ("01/08/2025", None, "C2")], []),
        (
            [("01/09/2025",), ("02/05/2025",), ("01/01/2020",)],
            [("01/05/2025", "01/06/2025", "E1"), ("01/08/2025", None, "E1")],
            [(0, 1), (1, 0)],
        ),
        ([("01/07/2025",)], [("01/05/2025", "01/06/2025", "E1"), ("01/08/2025", None, "E1")], [(0, 0)]),
    ],
)
def test_554_the_decision_comes_before_the_order(rows: Any, care: Any, expected: Any) -> None:
    found = marked("554", PlacedAdoption=decided(*rows), Episodes=stays("DECOM DEC LS", *care))
    assert found == [f"{cells(PLACED, row)} Episodes.{at}.DECOM Episodes.{at}.LS" for row, at in expected]


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize(
    ("order", "start", "fails"),
    [
        ("D1", "01/05/2023", True),
        ("D1", "02/05/2023", False),
        ("E1", "01/05/2023", False),
        (None, "01/05/2023", False),
        ("D1", None, False),
    ],
)
def test_556_the_decision_comes_before_the_freeing_order(
    year: int, order: str | None, start: str | None, fails: bool
) -> None:
    rows = decided(("02/05/2023",), ("02/05/2023",), (None,), ("soon",))
    found = marked("556", year, Episodes=stays("LS DECOM", (order, start)), PlacedAdoption=rows)
    assert found == (["Episodes.0.DECOM Episodes.0.LS"] if fails else [])


UNDER_WAY = "Episodes.0.PLACE Episodes.0.LS Episodes.0.REC"


@pytest.mark.parametrize("year", [2024, 2025])
@pytest.mark.parametrize(
    ("place", "status", "reason", "fails"),
    [
        *((place, "C2", "E8", True) for place in ("A3", "A4", "A5", "A6")),
        ("U1", "E1", "E4A", True),
        (None, "E1", "odd", True),
        ("A3", None, "E8", True),
        ("U1", "C2", "E8", False),
        ("U1", None, "E8", False),
        ("A3", "E1", "X1", False),
        ("A3", "E1", "E11", False),
        ("A3", "E1", "E12", False),
        ("A3", "E1", None, False),
    ],
)
def test_557_a_child_who_left_has_no_standing_decision(
    year: int, place: str | None, status: str | None, reason: str | None, fails: bool
) -> None:
    episodes = stays("PLACE LS REC", (place, status, reason))
    assert marked("557", year, Episodes=episodes) == ([UNDER_WAY] if fails else [])


@pytest.mark.parametrize(("year", "fails"), [(2023, True), (2024, True), (2025, False), (2027, False)])
def test_557_freeing_orders_count_up_to_2024(year: int, fails: bool) -> None:
    assert marked("557", year, Episodes=stays("LS REC", ("D1", "E8"))) == ([UNDER_WAY] if fails else [])


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([("01/05/2024", "01/05/2025", "RD1")], None),
        ([("01/05/2024", None, "RD1")], [0]),
        ([("01/05/2024", "01/05/2025", None)], [0]),
        ([("01/05/2024", "soon", "RD1")], [0]),
        ([("01/05/2024", "01/05/2025", "RD1"), ("01/05/2025",)], [1]),
        ([(None,), ("01/05/2025",)], [0, 1]),
        ([], []),
    ],
)
def test_557_shows_the_decisions_that_stand(rows: Any, shown: list[int] | None) -> None:
    found = marked("557", Episodes=stays("LS REC", ("E1", "E8")), PlacedAdoption=decided(*rows))
    assert found == ([] if shown is None else [" ".join([*(cells(REVERSAL, row) for row in shown), UNDER_WAY])])


FIRST, SECOND = ("01/05/2024", "01/04/2025"), ("01/06/2025", "31/03/2026")


@pytest.mark.parametrize(
    ("rows", "care", "fails"),
    [
        ([FIRST, SECOND], [("01/05/2025", "E11")], True),
        ([SECOND, FIRST], [("01/05/2025", "E12")], True),
        ([FIRST, SECOND], [("01/05/2025", "E8")], False),
        ([FIRST, SECOND], [("01/05/2025", "E11"), ("01/06/2025", "E8")], False),
        ([FIRST, SECOND], [("01/05/2025", "E11"), ("01/04/2025", "X1"), (None, "E8")], True),
        ([FIRST], [("01/05/2025", "E11")], False),
        ([FIRST, ("01/06/2025", "01/04/2026")], [("01/05/2025", "E11")], False),
        ([("01/05/2024", "31/03/2025"), SECOND], [("01/05/2025", "E11")], False),
        ([FIRST, SECOND, ("01/07/2025", None)], [("01/05/2025", "E11")], False),
        ([FIRST, SECOND, ("01/05/2025", None)], [("01/05/2025", "E11")], True),
        ([FIRST, SECOND, (None, None)], [("01/05/2025", "E11")], True),
    ],
)
def test_558_an_adoption_needs_a_standing_decision(rows: Any, care: Any, fails: bool) -> None:
    found = marked("558", Episodes=stays("DECOM REC", *care), PlacedAdoption=decided(*rows))
    assert found == (["Episodes.0.REC"] if fails else [])


@pytest.mark.parametrize(
    ("code", "rows", "shown"),
    [
        ("579", [("01/05/2025",), ("01/06/2025",)], [1]),
        ("579", [("01/06/2025",), ("01/05/2025", "01/06/2025")], []),
        ("579", [("01/06/2025",), ("01/05/2025", "02/06/2025")], [0]),
        ("579", [("01/05/2025", "soon"), ("01/06/2025",)], [1]),
        ("579", [("01/05/2025", "01/06/2025"), (None,)], []),
        ("579", [("01/05/2025",), (None,)], [1]),
        ("579", [("01/05/2025", "01/06/2025"), ("01/05/2025",)], [1]),
        ("579", [("01/05/2025",)], []),
        ("583", [("01/05/2025",), ("01/06/2025",)], [0]),
        ("583", [("15/05/2025", "soon"), ("01/06/2025",)], [0]),
        ("583", [("01/06/2025",), ("15/05/2025", "16/05/2025")], []),
        ("583", [("01/05/2025",), ("01/05/2025",)], [0]),
        ("583", [("01/05/2025",), ("01/05/2025", "01/05/2025")], []),
        ("583", [("01/06/2025",), (None,), ("01/05/2025",)], [1, 2]),
        ("583", [("01/06/2025",), (None, "01/06/2025")], []),
        ("583", [("01/06/2025",)], []),
        ("583", [(None,)], []),
    ],
)
def test_one_decision_stands_at_a_time(code: str, rows: Any, shown: list[int]) -> None:
    others: Rows = [{"CHILD": "C2", PLACED: "01/01/2026"}, {"CHILD": None}, {"CHILD": None, PLACED: "01/01/2026"}]
    assert marked(code, PlacedAdoption=[*decided(*rows), *others]) == [cells(BOTH, row) for row in shown]


@pytest.mark.parametrize(
    ("rows", "care", "shown"),
    [
        ([("31/05/2025",)], [("S", "01/06/2025")], [0]),
        ([("01/06/2025",)], [("S", "01/06/2025")], []),
        ([("31/05/2025",)], [("L", "01/06/2025")], []),
        ([("31/05/2025",)], [("S", "01/06/2025"), ("S", "01/05/2025")], []),
        ([("31/05/2025",), ("01/08/2025",), ("01/01/2020",)], [("S", "01/06/2025"), ("S", "01/07/2025")], [0, 2]),
        ([("soon",), (None,)], [("S", "01/06/2025")], []),
        ([("31/05/2025",)], [("S", "soon")], []),
        ([("31/05/2025",)], [], []),
    ],
)
def test_1003_no_decision_before_care(rows: Any, care: Any, shown: list[int]) -> None:
    found = marked("1003", PlacedAdoption=decided(*rows), Episodes=stays("RNE DECOM", *care))
    assert found == [f"{cells(PLACED, row)} Episodes.0.DECOM Episodes.0.RNE" for row in shown]


@pytest.mark.parametrize("code", ["117", "118", "551", "552", "553", "554", "557", "558", "1003"])
def test_rules_on_both_files_need_both(code: str) -> None:
    assert outcome(code, absent=["Episodes"]).reason == "The table Episodes was not given."
    assert outcome(code, absent=["PlacedAdoption"]).reason == "The table PlacedAdoption was not given."
