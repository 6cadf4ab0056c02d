"""What each address does: messages, partners, alerts, holds, the audit log, accounts; and what is logged of it."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

import operator_objects as objects
from case_family import record as case_record
from gateway.cases.imports import import_case
from gateway.operator.roles import Role
from gateway.partners.checks import breakers
from gateway.pipeline.breaker import Phase
from gateway.pipeline.own_log import checkpoint, record
from gateway.store.engine import reading, writing
from gateway.store.models import Alert, AuditEntry, PendingEvent
from gateway.store.states import Direction, State
from gateway.transfers import rows
from gateway.transfers.arrival import Arrival, Incoming
from itp_exchange import ANN
from operator_rig import PASSWORD, Rig, code, rig
from schemas.case.record import CaseFile
from schemas.case.text import write_case
from stopped_messages import state, stopped
from store_builder import NOW, numbered, opened

NUMBERS = iter(range(1000, 2000))


@dataclass
class Desk:
    """A gateway with somebody of each role."""

    rig: Rig
    staff: dict[Role, str]

    def __getitem__(self, role: Role) -> httpx.Client:
        return self.rig.browser(self.rig.tokens[self.staff[role]])

    def done(self, role: Role, method: str, path: str, body: Any = None) -> Any:
        answer = self[role].request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def last_event(self) -> dict[str, Any]:
        with reading(self.rig.desk.engine) as connection:
            rows = select(PendingEvent.event).order_by(PendingEvent.id.desc()).limit(1)
            found: dict[str, Any] = json.loads(connection.execute(rows).scalar_one())
        return found


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("nouns")
    store = opened(f"sqlite:///{shutil.copy(sqlite_template, folder / 'store.sqlite')}")
    at = rig(store, folder)
    made = Desk(at, {role: at.account(f"{role.value}.one", role, team="north").id for role in Role})
    objects.with_agreement(at)
    yield made
    store.engine.dispose()


class TestMessages:
    def test_a_held_message_is_found_explained_and_released_by_an_engineer(self, desk: Desk) -> None:
        number = stopped(desk.rig.desk.store, next(NUMBERS), state=State.HELD)
        found = desk.done(Role.ENGINEER, "POST", "/api/search/messages", {"states": ["held"], "numbers": [number]})
        assert [(line["number"], line["state"]) for line in found["items"]] == [(number, "held")]
        shown = desk.done(Role.ENGINEER, "GET", f"/api/messages/{number}")
        assert (shown["line"]["number"], bool(shown["todo"])) == (number, True)
        event = desk.last_event()
        assert (event["action"], event["staff"], event["role"]) == ("read", desk.staff[Role.ENGINEER], "operator")
        desk.done(Role.ENGINEER, "POST", f"/api/messages/{number}/release", {"reason": "settled"})
        assert state(desk.rig.desk.store, number) is State.ACCEPTED
        assert (desk.last_event()["action"], desk.last_event()["staff"]) == ("release", desk.staff[Role.ENGINEER])

    def test_a_manager_discards_for_good(self, desk: Desk) -> None:
        number = stopped(desk.rig.desk.store, next(NUMBERS))
        desk.done(Role.MANAGER, "POST", f"/api/messages/{number}/discard", {"reason": "sent-by-other-means"})
        assert state(desk.rig.desk.store, number) is State.RETURNED
        assert (desk.last_event()["action"], desk.last_event()["role"]) == ("drop", "manager")
        again = desk[Role.MANAGER].post(f"/api/messages/{number}/discard", json={"reason": "again"})
        assert code(again) == (409, "api-409-not-allowed")

    def test_a_reason_is_a_code_and_no_sentence(self, desk: Desk) -> None:
        number = stopped(desk.rig.desk.store, next(NUMBERS))
        answer = desk[Role.MANAGER].post(f"/api/messages/{number}/discard", json={"reason": "Eva moved again"})
        assert code(answer) == (422, "api-422-rejected")
        assert answer.json()["detail"].startswith("A reason is a code of small letters")

    def test_a_replay_is_planned_begun_paused_and_resumed(self, desk: Desk) -> None:
        numbers = [stopped(desk.rig.desk.store, next(NUMBERS)) for _ in range(3)]
        new = {"which": {"numbers": numbers}, "per_minute": 1}
        plan = desk.done(Role.ENGINEER, "POST", "/api/messages/replays/plan", new)
        assert [one["line"]["number"] for one in plan["going"]] == numbers
        assert state(desk.rig.desk.store, numbers[0]) is State.DEAD_LETTERED
        begun = desk.done(Role.ENGINEER, "POST", "/api/messages/replays", new)
        (waiting,) = desk.done(Role.ENGINEER, "GET", "/api/messages/replays")["items"]
        assert (waiting["id"], waiting["messages"]) == (begun["id"], 2)
        path = f"/api/messages/replays/{begun['id']}"
        assert desk.done(Role.ENGINEER, "POST", f"{path}/pause") == {"messages": 2}
        assert len(desk.done(Role.ENGINEER, "POST", f"{path}/resume", {})["plan"]["going"]) == 2

    def test_what_is_not_there_is_unknown(self, desk: Desk) -> None:
        assert code(desk[Role.ENGINEER].get("/api/messages/999999")) == (404, "api-404-unknown")


class TestPartners:
    def test_sending_to_one_is_stopped_and_begun_again_by_somebody_who_is_on_record(self, desk: Desk) -> None:
        path = f"/api/partners/{ANN.organisation}"
        assert desk.done(Role.ENGINEER, "GET", path)["breaker"] == "closed"
        held = desk.done(Role.ENGINEER, "POST", f"{path}/hold")
        assert (held["breaker"], held["problems"][-1]) == ("held", "Sending is paused (held).")
        assert breakers(desk.rig.desk.engine)[ANN.organisation] is Phase.HELD
        assert (desk.last_event()["action"], desk.last_event()["staff"]) == ("partner-pause", desk.staff[Role.ENGINEER])
        desk.done(Role.ENGINEER, "POST", f"{path}/resume")
        event = desk.last_event()
        assert (event["action"], event["staff"]) == ("partner-resume", desk.staff[Role.ENGINEER])
        assert ANN.organisation in [
            one["organisation"] for one in desk.done(Role.DUTY, "GET", "/api/partners")["items"]
        ]

    @pytest.mark.parametrize("organisation", ["urn:ics:org:ods:ZZZ", "urn:ics:org:ods:Y63"])
    def test_a_stranger_and_ourselves_are_no_partners(self, desk: Desk, organisation: str) -> None:
        assert code(desk[Role.ENGINEER].post(f"/api/partners/{organisation}/hold")) == (404, "api-404-unknown")


class TestGovernance:
    def test_a_hold_is_set_listed_and_lifted(self, desk: Desk) -> None:
        new = {
            "scope": "conversation",
            "value": numbered(7),
            "reason": "inquiry",
            "review_by": "2099-01-01T00:00:00Z",
        }
        made = desk.done(Role.GOVERNANCE, "POST", "/api/holds", new)
        assert made["value"] == numbered(7)
        assert made["number"] in [one["number"] for one in desk.done(Role.AUDITOR, "GET", "/api/holds")["items"]]
        desk.done(Role.GOVERNANCE, "POST", f"/api/holds/{made['number']}/lift")
        assert made["number"] not in [one["number"] for one in desk.done(Role.AUDITOR, "GET", "/api/holds")["items"]]
        listed = desk.done(Role.AUDITOR, "GET", "/api/holds?lifted=true")["items"]
        assert made["number"] in [one["number"] for one in listed]

    def test_accounts_are_made_and_changed_by_somebody_else_and_count_at_once(self, desk: Desk) -> None:
        made = desk.done(Role.GOVERNANCE, "POST", "/api/accounts", {"name": "new.one", "roles": ["officer"]})
        identity = made["account"]["id"]
        chosen = {"name": "new.one", "secret": made["secret"], "password": PASSWORD}
        browser = desk.rig.browser()
        browser.headers["x-csrf-token"] = browser.post("/api/password", json=chosen).json()["proof"]
        assert browser.get("/api/returns/checks").status_code == 200
        place = {"roles": ["duty"], "team": "south"}
        desk.done(Role.GOVERNANCE, "POST", f"/api/accounts/{identity}/roles", place)
        assert code(browser.get("/api/returns/checks")) == (403, "api-403-permission")
        assert browser.get("/api/me").json()["team"] == "south"
        desk.done(Role.GOVERNANCE, "POST", f"/api/accounts/{identity}/clearances", {"classes": ["X0", "X2"]})
        shown = desk.done(Role.AUDITOR, "GET", f"/api/accounts/{identity}")
        assert (shown["roles"], shown["clearances"]) == (["duty"], ["X2"])
        desk.done(Role.GOVERNANCE, "POST", f"/api/accounts/{identity}/close")
        assert code(browser.get("/api/me")) == (401, "api-401-sign-in")
        desk.done(Role.GOVERNANCE, "POST", f"/api/accounts/{identity}/invite")

    @pytest.mark.parametrize(("step", "body"), [("roles", {"roles": ["manager"]}), ("close", None), ("invite", None)])
    def test_nobody_changes_their_own_account(self, desk: Desk, step: str, body: Any) -> None:
        path = f"/api/accounts/{desk.staff[Role.GOVERNANCE]}/{step}"
        answer = desk[Role.GOVERNANCE].post(path, json=body)
        assert code(answer) == (422, "api-422-rejected")
        assert answer.json()["detail"].startswith("Nobody changes their own account.")

    @pytest.mark.parametrize("roles", [["engineer", "duty"], ["auditor", "officer"], ["governance", "manager"]])
    def test_roles_that_exclude_each_other_are_not_given(self, desk: Desk, roles: list[str]) -> None:
        answer = desk[Role.GOVERNANCE].post("/api/accounts", json={"name": objects.name(), "roles": roles})
        assert code(answer) == (422, "api-422-rejected")


class TestAudit:
    def test_the_newest_entries_come_first_and_the_search_is_one_of_them(self, desk: Desk) -> None:
        found = desk.done(Role.AUDITOR, "POST", "/api/search/audit?limit=1", {})
        assert [(line["action"], line["staff"]) for line in found["items"]] == [("search", desk.staff[Role.AUDITOR])]
        assert found["next"] == 1
        rest = desk.done(Role.AUDITOR, "POST", "/api/search/audit?limit=2&start=1", {"action": "login"})
        assert {line["action"] for line in rest["items"]} == {"login"}

    def test_it_is_verified_and_a_change_is_found(self, desk: Desk) -> None:
        exchange = desk.rig.desk.exchange
        record(exchange)
        checkpoint(exchange)
        sound = desk.done(Role.AUDITOR, "POST", "/api/audit/verify")
        assert sound["sound"]
        assert sound["signed"] == sound["entries"] > 0
        with desk.rig.desk.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER audit_no_update")
            first = connection.execute(select(AuditEntry.entry).where(AuditEntry.sequence == 0)).scalar_one()
            forged = first.replace(b'"outcome":"done"', b'"outcome":"held"')
            connection.exec_driver_sql("UPDATE audit_entries SET entry = ? WHERE sequence = 0", (forged,))
        found = desk.done(Role.AUDITOR, "POST", "/api/audit/verify")
        assert (found["sound"], found["reason"]) == (False, "broken-chain")
        with desk.rig.desk.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE audit_entries SET entry = ? WHERE sequence = 0", (first,))


def test_an_alert_is_listed_and_closed(desk: Desk) -> None:
    about = objects.alert(desk.rig)
    found = desk.done(Role.GOVERNANCE, "GET", "/api/alerts")["items"]
    assert about["subject"] in [one["subject"] for one in found]
    desk.done(Role.ENGINEER, "POST", "/api/alerts/close", about)
    assert code(desk[Role.ENGINEER].post("/api/alerts/close", json=about)) == (422, "api-422-rejected")


def test_a_refusal_of_a_role_is_on_record(desk: Desk) -> None:
    assert code(desk[Role.AUDITOR].get("/api/alerts")) == (403, "api-403-permission")
    event = desk.last_event()
    assert (event["action"], event["outcome"], event["staff"]) == ("access", "refused", desk.staff[Role.AUDITOR])


def test_nothing_of_a_person_comes_into_logs_alerts_or_the_audit_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    mark = "zebedee-quillfeather"
    caplog.set_level(logging.INFO)
    for method, path, body in (
        ("POST", "/api/sign-in", {"name": mark, "password": mark}),
        ("POST", "/api/password", {"name": mark, "secret": mark, "password": mark}),
        ("POST", "/api/search/cases", {"person": mark, mark: mark}),
        ("POST", "/api/agreement-checks", {**objects.WANTED, "case_file": mark, "partner": ANN.organisation}),
        ("POST", "/api/transfers", {**objects.WANTED, "children": [mark], "partners": [ANN.organisation]}),
        ("POST", "/api/cases", {"id": mark, "person": mark}),
        ("POST", "/api/messages/1/discard", {"reason": mark.replace("-", " ")}),
        ("POST", "/api/break-glass", {"object_id": mark, "reason": "x", "words": mark, "hours": 1}),
        ("GET", f"/api/transfers/{mark}", None),
        ("GET", f"/api/{mark}?{mark}={mark}", None),
    ):
        for role in (Role.DUTY, Role.MANAGER):
            answer = desk[role].request(method, path, json=body)
            assert answer.status_code >= 400, answer.text
    desk.done(Role.DUTY, "POST", "/api/search/cases", {"person": mark})
    words = {"object_id": f"transfer:{'0' * 64}", "reason": "child-at-risk", "words": mark, "hours": 1}
    desk.done(Role.DUTY, "POST", "/api/break-glass", words)
    ours = [record for record in caplog.records if record.name.startswith("gateway")]
    assert ours
    assert all(mark not in str(record.__dict__) for record in ours)
    with reading(desk.rig.desk.engine) as connection:
        told = [
            *connection.execute(select(Alert.subject)).scalars(),
            *connection.execute(select(PendingEvent.event)).scalars(),
        ]
    assert all(mark not in str(text) for text in told)


class TestRestricted:
    @pytest.mark.parametrize("restriction", ["X3", "X4"])
    def test_what_came_of_a_child_of_a_close_class_is_read_by_whoever_is_cleared(
        self, desk: Desk, restriction: str
    ) -> None:
        store, duty = desk.rig.desk.store, desk.staff[Role.DUTY]
        objects.review(desk.rig, desk.rig.account(objects.name(), Role.DUTY))
        reference = rows.listed(store, direction=Direction.IN)[-1].reference
        child = Incoming(reference="child-1", theirs="eva", restriction=("X2", restriction))
        with writing(desk.rig.desk.engine) as connection:
            rows.keep(store, connection, reference, Arrival(children=(child,)), desk.rig.clock())
        paths = [f"/api/transfers/{reference}/{word}" for word in ("arrival", "page")]
        for path in paths:
            assert code(desk[Role.DUTY].get(path)) == (403, "api-403-permission")
        assert code(desk[Role.MANAGER].post(f"{paths[0][:-8]}/accept", json={"effective": "2026-11-25"}))[0] == 403
        clearances = f"/api/accounts/{duty}/clearances"
        desk.done(Role.GOVERNANCE, "POST", clearances, {"classes": ["X2", restriction]})
        assert desk.done(Role.DUTY, "GET", paths[0])["children"][0]["theirs"] == "eva"
        desk.done(Role.GOVERNANCE, "POST", clearances, {"classes": []})

    def test_a_child_of_class_x4_is_sent_by_two_people_who_are_cleared_and_by_nobody_else(self, desk: Desk) -> None:
        store, duty, manager = desk.rig.desk.store, desk.staff[Role.DUTY], desk.staff[Role.MANAGER]
        watched = case_record("restrictions", "watched", person="ida", restriction="X4")
        person = case_record("person", "ida", kind="CHILD", sex="F", forename="Ida", date_of_birth=date(2014, 3, 3))
        case = CaseFile(id="watched", person=(person,), restrictions=(watched,))  # type: ignore[arg-type]  # of these kinds
        import_case(store, objects.acting(desk.rig.account(objects.name(), Role.DUTY)), write_case(case).encode(), NOW)
        wanted = {**objects.WANTED, "case_file": "watched", "children": ["ida"], "partners": [ANN.organisation]}

        def prepared() -> str:
            (reference,) = desk.done(Role.DUTY, "POST", "/api/transfers", wanted)["references"]
            return f"/api/transfers/{reference}"

        assert code(desk[Role.DUTY].get(f"{prepared()}/preview")) == (403, "api-403-permission")
        desk.done(Role.GOVERNANCE, "POST", f"/api/accounts/{duty}/clearances", {"classes": ["X4"]})
        draft = prepared()
        shown = desk.done(Role.DUTY, "GET", f"{draft}/preview")
        seen = {"digest": shown["digest"]}
        assert code(desk[Role.MANAGER].post(f"{draft}/authorise", json=seen)) == (403, "api-403-permission")
        desk.done(Role.GOVERNANCE, "POST", f"/api/accounts/{manager}/clearances", {"classes": ["X4"]})
        assert desk.done(Role.MANAGER, "POST", f"{draft}/authorise", seen) == {"stage": "authorised"}
        for each in (duty, manager):
            desk.done(Role.GOVERNANCE, "POST", f"/api/accounts/{each}/clearances", {"classes": []})
