"""Rules on the header, and on the return as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from census_builder import cells, census, found
from schemas.cin.definition import CIN
from schemas.engine import evaluate

DATE, YEAR = ("Header", 0, "ReferenceDate"), ("Header", 0, "Year")


@pytest.mark.parametrize(
    ("day", "year", "places"),
    [
        ("2026-03-31", "2026", None),
        ("2026-03-30", "2026", [DATE]),
        ("2026-04-01", "2026", [DATE]),
        ("2025-03-31", "2025", [DATE, YEAR]),
        ("2026-03-31", "2025", [DATE, YEAR]),
        ("2026-03-31", None, [DATE, YEAR]),
        ("31/03/2026", "2026", [DATE]),
        (None, "2026", [DATE]),
    ],
)
def test_100_the_dates_are_those_of_the_collection(
    day: str | None, year: str | None, places: list[tuple[str, int, str]] | None
) -> None:
    header = {name: text for name, text in (("Year", year), ("ReferenceDate", day)) if text}
    findings = found("100", 2026, header=header)
    assert [cells(finding) for finding in findings] == ([places] if places else [])
    assert [finding.child_id for finding in findings] == ([""] if places else [])


def test_100_a_return_without_a_header_fails() -> None:
    data = census(2026)
    headless = replace(data, tables=data.tables | {"Header": data.tables["Header"].clear()})
    (finding,) = evaluate(CIN, headless, frozenset({"100"})).findings
    assert finding.locations == ()
