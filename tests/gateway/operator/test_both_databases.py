"""What the operators' steps ask of the database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

import pytest

import operator_objects as objects
from gateway.api.operator.gate import COOKIE
from gateway.operator import accounts
from gateway.operator.roles import Role
from gateway.operator.sign_in import TRIES
from gateway.returns.run import LEASE, check_queued, claim
from gateway.store.rotate import keys_in_use, rotate
from gateway.store.store import Store
from operator_rig import COMMAND, PASSWORD, code, rig
from schemas.errors import Rejected
from store_builder import KEY, OTHER_KEY, opened


def test_people_sign_in_work_and_are_locked_out_on_either_database(store: Store, tmp_path: Path) -> None:
    at = rig(store, tmp_path)
    first = accounts.bootstrap(store.engine, COMMAND, "first.one", at.clock(), secrets.token_bytes)
    with pytest.raises(Rejected, match="There is an account already"):
        accounts.bootstrap(store.engine, COMMAND, "second.one", at.clock(), secrets.token_bytes)
    chosen = {"name": "first.one", "secret": first.secret, "password": PASSWORD}
    assert at.browser().post("/api/password", json=chosen).status_code == 200
    wrong = {"name": "first.one", "password": "wrong"}
    codes = [code(at.browser().post("/api/sign-in", json=wrong))[0] for _ in range(TRIES + 1)]
    assert codes == [401] * TRIES + [429]
    with pytest.raises(Rejected, match="There is an account of this name"):
        accounts.make(store.engine, COMMAND, "First.One", ["duty"], None, at.clock(), secrets.token_bytes)
    browser = at.somebody(Role.OFFICER)
    at.clock.forward(120)
    assert browser.get("/api/me").status_code == 200
    assert browser.cookies[COOKIE]


def test_a_check_is_claimed_once_and_again_when_its_worker_is_gone(store: Store, tmp_path: Path) -> None:
    at = rig(store, tmp_path)
    browser = at.somebody(Role.OFFICER)
    sent = browser.post("/api/returns/checks", content=b"<x/>", headers={"content-type": "application/xml"}).json()
    first = claim(at.desk.exchange, "one")
    assert first is not None
    assert claim(at.desk.exchange, "two") is None
    at.clock.forward(LEASE.total_seconds())
    assert check_queued(at.desk.exchange, "two") == 1
    assert browser.get(f"/api/returns/checks/{sent['id']}").json()["state"] == "failed"
    assert browser.delete(f"/api/returns/checks/{sent['id']}").status_code == 204


def test_transfers_tokens_and_emergencies_are_kept_on_either_database(store: Store, tmp_path: Path) -> None:
    at = rig(store, tmp_path)
    objects.with_agreement(at)
    near, far = at.account("near.one", Role.DUTY, team="north"), at.account("far.one", Role.DUTY, team="south")
    reference = objects.transfer(at, near)
    assert [line["reference"] for line in at.of(near).post("/api/search/transfers", json={}).json()["items"]] == [
        reference
    ]
    assert at.of(far).post("/api/search/transfers", json={}).json()["items"] == []
    new = {"object_id": f"transfer:{reference}", "reason": "child-at-risk", "words": "Why.", "hours": 1}
    assert at.of(far).post("/api/break-glass", json=new).status_code == 201
    assert at.of(far).get(f"/api/transfers/{reference}").status_code == 200
    token = objects.token(at, near)
    assert at.of(near).delete(f"/api/tokens/{token}").json()["revoked"]
    at.clock.forward(timedelta(hours=1).total_seconds())
    assert code(at.of(far).get(f"/api/transfers/{reference}")) == (401, "api-401-sign-in")


def test_what_people_send_is_rotated_with_the_key_at_rest(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    at = rig(sqlite_store, tmp_path)
    browser = at.somebody(Role.OFFICER)
    browser.post("/api/returns/checks", content=b"<x/>", headers={"content-type": "application/xml"})
    later = opened(sqlite_url, f"{OTHER_KEY}\n{KEY}")
    rotation = rotate(later)
    assert (rotation.done > 0, rotation.damaged) == (True, ())
    assert set(keys_in_use(later)) == {later.keys.current}
    later.engine.dispose()
