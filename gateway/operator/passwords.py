"""Passwords of local accounts: argon2id, and the same work whether there is such an account or not."""

from __future__ import annotations

import threading
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schemas.errors import Rejected, Transient

SHORTEST, LONGEST = 12, 256
AT_ONCE = 4
"""How many passwords one process looks at together: each takes 64 MiB."""


class Passwords:
    """Hashes and verifies. `hasher` has the cost; the default is that of RFC 9106 for little memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def hashed(self, password: str) -> str:
        """Hash a new password."""
        return self._hasher.hash(password)

    def fits(self, stored: str | None, password: str) -> bool:
        """Tell whether it is the password; without one stored, as slowly. Raise Transient where too many ask."""
        if not self._places.acquire(timeout=1):
            raise Transient("Too many people sign in at this moment.", hint="Try again.")
        try:
            return self._hasher.verify(stored or self._nobodys, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._places.release()

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody has this password")


def check_new(password: str, name: str) -> None:
    """Raise Rejected where a password is short, very long, or easily guessed."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Rejected(f"A password has {SHORTEST} to {LONGEST} characters.", hint="Three random words will do.")
    if name.lower() in password.lower() or len(set(password)) < SHORTEST // 2:
        raise Rejected("This password is too easy to guess.", hint="Leave out your name; three random words will do.")
