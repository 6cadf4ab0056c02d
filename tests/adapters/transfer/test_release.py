"""Children of a package go alone: with what is theirs of the family, and with nothing that tells of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapters.case.demo.families import family as made_up
from adapters.transfer.package import Package, ReducedValue
from adapters.transfer.read import read
from adapters.transfer.release import only
from adapters.transfer.scopes import Scope, scopes
from adapters.transfer.statement import Status, Why
from adapters.transfer.write import parts
from case_family import TODAY, family, record
from package_cases import package, paper
from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile
from schemas.errors import Rejected

HOME = {"kind": "HOME", "lines": ("1 Plain Road",), "start_date": date(2022, 1, 1)}


def copied(row: CaseRecord, origin: str, person: str) -> CaseRecord:
    told = row.provenance.model_copy(
        update={"copied_from": origin, "copied_person": person, "copied_by": "w2", "state": "COPIED"}
    )
    return row.model_copy(update={"provenance": told})


def two() -> CaseFile:
    """Give Eva, whose father is Bob, and Jon, whose father is Cal; Ada is the mother of both."""
    fathers = [
        record("relationships", "bob-eva", person="bob", other="eva", kind="FATHER"),
        record("relationships", "cal-jon", person="cal", other="jon", kind="FATHER"),
        record("relationships", "eva-jon", person="eva", other="jon", kind="SIBLING"),
        record("relationships", "bob-cal", person="bob", other="cal", kind="SIBLING"),
        record("relationships", "bob-ada", person="bob", other="mum", kind="PARTNER"),
    ]
    home = record("address", "home-eva", person="eva", **HOME)
    return family(
        person=[record("person", who, kind="ADULT", forename=who) for who in ("bob", "cal", "far")],
        relationships=fathers,
        address=[home, copied(record("address", "home-jon", person="jon", **HOME), "home-eva", "eva")],
        events=[record("events", f"e-{who}", person=who, summary=who) for who in ("bob", "cal", "far", "mum")],
        households=[record("households", f"h-{who}") for who in ("ada", "cal", "idle")],
        household_members=[
            record("household_members", "m-ada", person="mum", household="h-ada"),
            record("household_members", "m-cal", person="cal", household="h-cal"),
        ],
        professionals=[record("professionals", f"p-{who}", name=who) for who in ("one", "two")],
        involvements=[
            record("involvements", "i-eva", person="eva", professional="p-one"),
            record("involvements", "i-jon", person="jon", professional="p-two"),
        ],
        contact_arrangements=[record("contact_arrangements", "c", person="eva", other="jon", rule="SUPERVISED")],
    )


def whole(**more: object) -> Package:
    return package(two(), "eva", "jon", **more)  # type: ignore[arg-type]  # of the head


def ids(found: Package) -> set[str]:
    return {row.id for _, row in found.records.records()}


def test_the_scope_of_a_record_is_whose_it_is() -> None:
    reach = scopes(two(), ("eva", "jon"))
    eva, jon, both = frozenset({"eva"}), frozenset({"jon"}), frozenset({"eva", "jon"})
    assert reach["address", "home-eva"] == Scope(eva, every=True, own=True)
    assert reach["relationships", "eva-jon"] == Scope(both, every=True, own=True)
    assert reach["contact_arrangements", "c"] == Scope(both, every=True, own=True)
    assert reach["relationships", "bob-eva"] == Scope(eva, every=True, own=True)
    assert reach["person", "bob"] == Scope(eva, every=False)
    assert reach["person", "mum"] == Scope(both, every=False)
    assert reach["person", "far"] == Scope(both, every=True)
    assert reach["relationships", "bob-cal"] == Scope(both, every=True)
    assert reach["relationships", "bob-ada"] == Scope(eva, every=False)
    assert reach["professionals", "p-two"] == Scope(jon, every=False)
    assert reach["households", "h-ada"] == Scope(both, every=False)
    assert reach["households", "h-cal"] == Scope(jon, every=False)
    assert reach["households", "h-idle"] == Scope(both, every=True)


def test_a_team_is_for_whom_its_teams_are_however_many_stand_between() -> None:
    teams = [record("department", f"t-{n}", parent=f"t-{n + 1}" if n < 2_000 else None) for n in range(2_001)]
    case = two().with_records("department", tuple(teams))
    held = record("involvements", "i", person="eva", team="t-0")
    reach = scopes(case.with_records("involvements", (*case.involvements, held)), ("eva", "jon"))
    assert {reach["department", team.id] for team in teams} == {Scope(frozenset({"eva"}), every=False)}


def test_one_child_alone_takes_the_family_that_is_that_childs() -> None:
    eva = only(whole(), {"child-1"})
    assert ids(eva) >= {"eva", "mum", "bob", "home-eva", "bob-eva", "e-bob", "e-mum", "h-ada", "p-one"}
    assert ids(eva).isdisjoint(
        {"jon", "cal", "far", "home-jon", "eva-jon", "bob-cal", "c", "e-cal", "e-far", "h-cal", "h-idle", "p-two"}
    )
    assert [child.reference for child in eva.children] == ["child-1"]
    assert {entry.child for entry in eva.statement} == {"child-1"}


def test_no_byte_of_it_tells_of_another_child() -> None:
    content = b"".join(part.content for part in parts(only(whole(), {"child-2"})))
    assert not [word for word in (b"Eva", b'"eva"', b"bob", b"home-eva", b"p-one", b"child-1") if word in content]
    assert b"Jon" in content


def test_what_was_copied_from_another_child_says_so_only_where_both_go() -> None:
    jon = only(whole(), {"child-2"})
    assert [row.provenance.copied_person for row in jon.records.address] == [None]
    assert {row.provenance.copied_person for row in only(whole(), {"child-1", "child-2"}).records.address} == {
        None,
        "eva",
    }


def test_documents_and_reduced_values_go_with_their_child() -> None:
    rows = [paper(f"doc-{who}", who.encode(), person=who) for who in ("eva", "jon")]
    case = two().with_records("documents", tuple(row for row, _ in rows))
    values = tuple(
        ReducedValue(table="person", record=who, field="date_of_death", transform="year-only", value="2026")
        for who in ("eva", "jon")
    )
    contents = {key: content for _, found in rows for key, content in found.items()}
    eva = only(package(case, "eva", "jon", contents=contents, reduced=values), {"child-1"})
    assert [found.record for found in eva.papers] == ["doc-eva"]
    assert [value.record for value in eva.reduced] == ["eva"]


@pytest.mark.parametrize("number", range(1, 9))
def test_what_is_left_is_a_package_too(number: int) -> None:
    found = package(made_up(number, 2, TODAY))
    for child in found.children:
        alone = only(found, {child.reference})
        assert read(parts(alone)) == alone


def test_all_of_them_are_the_package_itself() -> None:
    found = whole()
    assert only(found, {"child-1", "child-2"}) is found


@pytest.mark.parametrize("children", [set(), {"child-3"}, {"child-1", "child-3"}])
def test_children_whom_the_package_does_not_have_are_refused(children: set[str]) -> None:
    with pytest.raises(Rejected, match="does not have these children"):
        only(whole(), children)


def test_the_statement_of_what_is_left_still_holds() -> None:
    alone = only(whole(), {"child-1"})
    before = {entry.element: entry for entry in whole().statement if entry.child == "child-1"}
    after = {entry.element: entry for entry in alone.statement}
    assert before.keys() == after.keys()
    assert (before["E14"].status, after["E14"].status) == (Status.INCLUDED, Status.WITHHELD)
    assert (before["E12"].reasons, after["E12"].reasons) == ((), (Why.IN_PART,))
    assert before["E35"] == after["E35"]
    assert read(parts(alone)).statement == alone.statement


def test_what_goes_alone_is_marked_by_who_is_in_it() -> None:
    found = whole()
    marked = replace(found, children=(found.children[0].model_copy(update={"restriction": ("X2",)}), found.children[1]))
    assert marked.restriction == ("X2",)
    assert only(marked, {"child-2"}).restriction == ()
    assert only(marked, {"child-1"}).restriction == ("X2",)
