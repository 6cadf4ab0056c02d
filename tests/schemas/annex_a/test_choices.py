"""Choices: what is written is read back, and every spelling means a choice that there is."""

from __future__ import annotations

import csv
from importlib.resources import files

import polars as pl
import pytest

from schemas.annex_a.choices import code_set, official, understood
from schemas.case import codes as case
from schemas.codesets import CodeSet, load_code_sets

SETS = load_code_sets("schemas.annex_a")


def read(codes: CodeSet, texts: list[str]) -> list[str | None]:
    return pl.DataFrame({"text": texts}).select(understood(codes, pl.col("text"))).to_series().to_list()


@pytest.mark.parametrize("codes", SETS.values(), ids=lambda codes: codes.name)
def test_the_text_and_the_code_of_a_choice_mean_it(codes: CodeSet) -> None:
    values = [code.value for code in codes.codes]
    labels = [code.label for code in codes.codes]
    assert pl.DataFrame({"v": values}).select(official(codes, pl.col("v"))).to_series().to_list() == labels
    assert read(codes, labels) == values
    assert read(codes, values) == values
    assert read(codes, [f"  {label.upper()} " for label in labels]) == values


def test_every_other_spelling_means_a_choice() -> None:
    text = (files("schemas.annex_a") / "spellings.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert read(code_set(row["set"]), [row["text"]]) == [row["code"]], row


@pytest.mark.parametrize("text", ["", "-", "#MULTIVALUE", "z) no such", "several values"])
def test_what_means_nothing_is_nothing(text: str) -> None:
    for codes in SETS.values():
        found = read(codes, [text])
        # Of placements the letter z is one.
        assert found == [None] or (codes.name, found) == ("Placement", ["T3"]), codes.name


def test_a_letter_counts_unless_the_words_after_it_mean_another_choice() -> None:
    assert read(code_set("Gender"), ["b) Girl", "b)", "b) Male", "b) 2"]) == ["F", "F", None, "F"]


@pytest.mark.parametrize(
    ("own", "of_cases"),
    [
        ("Ethnicity", "Ethnicity"),
        ("Source", "ReferralSource"),
        ("Need", "PrimaryNeed"),
        ("Closure", "ReasonForClosure"),
        ("Abuse", "CategoryOfAbuse"),
        ("Legal", "LegalStatus"),
        ("Ceased", "ReasonEpisodeCeased"),
        ("Placement", "PlacementType"),
        ("Provider", "PlacementProvider"),
        ("InTouch", "InTouch"),
        ("Accommodation", "LeaverAccommodation"),
        ("AccommodationFit", "Suitability"),
        ("Activity", "LeaverActivity"),
        ("Reversal", "AdoptionReversal"),
    ],
)
def test_every_code_of_case_records_is_a_choice(own: str, of_cases: str) -> None:
    assert case.known(of_cases) <= {code.value for code in code_set(own).codes}
