"""Figures of two years side by side, as a table, as JSON and on the page."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from adapters.cin.demo.census import write_demo
from census_builder import census, child, episode
from gateway.cli.app import run
from gateway.figures import take
from gateway.reports.figures import render_figures, render_figures_json
from schemas.cin.definition import CIN
from schemas.figures import Figure, Line, Measured, measure

NOW = census(2026, *(child(episode(CINreferralDate="2025-05-01", PrimaryNeedCode="N1")) for _ in range(3)))
BEFORE = census(2025, *(child(episode(CINreferralDate="2024-05-01", PrimaryNeedCode="N1")) for _ in range(2)))


def test_a_line_is_compared_by_its_code_whatever_its_label_was() -> None:
    by_need = next(item for item in take(CIN, NOW, BEFORE).figures if "primary need" in item.title)
    first = by_need.lines[0]
    assert (first.label, first.change, first.change_in_share) == ("Abuse, neglect or exploitation", 1, 0)
    assert first.before == Line("N1", "Abuse or neglect", 2, 2)


def test_without_last_year_nothing_is_compared() -> None:
    found = take(CIN, NOW)
    assert found.previous_year is None
    assert all(line.before is None and line.change is None for item in found.figures for line in item.lines)


def test_a_figure_that_cannot_be_taken_says_why_and_stops_no_other() -> None:
    crashing = Figure("Odd", "children", (), lambda _: pl.LazyFrame().select("missing"), "")
    needing = Figure("Lost", "children", ("Nowhere",), lambda _: pl.LazyFrame(), "")
    crashed, lacking = measure((crashing, needing), NOW)
    assert crashed == Measured(
        crashing, reason="It could not be taken (ColumnNotFoundError). Please report this."
    )  # fmt: skip
    assert lacking.reason == "The table Nowhere was not given."


def test_the_table_has_both_years_and_the_change() -> None:
    text = render_figures(take(CIN, NOW, BEFORE)).decode()
    assert text.startswith("Children in need census: figures of 2026, beside 2025")
    assert "On 31 March                 3        2     +1 (+50 %)" in text


def test_json_has_counts_shares_and_changes() -> None:
    found = json.loads(render_figures_json(take(CIN, NOW, BEFORE)))
    (referrals,) = (item for item in found["figures"] if item["title"] == "Referrals")
    assert referrals["lines"][1] == {
        "label": "Within 12 months of an earlier one",
        "now": {"count": 0, "of": 3, "share": 0.0},
        "before": {"count": 0, "of": 2, "share": 0.0},
        "change": 0,
    }


@pytest.fixture
def years(tmp_path: Path) -> tuple[Path, Path]:
    now, before = tmp_path / "now.xml", tmp_path / "before.xml"
    write_demo(now, year=2026, children=40, seed=1, damage=0.0)
    write_demo(before, year=2025, children=30, seed=2, damage=0.0)
    return now, before


def test_the_page_of_a_check_shows_the_figures_of_both_years(years: tuple[Path, Path], tmp_path: Path) -> None:
    now, before = years
    out = tmp_path / "report.html"
    assert run(["check", str(now), "--previous", str(before), "--out", str(out)]) == 0
    page = out.read_text("utf-8")
    assert "Figures of 2026 beside 2025" in page
    assert page.count('<rect class="before"') > 20


def test_the_command_writes_figures(years: tuple[Path, Path], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    now, before = years
    assert run(["figures", str(now), "--previous", str(before), "--format", "json"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["previous_year"] == 2025


def test_last_year_must_be_the_year_before(
    years: tuple[Path, Path], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:  # fmt: skip
    now, before = years
    assert run(["figures", str(before), "--previous", str(now)]) == 2
    assert b"now.xml is the return of 2026, not of 2024." in capfdbinary.readouterr().err


def test_figures_are_not_written_over_the_return(
    years: tuple[Path, Path], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:  # fmt: skip
    now, _ = years
    before = now.read_bytes()
    assert run(["figures", str(now), "--out", str(now)]) == 2
    assert b"would be written over" in capfdbinary.readouterr().err
    assert now.read_bytes() == before
