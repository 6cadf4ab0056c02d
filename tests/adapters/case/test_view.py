"""A family as people read it: everything in it, nothing that runs, and a picture whose lines meet."""

from __future__ import annotations

import csv
import io
from datetime import date
from html.parser import HTMLParser

import pytest

from adapters.case.demo.families import families
from adapters.case.drawing import drawing
from adapters.case.view import CHRONOLOGY, chronology_csv, genogram_csv, page
from case_family import TODAY, family, record
from schemas.case.chronology import Filter, chronology
from schemas.case.genogram import genogram
from schemas.case.record import CaseFile

ATTACK = "<script>alert('x')</script>"
FORMULA = "=HYPERLINK(A1)"


class Reader(HTMLParser):
    """Count elements and gather texts."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def hostile(text: str) -> CaseFile:
    return family(
        events=[record("events", "e1", person="eva", happened_on=date(2020, 1, 1), summary=text, kind="OTHER")],
        person=[record("person", "odd", kind="UNBORN", forename=text, expected_date_of_birth=date(2026, 9, 1))],
        relationships=[record("relationships", "o", person="mum", other="odd", kind="MOTHER")],
    )


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_a_page_holds_every_text_as_text() -> None:
    made = page(hostile(ATTACK), TODAY)
    reader = read(made)
    assert "<script" not in made
    assert {tag for tag, _ in reader.elements} & {"script", "iframe", "img", "link", "a", "form"} == set()
    assert sum(ATTACK in text for text in reader.texts) == 3
    assert "default-src 'none'" in made


def test_a_page_has_a_row_for_each_line_of_the_chronology() -> None:
    case = next(iter(families(1, 7, TODAY)))
    rows = [tag for tag, _ in read(page(case, TODAY)).elements if tag == "tr"]
    assert len(rows) == 1 + len(chronology(case))


def test_a_page_can_be_filtered_to_nothing_and_says_so() -> None:
    assert "Nothing with a date is recorded." in page(family(), TODAY, Filter(tables=frozenset({"missing"})))
    assert "No household is recorded on this day." in page(family(), TODAY)


def test_a_record_without_its_date_is_named() -> None:
    case = family(contacts=[record("contacts", "c1", person="eva")])
    assert "contacts c1" in page(case, TODAY)


def test_a_spreadsheet_runs_nothing_of_it() -> None:
    case = hostile(FORMULA)
    lines = list(csv.reader(io.StringIO(chronology_csv(case))))
    assert tuple(lines[0]) == CHRONOLOGY
    assert len(lines) == 1 + len(chronology(case))
    cells = [cell for line in (*lines, *csv.reader(io.StringIO(genogram_csv(case)))) for cell in line]
    assert f"'{FORMULA}" in cells
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)


def test_a_line_of_the_chronology_as_csv() -> None:
    case = family(contacts=[record("contacts", "c1", person="eva", contact_date=date(2025, 2, 3), source="3A")])
    made = chronology_csv(case, Filter(tables=frozenset({"contacts"})))
    assert made.splitlines()[1] == '2025-02-03,,Contact,source: GP,Eva,no,The day,"contacts c1 (system a, w1)"'
    assert made.endswith("\r\n")


def test_relationships_as_csv() -> None:
    lines = genogram_csv(family()).splitlines()
    assert lines[1] == "Ada,Mother,Jon,,,,system a mum-jon"
    assert len(lines) == 5


def test_shapes_tell_who_is_who() -> None:
    made = drawing(genogram(hostile("Baby"), TODAY))
    shapes = {symbol.person: symbol.shape for symbol in made.symbols}
    assert shapes == {"mum": "circle", "dad": "square", "eva": "circle", "jon": "square", "odd": "triangle"}
    assert {symbol.dates for symbol in made.symbols if symbol.person == "odd"} == {"due 2026-09-01"}


@pytest.mark.parametrize("seed", range(6))
def test_nobody_stands_on_anybody_and_everything_is_on_the_page(seed: int) -> None:
    for case in families(20, seed, TODAY):
        made = drawing(genogram(case, TODAY))
        assert len({(symbol.x, symbol.y) for symbol in made.symbols}) == len(case.persons)
        for symbol in made.symbols:
            assert 0 < symbol.x < made.width
            assert 0 < symbol.y < made.height
        for line in made.lines:
            assert min(line.x1, line.x2, line.y1, line.y2) >= 0
            assert max(line.x1, line.x2) <= made.width
            assert max(line.y1, line.y2) <= made.height


def test_parents_stand_beside_each_other_above_their_children() -> None:
    made = drawing(genogram(family(), TODAY))
    places = {symbol.person: (symbol.x, symbol.y) for symbol in made.symbols}
    assert places["mum"][1] == places["dad"][1] < places["eva"][1] == places["jon"][1]
    assert places["eva"][0] < places["jon"][0]
    for child in ("eva", "jon"):
        assert any((line.x2, line.y2 + 20) == places[child] for line in made.lines)


def test_parents_with_somebody_between_them_are_joined_over_their_heads() -> None:
    case = family(
        person=[record("person", "kim", kind="CHILD"), record("person", "pat", kind="ADULT")],
        relationships=[
            record("relationships", "1", person="mum", other="kim", kind="MOTHER"),
            record("relationships", "2", person="pat", other="kim", kind="FATHER"),
        ],
    )
    made = drawing(genogram(case, TODAY))
    top = min(symbol.y for symbol in made.symbols)
    assert [line for line in made.lines if line.y1 == line.y2 == top - 40]


def test_a_file_without_people_is_a_page_too() -> None:
    empty = CaseFile(id="f")
    assert "Genogram" in page(empty, TODAY)
    assert chronology_csv(empty) == ",".join(CHRONOLOGY) + "\r\n"
