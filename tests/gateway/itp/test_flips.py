"""Properties: what is sealed opens, and one flipped bit anywhere is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.itp.codes import Code
from itp_exchange import deliver, only, refusal, send

SENT = {suite: send(by=only(suite)) for suite in ("itp-a", "itp-b")}
LABEL_CODES = {Code.MALFORMED, Code.ORG_MISMATCH, Code.PARTNER_STATUS, Code.EXPIRED, Code.KEY, Code.MANIFEST}


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@settings(deadline=None, max_examples=60)
@given(payload=st.binary(max_size=300), chunk_size=st.integers(1, 128), suite=st.sampled_from(["itp-a", "itp-b"]))
def test_what_is_sealed_opens(payload: bytes, chunk_size: int, suite: str) -> None:
    listed = only(suite)
    assert deliver(send(payload, chunk_size=chunk_size, by=listed), by=listed).payload.read() == payload


@settings(deadline=None, max_examples=150)
@given(data=st.data(), suite=st.sampled_from(["itp-a", "itp-b"]))
def test_a_flipped_bit_anywhere_is_refused(data: st.DataObject, suite: str) -> None:
    package = SENT[suite]
    whole = package.label + package.manifest + b"".join(package.chunks)
    changed = flipped(whole, data.draw(st.integers(0, 8 * len(whole) - 1)))
    label, rest = changed[: len(package.label)], changed[len(package.label) :]
    manifest, rest = rest[: len(package.manifest)], rest[len(package.manifest) :]
    chunks = []
    for chunk in package.chunks:
        chunks.append(rest[: len(chunk)])
        rest = rest[len(chunk) :]
    code = refusal(type(package)(label, manifest, tuple(chunks)), by=only(suite), proved=())
    assert code in (LABEL_CODES if label != package.label else {Code.MANIFEST})


def test_every_bit_of_the_label_is_guarded() -> None:
    package = SENT["itp-a"]
    listed = only("itp-a")
    for bit in range(8 * len(package.label)):
        code = refusal(replace(package, label=flipped(package.label, bit)), by=listed, proved=())
        assert code in LABEL_CODES


@pytest.mark.parametrize("suite", ["itp-a", "itp-b"])
def test_the_packages_that_are_damaged_open_undamaged(suite: str) -> None:
    assert deliver(SENT[suite], by=only(suite))
