"""The hash chain."""

from __future__ import annotations

from hashlib import sha256

from gateway.audit.chain import link, start

TAG = b"ics-gateway/audit/chain/1\n"


def test_the_chain_is_as_documented() -> None:
    before = sha256(TAG + b"log.example/one").digest()
    assert start("log.example/one") == before
    assert link(before, b"{}") == sha256(TAG + before + b"{}").digest()


def test_two_logs_never_share_a_chain() -> None:
    assert link(start("log.example/one"), b"{}") != link(start("log.example/two"), b"{}")
