"""Open the desk that the settings describe."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx

from gateway import settings
from gateway.operator.desk import Desk
from gateway.operator.oidc import Issuer, Provider
from gateway.operator.roles import Role
from gateway.operator.sessions import Lasting
from gateway.pipeline.exchange import Exchange
from schemas.errors import Misconfigured

CALLBACK = "/api/sign-in/oidc/callback"


def desk(exchange: Exchange, listens_on: str, environment: Mapping[str, str] = os.environ) -> Desk:
    """Make the desk of an exchange; `listens_on` is its address where the settings name none. Raise Misconfigured."""
    origin = settings.text_of(settings.OPERATOR_ORIGIN, environment) or listens_on
    local = bool(settings.value_of(settings.LOCAL_ACCOUNTS, environment))
    provider = _provider(exchange, origin, environment)
    if provider is None and not local:
        raise Misconfigured("Nobody could sign in.", hint=settings.LOCAL_ACCOUNTS.help)
    lasting = Lasting(
        timedelta(minutes=settings.value_of(settings.SESSION_MINUTES, environment)),
        timedelta(hours=settings.value_of(settings.SESSION_HOURS, environment)),
    )
    return Desk(exchange, origin, lasting, provider=provider, local=local)


def _provider(exchange: Exchange, origin: str, environment: Mapping[str, str]) -> Provider | None:
    url = settings.text_of(settings.OIDC_ISSUER, environment)
    if not url:
        return None
    seconds = settings.value_of(settings.PARTNER_SECONDS, environment)
    issuer = Issuer(
        url,
        settings.text_of(settings.OIDC_CLIENT_ID, environment),
        _secret(settings.text_of(settings.OIDC_CLIENT_SECRET_FILE, environment)),
        f"{origin}{CALLBACK}",
        roles_of(settings.text_of(settings.OIDC_ROLES, environment)),
        settings.text_of(settings.OIDC_ROLES_CLAIM, environment),
        settings.text_of(settings.OIDC_TEAM_CLAIM, environment),
    )
    if not issuer.client or not issuer.roles:
        raise Misconfigured(
            "The issuer is set, and not what it calls us or which role it gives.", hint=settings.OIDC_ROLES.help
        )
    # Not the client for partners: it would show them our certificate.
    return Provider(issuer, httpx.Client(timeout=seconds, trust_env=False, follow_redirects=False), exchange.clock)


def roles_of(text: str) -> dict[str, Role]:
    """Read which word gives which role. Raise Misconfigured."""
    pairs = [pair.strip().rpartition("=") for pair in text.split(",") if pair.strip()]
    if any(not word or role not in set(Role) for word, _, role in pairs):
        raise Misconfigured(f"{settings.OIDC_ROLES.variable} cannot be read.", hint=settings.OIDC_ROLES.help)
    return {word: Role(role) for word, _, role in pairs}


def _secret(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip() if name else ""
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(
            "The file with the issuer's secret cannot be read.", hint=settings.OIDC_CLIENT_SECRET_FILE.help
        ) from None
