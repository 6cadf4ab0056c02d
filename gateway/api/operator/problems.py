"""What somebody who works here is told when something goes wrong: one table, from our errors to problem documents.

Unlike a partner, a person gets the sentence of the error: it never has personal data, and says what to do.
"""

from __future__ import annotations

from enum import StrEnum

from fastapi.exceptions import RequestValidationError

from gateway.api.problems import Fault, Faulted, Slow, Told, told
from gateway.audit.store import LogChanged
from gateway.itp.codes import Code, Refused
from gateway.operator.errors import Forbidden, Locked, NotFromHere, NotSignedIn, Unknown
from gateway.store.errors import NotAllowed
from schemas.errors import GatewayError, Held, Misconfigured, Permanent, Rejected, Transient

BUSY_SECONDS = 5


class Trouble(StrEnum):
    """What goes wrong for people."""

    MALFORMED = "api-400-malformed"
    SIGN_IN = "api-401-sign-in"
    PERMISSION = "api-403-permission"
    ORIGIN = "api-403-origin"
    UNKNOWN = "api-404-unknown"
    NOT_ALLOWED = "api-409-not-allowed"
    HELD = "api-409-held"
    MISCONFIGURED = "api-409-misconfigured"
    TOO_LARGE = "api-413-too-large"
    REJECTED = "api-422-rejected"
    LOCKED = "api-429-locked"
    SLOW = "api-429-slow"
    BUSY = "api-503-busy"


MEANINGS = {
    Trouble.MALFORMED: "The request cannot be read: its body is not the document that belongs here.",
    Trouble.SIGN_IN: "Nobody is signed in, or what was shown to sign in is not right.",
    Trouble.PERMISSION: "Your role, or the scopes of the token, do not allow this.",
    Trouble.ORIGIN: "The request did not come from our own pages.",
    Trouble.UNKNOWN: "There is no such object, or it is not yours to see.",
    Trouble.NOT_ALLOWED: "It cannot be done in the state in which the object is.",
    Trouble.HELD: "A person must look first.",
    Trouble.MISCONFIGURED: "The installation, or what is asked of it, is not as it must be.",
    Trouble.TOO_LARGE: "The body is over the limit.",
    Trouble.REJECTED: "What was given cannot be used; the detail says why.",
    Trouble.LOCKED: "Signing in failed too often; see Retry-After.",
    Trouble.SLOW: "Too many requests; see Retry-After.",
    Trouble.BUSY: "The gateway cannot do it at this moment; see Retry-After.",
}

# The first that fits. What is not here is ours to mend.
_TROUBLES: tuple[tuple[type[Exception], Trouble], ...] = (
    (NotSignedIn, Trouble.SIGN_IN),
    (Forbidden, Trouble.PERMISSION),
    (NotFromHere, Trouble.ORIGIN),
    (Unknown, Trouble.UNKNOWN),
    (Locked, Trouble.LOCKED),
    (NotAllowed, Trouble.NOT_ALLOWED),
    (RequestValidationError, Trouble.REJECTED),
    (Rejected, Trouble.REJECTED),
    (Held, Trouble.HELD),
    # Trying again would not mend a log that was changed.
    (LogChanged, Trouble.HELD),
    (Misconfigured, Trouble.MISCONFIGURED),
    (Transient, Trouble.BUSY),
    (Permanent, Trouble.NOT_ALLOWED),
)
# What reading a body, and counting requests, refuses in the words of the partner API.
_CODES = {
    Code.MALFORMED: Trouble.MALFORMED,
    Code.TOO_LARGE: Trouble.TOO_LARGE,
    Code.SLOW: Trouble.SLOW,
    Code.BUSY: Trouble.BUSY,
}


def trouble(code: Trouble, detail: str = "") -> Told:
    """Give what is answered under this code."""
    return Told(code, int(code.split("-")[1]), detail or MEANINGS[code])


def tell(error: Exception) -> tuple[Told, int | None]:
    """Say what is answered to an error, and after how many seconds it may be asked again."""
    if isinstance(error, Slow):
        return trouble(Trouble.SLOW), error.seconds
    if isinstance(error, Refused) and error.code in _CODES:
        code = _CODES[error.code]
        return trouble(code, error.message), BUSY_SECONDS if code is Trouble.BUSY else None
    if isinstance(error, Faulted):
        return told(error.fault), None
    found = next((code for kind, code in _TROUBLES if isinstance(error, kind)), None)
    if found is None:
        return told(Fault.INTERNAL), None
    wait = error.seconds if isinstance(error, Locked) else BUSY_SECONDS if found is Trouble.BUSY else None
    return trouble(found, _sentence(error)), wait


def _sentence(error: Exception) -> str:
    if not isinstance(error, GatewayError):
        return "A parameter is not valid."
    return f"{error.message} {error.hint}".strip()
