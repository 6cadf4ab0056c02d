"""Signed notes (c2sp.org/signed-note) with Ed25519, and timed cosignatures (c2sp.org/tlog-cosignature)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schemas.errors import Misconfigured, Rejected

MOST_SIGNATURES = 64
MOST_BYTES = 65_536
_KEY_ID_SIZE = 4
_PUBLIC_SIZE = 32
_TIME_SIZE = 8
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DASH = "\N{EM DASH} "


class Kind(IntEnum):
    """The signature type byte of the key."""

    NOTE = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose it says it is, and the bytes after the key id (with the time of a cosignature)."""

    name: str
    key_id: bytes
    octets: bytes

    def line(self) -> str:
        """Write the line with its newline."""
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.octets).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and who signed it. Believe nothing of it before `signers`."""

    text: str
    signatures: tuple[Signature, ...]

    def write(self) -> str:
        """Give the whole note."""
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """Give the note with further signatures, each once."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are verified with, known by its name and key id."""

    name: str
    kind: Kind
    octets: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.octets) != _PUBLIC_SIZE:
            raise Misconfigured("A key of the log needs a name without spaces or plus, and 32 bytes.")

    @property
    def key_id(self) -> bytes:
        """Give the four bytes that name the key in a signature line."""
        material = self.name.encode() + b"\n" + bytes([self.kind]) + self.octets
        return sha256(material).digest()[:_KEY_ID_SIZE]

    def write(self) -> str:
        """Give the key as text: name, key id, and type with public key."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.octets).decode()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key from its text; raise Misconfigured where it is none, or its key id is not its own."""
        name, _, rest = text.partition("+")
        material = _decoded(rest.partition("+")[2])
        if not material or material[0] not in set(Kind):
            raise Misconfigured("This is no Ed25519 key for a signed note.")
        key = cls(name, Kind(material[0]), material[1:])
        if key.write() != text:
            raise Misconfigured("The key id does not belong to this key.")
        return key

    def made(self, signature: Signature, text: str) -> bool:
        """Say whether this key made that signature on the text."""
        octets, message = signature.octets, text.encode()
        if self.kind is Kind.COSIGNATURE:
            moment, octets = octets[:_TIME_SIZE], octets[_TIME_SIZE:]
            message = cosigned(int.from_bytes(moment, "big"), text)
        try:
            Ed25519PublicKey.from_public_bytes(self.octets).verify(octets, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key under its name. It never shows its secret."""

    name: str
    kind: Kind
    secret: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """Give what others verify with."""
        return PublicKey(self.name, self.kind, self.secret.public_key().public_bytes_raw())

    def sign(self, text: str, now: datetime) -> Signature:
        """Sign the text; a cosignature says that it was made `now`."""
        if self.kind is Kind.NOTE:
            return Signature(self.name, self.public.key_id, self.secret.sign(text.encode()))
        moment = int(now.timestamp())
        octets = moment.to_bytes(_TIME_SIZE, "big") + self.secret.sign(cosigned(moment, text))
        return Signature(self.name, self.public.key_id, octets)


def cosigned(moment: int, text: str) -> bytes:
    """Give what a cosigner signs: `moment` is in seconds since 1970."""
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def read_note(written: str) -> Note:
    """Take a note apart; raise Rejected where it is none. Nothing is verified here."""
    text, blank, lines = written.rpartition("\n\n")
    signatures = lines.split("\n")
    if not blank or signatures.pop() or not 1 <= len(signatures) <= MOST_SIGNATURES:
        raise Rejected("This is no signed note: a text, an empty line and signatures are expected.")
    if len(written) > MOST_BYTES or _CONTROL.search(written):
        raise Rejected("This is no signed note: it is too large or has control characters.")
    return Note(text + "\n", tuple(map(_read_signature, signatures)))


def _read_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    octets = _decoded(encoded)
    if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(octets) <= _KEY_ID_SIZE:
        raise Rejected("This is no signed note: a signature line is damaged.")
    return Signature(name, octets[:_KEY_ID_SIZE], octets[_KEY_ID_SIZE:])


def _decoded(text: str) -> bytes:
    """Decode base64 in its one right spelling; anything else is empty."""
    try:
        octets = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return octets if b64encode(octets).decode() == text else b""


def signers(note: Note, keys: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    """Say who of the known keys signed; raise Rejected where nobody did or a known key's signature is false.

    Signatures of unknown keys are ignored, as the specification demands: `strangers` lists them.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: list[PublicKey] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.made(signature, note.text):
            raise Rejected("A signature is not that of the key it names.")
        found.append(key)
    if not found:
        raise Rejected("No key that is known here signed this.")
    return tuple(dict.fromkeys(found))


def strangers(note: Note, keys: Iterable[PublicKey]) -> tuple[Signature, ...]:
    """List the signatures that no known key claims."""
    known = {(key.name, key.key_id) for key in keys}
    return tuple(item for item in note.signatures if (item.name, item.key_id) not in known)
