"""Records that are brought in say where they came from; of ours nothing is changed."""

from __future__ import annotations

from datetime import date
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from case_family import family, record
from case_records import files
from gateway.transfers.bring_in import Brought, bring_in, without
from package_cases import package
from schemas.case.links import orphans
from schemas.case.record import CaseFile


def brought(theirs: CaseFile, held: CaseFile, persons: dict[str, str] | None = None) -> Brought:
    numbers = count(1)
    return bring_in(held, package(theirs), persons or {}, "m-1", lambda: f"new-{next(numbers)}")


PLAN = record("cp_plans", "plan", person="eva", start_date=date(2026, 2, 1), initial_category="NEG")


def test_what_we_do_not_have_is_added_with_the_message_that_brought_it() -> None:
    found = brought(family(cp_plans=[PLAN]), CaseFile(id="ours"))
    assert {row.provenance.via for _, row in found.file.records()} == {"m-1"}
    (plan,) = found.file.cp_plans
    assert (plan.id, plan.person) == ("m-1:plan", found.persons["eva"])
    assert orphans(found.file) == ()


def test_a_person_of_ours_keeps_the_record_and_what_differs_is_listed() -> None:
    held = family()
    theirs = family(cp_plans=[PLAN]).with_records(
        "person", tuple(each.model_copy(update={"religion": "Sikh"}) for each in family().person)
    )
    found = brought(theirs, held, {"eva": "eva", "jon": "jon", "mum": "mum", "dad": "dad"})
    assert found.file.person == held.person
    assert {(each.table, each.field) for each in found.difference.different} == {("person", "religion")}
    assert [plan.id for plan in found.file.cp_plans] == ["m-1:plan"]


def test_an_adult_is_the_same_where_names_and_day_of_birth_are_whole_and_one_alone_has_them() -> None:
    named = tuple(person.model_copy(update={"surname": "Marsh"}) for person in family().person)
    theirs = family().with_records("person", named)
    held = CaseFile(id="ours", person=tuple(each.model_copy(update={"id": f"our-{each.id}"}) for each in named))
    found = brought(theirs, held, {"eva": "our-eva"})
    assert found.persons == {"eva": "our-eva", "mum": "our-mum", "dad": "our-dad", "jon": "new-1"}
    doubled = held.with_records("person", (*held.person, held.person[0].model_copy(update={"id": "other-mum"})))
    assert brought(theirs, doubled, {"eva": "our-eva"}).persons["mum"].startswith("new-")


def test_what_was_brought_can_be_taken_out_again() -> None:
    held = family()
    assert without(brought(family(cp_plans=[PLAN]), held, {"eva": "eva"}).file, "m-1") == held


@settings(max_examples=30, deadline=None)
@given(files(), files(), st.booleans())
def test_no_record_of_ours_is_ever_changed_and_every_reference_holds(
    theirs: CaseFile, held: CaseFile, known: bool
) -> None:
    people = tuple(person.model_copy(update={"kind": "CHILD"}) for person in theirs.person)
    theirs = theirs.with_records("person", people)
    sent = theirs.with_records("documents", tuple(row.model_copy(update={"sha256": None}) for row in theirs.documents))
    found = brought(sent, held, {"p1": "p1", "p2": "p2"} if known else {})
    for table, rows in held.tables():
        assert dict(found.file.tables())[table][: len(rows)] == rows
    assert without(found.file, "m-1") == without(held, "m-1")
