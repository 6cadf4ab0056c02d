"""The chronology: every dated record once, with its sources, filtered as asked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from case_family import family, record
from case_records import files
from schemas.case.chronology import Filter, chronology, undated
from schemas.case.columns import value_type
from schemas.case.record import CaseFile
from schemas.case.tables import TABLES

# Tables with a date that is not when something happened to anybody.
NO_EVENT = {"names", "linked_identifiers", "relationships", "households", "restrictions"}
PLAN_START, PLAN_END = date(2025, 1, 6), date(2025, 9, 1)


def plans() -> CaseFile:
    return family(
        cp_plans=[
            record(
                "cp_plans", f"plan-{who}", person=who, start_date=PLAN_START, end_date=PLAN_END, latest_category="NEG"
            )
            for who in ("eva", "jon")
        ],
        cin_visits=[record("cin_visits", "v1", person="eva", visit_date=date(2024, 5, 5), seen=True, seen_alone=False)],
        cp_reviews=[record("cp_reviews", "r1", person="eva", due_on=date(2026, 8, 3))],
        events=[
            record("events", "e1", person="jon", happened_on=date(2020, 1, 1), precision="YEAR", significance="KEY"),
            record("events", "e2", person="jon", kind="HEALTH"),
        ],
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=files())
def test_every_dated_record_is_there_once_and_in_order(case: CaseFile) -> None:
    lines = chronology(case)
    sources = [(source.table, source.record) for line in lines for source in line.sources]
    speaking = [(table, item.id) for table, item in case.records() if TABLES[table].dated is not None]
    assert sorted([*sources, *undated(case)]) == sorted(speaking)
    assert [line.day for line in lines] == sorted(line.day for line in lines)
    for line in lines:
        assert {who for source in line.sources for who in _subjects(case, source.table, source.record)} == set(
            line.subjects
        )


def _subjects(case: CaseFile, table: str, identifier: str) -> tuple[str, ...]:
    return next(item.subjects for name, item in case.records() if (name, item.id) == (table, identifier))


@pytest.mark.parametrize("table", TABLES)
def test_every_table_with_a_date_speaks_or_is_listed_as_not_speaking(table: str) -> None:
    dates = {name for name, info in TABLES[table].model_fields.items() if value_type(info)[0] is date}
    dated = TABLES[table].dated
    assert (dated is not None) == (bool(dates) and table not in NO_EVENT)
    if dated is not None:
        assert {*dated.on, *filter(None, (dated.until, dated.due))} <= dates
        assert set(dated.tells) <= TABLES[table].model_fields.keys()


def test_a_line_tells_codes_in_words_and_names_its_source() -> None:
    (line,) = chronology(plans(), Filter(tables=frozenset({"cin_visits"})))
    assert (line.day, line.until, line.words) == (date(2024, 5, 5), None, "Visit to a child in need")
    assert line.detail == "seen: yes; seen alone: no"
    (source,) = line.sources
    assert (source.table, source.record, source.system, source.recorded_by) == ("cin_visits", "v1", "system a", "w1")


def test_what_is_the_same_for_brother_and_sister_is_one_line_with_both_sources() -> None:
    (line,) = chronology(plans(), Filter(tables=frozenset({"cp_plans"})))
    assert line.detail == "latest category: Neglect"
    assert line.subjects == ("eva", "jon")
    assert [source.record for source in line.sources] == ["plan-eva", "plan-jon"]


def test_what_is_still_due_says_so() -> None:
    (line,) = chronology(plans(), Filter(tables=frozenset({"cp_reviews"})))
    assert (line.day, line.words) == (date(2026, 8, 3), "Review conference, due")


def test_a_note_is_as_exact_and_as_weighty_as_it_says() -> None:
    (line,) = chronology(plans(), Filter(tables=frozenset({"events"})))
    assert (line.precision, line.key) == ("YEAR", True)
    assert ("events", "e2") in undated(plans())


@pytest.mark.parametrize(
    ("wanted", "tables"),
    [
        (Filter(persons=frozenset({"jon"}), tables=frozenset({"cp_plans", "cin_visits"})), {"cp_plans"}),
        (Filter(since=PLAN_END, tables=frozenset({"cp_plans", "cin_visits"})), {"cp_plans"}),
        (Filter(since=date(2025, 9, 2), tables=frozenset({"cp_plans", "cin_visits"})), set()),
        (Filter(until=PLAN_START, tables=frozenset({"cp_plans"})), {"cp_plans"}),
        (Filter(until=date(2025, 1, 5), tables=frozenset({"cp_plans"})), set()),
        (Filter(key_only=True, persons=frozenset({"eva"})), {"person", "cp_plans", "cp_reviews"}),
    ],
)
def test_filters(wanted: Filter, tables: set[str]) -> None:
    assert {line.table for line in chronology(plans(), wanted)} == tables
