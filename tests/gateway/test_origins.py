"""Where cells come from: the case records of a return that was built, the file of one that was read."""

from __future__ import annotations

import polars as pl
import pytest

from gateway.origins import filed, traced
from report_builder import error, place
from schemas.findings import Location, Origin
from schemas.returns import ORIGIN

ORIGINS = {
    "CINdetails": pl.DataFrame(
        [("ssd_cin_episodes", "70", "P1"), ("ssd_cin_episodes", "71", "P2")], schema=ORIGIN, orient="row"
    ),
    "Header": pl.DataFrame([("", "", "")], schema=ORIGIN, orient="row"),
}


def test_each_cell_gets_the_origin_of_its_row() -> None:
    (finding,) = traced([error("C1", place(row=1), place(row=0, field="CINclosureDate"))], ORIGINS)
    assert [cell.origin for cell in finding.locations] == [
        Origin("ssd_cin_episodes", "71", "P2"),
        Origin("ssd_cin_episodes", "70", "P1"),
    ]


def test_what_no_record_of_the_case_system_made_has_none() -> None:
    cells = (place("Header", 0, "LEA"), place("Elsewhere", 0), place(row=None), place("", None, path="Message"))
    (finding,) = traced([error("C1", *cells)], ORIGINS)
    assert finding.locations == cells


def test_a_return_that_was_only_read_is_left_as_it_is() -> None:
    given = (error("C1", place(row=1)),)
    assert traced(given, {}) == given


FILES = {"Header": (("one.csv", 2), ("empty.csv", 0), ("two.csv", 1)), "Episodes": (("e.csv", 3),)}


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (place("Header", 0, "SEX"), "one.csv"),
        (place("Header", 1, "SEX"), "one.csv"),
        (place("Header", 2, "SEX"), "two.csv"),
        (place("Header", 3, "SEX"), ""),
        (Location("Header", None, "X", None, 1, "two.csv"), "two.csv"),
        (Location("Header", None, "X", None, 1), ""),
        (Location("Episodes", None, "X", None, 1), "e.csv"),
        (place("OC2", 0, "DOB"), ""),
    ],
)
def test_a_cell_is_of_the_file_that_has_its_record(cell: Location, name: str) -> None:
    (finding,) = filed((error("C1", cell),), FILES)
    assert [found.file for found in finding.locations] == [name]


def test_a_return_in_one_piece_names_no_file() -> None:
    told = (error("C1", place()),)
    assert filed(told, {}) is told
