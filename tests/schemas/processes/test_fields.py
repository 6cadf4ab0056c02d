"""Where elements are held: every name is a field of a case table, and what no process carries is known."""

from __future__ import annotations

import pytest

from schemas.case.tables import KEYS, TABLES, field
from schemas.processes.elements import Need, elements
from schemas.processes.registry import PROCESSES

IN_THE_PACKAGE = {"E35", "E37", "E39"}
# Goes in no process by itself: an agreement must name it.
NEVER = {
    "cla_previous_permanence",
    "cla_substance_misuse",
    "contacts",
    "copied_values",
    "ehcp_assessment",
    "ehcp_requests",
    "permanence",
}


@pytest.mark.parametrize("code", elements())
def test_an_element_is_held_in_fields_that_exist(code: str) -> None:
    element = elements()[code]
    assert bool(element.fields) != (code in IN_THE_PACKAGE)
    assert element.package or element.fields
    for part in element.held:
        for name in part.fields:
            assert field(part.table, name).name in element.fields
            assert name not in KEYS
        if part.kinds:
            codes = field(part.table, "kind").codes
            assert codes is not None
            assert "kind" in part.fields
            assert set(part.kinds) <= {item.value for item in codes.codes}


def test_the_kinds_of_risk_are_all_some_element() -> None:
    codes = field("risks", "kind").codes
    assert codes is not None
    kinds = {
        kind for element in elements().values() for part in element.held if part.table == "risks" for kind in part.kinds
    }
    assert kinds == {item.value for item in codes.codes}


@pytest.mark.parametrize("code", PROCESSES)
def test_a_process_carries_fields_that_exist(code: str) -> None:
    for name in PROCESSES[code].fields():
        assert field(*name.split(".")).name == name


def test_what_no_process_carries_is_known() -> None:
    carried = {name.split(".")[0] for process in PROCESSES.values() for name in process.fields()}
    assert set(TABLES) - carried <= NEVER
    assert carried & NEVER == set()


def test_names_of_staff_go_nowhere() -> None:
    names = {name for process in PROCESSES.values() for name in process.fields() if name.startswith("professionals.")}
    assert names == {"professionals.job_title", "professionals.team_name"}


def test_a_field_is_needed_as_much_as_the_element_that_needs_it_most() -> None:
    asylum = PROCESSES["P7"].fields()
    assert asylum["risks.kind"] is Need.MUST  # E22 must, E13 should, E23 when asked for
    assert asylum["agencies.kind"] is Need.MUST  # E31 must, E30 when asked for
    assert asylum["agencies.in_core_group"] is Need.ASKED
    assert asylum["linked_identifiers.value"] is Need.SHOULD


def test_an_alert_has_no_field_of_a_document_nor_of_a_plan() -> None:
    tables = {name.split(".")[0] for name in PROCESSES["P6"].fields("alert")}
    assert tables & {"documents", "events", "cin_assessments", "risks"} == set()
    assert "cp_plans.content" not in PROCESSES["P6"].fields("alert")
    assert "documents.name" in PROCESSES["P6"].fields("return-interview")
    assert PROCESSES["P6"].fields("stand-down") == {}


def test_a_decision_says_who_and_what_was_decided_and_nothing_of_the_case() -> None:
    tables = {name.split(".")[0] for name in PROCESSES["P3"].fields("decision")}
    assert tables & {"documents", "events", "cin_assessments", "address", "risks"} == set()
    assert "initial_cp_conference.held_on" in PROCESSES["P1"].fields("decision")


def test_only_the_records_of_the_scheme_carry_other_references() -> None:
    assert [code for code, process in PROCESSES.items() if "linked_identifiers.value" in process.fields()] == ["P7"]
    assert PROCESSES["P10"].fields() == {}
