"""The completeness statement: every element once for each child, and no more of what stays than may be told."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.transfer.header import Child
from adapters.transfer.statement import Entry, Status, Why, statement
from case_family import family, record
from schemas.case.record import CaseFile
from schemas.processes.elements import Need
from schemas.processes.registry import PROCESSES

CHILDREN = (Child(reference="child-1", person="eva"), Child(reference="child-2", person="jon"))
PLAN = record("cp_plans", "plan", person="eva", start_date=date(2026, 1, 1), content="Words.")
BARE = record("cp_plans", "plan", person="eva", start_date=date(2026, 1, 1))


def told(
    recorded: CaseFile,
    sent: CaseFile,
    element: str,
    *reduced: tuple[str, str, str],
    process: str = "P1",
    step: str = "pack",
) -> list[tuple[str, Status, tuple[Why, ...]]]:
    found = statement(PROCESSES[process], step, CHILDREN, recorded, sent, reduced)
    return [(entry.child, entry.status, entry.reasons) for entry in found if entry.element == element]


def test_every_element_of_the_step_stands_once_for_each_child() -> None:
    found = statement(PROCESSES["P1"], "pack", CHILDREN, family(), family(), ())
    needed = [code for code, need in PROCESSES["P1"].needs("pack").items() if need is not Need.ASKED]
    assert [entry.element for entry in found if entry.child == "child-1"] == needed
    assert len(found) == 2 * len(needed)
    assert isinstance(found[0], Entry)


@pytest.mark.parametrize(
    ("recorded", "sent", "status", "reasons"),
    [
        (PLAN, PLAN, Status.INCLUDED, ()),
        (PLAN, BARE, Status.INCLUDED, (Why.IN_PART,)),
        (PLAN, None, Status.WITHHELD, (Why.NOT_SHARED,)),
        (None, None, Status.MISSING, (Why.NOT_RECORDED,)),
    ],
)
def test_what_became_of_the_plan(
    recorded: object, sent: object, status: Status, reasons: tuple[Why, ...]
) -> None:  # columns of the table
    had, goes = (family(cp_plans=[row] if row else []) for row in (recorded, sent))  # type: ignore[list-item]  # a plan
    assert told(had, goes, "E24") == [
        ("child-1", status, reasons),
        ("child-2", Status.MISSING, (Why.NOT_RECORDED,)),
    ]


def test_a_reduced_value_counts_as_there_in_less() -> None:
    less = family(cp_plans=[BARE])
    found = told(family(cp_plans=[PLAN]), less, "E24", ("cp_plans", "plan", "content"))
    assert found[0] == ("child-1", Status.INCLUDED, (Why.REDUCED,))


def test_that_somebody_is_a_person_is_no_name() -> None:
    people = ((who, "CHILD" if who in {"eva", "jon"} else "ADULT") for who in ("mum", "dad", "eva", "jon"))
    nameless = family().with_records("person", tuple(record("person", who, kind=kind) for who, kind in people))
    assert told(nameless, nameless, "E01")[0] == ("child-1", Status.MISSING, (Why.NOT_RECORDED,))
    assert told(family(), nameless, "E01")[0] == ("child-1", Status.WITHHELD, (Why.NOT_SHARED,))


def test_the_row_of_a_kind_counts_for_the_element_of_that_kind() -> None:
    risk = record("risks", "r", person="eva", kind="STAFF", detail="Dog.")
    case = family(risks=[risk])
    assert told(case, case, "E21")[0] == ("child-1", Status.INCLUDED, ())
    assert told(case, case, "E22")[0] == ("child-1", Status.MISSING, (Why.NOT_RECORDED,))
    assert told(case, family(), "E21")[0] == ("child-1", Status.WITHHELD, (Why.NOT_SHARED,))


@pytest.mark.parametrize("element", ["E35", "E36", "E37", "E39"])
def test_what_the_package_itself_carries_is_always_there(element: str) -> None:
    assert {status for _, status, _ in told(family(), family(), element)} == {Status.INCLUDED}


def test_of_documents_there_may_be_none() -> None:
    assert {status for _, status, _ in told(family(), family(), "E38")} == {Status.MISSING}


def test_what_goes_only_when_asked_for_is_named_where_it_goes() -> None:
    case = family(cp_reviews=[record("cp_reviews", "r", person="eva", held_on=date(2026, 1, 1))])
    step = PROCESSES["P6"].steps[-1].name
    assert told(case, case, "E25", process="P6", step=step) == [("child-1", Status.INCLUDED, ())]
    assert told(case, family(), "E25", process="P6", step=step) == []


def test_a_process_without_a_list_has_an_empty_statement() -> None:
    assert statement(PROCESSES["P10"], PROCESSES["P10"].steps[0].name, CHILDREN, family(), family(), ()) == ()


def test_no_word_of_it_tells_which_rule_or_restriction_keeps_something_back() -> None:
    words = " ".join(found.meaning for found in (*Status, *Why)).casefold()
    assert not [word for word in ("hidden", "adopt", "rule", "restrict", "address", "refuge") if word in words]
