"""Signing in with a password, and what a session is worth: fixation, forgery, time, lock-out."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.alerts.listing import open_alerts
from gateway.api.limits import Rate
from gateway.api.operator.gate import COOKIE, DeskLimits
from gateway.operator import accounts
from gateway.operator.roles import Role
from gateway.operator.sessions import Lasting
from gateway.operator.sign_in import LOCK, TRIES
from gateway.store.engine import reading
from gateway.store.models import PendingEvent
from gateway.store.operator_models import AccountRow, SessionRow
from gateway.store.store import Store
from operator_rig import COMMAND, ORIGIN, PASSWORD, Rig, code, rig
from schemas.errors import Rejected

GIVEN = {"name": "ann.smith", "password": PASSWORD}
NOT_SIGNED_IN = (401, "api-401-sign-in")


@pytest.fixture
def ben(sqlite_store: Store, tmp_path: Path) -> Rig:
    made = rig(sqlite_store, tmp_path)
    made.account("ann.smith", Role.OFFICER)
    return made


def audited(at: Rig) -> list[tuple[str, str]]:
    with reading(at.desk.engine) as connection:
        rows = connection.execute(select(PendingEvent.event).order_by(PendingEvent.id)).scalars()
        events = [json.loads(row) for row in rows]
    return [(event["action"], event["outcome"]) for event in events]


def test_who_signs_in_is_told_who_it_is_and_gets_a_cookie_that_scripts_cannot_read(ben: Rig) -> None:
    answer = ben.browser().post("/api/sign-in", json=GIVEN)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["name"], told["roles"], told["team"]) == ("ann.smith", ["officer"], None)
    assert "returns.check" in told["permissions"]
    assert "audit.read" not in told["permissions"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert audited(ben)[-1] == ("login", "done")


def test_the_session_signs_in_and_signing_out_ends_it(ben: Rig) -> None:
    browser = ben.browser()
    proof = browser.post("/api/sign-in", json=GIVEN).json()["proof"]
    me = browser.get("/api/me")
    assert (me.status_code, me.json()["proof"]) == (200, proof)
    kept = browser.cookies[COOKIE]
    assert browser.post("/api/sign-out", headers={"x-csrf-token": proof}).status_code == 204
    assert code(ben.browser(kept).get("/api/me")) == NOT_SIGNED_IN
    assert audited(ben)[-1] == ("logout", "done")


@pytest.mark.parametrize(
    "given",
    [
        {"name": "ann.smith", "password": "wrong"},
        {"name": "nobody.here", "password": PASSWORD},
        {"name": "nobody.here", "password": "wrong"},
    ],
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(ben: Rig, given: dict[str, str]) -> None:
    answer = ben.browser().post("/api/sign-in", json=given)
    assert code(answer) == NOT_SIGNED_IN
    assert answer.json()["detail"] == "This name and what you showed with it do not belong together."
    assert audited(ben)[-1] == ("login", "refused")


def test_a_session_that_somebody_else_set_is_not_kept(ben: Rig) -> None:
    """Session fixation: the token after signing in is never one that was there before."""
    fixed = "A" * 43
    browser = ben.browser(fixed)
    browser.post("/api/sign-in", json=GIVEN)
    assert browser.cookies[COOKIE] != fixed
    assert code(ben.browser(fixed).get("/api/me")) == NOT_SIGNED_IN


def test_signing_in_again_ends_the_earlier_session_of_the_browser(ben: Rig) -> None:
    browser = ben.browser()
    browser.post("/api/sign-in", json=GIVEN)
    earlier = browser.cookies[COOKIE]
    browser.post("/api/sign-in", json=GIVEN)
    assert code(ben.browser(earlier).get("/api/me")) == NOT_SIGNED_IN
    assert browser.get("/api/me").status_code == 200


def test_a_token_is_kept_as_its_digest_alone(ben: Rig) -> None:
    browser = ben.browser()
    browser.post("/api/sign-in", json=GIVEN)
    with reading(ben.desk.engine) as connection:
        kept = connection.execute(select(SessionRow.digest)).scalars().all()
        passwords = connection.execute(select(AccountRow.password)).scalars().all()
    assert browser.cookies[COOKIE] not in kept
    assert all(text.startswith("$argon2id$") and PASSWORD not in text for text in passwords if text)


class TestForgery:
    """A request that another site makes a browser send."""

    PATH = "/api/me/password"
    BODY = {"old": PASSWORD, "new": "another long password"}  # noqa: RUF012  # it is not changed

    @pytest.mark.parametrize("proof", [None, "", "x", "A" * 64, "\xff"])
    def test_without_the_proof_nothing_is_changed(self, ben: Rig, proof: str | None) -> None:
        browser = ben.browser(next(iter(ben.tokens.values())))
        del browser.headers["x-csrf-token"]
        headers = {} if proof is None else {"x-csrf-token": proof.encode("latin-1")}
        answer = browser.post(self.PATH, json=self.BODY, headers=headers)  # type: ignore[arg-type]  # bytes are headers too
        assert code(answer) == (403, "api-403-origin")

    @pytest.mark.parametrize(
        "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
    )
    def test_from_another_site_nothing_is_changed_and_nobody_signed_in(self, ben: Rig, headers: dict[str, str]) -> None:
        browser = ben.browser(next(iter(ben.tokens.values())), **headers)
        assert code(browser.post(self.PATH, json=self.BODY)) == (403, "api-403-origin")
        assert code(browser.post("/api/sign-in", json=GIVEN)) == (403, "api-403-origin")

    def test_a_form_of_another_site_cannot_sign_anybody_in(self, ben: Rig) -> None:
        assert code(ben.browser().post("/api/sign-in", data=GIVEN)) == (400, "api-400-malformed")

    def test_from_our_own_pages_it_is_done(self, ben: Rig) -> None:
        browser = ben.browser(next(iter(ben.tokens.values())), **{"origin": ORIGIN, "sec-fetch-site": "same-origin"})
        assert browser.post(self.PATH, json=self.BODY).status_code == 204

    def test_the_proof_of_another_session_is_none(self, ben: Rig) -> None:
        other = ben.account("bob.jones", Role.DUTY)
        browser = ben.browser(next(iter(ben.tokens.values())))
        browser.headers["x-csrf-token"] = ben.of(other).headers["x-csrf-token"]
        assert code(browser.post(self.PATH, json=self.BODY)) == (403, "api-403-origin")


class TestTime:
    def test_a_session_ends_when_it_is_not_used(self, ben: Rig) -> None:
        browser, idle = ben.browser(next(iter(ben.tokens.values()))), Lasting().idle.total_seconds()
        ben.clock.forward(idle - 1)
        assert browser.get("/api/me").status_code == 200
        ben.clock.forward(idle - 1)
        assert browser.get("/api/me").status_code == 200
        ben.clock.forward(idle)
        assert code(browser.get("/api/me")) == NOT_SIGNED_IN

    def test_a_session_ends_however_much_it_is_used(self, ben: Rig) -> None:
        browser, longest = ben.browser(next(iter(ben.tokens.values()))), Lasting().longest.total_seconds()
        for _ in range(int(longest // 1200) - 1):
            ben.clock.forward(1200)
            assert browser.get("/api/me").status_code == 200
        ben.clock.forward(1200)
        assert code(browser.get("/api/me")) == NOT_SIGNED_IN

    def test_closing_an_account_counts_at_once(self, ben: Rig) -> None:
        account = accounts.listed(ben.desk.engine)[0]
        browser = ben.of(account)
        accounts.disable(ben.desk.engine, COMMAND, account.id, ben.clock())
        assert code(browser.get("/api/me")) == NOT_SIGNED_IN
        assert code(ben.browser().post("/api/sign-in", json=GIVEN)) == NOT_SIGNED_IN


class TestLock:
    def wrong(self, at: Rig, name: str) -> tuple[int, str]:
        return code(at.browser().post("/api/sign-in", json={"name": name, "password": "wrong"}))

    @pytest.mark.parametrize("name", ["ann.smith", "nobody.here"])
    def test_a_name_locks_whether_there_is_such_an_account_or_not(self, ben: Rig, name: str) -> None:
        assert [self.wrong(ben, name) for _ in range(TRIES)] == [NOT_SIGNED_IN] * TRIES
        answer = ben.browser().post("/api/sign-in", json={"name": name.upper(), "password": PASSWORD})
        assert code(answer) == (429, "api-429-locked")
        assert 0 < int(answer.headers["retry-after"]) <= LOCK.total_seconds() + 1
        assert [(alert.code.value, alert.subject) for alert in open_alerts(ben.desk.engine)] == [
            ("sign-in-locked", "sign-in")
        ]

    def test_a_lock_ends_by_time_and_meanwhile_others_sign_in(self, ben: Rig) -> None:
        for _ in range(TRIES):
            self.wrong(ben, "ann.smith")
        ben.account("bob.jones", Role.DUTY)
        assert ben.browser().post("/api/sign-in", json={**GIVEN, "name": "bob.jones"}).status_code == 200
        ben.clock.forward(LOCK.total_seconds())
        assert ben.browser().post("/api/sign-in", json=GIVEN).status_code == 200

    def test_signing_in_forgets_the_failures_before(self, ben: Rig) -> None:
        for _ in range(2):
            assert [self.wrong(ben, "ann.smith") for _ in range(TRIES - 1)] == [NOT_SIGNED_IN] * (TRIES - 1)
            assert ben.browser().post("/api/sign-in", json=GIVEN).status_code == 200


class TestTheFirstAccount:
    def test_it_is_made_once_and_its_secret_counts_once(self, sqlite_store: Store, tmp_path: Path) -> None:
        at = rig(sqlite_store, tmp_path)
        first = accounts.bootstrap(at.desk.engine, COMMAND, "first.one", at.clock(), secrets.token_bytes)
        assert first.account.roles == {Role.GOVERNANCE}
        with pytest.raises(Rejected, match="There is an account already"):
            accounts.bootstrap(at.desk.engine, COMMAND, "second.one", at.clock(), secrets.token_bytes)
        given = {"name": "first.one", "secret": first.secret, "password": PASSWORD}
        assert code(at.browser().post("/api/sign-in", json={"name": "first.one", "password": first.secret})) == (
            NOT_SIGNED_IN
        )
        answer = at.browser().post("/api/password", json=given)
        assert (answer.status_code, answer.json()["roles"]) == (200, ["governance"])
        assert code(at.browser().post("/api/password", json=given)) == NOT_SIGNED_IN
        assert ("password-change", "done") in audited(at)

    def test_a_secret_is_for_its_account_and_for_a_day(self, ben: Rig) -> None:
        made = accounts.make(ben.desk.engine, COMMAND, "bob.jones", [Role.DUTY], None, ben.clock(), secrets.token_bytes)
        given = {"name": "bob.jones", "secret": made.secret, "password": PASSWORD}
        assert code(ben.browser().post("/api/password", json={**given, "name": "ann.smith"})) == NOT_SIGNED_IN
        assert code(ben.browser().post("/api/password", json={**given, "secret": ""})) == (400, "api-400-malformed")
        ben.clock.forward(accounts.SECRET_LIFE.total_seconds())
        assert code(ben.browser().post("/api/password", json=given)) == NOT_SIGNED_IN

    @pytest.mark.parametrize("password", ["short", "x" * 20, "bob.jones and more", "y" * 257])
    def test_a_weak_password_is_refused_and_the_secret_counts_on(self, ben: Rig, password: str) -> None:
        made = accounts.make(ben.desk.engine, COMMAND, "bob.jones", [Role.DUTY], None, ben.clock(), secrets.token_bytes)
        given = {"name": "bob.jones", "secret": made.secret, "password": password}
        assert code(ben.browser().post("/api/password", json=given))[0] in {400, 422}
        assert ben.browser().post("/api/password", json={**given, "password": PASSWORD}).status_code == 200


def test_somebody_over_the_rate_waits(sqlite_store: Store, tmp_path: Path) -> None:
    at = rig(sqlite_store, tmp_path, limits=DeskLimits(rate=Rate(burst=2, per_second=0.5)))
    browser = at.somebody(Role.OFFICER)
    assert [browser.get("/api/me").status_code for _ in range(2)] == [200, 200]
    answer = browser.get("/api/me")
    assert code(answer) == (429, "api-429-slow")
    assert answer.headers["retry-after"] == "2"


def test_where_people_sign_in_elsewhere_no_password_is_taken(sqlite_store: Store, tmp_path: Path) -> None:
    at = rig(sqlite_store, tmp_path, local=False)
    assert at.browser().get("/api/sign-in").json() == {"local": False, "issuer": False}
    assert code(at.browser().post("/api/sign-in", json=GIVEN)) == (404, "api-404-unknown")
    assert code(at.browser().get("/api/sign-in/oidc")) == (404, "api-404-unknown")
