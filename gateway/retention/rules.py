"""The rules of retention as data (governance, section 6): what, how long, from when, and on what basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from gateway.store.states import State

LOGS = timedelta(days=365)
"""How long operational records are kept."""
BACKUPS = timedelta(days=35)
"""How long a backup may hold what was deleted here: whoever runs the backups lets them age out by then."""


class Since(StrEnum):
    """From when a time is counted."""

    R2 = "R2, the receipt that the content was verified"
    END = "the end of the message"
    EXPIRY = "the expiry of the message"
    EXPIRED = "its expiry"
    ENDED = "the end of the attempt"
    CLOSED = "the day it was closed"
    ASKED = "the day it was asked for"
    ADDED = "the day it was added"
    MADE = "the day it was made"


@dataclass(frozen=True, slots=True)
class Rule:
    """One class of data and how long it is kept; none where it stays as long as the case record class says."""

    name: str
    what: str
    keep: timedelta | None
    since: Since | None
    basis: str
    state: State | None = None
    """Of which messages the sealed copies are meant."""
    approval: bool = False
    """Whether a person must approve a deletion, each time."""


_COPY = "The gateway is not the record system: sealed copies stay until R2 and 30 days."
_RECORDS = "Operational records: 12 months, no personal data."
_EVIDENCE = "Evidence is kept as long as the class of the case record it proves."

NONCES = Rule("nonces", "Nonces of request signatures", timedelta(), Since.EXPIRED, "They count until they expire.")
ATTEMPTS = Rule("attempts", "Attempts and how they ended", LOGS, Since.ENDED, _RECORDS)
ALERTS = Rule("alerts", "Alerts that were closed", LOGS, Since.CLOSED, _RECORDS)
CHECKED = timedelta(days=30)
"""How long checks of returns are kept."""
CHECKS = Rule(
    "checks",
    "Checks of returns with their reports; the file goes with the end of the check",
    CHECKED,
    Since.ASKED,
    "Working copies: an officer keeps the reports that are needed for longer.",
)
WEEKLY = Rule(
    "weekly",
    "Report of the newest weekly check of a return",
    CHECKED,
    Since.MADE,
    "Each replaces the one before; the counts stay for 12 months.",
)
DRAFTED = timedelta(days=365)
"""How long files of returns are kept that were never packed."""
DRAFTS = Rule(
    "drafts",
    "Files of returns that were never packed, with reports and notes",
    DRAFTED,
    Since.ADDED,
    "Working copies: who signed what, and the counts, stay.",
)
RULES = (
    Rule("delivered", "Sealed copy of a delivered message", timedelta(days=30), Since.R2, _COPY, State.DELIVERED),
    Rule("returned", "Sealed copy of a returned message", timedelta(days=30), Since.END, _COPY, State.RETURNED),
    Rule(
        "dead-lettered",
        "Sealed copy of a dead letter",
        timedelta(days=30),
        Since.END,
        "It was never delivered, and this may be the only copy: a person approves.",
        State.DEAD_LETTERED,
        approval=True,
    ),
    Rule(
        "unfinished",
        "What came of a message that never was whole",
        timedelta(days=1),
        Since.EXPIRY,
        "It cannot be completed after its expiry.",
        State.RECEIVING,
    ),
    NONCES,
    ATTEMPTS,
    ALERTS,
    CHECKS,
    WEEKLY,
    DRAFTS,
    Rule(
        "submitted",
        "Files of returns that were packed or submitted, with reports, notes and DfE's error report",
        None,
        None,
        "What was submitted can be produced again, byte for byte, as long as the authority answers for it.",
    ),
    Rule(
        "evidence",
        "Message row with digests, label, ledger, receipts, directory revisions, audit log",
        None,
        None,
        _EVIDENCE,
    ),
)
COPIES = tuple(rule for rule in RULES if rule.state is not None)
