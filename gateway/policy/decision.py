"""The answer of an agreement: what may go of whom, in which form, by which rule, and what is kept back and why."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from gateway.itp.identifiers import Digest
from gateway.policy.agreement import Role, Transform
from gateway.policy.carried import Kinds
from gateway.policy.request import Request
from schemas.processes.explained import Explained


class Outcome(StrEnum):
    """What may happen."""

    ALLOW = "allow"
    MASK = "mask"
    NEEDS_APPROVAL = "needs-approval"
    DENY = "deny"


class Reason(Explained):
    """Why something is kept back."""

    NOT_ALLOWED = "not-allowed", "No rule allows it."
    NEVER = "never", "A rule forbids it."
    SUBJECT = "subject", "The agreement does not include it of such a person."
    TEXT = "free-text", "No rule names the category of this free text."
    DOCUMENT = "document", "No rule names the kind of this document, or nobody has released it."
    TICK = "not-released", "Nobody has read and released it."
    LAST_ONLY = "last-only", "The step carries the last of these alone."
    REDUCED = "reduced", "It goes in a form that tells less."
    HIDDEN = "hidden-place", "It may tell of a hidden place."
    ADOPTION = "adoption", "It may link identities before and after an adoption."
    ACCESS = "access", "The requester is not on the list of those who may see this person's record."
    STOPPED = "stopped", "The class of restriction stops it."
    REFERENCE = "reference", "It cannot stand without a record that is not sent."


@dataclass(frozen=True, slots=True)
class Allowed:
    """A field that may go, in rows of these kinds; `overrides` are the rules that this one goes before.

    `must` are the names by which the rule demands it, such as E02: one field of such a name is enough.
    """

    field: str
    kinds: Kinds
    transform: Transform
    rule: str
    must: tuple[str, ...] = ()
    third_party: bool = False
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Barred:
    """A field that must not go, in rows of these kinds."""

    field: str
    kinds: Kinds
    rule: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What may go of one person; of records that are about nobody, such as a team, where `person` is empty."""

    person: str
    role: Role | None
    allowed: tuple[Allowed, ...]
    barred: tuple[Barred, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A field, of a person or everybody, that does not go; `rule` is empty where no rule of the agreement says so."""

    person: str
    field: str
    reason: Reason
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands against sending, or what is still needed: `code` is stable, `text` a sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. The same artefact and request always give the same one, its id too."""

    id: uuid.UUID
    outcome: Outcome
    artefact: Digest
    agreement_id: str
    agreement_version: str
    request: Request
    findings: tuple[Finding, ...]
    grants: tuple[Grant, ...] = ()
    withheld: tuple[Withheld, ...] = ()

    @property
    def reference(self) -> str:
        """Give what a message records of it: the decision's id and the artefact's version."""
        return f"{self.id}:{self.artefact}"

    @property
    def rules(self) -> tuple[str, ...]:
        """Give the rules that had a part in it."""
        used = {item.rule for grant in self.grants for item in grant.allowed}
        used |= {item.rule for grant in self.grants for item in grant.barred}
        used |= {item.rule for item in self.withheld if item.rule}
        return (*(f"gateway:{finding.code}" for finding in self.findings), *sorted(used))

    @property
    def allowed_fields(self) -> frozenset[str]:
        """Give the fields that may go of anybody, in any form."""
        return frozenset(item.field for grant in self.grants for item in grant.allowed)

    def grant(self, person: str) -> Grant | None:
        """Find what may go of a person, None where nothing does."""
        return next((grant for grant in self.grants if grant.person == person), None)


def request_content(request: Request) -> bytes:
    """Write a request in one spelling."""
    return json.dumps(asdict(request), sort_keys=True, separators=(",", ":"), default=_plain).encode()


def decision_id(artefact: Digest, request: Request) -> uuid.UUID:
    """Make the id of the decision on a request: a UUID v8 of what it depends on."""
    octets = bytearray(sha256(artefact.encode() + b"\n" + request_content(request)).digest()[:16])
    octets[6] = octets[6] & 0x0F | 0x80
    octets[8] = octets[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(octets))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)
