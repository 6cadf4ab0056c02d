"""The stand-in as DfE's receiver: what it asks for, what it refuses, what it says that it holds."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from csc_kill import served
from csc_records import whole
from csc_rig import AUTHORITY, Clock
from gateway.csc_feed.configuration import Configuration
from gateway.csc_feed.stand_in.app import configuration
from gateway.csc_feed.stand_in.receiver import BASE, TOKEN_PATH, Asked, Fault, Receiver, Reply, Rules

PATH = f"{BASE}/children_social_care_data/{AUTHORITY}/children"
FORM = "grant_type=client_credentials&client_id=stand-in-client&client_secret={}&scope=api%3A%2F%2Fstand-in%2F.default"


def token(receiver: Receiver, secret: str = "stand-in-secret") -> Reply:
    return receiver.answer(Asked("POST", TOKEN_PATH, {}, FORM.format(secret).encode()))


def call(receiver: Receiver, body: Any = None, **change: Any) -> Reply:
    given = json.loads(token(receiver).body)["access_token"]
    headers = {"Authorization": f"Bearer {given}", "SupplierKey": "stand-in-key-2", "Content-Type": "application/json"}
    headers |= change.pop("headers", {})
    content = body if isinstance(body, bytes) else json.dumps([whole()] if body is None else body).encode()
    asked = {"method": "POST", "path": PATH, "headers": headers, "body": content, **change}
    return receiver.answer(Asked(**asked))


@pytest.fixture
def receiver() -> Receiver:
    return Receiver(Rules(AUTHORITY), Clock())


def test_it_answers_with_a_token_for_each_record_in_their_order(receiver: Receiver) -> None:
    reply = call(receiver, [whole(), {**whole(), "la_child_id": "LC-2"}])
    tokens = json.loads(reply.body)
    assert (reply.status, len(tokens)) == (200, 2)
    assert all(re.fullmatch(r"2026-06-01_05:00:00\.00_[0-9a-f-]{36}\.json", token) for token in tokens)
    assert sorted(receiver.held) == ["LC-1", "LC-2"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"path": "/elsewhere"}, 404),
        ({"method": "GET"}, 405),
        ({"headers": {"Content-Type": "text/plain"}}, 415),
        ({"headers": {"Authorization": "Bearer old"}}, 401),
        ({"headers": {"SupplierKey": ""}}, 403),
        ({"path": PATH.replace(AUTHORITY, "209")}, 403),
        ({"body": b"[" + b" " * 2_000_001 + b"]"}, 413),
        ({"body": [{**whole(), "la_child_id": "LC-0x1F4"}]}, 403),
        ({"body": b""}, 204),
        ({"body": b"{"}, 400),
        ({"body": whole()}, 400),
        ({"body": []}, 400),
        ({"body": [whole()] * 101}, 400),
    ],
)
def test_what_it_refuses_and_stores_nothing_of(receiver: Receiver, change: dict[str, Any], status: int) -> None:
    assert call(receiver, **change).status == status
    assert (receiver.held, receiver.stored) == ({}, [])


def test_it_cites_the_records_that_break_the_schema_and_refuses_the_whole_batch(receiver: Receiver) -> None:
    bad = {**whole(), "la_child_id": 7}
    reply = call(receiver, [whole(), bad, whole(), bad])
    assert (reply.status, "$[1]" in reply.body, "$[3]" in reply.body, "$[0]" in reply.body) == (400, True, True, False)
    assert receiver.stored == []
    receiver.rules = Rules(AUTHORITY, cites=False)
    assert "[" not in call(receiver, [bad]).body


def test_it_takes_future_dates_as_dfe_does(receiver: Receiver) -> None:
    record = whole()
    record["child_details"]["date_of_birth"] = "2199-01-01"
    assert call(receiver, [record]).status == 200


def test_a_wrong_secret_gets_no_token_and_a_token_expires(receiver: Receiver) -> None:
    assert token(receiver, "wrong").status == 401
    given = json.loads(token(receiver).body)["access_token"]
    receiver.clock.now += timedelta(hours=1)  # type: ignore[attr-defined]  # the clock of the test
    assert call(receiver, headers={"Authorization": f"Bearer {given}"}).status == 401


def test_calls_that_are_too_fast_are_told_to_wait() -> None:
    clock = Clock()
    receiver = Receiver(Rules(AUTHORITY, gap=timedelta(milliseconds=250)), clock)
    assert call(receiver).status == 200
    reply = call(receiver)
    assert (reply.status, reply.headers["retry-after"]) == (429, "1")
    clock.sleep(1)
    assert call(receiver).status == 200


@pytest.mark.parametrize(
    ("fault", "status", "stored", "drops"),
    [
        (Fault.NONE, 200, 1, False),
        (Fault.OUTAGE, 503, 0, False),
        (Fault.STORED_OUTAGE, 502, 1, False),
        (Fault.DROP, 0, 1, True),
        (Fault.DROP_FIRST, 0, 0, True),
        (Fault.THROTTLE, 429, 0, False),
        (Fault.FORBID, 403, 0, False),
        (Fault.SHORT, 200, 1, False),
        (Fault.EXPIRE, 401, 0, False),
        (Fault.EMPTY, 204, 0, False),
    ],
)
def test_faults_meet_one_call_each(receiver: Receiver, fault: Fault, status: int, stored: int, drops: bool) -> None:
    receiver.faults.append(fault)
    reply = call(receiver)
    assert (reply.status, len(receiver.stored), reply.drops) == (status, stored, drops)
    assert call(receiver).status == 200


def test_as_a_server_it_says_what_it_holds_and_takes_faults(receiver: Receiver) -> None:
    with served(receiver) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        client.post("/stand-in/faults", json=["outage", "drop"])
        given = client.post(TOKEN_PATH, content=FORM.format("stand-in-secret")).json()["access_token"]
        headers = {"Authorization": f"Bearer {given}", "SupplierKey": "stand-in-key-1"}
        assert client.post(PATH, json=[whole()], headers=headers).status_code == 503
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(PATH, json=[whole()], headers=headers)
        assert client.get("/stand-in/held").json()["LC-1"]["child_details"]["surname"] == "O'Sample"
        assert client.get("/stand-in/seen").json() == {"stored": ["LC-1"], "calls": [503, 0]}
        assert client.get(PATH, headers=headers).status_code == 405


def test_it_writes_the_configuration_that_calls_it() -> None:
    import tomllib  # noqa: PLC0415  # this test alone reads it

    written = configuration(Rules(AUTHORITY), 8099)
    found = Configuration.model_validate(tomllib.loads(written))
    assert found.endpoint.address == f"http://127.0.0.1:8099{BASE}"
