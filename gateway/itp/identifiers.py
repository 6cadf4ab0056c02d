"""Checked names: organisations, message ids, key thumbprints, digests."""

from __future__ import annotations

import hashlib
import re
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

Draw = Callable[[int], bytes]
"""Give that many random bytes."""


class Checked(str):
    """A text of one exact form. Making one of another form raises ValueError."""

    __slots__ = ()
    form: ClassVar[re.Pattern[str]]

    def __new__(cls, text: str) -> Self:
        """Check and take the text."""
        if not cls.form.fullmatch(text):
            raise ValueError(f"This is not a valid {cls.__name__}.")
        return super().__new__(cls, text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(strict=True))


class Organisation(Checked):
    """An organisation by its ODS code: urn:ics:org:ods:CODE."""

    __slots__ = ()
    # Three characters, or more with a digit early on: no surname of four letters or more is one.
    form = re.compile(r"urn:ics:org:ods:(?:[A-Z0-9]{3}|[A-Z]{0,2}[0-9][A-Z0-9]{2,8})")


class MessageId(Checked):
    """A UUID v7 in lower case (RFC 9562 section 5.7)."""

    __slots__ = ()
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

    @classmethod
    def new(cls, now: datetime, draw: Draw) -> Self:
        """Make one of this millisecond, with 74 random bits."""
        moment = int(now.timestamp() * 1000)
        low = int.from_bytes(draw(10), "big")
        value = (moment << 80) | (0x7 << 76) | ((low >> 64 & 0xFFF) << 64) | (0b10 << 62) | (low & (1 << 62) - 1)
        return cls(str(uuid.UUID(int=value)))

    @property
    def octets(self) -> bytes:
        """Give its 16 bytes."""
        return uuid.UUID(self).bytes


class Digest(Checked):
    """32 bytes in base64url without padding: a SHA-256, a thumbprint (RFC 7638) or a coordinate."""

    __slots__ = ()
    form = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Hash `data`."""
        return cls.encoded(hashlib.sha256(data).digest())

    @classmethod
    def encoded(cls, octets: bytes) -> Self:
        """Write 32 bytes as text."""
        return cls(urlsafe_b64encode(octets).rstrip(b"=").decode("ascii"))
