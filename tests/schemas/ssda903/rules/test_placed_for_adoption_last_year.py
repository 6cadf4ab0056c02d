"""Rules on decisions to place for adoption against last year's return: what fails, what passes, and the boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
FIELDS = ("DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED")


def decided(*rows: tuple[str | None, ...]) -> list[Record]:
    """Make decisions of one child from their date, reversal and its reason."""
    return [dict(zip(FIELDS, row, strict=False)) for row in rows]


def compared(code: str, this: Any, before: Any, year: int = 2026) -> list[str]:
    """Evaluate a rule on this year's and last year's decisions; give the rows found."""
    cells = {"560": "PlacedAdoption.{0}.DATE_PLACED PlacedAdoption.{0}.DATE_PLACED_CEASED"}
    found = marked(code, year, PlacedAdoption=decided(*this), PlacedAdoption_last=decided(*before))
    rows = [line.split(".")[1] for line in found]
    assert found == [cells.get(code, "PlacedAdoption.{0}.DATE_PLACED").format(row) for row in rows]
    return rows


@pytest.mark.parametrize(
    ("code", "this", "before", "shown"),
    [
        ("559", [("31/03/2025",)], [], ["0"]),
        ("559", [("01/04/2025",)], [], []),
        ("559", [("31/03/2025",), ("01/01/2020",)], [(None, "01/06/2024")], ["0", "1"]),
        ("559", [("31/03/2025",)], [("soon",)], ["0"]),
        ("559", [("31/03/2025",)], [(None,), ("01/06/2024",)], []),
        ("559", [("soon",), (None,)], [], []),
        ("560", [("02/06/2024",)], [("01/06/2024",)], ["0"]),
        ("560", [("01/06/2024",)], [("01/06/2024",)], []),
        ("560", [(None,)], [("01/06/2024",)], ["0"]),
        ("560", [("soon",)], [("01/06/2024",)], ["0"]),
        ("560", [("02/06/2024",)], [("01/06/2024", "01/08/2024", "RD1")], []),
        ("560", [("02/06/2024",)], [("01/06/2024", "soon")], ["0"]),
        ("560", [("02/06/2024",)], [("01/06/2024", None, "RD1")], ["0"]),
        ("560", [("02/06/2024",)], [(None,), ("soon",)], []),
        # A new decision beside the one that was carried over, and one before which it was reversed.
        ("560", [("01/08/2025",), ("01/06/2024", "01/05/2025", "RD1")], [("01/06/2024",)], []),
        ("560", [("02/06/2024",)], [("02/06/2024",), ("01/01/2020", "01/01/2021", "RD1")], []),
        ("560", [(None,), ("01/08/2025",), ("01/07/2025",)], [("01/06/2024",)], ["2"]),
        ("560", [], [("01/06/2024",)], []),
        ("561", [("01/06/2024",)], [("01/06/2024", "01/08/2024", "RD1")], ["0"]),
        ("561", [("01/06/2024",)], [("01/06/2024", "01/08/2024", None)], ["0"]),
        ("561", [("01/06/2024",)], [("01/06/2024", None, "RD1")], ["0"]),
        ("561", [("01/06/2024",)], [("01/06/2024",)], []),
        ("561", [("01/06/2024",)], [("01/06/2024", "soon")], []),
        ("561", [("02/06/2024",)], [("01/06/2024", "01/08/2024", "RD1")], []),
        ("561", [(None,)], [(None, "01/08/2024", "RD1")], []),
        ("561", [("soon",)], [("soon", "01/08/2024", "RD1")], []),
        ("584", [("01/06/2024",)], [("01/06/2024", "01/08/2024", "RD1")], ["0"]),
        ("584", [("02/06/2024",)], [("01/06/2024", "01/08/2024", "RD1")], []),
        ("584", [("31/05/2024",)], [("01/06/2024", "01/08/2024", None)], ["0"]),
        ("584", [("31/05/2024",)], [("01/06/2024", None, "RD1")], ["0"]),
        ("584", [(None,), ("soon",)], [("01/06/2024", "01/08/2024", "RD1")], ["0", "1"]),
        ("584", [("31/05/2024",)], [("01/06/2024",)], []),
        ("584", [(None,)], [(None, "01/08/2024", "RD1")], []),
        ("584", [("02/06/2024",)], [("01/06/2024", "01/08/2024", "RD1"), ("02/06/2024",)], []),
        ("584", [("01/06/2024",)], [("01/06/2024", None, "RD1"), ("01/01/2020", None, "RD1")], ["0"]),
    ],
)
def test_the_decision_fits_last_years(code: str, this: Any, before: Any, shown: list[str]) -> None:
    assert compared(code, this, before) == shown


@pytest.mark.parametrize(("year", "placed", "fails"), [(2023, "31/03/2022", True), (2027, "01/04/2026", False)])
def test_559_before_the_year(year: int, placed: str, fails: bool) -> None:
    assert compared("559", [(placed,)], [], year) == ["0"] * fails


@pytest.mark.parametrize("code", ["559", "560", "561", "584"])
def test_other_children_and_blank_identifiers_are_not_compared(code: str) -> None:
    row: Record = {"DATE_PLACED": "01/04/2025"}
    before: Record = {"DATE_PLACED": "01/04/2025", "REASON_PLACED_CEASED": None if code == "560" else "RD1"}
    others = [before | {"CHILD": "C2"}, before | {"CHILD": None}]
    assert marked(code, PlacedAdoption=[row, row | {"CHILD": None}], PlacedAdoption_last=others) == []


@pytest.mark.parametrize("code", ["559", "560", "561", "584"])
def test_without_last_years_return_nothing_is_compared(code: str) -> None:
    reason = "Last year's PlacedAdoption was not given. Give last year's return with --previous."
    assert outcome(code, PlacedAdoption=[{}]).reason == reason
