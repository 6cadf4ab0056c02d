"""Made-up families: valid for every seed, plausible, of nobody, and with one address that stays hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.case.demo.families import families, family
from adapters.case.demo.moving import MARKS, moving_family, papers
from adapters.case.demo.people import nhs_number
from adapters.case.demo.write import write_demo
from schemas.case.base import CaseRecord
from schemas.case.chronology import chronology, undated
from schemas.case.columns import case_of, frames, value_type
from schemas.case.links import orphans
from schemas.case.record import CaseFile
from schemas.case.sharing import differences, is_restricted, siblings
from schemas.case.tables import TABLES
from schemas.case.text import read_case, write_case
from schemas.identifiers import is_nhs_number, is_upn
from schemas.working_days import working_days_after

TODAY = date(2026, 11, 28)
# What may lie ahead: what is due, and a birth.
AHEAD = {"due_on", "target_date", "expected_date_of_birth", "review_date"}
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
# A seed has no simpler one.
ONCE = (Phase.generate,)
PSEUDO = {"001", "002", "003", "004", "005"}


def days(table: str, record: CaseRecord) -> Iterator[tuple[str, date]]:
    for name, info in TABLES[table].model_fields.items():
        if value_type(info)[0] is date and getattr(record, name) is not None:
            yield name, getattr(record, name)


def check(case: CaseFile, today: date) -> None:
    assert read_case(write_case(case)) == case
    assert case_of(case.id, frames(case)) == case
    assert orphans(case) == ()
    # A plan in force that has not been reviewed yet has no day of its own.
    without = undated(case)
    assert {table for table, _ in without} <= {"ehcp_active_plans"}
    for table, record in case.records():
        assert record.provenance.recorded_at.date() <= today
        assert {name for name, day in days(table, record) if day > today} <= AHEAD, (table, record.id)
        dated = type(record).dated
        if dated is not None and dated.until and getattr(record, dated.until) is not None:
            starts = [day for name in dated.on if (day := getattr(record, name)) is not None]
            assert starts[0] <= getattr(record, dated.until), (table, record.id)
    lines = chronology(case)
    sources = [(source.table, source.record) for line in lines for source in line.sources]
    assert len(sources) == len(set(sources))
    assert len(sources) + len(without) == sum(1 for table, _ in case.records() if TABLES[table].dated)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=ONCE)
@given(number=st.integers(1, 9_000), seed=st.integers(), today=DAYS)
def test_a_family_is_valid_for_every_seed_and_day(number: int, seed: int, today: date) -> None:
    check(family(number, seed, today), today)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=ONCE)
@given(seed=st.integers(), today=DAYS)
def test_the_family_that_moves_is_valid_for_every_seed_and_day(seed: int, today: date) -> None:
    case = moving_family(seed, today)
    check(case, today)
    assert len(case.children) == 3
    assert len(case.cp_plans) == 3
    assert all(plan.start_date and plan.start_date < today and plan.end_date is None for plan in case.cp_plans)
    assert [is_restricted(case, child.id, today) for child in case.children] == [False, True, False]


def test_the_same_seed_makes_the_same_families_and_another_makes_others() -> None:
    first, again, other = (list(families(5, seed, TODAY)) for seed in (1, 1, 2))
    assert first == again
    assert all(one != two for one, two in zip(first, other, strict=True))


def test_all_kinds_of_history_occur_and_no_table_stays_empty() -> None:
    made = [moving_family(1, TODAY), *families(160, 1, TODAY)]
    rows = Counter(table for case in made for table, _ in case.records())
    assert set(rows) == set(TABLES)
    sizes = Counter(len(case.children) for case in made)
    assert set(sizes) == {1, 2, 3, 4}
    assert rows["contacts"] > rows["cin_episodes"] > rows["cp_plans"] > rows["cla_episodes"] / 4


def test_numbers_are_valid_different_and_of_nobody() -> None:
    people = [who for case in [moving_family(1, TODAY), *families(80, 3, TODAY)] for who in case.persons]
    for numbers in ([who.nhs_number for who in people], [who.upn for who in people]):
        held = [number for number in numbers if number]
        assert len(held) == len(set(held)) > 50
    assert all(is_nhs_number(who.nhs_number) and who.nhs_number.startswith("999") for who in people if who.nhs_number)
    assert all(is_upn(who.upn) and who.upn[1:4] in PSEUDO for who in people if who.upn)
    assert len({nhs_number(number) for number in range(5_000)}) == 5_000


def test_places_are_nowhere() -> None:
    for case in families(60, 4, TODAY):
        codes = [*(home.postcode for home in case.address), *(place.postcode for place in case.cla_placement)]
        assert all(code and code.startswith("ZZ99 ") for code in codes)


def test_conferences_are_held_in_time_and_plans_begin_at_them() -> None:
    seen = 0
    for case in families(60, 5, TODAY):
        enquiries = {enquiry.id: enquiry for enquiry in case.s47_enquiry}
        plans = {plan.id: plan for plan in case.cp_plans}
        for conference in case.initial_cp_conference:
            started = enquiries[str(conference.enquiry)].start_date
            assert started is not None
            assert conference.target_date == working_days_after(started, 15)
            if conference.held_on:
                assert conference.held_on <= conference.target_date
                assert plans[str(conference.plan)].start_date == conference.held_on
                seen += 1
    assert seen > 10


def test_what_siblings_share_is_copied_with_its_origin_and_differs_nowhere() -> None:
    copied = 0
    for case in families(60, 6, TODAY):
        for child in case.children:
            assert [found for found in differences(case, child.id, TODAY) if found.table != "education"] == []
        records = {record.id: record for _, record in case.records()}
        for record in records.values():
            told = record.provenance
            if told.copied_from is not None:
                copied += 1
                assert records[told.copied_from].subjects == (told.copied_person,)
                assert told.state in {"COPIED", "CONFIRMED"}
                assert (told.copied_by, told.copied_at) != (None, None)
    assert copied > 50


@pytest.mark.parametrize("seed", range(8))
def test_the_hidden_place_is_told_by_the_hidden_childs_records_alone(seed: int) -> None:
    case = moving_family(seed, TODAY)
    hidden = next(child.id for child in case.children if is_restricted(case, child.id, TODAY))
    telling = [
        (table, record) for table, record in case.records() if any(mark in record.model_dump_json() for mark in MARKS)
    ]
    assert {table for table, _ in telling} == {"address", "agencies", "education"}
    assert all(record.subjects == (hidden,) for _, record in telling)
    assert all(hidden != record.provenance.copied_person for _, record in case.records())
    assert {who.id for who in siblings(case, hidden)} == {who.id for who in case.children} - {hidden}


def test_the_documents_of_the_moving_family_are_there_to_be_sent() -> None:
    case, content = moving_family(1, TODAY), papers()
    assert {paper.sha256 for paper in case.documents} == set(content)
    for paper in case.documents:
        held = content[str(paper.sha256)]
        assert (sha256(held).hexdigest(), len(held)) == (paper.sha256, paper.size)
    telling = [text for text in content.values() if any(mark.encode() in text for mark in MARKS)]
    assert len(telling) == 1


def test_the_move_is_three_days_old_and_for_good() -> None:
    case = moving_family(1, TODAY)
    moved = [place for place in case.address if place.start_date == TODAY - timedelta(days=3)]
    assert [place.housing_basis for place in moved] == ["PERMANENT", "PERMANENT"]
    assert [place.provenance.copied_from for place in moved] == [None, moved[0].id]


def test_files_are_written_and_the_first_is_shown(tmp_path: Path) -> None:
    made = write_demo(tmp_path / "new", families_wanted=3, seed=1, today=TODAY)
    assert [path.name for path in made] == ["family-moving.json", "family-0001.json", "family-0002.json"]
    assert read_case(made[0].read_bytes()) == moving_family(1, TODAY)
    assert {path.name for path in (tmp_path / "new").iterdir()} - {path.name for path in made} == {
        "family-moving.html",
        "family-moving-chronology.csv",
        "family-moving-relationships.csv",
    }
