"""Tokens of programs: never more than their owner, never for longer than they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from gateway.operator import accounts
from gateway.operator.roles import Role
from gateway.store.engine import reading
from gateway.store.operator_models import TokenRow
from gateway.store.store import Store
from operator_rig import COMMAND, Rig, code, rig

NEW: dict[str, Any] = {"label": "nightly-check", "scopes": ["returns.check", "returns.read"], "days": 30}
NOT_SIGNED_IN = (401, "api-401-sign-in")


@pytest.fixture
def ben(sqlite_store: Store, tmp_path: Path) -> Rig:
    made = rig(sqlite_store, tmp_path)
    made.account("ann.smith", Role.OFFICER)
    return made


def owner(at: Rig) -> httpx.Client:
    return at.browser(next(iter(at.tokens.values())))


def program(at: Rig, **more: Any) -> httpx.Client:
    made = owner(at).post("/api/tokens", json={**NEW, **more})
    assert made.status_code == 201, made.text
    return at.browser(authorization=f"Bearer {made.json()['text']}")


def test_a_token_is_shown_once_and_kept_as_its_digest(ben: Rig) -> None:
    made = owner(ben).post("/api/tokens", json=NEW).json()
    assert made["text"].startswith("icsgw_")
    with reading(ben.desk.engine) as connection:
        row = connection.execute(select(TokenRow)).one()
    assert made["text"] not in str(row)
    (listed,) = owner(ben).get("/api/tokens").json()["items"]
    assert listed == {**made["token"]}
    assert (listed["label"], listed["scopes"]) == ("nightly-check", ["returns.check", "returns.read"])


def test_a_program_does_what_its_scopes_say_without_a_proof(ben: Rig) -> None:
    ours = program(ben)
    answer = ours.post("/api/returns/checks", content=b"<x/>", headers={"content-type": "application/xml"})
    assert answer.status_code == 202
    assert ours.get("/api/returns/checks").status_code == 200
    assert code(ours.get("/api/me")) == (403, "api-403-permission")
    assert code(ours.post("/api/tokens", json=NEW)) == (403, "api-403-permission")


@pytest.mark.parametrize(
    "scopes", [["audit.read"], ["returns.check", "transfers.read"], ["self.change"], ["tokens.make"], ["everything"]]
)
def test_nobody_gives_what_they_do_not_have_or_what_only_a_person_does(ben: Rig, scopes: list[str]) -> None:
    answer = owner(ben).post("/api/tokens", json={**NEW, "scopes": scopes})
    assert code(answer) == (422, "api-422-rejected")
    assert "A token cannot have these scopes" in answer.json()["detail"]


@pytest.mark.parametrize("change", [{"days": 0}, {"days": 366}, {"scopes": []}, {"label": "Ann's token"}])
def test_a_token_has_an_end_a_scope_and_a_label_without_a_name(ben: Rig, change: dict[str, Any]) -> None:
    assert code(owner(ben).post("/api/tokens", json={**NEW, **change}))[0] in {400, 422}


def test_a_token_ends_by_time(ben: Rig) -> None:
    ours = program(ben, days=1)
    ben.clock.forward(24 * 3600 - 1)
    assert ours.get("/api/returns/checks").status_code == 200
    ben.clock.forward(1)
    assert code(ours.get("/api/returns/checks")) == NOT_SIGNED_IN


def test_a_token_ends_when_it_is_revoked(ben: Rig) -> None:
    ours = program(ben)
    (listed,) = owner(ben).get("/api/tokens").json()["items"]
    assert owner(ben).delete(f"/api/tokens/{listed['id']}").json()["revoked"] is not None
    assert code(ours.get("/api/returns/checks")) == NOT_SIGNED_IN


def test_a_token_loses_what_its_owner_loses(ben: Rig) -> None:
    ours = program(ben)
    (account,) = accounts.listed(ben.desk.engine)
    accounts.change(ben.desk.engine, COMMAND, account.id, ["duty"], None, ben.clock())
    assert code(ours.get("/api/returns/checks")) == (403, "api-403-permission")
    accounts.change(ben.desk.engine, COMMAND, account.id, ["officer"], None, ben.clock())
    assert ours.get("/api/returns/checks").status_code == 200
    accounts.disable(ben.desk.engine, COMMAND, account.id, ben.clock())
    assert code(ours.get("/api/returns/checks")) == NOT_SIGNED_IN


def test_a_session_is_no_token_and_a_token_no_session(ben: Rig) -> None:
    session = next(iter(ben.tokens.values()))
    assert code(ben.browser(authorization=f"Bearer {session}").get("/api/me")) == NOT_SIGNED_IN
    text = owner(ben).post("/api/tokens", json={**NEW, "scopes": ["self.read"]}).json()["text"]
    assert code(ben.browser(text).get("/api/me")) == NOT_SIGNED_IN
    answer = ben.browser(authorization=f"bearer {text}").get("/api/me")
    assert (answer.status_code, answer.json()["proof"]) == (200, None)
