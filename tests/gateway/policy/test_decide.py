"""Golden cases of the decision: each ground on which it says no, each rule that it weighs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from case_family import record
from gateway.policy.agreement import Role
from gateway.policy.compiled import compile_agreement
from gateway.policy.decide import decide
from gateway.policy.decision import Outcome, Reason
from gateway.policy.facts import facts
from gateway.policy.request import Place, Release
from policy_cases import (
    DUTY,
    EAST,
    HEAD,
    MANAGER,
    NORTH,
    S47,
    SOUTH,
    TODAY,
    agreement,
    answer,
    compiled,
    household,
    item,
    request,
)
from schemas.errors import Rejected

WHO = item("who", "E01", "E02", "E06")
CASE = household()
DUTY_TO_SHARE = "LG-CA04-16LA"


@pytest.mark.parametrize(
    ("rules", "asked", "code"),
    [
        ({"status": "draft"}, {}, "status"),
        ({"status": "approved"}, {}, "status"),
        ({"status": "suspended"}, {}, "status"),
        ({"status": "ended"}, {}, "status"),
        ({"valid_from": "2026-11-03"}, {}, "validity"),
        ({"valid_to": "2026-11-01", "review_by": "2026-11-01"}, {}, "validity"),
        ({}, {"sender": "urn:ics:org:ods:X99"}, "party"),
        ({}, {"sender": SOUTH, "recipient": NORTH}, "direction"),
        ({}, {"recipient": EAST}, "direction"),
        ({}, {"process": "P99"}, "process"),
        ({}, {"step": "parcel"}, "process"),
        ({}, {"purpose": "curiosity"}, "purpose"),
        ({}, {"process": "P3"}, "purpose"),
        ({}, {"gateways": ()}, "gateway"),
        ({}, {"gateways": (S47, "LG-CA04-16H")}, "gateway"),
        ({}, {"gateways": ("LG-CA89-17",)}, "gateway"),
        ({}, {"gateways": (DUTY_TO_SHARE,)}, "gateway"),
        ({"items": [item("other", "E01", steps=["notice"])]}, {}, "nothing"),
        ({"subjects": {"child": ["E40"]}}, {}, "nothing"),
    ],
)
def test_grounds_to_say_no(rules: dict[str, Any], asked: dict[str, Any], code: str) -> None:
    found = answer(compiled(WHO, **rules), CASE, "eva", **asked)
    assert found.outcome is Outcome.DENY
    assert code in {finding.code for finding in found.findings}
    assert found.grants == ()
    assert f"gateway:{code}" in found.rules


@pytest.mark.parametrize(
    "rules",
    [
        {"valid_from": "2026-11-02"},
        {"valid_to": "2026-11-02", "review_by": "2026-11-02"},
    ],
)
def test_the_first_and_the_last_day_are_days_of_the_agreement(rules: dict[str, Any]) -> None:
    assert answer(compiled(WHO, **rules), CASE, "eva").outcome is Outcome.MASK


def test_the_day_is_that_of_england() -> None:
    rules = compiled(WHO, valid_to="2026-07-01", review_by="2026-07-01")
    night = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert decide(rules, replace(request(CASE, "eva"), at=night)).findings[0].code == "validity"
    assert decide(rules, replace(request(CASE, "eva"), at=night.replace(hour=22))).outcome is Outcome.MASK


def test_the_duty_to_share_counts_from_its_commencement() -> None:
    for day, outcome in ((date(2026, 11, 2), Outcome.MASK), (date(2026, 11, 3), Outcome.DENY)):
        rules = compile_agreement(agreement(WHO), {DUTY_TO_SHARE: day})
        assert answer(rules, CASE, "eva", gateways=(DUTY_TO_SHARE,)).outcome is outcome


@pytest.mark.parametrize(
    ("emergency", "gateways", "reason", "outcome", "code"),
    [
        (["P1"], (S47,), "Child at risk tonight.", Outcome.MASK, None),
        (["P1"], (S47,), " ", Outcome.DENY, "break-glass"),
        ([], (S47,), "Child at risk tonight.", Outcome.DENY, "validity"),
        (["P2"], (S47,), "Child at risk tonight.", Outcome.DENY, "validity"),
        (["P1"], (DUTY_TO_SHARE,), "Child at risk tonight.", Outcome.DENY, "validity"),
    ],
)
def test_after_the_end_only_a_statutory_emergency_with_a_reason(
    emergency: list[str], gateways: tuple[str, ...], reason: str, outcome: Outcome, code: str | None
) -> None:
    old = agreement(WHO, valid_to="2026-10-31", review_by="2026-10-31", emergency=emergency)
    rules = compile_agreement(old, {DUTY_TO_SHARE: date(2026, 1, 1)})
    found = answer(rules, CASE, "eva", gateways=gateways, break_glass=reason)
    assert found.outcome is outcome
    assert code is None or code in {finding.code for finding in found.findings}


def test_a_suspension_holds_in_an_emergency_too() -> None:
    rules = compiled(WHO, status="suspended", emergency=["P1"], valid_to="2026-10-31", review_by="2026-10-31")
    assert answer(rules, CASE, "eva", break_glass="Now.").findings[0].code == "status"


def test_nothing_by_default() -> None:
    found = answer(compiled(item("who", "person.forename")), CASE, "eva")
    assert found.allowed_fields == {"person.forename"}
    why = {(held.person, held.field): held.reason for held in found.withheld}
    assert why["eva", "person.surname"] is Reason.NOT_ALLOWED


def test_what_the_step_does_not_carry_is_not_allowed_by_any_rule() -> None:
    rules = compiled(item("all", "*", text=["PLAN"]))
    assert "cp_plans.content" in answer(rules, CASE, "eva").allowed_fields
    assert "cla_convictions.offence_date" not in answer(rules, CASE, "eva").allowed_fields
    assert "cp_plans.content" not in answer(rules, CASE, "eva", step="decision").allowed_fields
    assert not any(name.startswith("documents.") for name in answer(rules, CASE, "eva", step="decision").allowed_fields)


def test_an_element_that_is_sent_when_asked_for() -> None:
    rules = compiled(item("all", "E08", "E01", processes=["P12"]))
    asked: dict[str, Any] = {"process": "P12", "step": "answer"}
    assert "person.religion" not in answer(rules, CASE, "eva", **asked).allowed_fields
    asked["asked"] = frozenset({"E08"})
    assert "person.religion" in answer(rules, CASE, "eva", **asked).allowed_fields


@pytest.mark.parametrize("need", ["may", "must"])
def test_a_rule_that_forbids_wins(need: str) -> None:
    found = answer(
        compiled(item("all", "E02", "E01", need=need), item("no", "person.date_of_birth", need="never")), CASE, "eva"
    )
    held = next(item for item in found.withheld if (item.person, item.field) == ("eva", "person.date_of_birth"))
    assert (held.reason, held.rule) == (Reason.NEVER, "no")
    assert "no" in found.rules


def test_only_a_rule_that_names_it_goes_before_one_that_forbids() -> None:
    no = item("no", "person.*", need="never")
    held = {
        (found.person, found.field)
        for found in answer(compiled(no, WHO, item("yes", "person.sex", overrides=["no"])), CASE, "eva").withheld
    }
    assert ("eva", "person.sex") not in held
    assert ("eva", "person.forename") in held
    two = compiled(
        no, item("nor", "person.sex", "person.kind", need="never"), WHO, item("yes", "person.sex", overrides=["no"])
    )
    assert ("eva", "person.sex") in {(found.person, found.field) for found in answer(two, CASE, "eva").withheld}


@pytest.mark.parametrize(
    ("when", "counts"),
    [
        ({}, True),
        ({"youngest": 12}, True),
        ({"youngest": 13}, False),
        ({"oldest": 12}, True),
        ({"oldest": 11}, False),
        ({"status": ["CHILD_PROTECTION"]}, True),
        ({"status": ["LOOKED_AFTER", "CARE_LEAVER"]}, False),
        ({"restrictions": ["X1"]}, False),
        ({"not_restrictions": ["X1"]}, True),
    ],
)
def test_conditions(when: dict[str, Any], counts: bool) -> None:  # a column of the table
    found = answer(compiled(WHO, item("sex", "E03", when=when)), CASE, "eva")
    grant = found.grant("eva")
    assert grant is not None
    assert ("person.sex" in {allowed.field for allowed in grant.allowed}) is counts
    barred = answer(compiled(WHO, item("sex", "E03"), item("no", "E03", need="never", when=when)), CASE, "eva")
    assert any(held.reason is Reason.NEVER and held.person == "eva" for held in barred.withheld) is counts


def test_an_unknown_age_meets_no_condition_but_one_that_forbids() -> None:
    unborn = household(person=[record("person", "baby", kind="UNBORN")])
    allow = answer(compiled(WHO, item("sex", "E03", when={"oldest": 17})), unborn, "baby")
    assert "person.sex" not in {item.field for item in allow.grants[4].allowed}
    barred = answer(compiled(WHO, item("no", "E02", need="never", when={"youngest": 10})), unborn, "baby")
    assert Reason.NEVER in {held.reason for held in barred.withheld if held.person == "baby"}


def test_the_most_that_is_told_of_each() -> None:
    limits = {"child": ["*"], "sibling": ["person.forename"], "parent": ["E01"]}
    found = answer(compiled(WHO, subjects=limits), CASE, "eva")
    told = {grant.role: {item.field for item in grant.allowed} for grant in found.grants if grant.person}
    assert told[Role.SIBLING] == {"person.forename"}
    assert "person.date_of_birth" in told[Role.CHILD]
    assert told[Role.PARENT] == {"person.kind", "person.forename", "person.surname"} | {
        f"names.{name}" for name in ("kind", "forename", "surname", "start_date", "end_date")
    }


def test_free_text_goes_where_its_category_is_named() -> None:
    assert (
        "cp_plans.content"
        not in answer(compiled(WHO, item("plan", "E24", "cp_plans.content")), CASE, "eva").allowed_fields
    )
    held = answer(compiled(WHO, item("plan", "E24", text=["EVENT"])), CASE, "eva").withheld
    assert Reason.TEXT in {found.reason for found in held if found.field == "cp_plans.content"}
    assert "cp_plans.content" in answer(compiled(WHO, item("plan", "E24", text=["PLAN"])), CASE, "eva").allowed_fields


def restricted(restriction: str, person: str = "eva", **more: Any) -> Any:  # any record
    return household(restrictions=[record("restrictions", "r1", person=person, restriction=restriction, **more)])


@pytest.mark.parametrize("restriction", ["X1", "X2", "X4"])
def test_a_restricted_record_needs_another_person(restriction: str) -> None:
    rules, case, access = compiled(WHO), restricted(restriction), frozenset({"eva"})
    alone = answer(rules, case, "eva", access=access)
    assert (alone.outcome, alone.findings[0].code) == (Outcome.NEEDS_APPROVAL, "approval")
    assert answer(rules, case, "eva", access=access, approvals=(DUTY,)).outcome is Outcome.NEEDS_APPROVAL
    assert answer(rules, case, "eva", access=access, approvals=(MANAGER,)).outcome is Outcome.MASK


def test_an_adoption_needs_two_other_people() -> None:
    rules, case = compiled(WHO, restrictions={"X3": "approval"}), restricted("X3")
    assert answer(rules, case, "eva", approvals=(MANAGER, MANAGER)).outcome is Outcome.NEEDS_APPROVAL
    assert answer(rules, case, "eva", approvals=(MANAGER, HEAD)).outcome is Outcome.MASK
    assert answer(rules, case, "eva", "jon", approvals=(MANAGER, HEAD)).findings[0].code == "adoption"
    assert answer(compiled(WHO), case, "eva", approvals=(MANAGER, HEAD)).findings[0].code == "restriction"


@pytest.mark.parametrize("restriction", ["X1", "X2", "X3", "X4"])
def test_a_class_that_stops(restriction: str) -> None:
    rules = compiled(WHO, restrictions={restriction: "stop"})
    people = {"approvals": (MANAGER, HEAD), "access": frozenset({"eva"})}
    assert answer(rules, restricted(restriction), "eva", **people).findings[0].code == "restriction"
    beside = answer(rules, restricted(restriction, "jon"), "eva", **people)
    assert beside.outcome is Outcome.MASK
    assert beside.grant("jon") is None


def test_a_class_with_rules_of_its_own() -> None:
    rules = compiled(WHO, item("x1", "E01", when={"restrictions": ["X1"]}), restrictions={"X1": "bilateral"})
    found = answer(rules, restricted("X1"), "eva")
    grant = found.grant("eva")
    assert grant is not None
    assert {allowed.rule for allowed in grant.allowed} == {"x1"}
    assert "person.date_of_birth" not in {allowed.field for allowed in grant.allowed}


def test_access_by_person() -> None:
    rules, case = compiled(WHO), restricted("X4")
    assert answer(rules, case, "eva", approvals=(MANAGER,)).findings[0].code == "access"
    beside = answer(rules, restricted("X4", "jon"), "eva")
    assert beside.grant("jon") is None
    assert [held.reason for held in beside.withheld if held.person == "jon"] == [Reason.ACCESS]


def test_a_protected_child_is_not_there() -> None:
    for unknown, case in (("eva", restricted("X5")), ("nobody", CASE)):
        with pytest.raises(Rejected, match=r"^There is no such child in the case file\.$"):
            facts(case, [unknown], TODAY)
    assert [subject.person for subject in facts(restricted("X5", "jon"), ["eva"], TODAY)] == ["mum", "dad", "eva"]
    forged = replace(
        request(CASE, "eva"),
        subjects=tuple(
            replace(subject, restrictions=frozenset({"X5"})) if subject.person == "jon" else subject
            for subject in facts(CASE, ["eva"], TODAY)
        ),
    )
    assert decide(compiled(WHO), forged).findings[0].code == "subject"


def test_a_restriction_ends_on_its_last_day_and_not_at_its_review() -> None:
    cases: tuple[tuple[dict[str, Any], Outcome], ...] = (
        ({"end_date": TODAY}, Outcome.NEEDS_APPROVAL),
        ({"end_date": date(2026, 11, 1)}, Outcome.MASK),
        ({"review_date": date(2026, 1, 1)}, Outcome.NEEDS_APPROVAL),
        ({"start_date": date(2027, 1, 1)}, Outcome.NEEDS_APPROVAL),
    )
    for more, outcome in cases:
        assert answer(compiled(WHO), restricted("X1", **more), "eva").outcome is outcome


def test_a_release_is_another_persons() -> None:
    case = restricted("X2")
    release = Release("home", "eva", frozenset({Place.ADDRESS}), "Health visitor calls.", DUTY)
    people = {"approvals": (MANAGER,)}
    waiting = answer(compiled(WHO), case, "eva", releases=(release,), **people)
    assert (waiting.outcome, waiting.findings[0].code) == (Outcome.NEEDS_APPROVAL, "release")
    assert answer(compiled(WHO), case, "eva", releases=(replace(release, by=HEAD),), **people).outcome is Outcome.MASK


def test_all_of_what_the_step_carries_is_allow() -> None:
    rules = compiled(item("all", "*", text=["PLAN", "RESTRICTION"], processes=["P6"]))
    assert answer(rules, CASE, "eva", process="P6", step="alert").outcome is Outcome.ALLOW
    few = compiled(item("all", "*", text=["PLAN"], processes=["P6"]))
    assert answer(few, CASE, "eva", process="P6", step="alert").outcome is Outcome.MASK


def test_a_stand_down_carries_nothing_and_goes_where_a_rule_has_it() -> None:
    asked = {"process": "P6", "step": "stand-down"}
    found = answer(compiled(item("alert", "E01", processes=["P6"])), CASE, "eva", **asked)
    assert (found.outcome, found.allowed_fields) == (Outcome.ALLOW, frozenset())
    other = compiled(item("alert", "E01", processes=["P6"], steps=["alert"]))
    assert answer(other, CASE, "eva", **asked).findings[0].code == "nothing"


def test_the_same_question_has_the_same_answer() -> None:
    rules = compiled(WHO)
    one, two = answer(rules, CASE, "eva"), answer(compiled(WHO), household(), "eva")
    assert one == two
    assert one.id.version == 8
    others = {
        answer(rules, CASE, "jon").id,
        answer(rules, CASE, "eva", purpose="x").id,
        answer(compiled(WHO, item("b", "E03")), CASE, "eva").id,
    }
    assert len(others | {one.id}) == 4
