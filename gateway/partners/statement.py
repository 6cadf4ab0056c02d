"""What an organisation says of itself: its entry for the directory, signed by every signing key that is in it."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from typing import Literal

from pydantic import Field

from gateway.itp.directory import Partner
from gateway.itp.documents import Document, Instant, Malformed, read, written
from gateway.itp.identifiers import Digest
from gateway.itp.jose import InvalidToken, sign, verify
from gateway.itp.keys import KeyStatus, PublishedKey, Use
from gateway.partners.keys import KeyStore
from schemas.errors import Misconfigured, Rejected

KIND = "itp-entry+jws"
MAX_FILE = 1 << 20


class Statement(Document):
    """An entry as its organisation states it. With the nonce of an invitation it answers that invitation."""

    spec: Literal["itp-entry/1"] = "itp-entry/1"
    issued: Instant
    entry: Partner
    nonce: Digest | None = None


class Possession(Document):
    """The tag by which the holder of an encryption key proves that it holds it."""

    kid: Digest
    tag: Digest


class Signed(Document):
    """The file that goes to the partnership: the same statement once for each signing key, and the tags."""

    spec: Literal["itp-signed-entry/1"] = "itp-signed-entry/1"
    signatures: tuple[str, ...] = Field(min_length=1, max_length=64)
    possession: tuple[Possession, ...] = ()


def active(entry: Partner, *uses: Use) -> tuple[PublishedKey, ...]:
    """Give the active keys of an entry for these uses."""
    return tuple(key for key in entry.keys if key.use in uses and key.status is KeyStatus.ACTIVE)


def signatures(statement: Statement, keys: KeyStore) -> tuple[str, ...]:
    """Sign with every active signing key of the entry. Raise Misconfigured where a private half is not here."""
    content = written(statement)
    made = []
    for key in active(statement.entry, Use.SIGN, Use.RECEIPT_LOG):
        private = keys.private(key.kid)
        if private is None:
            raise Misconfigured(f"The private half of the {key.use} key {key.kid[:8]} is not here.")
        made.append(sign(content, KIND, private).decode("ascii"))
    return tuple(made)


def read_signed(arrived: bytes) -> tuple[Statement, Signed, bytes]:
    """Read the file, and check that every active signing key of the entry signed the same statement.

    Gives the statement's bytes too. Raise Rejected.
    """
    try:
        signed = read(Signed, arrived, limit=MAX_FILE)
        content = _payload(signed.signatures[0])
        statement = read(Statement, content, limit=MAX_FILE)
    except (Malformed, ValueError) as error:
        reason = f" {error}" if isinstance(error, Malformed) else ""
        raise Rejected(f"This is no signed entry.{reason}", hint="Ask the partner for the file again.") from None
    _check_signatures(statement.entry, signed, content)
    return statement, signed, content


def _payload(token: str) -> bytes:
    """Give what a JWS says before anything about it is checked: the keys to check it by are inside."""
    payload = token.split(".")[1:2]
    if not payload:
        raise ValueError("This is no token.")
    return urlsafe_b64decode(payload[0] + "=" * (-len(payload[0]) % 4))


def _check_signatures(entry: Partner, signed: Signed, content: bytes) -> None:
    wanted = {str(key.kid): key for key in active(entry, Use.SIGN, Use.RECEIPT_LOG)}
    missing = dict(wanted)
    for token in signed.signatures:
        try:
            verified = verify(token.encode("ascii"), KIND, wanted.get)
        except (InvalidToken, UnicodeEncodeError):
            raise Rejected(
                "A signature on the entry is not by one of its keys, or does not fit.",
                hint="The file was changed or put together by another. Ask the partner by telephone.",
            ) from None
        if verified.payload != content:
            raise Rejected("The signatures are on different entries.", hint="Ask the partner for the file again.")
        missing.pop(str(verified.key.kid), None)
    if missing:
        raise Rejected(
            f"The key {min(missing)[:8]} of the entry did not sign it.",
            hint="Whoever sent this does not hold all the keys it names.",
        )
