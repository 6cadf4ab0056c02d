"""Code sets, and the lists of the census."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from schemas.cin.layout import YEARS, cin_layout, code_set
from schemas.codesets import Code, CodeSet, load_code_sets

SET = CodeSet("Colour", (Code("R", "red"), Code("G", "green", since=2020), Code("B", "blue", 2018, 2020)))


@pytest.mark.parametrize(
    ("year", "values"), [(2017, "R"), (2018, "RB"), (2019, "RB"), (2020, "RGB"), (2021, "RG"), (2030, "RG")]
)
def test_a_code_is_valid_from_its_first_to_its_last_year(year: int, values: str) -> None:
    assert SET.values(year) == tuple(values)
    assert list(SET.labels(year)) == list(values)
    assert SET.labels(year)["R"] == "red"


def test_every_line_of_the_file_is_a_code_with_a_label() -> None:
    text = (files("schemas.cin") / "codes.csv").read_text(encoding="utf-8")
    lines = list(csv.DictReader(text.splitlines()))
    assert sum(len(item.codes) for item in load_code_sets("schemas.cin").values()) == len(lines)
    for line in lines:
        assert line["code"] == line["code"].strip() != ""
        assert line["label"] == line["label"].strip() != ""
        assert int(line["since"] or 0) <= int(line["until"] or 9999)


def test_no_list_names_a_code_twice_in_one_year() -> None:
    for name, item in load_code_sets("schemas.cin").items():
        for year in YEARS:
            assert len(item.values(year)) == len(set(item.values(year))), (name, year)


def test_a_label_may_change_with_the_year() -> None:
    assert code_set("PrimaryNeed").labels(2025)["N1"] != code_set("PrimaryNeed").labels(2026)["N1"]


def test_every_set_is_used_and_every_used_set_has_codes_in_each_year() -> None:
    used = {field.codes.name for year in YEARS for table in cin_layout(year) for field in table if field.codes}
    assert used | {"UPNAuthority"} == set(load_code_sets("schemas.cin"))
    for year in YEARS:
        for table in cin_layout(year):
            assert all(field.codes.values(year) for field in table if field.codes)


def test_a_set_that_is_not_there_is_told() -> None:
    with pytest.raises(KeyError, match="Colour"):
        code_set("Colour")


def changes(name: str) -> dict[int, tuple[list[str], list[str]]]:
    """Give what came and what went in each year in which a list changed."""
    by_year = {year: set(code_set(name).values(year)) for year in YEARS}
    found = {
        year: (sorted(by_year[year] - by_year[year - 1]), sorted(by_year[year - 1] - by_year[year]))
        for year in YEARS
        if year > YEARS[0]
    }
    return {year: change for year, change in found.items() if change != ([], [])}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AssessmentFactor", {2021: (["18B", "18C", "19B", "19C"], []), 2022: (["24A"], [])}),
        ("ReferralSource", {2023: (["5D"], [])}),
        ("ReasonForClosure", {2023: (["RC9"], [])}),
        ("UPNAuthority", {2024: (["942", "943"], [])}),
        ("Ethnicity", {}),
        ("CategoryOfAbuse", {}),
    ],
)
def test_the_lists_of_the_census_change_when_the_collection_says(
    name: str, expected: dict[int, tuple[list[str], list[str]]]
) -> None:
    assert changes(name) == expected
