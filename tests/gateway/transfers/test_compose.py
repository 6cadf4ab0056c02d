"""From an agreement to a package: what is shown before, what goes, what the receiver is told of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from adapters.case.demo.moving import moving_family, papers
from adapters.transfer.documents import Outcome
from adapters.transfer.package import Package
from adapters.transfer.read import read
from adapters.transfer.statement import Status, Why
from adapters.transfer.write import parts
from case_family import record
from gateway.policy.compiled import Compiled, compile_agreement
from gateway.policy.request import Place, Release, Staff
from gateway.transfers.compose import Preview, compose, preview
from package_cases import paper
from policy_cases import HEAD, MANAGER, NOON, SOUTH, TODAY, agreement, answer, compiled, household, item
from schemas.case.record import CaseFile
from schemas.errors import Held, Rejected
from schemas.processes.registry import PROCESSES

TEXTS = ["PLAN", "EVENT", "RISK", "CONCERN", "ASSESSMENT", "CONTACT", "VOICE", "HEALTH", "MEETING", "EDUCATION"]
ALL = compiled(item("all", "*", text=TEXTS, documents=["PLAN", "CONFERENCE", "ASSESSMENT"]))
NONE: Mapping[str, bytes] = {}


@cache
def moving() -> CaseFile:
    return moving_family(1, TODAY)


def every_tick(case: CaseFile) -> frozenset[str]:
    return frozenset({f"{table}/{row.id}" for table, row in case.records()} | {person.id for person in case.person})


def made(
    case: CaseFile,
    *children: str,
    rules: Compiled = ALL,
    contents: Mapping[str, bytes] = NONE,
    authorised: Staff = HEAD,
    **asked: Any,
) -> Package:
    """Compose a package about children of a file."""
    found = answer(rules, case, *children, **({"approvals": (MANAGER,)} | asked))
    return compose(rules, case, found, contents.get, authorised=authorised, at=NOON)


def shown(case: CaseFile, *children: str, contents: Mapping[str, bytes] = NONE, **asked: Any) -> Preview:
    return preview(case, answer(ALL, case, *children, **({"approvals": (MANAGER,)} | asked)), contents.get)


def status(found: Package | Preview, element: str, child: str = "child-1") -> tuple[Status, tuple[Why, ...]]:
    (entry,) = [entry for entry in found.statement if (entry.child, entry.element) == (child, element)]
    return entry.status, entry.reasons


def demonstration() -> tuple[str, ...]:
    return tuple(child.id for child in moving().children)


def test_the_demonstration_goes_whole_and_is_read_back() -> None:
    case = moving()
    found = made(case, *demonstration(), contents=papers(), ticks=every_tick(case))
    assert read(parts(found)) == found
    assert [child.restriction for child in found.children] == [(), ("X2",), ()]
    assert found.restriction == ("X2",)
    assert len(found.papers) == 4


def test_the_head_says_what_was_decided_and_by_whom() -> None:
    case = household()
    found = made(case, "eva")
    decision = answer(ALL, case, "eva", approvals=(MANAGER,))
    assert (found.header.decision, found.header.receiver) == (decision.reference, SOUTH)
    assert (found.header.agreement_id, found.header.agreement_version) == ("a-1", "3")
    assert (found.header.authorised_role, found.header.authorised_reference) == ("head", "s3")
    assert found.header.authorised_at == found.header.composed_at == NOON


def test_the_head_keeps_the_moment_of_the_authorisation() -> None:
    case, before = household(), NOON - timedelta(hours=3)
    found = compose(ALL, case, answer(ALL, case, "eva"), NONE.get, authorised=HEAD, at=NOON, authorised_at=before)
    assert (found.header.authorised_at, found.header.composed_at) == (before, NOON)


def test_an_adoption_record_goes_only_as_far_as_somebody_named_it() -> None:
    rules = compiled(item("all", "*", processes=["P10"]))
    step = PROCESSES["P10"].steps[0].name
    gateway = PROCESSES["P10"].gateways[0]
    asked: dict[str, Any] = {"process": "P10", "step": step, "gateways": (gateway,)}
    found = made(household(), "eva", rules=rules, ticks=frozenset({"cp_plans/plan-eva"}), **asked)
    assert [row.id for table, row in found.records.records() if table != "person"] == ["plan-eva"]
    assert found.statement == ()
    assert read(parts(found)) == found


def test_the_preview_tells_what_the_receiver_will_read() -> None:
    case = moving()
    looked_at: dict[str, Any] = {"contents": papers(), "ticks": every_tick(case)}
    before, after = shown(case, *demonstration(), **looked_at), made(case, *demonstration(), **looked_at)
    assert before.statement == after.statement
    assert [row.id for row in before.view.file.documents] == [row.id for row in after.records.documents]
    assert {table for table, *_ in before.sent()} >= {"person", "cp_plans", "documents"}
    assert any("hidden place" in reason for *_, reason, _ in before.withheld())


def test_the_preview_tells_what_a_rule_demands() -> None:
    rules = compiled(item("must", "E21", need="must"), item("more", "E01"))
    found = preview(household(), answer(rules, household(), "eva"), NONE.get)
    assert list(found.demanded()) == ["Rule must demands E21 of eva: it is not recorded."]


def test_nothing_is_shown_or_composed_where_nothing_may_go() -> None:
    none = compiled(item("none", "E01", processes=["P3"]))
    denied = answer(none, household(), "eva")
    with pytest.raises(Rejected, match="lets nothing go"):
        preview(household(), denied, NONE.get)
    with pytest.raises(Rejected, match="lets nothing go"):
        compose(none, household(), denied, NONE.get, authorised=HEAD, at=NOON)


def test_an_approval_that_is_missing_holds_it() -> None:
    rules = compile_agreement(agreement(item("all", "*"), restrictions={"X1": "approval"}))
    case = household(restrictions=[record("restrictions", "x1", person="eva", restriction="X1")])
    with pytest.raises(Held, match="approval is missing"):
        preview(case, answer(rules, case, "eva"), NONE.get)


def test_whoever_asks_does_not_authorise() -> None:
    with pytest.raises(Rejected, match="Whoever asks for a transfer does not authorise it"):
        made(household(), "eva", authorised=Staff("manager", "s1"))


NO_LONGER, NEW_RECORDS = "no longer gives the same answer", "records have changed since the decision"
OTHER = household(restrictions=[record("restrictions", "x2", person="eva", restriction="X2")])


@pytest.mark.parametrize(
    ("rules", "case", "at", "sentence"),
    [
        (compiled(item("all", "E01")), household(), NOON, NO_LONGER),
        (ALL, household(), NOON + timedelta(days=800), NO_LONGER),
        (ALL, OTHER, NOON, NEW_RECORDS),
    ],
    ids=["agreement", "time", "records"],
)
def test_what_has_changed_since_the_preview_holds_it(
    rules: Compiled, case: CaseFile, at: datetime, sentence: str
) -> None:
    found = answer(ALL, household(), "eva")
    with pytest.raises(Held, match=sentence):
        compose(rules, case, found, NONE.get, authorised=HEAD, at=at)


def test_the_same_question_gives_the_same_bytes() -> None:
    assert parts(made(household(), "eva", "jon")) == parts(made(household(), "eva", "jon"))


def test_a_reduced_value_goes_beside_its_record() -> None:
    rules = compiled(item("who", "E01", "E11"), item("year", "person.date_of_birth", transform="year-only"))
    found = made(household(), "eva", rules=rules)
    assert {(value.record, value.value) for value in found.reduced} >= {("mum", "1990"), ("eva", "2014")}
    assert all(person.date_of_birth is None for person in found.records.person)
    assert status(found, "E02") == (Status.INCLUDED, (Why.REDUCED,))


def test_what_no_rule_allows_is_withheld_and_what_is_not_recorded_missing() -> None:
    rules = compiled(item("who", "E01"))
    found = made(household(), "eva", rules=rules)
    assert status(found, "E24") == (Status.WITHHELD, (Why.NOT_SHARED,))
    assert status(found, "E21") == (Status.MISSING, (Why.NOT_RECORDED,))


def test_of_a_hidden_child_the_receiver_reads_no_more_than_that_some_is_not_shared() -> None:
    found = made(moving(), *demonstration(), contents=papers())
    told = {why for entry in found.statement for why in entry.reasons}
    assert told <= {Why.IN_PART, Why.NOT_SHARED, Why.NOT_RECORDED, Why.REDUCED}
    assert status(found, "E07", "child-2") == (Status.INCLUDED, (Why.IN_PART,))


def test_of_an_adopted_sibling_the_receiver_reads_as_of_one_who_is_not_there() -> None:
    adopted = household(restrictions=[record("restrictions", "x3", person="jon", restriction="X3")])
    rules = compile_agreement(
        agreement(item("all", "*"), restrictions={"X3": "approval"}, subjects={"child": ["*"], "sibling": ["*"]})
    )
    found = made(adopted, "eva", rules=rules, approvals=(MANAGER, HEAD))
    assert [person.id for person in found.records.person] == ["eva"]
    assert status(found, "E12") == (Status.MISSING, (Why.NOT_RECORDED,))
    assert status(found, "E11") == (Status.MISSING, (Why.NOT_RECORDED,))


def test_of_a_protected_sibling_a_package_is_as_of_a_family_without_one() -> None:
    protected = household(
        restrictions=[record("restrictions", "x5", person="jon", restriction="X5")],
        relationships=[record("relationships", "tie", person="eva", other="jon", kind="SIBLING")],
    )
    found = made(protected, "eva")
    assert not [part.name for part in parts(found) if b"jon" in part.content.lower()]
    assert status(found, "E29") == (Status.INCLUDED, ())


@pytest.mark.parametrize("place", list(Place))
def test_released_places_are_a_part_of_their_own_whose_name_tells_nothing(place: Place) -> None:
    case = moving()
    hidden = case.children[1].id
    release = Release("refuge-in-hollowmark", hidden, frozenset({place}), "Needed for the visit.", HEAD)
    found = made(case, *demonstration(), ticks=every_tick(case), releases=(release,), contents=papers())
    made_parts = parts(found)
    assert not [part.name for part in made_parts if b"refuge-in" in part.content]
    telling = [part.name for part in made_parts if b"ollowmark" in part.content or b"960999" in part.content]
    assert telling == ["places-1", "places-view-1"]
    assert [places.records.id for places in found.places] == [f"{found.records.id}.1"]
    assert read(made_parts) == found


def test_an_alert_carries_no_document_and_little_else() -> None:
    rules = compiled(item("all", "*", processes=["P6"], documents=["PLAN"]))
    row, contents = paper("doc", b"Words.")
    found = made(household(documents=[row]), "eva", rules=rules, contents=contents, process="P6", step="alert")
    assert found.papers == ()
    assert {entry.element for entry in found.statement} == {
        "E01", "E02", "E03", "E04", "E07", "E12", "E16", "E18", "E20", "E36"
    }  # fmt: skip
    assert read(parts(found)) == found


def test_a_step_without_records_is_a_package_with_nobody_but_the_child() -> None:
    rules = compiled(item("all", "*", processes=["P6"]))
    found = made(household(), "eva", rules=rules, process="P6", step="stand-down")
    assert {table for table, rows in found.records.tables() if rows} == {"person"}
    assert found.statement == ()
    assert read(parts(found)) == found


def test_documents_are_looked_at_and_the_outcome_is_the_senders() -> None:
    good, contents = paper("good", b"Words.")
    lost, _ = paper("lost", b"Gone.")
    found = shown(household(documents=[good, lost]), "eva", contents=contents)
    assert {item.record: item.outcome for item in found.documents} == {"good": Outcome.SENT, "lost": Outcome.ABSENT}
    assert status(found, "E38") == (Status.INCLUDED, (Why.IN_PART,))


def test_a_hash_that_may_not_go_keeps_its_document() -> None:
    row, contents = paper("doc", b"Words.")
    rules = compiled(item("some", "E01", "documents.name", "documents.kind", documents=["PLAN"]))
    found = made(household(documents=[row]), "eva", rules=rules, contents=contents)
    assert (found.papers, [doc.id for doc in found.records.documents]) == ((), ["doc"])


def test_another_decision_about_the_same_records_has_another_name() -> None:
    one = made(household(), "eva")
    other = made(household(), "eva", requester=Staff("duty", "s9"))
    assert one.records.id != other.records.id
    assert replace(one, header=other.header) != one
