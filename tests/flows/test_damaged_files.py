"""Five hundred damaged files: no rule crashes, every outcome is accounted for, form agrees with the schema."""

from __future__ import annotations

from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from adapters.cin.demo.census import write_demo
from adapters.cin.read import read_cin
from schemas.cin.definition import CIN
from schemas.cin.xsd import CIN_XSD
from schemas.engine import evaluate
from schemas.findings import Outcome

YEARS = range(2017, 2028)
BATCHES = 46
SEEDS = range(BATCHES)


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
        accepted = etree.XMLSchema(etree.parse(CIN_XSD.path(year))).validate(etree.parse(path))
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
    assert etree.XMLSchema(etree.parse(CIN_XSD.path(year))).validate(etree.parse(path))
    assert xmlschema.XMLSchema(CIN_XSD.path(year)).is_valid(path)
