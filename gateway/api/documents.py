"""The JSON documents of the API, as they are read and written."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from gateway.itp.chunks import MAX_CHUNKS
from gateway.itp.codes import Code, Refused
from gateway.itp.documents import Document, Instant, Malformed, read
from gateway.itp.identifiers import MessageId
from gateway.itp.label import MAX_LABEL
from gateway.itp.manifest import MAX_SEALED_MANIFEST
from gateway.itp.receipts import MAX_RECEIPT
from gateway.itp.request_message import CONTENT_TYPE, Request

JSON = "application/json"
OCTETS = "application/octet-stream"
MAX_CHUNKS_AT_ONCE = 256
MAX_RECEIPTS = 100
MAX_LEASES = 100
# The claims in base64url, the header and the signature.
MAX_RECEIPT_TOKEN = MAX_RECEIPT * 4 // 3 + 1024


def _octets(value: object) -> bytes:
    try:
        return b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("This is not base64.") from None


Base64 = Annotated[bytes, BeforeValidator(_octets), WithJsonSchema({"type": "string", "contentEncoding": "base64"})]
Id = Annotated[MessageId, WithJsonSchema({"type": "string", "pattern": f"^{MessageId.form.pattern}$"})]
Token = Annotated[str, Field(min_length=1, max_length=MAX_RECEIPT_TOKEN)]
Index = Annotated[int, Field(ge=0, lt=MAX_CHUNKS)]
Range = Annotated[tuple[Index, ...], Field(min_length=2, max_length=2)]


class NewTransfer(Document):
    """The beginning of a transfer, or the whole of a small one, where its chunks are there too."""

    label: str = Field(min_length=1, max_length=MAX_LABEL, description="The label's text, exactly as it is sealed.")
    manifest: str = Field(min_length=1, max_length=MAX_SEALED_MANIFEST, description="The sealed manifest: a JWE.")
    chunks: tuple[Base64, ...] | None = Field(
        default=None, min_length=1, max_length=MAX_CHUNKS_AT_ONCE, description="All sealed chunks, in order."
    )


class PushedReceipts(Document):
    """Receipts for messages of ours: each a JWS."""

    receipts: tuple[Token, ...] = Field(min_length=1, max_length=MAX_RECEIPTS)


class LeaseRequest(Document):
    """How many messages a partner that polls takes at the most."""

    most: int = Field(ge=1, le=MAX_LEASES)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TransferAnswer(_Answer):
    """Where a transfer stands."""

    message_id: Id
    state: str
    missing: tuple[Range, ...] = Field(description="Ranges of the chunks that are not here yet, both ends included.")
    receipts: tuple[Token, ...]


class ReceiptsAnswer(_Answer):
    """The receipts that we signed for a message, oldest first: each a JWS."""

    receipts: tuple[Token, ...]


class TakenAnswer(_Answer):
    """How many receipts were new, and how many were known."""

    new: int = Field(ge=0)
    known: int = Field(ge=0)


class OfferedAnswer(_Answer):
    """A message that a partner leases: nobody else is given it before `expires`."""

    message_id: Id
    label: str
    manifest: str
    lease: str
    expires: Instant


class LeaseAnswer(_Answer):
    """The messages that a partner may collect now."""

    messages: tuple[OfferedAnswer, ...]


D = TypeVar("D", bound=Document)


def document(model: type[D], request: Request, most: int) -> D:
    """Read the document that a request carries. Raise Refused (itp-400-malformed)."""
    check_type(request, JSON)
    try:
        return read(model, request.body, limit=most)
    except Malformed as error:
        raise Refused(Code.MALFORMED, f"The body is not usable. {error}") from None


def check_type(request: Request, media_type: str) -> None:
    """Check what the body is said to be. Raise Refused (itp-400-malformed)."""
    if [value.partition(";")[0].strip().lower() for value in request.values(CONTENT_TYPE)] != [media_type]:
        raise Refused(Code.MALFORMED, f"The content type must be {media_type}.")
