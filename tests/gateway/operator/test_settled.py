"""The desk that settings describe."""

from __future__ import annotations

from pathlib import Path

import pytest

from api_calls import Clock, Known, exchange_of
from gateway import settings
from gateway.operator.roles import Role
from gateway.operator.settled import desk, roles_of
from gateway.pipeline.exchange import Exchange
from gateway.store.store import Store
from itp_exchange import BEN
from schemas.errors import Misconfigured

LISTENS = "http://127.0.0.1:8444"
OIDC = {
    settings.OIDC_ISSUER.variable: "https://login.example",
    settings.OIDC_CLIENT_ID.variable: "ics-gateway",
    settings.OIDC_ROLES.variable: "GW-Duty=duty, a=b=manager",
}


@pytest.fixture
def exchange(sqlite_store: Store, tmp_path: Path) -> Exchange:
    return exchange_of(BEN, sqlite_store, tmp_path, Clock(), Known())


def test_without_settings_people_sign_in_here_for_as_long_as_the_page_says(exchange: Exchange) -> None:
    made = desk(exchange, LISTENS, {})
    assert (made.origin, made.local, made.provider) == (LISTENS, True, None)
    assert (made.lasting.idle.total_seconds(), made.lasting.longest.total_seconds()) == (1800, 43200)


def test_the_settings_name_the_issuer(exchange: Exchange, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(" hush \n", encoding="utf-8")
    wanted = {
        **OIDC,
        settings.OPERATOR_ORIGIN.variable: "https://gateway.example",
        settings.OIDC_CLIENT_SECRET_FILE.variable: str(tmp_path / "secret"),
        settings.LOCAL_ACCOUNTS.variable: "0",
    }
    made = desk(exchange, LISTENS, wanted)
    assert made.provider is not None
    issuer = made.provider.issuer
    assert (made.local, issuer.secret, issuer.redirect) == (
        False,
        "hush",
        "https://gateway.example/api/sign-in/oidc/callback",
    )
    assert issuer.roles == {"GW-Duty": Role.DUTY, "a=b": Role.MANAGER}
    made.provider.http.close()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({settings.LOCAL_ACCOUNTS.variable: "0"}, "Nobody could sign in."),
        ({**OIDC, settings.OIDC_CLIENT_ID.variable: ""}, "The issuer is set, and not what it calls us"),
        ({**OIDC, settings.OIDC_ROLES.variable: ""}, "The issuer is set, and not what it calls us"),
        ({**OIDC, settings.OIDC_CLIENT_SECRET_FILE.variable: "/nowhere"}, "The file with the issuer's secret"),
        ({**OIDC, settings.OIDC_ISSUER.variable: "http://login.example"}, "must be https"),
    ],
)
def test_settings_by_which_nobody_could_sign_in_are_refused(
    exchange: Exchange, change: dict[str, str], message: str
) -> None:
    with pytest.raises(Misconfigured, match=message):
        desk(exchange, LISTENS, change)


@pytest.mark.parametrize("text", ["GW-Duty", "=duty", "GW-Duty=boss", "GW-Duty=duty=", ","])
def test_a_list_of_roles_that_cannot_be_read_is_refused(text: str) -> None:
    if text == ",":
        assert roles_of(text) == {}
        return
    with pytest.raises(Misconfigured, match="OIDC_ROLES cannot be read"):
        roles_of(text)
