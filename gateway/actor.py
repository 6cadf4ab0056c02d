"""Who decides something, and the code of the reason: what every decision of a person carries."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from gateway.audit.entry import Event, Role
from gateway.audit.events import Action, Outcome
from gateway.itp.codes import Code
from gateway.store.base import REASON
from schemas.errors import Rejected

_REASON = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{REASON - 1}}}")
_CODES = frozenset(Code)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of an organisation, in a role; `staff` is an opaque id (UUID), never a name."""

    organisation: str
    role: Role
    staff: str | None = None

    def event(self, action: Action, *objects: str, **details: object) -> Event:
        """Make the audit event of what was done: its objects, and further fields of an event by name."""
        done = {"outcome": Outcome.DONE, **details}
        who = {"organisation": self.organisation, "role": self.role, "staff": self.staff}
        return Event.of(**who, action=action, objects=objects, **done)


def reason_code(text: str) -> str:
    """Check the code of a reason. Raise Rejected for free text, in which a name could stand."""
    if not _REASON.fullmatch(text):
        raise Rejected(
            "A reason is a code of small letters, digits and hyphens.",
            hint="For example: duplicate, sent-by-other-means.",
        )
    return text


def protocol_code(reason: str) -> str | None:
    """Give the reason where it is a code of the exchange protocol, as an audit event takes it."""
    return reason if reason in _CODES else None


def digest(*lines: str) -> str:
    """Give the SHA-256, in hex, of lines that each end in a newline."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
