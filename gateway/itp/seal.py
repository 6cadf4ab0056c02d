"""Seal a package: encrypt the chunks, sign the manifest, encrypt it, write the label. Done once for a message."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from gateway.itp.chunks import MAX_CHUNK, MAX_CHUNKS, TAG, ChunkCipher, chunk_count
from gateway.itp.codes import Code, Refused
from gateway.itp.documents import written
from gateway.itp.identifiers import Digest, Draw, MessageId
from gateway.itp.jose import encrypt, sign
from gateway.itp.keys import PrivateKey
from gateway.itp.label import DEFAULT_LIFE, Delivery, Label
from gateway.itp.manifest import MAX_MANIFEST, Manifest, Terms
from gateway.itp.route import Route

KIND = "itp-manifest+jws"
_KEY = 32

Put = Callable[[int, bytes], object]
"""Keep one sealed chunk: its index and its bytes."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The identity and life of a new message."""

    message_id: MessageId
    conversation_id: MessageId
    created: datetime
    expires: datetime
    delivery: Delivery = "normal"

    @classmethod
    def new(cls, now: datetime, draw: Draw = secrets.token_bytes) -> Envelope:
        """Make one of a new conversation, with the usual life."""
        created = now.replace(microsecond=0)
        return cls(MessageId.new(now, draw), MessageId.new(now, draw), created, created + DEFAULT_LIFE)


@dataclass(frozen=True, slots=True)
class Payload:
    """A stream of `size` bytes and the size of its chunks."""

    stream: BinaryIO
    size: int
    chunk_size: int = MAX_CHUNK

    @property
    def count(self) -> int:
        """Count the chunks."""
        return chunk_count(self.size, self.chunk_size)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A label and the sealed manifest as they are sent; the chunks went where `put` kept them.

    `content` is the digest of the plaintext, by which the sender knows the receiver's R2.
    """

    label: Label
    label_bytes: bytes
    manifest_bytes: bytes
    content: Digest


@dataclass(frozen=True, slots=True)
class _Digests:
    chunks: tuple[Digest, ...]
    whole: Digest


def seal(
    envelope: Envelope,
    route: Route,
    terms: Terms,
    payload: Payload,
    signing: PrivateKey,
    put: Put,
    *,
    draw: Draw = secrets.token_bytes,
) -> Sealed:
    """Seal a payload for the recipient of the route, one chunk in memory at a time.

    `draw` gives the content key and must be unpredictable outside tests. Raise Refused where the payload
    is too large, ValueError where the stream is not as long as said or `signing` is not the route's key.
    """
    if signing.kid != route.signing.kid:
        raise ValueError("This is not the signing key of the route.")
    _check_size(payload, route)
    content_key = draw(_KEY)
    digests = _seal_chunks(payload, ChunkCipher(content_key, envelope.message_id, payload.count), put)
    label = _label(envelope, route, payload)
    manifest = _manifest(label, terms, content_key, digests)
    sealed = encrypt(_signed(manifest, signing), route.sealing, route.sender, route.recipient)
    label = label.model_copy(update={"manifest_digest": Digest.of(sealed)})
    return Sealed(label, written(label), sealed, digests.whole)


def _check_size(payload: Payload, route: Route) -> None:
    if payload.size > route.max_size or payload.count > MAX_CHUNKS:
        raise Refused(Code.TOO_LARGE, "The payload is larger than the partner or the protocol takes.")


def _seal_chunks(payload: Payload, cipher: ChunkCipher, put: Put) -> _Digests:
    whole, chunks = hashlib.sha256(), []
    for index, plaintext in enumerate(_plain_chunks(payload)):
        whole.update(plaintext)
        sealed = cipher.seal(index, plaintext)
        chunks.append(Digest.of(sealed))
        put(index, sealed)
    return _Digests(tuple(chunks), Digest.encoded(whole.digest()))


def _plain_chunks(payload: Payload) -> Iterator[bytes]:
    left = payload.size
    for _ in range(payload.count):
        chunk = _read(payload.stream, min(left, payload.chunk_size))
        left -= len(chunk)
        yield chunk
    if payload.stream.read(1):
        raise ValueError("The stream is longer than was said.")


def _read(stream: BinaryIO, size: int) -> bytes:
    chunk = stream.read(size)
    while len(chunk) < size:
        more = stream.read(size - len(chunk))
        if not more:
            raise ValueError("The stream is shorter than was said.")
        chunk += more
    return chunk


def _label(envelope: Envelope, route: Route, payload: Payload) -> Label:
    return Label(
        message_id=envelope.message_id,
        conversation_id=envelope.conversation_id,
        sender=route.sender,
        recipient=route.recipient,
        suite=route.suite.name,
        to_kid=route.sealing.kid,
        created=envelope.created,
        expires=envelope.expires,
        delivery=envelope.delivery,
        chunk_count=payload.count,
        chunk_size=payload.chunk_size,
        ciphertext_size=payload.size + TAG * payload.count,
        manifest_digest=Digest.of(b""),  # known only when the manifest is sealed
        test=route.test,
    )


def _manifest(label: Label, terms: Terms, content_key: bytes, digests: _Digests) -> Manifest:
    return Manifest(
        **dict(terms),
        iss=label.sender,
        aud=label.recipient,
        jti=label.message_id,
        iat=label.created,
        exp=label.expires,
        to_kid=label.to_kid,
        label_binding=label.binding,
        plaintext_size=label.payload_size,
        plaintext_sha256=digests.whole,
        cek=content_key,
        chunks=digests.chunks,
    )


def _signed(manifest: Manifest, signing: PrivateKey) -> bytes:
    payload = written(manifest)
    if len(payload) > MAX_MANIFEST:
        raise Refused(Code.TOO_LARGE, "The manifest is too large: take larger chunks or fewer parts.")
    return sign(payload, KIND, signing)
