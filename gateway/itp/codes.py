"""The error codes of ITP-1: what each means, its HTTP status, and what the sender does about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schemas.errors import GatewayError, Held, Misconfigured, Permanent, Rejected, Transient


class Code(StrEnum):
    """A stable code: the same in problem documents, negative receipts and logs."""

    MALFORMED = "itp-400-malformed"
    SIGNATURE = "itp-401-signature"
    REPLAY = "itp-401-replay"
    ORG_MISMATCH = "itp-403-org-mismatch"
    PARTNER_STATUS = "itp-403-partner-status"
    UNKNOWN = "itp-404-unknown"
    CONFLICT = "itp-409-conflict"
    EXPIRED = "itp-410-expired"
    TOO_LARGE = "itp-413-too-large"
    SCHEMA = "itp-415-schema"
    KEY = "itp-422-key"
    MANIFEST = "itp-422-manifest"
    POLICY = "itp-422-policy"
    CONTENT = "itp-422-content"
    SLOW = "itp-429-slow"
    BUSY = "itp-503-busy"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table; `then` is the error that the sender's runner raises on this answer."""

    status: int
    meaning: str
    action: str
    then: type[GatewayError]
    alert: bool = False


TABLE = {
    Code.MALFORMED: Entry(400, "The label, its JSON or a size is wrong.", "Fix it; do not retry.", Rejected),
    Code.SIGNATURE: Entry(
        401,
        "The signature of the request is missing, invalid or stale.",
        "Set the clock, retry once, alert.",
        Transient,
        alert=True,
    ),
    Code.REPLAY: Entry(401, "The nonce was seen before.", "Retry with a new nonce.", Transient),
    Code.ORG_MISMATCH: Entry(
        403, "The identities differ across the layers.", "Stop; security alert.", Misconfigured, alert=True
    ),
    Code.PARTNER_STATUS: Entry(403, "The partner is suspended or not live.", "Stop.", Misconfigured),
    Code.UNKNOWN: Entry(404, "There is no such transfer.", "Create it again.", Transient),
    Code.CONFLICT: Entry(409, "The id was used with other content.", "Stop; alert.", Permanent, alert=True),
    Code.EXPIRED: Entry(410, "The message is past its expiry.", "A person decides.", Held),
    Code.TOO_LARGE: Entry(413, "The message is over the partner's limit.", "Split it.", Rejected),
    Code.SCHEMA: Entry(415, "The process or the schema version is not supported.", "Map to another version.", Rejected),
    Code.KEY: Entry(
        422,
        "The message is sealed to an unknown or retired key, or with a suite that is not accepted.",
        "Refresh the directory; seal again under a new id that supersedes this one.",
        Rejected,
    ),
    Code.MANIFEST: Entry(
        422, "A signature is invalid, or a digest or claim does not match.", "Stop; alert.", Permanent, alert=True
    ),
    Code.POLICY: Entry(422, "The receiver's policy forbids it.", "A person decides.", Held),
    Code.CONTENT: Entry(
        422, "It decrypts but fails its schema or the scan.", "A person decides; it stays in quarantine.", Held
    ),
    Code.SLOW: Entry(429, "Too many requests; see Retry-After.", "Back off.", Transient),
    Code.BUSY: Entry(503, "Evidence or payload cannot be stored.", "Back off.", Transient),
}


class Refused(Rejected):
    """The protocol refuses what arrived. Carries the code; the message holds nothing of the payload."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message, hint=TABLE[code].action)
        self.code = code


def answered(code: Code) -> GatewayError:
    """Make the error that the sender's runner raises when the partner answers with this code."""
    entry = TABLE[code]
    return entry.then(f"{code}: {entry.meaning}", hint=entry.action)
