"""Rules on the form across files: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import found, marked, outcome
from schemas.findings import Severity

NOT_IN_HEADER = {
    "INT01": "AD1",
    "INT02": "PlacedAdoption",
    "INT03": "Episodes",
    "INT04": "Missing",
    "INT05": "OC2",
    "INT06": "OC3",
    "INT07": "PrevPerm",
    "INT08": "Reviews",
    "INT09": "UASC",
}
OTHER_BIRTH_DATE = {
    "INT11": "AD1",
    "INT12": "PlacedAdoption",
    "INT13": "Missing",
    "INT14": "OC2",
    "INT15": "OC3",
    "INT16": "PrevPerm",
    "INT17": "Reviews",
    "INT18": "UASC",
}
REPEATED = {"INT31": "AD1", "INT32": "Header", "INT33": "OC2", "INT34": "OC3", "INT35": "PrevPerm", "INT36": "UASC"}


def with_header(rows: list[dict[str, str | None]], table: str, *records: dict[str, str | None]) -> dict[str, Any]:
    return {"Header": rows, table: list(records)}


@pytest.mark.parametrize(("code", "table"), NOT_IN_HEADER.items())
def test_a_child_of_another_file_is_in_header(code: str, table: str) -> None:
    rows = with_header([{}], table, {}, {"CHILD": "C2"}, {"CHILD": None}, {"CHILD": "c1"})
    assert marked(code, **rows) == [f"{table}.1.CHILD", f"{table}.2.CHILD"]
    assert marked(code, **with_header([{}], table, {})) == []
    assert outcome(code, absent=["Header"]).reason == "The table Header was not given."


@pytest.mark.parametrize(("code", "table"), OTHER_BIRTH_DATE.items())
@pytest.mark.parametrize(
    ("own", "header", "fails"),
    [
        ("01/05/2010", "01/05/2010", False),
        ("02/05/2010", "01/05/2010", True),
        (None, "01/05/2010", False),
        ("1.5.2010", "01/05/2010", False),
        ("02/05/2010", None, False),
    ],
)
def test_birth_dates_agree(code: str, table: str, own: str | None, header: str | None, fails: bool) -> None:
    rows = with_header([{"DOB": header}, {"DOB": "09/09/2009"}], table, {"DOB": own})
    assert marked(code, **rows) == ([f"{table}.0.DOB Header.0.DOB"] if fails else [])


@pytest.mark.parametrize(
    ("own", "header", "fails"), [("M", "m", False), ("F", "M", True), (None, "M", False), ("F", None, False)]
)
def test_INT21_sexes_agree(own: str | None, header: str | None, fails: bool) -> None:
    rows = with_header([{"SEX": header}], "UASC", {"SEX": own})
    assert marked("INT21", **rows) == (["UASC.0.SEX Header.0.SEX"] if fails else [])


@pytest.mark.parametrize(("code", "table"), REPEATED.items())
def test_a_child_has_one_row(code: str, table: str) -> None:
    rows = [{}, {"CHILD": "C2"}, {"CHILD": "c1"}, {"CHILD": None}, {"CHILD": None}]
    once: dict[str, Any] = {table: rows[1:]}
    twice: dict[str, Any] = {table: rows}
    assert marked(code, **once) == []
    assert marked(code, **twice) == [f"{table}.0.CHILD {table}.2.CHILD"]


def test_EPI_a_child_has_an_episode_or_care_leaver_details() -> None:
    header = [{}, {"CHILD": "C2"}, {"CHILD": "C3"}]
    assert marked("EPI", Header=header[:2], Episodes=[{}], OC3=[{"CHILD": "C2"}]) == []
    assert marked("EPI", Header=header, Episodes=[{}], OC3=[{"CHILD": "C2"}]) == ["Header.2.CHILD"]
    assert found("EPI", Header=header)[0].severity is Severity.QUERY


@pytest.mark.parametrize("absent", ["Episodes", "OC3"])
def test_EPI_counts_a_file_that_was_not_given_as_empty(absent: str) -> None:
    assert marked("EPI", Header=[{}], absent=[absent]) == ["Header.0.CHILD"]
