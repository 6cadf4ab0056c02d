"""What an attempt to deliver came to, and what that means for the next one (messaging profile 4.8, 4.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from gateway.itp.codes import TABLE, Code
from schemas.errors import GatewayError, Misconfigured, Permanent, Transient


class How(StrEnum):
    """How the next attempt begins."""

    RESEND = "resend"
    """Send the same bytes again."""
    ASK = "ask"
    """Ask the partner what it has, and send only what is missing."""
    RECREATE = "recreate"
    """The partner does not know the transfer: begin at its first request."""


class Lost(StrEnum):
    """There was no answer."""

    NOT_SENT = "not sent"
    """The connection failed before the request had gone."""
    UNKNOWN = "unknown"
    """The request had gone, and then nothing came: it may have been accepted."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The partner refused: HTTP status, the protocol's code if there was one, and the Retry-After header as it came."""

    status: int
    code: Code | None = None
    retry_after: str = ""


Outcome = Lost | Answered


@dataclass(frozen=True, slots=True)
class Stop:
    """Do not try again: the delivery ends as this error says."""

    then: type[GatewayError]
    alert: bool = False


ONCE = frozenset({Code.SIGNATURE})
"""Codes that earn one more attempt; a second such answer means that a clock or a key is wrong."""

_HOW_BY_CODE = {Code.UNKNOWN: How.RECREATE}
# Answers without a code come from a proxy, or from a server in trouble.
_HOW_BY_STATUS: dict[int, How] = {
    HTTPStatus.REQUEST_TIMEOUT: How.RESEND,
    HTTPStatus.CONFLICT: How.ASK,
    HTTPStatus.TOO_MANY_REQUESTS: How.RESEND,
    HTTPStatus.SERVICE_UNAVAILABLE: How.RESEND,
}
_BLAMES_PARTNER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_FIRST_SERVER_ERROR = 500


def judge(outcome: Outcome, refused: frozenset[Code] = frozenset()) -> How | Stop:
    """Say how to try again, or that it is no use; `refused` are the codes of this delivery's earlier attempts."""
    if isinstance(outcome, Lost):
        return How.ASK if outcome is Lost.UNKNOWN else How.RESEND
    if outcome.code is None:
        return _by_status(outcome.status)
    entry = TABLE[outcome.code]
    if outcome.code in ONCE & refused:
        return Stop(Misconfigured, entry.alert)
    if entry.then is Transient:
        return _HOW_BY_CODE.get(outcome.code, How.RESEND)
    return Stop(entry.then, entry.alert)


def _by_status(status: int) -> How | Stop:
    if status in _HOW_BY_STATUS:
        return _HOW_BY_STATUS[status]
    return How.ASK if status >= _FIRST_SERVER_ERROR else Stop(Permanent)


def blames_partner(outcome: Outcome) -> bool:
    """Say whether this speaks against the partner as a whole; other refusals are about the one message."""
    if isinstance(outcome, Lost):
        return True
    return outcome.status >= _FIRST_SERVER_ERROR or outcome.status in _BLAMES_PARTNER


def not_before(outcome: Outcome, now: datetime) -> datetime:
    """Give the time before which the partner asked not to be called again: now, unless it said so."""
    wait = _retry_after(outcome.retry_after, now) if isinstance(outcome, Answered) else timedelta()
    return now + wait


def _retry_after(value: str, now: datetime) -> timedelta:
    """Read seconds or a date (RFC 9110 section 10.2.3); what is neither, or is past, waits for nothing."""
    if re.fullmatch(r"[0-9]{1,8}", value):
        return timedelta(seconds=int(value))
    try:
        moment = datetime.strptime(value, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except ValueError:
        return timedelta()
    return max(timedelta(), moment - now)
