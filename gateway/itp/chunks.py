"""Payload chunks: AES-256-GCM under a key that is used for one message only."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import MessageId

TAG = 16
MAX_CHUNK = 4 << 20
MAX_CHUNKS = 10_000
_NONCE = 12
_COUNTER = 4


def chunk_count(size: int, chunk_size: int) -> int:
    """Count the chunks of a payload: at least one, so that an empty payload is authenticated too."""
    return max(1, -(-size // chunk_size))


class ChunkCipher:
    """Seal and open the chunks of one message; each is bound to the message, its place and the number of all."""

    def __init__(self, key: bytes, message_id: MessageId, count: int) -> None:
        self._aead = AESGCM(key)
        self._message = message_id.octets
        self._count = count

    def seal(self, index: int, plaintext: bytes) -> bytes:
        """Encrypt one chunk; the tag follows the ciphertext."""
        return self._aead.encrypt(_nonce(index), plaintext, self._bound(index))

    def open(self, index: int, sealed: bytes) -> bytes:
        """Decrypt one chunk. Raise Refused (itp-422-manifest) where it is not the chunk that was sealed here."""
        try:
            return self._aead.decrypt(_nonce(index), sealed, self._bound(index))
        except InvalidTag:
            raise Refused(Code.MANIFEST, f"Chunk {index} does not open.") from None

    def _bound(self, index: int) -> bytes:
        """Give the associated data: message id (16 bytes), index, count (4 each, big-endian), final flag (1)."""
        numbers = index.to_bytes(_COUNTER, "big") + self._count.to_bytes(_COUNTER, "big")
        return self._message + numbers + bytes([index == self._count - 1])


def _nonce(index: int) -> bytes:
    return index.to_bytes(_NONCE, "big")
