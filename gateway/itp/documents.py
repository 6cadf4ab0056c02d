"""Strict JSON documents: one spelling, known members only, limits on size and depth."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints, ValidationError

from gateway.itp.identifiers import Digest
from schemas import strict_json

MAX_DEPTH = 8
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_KEY_OCTETS = 32


class Document(BaseModel):
    """Base of what is written as JSON. Values are never repeated in error messages."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        serialize_by_alias=True,
    )


class Malformed(Exception):
    """The bytes are not such a document. Says which member, never what was in it."""


D = TypeVar("D", bound=Document)


def read(model: type[D], data: bytes, *, limit: int) -> D:
    """Read a document of at most `limit` bytes. Raise Malformed."""
    parse(data, limit=limit)
    try:
        return model.model_validate_json(data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise Malformed(f"{_place(model, error)} is not valid.") from None


def parse(data: bytes, *, limit: int) -> object:
    """Parse JSON without repeated members, non-numbers or deep nesting. Raise Malformed."""
    try:
        return strict_json.parse(data, limit=limit, depth=MAX_DEPTH)
    except strict_json.NotStrict as error:
        raise Malformed(str(error)) from None


def written(document: Document, *, without: str | None = None) -> bytes:
    """Write the one spelling: sorted members, no spaces, no absent members (RFC 8785 for what we use)."""
    members = document.model_dump(mode="json", exclude_none=True, warnings="none")  # a warning shows values
    if without is not None:
        del members[without]
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _place(model: type[Document], error: ValidationError) -> str:
    known = {field.serialization_alias or name for name, field in model.model_fields.items()}
    place = error.errors(include_input=False, include_context=False)[0]["loc"][:1]
    return str(place[0]) if place and place[0] in known else "A member"


def _whole_seconds(value: datetime) -> datetime:
    if value.utcoffset() is None or value.microsecond:
        raise ValueError("A time is in whole seconds with a zone.")
    return value.astimezone(UTC)


def _from_text(value: object) -> datetime:
    if isinstance(value, datetime):
        return _whole_seconds(value)
    moment = datetime.strptime(str(value), _TIME).replace(tzinfo=UTC)
    if moment.strftime(_TIME) != value:
        raise ValueError("A time has one spelling.")
    return moment


def _from_seconds(value: object) -> datetime:
    if isinstance(value, datetime):
        return _whole_seconds(value)
    if type(value) is not int or not 0 <= value < 1 << 38:
        raise ValueError("A time is a number of seconds.")
    return datetime.fromtimestamp(value, UTC)


def _octets(value: object) -> bytes:
    if isinstance(value, bytes):
        if len(value) != _KEY_OCTETS:
            raise ValueError("A key has 32 bytes.")
        return value
    return urlsafe_b64decode(Digest(str(value)) + "=")


Instant = Annotated[
    datetime, BeforeValidator(_from_text), PlainSerializer(lambda value: value.strftime(_TIME), return_type=str)
]
"""A moment, written as 2026-01-31T09:30:00Z."""

Seconds = Annotated[
    datetime,
    BeforeValidator(_from_seconds),
    PlainSerializer(lambda value: int(value.timestamp()), return_type=int),
]
"""A moment, written as seconds since 1970 (NumericDate of RFC 7519)."""

ContentKey = Annotated[bytes, BeforeValidator(_octets), PlainSerializer(Digest.encoded, return_type=str)]
"""32 secret bytes, written in base64url."""

Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,127}$")]
"""A short name or reference of visible ASCII; nothing personal belongs in one."""
