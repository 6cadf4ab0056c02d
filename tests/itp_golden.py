"""Golden vectors of ITP-1: fixed keys, fixed randomness, fixed bytes.

Rewrite them with: .venv/bin/python tests/itp_golden.py
and look at the difference: another implementation may rely on what changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from cryptography.hazmat.primitives.asymmetric import ec, x25519
from joserfc.jwk import ECKey, OKPKey

from gateway.itp.codes import Code
from gateway.itp.directory import signed
from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.keys import Use
from gateway.itp.label import read_label
from gateway.itp.manifest import Level
from gateway.itp.receipts import Receipt, make
from gateway.itp.seal import KIND
from itp_exchange import (
    ANN,
    BEN,
    CAT,
    NOW,
    PAYLOAD,
    PINNED,
    ROOT,
    Package,
    base64url,
    claims_of,
    directory,
    manifest_of,
    only,
    raw_jws,
    remade,
    send,
)

FOLDER = Path(__file__).parent / "golden" / "itp"
_LAST_WEEK = {"created": "2026-11-18T09:00:00Z", "expires": "2026-11-25T09:00:00Z"}


@contextmanager
def fixed_randomness() -> Iterator[Callable[[int], bytes]]:
    """Let the libraries draw keys and nonces from a counter, and sign with ECDSA as RFC 6979 says."""
    count = iter(range(1 << 32))

    def draw(size: int) -> bytes:
        return hashlib.shake_256(f"ITP-1 golden {next(count)}".encode()).digest(size)

    def agreement(_curve: str) -> x25519.X25519PrivateKey:
        return x25519.X25519PrivateKey.from_private_bytes(draw(32))

    def p_256(_curve: str) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(draw(31), "big"), ec.SECP256R1())

    def ecdsa(algorithm: Any) -> ec.ECDSA:
        return ec.ECDSA(algorithm, deterministic_signing=True)

    with (
        mock.patch("secrets.token_bytes", draw),
        mock.patch.object(OKPKey.binding, "generate_private_key", agreement),
        mock.patch.object(ECKey.binding, "generate_private_key", p_256),
        mock.patch("joserfc._rfc7518.jws_algs.ECDSA", ecdsa),
    ):
        yield draw


def made() -> dict[str, str]:
    """Make every file: name and content."""
    with fixed_randomness() as draw:
        plain = send(draw=draw)
        documents: dict[str, Any] = {
            "keys.json": _keys(),
            "directory.json": {"now": NOW.isoformat(), "jws": signed(directory(), ROOT).decode()},
            "sealed-itp-a.json": _sealed(plain, PAYLOAD),
            "sealed-itp-b.json": _sealed(send(by=only("itp-b"), draw=draw), PAYLOAD),
            "sealed-empty.json": _sealed(send(b"", draw=draw), b""),
            "refused.json": [_refused(code, why, package) for code, why, package in _attacks(plain)],
            "receipts.json": [token.decode() for token in _receipts(plain)],
        }
    return {name: json.dumps(content, indent=1, sort_keys=True) + "\n" for name, content in documents.items()}


def _keys() -> dict[str, Any]:
    sides = {side.organisation: side for side in (ANN, BEN, CAT)}
    keys: dict[str, Any] = {
        name: [{"use": use, "jwk": key.to_jwk()} for (use, _curve), key in side.keys.items()]
        for name, side in sides.items()
    }
    return {"root": [{"use": PINNED[0].use, "jwk": ROOT.to_jwk()}], **keys}


def _sealed(package: Package, payload: bytes) -> dict[str, Any]:
    return {
        "now": NOW.isoformat(),
        "payload": base64url(payload),
        "claims": claims_of(package),
        **_bytes(package),
    }


def _refused(code: Code, why: str, package: Package) -> dict[str, Any]:
    return {"now": NOW.isoformat(), "why": why, "code": code, **_bytes(package)}


def _bytes(package: Package) -> dict[str, Any]:
    return {
        "label": package.label.decode(),
        "manifest": package.manifest.decode(),
        "chunks": [base64url(chunk) for chunk in package.chunks],
    }


def _attacks(plain: Package) -> list[tuple[Code, str, Package]]:
    one, two, three, last = plain.chunks
    header = {"alg": "Ed25519", "kid": str(ANN.keys[Use.SIGN, "Ed25519"].kid), "typ": KIND}
    claims = json.dumps(claims_of(plain)).encode()
    unsigned = f"{base64url(json.dumps({**header, 'alg': 'none'}).encode())}.{base64url(claims)}.".encode()
    elsewhere = raw_jws({**header, "jku": "https://attacker.example"}, claims, ANN.keys[Use.SIGN, "Ed25519"])
    return [
        (Code.MANIFEST, "chunks swapped", replace(plain, chunks=(two, one, three, last))),
        (Code.MANIFEST, "a chunk repeated", replace(plain, chunks=(one, one, three, last))),
        (Code.MALFORMED, "the last chunk dropped", replace(plain, chunks=(one, two, three))),
        (Code.MANIFEST, "alg none", remade(plain, token=unsigned)),
        (Code.MANIFEST, "a key by address", remade(plain, token=elsewhere)),
        (Code.MANIFEST, "signed by another", remade(plain, signing=CAT.keys[Use.SIGN, "Ed25519"])),
        (Code.ORG_MISMATCH, "signed for another", remade(plain, claims={"aud": str(CAT.organisation)})),
        (Code.ORG_MISMATCH, "sealed between others", remade(plain, parties=(CAT.organisation, BEN.organisation))),
        (Code.EXPIRED, "past its expiry", remade(plain, label=_LAST_WEEK)),
        (
            Code.MANIFEST,
            "the binding of another label",
            remade(plain, label={"class": "bulk"}, token=manifest_of(plain)),
        ),
    ]


def _receipts(plain: Package) -> list[bytes]:
    label = read_label(plain.label)
    tokens: list[bytes] = []
    steps: list[tuple[Level, str, Digest | None]] = [("R1", "intact", None), ("R2", "verified", Digest.of(PAYLOAD))]
    for level, outcome, content in steps:
        receipt = Receipt(
            receipt_id=MessageId(f"019ab000-0000-7000-8000-0000000000f{len(tokens)}"),
            iss=BEN.organisation,
            aud=ANN.organisation,
            message_id=label.message_id,
            manifest_digest=label.manifest_digest,
            label_digest=Digest.of(plain.label),
            plaintext_sha256=content,
            level=level,
            outcome=outcome,
            at=NOW,
            prev_receipt=Digest.of(tokens[-1]) if tokens else None,
        )
        tokens.append(make(receipt, BEN.keys[Use.RECEIPT_LOG, "Ed25519"]))
    return tokens


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in made().items():
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
