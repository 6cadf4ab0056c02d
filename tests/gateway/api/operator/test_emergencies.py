"""Break-glass: what it reaches, for how long, who is told, and who reviews it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

import operator_objects as objects
from api_calls import Clock
from gateway.alerts.listing import open_alerts
from gateway.operator import break_glass
from gateway.operator.roles import Role
from gateway.store.engine import reading
from gateway.store.models import Document, PendingEvent
from gateway.store.store import Store
from operator_rig import Rig, code, rig

FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
WORDS = "The child is with nobody tonight."


@pytest.fixture
def ben(sqlite_store: Store, tmp_path: Path) -> Rig:
    made = rig(sqlite_store, tmp_path, clock=Clock(FRIDAY))
    objects.with_agreement(made)
    return made


def opened(at: Rig, hours: int = 1) -> tuple[str, str, str]:
    """Let somebody of the south break the glass on a transfer of the north: the id, the reference, the session."""
    far = at.account("far.one", Role.DUTY, team="south")
    reference = objects.transfer(at, at.account("near.one", Role.DUTY, team="north"))
    new = {"object_id": f"transfer:{reference}", "reason": "child-at-risk", "words": WORDS, "hours": hours}
    answer = at.of(far).post("/api/break-glass", json=new)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], reference, at.tokens[far.id]


def test_it_reaches_one_object_for_its_hours_and_everybody_sees_that_it_does(ben: Rig) -> None:
    identity, reference, session = opened(ben, hours=1)
    far = ben.browser(session)
    other = objects.transfer(ben, ben.account("near.two", Role.DUTY, team="north"))
    assert far.get(f"/api/transfers/{reference}").status_code == 200
    assert code(far.get(f"/api/transfers/{other}")) == (404, "api-404-unknown")
    assert far.get("/api/me").json()["emergencies"] == [f"transfer:{reference}"]
    for _ in range(3):
        ben.clock.forward(20 * 60 - 1)
        assert far.get(f"/api/transfers/{reference}").status_code == 200
    ben.clock.forward(3)
    assert code(far.get(f"/api/transfers/{reference}")) == (404, "api-404-unknown")
    assert [(alert.code.value, alert.subject) for alert in open_alerts(ben.desk.engine)] == [("break-glass", identity)]


def test_why_is_read_by_governance_alone_and_stands_nowhere_in_clear(ben: Rig) -> None:
    identity, _, session = opened(ben)
    governance = ben.somebody(Role.GOVERNANCE)
    assert governance.get(f"/api/break-glass/{identity}").json()["words"] == WORDS
    assert ben.browser(session).get(f"/api/break-glass/{identity}").json()["words"] == WORDS
    assert "words" not in governance.get("/api/break-glass").text.replace('"words":""', "")
    with reading(ben.desk.engine) as connection:
        kept = connection.execute(select(Document.data).where(Document.kind == "reason")).scalars().all()
        events = connection.execute(select(PendingEvent.event)).scalars().all()
    assert len(kept) == 1
    assert all(WORDS.encode() not in text for text in (*kept, *events))
    assert "break-glass" in [json.loads(event)["action"] for event in events]


def test_a_review_by_somebody_else_ends_it_and_its_alerts(ben: Rig) -> None:
    identity, reference, session = opened(ben, hours=4)
    governance = ben.somebody(Role.GOVERNANCE)
    answer = governance.post(f"/api/break-glass/{identity}/review", json={"verdict": "not-justified"})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "not-justified")
    assert code(ben.browser(session).get(f"/api/transfers/{reference}")) == (404, "api-404-unknown")
    assert open_alerts(ben.desk.engine) == ()
    again = governance.post(f"/api/break-glass/{identity}/review", json={"verdict": "justified"})
    assert code(again) == (422, "api-422-rejected")


def test_one_that_nobody_reviews_in_two_working_days_alerts_again(ben: Rig) -> None:
    """Friday afternoon: Monday is the first working day after it, Tuesday the second."""
    identity, _, _ = opened(ben)
    assert break_glass_review_by(ben) == datetime(2026, 12, 2, tzinfo=UTC)
    for at, codes in (
        (datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC), ["break-glass"]),
        (datetime(2026, 12, 2, tzinfo=UTC), ["break-glass", "break-glass-unreviewed"]),
    ):
        break_glass.escalate(ben.desk.engine, at)
        found = open_alerts(ben.desk.engine)
        assert sorted(alert.code.value for alert in found) == codes
        assert {alert.subject for alert in found} == {identity}


def break_glass_review_by(at: Rig) -> datetime:
    governance = at.somebody(Role.GOVERNANCE)
    (found,) = governance.get("/api/break-glass").json()["items"]
    return datetime.fromisoformat(found["review_by"])


@pytest.mark.parametrize(
    "change",
    [{"hours": 0}, {"hours": 5}, {"words": ""}, {"words": "   "}, {"reason": "Because Eva"}, {"object_id": "Eva"}],
)
def test_it_says_what_why_and_for_how_long(ben: Rig, change: dict[str, object]) -> None:
    new = {"object_id": "transfer:" + "0" * 64, "reason": "child-at-risk", "words": WORDS, "hours": 1, **change}
    assert code(ben.somebody(Role.MANAGER).post("/api/break-glass", json=new))[0] in {400, 422}
    assert open_alerts(ben.desk.engine) == ()
