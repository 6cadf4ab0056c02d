"""What the rules look at in somebody: role, age, status, restrictions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from case_family import family, record
from gateway.policy.agreement import Role
from gateway.policy.facts import facts
from policy_cases import TODAY


def test_roles() -> None:
    case = family(
        person=[record("person", "gran", kind="ADULT"), record("person", "ann", kind="ADULT")],
        relationships=[
            record("relationships", "a", person="ann", other="eva", kind="CARER", parental_responsibility="ORDER"),
            record(
                "relationships", "g", person="gran", other="eva", kind="GRANDPARENT", parental_responsibility="NONE"
            ),
        ],
    )
    assert {subject.person: subject.role for subject in facts(case, ["eva"], TODAY)} == {
        "mum": Role.PARENT,
        "dad": Role.PARENT,
        "ann": Role.PARENT,
        "gran": Role.ADULT,
        "eva": Role.CHILD,
        "jon": Role.SIBLING,
    }


@pytest.mark.parametrize(("day", "age"), [(date(2026, 3, 2), 11), (date(2026, 3, 3), 12), (date(2014, 3, 2), None)])
def test_age(day: date, age: int | None) -> None:
    assert {subject.age for subject in facts(family(), ["eva"], day) if subject.person == "eva"} == {age}


@pytest.mark.parametrize(
    ("table", "values", "status"),
    [
        ("cp_plans", {"start_date": TODAY}, "CHILD_PROTECTION"),
        ("cp_plans", {"start_date": date(2026, 11, 3)}, None),
        ("cin_plans", {"end_date": TODAY}, "CHILD_IN_NEED"),
        ("cin_plans", {"end_date": date(2026, 11, 1)}, None),
        ("cla_episodes", {}, "LOOKED_AFTER"),
        ("care_leavers", {}, "CARE_LEAVER"),
    ],
)
def test_status(table: str, values: dict[str, Any], status: str | None) -> None:
    case = family(**{table: [record(table, "x", person="eva", **values)]})
    found = {subject.person: subject.statuses for subject in facts(case, ["eva"], TODAY)}
    assert found["eva"] == ({status} if status else set())
    assert found["jon"] == set()
