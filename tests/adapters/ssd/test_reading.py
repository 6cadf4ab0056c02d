"""Reading: by name, in parts, with whom each row is about, where it came from, and nothing lost."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from adapters.ssd.links import case_tables as every_case_table
from adapters.ssd.read import read, reading
from adapters.ssd.tables import table_schema
from schemas.case.columns import records
from schemas.errors import Held, Misconfigured, Rejected, Transient
from ssd_source import NOW, InMemory, authority, case_tables, left, of, only, person


def test_parts_of_any_size_give_the_same(tmp_path: Path) -> None:
    source = InMemory(authority())
    whole, small = case_tables(source, tmp_path / "whole"), case_tables(source, tmp_path / "small", rows=97)
    for case in every_case_table():
        assert_frame_equal(small.tables[case].collect(), whole.tables[case].collect())


def test_every_case_table_is_there_with_its_columns_whatever_the_source_has(tmp_path: Path) -> None:
    found = case_tables(of(), tmp_path)
    for case in every_case_table():
        assert found.tables[case].collect_schema() == table_schema(case)
    assert found.tables["cp_plans"].collect().is_empty()


def test_a_row_says_where_it_came_from(tmp_path: Path) -> None:
    row = only(case_tables(of(cin_episodes=[{"cine_referral_id": "A B"}]), tmp_path), "cin_episodes")
    assert (row["origin.table"], row["origin.key"]) == ("ssd_cin_episodes", "A B")
    assert row["provenance.source"] == "Standard Safeguarding Dataset"
    assert row["provenance.record"] == "ssd_cin_episodes/~412042"
    assert row["provenance.recorded_at"] == NOW


def test_the_rows_are_case_records(tmp_path: Path) -> None:
    found = case_tables(InMemory(authority()), tmp_path)
    for case in every_case_table():
        rows = found.tables[case].collect()
        assert len(records(case, rows.drop("origin.table", "origin.key").head(50))) == min(rows.height, 50)


def test_columns_are_found_by_name_in_any_order_and_case(tmp_path: Path) -> None:
    rows = pl.DataFrame({"PERS_SEX": ["F"], "Pers_Person_ID": ["1"]})
    assert only(case_tables(InMemory({"ssd_person": rows}), tmp_path), "person")["sex"] == "F"


def test_the_older_name_of_a_column_is_known(tmp_path: Path) -> None:
    found = case_tables(of(person=[person(pers_common_child_id="9434765919")]), tmp_path)
    assert only(found, "person")["nhs_number"] == "9434765919"


def test_whom_a_row_is_about_is_found_through_other_tables(tmp_path: Path) -> None:
    source = of(
        person=[person("9")],
        cla_episodes=[
            {"clae_cla_episode_id": "1", "clae_person_id": "9", "clae_cla_id": "P", "clae_cla_placement_id": "2"}
        ],
        cla_reviews=[{"clar_cla_review_id": "1", "clar_cla_id": "P"}],
        cla_placement=[
            {"clap_cla_placement_id": "1", "clap_cla_id": "P"},
            {"clap_cla_placement_id": "2", "clap_cla_id": "lost"},
            {"clap_cla_placement_id": "3", "clap_cla_id": "lost"},
        ],
    )
    found = case_tables(source, tmp_path)
    assert only(found, "cla_reviews")["person"] == "9"
    assert found.tables["cla_placement"].collect()["person"].to_list() == ["9", "9", None]


def test_an_orphan_is_kept(tmp_path: Path) -> None:
    found = case_tables(of(assessment_factors=[{"cinf_table_id": "1", "cinf_assessment_id": "gone"}]), tmp_path)
    row = only(found, "assessment_factors")
    assert (row["assessment"], row["person"]) == ("gone", None)


def test_what_no_field_can_take_is_kept_as_text(tmp_path: Path) -> None:
    given = person(
        pers_dob="31 March",
        pers_ethnicity="ORAB",
        pers_sex="F",
        pers_is_mother="Y",
        pers_upn="12",
        pers_forename=" Ceri ",
    )
    found = case_tables(of(person=[given]), tmp_path)
    assert left(found) == [
        ("ssd_person", "pers_upn", "12"),
        ("ssd_person", "pers_ethnicity", "ORAB"),
        ("ssd_person", "pers_dob", "31 March"),
        ("ssd_person", "pers_is_mother", "Y"),
    ]
    assert found.leftovers.collect().to_dicts()[1] == {
        "table": "person",
        "id": "1",
        "field": "ethnicity",
        "origin.table": "ssd_person",
        "origin.key": "1",
        "column": "pers_ethnicity",
        "value": "ORAB",
        "reason": "not understood",
    }
    assert found.leftovers.collect()["reason"][3] == "case records have no field for it"
    assert only(found, "person")["forename"] == "Ceri"


def test_fillers_and_blanks_are_no_values(tmp_path: Path) -> None:
    given = person(
        pers_forename="SSD_PH", pers_surname=" ", pers_dob="1900-01-01", pers_legacy_id="-1", pers_is_mother="N"
    )
    found = case_tables(of(person=[given]), tmp_path)
    row = only(found, "person")
    assert [row[name] for name in ("forename", "surname", "date_of_birth", "legacy_reference")] == [None] * 4
    assert left(found) == []


def test_a_legal_status_in_words_keeps_its_words(tmp_path: Path) -> None:
    found = case_tables(
        of(legal_status=[{"lega_legal_status_id": "1", "lega_legal_status": "Supervision order"}]), tmp_path
    )
    row = only(found, "legal_status")
    assert (row["status"], row["other_status"]) == (None, "Supervision order")
    assert left(found) == []


def test_a_mother_is_a_relationship(tmp_path: Path) -> None:
    source = of(
        person=[person("1"), person("2")],
        mother=[
            {"moth_table_id": "5", "moth_person_id": "1", "moth_childs_person_id": "2", "moth_childs_dob": "2024-01-01"}
        ],
    )
    found = case_tables(source, tmp_path)
    row = only(found, "relationships")
    assert (row["id"], row["person"], row["other"], row["kind"]) == ("5", "1", "2", "MOTHER")
    assert left(found) == [("ssd_mother", "moth_childs_dob", "2024-01-01")]


def test_progress_is_told_up_to_the_last_row(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    source = of(person=[person(str(number)) for number in range(5)], contacts=[{"cont_contact_id": "1"}])
    read(source, tmp_path, recorded_at=NOW, progress=lambda done, total: told.append((done, total)), rows=2)
    assert told == [(2, 6), (4, 6), (5, 6), (6, 6)]


def test_a_source_without_people_is_being_rebuilt(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="The dataset has no people: it may be being rebuilt"):
        case_tables(of(person=[], contacts=[{"cont_contact_id": "1"}]), tmp_path)


def test_a_source_with_far_fewer_people_than_expected_is_held(tmp_path: Path) -> None:
    source = of(person=[person("1"), person("2")])
    with pytest.raises(Held, match="The dataset has 2 people, fewer than 3: a part of it may be missing"):
        read(source, tmp_path, recorded_at=NOW, least_people=3)
    assert only(read(of(), tmp_path, recorded_at=NOW, least_people=1), "person")["id"] == "1"


def test_a_source_without_any_table_of_the_dataset_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="There is no table of the Standard Safeguarding Dataset"):
        case_tables(InMemory({"ssd_dim_date": pl.DataFrame({"date_key": ["1"]})}), tmp_path)


def test_a_folder_is_read_whatever_its_files_are(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "SSD_Person.CSV").write_text("pers_person_id,pers_forename\n1,Ceri\n", encoding="utf-8-sig")
    pl.DataFrame({"cont_contact_id": [7], "cont_contact_date": ["2026-01-02"]}).with_columns(
        pl.col("cont_contact_date").str.to_datetime("%Y-%m-%d")
    ).write_parquet(folder / "ssd_contacts.parquet")
    (folder / "readme.txt").write_text("not a table", encoding="utf-8")
    with reading(str(folder), recorded_at=NOW) as found:
        assert only(found, "person")["forename"] == "Ceri"
        row = only(found, "contacts")
        assert (row["id"], str(row["contact_date"])) == ("7", "2026-01-02")


BAD_FOLDERS: tuple[tuple[dict[str, bytes], str], ...] = (
    ({"ssd_person.csv": b"pers_person_id\n\xff\n"}, "ssd_person.csv cannot be read as a table"),
    ({"ssd_person.csv": b"pers_person_id\n1,2,3\n"}, "ssd_person.csv cannot be read as a table"),
    ({"ssd_person.csv": b""}, "ssd_person.csv cannot be read as a table"),
    ({"ssd_person.parquet": b"nothing"}, "ssd_person.parquet cannot be read as a table"),
    ({"ssd_person.csv": b"pers_person_id\n1\n", "SSD_PERSON.parquet": b""}, "Two files hold the table ssd_person"),
    ({}, "There is no table of the Standard Safeguarding Dataset"),
)


@pytest.mark.parametrize(("files", "says"), BAD_FOLDERS, ids=[says for _, says in BAD_FOLDERS[:-1]] + ["empty"])
def test_a_folder_that_cannot_be_read(files: dict[str, bytes], says: str, tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(Rejected, match=says), reading(str(tmp_path), recorded_at=NOW):
        pass


def test_a_place_that_is_none(tmp_path: Path) -> None:
    with (
        pytest.raises(Misconfigured, match="gone is neither a folder nor the URL of a database"),
        reading(str(tmp_path / "gone"), recorded_at=NOW),
    ):
        pass
