from __future__ import annotations

import io
from datetime import timedelta

import pytest

from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Digest
from gateway.itp.keys import Use
from gateway.itp.label import read_label
from gateway.itp.manifest import Part
from gateway.itp.route import choose
from gateway.itp.seal import Envelope, Payload, seal
from itp_exchange import ANN, BEN, CHUNK, NOW, PAYLOAD, TERMS, deliver, directory, only, send

ROUTE = choose(directory(), ANN.organisation, BEN.organisation, NOW)
SIGNING = ANN.keys[Use.SIGN, "Ed25519"]


class Dribble(io.BytesIO):
    """A stream that gives three bytes at a time, as a socket may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(3, size) if size and size > 0 else size)


def sealed_chunks(payload: Payload) -> list[bytes]:
    chunks: list[bytes] = []
    seal(Envelope.new(NOW), ROUTE, TERMS, payload, SIGNING, lambda _index, chunk: chunks.append(chunk))
    return chunks


@pytest.mark.parametrize("suite", ["itp-a", "itp-b"])
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_opens(suite: str, size: int) -> None:
    listed = only(suite)
    opened = deliver(send(bytes(range(size)), by=listed), by=listed)
    assert opened.payload.read() == bytes(range(size))
    assert opened.label.suite == suite
    assert opened.label.chunk_count == max(1, -(-size // CHUNK))


def test_a_stream_that_comes_in_pieces_is_sealed_in_whole_chunks() -> None:
    sizes = [len(chunk) for chunk in sealed_chunks(Payload(Dribble(PAYLOAD), len(PAYLOAD), CHUNK))]
    assert sizes == [32, 32, 32, 18]


@pytest.mark.parametrize(("said", "why"), [(len(PAYLOAD) + 1, "shorter"), (len(PAYLOAD) - 1, "longer"), (0, "longer")])
def test_a_stream_of_another_length_is_not_sealed(said: int, why: str) -> None:
    with pytest.raises(ValueError, match=rf"^The stream is {why} than was said\.$"):
        sealed_chunks(Payload(io.BytesIO(PAYLOAD), said, CHUNK))


def test_each_message_has_its_own_content_key() -> None:
    first, second = (sealed_chunks(Payload(io.BytesIO(PAYLOAD), len(PAYLOAD), CHUNK)) for _ in range(2))
    assert set(first).isdisjoint(second)


def test_more_than_the_partner_takes_is_not_sealed() -> None:
    assert send(by=directory(BEN.partner(max_size=len(PAYLOAD)))).chunks
    with pytest.raises(Refused) as refused:
        send(by=directory(BEN.partner(max_size=len(PAYLOAD) - 1)))
    assert refused.value.code == Code.TOO_LARGE


def test_more_chunks_than_the_protocol_takes_are_not_sealed() -> None:
    with pytest.raises(Refused) as refused:
        sealed_chunks(Payload(io.BytesIO(), 10_001, 1))
    assert refused.value.code == Code.TOO_LARGE


def test_the_largest_manifest_opens() -> None:
    parts = tuple(Part(id=f"p{n}-".ljust(128, "x"), offset=n, size=1, sha256=Digest.of(b"\0")) for n in range(500))
    package = send(bytes(10_000), chunk_size=1, terms=TERMS.model_copy(update={"parts": parts}))
    assert len(deliver(package).manifest.chunks) == 10_000


def test_another_key_than_the_routes_does_not_sign() -> None:
    with pytest.raises(ValueError, match=r"^This is not the signing key of the route\.$"):
        seal(Envelope.new(NOW), ROUTE, TERMS, Payload(io.BytesIO(), 0), BEN.keys[Use.SIGN, "Ed25519"], print)


def test_a_new_envelope_lives_five_days_from_the_whole_second() -> None:
    envelope = Envelope.new(NOW + timedelta(milliseconds=250), lambda size: b"\x01" * size)
    assert (envelope.created, envelope.expires) == (NOW, NOW + timedelta(days=5))
    assert read_label(send(envelope=envelope).label).message_id == envelope.message_id
