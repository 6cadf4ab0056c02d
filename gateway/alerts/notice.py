"""What is said of alerts: what is wrong, about whom, how often, since when, what to do; never a message's content."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.alerts.alerts import AlertCode
from gateway.itp.identifiers import Organisation

PAGE = "docs/alerts.md"
AT_ONCE = 5
"""More alerts than this at one time go as one digest."""
LISTED = 50
"""Most alerts that a digest lists; the others are counted by their codes."""


@dataclass(frozen=True, slots=True)
class Open:
    """One open alert that is due to be told; `sent` is when it was told before."""

    number: int
    code: AlertCode
    subject: str
    count: int
    raised: datetime
    last: datetime
    sent: datetime | None

    @property
    def page(self) -> str:
        """Give where the documentation explains it."""
        return f"{PAGE}#{self.code.value}"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to a person about one alert or several; the same `id` again is the same message again."""

    id: str
    organisation: Organisation
    at: datetime
    alerts: tuple[Open, ...]

    @property
    def title(self) -> str:
        """Say in one line what it is about."""
        if len(self.alerts) == 1:
            return f"{self.alerts[0].code.value}: {self.alerts[0].subject}"
        return f"{len(self.alerts)} alerts"

    @property
    def by_code(self) -> dict[str, int]:
        """Count the alerts by code, the most frequent first."""
        return dict(Counter(alert.code.value for alert in self.alerts).most_common())

    @property
    def listed(self) -> tuple[Open, ...]:
        """Give the alerts that are listed one by one."""
        return self.alerts[:LISTED]


class Channel(Protocol):
    """One way to tell a person."""

    @property
    def name(self) -> str:
        """Give the word for it in logs."""

    def send(self, notice: Notice) -> None:
        """Tell it. Raise Transient where that did not work."""


def notices(organisation: Organisation, at: datetime, due: Sequence[Open]) -> tuple[Notice, ...]:
    """Make a notice of each alert, or one digest where they are many."""
    if len(due) > AT_ONCE:
        return (_notice(organisation, at, due),)
    return tuple(_notice(organisation, at, (alert,)) for alert in due)


def text(notice: Notice) -> str:
    """Write a notice as plain text."""
    blocks = [f"Gateway of {notice.organisation}, {_at(notice.at)}"]
    if len(notice.alerts) > len(notice.listed):
        counted = "\n".join(f"{code}: {count}" for code, count in notice.by_code.items())
        blocks.append(f"{counted}\nThe first {LISTED} follow.")
    blocks += [_block(alert) for alert in notice.listed]
    return "\n\n".join(blocks) + "\n"


def _block(alert: Open) -> str:
    return "\n".join(
        (
            f"{alert.code.value}: {alert.subject}",
            alert.code.meaning,
            f"Raised {alert.count} times since {_at(alert.raised)}, last {_at(alert.last)}.",
            f"What to do: {alert.code.action}",
            f"See {alert.page}",
        )
    )


def _notice(organisation: Organisation, at: datetime, alerts: Sequence[Open]) -> Notice:
    # Of what was told before, so that a notice that is tried again keeps its id and tomorrow's has another.
    told = "\n".join(f"{alert.number} {alert.raised.isoformat()} {alert.sent}" for alert in alerts)
    return Notice("alert_" + hashlib.sha256(told.encode()).hexdigest()[:32], organisation, at, tuple(alerts))


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
