"""No rule crashes, whatever stands in the cells: blank and repeated identifiers, odd dates, codes of nowhere."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from looked_after_builder import DIRECTORY, looked_after
from schemas.engine import evaluate
from schemas.fields import Field, Kind
from schemas.findings import Outcome
from schemas.returns import ReturnData
from schemas.ssda903.definition import SSDA903
from schemas.ssda903.layout import CHILDREN, ssda903_layout
from schemas.tables import Table

ROWS = 40
CHILDREN_IN_IT = 12
JUNK = [None, " ", "0", "-1", "é", "=1+1", "ZZ/ZZ/ZZZZ", "31/02/2025", "2025-04-01", "99/99/9999", "x" * 300]
DATES = ["01/04/2007", "29/02/2008", "31/03/2024", "01/04/2024", "31/03/2025", "01/04/2025", "31/03/2026", "01/04/2026"]
TEXTS = ["SE13 7SB", "M1 1AE", "XXXXXXX", "1234567", "UN1", "A123456789012", "SW1", "999", "WAL", "ZZ/04/2020"]
PROVIDERS: list[dict[str, Any]] = [
    {"urn": "1234567", "authority": "209", "places": ["K2"], "providers": ["PR4"], "closed": date(2025, 6, 1)},
    {"urn": "1234567"},
]


def damaged(year: int, seed: int) -> ReturnData:
    """Make a return of chance values, last year's tables and reference data with it."""
    chance = Random(seed)
    layout = ssda903_layout(year)
    known = [table for table in layout if table.name != CHILDREN] + [item.table for item in layout.beside]
    tables: dict[str, Any] = {table.name: [_row(table, year, chance) for _ in range(ROWS)] for table in known}
    return looked_after(year, postcodes=DIRECTORY, providers=PROVIDERS, **tables)


def _row(table: Table, year: int, chance: Random) -> dict[str, str | None]:
    return {field.name: _cell(field, year, chance) for field in table}


def _cell(field: Field, year: int, chance: Random) -> str | None:
    if chance.random() < 0.2:
        return chance.choice(JUNK)
    if field.name == "CHILD":
        return f"C{chance.randrange(CHILDREN_IN_IT)}"
    if field.codes is not None:
        return chance.choice(field.codes.values(year) or ("0",))
    return chance.choice(DATES if field.kind is Kind.DATE else TEXTS)


@pytest.mark.parametrize("year", range(2023, 2028))
def test_no_rule_crashes_on_a_damaged_return(year: int) -> None:
    found = evaluate(SSDA903, damaged(year, seed=year)).outcomes
    assert [item.code for item in found if item.outcome is Outcome.ERRORED] == []
    assert {item.outcome for item in found} >= {Outcome.FAILED}


@pytest.mark.parametrize("year", [2023, 2027])
def test_no_rule_crashes_on_an_empty_return_or_one_without_files(year: int) -> None:
    without = looked_after(year, absent=[table.name for table in ssda903_layout(year)], authority="")
    for data in (looked_after(year), without):
        outcomes = evaluate(SSDA903, data).outcomes
        assert [item.code for item in outcomes if item.outcome in {Outcome.ERRORED, Outcome.FAILED}] == []
