"""Where the cells of a return that was built come from."""

from __future__ import annotations

import polars as pl

from gateway.origins import traced
from report_builder import error, place
from schemas.findings import Origin
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
