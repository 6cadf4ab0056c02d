"""The second question, when sealing: only the same answer binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from case_family import record
from gateway.itp.manifest import Terms
from gateway.policy.confirm import confirmed
from gateway.policy.decision import Outcome
from gateway.policy.mask import masked
from policy_cases import NOON, answer, compiled, household, item
from schemas.errors import Held

WHO = item("who", "E01")
AGAIN = "The agreement no longer gives the same answer"


def test_the_same_answer_binds() -> None:
    rules, case = compiled(WHO), household()
    found = answer(rules, case, "eva")
    assert confirmed(rules, case, found, NOON + timedelta(hours=2)) == masked(case, found)
    assert found.reference == f"{found.id}:{rules.version}"
    assert Terms.model_fields["policy_decision_id"].annotation is str
    assert len(found.reference) <= 128


def test_another_answer_does_not() -> None:
    rules, case = compiled(WHO), household()
    found = answer(rules, case, "eva")
    with pytest.raises(Held, match=AGAIN):
        confirmed(compiled(WHO, status="suspended"), case, found, NOON)
    with pytest.raises(Held, match=AGAIN):
        confirmed(compiled(WHO, item("more", "E02")), case, found, NOON)
    with pytest.raises(Held, match=AGAIN):
        confirmed(rules, case, found, NOON + timedelta(days=600))
    with pytest.raises(Held, match=AGAIN):
        confirmed(rules, case, replace(found, outcome=Outcome.ALLOW), NOON)


def test_records_that_changed_since() -> None:
    rules = compiled(WHO)
    found = answer(rules, household(), "eva")
    later = household(
        restrictions=[record("restrictions", "r", person="eva", restriction="X1", start_date=date(2026, 11, 2))]
    )
    with pytest.raises(Held, match="The records have changed since the decision"):
        confirmed(rules, later, found, NOON)
