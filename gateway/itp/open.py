"""Open a package. Nothing of its payload is handed over before every check has passed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from gateway.itp.admit import Admitted, Arrival, admit
from gateway.itp.chunks import ChunkCipher
from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Directory
from gateway.itp.documents import Malformed, read
from gateway.itp.identifiers import Digest, Organisation
from gateway.itp.jose import InvalidToken, WrongParties, decrypt, verify
from gateway.itp.keys import PrivateKey, PublishedKey, Use
from gateway.itp.label import Label
from gateway.itp.manifest import MAX_MANIFEST, Manifest, Part
from gateway.itp.seal import KIND

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who opens: our organisation, the directory, our private keys, and the checks that are not ITP-1's own.

    `policy` looks at label and manifest before the payload is decrypted, `scan` at manifest and decrypted payload; each
    raises Refused (itp-422-policy, itp-415-schema; itp-422-content) where it says no.
    """

    organisation: Organisation
    directory: Directory
    private_key: Callable[[Digest], PrivateKey | None]
    policy: Callable[[Label, Manifest], object]
    scan: Callable[[Manifest, BinaryIO], object]


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that passed every check; `payload` is the quarantine file, at its beginning."""

    label: Label
    manifest: Manifest
    payload: BinaryIO


def open_package(
    receiver: Receiver, arrival: Arrival, chunks: Iterable[bytes], quarantine: BinaryIO, now: datetime
) -> Opened:
    """Check and decrypt into `quarantine`, an empty file that can be read and written and that nobody else reads.

    On any failure the file is emptied. Raise Refused with the code of the first check that failed.
    """
    admitted = admit(arrival, receiver.organisation, receiver.directory, now)
    manifest = open_manifest(receiver, admitted, arrival.manifest, now)
    receiver.policy(admitted.label, manifest)
    with ExitStack() as on_failure:
        on_failure.callback(_empty, quarantine)
        _open_chunks(admitted.label, manifest, chunks, quarantine)
        _check_parts(manifest.parts, quarantine)
        quarantine.seek(0)
        receiver.scan(manifest, quarantine)
        quarantine.seek(0)
        on_failure.pop_all()
    return Opened(admitted.label, manifest, quarantine)


def open_manifest(receiver: Receiver, admitted: Admitted, sealed: bytes, now: datetime) -> Manifest:
    """Decrypt the manifest, verify its signature by the directory, compare it with the label. Raise Refused."""
    label = admitted.label
    private = receiver.private_key(label.to_kid)
    if private is None:
        raise Refused(Code.KEY, "The private key of this message is no longer kept.")
    try:
        token = decrypt(sealed, admitted.suite, private, label.sender, label.recipient)
        payload = verify(token, KIND, lambda kid: _signing_key(admitted, kid, now)).payload
        manifest = read(Manifest, payload, limit=MAX_MANIFEST)
    except WrongParties:
        raise Refused(Code.ORG_MISMATCH, "The manifest was sealed between other organisations.") from None
    except (InvalidToken, Malformed) as error:
        raise Refused(Code.MANIFEST, f"The manifest is not usable. {error}") from None
    _compare(label, manifest)
    return manifest


def _signing_key(admitted: Admitted, kid: str, now: datetime) -> PublishedKey | None:
    """Find the key by which the sender signed.

    A key that is revoked by now signs nothing that arrives now: whoever stole it chooses the date.
    """
    key = admitted.sender.key(kid, Use.SIGN, admitted.label.created)
    if key is None or key.jwk.crv != admitted.suite.signing or key.revoked_by(now):
        return None
    return key


def _compare(label: Label, manifest: Manifest) -> None:
    if (manifest.iss, manifest.aud) != (label.sender, label.recipient):
        raise Refused(Code.ORG_MISMATCH, "Label and manifest name different organisations.")
    claims = (manifest.jti, manifest.iat, manifest.exp, manifest.to_kid, manifest.label_binding)
    if claims != (label.message_id, label.created, label.expires, label.to_kid, label.binding):
        raise Refused(Code.MANIFEST, "The manifest belongs to another label.")
    if (len(manifest.chunks), manifest.plaintext_size) != (label.chunk_count, label.payload_size):
        raise Refused(Code.MANIFEST, "Label and manifest state different sizes.")


def _open_chunks(label: Label, manifest: Manifest, chunks: Iterable[bytes], quarantine: BinaryIO) -> None:
    cipher = ChunkCipher(manifest.cek, label.message_id, label.chunk_count)
    whole, count = hashlib.sha256(), 0
    for index, sealed in enumerate(chunks):
        check_chunk(label, index, sealed)
        if Digest.of(sealed) != manifest.chunks[index]:
            raise Refused(Code.MANIFEST, f"Chunk {index} is not the one that was sealed.")
        plaintext = cipher.open(index, sealed)
        whole.update(plaintext)
        quarantine.write(plaintext)
        count += 1
    if count != label.chunk_count:
        raise Refused(Code.MALFORMED, "Chunks are missing at the end.")
    if Digest.encoded(whole.digest()) != manifest.plaintext_sha256:
        raise Refused(Code.MANIFEST, "The payload is not the one that was signed.")


def check_chunk(label: Label, index: int, sealed: bytes) -> None:
    """Check the place and size of a chunk against the label, as the door does too. Raise Refused."""
    if index >= label.chunk_count or len(sealed) != label.size_of(index):
        raise Refused(Code.MALFORMED, f"Chunk {index} is too many, or not of its size.")


def _check_parts(parts: Iterable[Part], quarantine: BinaryIO) -> None:
    for part in parts:
        digest, left = hashlib.sha256(), part.size
        quarantine.seek(part.offset)
        while left and (block := quarantine.read(min(left, _BLOCK))):
            digest.update(block)
            left -= len(block)
        if Digest.encoded(digest.digest()) != part.sha256:
            raise Refused(Code.MANIFEST, "A part of the payload is not the one that was signed.")


def _empty(quarantine: BinaryIO) -> None:
    quarantine.seek(0, os.SEEK_SET)
    quarantine.truncate()
