"""Rules on the header, and on the return as a whole."""

from __future__ import annotations

import pytest

from census_builder import cells, found


@pytest.mark.parametrize(
    ("day", "year", "fails"),
    [
        ("2026-03-31", "2026", False),
        ("2026-03-30", "2026", True),
        ("2026-04-01", "2026", True),
        ("2026-03-31", "2025", True),
        ("31/03/2026", "2026", True),
        (None, "2026", True),
    ],
)
def test_100_the_dates_are_those_of_the_collection(day: str | None, year: str, fails: bool) -> None:
    header = {"Year": year} | ({"ReferenceDate": day} if day else {})
    findings = found("100", 2026, header=header)
    assert bool(findings) == fails
    for finding in findings:
        assert cells(finding) == [("Header", 0, "ReferenceDate"), ("Header", 0, "Year")]
        assert finding.child_id == ""
