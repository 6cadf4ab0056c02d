"""What somebody who works here is refused, each with a stable code."""

from __future__ import annotations

from typing import ClassVar

from schemas.errors import Rejected


class NotSignedIn(Rejected):
    """Nobody is signed in, or what was shown to sign in is not right. The words never say which part was wrong."""

    code: ClassVar[str] = "api-401-sign-in"


class Forbidden(Rejected):
    """The person's roles, or the token's scopes, do not have the permission."""

    code: ClassVar[str] = "api-403-permission"


class NotFromHere(Rejected):
    """A request with a session did not come from our own pages."""

    code: ClassVar[str] = "api-403-origin"


class Unknown(Rejected):
    """There is no such object, or the person may not know of it: the two look the same."""

    code: ClassVar[str] = "api-404-unknown"


class Locked(Rejected):
    """Signing in failed too often; `seconds` is when it may be tried again."""

    code: ClassVar[str] = "api-429-locked"

    def __init__(self, seconds: int) -> None:
        super().__init__("Signing in failed too often.", hint="Wait, or ask for a new one-time secret.")
        self.seconds = seconds


def unknown(what: str) -> Unknown:
    """Say that there is no such thing."""
    return Unknown(f"There is no such {what}, or it is not yours to see.")
