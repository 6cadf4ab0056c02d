"""Signing in through an issuer that runs: what it vouches for is believed, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

import oidc_issuer
from api_calls import Clock
from gateway.api.operator.gate import COOKIE
from gateway.api.operator.me import BROWSER
from gateway.operator import accounts, oidc
from gateway.operator.oidc import Provider
from gateway.operator.oidc_sign_in import LIFE
from gateway.operator.roles import Role
from gateway.store.store import Store
from oidc_issuer import CLIENT, SECRET, Issuer
from operator_rig import COMMAND, ORIGIN, Rig, code, rig
from schemas.errors import Misconfigured

CALLBACK = "/api/sign-in/oidc/callback"
NOT_SIGNED_IN = (401, "api-401-sign-in")
ROLES = {"GW-Duty": Role.DUTY, "GW-Audit": Role.AUDITOR, "GW-Managers": Role.MANAGER}
Made = tuple[Rig, Issuer]


def settings(url: str, secret: str = SECRET) -> oidc.Issuer:
    return oidc.Issuer(url, CLIENT, secret, ORIGIN + CALLBACK, ROLES, team_claim="team")


@pytest.fixture
def made(sqlite_store: Store, tmp_path: Path) -> Iterator[Made]:
    clock = Clock()
    with oidc_issuer.running(lambda: clock().timestamp()) as issuer, httpx.Client(trust_env=False) as client:
        provider = Provider(settings(issuer.url), client, clock)
        yield rig(sqlite_store, tmp_path, provider=provider, local=False, clock=clock), issuer


def gone(at: Rig) -> tuple[httpx.Client, str]:
    """Send a browser to the issuer; give it and the address it was sent to."""
    browser = at.browser()
    answer = browser.get("/api/sign-in/oidc")
    assert answer.status_code == 303
    return browser, answer.headers["location"]


def back(browser: httpx.Client, code_and_state: tuple[str, str]) -> httpx.Response:
    return browser.get(CALLBACK, params=dict(zip(("code", "state"), code_and_state, strict=True)))


def signed_in(made: Made) -> httpx.Response:
    at, issuer = made
    browser, address = gone(at)
    return back(browser, issuer.agree(address))


def test_who_comes_back_is_signed_in_with_the_roles_that_the_issuer_says(made: Made) -> None:
    at, issuer = made
    browser, address = gone(at)
    answer = back(browser, issuer.agree(address))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    me = browser.get("/api/me").json()
    assert (me["name"], me["roles"], me["team"]) == ("person-1", ["duty"], "north")
    (asked,) = issuer.asked
    assert asked["redirect_uri"] == ORIGIN + CALLBACK
    assert asked["authorization"].startswith("Basic ")
    assert SECRET not in address


def test_the_account_stays_and_its_roles_follow_the_issuer(made: Made) -> None:
    at, issuer = made
    browser, address = gone(at)
    back(browser, issuer.agree(address))
    first = browser.get("/api/me").json()["id"]
    issuer.claims["roles"] = ["GW-Managers", "something else"]
    other, address = gone(at)
    back(other, issuer.agree(address))
    me = other.get("/api/me").json()
    assert (me["id"], me["roles"]) == (first, ["manager"])
    assert code(browser.get("/api/me")) == NOT_SIGNED_IN, "a session of the earlier roles goes on"


def test_a_public_client_names_itself(sqlite_store: Store, tmp_path: Path) -> None:
    clock = Clock()
    with oidc_issuer.running(lambda: clock().timestamp()) as issuer, httpx.Client(trust_env=False) as client:
        at = rig(sqlite_store, tmp_path, provider=Provider(settings(issuer.url, ""), client, clock), clock=clock)
        assert signed_in((at, issuer)).status_code == 303
        assert (issuer.asked[0]["client_id"], issuer.asked[0]["authorization"]) == (CLIENT, "")


class TestWhoIsNotLetIn:
    @pytest.mark.parametrize(
        "claims",
        [
            {"aud": "another client"},
            {"aud": [CLIENT, "another client"]},
            {"aud": [CLIENT, "another client"], "azp": "another client"},
            {"iss": "https://evil.example"},
            {"nonce": "another"},
            {"nonce": None},
            {"sub": None},
            {"exp": None},
            {"exp": 1},
            {"iat": None},
            {"iat": 1 << 37},
            {"roles": []},
            {"roles": None},
            {"roles": "GW-Nothing"},
            {"roles": ["GW-Duty", "GW-Audit"]},
        ],
    )
    def test_a_token_that_says_something_else_is_not_believed(self, made: Made, claims: dict[str, Any]) -> None:
        made[1].claims.update(claims)
        assert code(signed_in(made)) == NOT_SIGNED_IN
        assert accounts.listed(made[0].desk.engine) == ()

    def test_two_audiences_with_us_as_the_party_are_believed(self, made: Made) -> None:
        made[1].claims.update(aud=[CLIENT, "another client"], azp=CLIENT)
        assert signed_in(made).status_code == 303

    def test_a_token_of_another_key_is_not_believed(self, made: Made) -> None:
        at, issuer = made
        browser, address = gone(at)
        agreed = issuer.agree(address)
        issuer.keys = [ECKey.generate_key("P-256", {"kid": "one"}), *issuer.keys]
        assert code(back(browser, agreed)) == NOT_SIGNED_IN

    def test_a_shared_secret_signs_nothing(self, made: Made) -> None:
        at, issuer = made
        browser, address = gone(at)
        agreed = issuer.agree(address)
        issuer.keys, issuer.header = [OctKey.import_key(SECRET * 2)], {"alg": "HS256"}
        assert code(back(browser, agreed)) == NOT_SIGNED_IN

    def test_a_closed_account_stays_closed(self, made: Made) -> None:
        at, _ = made
        signed_in(made)
        (account,) = accounts.listed(at.desk.engine)
        accounts.disable(at.desk.engine, COMMAND, account.id, at.clock())
        assert code(signed_in(made)) == NOT_SIGNED_IN


class TestTheWay:
    def test_a_code_of_another_browser_signs_nobody_in(self, made: Made) -> None:
        """Who sends somebody a link with their own code does not sign them in as themselves."""
        at, issuer = made
        _, address = gone(at)
        agreed = issuer.agree(address)
        assert code(back(at.browser(), agreed)) == NOT_SIGNED_IN
        other, _ = gone(at)
        assert code(back(other, agreed)) == NOT_SIGNED_IN

    def test_an_attempt_counts_once_and_for_ten_minutes(self, made: Made) -> None:
        at, issuer = made
        browser, address = gone(at)
        agreed = issuer.agree(address)
        kept = browser.cookies[BROWSER]
        assert back(browser, agreed).status_code == 303
        browser.cookies.set(BROWSER, kept, domain="desk.example")
        assert code(back(browser, agreed)) == NOT_SIGNED_IN
        late, address = gone(at)
        agreed = issuer.agree(address)
        at.clock.forward(LIFE.total_seconds())
        assert code(back(late, agreed)) == NOT_SIGNED_IN

    def test_a_state_that_was_not_given_out_is_refused(self, made: Made) -> None:
        at, issuer = made
        browser, address = gone(at)
        given, _ = issuer.agree(address)
        assert code(back(browser, (given, "x" * 43))) == NOT_SIGNED_IN

    def test_a_refusal_of_the_issuer_is_one_of_ours(self, made: Made) -> None:
        browser, address = gone(made[0])
        _, state = made[1].agree(address)
        assert code(back(browser, ("", state))) == NOT_SIGNED_IN

    def test_the_session_is_new_whatever_the_browser_had(self, made: Made) -> None:
        at, issuer = made
        browser, address = gone(at)
        browser.cookies.set(COOKIE, "A" * 43, domain="desk.example")
        back(browser, issuer.agree(address))
        assert browser.cookies[COOKIE] != "A" * 43

    def test_an_issuer_that_is_away_makes_people_wait(self, made: Made) -> None:
        at, issuer = made
        issuer.away = True
        answer = at.browser().get("/api/sign-in/oidc")
        assert code(answer) == (503, "api-503-busy")
        assert answer.headers["retry-after"]


class TestKeys:
    def test_a_new_key_is_found_and_a_flood_of_unknown_ones_asks_once_a_minute(self, made: Made) -> None:
        at, issuer = made
        signed_in(made)
        new = RSAKey.generate_key(2048, {"kid": "two"})
        issuer.keys, issuer.header = [new], {"alg": "RS256", "kid": "two"}
        assert code(signed_in(made)) == NOT_SIGNED_IN, "asked again within a minute"
        at.clock.forward(60)
        assert signed_in(made).status_code == 303


@pytest.mark.parametrize("url", ["http://login.example", "ftp://login.example", "login.example"])
def test_an_issuer_is_asked_over_https_alone(url: str) -> None:
    with httpx.Client() as client, pytest.raises(Misconfigured, match="must be https"):
        Provider(settings(url), client, Clock())
