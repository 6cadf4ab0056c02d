from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.itp.chunks import ChunkCipher, chunk_count
from gateway.itp.codes import Code, Refused
from itp_exchange import CONVERSATION, MESSAGE

KEY = b"\x07" * 32


def test_a_chunk_is_aes_256_gcm_as_the_protocol_says() -> None:
    bound = bytes.fromhex("019ab000000070008000000000000001000000020000000301")
    expected = AESGCM(KEY).encrypt(bytes.fromhex("000000000000000000000002"), b"last", bound)
    assert ChunkCipher(KEY, MESSAGE, 3).seal(2, b"last") == expected
    assert ChunkCipher(KEY, MESSAGE, 3).open(2, expected) == b"last"


@pytest.mark.parametrize(
    ("cipher", "index"),
    [
        (ChunkCipher(b"\x08" * 32, MESSAGE, 3), 1),
        (ChunkCipher(KEY, CONVERSATION, 3), 1),
        (ChunkCipher(KEY, MESSAGE, 4), 1),
        (ChunkCipher(KEY, MESSAGE, 2), 1),
        (ChunkCipher(KEY, MESSAGE, 3), 0),
    ],
)
def test_a_chunk_opens_with_its_key_message_place_and_count_only(cipher: ChunkCipher, index: int) -> None:
    sealed = ChunkCipher(KEY, MESSAGE, 3).seal(1, b"middle")
    with pytest.raises(Refused, match=rf"^Chunk {index} does not open\.$") as refused:
        cipher.open(index, sealed)
    assert refused.value.code == Code.MANIFEST


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 1), (16, 1), (17, 2), (32, 2), (33, 3)])
def test_there_is_always_a_chunk(size: int, count: int) -> None:
    assert chunk_count(size, 16) == count
