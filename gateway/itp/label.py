"""The label: the clear part of a package, which says whence, whither and how large, and nothing of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gateway.itp.chunks import MAX_CHUNK, MAX_CHUNKS, TAG, chunk_count
from gateway.itp.codes import Code, Refused
from gateway.itp.documents import Document, Instant, Malformed, read, written
from gateway.itp.identifiers import Digest, MessageId, Organisation

SPEC = "itp/1"
DEFAULT_LIFE = timedelta(days=5)
MAX_LIFE = timedelta(days=30)
MAX_LABEL = 4096

Delivery = Literal["urgent", "normal", "bulk"]
SuiteName = Annotated[str, Field(pattern=r"^itp-[a-z0-9]{1,16}$")]


class Label(Document):
    """What every carrier may read. `ciphertext_size` counts the tags of the chunks too."""

    spec: Literal["itp/1"] = "itp/1"
    message_id: MessageId
    conversation_id: MessageId
    sender: Organisation = Field(validation_alias="from", serialization_alias="from")
    recipient: Organisation = Field(validation_alias="to", serialization_alias="to")
    suite: SuiteName
    to_kid: Digest
    created: Instant
    expires: Instant
    delivery: Delivery = Field(validation_alias="class", serialization_alias="class")
    chunk_count: int = Field(ge=1, le=MAX_CHUNKS)
    chunk_size: int = Field(ge=1, le=MAX_CHUNK)
    ciphertext_size: int = Field(ge=TAG)
    manifest_digest: Digest
    test: bool

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not timedelta() < self.expires - self.created <= MAX_LIFE:
            raise ValueError("A message lives for at most 30 days.")
        if self.payload_size < 0 or chunk_count(self.payload_size, self.chunk_size) != self.chunk_count:
            raise ValueError("The sizes do not fit together.")
        return self

    @property
    def payload_size(self) -> int:
        """Give the size of the plaintext in bytes."""
        return self.ciphertext_size - TAG * self.chunk_count

    def size_of(self, index: int) -> int:
        """Give the size of the sealed chunk at `index` in bytes."""
        if index < self.chunk_count - 1:
            return self.chunk_size + TAG
        return self.payload_size - self.chunk_size * (self.chunk_count - 1) + TAG

    @property
    def binding(self) -> Digest:
        """Give the digest of all but `manifest_digest`, which the signed manifest repeats."""
        return Digest.of(written(self, without="manifest_digest"))


def read_label(data: bytes) -> Label:
    """Read a label in its one spelling. Raise Refused (itp-400-malformed)."""
    try:
        label = read(Label, data, limit=MAX_LABEL)
    except Malformed as error:
        raise Refused(Code.MALFORMED, f"The label is not usable. {error}") from None
    if written(label) != data:
        raise Refused(Code.MALFORMED, "The label is not in its one spelling: sorted members, no spaces.")
    return label
