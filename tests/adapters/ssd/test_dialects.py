"""The same authority, as each case management system holds it, gives the same case records."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from adapters.ssd.dialects import system_of
from adapters.ssd.links import case_tables as every_case_table
from schemas.case.columns import schema
from ssd_dialects import DIALECTS, GAPS
from ssd_source import InMemory, Tables, authority, case_tables, left, of, only, person


def everywhere() -> Tables:
    """Give the authority without what Mosaic cannot say: of whom an involvement without a referral is."""
    found = authority()
    return found | {"ssd_involvements": found["ssd_involvements"].drop_nulls("invo_referral_id")}


@pytest.mark.parametrize("system", DIALECTS)
def test_a_database_in_each_dialect_gives_the_same_case_records(system: str, tmp_path: Path) -> None:
    standard = case_tables(InMemory(everywhere()), tmp_path / "standard")
    there = case_tables(InMemory(DIALECTS[system](everywhere())), tmp_path / system)
    for case in every_case_table():
        if case in GAPS[system]:
            assert there.tables[case].collect().is_empty()
            continue
        fields = [name for name in schema(case) if f"{case}.{name}" not in GAPS[system]]
        expected, found = (tables.tables[case].select(fields).sort("id").collect() for tables in (standard, there))
        assert_frame_equal(found, expected)


@pytest.mark.parametrize("system", DIALECTS)
def test_nothing_is_left_over_but_what_the_system_alone_knows(system: str, tmp_path: Path) -> None:
    found = case_tables(InMemory(DIALECTS[system](authority())), tmp_path)
    columns = {column for _, column, _ in left(found)}
    assert columns == ({"invo_professional_role_id"} if system == "eclipse" else set())


@pytest.mark.parametrize("system", DIALECTS)
def test_a_system_is_told_by_its_columns(system: str) -> None:
    columns = {table: frozenset(rows.columns) for table, rows in DIALECTS[system](authority()).items()}
    found = system_of(columns)
    assert found is not None
    assert found.value == system


def test_no_system_is_told_where_nothing_tells() -> None:
    assert system_of({"ssd_person": frozenset({"pers_person_id"})}) is None


def test_an_enquiry_about_several_children_is_one_for_each_of_them(tmp_path: Path) -> None:
    source = of(
        person=[person("1"), person("2")],
        s47_enquiry=[
            {"s47e_s47_enquiry_id": "7", "s47e_person_id": "1"},
            {"s47e_s47_enquiry_id": "7", "s47e_person_id": "2"},
            {"s47e_s47_enquiry_id": "8", "s47e_person_id": "2"},
        ],
        initial_cp_conference=[
            {"icpc_icpc_id": "a", "icpc_s47_enquiry_id": "7", "icpc_person_id": "2"},
            {"icpc_icpc_id": "b", "icpc_s47_enquiry_id": "8", "icpc_person_id": "2"},
        ],
    )
    found = case_tables(source, tmp_path)
    assert found.tables["s47_enquiry"].collect()["id"].to_list() == ["7/1", "7/2", "8"]
    assert found.tables["s47_enquiry"].collect()["origin.key"].to_list() == ["7", "7", "8"]
    assert found.tables["initial_cp_conference"].collect()["enquiry"].to_list() == ["7/2", "8"]


def test_a_number_that_was_loaded_twice_is_there_once(tmp_path: Path) -> None:
    row = {"link_person_id": "1", "link_identifier_type": "YOT Number", "link_identifier_value": "Y1"}
    source = of(
        linked_identifiers=[
            {"link_table_id": "1", **row},
            {"link_table_id": "2", **row},
            {"link_table_id": "3", **row, "link_identifier_value": "Y2"},
            {"link_table_id": "4", **row, "link_identifier_type": "Library card"},
            {"link_table_id": "5", **row, "link_identifier_type": "Library card"},
        ]
    )
    assert case_tables(source, tmp_path).tables["linked_identifiers"].collect()["id"].to_list() == ["1", "3", "4", "5"]


PEOPLE: tuple[tuple[str, dict[str, str], dict[str, str | None]], ...] = (
    ("a reason in the place of the number", {"pers_upn": "un4"}, {"upn": None, "upn_unknown": "UN4"}),
    (
        "a number in the place of the reason",
        {"pers_upn_unknown": "H801200001001"},
        {"upn": "H801200001001", "upn_unknown": None},
    ),
    (
        "the number in both places",
        {"pers_upn": "H801200001001", "pers_upn_unknown": "H801200001001"},
        {"upn": "H801200001001", "upn_unknown": None},
    ),
    ("a child to come", {"pers_dob": "2026-06-01"}, {"kind": "UNBORN", "date_of_birth": None}),
    ("a child born on the day", {"pers_dob": "2026-04-01"}, {"kind": "CHILD", "expected_date_of_birth": None}),
    ("a grown-up of 26", {"pers_dob": "2000-04-01"}, {"kind": "ADULT"}),
    ("a young person of 25", {"pers_dob": "2000-04-02"}, {"kind": "CHILD"}),
)


@pytest.mark.parametrize(("given", "expected"), [case[1:] for case in PEOPLE], ids=[case[0] for case in PEOPLE])
def test_what_stands_in_the_wrong_column_of_a_person(
    given: dict[str, str], expected: dict[str, str | None], tmp_path: Path
) -> None:
    row = only(case_tables(of(person=[person(**given)]), tmp_path), "person")
    assert {name: row[name] for name in expected} == expected


def test_two_different_numbers_are_both_kept(tmp_path: Path) -> None:
    given = person(pers_upn="H801200001001", pers_upn_unknown="G80120000101A")
    found = case_tables(of(person=[given]), tmp_path)
    assert only(found, "person")["upn"] == "H801200001001"
    assert left(found) == [("ssd_person", "pers_upn_unknown", "G80120000101A")]


def test_a_name_that_two_workers_have_finds_neither(tmp_path: Path) -> None:
    staff = [{"prof_professional_id": key, "prof_professional_name": "Kofi Marlowe"} for key in ("W1", "W2")]
    found = case_tables(
        of(professionals=staff, cin_episodes=[{"cine_referral_id": "1", "cine_referral_worker_id": "Kofi Marlowe"}]),
        tmp_path,
    )
    assert only(found, "cin_episodes")["worker"] is None
    assert left(found) == [("ssd_cin_episodes", "cine_referral_worker_id", "Kofi Marlowe")]
    assert isinstance(found.tables["professionals"], pl.LazyFrame)
