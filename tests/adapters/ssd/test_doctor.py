"""The doctor says by name what differs, and leaves nothing fatal but an empty source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapters.ssd.contents import STALE_DAYS, contents
from adapters.ssd.doctor import examined
from adapters.ssd.notes import Note, Topic, Weight
from adapters.ssd.source import Found
from adapters.ssd.structure import structure
from schemas.ssd.layout import tables
from ssd_dialects import DIALECTS
from ssd_source import NOW, InMemory, authority, case_tables, of, person

TODAY = date(2026, 4, 1)


def about(topic: Topic, notes: list[Note]) -> list[tuple[str, str, str, int]]:
    return [(note.table, note.column, note.says, note.count) for note in notes if note.topic is topic]


def seen(source: InMemory, folder: Path, today: date = TODAY) -> list[Note]:
    return list(contents(case_tables(source, folder), today))


def warned(notes: list[Note]) -> list[tuple[str, str]]:
    return [(note.table, note.column) for note in notes if note.weight is Weight.WARN]


def test_the_standard_itself_gives_no_warning(tmp_path: Path) -> None:
    source = InMemory(authority())
    assert warned([*structure(source.tables()), *seen(source, tmp_path)]) == []


@pytest.mark.parametrize("system", DIALECTS)
def test_what_a_system_never_has_is_no_warning(system: str) -> None:
    source = InMemory(DIALECTS[system](authority()))
    missing = warned(list(structure(source.tables())))
    assert missing == ([("ssd_person", "pers_forename"), ("ssd_person", "pers_surname")] if system == "mosaic" else [])


def test_a_missing_table_and_column_are_named() -> None:
    there = dict(InMemory(authority()).tables())
    del there["ssd_cp_plans"], there["ssd_send"]
    there["ssd_contacts"] = tuple(found for found in there["ssd_contacts"] if found.name != "cont_contact_date")
    there["ssd_cla_reviews"] = tuple(found for found in there["ssd_cla_reviews"] if found.name != "clar_cla_person_id")
    there["ssd_local"] = (Found("x"),)
    there["ssd_missing"] = (*there["ssd_missing"], Found("miss_note"))
    notes = list(structure(there))
    assert about(Topic.TABLE, notes) == [
        ("ssd_cp_plans", "", "The table is missing.", 0),
        ("ssd_send", "", "The table is missing.", 0),
        ("ssd_local", "", "The standard has no such table; it is not read.", 0),
    ]
    assert ("ssd_cla_reviews", "clar_cla_person_id", "Not in eclipse deployments.", 0) in about(Topic.COLUMN, notes)
    assert ("ssd_missing", "miss_note", "The standard has no such column; it is not read.", 0) in about(
        Topic.COLUMN, notes
    )
    assert warned(notes) == [("ssd_contacts", "cont_contact_date"), ("ssd_cp_plans", "")]


def test_a_system_and_release_are_told() -> None:
    (note, *_) = structure(InMemory(authority()).tables())
    assert note.says == "It looks like systemc, release 1.4.1 or later; compared with release 1.4.5."


def test_another_name_and_another_type_are_named() -> None:
    columns = {column.name: "VARCHAR(48)" for column in tables()["ssd_sdq_scores"].columns} | {
        "csdq_sdq_completed_date": "DATETIME"
    }
    notes = list(
        structure(
            {
                "ssd_sdq_scores": tuple(Found(name, kind) for name, kind in columns.items()),
                "ssd_person": (Found("pers_common_child_id", "TEXT"),),
            }
        )
    )
    assert about(Topic.TYPE, notes) == [
        (
            "ssd_sdq_scores",
            "csdq_sdq_score",
            "Declared as varchar(48) where the standard has integer; it is read as text.",
            0,
        )
    ]
    assert ("ssd_person", "pers_single_unique_id", "It is called pers_common_child_id here.", 0) in about(
        Topic.COLUMN, notes
    )


def test_rows_that_lead_nowhere_are_counted(tmp_path: Path) -> None:
    source = of(
        cin_episodes=[
            {"cine_referral_id": str(number), "cine_person_id": who} for number, who in enumerate(("1", "2", "3", None))
        ],
        assessment_factors=[{"cinf_table_id": "1", "cinf_assessment_id": "gone"}],
        cla_reviews=[{"clar_cla_review_id": "1", "clar_cla_id": "gone", "clar_cla_person_id": "1"}],
    )
    assert about(Topic.ORPHAN, seen(source, tmp_path)) == [
        ("ssd_cin_episodes", "", "Rows are about nobody who can be found.", 1),
        ("ssd_cin_episodes", "cine_person_id", "Rows point to a row of ssd_person that is not there.", 2),
        ("ssd_assessment_factors", "", "Rows are about nobody who can be found.", 1),
        (
            "ssd_assessment_factors",
            "cinf_assessment_id",
            "Rows point to a row of ssd_cin_assessments that is not there.",
            1,
        ),
        ("ssd_cla_reviews", "clar_cla_id", "Rows point to a row of ssd_cla_episodes that is not there.", 1),
    ]


def test_a_latest_answer_about_nobody_who_is_there_is_an_orphan(tmp_path: Path) -> None:
    notes = seen(of(cla_immunisations=[{"clai_person_id": "2"}]), tmp_path)
    assert about(Topic.ORPHAN, notes) == [
        ("ssd_cla_immunisations", "clai_person_id", "Rows point to a row of ssd_person that is not there.", 1)
    ]


def test_keys_that_repeat_or_are_empty_are_counted(tmp_path: Path) -> None:
    source = of(care_leavers=[{"clea_table_id": key, "clea_person_id": "1"} for key in ("1", "1", "2", None)])
    assert about(Topic.KEY, seen(source, tmp_path)) == [
        ("ssd_care_leavers", "clea_table_id", "Rows share a key that should be one of a kind.", 2),
        ("ssd_care_leavers", "clea_table_id", "Rows have no key.", 1),
    ]


def test_values_outside_a_code_set_are_listed_but_never_an_object(tmp_path: Path) -> None:
    source = of(
        person=[person("1", pers_ethnicity="ORAB"), person("2", pers_ethnicity="??"), person("3", pers_dob="Monday")],
        cin_assessments=[
            {"cina_assessment_id": "1", "cina_person_id": "1", "cina_assessment_outcome_json": '{"COMMENTS": "Ceri"}'}
        ],
    )
    notes = seen(source, tmp_path)
    assert about(Topic.CODE, notes) == [
        (
            "ssd_cin_assessments",
            "cina_assessment_outcome_json",
            "Values outside the code set AssessmentOutcome, kept as text: in an object",
            1,
        ),
        ("ssd_person", "pers_ethnicity", "Values outside the code set Ethnicity, kept as text: ??, ORAB", 2),
    ]
    assert about(Topic.VALUE, notes) == [("ssd_person", "pers_dob", "Text that is no date; it is kept as text.", 1)]
    assert "Monday" not in str(notes)
    assert "Ceri" not in str(notes)


FRESH = (
    (TODAY.replace(day=1), "0 days ago", Weight.INFO),
    (date(2026, 3, 25), f"{STALE_DAYS} days ago", Weight.INFO),
    (date(2026, 3, 24), "8 days ago", Weight.WARN),
)


@pytest.mark.parametrize(("day", "says", "weight"), FRESH, ids=[says for _, says, _ in FRESH])
def test_how_fresh_it_is(day: date, says: str, weight: Weight, tmp_path: Path) -> None:
    contacts = [{"cont_contact_id": "1", "cont_person_id": "1", "cont_contact_date": day.isoformat()}]
    later = [{"cine_referral_id": "1", "cine_person_id": "1", "cine_referral_date": "2026-09-01"}]
    (note,) = seen(of(contacts=contacts, cin_episodes=later), tmp_path)
    assert (note.topic, note.weight) == (Topic.FRESHNESS, weight)
    assert says in note.says


def test_without_a_day_nothing_is_fresh(tmp_path: Path) -> None:
    (note,) = seen(of(), tmp_path)
    assert (note.weight, note.says) == (Weight.WARN, "No contact, referral or assessment has a day.")


def test_structure_and_contents_are_examined_together(tmp_path: Path) -> None:
    (tmp_path / "ssd_person.csv").write_text("pers_person_id,pers_sex\n1,Q\n", encoding="utf-8")
    topics = {note.topic for note in examined(str(tmp_path), now=NOW)}
    assert topics == {Topic.SOURCE, Topic.TABLE, Topic.COLUMN, Topic.CODE, Topic.FRESHNESS}
