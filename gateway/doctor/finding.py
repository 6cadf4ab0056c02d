"""What a check finds, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from gateway.alerts.alerts import AlertCode
from gateway.doctor.installation import Installation


class Standing(StrEnum):
    """How something stands. A warning leaves it working."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, what to do, and the alert about a subject that stays open while it is so."""

    standing: Standing
    sentence: str
    action: str = ""
    alert: AlertCode | None = None
    subject: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One look at one thing. `alerts` are those that it alone raises, so that it can close them too."""

    name: str
    meaning: str
    look: Callable[[Installation], Iterable[Finding]]
    needs_database: bool = False
    alerts: tuple[AlertCode, ...] = ()


def ok(sentence: str) -> Finding:
    """Say that something is well."""
    return Finding(Standing.OK, sentence)


def warn(sentence: str, action: str, alert: AlertCode | None = None, subject: str = "") -> Finding:
    """Say that something will be wrong soon."""
    return Finding(Standing.WARN, sentence, action, alert, subject)


def fail(sentence: str, action: str, alert: AlertCode | None = None, subject: str = "") -> Finding:
    """Say that something is wrong."""
    return Finding(Standing.FAIL, sentence, action, alert, subject)
