"""The receiver's check of label and manifest: which code, in which words."""

from __future__ import annotations

from typing import Any, cast

import pytest

from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Organisation
from gateway.itp.label import Label
from gateway.itp.manifest import Manifest, Part, Restriction
from gateway.policy.receiver import receiver_policy
from policy_cases import EAST, NOON, NORTH, S47, SOUTH, compiled, item

RULES = compiled(item("who", "E01"), restrictions={"X3": "stop", "X2": "approval"})
SCHEMAS = {"case": frozenset({"1"})}


def manifest(**more: Any) -> Manifest:
    told: dict[str, Any] = {
        "process": "P1",
        "process_version": "1",
        "step": "pack",
        "purpose": "move",
        "legal_gateways": (S47,),
        "agreement_id": "a-1",
        "agreement_version": "3",
        "restriction": Restriction.model_construct(level="X0"),
        "schema_name": "case",
        "schema_version": "1",
        "recall_of": None,
        "parts": (),
    }
    return Manifest.model_construct(**(told | more))


def label(sender: str = NORTH, recipient: str = SOUTH, **more: Any) -> Label:
    told: dict[str, Any] = {"sender": Organisation(sender), "recipient": Organisation(recipient), "created": NOON}
    return Label.model_construct(**(told | more))


def passes(told: Manifest) -> bool:
    try:
        receiver_policy([RULES], SCHEMAS)(label(), told)
    except Refused:
        return False
    return True


def test_what_the_agreement_covers_passes() -> None:
    assert passes(manifest())
    assert passes(manifest(restriction=Restriction.model_construct(level="X2")))
    assert not passes(manifest(restriction=Restriction.model_construct(level="X3")))


@pytest.mark.parametrize(
    ("more", "code", "text"),
    [
        ({"process": "P99"}, Code.SCHEMA, "We do not know this process in this version."),
        ({"process_version": "2"}, Code.SCHEMA, "We do not know this process in this version."),
        ({"step": "parcel"}, Code.SCHEMA, "We do not know this step of the process."),
        ({"schema_version": "2"}, Code.SCHEMA, "We do not read this schema in this version."),
        ({"schema_name": "other"}, Code.SCHEMA, "We do not read this schema in this version."),
        ({"agreement_id": "a-2"}, Code.POLICY, "We have no such version of such an agreement."),
        ({"agreement_version": "2"}, Code.POLICY, "We have no such version of such an agreement."),
        ({"purpose": "curiosity"}, Code.POLICY, "The agreement does not have this purpose for this process."),
        ({"process": "P3"}, Code.POLICY, "The agreement does not have this purpose for this process."),
        (
            {"legal_gateways": ("LG-CA89-17",)},
            Code.POLICY,
            "A legal gateway is named that the agreement does not have for this process.",
        ),
        ({"legal_gateways": ("LG-CA04-16LA",)}, Code.POLICY, "A legal gateway is named that is not in force."),
        (
            {"restriction": Restriction.model_construct(level="X5")},
            Code.POLICY,
            "Content of such a class is not on the gateway.",
        ),
        (
            {"restriction": Restriction.model_construct(level="X3")},
            Code.POLICY,
            "The agreement lets nothing of class X3 through.",
        ),
        (
            {"restriction": Restriction.model_construct(level="X4", handling=("X3",))},
            Code.POLICY,
            "The agreement lets nothing of class X3 through.",
        ),
        (
            {"parts": (Part.model_construct(restriction=Restriction.model_construct(level="X3")),)},
            Code.POLICY,
            "The agreement lets nothing of class X3 through.",
        ),
    ],
)
def test_what_it_does_not_is_refused(more: dict[str, Any], code: Code, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        receiver_policy([RULES], SCHEMAS)(label(), manifest(**more))
    assert (refusal.value.code, refusal.value.message) == (code, text)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"status": "suspended"}, "The agreement is suspended, not live."),
        ({"valid_to": "2026-11-01", "review_by": "2026-11-01"}, "The agreement is not in force on that day."),
        ({"valid_from": "2026-11-03"}, "The agreement is not in force on that day."),
        ({"items": [item("who", "E01", steps=["notice"])]}, "The agreement has no rule for this step."),
    ],
)
def test_an_agreement_that_is_not_in_force(rules: dict[str, Any], text: str) -> None:
    with pytest.raises(Refused) as refusal:
        receiver_policy([compiled(item("who", "E01"), **rules)], SCHEMAS)(label(), manifest())
    assert (refusal.value.code, refusal.value.message) == (Code.POLICY, text)


def test_an_emergency_and_a_recall_pass_after_the_end() -> None:
    old: dict[str, Any] = {"valid_to": "2026-11-01", "review_by": "2026-11-01"}
    receiver_policy([compiled(item("who", "E01"), emergency=["P1"], **old)], SCHEMAS)(label(), manifest())
    ended = compiled(item("who", "E01"), status="ended", **old)
    recall = cast("Any", "018f0000-0000-7000-8000-000000000000")
    receiver_policy([ended], SCHEMAS)(label(), manifest(recall_of=recall))
    with pytest.raises(Refused):
        receiver_policy([ended], SCHEMAS)(label(recipient=EAST), manifest(recall_of=recall))


def test_the_other_way_is_no_flow() -> None:
    with pytest.raises(Refused, match="The agreement has no flow in this direction"):
        receiver_policy([RULES], SCHEMAS)(label(SOUTH, NORTH), manifest())
