"""Alerts to a webhook, signed as Standard Webhooks says (standardwebhooks.com, version 1.0.0)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

import httpx

from gateway.alerts.notice import Notice, Open
from schemas.errors import Misconfigured, Transient

SECONDS = 10.0
_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_HINT = "Make one with: echo whsec_$(openssl rand -base64 32)"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address that alerts are posted to. The representation shows neither address nor secret."""

    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    name: str = "webhook"

    @classmethod
    def of(cls, url: str, secret: str) -> Self:
        """Take an https address and a secret of 24 to 64 bytes, base64 after `whsec_`. Raise Misconfigured."""
        place = urlsplit(url)
        if not place.hostname or (place.scheme != "https" and place.hostname not in _LOOPBACK):
            raise Misconfigured("The webhook for alerts must be an https address.")
        try:
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not _SHORTEST <= len(key) <= _LONGEST:
            raise Misconfigured("The secret of the webhook for alerts is not usable.", hint=_HINT)
        return cls(url, key)

    def send(self, notice: Notice) -> None:
        """Post a notice. Raise Transient where there is no answer, or another than success."""
        body = json.dumps(_payload(notice), separators=(",", ":")).encode()
        stamp = str(int(notice.at.timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": notice.id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self.secret, notice.id, stamp, body),
        }
        try:
            answer = httpx.post(self.url, content=body, headers=headers, timeout=SECONDS, follow_redirects=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Transient(f"The webhook did not answer ({type(error).__name__}).") from error
        if not answer.is_success:
            raise Transient(f"The webhook answered {answer.status_code}.")


def signature(secret: bytes, identity: str, stamp: str, body: bytes) -> str:
    """Sign as version 1: HMAC-SHA256 over id, time and body."""
    signed = b".".join((identity.encode(), stamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def _payload(notice: Notice) -> dict[str, object]:
    return {
        "type": "alert",
        "timestamp": notice.at.isoformat(),
        "data": {
            "organisation": str(notice.organisation),
            "title": notice.title,
            "by_code": notice.by_code,
            "alerts": [_alert(alert) for alert in notice.listed],
        },
    }


def _alert(alert: Open) -> dict[str, object]:
    return {
        "code": alert.code.value,
        "subject": alert.subject,
        "meaning": alert.code.meaning,
        "action": alert.code.action,
        "count": alert.count,
        "raised": alert.raised.isoformat(),
        "last": alert.last.isoformat(),
        "docs": alert.page,
    }
