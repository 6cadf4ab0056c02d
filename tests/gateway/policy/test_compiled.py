"""Compiling: the artefact's version, and what cannot be compiled."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gateway.policy.agreement import Transform
from gateway.policy.compiled import compile_agreement, read_artefact
from gateway.policy.texts import CATEGORIES, CATEGORY_OF, narratives
from gateway.policy.transforms import fits, reduced, strictest
from policy_cases import EAST, NORTH, agreement, compiled, item
from schemas.case.tables import fields
from schemas.errors import Misconfigured


def test_the_version_is_that_of_all_it_decides_by() -> None:
    one = compiled(item("who", "E01"))
    assert one.version == compiled(item("who", "E01")).version
    versions = {
        one.version,
        compiled(item("who", "E02")).version,
        compiled(item("who", "E01"), onward="forbidden").version,
        compiled(item("who", "E01"), restrictions={"X1": "stop"}).version,
        compile_agreement(agreement(item("who", "E01")), {"LG-CA04-16LA": date(2026, 9, 1)}).version,
    }
    assert len(versions) == 5


def test_an_artefact_is_read_back_whole_or_not_at_all() -> None:
    made = compile_agreement(agreement(item("who", "E01", "E13")), {"LG-CA04-16LA": date(2026, 9, 1)})
    assert read_artefact(made.content, made.version) == made
    with pytest.raises(Misconfigured, match="is not what its version says"):
        read_artefact(made.content.replace(b"E13", b"E14"), made.version)
    with pytest.raises(Misconfigured, match="is not what its version says"):
        read_artefact(made.content, compiled(item("who", "E01")).version)


def test_a_compiled_rule_cannot_be_changed() -> None:
    rule = compiled(item("who", "E01")).rules[0]
    with pytest.raises(TypeError):
        rule.fields["person.upn"] = frozenset()  # type: ignore[index]  # that it cannot is the point


@pytest.mark.parametrize(
    ("items", "more", "told"),
    [
        ([item("r", "person.forname")], {}, "rule r: person.forname is no field"),
        ([item("r", "person.id")], {}, "rule r: person.id is no field"),
        ([item("r", "E01"), item("r", "E02")], {}, "Two rules have one id"),
        ([item("r", "E01", processes=["P99"])], {}, "There is no process P99"),
        ([item("r", "E01", steps=["packs"])], {}, "The process P1 has no step packs"),
        ([item("r", "cla_convictions.offence")], {}, "Rule r: its processes carry none of its fields"),
        ([item("r", "E28", text=["GOSSIP"])], {}, "Rule r: GOSSIP is no category of text"),
        ([item("r", "E38", documents=["PLANS"])], {}, "Rule r: PLANS is no kind of document"),
        ([item("r", "person.sex", transform="masked")], {}, "Rule r: person.sex cannot go as masked"),
        ([item("r", "person.forename", transform="year-only")], {}, "Rule r: person.forename cannot go as year-only"),
        ([item("r", "relationships.kind", transform="yes-no")], {}, "Rule r: relationships.kind cannot go as yes-no"),
        ([item("n", "E02", need="never", transform="yes-no")], {}, "Rule n: what never goes has no form"),
        ([item("r", "E02", overrides=["x"])], {}, "Rule r overrides x, which is no rule that forbids"),
        ([item("r", "E02", overrides=["r"])], {}, "Rule r overrides r, which is no rule that forbids"),
        (
            [item("n", "person.upn", need="never"), item("r", "E01", overrides=["n"])],
            {},
            "Rule r is no more specific than n, which it overrides",
        ),
        (
            [item("n", "E01", need="never"), item("r", "E01", overrides=["n"])],
            {},
            "Rule r is no more specific than n, which it overrides",
        ),
        ([item("r", "E01")], {"directions": [{"sender": NORTH, "recipient": NORTH}]}, "A direction is not between two"),
        ([item("r", "E01")], {"emergency": ["P3"]}, "Process P3 is no statutory emergency"),
        (
            [item("r", "E01")],
            {"lawful_basis": {"article_6": ["x"], "gateways": ["LG-CA89-17"]}},
            "No legal gateway of the agreement is one of process P1",
        ),
        (
            [item("r", "E01")],
            {"lawful_basis": {"article_6": ["x"], "gateways": ["LG-X"]}},
            "There is no legal gateway LG-X",
        ),
        (
            [item("r", "E01"), item("p", "E01", processes=["P3"])],
            {"purposes": [{"code": "move", "text": "x", "processes": ["P1"]}]},
            "Rule p: no purpose has process P3",
        ),
        (
            [item("r", "E01")],
            {"parties": [{"organisation": code, "controller": "joint"} for code in (NORTH, EAST)]},
            "A direction is not between two of the parties",
        ),
        ([item("r", "E01")], {"subjects": {"parent": ["E99"]}}, "subjects parent: E99 is no field"),
    ],
)
def test_a_slip_is_no_narrower_agreement(items: list[dict[str, Any]], more: dict[str, Any], told: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        compiled(*items, **more)
    assert told in refusal.value.message


def test_every_narrative_has_one_category() -> None:
    assert narratives() <= CATEGORY_OF.keys() <= fields().keys()
    assert len(CATEGORY_OF) == sum(map(len, CATEGORIES.values()))


@pytest.mark.parametrize(
    ("transform", "value", "told"),
    [
        (Transform.YEAR, date(2014, 3, 3), "2014"),
        (Transform.AREA, "ZZ99 3CZ", "ZZ99"),
        (Transform.MASKED, "9434765919", "*******919"),
        (Transform.MASKED, "12345", "*****"),
        (Transform.YES_NO, "anything", "yes"),
        (Transform.YES_NO, False, "no"),
        (Transform.YES_NO, 0, "yes"),
    ],
)
def test_a_value_in_less(transform: Transform, value: object, told: str) -> None:
    assert reduced(transform, value) == told


def test_forms_and_fields() -> None:
    assert strictest(Transform.AREA, Transform.FULL) is Transform.AREA
    assert strictest(Transform.YEAR, Transform.YES_NO) is Transform.YES_NO
    assert fits(Transform.AREA, "cla_placement.postcode")
    assert not fits(Transform.AREA, "person.upn")
    assert not fits(Transform.MASKED, "cp_plans.content")
    assert not fits(Transform.MASKED, "address.lines")
