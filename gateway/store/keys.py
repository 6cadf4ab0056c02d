"""Keys at rest: read from text, named by what they are, used to seal and open chunks."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.store.errors import Damaged, UnknownKey
from gateway.store.models import Part
from schemas.errors import Misconfigured

_NONCE = 12
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_NAME = b"ics-gateway at-rest key id\x00"
_HINT = "Make a key with: openssl rand -hex 32. A key for each line; the first encrypts, the others only decrypt."


class Bound(Protocol):
    """Where something that is encrypted belongs: what was moved or exchanged in the database does not open."""

    @property
    def bound(self) -> bytes:
        """Give the associated data."""

    @property
    def told(self) -> str:
        """Name it to a person, with ids alone."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk belongs."""

    sender: str
    message_id: str
    part: Part
    position: int

    @property
    def bound(self) -> bytes:
        """Give the associated data."""
        return "\x00".join(("ics-gateway chunk", self.sender, self.message_id, self.part, str(self.position))).encode()

    @property
    def told(self) -> str:
        """Name it to a person."""
        return f"{self.part} of message {self.message_id}, chunk {self.position}"


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """Where a version of a document belongs."""

    kind: str
    name: str
    version: int

    @property
    def bound(self) -> bytes:
        """Give the associated data."""
        return "\x00".join(("ics-gateway document", self.kind, self.name, str(self.version))).encode()

    @property
    def told(self) -> str:
        """Name it to a person."""
        return f"{self.kind} document {self.name}, version {self.version}"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys at rest: `current` encrypts, all decrypt. A key id is derived from its key (64 bits of SHA-256)."""

    current: str
    _ciphers: Mapping[str, AESGCM] = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read keys of 64 hexadecimal digits, the current one first; `#` starts a comment. Raise Misconfigured."""
        found = [word for line in text.splitlines() for word in line.partition("#")[0].split()]
        if not found:
            raise Misconfigured("There is no key for the store.", hint=_HINT)
        if not all(_KEY.fullmatch(word) for word in found):
            raise Misconfigured("A key for the store must be 64 hexadecimal digits.", hint=_HINT)
        keys = [bytes.fromhex(word) for word in found]
        return cls(key_id(keys[0]), {key_id(key): AESGCM(key) for key in keys})

    def __contains__(self, name: str) -> bool:
        """Tell whether the key of this id is here."""
        return name in self._ciphers

    def seal(self, place: Bound, plain: bytes) -> bytes:
        """Encrypt under the current key: nonce, ciphertext, tag."""
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[self.current].encrypt(nonce, plain, place.bound)

    def open(self, place: Bound, name: str, data: bytes) -> bytes:
        """Decrypt. Raise UnknownKey where the key is not here, Damaged where the bytes are not what was sealed."""
        if name not in self:
            raise UnknownKey(
                f"The key {name} is not in the key file.", hint="Put the earlier key back as a later line."
            )
        try:
            return self._ciphers[name].decrypt(data[:_NONCE], data[_NONCE:], place.bound)
        except (InvalidTag, ValueError):
            raise Damaged(
                f"The {place.told}, does not open.",
                hint="The database was changed or damaged. Restore it, or ask the sender to send again.",
            ) from None


def key_id(key: bytes) -> str:
    """Name a key by 16 hexadecimal digits, so that a key and its name cannot be mixed up."""
    return hashlib.sha256(_NAME + key).hexdigest()[:16]
