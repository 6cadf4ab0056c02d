"""A family moves from one authority to another, with every step asked for over the operators' API of either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

import transfer_rig
from gateway.actor import Actor
from gateway.api.operator.gate import COOKIE
from gateway.audit.entry import Role as AuditRole
from gateway.operator import accounts, sign_in
from gateway.operator.desk import Desk
from gateway.operator.passwords import Passwords
from gateway.operator.roles import Role
from gateway.operator.sessions import proof_of
from gateway.pipeline.exchange import Exchange
from operator_rig import CHEAP, FAST, ORIGIN, PASSWORD, Behind, Serving, code


@dataclass
class Side:
    """An authority and the browsers of its people."""

    exchange: Exchange
    people: dict[str, httpx.Client] = field(default_factory=dict)

    def person(self, name: str, role: Role, team: str | None = None) -> httpx.Client:
        """Give the browser of somebody, with an account made at the first time."""
        if name not in self.people:
            desk = Desk(self.exchange, ORIGIN, passwords=Passwords(CHEAP))
            command = Actor(self.exchange.organisation, AuditRole.OPERATOR)
            made = accounts.make(desk.engine, command, name, [role], team, desk.now(), desk.draw)
            _, token = sign_in.choose_password(desk, name, made.secret, PASSWORD)
            client = httpx.Client(transport=Serving(Behind(desk, FAST)), base_url=ORIGIN)
            client.cookies.set(COOKIE, token, domain="desk.example")
            client.headers["x-csrf-token"] = proof_of(token)
            self.people[name] = client
        return self.people[name]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[transfer_rig.Rig]:
    with transfer_rig.rig(tmp_path, {}) as found:
        yield found


def done(answer: httpx.Response) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def test_a_family_moves(both: transfer_rig.Rig) -> None:
    ann, ben = Side(both.ann), Side(both.ben)
    duty, other = ann.person("duty.one", Role.DUTY, "north"), ann.person("duty.far", Role.DUTY, "south")
    manager = ann.person("boss.one", Role.MANAGER, "north")
    reference = prepared(both, duty)

    shown = done(duty.get(f"/api/transfers/{reference}/preview"))
    assert shown["answer"]["outcome"] == "mask"
    assert shown["answer"]["withheld"], "one child lives at a hidden address"
    seen = {"digest": shown["digest"]}
    assert code(duty.post(f"/api/transfers/{reference}/authorise", json=seen)) == (422, "api-422-rejected")
    assert code(other.post(f"/api/transfers/{reference}/authorise", json=seen)) == (404, "api-404-unknown")
    shown = released(both, duty, manager, reference, shown)
    seen = {"digest": shown["digest"]}
    wrong = {"digest": "0" * 64}
    assert code(manager.post(f"/api/transfers/{reference}/authorise", json=wrong)) == (409, "api-409-held")
    assert code(duty.post(f"/api/transfers/{reference}/send")) == (422, "api-422-rejected")
    assert done(manager.post(f"/api/transfers/{reference}/authorise", json=seen)) == {"stage": "authorised"}
    message = done(duty.post(f"/api/transfers/{reference}/send"))["message_id"]
    both.settle()

    came = arrived(ben, message)
    accepted(both, ben, came)
    both.settle()
    followed = done(duty.get(f"/api/transfers/{reference}"))
    assert followed["state"] == "completed"
    assert {child["answer"] for child in followed["children"]} == {"accepted"}
    assert [line["did"] for line in followed["history"]][:3] == ["prepared", "released", "authorised"]
    assert {receipt["level"] for receipt in followed["receipts"]} == {"R1", "R2", "R3", "R4", "R5", "R6"}
    assert followed["clocks"]
    assert code(other.get(f"/api/transfers/{reference}")) == (404, "api-404-unknown")
    assert done(other.post("/api/search/transfers", json={}))["items"] == []
    told_of(both, ann, reference)


def released(
    both: transfer_rig.Rig, duty: httpx.Client, manager: httpx.Client, reference: str, before: dict[str, Any]
) -> dict[str, Any]:
    """Have the manager release the hidden child's address; give the preview as it is then."""
    path = f"/api/transfers/{reference}/release"
    (hidden,) = {row.person for row in both.family.address if row.hidden}
    new = {"person": hidden, "places": ["address"], "reason": "receiver-protects"}
    assert code(duty.post(path, json=new)) == (422, "api-422-rejected"), "nobody releases what they prepared"
    for other in both.children:
        if other != hidden:
            assert code(manager.post(path, json={**new, "person": other})) == (422, "api-422-rejected")
    after: dict[str, Any] = done(manager.post(path, json=new))
    assert after["digest"] != before["digest"]
    assert any(row["form"] == "released apart: release-1" for row in after["answer"]["sent"])
    assert not any(row["form"].startswith("released") for row in before["answer"]["sent"])
    stale = {"digest": before["digest"]}
    assert code(manager.post(f"/api/transfers/{reference}/authorise", json=stale)) == (409, "api-409-held")
    return after


def prepared(both: transfer_rig.Rig, duty: httpx.Client) -> str:
    """Find the family by a child, and prepare its move."""
    (found,) = done(duty.post("/api/search/cases", json={"person": both.children[0]}))["items"]
    assert set(found["children"]) == set(both.children)
    asked = {"case_file": found["case_file"], "children": found["children"], "process": "P1", "step": "pack"}
    answer = done(duty.post("/api/agreement-checks", json={**asked, "partner": both.ben.organisation}))
    assert answer["outcome"] in {"mask", "needs-approval"}
    (agreement,) = done(duty.get("/api/agreements"))["items"]
    assert agreement["agreement_id"] == answer["agreement"]
    new = {**asked, "partners": [both.ben.organisation]}
    (reference,) = done(duty.post("/api/transfers", json=new))["references"]
    return str(reference)


def arrived(ben: Side, message: str) -> str:
    """Find what arrived, and let the sender know that it was seen."""
    duty = ben.person("duty.two", Role.DUTY)
    (came,) = done(duty.post("/api/search/transfers", json={"direction": "in"}))["items"]
    assert (came["message_id"], came["stage"]) == (message, "searched")
    reference = str(came["reference"])
    page = duty.get(f"/api/transfers/{reference}/page")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-disposition"].startswith("attachment")
    assert code(ben.person("boss.two", Role.MANAGER).post(f"/api/transfers/{reference}/send"))[0] == 422
    done(duty.post(f"/api/transfers/{reference}/see"))
    return reference


def accepted(both: transfer_rig.Rig, ben: Side, reference: str) -> None:
    """Decide that all children are new, accept them as a manager, and record the outcome."""
    duty, manager = ben.person("duty.two", Role.DUTY), ben.person("boss.two", Role.MANAGER)
    effective = {"effective": both.today.isoformat()}
    assert code(duty.post(f"/api/transfers/{reference}/accept", json=effective)) == (403, "api-403-permission")
    assert code(manager.post(f"/api/transfers/{reference}/accept", json=effective)) == (422, "api-422-rejected")
    items = done(duty.get("/api/reviews"))["items"]
    assert len(items) == len(both.children)
    for item in items:
        path = f"/api/reviews/{item['review']['identity']}"
        assert done(duty.get(path))["candidates"] == []
        assert done(duty.post(f"{path}/decide", json={"verdict": "different", "reason": "none"}))["state"] == "new"
    arrival = done(manager.post(f"/api/transfers/{reference}/accept", json=effective))
    assert {child["answer"] for child in arrival["children"]} == {"accepted"}
    done(duty.post(f"/api/transfers/{reference}/complete", json={"outcome_on": both.today.isoformat()}))


def told_of(both: transfer_rig.Rig, ann: Side, reference: str) -> None:
    """See that a report on a child has what was sent of it."""
    report = done(ann.person("gov.one", Role.GOVERNANCE).post("/api/subject-access", json={"person": both.children[0]}))
    assert [each["transfer"]["reference"] for each in report["sent"]] == [reference]
    assert report["received"] == []
    assert report["holdings"]
