"""Rules on deprivation of liberty orders: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
Rows = list[Record]
YEAR = 2027
START, END = "DOLO_START", "DOLO_END"


def cells(fields: str, row: int = 0) -> str:
    return " ".join(f"DoLo.{row}.{field}" for field in fields.split())


def orders(*rows: tuple[str | None, ...]) -> Rows:
    """Make orders of one child from first day, last day and date of birth."""
    return [dict(zip((START, END, "DOB"), row, strict=False)) for row in rows]


def care(*rows: tuple[str | None, ...]) -> Rows:
    """Make episodes of one child from first day, last day and type of placement."""
    return [dict(zip(("DECOM", "DEC", "PLACE"), row, strict=False)) for row in rows]


@pytest.mark.parametrize(
    ("code", "fields", "row", "fails"),
    [
        ("700", START, (None, "01/05/2026"), True),
        ("700", START, ("31/02/2027",), True),
        ("700", START, ("28/02/2027", "soon"), False),
        ("701", END, (None, "31/02/2027"), True),
        ("701", END, (None, "28/02/2027"), False),
        ("701", END, ("soon", None), False),
        ("702", f"{START} {END}", ("02/05/2026", "01/05/2026"), True),
        ("702", f"{START} {END}", ("01/05/2026", "01/05/2026"), False),
        ("702", f"{START} {END}", ("02/05/2026", None), False),
        ("702", f"{START} {END}", ("soon", "01/05/2026"), False),
        ("703", START, ("01/04/2027",), True),
        ("703", START, ("31/03/2027",), False),
        ("703", START, ("soon",), False),
        ("704", END, (None, "31/03/2026"), True),
        ("704", END, (None, "01/04/2026"), False),
        ("704", END, (None, "31/03/2027"), False),
        ("704", END, (None, "01/04/2027"), True),
        ("704", END, ("01/05/2026", None), False),
        ("708", f"{START} DOB", ("01/05/2026", None, "02/05/2026"), True),
        ("708", f"{START} DOB", ("01/05/2026", None, "01/05/2026"), True),
        ("708", f"{START} DOB", ("01/05/2026", None, "30/04/2026"), False),
        ("708", f"{START} DOB", ("01/05/2026", None, None), False),
        ("708", f"{START} DOB", (None, None, "01/05/2026"), False),
    ],
)
def test_the_items_of_an_order_fit_together(code: str, fields: str, row: tuple[str | None, ...], fails: bool) -> None:
    assert marked(code, YEAR, DoLo=orders(row)) == ([cells(fields)] if fails else [])


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([("01/05/2026", "03/05/2026"), ("03/05/2026", "04/05/2026")], []),
        ([("02/05/2026", "04/05/2026"), ("01/05/2026", "03/05/2026")], [0]),
        ([("01/05/2026", None), ("02/05/2026", "04/05/2026")], [1]),
        ([("03/05/2026", None), ("01/05/2026", "04/05/2026")], [1]),
        ([("01/05/2026", "31/05/2026"), ("02/05/2026", "03/05/2026")], [0]),
        ([("01/05/2026", None)], []),
    ],
)
def test_705_one_order_at_a_time(rows: Any, shown: list[int]) -> None:
    others: Rows = [{"CHILD": "C2", START: "02/05/2026"}, {"CHILD": None, START: "01/05/2026"}, {"CHILD": None}]
    found = marked("705", YEAR, DoLo=[*orders(*rows), *others])
    assert found == [cells(f"{START} {END}", row) for row in shown]


@pytest.mark.parametrize(
    ("rows", "before", "shown"),
    [
        ([("02/03/2026",)], [("01/03/2026", None)], cells(START)),
        ([("01/03/2026",)], [("01/03/2026", None)], None),
        ([("01/03/2026",), ("01/02/2026",)], [("01/03/2026", None)], cells(START, 1)),
        ([(None,)], [("01/03/2026", None)], cells(START)),
        ([(None,), ("01/03/2026",)], [("01/03/2026", None)], None),
        ([], [("01/03/2026", None)], "DoLo_last.0.DOLO_START"),
        ([], [("01/02/2026", "01/03/2026"), ("01/03/2026", "soon"), (None, None)], "DoLo_last.1.DOLO_START"),
        ([("02/03/2026",)], [("01/03/2026", "02/03/2026")], None),
        # Only the last order of last year counts.
        ([], [("01/03/2026", None), ("02/03/2026", "03/03/2026")], None),
        ([], [(None, None)], None),
        ([], [("01/03/2026", "03/03/2026"), (None, None)], None),
    ],
)
def test_706_an_open_order_of_last_year_goes_on(rows: Any, before: Any, shown: str | None) -> None:
    found = marked("706", YEAR, DoLo=orders(*rows), DoLo_last=orders(*before))
    assert found == ([] if shown is None else [shown])


def test_706_other_children_and_blank_identifiers() -> None:
    before: Rows = [{START: "01/03/2026", "CHILD": None}, {START: "01/03/2026", "CHILD": "C2"}]
    assert marked("706", YEAR, DoLo=orders(("02/03/2026",)), DoLo_last=before) == ["DoLo_last.1.DOLO_START"]


def test_706_needs_last_year() -> None:
    reason = "Last year's DoLo was not given. Give last year's return with --previous."
    assert outcome("706", YEAR, DoLo=[{}]).reason == reason


ENDED = [("01/05/2026", "01/06/2026"), ("01/06/2026", "01/08/2026"), ("01/10/2026", "01/12/2026")]
OPEN = [("01/05/2026", "01/06/2026"), ("01/10/2026", None)]


@pytest.mark.parametrize(
    ("row", "stays", "fails"),
    [
        (("01/05/2026", "01/08/2026"), ENDED, False),
        (("01/05/2026", "02/08/2026"), ENDED, True),
        (("01/01/2026", "01/05/2026"), ENDED, False),
        (("01/01/2026", "30/04/2026"), ENDED, True),
        (("01/10/2026", None), OPEN, False),
        (("30/09/2026", None), OPEN, True),
        (("01/10/2026", None), ENDED, True),
        ((None, "01/01/2027"), ENDED, False),
        (("01/10/2026", None), [], False),
    ],
)
def test_707_an_order_ends_with_care(row: Any, stays: Any, fails: bool) -> None:
    nobody: Rows = [order | {"CHILD": None} for order in orders(row)]
    found = marked("707", YEAR, DoLo=[*orders(row), *nobody], Episodes=care(*stays))
    assert found == ([cells(END)] if fails else [])


ORDER = ("01/06/2026", "01/08/2026")


def _placements(code: str, fail: str, ok: str) -> list[tuple[str, Any, Any, bool]]:
    bad = fail.split(maxsplit=1)[0]
    places = [*((place, True) for place in fail.split()), *((place, False) for place in ok.split())]
    rows: list[tuple[Any, Any, bool]] = [(ORDER, ("01/05/2026", None, place), fails) for place, fails in places]
    rows += [
        (ORDER, ("01/08/2026", None, bad), True),
        (ORDER, ("02/08/2026", None, bad), False),
        (ORDER, ("01/05/2026", "01/06/2026", bad), True),
        (ORDER, ("01/05/2026", "31/05/2026", bad), False),
        (ORDER, ("01/05/2026", "soon", bad), True),
        (ORDER, (None, None, bad), False),
        (("01/06/2026", None), ("01/05/2026", None, bad), False),
        ((None, "01/08/2026"), ("01/05/2026", None, bad), False),
        (("soon", "01/08/2026"), ("01/05/2026", None, bad), False),
    ]
    return [(code, order, stay, fails) for order, stay, fails in rows]


@pytest.mark.parametrize(
    ("code", "order", "stay", "fails"),
    [
        *_placements("709", "U1 K1 K3 Z11 Z14", "K2 Z12 z13"),
        ("709", ORDER, ("01/05/2026", None, None), True),
        *_placements("710", "K1 P1 R5 k3", "K2 Z12 U1"),
        ("710", ORDER, ("01/05/2026", None, None), False),
    ],
)
def test_the_placement_fits_the_order(code: str, order: Any, stay: Any, fails: bool) -> None:
    stays: Rows = [*care(stay), *(row | {"CHILD": "C2"} for row in care(stay))]
    found = marked(code, YEAR, DoLo=orders(order), Episodes=stays)
    assert found == ([f"{cells(f'{START} {END}')} Episodes.0.PLACE"] if fails else [])


@pytest.mark.parametrize("code", ["707", "709", "710"])
def test_rules_on_both_files_need_both(code: str) -> None:
    assert outcome(code, YEAR, absent=["Episodes"]).reason == "The table Episodes was not given."
    assert outcome(code, YEAR, absent=["DoLo"]).reason == "The table DoLo was not given."
