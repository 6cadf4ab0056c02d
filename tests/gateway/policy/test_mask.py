"""What is built from a decision: new records of allowed fields alone, and a list of what stayed and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.case.demo.families import families
from case_family import record
from gateway.policy.agreement import Transform
from gateway.policy.decision import Reason
from gateway.policy.mask import masked
from gateway.policy.view import Masked
from policy_cases import DUTY, HEAD, MANAGER, NOON, answer, compiled, household, item, rows, sent, written
from schemas.case.base import Provenance
from schemas.case.text import read_case, write_case
from schemas.errors import Held, Rejected

WHO = item("who", "E01", "E02")
DAY = date(2026, 3, 1)


def reasons(view: Masked, table: str, field: str = "") -> set[Reason]:
    return {kept.reason for kept in view.withheld if (kept.table, kept.field) == (table, field)}


def test_a_record_has_the_allowed_fields_and_no_other() -> None:
    view = sent(compiled(item("who", "person.forename", "cp_plans.start_date")), household(), "eva")
    eva = view.file.somebody("eva")
    assert (eva.forename, eva.date_of_birth, eva.kind, eva.sex) == ("Eva", None, None, None)
    assert rows(view, "cp_plans") == ["plan-eva", "plan-jon"]
    assert "Words of" not in written(view)
    assert reasons(view, "cp_plans", "content") == {Reason.NOT_ALLOWED}
    assert read_case(write_case(view.file)) == view.file


def test_it_is_a_new_file_with_its_own_name() -> None:
    case = household()
    before = write_case(case)
    view = sent(compiled(WHO), case, "eva")
    assert view.file.id == str(view.decision)
    assert case.id not in written(view)
    assert write_case(case) == before


def test_nothing_goes_on_a_denial_or_without_the_approval() -> None:
    with pytest.raises(Rejected, match="The agreement is suspended, not live"):
        sent(compiled(WHO, status="suspended"), household(), "eva")
    with pytest.raises(Held, match="An approval is missing"):
        sent(
            compiled(WHO), household(restrictions=[record("restrictions", "r", person="eva", restriction="X1")]), "eva"
        )


def test_a_decision_holds_for_the_people_it_was_made_about() -> None:
    found = answer(compiled(WHO), household(), "eva")
    later = household(restrictions=[record("restrictions", "r", person="jon", restriction="X4")])
    with pytest.raises(Held, match="The records have changed since the decision"):
        masked(later, found)


@pytest.mark.parametrize(
    ("field", "transform", "value"),
    [
        ("person.date_of_birth", "year-only", "2014"),
        ("person.forename", "masked", "***"),
        ("person.sex", "yes-no", "yes"),
    ],
)
def test_a_value_that_goes_in_less_stands_beside_the_file(field: str, transform: str, value: str) -> None:
    rules = compiled(item("less", field, transform=transform, subjects=["child"]), item("more", field))
    view = sent(rules, household(), "eva")
    assert [(found.record, found.transform, found.value) for found in view.reduced] == [
        ("eva", Transform(transform), value)
    ]
    assert getattr(view.file.somebody("eva"), field.partition(".")[2]) is None
    assert getattr(view.file.somebody("jon"), field.partition(".")[2]) is not None


def test_of_a_postcode_the_area() -> None:
    view = sent(compiled(WHO, item("area", "address.postcode", transform="area-only")), household(), "eva")
    assert {found.value for found in view.reduced} == {"ZZ99"}
    assert "1AA" not in written(view)


def test_each_kind_of_row_has_its_rules() -> None:
    case = household(
        risks=[
            record("risks", f"risk-{kind}", person="eva", kind=kind, start_date=DAY)
            for kind in ("PERPETRATOR", "ADULT", "STAFF")
        ]
    )
    assert rows(sent(compiled(WHO, item("bad", "E23")), case, "eva"), "risks") == ["risk-PERPETRATOR"]
    both = compiled(WHO, item("all", "risks.*"), item("no", "E21", need="never"))
    assert rows(sent(both, case, "eva"), "risks") == ["risk-PERPETRATOR", "risk-ADULT"]


def test_a_relationship_needs_a_rule_for_both() -> None:
    rules = compiled(WHO, item("ties", "E11"), subjects={"child": ["*"], "parent": ["E01"]})
    assert rows(sent(rules, household(), "eva"), "relationships") == []
    more = compiled(WHO, item("ties", "E11"), subjects={"child": ["*"], "parent": ["E01", "E11"]})
    assert rows(sent(more, household(), "eva"), "relationships") == ["mum-eva", "dad-eva"]


def test_somebody_who_is_left_out_is_nowhere() -> None:
    case = household(risks=[record("risks", "r", person="eva", kind="PERPETRATOR", other="dad", start_date=DAY)])
    rules = compiled(WHO, item("risk", "E23"), subjects={"child": ["*"]})
    view = sent(rules, case, "eva")
    assert [person.id for person in view.file.person] == ["eva"]
    assert view.file.risks[0].other is None
    assert '"dad"' not in written(view)


def test_what_points_to_what_is_not_sent_does_not_go() -> None:
    case = household(
        households=[record("households", "home", address="home-mum", start_date=DAY), record("households", "empty")],
        household_members=[record("household_members", "m1", person="eva", household="home", role="CHILD")],
        assessment_factors=[record("assessment_factors", "f1", person="eva", assessment="a1", factors=("1A",))],
        cin_assessments=[record("cin_assessments", "a1", person="eva", start_date=DAY)],
    )
    all_of_it = compiled(WHO, item("home", "E07", "E12", "E26"))
    view = sent(all_of_it, case, "eva")
    assert (rows(view, "households"), view.file.households[0].address) == (["home"], "home-mum")
    assert rows(view, "assessment_factors") == ["f1"]
    no_address = sent(compiled(WHO, item("home", "E12", "assessment_factors.*")), case, "eva")
    assert (rows(no_address, "households"), no_address.file.households[0].address) == (["home"], None)
    assert rows(no_address, "assessment_factors") == []
    assert reasons(no_address, "assessment_factors") == {Reason.REFERENCE}


def test_a_worker_goes_where_an_allocation_names_one() -> None:
    case = household(
        professionals=[record("professionals", f"w{n}", name="N. N.", job_title="Social worker") for n in (1, 2)],
        involvements=[record("involvements", "i", person="eva", professional="w1", start_date=DAY)],
    )
    view = sent(compiled(WHO, item("worker", "E18")), case, "eva")
    assert [(found.id, found.name, found.job_title) for found in view.file.professionals] == [
        ("w1", None, "Social worker")
    ]


def test_provenance_is_made_anew() -> None:
    told = Provenance(
        source="system a",
        record="src-1",
        recorded_at=NOON,
        recorded_by="w1",
        state="ASSERTED",
        via="message-77",
        copied_from="school-eva",
        copied_person="eva",
        copied_at=NOON,
        copied_by="w2",
        decided_at=NOON,
        decided_by="w3",
    )
    copied = household().education[1].model_copy(update={"provenance": told})
    case = household().with_records("education", (household().education[0], copied))
    both = sent(compiled(WHO, item("school", "E32")), case, "eva").file.education[1].provenance
    assert (both.copied_from, both.via, both.decided_by) == ("school-eva", None, None)
    alone = sent(compiled(WHO, item("school", "E32"), subjects={"child": ["*"]}), case, "jon").file.education[0]
    assert (alone.provenance.copied_from, alone.provenance.copied_person, alone.provenance.copied_by) == (
        None,
        None,
        None,
    )


def paper(identifier: str, **values: Any) -> Any:  # any record
    told = {"kind": "PLAN", "name": f"Paper {identifier}", "released": True, "third_party": False} | values
    return record("documents", identifier, person="eva", **told)


def test_documents() -> None:
    case = household(
        documents=[
            paper("good"),
            paper("other", kind="COURT"),
            paper("unread", released=None),
            paper("of-others", third_party=True),
            paper("unknown", third_party=None),
            paper("sensitive", restriction="X1"),
            paper("hidden", restriction="X2"),
            paper("secret", restriction="X5"),
        ]
    )
    plans = item("papers", "E38", documents=["PLAN"])
    assert rows(sent(compiled(WHO, plans), case, "eva"), "documents") == ["good"]
    assert rows(sent(compiled(WHO, item("papers", "E38")), case, "eva"), "documents") == []
    others = compiled(WHO, plans | {"third_party": True})
    assert rows(sent(others, case, "eva"), "documents") == ["good", "of-others", "unknown"]
    ticks = frozenset({"documents/sensitive", "documents/hidden", "documents/secret", "documents/unread"})
    assert rows(sent(compiled(WHO, plans), case, "eva", ticks=ticks), "documents") == ["good", "sensitive"]


def test_sensitive_records_need_a_tick() -> None:
    case = household(restrictions=[record("restrictions", "r", person="eva", restriction="X1")])
    rules = compiled(WHO, item("plan", "E16", "E24", text=["PLAN"]))
    people = {"approvals": (MANAGER,)}
    view = sent(rules, case, "eva", **people)
    assert [(plan.initial_category, plan.content) for plan in view.file.cp_plans] == [
        (None, None),
        ("NEG", "Words of jon."),
    ]
    assert reasons(view, "cp_plans", "initial_category") == {Reason.TICK}
    named = sent(rules, case, "eva", ticks=frozenset({"eva"}), **people).file.cp_plans[0]
    assert (named.initial_category, named.content) == ("NEG", None)
    read = sent(rules, case, "eva", ticks=frozenset({"cp_plans/plan-eva"}), **people).file.cp_plans[0]
    assert (read.initial_category, read.content) == ("NEG", "Words of eva.")


def test_an_alert_gives_the_last_address_alone() -> None:
    older = record("address", "old", person="eva", lines=("9 Gone Road",), start_date=date(2020, 1, 1), end_date=DAY)
    rules = compiled(item("who", "E01", "E07", processes=["P1", "P6"]))
    assert rows(sent(rules, household(address=[older]), "eva"), "address") == [
        "home-mum",
        "home-eva",
        "home-jon",
        "old",
    ]
    alert = sent(rules, household(address=[older]), "eva", process="P6", step="alert")
    assert rows(alert, "address") == ["home-mum", "home-eva", "home-jon"]
    assert reasons(alert, "address") == {Reason.LAST_ONLY}


def test_what_is_demanded_and_missing() -> None:
    rules = compiled(item("must", "E01", "E04", "E15", need="must"), item("no", "person.nhs_number", need="never"))
    numbered = household().somebody("eva").model_copy(update={"nhs_number": "9434765919"})
    case = household().with_records("person", tuple(numbered if p.id == "eva" else p for p in household().person))
    found = {(miss.person, miss.name): miss.withheld for miss in sent(rules, case, "eva").missing}
    assert found == {("eva", "E04"): True, ("eva", "E15"): False}


def test_an_adopted_child_goes_without_a_link() -> None:
    adopted = household(
        restrictions=[record("restrictions", "r", person="eva", restriction="X3")],
        names=[
            record("names", "now", person="eva", kind="CURRENT", forename="Eva"),
            record("names", "then", person="eva", kind="BIRTH", forename="Formerlina"),
        ],
        linked_identifiers=[
            record("linked_identifiers", "old", person="eva", kind="NHS_NUMBER", value="9990000018"),
            record("linked_identifiers", "raa", person="eva", kind="RAA", value="RAA-1"),
        ],
        permanence=[record("permanence", "perm", person="eva", order_date=DAY)],
        family=[record("family", f"fam-{who}", person=who, family="f1") for who in ("eva", "jon")],
    )
    rules = compiled(item("all", "*", processes=["P1", "P10"]), restrictions={"X3": "approval"})
    people = {"approvals": (MANAGER, HEAD)}
    view = sent(rules, adopted, "eva", **people)
    assert [person.id for person in view.file.person] == ["eva"]
    assert (rows(view, "names"), rows(view, "family"), rows(view, "relationships")) == (["now"], [], [])
    ticks = frozenset({f"{table}/{row.id}" for table, row in adopted.records()} | {"mum"})
    record_of = sent(rules, adopted, "eva", process="P10", step="record", gateways=("LG-ACA02",), ticks=ticks, **people)
    assert (rows(record_of, "permanence"), rows(record_of, "linked_identifiers")) == (["perm"], ["raa"])
    assert [person.id for person in record_of.file.person] == ["mum", "eva"]
    assert "Formerlina" not in written(record_of)
    assert "9990000018" not in written(record_of)
    beside = sent(rules, adopted, "jon")
    assert "eva" not in {person.id for person in beside.file.person}
    assert '"eva"' not in written(beside)


def test_of_a_process_without_a_list_only_what_a_person_names_goes() -> None:
    rules = compiled(item("all", "*", processes=["P10"]))
    asked = {"process": "P10", "step": "record", "gateways": ("LG-ACA02",)}
    view = sent(rules, household(), "eva", **asked)
    assert {table for table, found in view.file.tables() if found} == {"person"}
    assert [person.id for person in view.file.person] == ["eva"]
    named = sent(rules, household(), "eva", ticks=frozenset({"cp_plans/plan-eva"}), **asked)
    assert rows(named, "cp_plans") == ["plan-eva"]


def test_a_protected_child_leaves_no_trace() -> None:
    without = household(
        events=[record("events", "e1", person="eva", happened_on=DAY, summary="Eva was ill.")],
        households=[record("households", "home", start_date=DAY)],
        household_members=[record("household_members", "m1", person="eva", household="home", role="CHILD")],
        contact_arrangements=[record("contact_arrangements", "c1", person="eva", other="dad", rule="ALLOWED")],
    )
    child = record("person", "zoe", kind="CHILD", forename="Zoe", date_of_birth=date(2015, 5, 5))
    added = {
        "person": [child],
        "relationships": [record("relationships", "mum-zoe", person="mum", other="zoe", kind="MOTHER")],
        "restrictions": [record("restrictions", "x5", person="zoe", restriction="X5")],
        "address": [record("address", "home-zoe", person="zoe", lines=("3 Safe Road",))],
        "households": [record("households", "safe", address="home-zoe", start_date=DAY)],
        "household_members": [
            record("household_members", "m2", person="zoe", household="home", role="CHILD"),
            record("household_members", "m3", person="zoe", household="safe", role="CHILD"),
        ],
        "contact_arrangements": [record("contact_arrangements", "c2", person="eva", other="zoe", rule="PROHIBITED")],
        "risks": [record("risks", "r2", person="eva", kind="ADULT", other="zoe", start_date=DAY)],
        "awareness": [record("awareness", "a2", person="mum", about="zoe", answer="NOT_TOLD")],
        "documents": [
            record("documents", "d2", person="zoe", kind="PLAN", name="Plan", released=True, third_party=False)
        ],
    }
    case = without
    for table, more in added.items():
        case = case.with_records(table, (*dict(case.tables())[table], *more))
    rules = compiled(item("all", "*", text=["PLAN", "EVENT"], documents=["PLAN"]))
    assert answer(rules, case, "eva") == answer(rules, without, "eva")
    assert sent(rules, case, "eva") == sent(rules, without, "eva")
    telling = case.with_records(
        "events", (record("events", "e1", person="eva", happened_on=DAY, summary="Eva met ZOE in town."),)
    )
    assert "zoe" not in written(sent(rules, telling, "eva")).casefold()


@pytest.mark.parametrize("seed", range(4))
def test_made_up_families_go_and_come_back(seed: int) -> None:
    rules = compiled(item("all", "*", text=["PLAN", "EVENT", "RISK", "CONCERN", "ASSESSMENT"]))
    for case in families(4, seed, date(2026, 11, 1)):
        view = sent(rules, case, case.children[0].id, approvals=(MANAGER,), requester=DUTY)
        assert read_case(write_case(view.file)) == view.file
        assert not replace(view).released
