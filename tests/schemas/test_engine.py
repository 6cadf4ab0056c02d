"""The engine: outcomes, isolation of a crashing rule, subsets, and how findings are put together."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import TypedDict

import polars as pl
import pytest

from census_builder import cells, census, child, episode
from schemas.cin.definition import CIN
from schemas.cin.tables import details, identifiers, pre_proceedings, protection_plans
from schemas.engine import evaluate
from schemas.findings import Outcome, Report, Severity, Source, Unlisted
from schemas.rules import Census, NotGiven, Reference, ReturnDefinition, Row, Rule, linked_rule, rule


class Words(TypedDict):
    summary: str
    hint: str


WORDS: Words = {"summary": "Something is wrong.", "hint": "Mend it."}


@rule("1", details.CINreferralDate, **WORDS)
def no_referral(row: Row) -> pl.Expr:
    """Fail without a date."""
    return row.CINreferralDate.is_null()


@rule("2", details.CINreferralDate, **WORDS)
def crashes_when_built(row: Row) -> pl.Expr:
    """Fail to build."""
    raise ValueError("a value of a child")


@rule("3", details.CINreferralDate, **WORDS)
def crashes_when_run(row: Row) -> pl.Expr:
    """Fail to run."""
    return row.CINreferralDate.str.slice(0, 1) == "x"


@linked_rule("4", details.CINreferralDate, **WORDS)
def linked_crashes(census: Census) -> pl.LazyFrame:
    """Fail to run."""
    return census.rows(details).select("no such column")


@rule("5", details.CINreferralDate, identifiers.PersonDeathDate, one_per=identifiers, **WORDS)
def one_per_child(row: Row) -> pl.Expr:
    """Group failing episodes by child."""
    return row.CINreferralDate > row.of(identifiers).PersonDeathDate


@rule("6", pre_proceedings.PPStartDate, **WORDS)
def later_table(row: Row) -> pl.Expr:
    """Look at a table that came in 2027."""
    return row.PPStartDate.is_null()


@linked_rule("7Q", protection_plans.CPPstartDate, **WORDS)
def counts(census: Census) -> pl.LazyFrame:
    """Count over the return."""
    return census.rows(protection_plans).select(detail=pl.format("{} plans.", pl.len()))


def definition(*rules: Rule) -> ReturnDefinition:
    module = ModuleType("made")
    for item in rules:
        setattr(module, item.name, item)
    return replace(CIN, modules=(module,))


DATA = census(
    2026,
    child(episode(), episode(CINreferralDate="2025-05-01"), LAchildID="C1"),
    child(
        episode(CINreferralDate="2025-05-01"),
        episode(CINreferralDate="2025-06-01"),
        LAchildID="C2",
        PersonDeathDate="2025-04-30",
    ),
)


def outcomes(*rules: Rule) -> dict[str, Outcome]:
    return {item.code: item.outcome for item in evaluate(definition(*rules), DATA).outcomes}


@pytest.mark.parametrize("culprit", [crashes_when_built, crashes_when_run, linked_crashes])
def test_a_crashing_rule_is_errored_and_hides_no_other(culprit: Rule) -> None:
    assert outcomes(no_referral, culprit, one_per_child) == {
        "1": Outcome.FAILED,
        culprit.code: Outcome.ERRORED,
        "5": Outcome.FAILED,
    }


def test_the_reason_of_a_crash_quotes_no_value() -> None:
    (outcome,) = evaluate(definition(crashes_when_built), DATA).outcomes
    assert outcome.reason == "The rule crashed (ValueError). Please report this as a fault of the gateway."


def test_a_rule_on_a_table_that_the_year_lacks_is_not_evaluated() -> None:
    (outcome,) = evaluate(definition(later_table), DATA).outcomes
    assert outcome.outcome is Outcome.NOT_EVALUATED
    assert outcome.reason == "The 2026 collection has no table PreProceedings."


def test_only_the_chosen_rules_run() -> None:
    result = evaluate(definition(no_referral, one_per_child), DATA, frozenset({"5"}))
    assert [item.code for item in result.outcomes] == ["5"]
    assert {finding.code for finding in result.findings} == {"5"}


def test_one_finding_per_enclosing_record_links_all_its_cells() -> None:
    (finding,) = evaluate(definition(one_per_child), DATA).findings
    assert finding.child_id == "C2"
    assert cells(finding) == [
        ("CINdetails", 2, "CINreferralDate"),
        ("CINdetails", 3, "CINreferralDate"),
        ("ChildIdentifiers", 1, "PersonDeathDate"),
    ]


def test_a_cell_has_its_value_and_line_and_an_absent_one_the_line_of_its_record() -> None:
    (finding,) = evaluate(definition(no_referral), DATA).findings
    (place,) = finding.locations
    record = DATA.tables["CINdetails"].row(0, named=True)
    assert (place.value, place.line, place.row) == (None, record["@line"], 0)
    (linked,) = evaluate(definition(one_per_child), DATA).findings
    assert [place.value for place in linked.locations] == ["2025-05-01", "2025-06-01", "2025-04-30"]


def test_a_rule_about_the_return_carries_its_figures_and_no_cell() -> None:
    (finding,) = evaluate(definition(counts), DATA).findings
    assert finding.message == "Something is wrong. 0 plans."
    assert (finding.locations, finding.child_id, finding.severity.value) == ((), "", "query")


def test_an_empty_return_passes_row_rules() -> None:
    result = evaluate(definition(no_referral, one_per_child), census(2026))
    assert {item.outcome for item in result.outcomes} == {Outcome.PASSED}


@linked_rule("8", details.CINreferralDate, pre_proceedings.PPStartDate, needs=(pre_proceedings,), **WORDS)
def needs_a_later_table(census: Census) -> pl.LazyFrame:
    """Look at a table that came in 2027 from one that was there before."""
    return census.rows(pre_proceedings).select("CINdetails")


@linked_rule("9", identifiers.LAchildID, **WORDS)
def shared(census: Census) -> pl.LazyFrame:
    """Link every child into one finding."""
    return census.rows(identifiers).select("ChildIdentifiers", issue=pl.lit(1))


def test_a_rule_is_not_evaluated_without_any_table_that_it_needs() -> None:
    (outcome,) = evaluate(definition(needs_a_later_table), DATA).outcomes
    assert (outcome.outcome, outcome.reason) == (
        Outcome.NOT_EVALUATED,
        "The 2026 collection has no table PreProceedings.",
    )
    (later,) = evaluate(definition(needs_a_later_table), census(2027)).outcomes
    assert later.outcome is Outcome.PASSED


def test_a_finding_knows_every_child_that_it_is_about() -> None:
    (finding,) = evaluate(definition(shared), DATA).findings
    assert (finding.child_id, finding.child_rows) == ("C1", (0, 1))


def test_children_with_errors_are_counted_by_record_not_by_identifier() -> None:
    blank_and_doubled = census(2026, child(), child(), child(LAchildID="C1"), child(LAchildID="C1"))
    findings = evaluate(CIN, blank_and_doubled, frozenset({"8500", "8510"})).findings
    report = Report("cin", 2026, "999", Source("made.xml", ""), {}, (), findings)
    assert [(finding.code, finding.child_rows) for finding in findings] == [
        ("8500", (0,)),
        ("8500", (1,)),
        ("8510", (2, 3)),
    ]
    assert report.children_with_errors == 4


def test_beyond_the_limit_of_a_rule_findings_are_counted_with_their_children() -> None:
    data = census(2026, *(child(episode(), LAchildID=f"C{number}") for number in range(5)))
    result = evaluate(definition(no_referral), data, most=2)
    assert [finding.child_id for finding in result.findings] == ["C0", "C1"]
    assert result.unlisted == (Unlisted("1", Severity.ERROR, 3, frozenset({2, 3, 4})),)
    assert [item.outcome for item in result.outcomes] == [Outcome.FAILED]
    report = Report("cin", 2026, "999", Source("made.xml", ""), {}, (), result.findings, (), result.unlisted)
    assert (report.errors, report.queries, report.children_with_errors, report.by_rule) == (5, 0, 5, {"1": 5})


WITHOUT = replace(DATA, tables={name: frame for name, frame in DATA.tables.items() if name != "ChildIdentifiers"})
LIST = Reference("Things", {"thing": pl.String()}, "It needs the list of things.")


@linked_rule("10", details.CINreferralDate, **WORDS)
def reads_another_table(census: Census) -> pl.LazyFrame:
    """Look at two tables."""
    return census.rows(details).join(census.rows(identifiers), on="ChildIdentifiers").select("CINdetails")


@linked_rule("11", details.CINreferralDate, **WORDS)
def can_do_without(census: Census) -> pl.LazyFrame:
    """Look at a second table where there is one."""
    return census.rows(details).join(census.rows_if_given(identifiers), on="ChildIdentifiers").select("CINdetails")


@linked_rule("12", details.CINreferralDate, severity=Severity.QUERY, **WORDS)
def reads_a_list(census: Census) -> pl.LazyFrame:
    """Look at reference data."""
    return census.reference(LIST).select(detail=pl.col("thing"))


@linked_rule("13", details.CINreferralDate, **WORDS)
def reads_the_authority(census: Census) -> pl.LazyFrame:
    """Look at who makes the return."""
    return census.rows(details).select(detail=pl.lit(census.authority))


@pytest.mark.parametrize("reader", [one_per_child, reads_another_table])
@pytest.mark.parametrize("others", [(), (crashes_when_run,)])
def test_a_rule_that_reads_a_table_that_was_not_given_is_not_evaluated(reader: Rule, others: tuple[Rule, ...]) -> None:
    found = evaluate(definition(reader, *others), WITHOUT).outcomes
    outcome = next(item for item in found if item.code == reader.code)
    assert (outcome.outcome, outcome.reason) == (
        Outcome.NOT_EVALUATED,
        "The table ChildIdentifiers was not given.",
    )


def test_a_rule_that_can_do_without_a_table_finds_none_of_its_rows() -> None:
    (outcome,) = evaluate(definition(can_do_without), WITHOUT).outcomes
    assert outcome.outcome is Outcome.PASSED


@linked_rule("14", details.CINreferralDate, pre_proceedings.PPStartDate, **WORDS)
def points_at_two_tables(census: Census) -> pl.LazyFrame:
    """Point at a second table where there is one."""
    held = census.rows_if_given(pre_proceedings)
    return census.rows(details).join(held, on="ChildIdentifiers", how="left").select("CINdetails", "PreProceedings")


def test_a_rule_points_at_no_cell_of_a_table_that_was_not_given() -> None:
    data = census(2027, child(episode()))
    without = replace(data, tables={name: frame for name, frame in data.tables.items() if name != "PreProceedings"})
    (finding,) = evaluate(definition(points_at_two_tables), without).findings
    assert [(place.table, place.field) for place in finding.locations] == [("CINdetails", "CINreferralDate")]


def test_reference_data_is_asked_for_by_the_rule_that_reads_it() -> None:
    (outcome,) = evaluate(definition(reads_a_list), DATA).outcomes
    assert (outcome.outcome, outcome.reason) == (Outcome.NOT_EVALUATED, "It needs the list of things.")
    things = {"Things": pl.LazyFrame({"thing": ["a spoon"], "more": [1]})}
    (finding,) = evaluate(definition(reads_a_list), replace(DATA, reference=things)).findings
    assert (finding.message, finding.severity) == ("Something is wrong. a spoon", Severity.QUERY)


def test_the_authority_is_asked_for_by_the_rule_that_reads_it() -> None:
    (outcome,) = evaluate(definition(reads_the_authority), replace(DATA, authority="")).outcomes
    assert outcome.reason == "The authority is not known. Give its three digits with --authority."
    assert evaluate(definition(reads_the_authority), DATA).findings[0].message == "Something is wrong. 999"


def test_a_census_tells_what_it_has() -> None:
    assert Census(DATA).gives(identifiers)
    assert not Census(WITHOUT).gives(identifiers)
    assert Census(DATA).fills(identifiers.PersonDeathDate)
    assert not Census(DATA).fills(identifiers.UPN)
    with pytest.raises(NotGiven, match="The table ChildIdentifiers was not given"):
        Census(WITHOUT).fills(identifiers.UPN)
