"""Damaged files of both returns: no rule crashes, every outcome is accounted for, form agrees with the schema."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from adapters.cin.demo.census import write_demo
from adapters.cin.read import read_cin
from adapters.registry import adapter_named
from adapters.ssda903.demo.write import write_demo as write_looked_after
from gateway.check import check_return
from schemas.cin.definition import CIN
from schemas.cin.xsd import CIN_XSD
from schemas.engine import evaluate
from schemas.findings import Finding, Outcome
from schemas.ssda903.definition import SSDA903

YEARS = range(2017, 2028)
BATCHES = 46
SEEDS = range(BATCHES)


@cache
def schema(year: int) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(CIN_XSD.path(year)))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_rule_crashes_and_form_agrees_with_the_schema(tmp_path: Path, seed: int) -> None:
    for year in YEARS:
        path = tmp_path / f"{year}.xml"
        write_demo(path, year=year, children=1 + seed % 12, seed=seed, damage=1.0)
        data = read_cin(path)
        outcomes = evaluate(CIN, data).outcomes
        assert [item.code for item in outcomes] == [rule.code for rule in CIN.rules(year)]
        assert [item for item in outcomes if item.outcome is Outcome.ERRORED] == []
        absent = {item.code for item in outcomes if item.outcome is Outcome.NOT_EVALUATED}
        assert absent == {rule.code for rule in CIN.rules(year) if not all(map(data.layout.has, rule.needs))}
        accepted = schema(year).validate(etree.parse(path))
        assert accepted == (not data.form), path.read_text(encoding="utf-8")


def test_there_are_at_least_five_hundred_files() -> None:
    assert len(YEARS) * BATCHES >= 500


@pytest.mark.parametrize("year", YEARS)
def test_a_clean_population_has_no_error_and_fits_the_schema(tmp_path: Path, year: int) -> None:
    path = tmp_path / "clean.xml"
    write_demo(path, year=year, children=400, seed=year, damage=0.0)
    data = read_cin(path)
    assert data.form == ()
    assert [finding.code for finding in evaluate(CIN, data).findings if not finding.code.endswith("Q")] == []
    assert schema(year).validate(etree.parse(path))
    assert xmlschema.XMLSchema(CIN_XSD.path(year)).is_valid(path)


# --- the looked-after return ------------------------------------------------------------------

RETURNS = range(500)


@pytest.mark.parametrize("seed", RETURNS)
def test_no_rule_on_children_in_care_crashes(tmp_path: Path, seed: int) -> None:
    year = YEARS[seed % len(YEARS)]
    write_looked_after(tmp_path / "cla", year=year, children=5 + 6 * (seed % 18), seed=seed, damage=1.0)
    report = check_return(tmp_path / "cla", year=year, authority="209")
    assert [item.code for item in report.outcomes] == [rule.code for rule in SSDA903.rules(year)]
    assert report.with_outcome(Outcome.ERRORED) == ()
    assert report.errors > 0


def test_every_form_of_a_damaged_return_has_the_same_findings(tmp_path: Path) -> None:
    write_looked_after(tmp_path / "made", year=2026, children=150, seed=7, damage=0.5)
    for file in [*(tmp_path / "made" / "last").iterdir(), tmp_path / "made" / "sw_episodes.csv"]:
        file.unlink()
    adapter = adapter_named("ssda903")
    # The way through XML leaves out what it cannot hold, and puts records into the order of the children.
    for source, target in pairwise(("made", "cla.xml", "cla", "cla.zip", "cla.xlsx")):
        adapter.convert(tmp_path / source, tmp_path / target, year=2026, limits=None)
    reports = [
        check_return(tmp_path / name, year=2026, authority="209") for name in ("cla", "cla.xml", "cla.zip", "cla.xlsx")
    ]
    assert reports[0].errors > 100
    assert {finding.code for finding in reports[0].findings} >= {"FORM07", "FORM19", "FORM22", "FORM23"}
    for report in reports:
        assert report.outcomes == reports[0].outcomes
        assert [_said(finding) for finding in report.findings] == [_said(finding) for finding in reports[0].findings]


def _said(finding: Finding) -> tuple[object, ...]:
    places = tuple((place.table, place.row, place.field, place.value) for place in finding.locations)
    return finding.code, finding.severity, finding.child_id, finding.child_rows, finding.message, places
