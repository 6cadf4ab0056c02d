"""The manifest: what the sender signs and only the recipient reads."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gateway.itp.chunks import MAX_CHUNKS
from gateway.itp.documents import ContentKey, Document, Seconds, Token
from gateway.itp.identifiers import Digest, MessageId, Organisation

MAX_MANIFEST = 1 << 20
MAX_SEALED_MANIFEST = 2 << 20

Text = Annotated[str, Field(min_length=1, max_length=500)]
Level = Literal["R1", "R2", "R3", "R4", "R5", "R6", "N"]


class Authority(Document):
    """Who released the message: a role and an opaque staff reference, never a name."""

    role: Token
    reference: Token


class Restriction(Document):
    """How restricted the content is, and how to handle it."""

    level: Token = Field(validation_alias="class", serialization_alias="class")
    handling: tuple[Token, ...] = Field(default=(), max_length=20)


class Part(Document):
    """One logical part of the payload, such as one child or one document."""

    id: Token
    offset: int = Field(ge=0)
    size: int = Field(ge=0)
    sha256: Digest
    restriction: Restriction | None = None


class Acknowledgement(Document):
    """A receipt that is wanted, and by when."""

    level: Level
    by: Seconds


class LogHead(Document):
    """Size and root of an audit log at that moment."""

    # What JSON numbers carry exactly, and a database keeps.
    size: int = Field(ge=0, lt=1 << 53)
    root: Digest


class Terms(Document):
    """What the sender says about the content, its purpose and its legal ground."""

    process: Token
    process_version: Token
    step: Token
    in_reply_to: MessageId | None = None
    supersedes: MessageId | None = None
    recall_of: MessageId | None = None
    purpose: Text
    legal_gateways: tuple[Text, ...] = Field(min_length=1, max_length=20)
    agreement_id: Token
    agreement_version: Token
    policy_decision_id: Token
    authorised_by: Authority
    restriction: Restriction
    subjects: tuple[Token, ...] = Field(default=(), max_length=200)
    schema_name: Token = Field(validation_alias="schema", serialization_alias="schema")
    schema_version: Token
    content_type: Token
    parts: tuple[Part, ...] = Field(default=(), max_length=500)
    acks: tuple[Acknowledgement, ...] = Field(default=(), max_length=10)
    sender_log: LogHead | None = None


class Manifest(Terms):
    """The terms with the identities, the content key and the digests. Never log or show it whole."""

    iss: Organisation
    aud: Organisation
    jti: MessageId
    iat: Seconds
    exp: Seconds
    to_kid: Digest
    label_binding: Digest
    compression: Literal["none"] = "none"
    plaintext_size: int = Field(ge=0)
    plaintext_sha256: Digest
    cek: ContentKey = Field(repr=False)
    chunks: tuple[Digest, ...] = Field(min_length=1, max_length=MAX_CHUNKS)

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        place = 0
        for part in self.parts:
            if part.offset < place:
                raise ValueError("Parts follow each other and do not overlap.")
            place = part.offset + part.size
        if place > self.plaintext_size:
            raise ValueError("A part ends after the payload.")
        return self
