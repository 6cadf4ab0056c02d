"""Seeded mistakes in the rows of a made-up child: one small function each, registered once.

A mistake takes a `Spot` and changes the rows of its child in place; it returns False where there is nothing that
it could spoil.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TypeAlias

from adapters.made_up.mistakes import copy_one_over_another, make_mistakes
from adapters.ssda903.demo.tables import Row, Rows
from schemas.fields import Field, Kind
from schemas.periods import Period
from schemas.tables import Layout

_CODES = ("ZZ", "Z1", "Q", "X1", "PR9", "K9", "E99", "n1", "u6", "99", "LIIAF", "1.0", "#N/A")
_ODD_DATES = (
    "2026-02-30", "31/02/2025", "yesterday", "20260331", "1/4/25", "ZZ/ZZ/2020", "00/00/0000", "45747", "#######",
    "01/01/9999", "31.03.2026", "3/4/2025",
)  # fmt: skip
_ODD_CHILDREN = (
    "",
    " ",
    "0",
    "DEMO",
    "1.23457E+12",
    "DEMO-0001",
    "X" * 30,
    "\u00e9l\u00e8ve",
    "C,1",
    'C"1',
    "=1+1",
    "12345.0",
)
_ODD_NUMBERS = ("A12345678901", "Z999000018011", "1.23457E+12", "UN9", "I001200001001", "un1")
_ODD_SCORES = ("-1", "41", "12.0", "ten", "040")
_ODD_POSTCODES = ("SE1", "ZZ99 9ZZ", "se13 7ju", "SW1A1AAA", "EH1 1AA")
_SHIFTS = (-6000, -800, -300, -60, -2, -1, 1, 2, 60, 300, 800, 6000)


@dataclass(frozen=True, slots=True)
class Spot:
    """The rows of a child and of the child before, the layout of the year, and the dice."""

    rows: Rows
    before: Rows
    layout: Layout
    rng: Random

    def cells(self, wanted: Callable[[Field, str], bool]) -> list[tuple[Row, str]]:
        """List the filled cells that are wanted."""
        return [
            (row, name)
            for table, rows in self.rows.items()
            for row in rows
            for name, text in row.items()
            if text and self.layout.table(table).has(name) and wanted(self.layout.table(table).field(name), text)
        ]

    def replace(self, wanted: Callable[[Field, str], bool], texts: tuple[str, ...]) -> bool:
        """Put one of the texts into one of the cells that are wanted."""
        places = self.cells(wanted)
        if not places:
            return False
        row, name = self.rng.choice(places)
        row[name] = self.rng.choice(texts)
        return True

    def list(self) -> tuple[str, list[Row]] | None:
        """Choose a table in which the child has rows."""
        filled = sorted(table for table, rows in self.rows.items() if rows)
        table = self.rng.choice(filled) if filled else None
        return (table, self.rows[table]) if table else None


Mistake: TypeAlias = Callable[[Spot], bool]
MISTAKES: dict[str, Mistake] = {}


def damage_rows(rows: Rows, before: Rows, layout: Layout, rng: Random) -> None:
    """Make one to three mistakes in the rows of a child."""
    spot = Spot(rows, before, layout, rng)
    make_mistakes({name: partial(mistake, spot) for name, mistake in MISTAKES.items()}, rng)


def _mistake(function: Mistake) -> Mistake:
    MISTAKES[function.__name__] = function
    return function


def _is_date(field: Field, _: str) -> bool:
    return field.kind is Kind.DATE


def _is_code(field: Field, _: str) -> bool:
    return field.codes is not None


def _named(*names: str) -> Callable[[Field, str], bool]:
    return lambda field, _: field.name in names


def _read(text: str) -> date | None:
    try:
        day, month, year = text.split("/")
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _written(day: date) -> str:
    return f"{day:%d/%m}/{day.year:04}"


def _episodes(spot: Spot) -> list[Row]:
    return spot.rows.get("Episodes", [])


@_mistake
def value_missing(spot: Spot) -> bool:
    """Leave out one value."""
    return spot.replace(lambda *_: True, ("",))


@_mistake
def code_wrong(spot: Spot) -> bool:
    """Put a code where it does not belong."""
    return spot.replace(_is_code, _CODES)


@_mistake
def code_of_another_row(spot: Spot) -> bool:
    """Choose another code of the list."""
    places = spot.cells(_is_code)
    if not places:
        return False
    row, name = spot.rng.choice(places)
    table = next(table for table in spot.layout if table.has(name))
    codes = table.field(name).codes
    row[name] = spot.rng.choice(codes.values(spot.layout.year)) if codes else ""
    return True


@_mistake
def date_moved(spot: Spot) -> bool:
    """Move a date by days or years."""
    places = spot.cells(lambda field, text: field.kind is Kind.DATE and _read(text) is not None)
    if not places:
        return False
    row, name = spot.rng.choice(places)
    day = _read(row[name])
    try:
        row[name] = _written((day or date.min) + timedelta(days=spot.rng.choice(_SHIFTS)))
    except OverflowError:
        return False
    return True


@_mistake
def date_at_the_edge(spot: Spot) -> bool:
    """Move a date to the first or last days of the year."""
    period = Period(spot.layout.year)
    edge = spot.rng.choice((period.start, period.end)) + timedelta(days=spot.rng.choice((-1, 0, 1)))
    return spot.replace(_is_date, (_written(edge),))


@_mistake
def date_copied(spot: Spot) -> bool:
    """Copy one date of the child over another."""
    return copy_one_over_another(spot.cells(_is_date), spot.rng)


@_mistake
def date_malformed(spot: Spot) -> bool:
    """Write a date in another form, or one that does not exist."""
    return spot.replace(_is_date, _ODD_DATES)


@_mistake
def date_as_programs_write_it(spot: Spot) -> bool:
    """Write a date with the year first."""
    places = spot.cells(lambda field, text: field.kind is Kind.DATE and _read(text) is not None)
    if not places:
        return False
    row, name = spot.rng.choice(places)
    row[name] = (_read(row[name]) or date.min).isoformat()
    return True


@_mistake
def child_odd(spot: Spot) -> bool:
    """Write an identifier that is blank, damaged or too long."""
    return spot.replace(_named("CHILD"), _ODD_CHILDREN)


@_mistake
def child_of_another(spot: Spot) -> bool:
    """Give a row to the child before."""
    others = [row["CHILD"] for rows in spot.before.values() for row in rows if row.get("CHILD")]
    return bool(others) and spot.replace(_named("CHILD"), (others[0],))


@_mistake
def child_spelt_otherwise(spot: Spot) -> bool:
    """Write an identifier in small letters, or with zeros in front."""
    return spot.replace(_named("CHILD"), (spot.rng.choice(("demo000001", "0DEMO00001", "000123")),))


@_mistake
def start_odd(spot: Spot) -> bool:
    """Leave out the start of an episode, or spoil it."""
    return spot.replace(_named("DECOM"), ("", *_ODD_DATES))


@_mistake
def start_shared(spot: Spot) -> bool:
    """Let two episodes start on the same day."""
    if len(_episodes(spot)) < 2:
        return False
    one, other = spot.rng.sample(_episodes(spot), 2)
    one["DECOM"] = other["DECOM"]
    return True


@_mistake
def episodes_overlap(spot: Spot) -> bool:
    """Let an episode end on another day than that on which the next starts."""
    ended = [row for row in _episodes(spot) if _read(row.get("DEC", ""))]
    if not ended:
        return False
    row = spot.rng.choice(ended)
    row["DEC"] = _written((_read(row["DEC"]) or date.min) + timedelta(days=spot.rng.choice((-30, -1, 1, 30))))
    return True


@_mistake
def end_left_out(spot: Spot) -> bool:
    """Leave out an end, or its reason."""
    return spot.replace(_named("DEC", "REC", "MIS_END", "DOLO_END", "SW_DEC", "DATE_PLACED_CEASED"), ("",))


@_mistake
def row_doubled(spot: Spot) -> bool:
    """Enter a row twice."""
    found = spot.list()
    if found is None:
        return False
    found[1].append(dict(spot.rng.choice(found[1])))
    return True


@_mistake
def header_doubled(spot: Spot) -> bool:
    """Enter the child twice, the second time with another date of birth or sex."""
    header = spot.rows.get("Header", [])
    if not header:
        return False
    again = dict(header[0]) | spot.rng.choice(({"DOB": "01/01/2010"}, {"SEX": "9"}, {}, {"UPN": ""}))
    header.append(again)
    return True


@_mistake
def rows_left_out(spot: Spot) -> bool:
    """Leave out everything that one table says of the child."""
    found = spot.list()
    if found is None:
        return False
    found[1].clear()
    return True


@_mistake
def rows_shuffled(spot: Spot) -> bool:
    """Put the rows of a table into another order."""
    found = spot.list()
    if found is None or len(found[1]) < 2:
        return False
    spot.rng.shuffle(found[1])
    return True


@_mistake
def rows_of_another(spot: Spot) -> bool:
    """Copy the rows that the child before has in a table."""
    tables = [table for table, rows in spot.before.items() if rows and spot.layout.has(table)]
    child = next((row["CHILD"] for rows in spot.rows.values() for row in rows if row.get("CHILD")), None)
    if not tables or child is None:
        return False
    table = spot.rng.choice(tables)
    spot.rows.setdefault(table, []).extend(dict(row) | {"CHILD": child} for row in spot.before[table])
    return True


@_mistake
def number_odd(spot: Spot) -> bool:
    """Spoil a pupil number."""
    return spot.replace(_named("UPN"), _ODD_NUMBERS)


@_mistake
def number_shared(spot: Spot) -> bool:
    """Give the child the pupil number of the one before."""
    numbers = [row["UPN"] for row in spot.before.get("Header", []) if row.get("UPN")]
    return bool(numbers) and spot.replace(_named("UPN"), (numbers[0],))


@_mistake
def score_odd(spot: Spot) -> bool:
    """Write a score that is none."""
    return spot.replace(_named("SDQ_SCORE"), _ODD_SCORES)


@_mistake
def flag_odd(spot: Spot) -> bool:
    """Write a flag in words, or with decimals."""
    return spot.replace(lambda _, text: text in {"0", "1"}, ("Y", "1.0", "2", "true", "1", "0"))


@_mistake
def postcode_odd(spot: Spot) -> bool:
    """Spoil a postcode."""
    return spot.replace(_named("HOME_POST", "PL_POST"), _ODD_POSTCODES)


@_mistake
def spaces_around(spot: Spot) -> bool:
    """Put white space around a value."""
    places = spot.cells(lambda *_: True)
    if not places:
        return False
    row, name = spot.rng.choice(places)
    row[name] = f" {row[name]}\t"
    return True
