"""The way to DfE: tokens, both keys, headers, and what of it never shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from csc_rig import AUTHORITY, SECRETS, Clock, settled, transport
from gateway.csc_feed.answers import Meaning
from gateway.csc_feed.configuration import Configuration, read, revealed
from gateway.csc_feed.line import Line
from gateway.csc_feed.stand_in.receiver import TOKEN_PATH, Receiver, Rules
from schemas.errors import Misconfigured

BODY = b'[{"la_child_id":"C1","mis_child_id":null,"purge":true}]'


def line(receiver: Receiver, clock: Clock, configured: Configuration, **secrets: str) -> Line:
    client = httpx.Client(transport=transport(receiver))
    return Line(client, configured.endpoint, AUTHORITY, "plain", clock, {**SECRETS, **secrets})


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_token_is_had_once_and_renewed_before_it_expires(clock: Clock) -> None:
    inner = transport(Receiver(Rules(AUTHORITY, lasts=600), clock))
    given: list[datetime] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            given.append(clock.now)
        return inner.handle_request(request)

    client = httpx.Client(transport=httpx.MockTransport(handle))
    found = Line(client, settled().endpoint, AUTHORITY, "plain", clock, SECRETS)
    for _ in range(5):
        assert found.post(BODY).status == 200
        clock.now += timedelta(seconds=150)
    assert given == [datetime(2026, 6, 1, 5, 0, tzinfo=UTC), datetime(2026, 6, 1, 5, 7, 30, tzinfo=UTC)]


def test_the_call_carries_both_the_token_and_the_key(clock: Clock) -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"access_token": " abc \n", "expires_in": 3600})

    client = httpx.Client(transport=httpx.MockTransport(handle))
    Line(client, settled().endpoint, AUTHORITY, "plain", clock, SECRETS).post(BODY)
    token, call = seen
    assert token.content.decode() == (
        "grant_type=client_credentials&client_id=stand-in-client&client_secret=stand-in-secret"
        "&scope=api%3A%2F%2Fstand-in%2F.default"
    )
    assert call.url.path.endswith(f"/children_social_care_data/{AUTHORITY}/children")
    wanted = {"authorization": "Bearer abc", "supplierkey": "stand-in-key-1", "user-agent": "plain"}
    assert {name: call.headers[name] for name in wanted} == wanted
    assert call.headers["content-type"] == "application/json"


def test_the_second_secret_and_key_are_used_from_their_day_on(clock: Clock) -> None:
    endpoint = settled().environments["test"].model_dump() | {
        "secrets": ["env:OLD", "env:SECRET"],
        "keys": ["env:OLD", "env:NEXT_KEY"],
        "switch_on": date(2026, 6, 1),
    }
    receiver = Receiver(Rules(AUTHORITY), clock)
    configured = settled(environments={"test": endpoint})
    assert line(receiver, clock, configured, OLD="no").post(BODY).status == 200
    clock.now -= timedelta(days=1)
    with pytest.raises(Misconfigured) as caught:
        line(receiver, clock, configured, OLD="no").post(BODY)
    assert caught.value.message == "No token is given to us."


@pytest.mark.parametrize("status", [500, 200])
def test_no_token_now_means_that_nothing_was_sent(clock: Clock, status: int) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(status, text="<html>")))
    answer = Line(client, settled().endpoint, AUTHORITY, "plain", clock, SECRETS).post(BODY)
    assert answer.meaning(1) is Meaning.AWAY


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (httpx.ConnectError("x"), Meaning.AWAY),
        (httpx.ConnectTimeout("x"), Meaning.AWAY),
        (httpx.ReadTimeout("x"), Meaning.UNKNOWN),
        (httpx.WriteError("x"), Meaning.UNKNOWN),
        (httpx.RemoteProtocolError("x"), Meaning.UNKNOWN),
    ],
)
def test_only_what_never_connected_was_certainly_not_sent(
    clock: Clock, error: httpx.HTTPError, meaning: Meaning
) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if "token" in request.url.path:
            return httpx.Response(200, json={"access_token": "a", "expires_in": 60})
        raise error

    client = httpx.Client(transport=httpx.MockTransport(handle))
    assert Line(client, settled().endpoint, AUTHORITY, "plain", clock, SECRETS).post(BODY).meaning(1) is meaning


def test_secrets_come_from_files_and_variables_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden\n")
    today = date(2026, 6, 1)
    assert revealed((f"file:{tmp_path / 'secret'}",), None, today, {}) == "hidden"
    assert revealed(("env:A", "env:B"), date(2026, 6, 2), today, {"A": "first", "B": "second"}) == "first"
    for wrong in ((f"file:{tmp_path / 'none'}",), ("env:NONE",)):
        with pytest.raises(Misconfigured, match="A secret of the DfE feed"):
            revealed(wrong, None, today, {})
    shown = repr(line(Receiver(Rules(AUTHORITY), Clock()), Clock(), settled()))
    assert not [secret for secret in SECRETS.values() if secret in shown]


GOOD = """
authority = "846"
[environments.test]
address = "https://host/1"
token_address = "https://host/token"
client = "c"
scope = "s"
secrets = ["env:A"]
keys = ["env:B"]
"""


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('"846"', '"84"', "authority: String should match pattern"),
        ("https://host/1", "http://host/1", "must begin with https://, or http:// on this machine"),
        ('"env:A"', '"hunter2"', "must be file:PATH or env:NAME, never the secret itself"),
        ('client = "c"', 'client = "c"\nclinet = "d"', "environments.test.clinet: Extra inputs are not permitted"),
        ('scope = "s"', "", "environments.test.scope: Field required"),
        ('authority = "846"', 'authority = "846"\nmode = "fast"', "mode: Input should be 'delta' or 'full'"),
        ("[environments.test]", "[environments.test", "cannot be read"),
    ],
)
def test_a_wrong_configuration_is_told_by_field_and_shows_no_value(
    tmp_path: Path, was: str, becomes: str, told: str
) -> None:
    path = tmp_path / "feed.toml"
    path.write_text(GOOD)
    assert read(path).endpoint.client == "c"
    path.write_text(GOOD.replace(was, becomes))
    with pytest.raises(Misconfigured) as caught:
        read(path)
    assert told in caught.value.message
    assert "hunter2" not in caught.value.message


def test_an_environment_that_is_not_configured_is_told() -> None:
    with pytest.raises(Misconfigured) as caught:
        _ = settled(environment="live").endpoint
    assert caught.value.message == "The environment live is not configured."
