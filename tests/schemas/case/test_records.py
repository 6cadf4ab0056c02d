"""Case records: what is refused and how it is told, both written forms, the register and the lists of fields."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from case_records import STAMP, files, records
from schemas.case import json_schema
from schemas.case.allowed import allowed_fields, no_more_than
from schemas.case.codes import FROM_CENSUS, code_set, code_sets
from schemas.case.columns import case_of, frame, frames, schema
from schemas.case.columns import records as of_frame
from schemas.case.family import Address
from schemas.case.links import orphans
from schemas.case.person import LinkedIdentifier, Person
from schemas.case.record import CaseFile
from schemas.case.referral import Referral
from schemas.case.tables import KEYS, TABLES, field, fields, table_fields
from schemas.case.text import read_case, write_case
from schemas.cin import layout as cin
from schemas.codesets import load_code_sets
from schemas.errors import Misconfigured, Rejected
from schemas.fields import Sensitivity

MARK = "Zebedee"


def person(**values: Any) -> Person:
    return Person(id="p1", provenance=STAMP, **values)


@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_written_in_a_table_is_read_again(table: str, data: st.DataObject) -> None:
    rows = tuple(data.draw(records(table, f"r{n}")) for n in range(data.draw(st.integers(0, 3))))
    written = frame(table, rows)
    assert written.schema == schema(table)
    assert of_frame(table, written) == rows


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=files())
def test_what_is_written_as_a_file_is_read_again(case: CaseFile) -> None:
    assert read_case(write_case(case)) == case
    assert read_case(write_case(case).encode()) == case
    assert case_of(case.id, frames(case)) == case


@pytest.mark.parametrize("table", TABLES)
def test_a_record_with_its_keys_alone_is_good_where_nothing_else_is_the_point_of_it(table: str) -> None:
    needed = [name for name, info in TABLES[table].model_fields.items() if info.is_required() and name not in KEYS]
    assert len(needed) <= 2 or table == "copied_values"
    if not needed:
        keys = {"id": "r1", "provenance": STAMP, "person": "p1"}
        record = TABLES[table].model_validate({name: keys[name] for name in keys if name in TABLES[table].model_fields})
        assert record.id == "r1"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"sex": MARK}, "is no code of Sex"),
        ({"nhs_number": "9434765918"}, "is no NHS number with its check digit"),
        ({"upn": "B801200001001"}, "is no unique pupil number with its check letter and an authority's number"),
        ({"upn": "A000000000000"}, "is no unique pupil number with its check letter and an authority's number"),
        ({"uln": "1234567890"}, "is no unique learner number with its check digit"),
        ({"date_of_birth": "2020-01-01"}, "Input should be a valid date"),
        ({"forename": f"{MARK}\x00"}, "String should match pattern"),
        ({"forename": ""}, "String should have at least 1 character"),
        ({"age_disputed": 1}, "Input should be a valid boolean"),
        ({MARK: MARK}, "Extra inputs are not permitted"),
    ],
)
def test_what_does_not_fit_is_refused_and_never_repeated(values: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as caught:
        person(**values)
    assert MARK not in str(caught.value).replace(MARK, "", 1 if MARK in values else 0)


def test_a_number_must_be_what_it_is_said_to_be() -> None:
    LinkedIdentifier(id="l1", provenance=STAMP, person="p1", kind="YOT", value="anything")
    with pytest.raises(ValidationError, match="the value is no FORMER_UPN"):
        LinkedIdentifier(id="l1", provenance=STAMP, person="p1", kind="FORMER_UPN", value="B801200001001")


def test_an_authority_is_one_and_of_the_time_of_the_address() -> None:
    def home(**values: Any) -> Address:
        return Address(id="a1", provenance=STAMP, person="p1", **values)

    assert home(authority="909", start_date=date(2023, 3, 31)).authority == "909"
    assert home(authority="909").authority == "909"
    assert home(authority="942", area="E06000063", start_date=date(2020, 1, 1)).area == "E06000063"
    with pytest.raises(ValidationError, match="the authority was not in force while somebody lived there"):
        home(authority="909", start_date=date(2023, 4, 1))
    with pytest.raises(ValidationError, match="the area was not in force while somebody lived there"):
        home(area="E06000063", start_date=date(2020, 1, 1), end_date=date(2023, 3, 31))
    with pytest.raises(ValidationError, match="is no DfE code of an authority, past or present"):
        home(authority="999")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "EOF while parsing"),
        ('{"id":"f","id":"f"}', "says something twice"),
        ('{"format":"case/2","id":"f"}', "format Input should be 'case/1'"),
        (f'{{"id":"f","{MARK}":1}}', "(a field that there is not) Extra inputs are not permitted"),
        (f'{{"id":"f","person":[{{"id":"{MARK} x"}}]}}', "person no. 1 id String should match pattern"),
        ("[" * 5000, "recursion limit exceeded"),
    ],
)
def test_a_file_that_is_none_is_refused_without_a_word_of_it(text: str, told: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_case(text)
    assert told in caught.value.message
    assert MARK not in caught.value.message


def test_a_file_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.case.text.MOST_CHARACTERS", 30)
    assert read_case('{"format":"case/1","id":"f"}').id == "f"
    with pytest.raises(Rejected, match="The case file is too long: at most 30 characters are read"):
        read_case('{"format":"case/1","id":"family"}')


def test_a_long_list_of_faults_is_cut() -> None:
    text = json.dumps({"id": "f", "person": [{"id": f"p{n}"} for n in range(20)]})
    with pytest.raises(Rejected, match=r"person no\. 10 provenance Field required; and 10 more"):
        read_case(text)


def test_ids_are_one_and_persons_are_known() -> None:
    with pytest.raises(ValidationError, match="two records of person have one id"):
        CaseFile(id="f", person=(person(), person(sex="F")))
    referral = Referral(id="r1", provenance=STAMP, person="p2")
    with pytest.raises(ValidationError, match="a record of cin_episodes is about somebody whom the file does not have"):
        CaseFile(id="f", person=(person(),), cin_episodes=(referral,))


def test_a_table_is_replaced_only_by_records_of_its_kind() -> None:
    case = CaseFile(id="f", person=(person(),))
    assert case.with_records("person", (person(sex="F"),)).somebody("p1").sex == "F"
    with pytest.raises(ValidationError):
        case.with_records("cin_episodes", (person(),))
    with pytest.raises(KeyError):
        case.somebody("p2")


def test_references_that_lead_nowhere_are_listed() -> None:
    referral = Referral(id="r1", provenance=STAMP, person="p1", team="t1", worker="w1")
    case = CaseFile(id="f", person=(person(),), cin_episodes=(referral,))
    assert [(lost.field, lost.points_to) for lost in orphans(case)] == [
        ("team", "department"),
        ("worker", "professionals"),
    ]


def test_a_frame_with_other_columns_is_refused() -> None:
    wrong = frame("person", (person(),)).with_columns(pl.lit(MARK).alias(MARK))
    with pytest.raises(Rejected, match="The table person has 1 columns that it cannot have"):
        of_frame("person", wrong)
    with pytest.raises(Rejected, match="1 tables are no case tables"):
        case_of("f", {MARK: wrong})
    spoilt = frame("person", (person(),)).with_columns(pl.lit(MARK).alias("sex"))
    with pytest.raises(Rejected, match="in row 1 of person: sex is no code of Sex"):
        of_frame("person", spoilt)


def test_columns_may_come_in_any_order_and_be_left_out() -> None:
    whole = frame("person", (person(date_of_birth=date(2020, 1, 2)),))
    kept = [name for name in reversed(whole.columns) if whole[name].null_count() == 0]
    assert of_frame("person", whole.select(kept)) == (person(date_of_birth=date(2020, 1, 2)),)


def test_every_field_is_declared_and_points_to_a_table() -> None:
    for name, item in fields().items():
        assert item.guidance.endswith("."), name
        assert item.points_to in {"", *TABLES}, name
    assert field("person", "upn").reference == "PERS006A"
    assert field("cin_episodes", "source").codes == cin.code_set("ReferralSource")


def test_no_item_of_the_standard_is_claimed_twice_and_every_form_is_one() -> None:
    items = [item.reference for item in fields().values() if item.reference]
    assert len(items) == len(set(items))
    assert all(re.fullmatch(r"[A-Z0-9]{4,5}\d{3}A", item) for item in items)


def test_codes_are_those_of_the_census_where_they_are_the_same() -> None:
    own = load_code_sets("schemas.case")
    for name in FROM_CENSUS:
        shared = cin.code_set(name)
        assert code_set(name).codes[: len(shared.codes)] == shared.codes
        assert (
            not {code.value for code in own[name].codes} & {code.value for code in shared.codes}
            if name in own
            else True
        )
    used = {item.codes.name for item in fields().values() if item.codes} | {"ProvenanceState"}
    assert used == set(code_sets())
    for name, codes in own.items():
        assert len({code.value for code in codes.codes}) == len(codes.codes), name


def test_a_list_of_fields_takes_the_keys_along() -> None:
    assert allowed_fields(["cp_plans.start_date"]) == {
        "cp_plans.start_date",
        "cp_plans.id",
        "cp_plans.person",
        "cp_plans.provenance",
    }
    assert allowed_fields(["person.sex"]) == {"person.sex", "person.id", "person.provenance"}
    assert allowed_fields(["address.*"]) == {item.name for item in table_fields("address")}
    assert allowed_fields([]) == frozenset()


@pytest.mark.parametrize(
    ("name", "hint"),
    [("cp_plans.startdate", "Do you mean cp_plans.start_date?"), ("cp_plan.*", "Do you mean cp_plans.*?")],
)
def test_a_slip_in_a_list_is_told(name: str, hint: str) -> None:
    with pytest.raises(Misconfigured, match="is no field of a case record") as caught:
        allowed_fields([name])
    assert caught.value.hint == hint


def test_sensitivity_bounds_a_list() -> None:
    least, middle, all_of_it = (no_more_than(level) for level in Sensitivity)
    assert least < middle < all_of_it
    assert all_of_it == set(fields())
    assert "person.ethnicity" not in middle
    assert "professionals.job_title" in least


def test_the_schema_is_that_of_the_models() -> None:
    made = json.loads(json_schema.text())
    sex = made["$defs"]["Person"]["properties"]["sex"]
    assert sex["enum"] == ["M", "F", "U", None]
    assert sex["x-case"]["sensitivity"] == "personal"
    assert set(TABLES) <= set(made["properties"])
