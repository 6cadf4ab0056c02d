"""Two authorities that exchange sealed packages in tests, and an attacker who remakes them.

Keys are derived from names, so that every run has the same ones. `send(...)` seals, `deliver(...)` opens,
`refusal(...)` gives the code with which something is refused, `remade(...)` forges a package.
"""

from __future__ import annotations

import hashlib
import io
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from joserfc.jwk import ECKey, OKPKey

from gateway.itp.admit import Arrival
from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Directory, Partner, Standing
from gateway.itp.documents import written
from gateway.itp.identifiers import Digest, MessageId, Organisation
from gateway.itp.jose import decrypt, encrypt, sign, verify
from gateway.itp.keys import PrivateKey, PublishedKey, Use
from gateway.itp.label import Label, read_label
from gateway.itp.manifest import Authority, Manifest, Restriction, Terms
from gateway.itp.open import Opened, Receiver, open_package
from gateway.itp.route import choose
from gateway.itp.seal import KIND, Envelope, Payload, seal
from gateway.itp.suites import SUITES, Curve

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
KEYS_FROM = NOW - timedelta(days=90)
KEYS_TO = NOW + timedelta(days=90)
PAYLOAD = b"Synthetic payload in more than three chunks of 16."
CHUNK = 16
MESSAGE = MessageId("019ab000-0000-7000-8000-000000000001")
CONVERSATION = MessageId("019ab000-0000-7000-8000-000000000002")

TERMS = Terms(
    process="P1",
    process_version="1",
    step="notice",
    purpose="move",
    legal_gateways=("LG-CA89-47",),
    agreement_id="agreement-1",
    agreement_version="3",
    policy_decision_id="decision-9",
    authorised_by=Authority(role="team-manager", reference="staff-17"),
    restriction=Restriction(level="X0"),
    subjects=("subject-1",),
    schema_name="case-record",
    schema_version="1",
    content_type="application/zip",
)


def private_key(name: str, curve: Curve) -> PrivateKey:
    """Derive a key from a name."""
    secret = hashlib.sha256(f"{name} {curve}".encode()).digest()
    key: OKPKey | ECKey
    if curve == "P-256":
        key = ECKey.import_key(ec.derive_private_key(int.from_bytes(secret, "big") >> 1, ec.SECP256R1()))
    elif curve == "Ed25519":
        key = OKPKey.import_key(ed25519.Ed25519PrivateKey.from_private_bytes(secret))
    else:
        key = OKPKey.import_key(x25519.X25519PrivateKey.from_private_bytes(secret))
    return PrivateKey.from_jwk({name: str(value) for name, value in key.as_dict(private=True).items()})


USES: tuple[tuple[Use, Curve], ...] = (
    (Use.SIGN, "Ed25519"),
    (Use.SIGN, "P-256"),
    (Use.ENCRYPT, "X25519"),
    (Use.ENCRYPT, "P-256"),
    (Use.RECEIPT_LOG, "Ed25519"),
)


@dataclass(frozen=True)
class Side:
    """One made-up authority with a key for every use."""

    organisation: Organisation
    keys: dict[tuple[Use, Curve], PrivateKey]

    def published(self, use: Use, curve: Curve) -> PublishedKey:
        return self.keys[use, curve].published(use, KEYS_FROM, KEYS_TO)

    def partner(self, **changes: Any) -> Partner:
        members = {
            "organisation": self.organisation,
            "name": "A made-up authority",
            "suites": ("itp-a", "itp-b"),
            "minimum_suite": "itp-b",
            "max_size": 1 << 40,
            "status": Standing.LIVE,
            "keys": tuple(self.published(use, curve) for use, curve in USES),
        }
        return Partner(**{**members, **changes})

    def private(self, kid: Digest) -> PrivateKey | None:
        return next((key for key in self.keys.values() if key.kid == kid), None)


def side(code: str) -> Side:
    """Make an authority by its ODS code."""
    keys = {(use, curve): private_key(f"{code} {use}", curve) for use, curve in USES}
    return Side(Organisation(f"urn:ics:org:ods:{code}"), keys)


ANN, BEN, CAT = side("AAA"), side("BBB"), side("CCC")
ROOT = private_key("root", "Ed25519")
PINNED = (ROOT.published(Use.SIGN, KEYS_FROM, KEYS_TO),)


def directory(*changed: Partner, sequence: int = 1, issued: datetime = NOW) -> Directory:
    """Make a directory of the three, some of them changed."""
    partners = {each.organisation: each.partner() for each in (ANN, BEN, CAT)}
    partners |= {partner.organisation: partner for partner in changed}
    return Directory(sequence=sequence, issued=issued, partners=tuple(partners.values()))


@dataclass(frozen=True)
class Package:
    """The bytes of a sealed package."""

    label: bytes
    manifest: bytes
    chunks: tuple[bytes, ...]


def send(
    payload: bytes = PAYLOAD,
    *,
    sender: Side = ANN,
    recipient: Side = BEN,
    by: Directory | None = None,
    chunk_size: int = CHUNK,
    terms: Terms = TERMS,
    test: bool = False,
    draw: Callable[[int], bytes] = lambda size: b"\x07" * size,
    envelope: Envelope | None = None,
) -> Package:
    """Seal a payload from one to the other."""
    way = choose(by or directory(), sender.organisation, recipient.organisation, NOW, test=test)
    envelope = envelope or Envelope(MESSAGE, CONVERSATION, NOW, NOW + timedelta(days=5))
    signing = sender.private(way.signing.kid)
    assert signing is not None
    chunks: dict[int, bytes] = {}
    made = Payload(io.BytesIO(payload), len(payload), chunk_size)
    sealed = seal(envelope, way, terms, made, signing, chunks.__setitem__, draw=draw)
    return Package(sealed.label_bytes, sealed.manifest_bytes, tuple(chunks[index] for index in sorted(chunks)))


def only(suite: str, *sides: Side) -> Directory:
    """Make a directory in which these list one suite alone."""
    return directory(*(each.partner(suites=(suite,), minimum_suite=suite) for each in sides or (ANN, BEN)))


def deliver(
    package: Package,
    *,
    to: Side = BEN,
    by: Directory | None = None,
    now: datetime = NOW,
    proved: Iterable[Organisation] | None = None,
    quarantine: io.BytesIO | None = None,
    policy: Callable[[Label, Manifest], object] = lambda _label, _manifest: None,
    scan: Callable[..., object] = lambda *_scanned: None,
    private: Callable[[Digest], PrivateKey | None] | None = None,
) -> Opened:
    """Open a package at the recipient."""
    receiver = Receiver(to.organisation, by or directory(), private or to.private, policy, scan)
    came_from = (ANN.organisation,) if proved is None else tuple(proved)
    arrival = Arrival(package.label, package.manifest, came_from)
    return open_package(receiver, arrival, iter(package.chunks), quarantine or io.BytesIO(), now)


def refusal(package: Package, **how: Any) -> Code:
    """Give the code with which the recipient refuses; nothing of the payload is left behind."""
    quarantine = io.BytesIO()
    with pytest.raises(Refused) as refused:
        deliver(package, quarantine=quarantine, **how)
    assert quarantine.getvalue() == b""
    return refused.value.code


def relabelled(package: Package, **members: Any) -> Package:
    """Change members of the label and nothing else."""
    label = {**json.loads(package.label), **members}
    return replace(package, label=json.dumps(label, sort_keys=True, separators=(",", ":")).encode())


def manifest_of(package: Package, to: Side = BEN) -> bytes:
    """Decrypt the signed manifest (a JWS), as its recipient can."""
    label = read_label(package.label)
    private = to.private(label.to_kid)
    assert private is not None
    return decrypt(package.manifest, SUITES[label.suite], private, label.sender, label.recipient)


def claims_of(package: Package) -> dict[str, Any]:
    """Give the claims of the manifest."""
    claims: dict[str, Any] = json.loads(verify(manifest_of(package), KIND, _any_key).payload)
    return claims


def _any_key(kid: str) -> PublishedKey | None:
    keys = [key for each in (ANN, BEN, CAT) for key in each.partner().keys]
    return next((key for key in keys if key.kid == kid), None)


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def raw_jws(header: dict[str, Any], payload: bytes, key: PrivateKey) -> bytes:
    """Sign under any header with Ed25519, as no library of ours would."""
    signed = f"{base64url(json.dumps(header).encode())}.{base64url(payload)}".encode()
    secret = key.jose.private_key
    assert isinstance(secret, ed25519.Ed25519PrivateKey)
    return signed + b"." + base64url(secret.sign(signed)).encode()


def remade(
    package: Package,
    *,
    claims: dict[str, Any] | None = None,
    label: dict[str, Any] | None = None,
    token: bytes | None = None,
    signing: PrivateKey | None = None,
    sealing: PublishedKey | None = None,
    parties: tuple[Organisation, Organisation] | None = None,
) -> Package:
    """Forge: change claims and label, sign and seal again, and make the outer digests fit.

    `token` is put in as the signed manifest as it is. The binding to the label is made to fit too,
    unless `claims` or `token` gives it.
    """
    old = read_label(package.label)
    changed = relabelled(package, **(label or {}))
    new = Label.model_validate_json(changed.label, by_alias=True, by_name=False)
    members = {**claims_of(package), "label_binding": str(new.binding), **(claims or {})}
    payload = json.dumps({name: value for name, value in members.items() if value is not None}).encode()
    signed = token or sign(payload, KIND, signing or ANN.keys[Use.SIGN, SUITES[old.suite].signing])
    key = sealing or BEN.published(Use.ENCRYPT, SUITES[new.suite].agreement)
    sealed = encrypt(signed, key, *(parties or (new.sender, new.recipient)))
    final = new.model_copy(update={"manifest_digest": Digest.of(sealed)})
    return Package(written(final), sealed, package.chunks)
