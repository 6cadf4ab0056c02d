"""Keys: made, published with a use and a life, retired, revoked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Literal, Self

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from pydantic import model_validator

from gateway.itp.documents import Document, Instant
from gateway.itp.identifiers import Digest
from gateway.itp.suites import Curve

JoseKey = OKPKey | ECKey


class Use(StrEnum):
    """What a key is for. `receipt-log` signs receipts and checkpoints of the log."""

    SIGN = "sign"
    ENCRYPT = "encrypt"
    RECEIPT_LOG = "receipt-log"


class KeyStatus(StrEnum):
    """Where a published key is in its life."""

    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"


class Jwk(Document):
    """A public key (RFC 7517, 8037)."""

    kty: Literal["OKP", "EC"]
    crv: Curve
    x: Digest
    y: Digest | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kty == "EC", self.y is not None) != (self.crv == "P-256",) * 2:
            raise ValueError("The members do not fit the curve.")
        return self

    def jose(self) -> JoseKey:
        """Give the library's key. Raise ValueError where the point is not on the curve."""
        members = self.model_dump(exclude_none=True)
        try:
            return _imported(self.crv, {name: str(value) for name, value in members.items()})
        except JoseError:
            raise ValueError("This is not a point of the curve.") from None


class PublishedKey(Document):
    """A public key as the directory shows it. `kid` is the thumbprint of the key (RFC 7638, SHA-256)."""

    kid: Digest
    use: Use
    jwk: Jwk
    valid_from: Instant
    valid_to: Instant
    status: KeyStatus = KeyStatus.ACTIVE
    revoked_at: Instant | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.valid_to <= self.valid_from:
            raise ValueError("The life of a key ends after it begins.")
        if (self.status is KeyStatus.REVOKED) != (self.revoked_at is not None):
            raise ValueError("A revoked key, and no other, has the time of its revocation.")
        if (self.use is Use.ENCRYPT and self.jwk.crv == "Ed25519") or (
            self.use is not Use.ENCRYPT and self.jwk.crv == "X25519"
        ):
            raise ValueError("The curve does not fit the use.")
        if self.jose.thumbprint() != self.kid:
            raise ValueError("The kid is not the thumbprint of the key.")
        return self

    @cached_property
    def jose(self) -> JoseKey:
        """Give the library's key."""
        return self.jwk.jose()

    def valid_at(self, moment: datetime) -> bool:
        """Say whether what this key did at `moment` counts."""
        return self.valid_from <= moment < self.valid_to and not self.revoked_by(moment)

    def revoked_by(self, moment: datetime) -> bool:
        """Say whether the key was revoked at `moment` or before."""
        return self.revoked_at is not None and moment >= self.revoked_at

    def in_use(self, moment: datetime) -> bool:
        """Say whether something new may be made with this key at `moment`."""
        return self.status is KeyStatus.ACTIVE and self.valid_at(moment)

    def retired(self, moment: datetime) -> Self:
        """Give the key as retired: its life ends at `moment`, unless it ended before."""
        return self._changed(status=KeyStatus.RETIRED, valid_to=min(moment, self.valid_to))

    def revoked(self, moment: datetime) -> Self:
        """Give the key as revoked from `moment`, when it may have come into other hands."""
        return self._changed(status=KeyStatus.REVOKED, revoked_at=moment)

    def _changed(self, **members: object) -> Self:
        now = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**now, **members}, by_name=True)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key in memory; the representation does not show it."""

    kid: Digest
    curve: Curve
    jose: JoseKey = field(repr=False)

    @classmethod
    def generate(cls, curve: Curve) -> Self:
        """Make a new key."""
        key = ECKey.generate_key(curve) if curve == "P-256" else OKPKey.generate_key(curve)
        return cls._of(key, curve)

    @classmethod
    def from_jwk(cls, members: dict[str, str]) -> Self:
        """Take a key from its JWK members, `d` among them. Raise ValueError where it is no such key."""
        public = Jwk.model_validate({name: value for name, value in members.items() if name != "d"})
        try:
            key = _imported(public.crv, members)
        except JoseError:
            raise ValueError("This is not a key.") from None
        if not key.is_private or _public(key) != public:
            raise ValueError("This is not a private key, or its public half is another's.")
        return cls._of(key, public.crv)

    def to_jwk(self) -> dict[str, str]:
        """Give the secret JWK members, for the place where keys are kept."""
        return {name: str(value) for name, value in self.jose.as_dict(private=True).items()}

    def published(self, use: Use, valid_from: datetime, valid_to: datetime) -> PublishedKey:
        """Give what the directory shows of this key."""
        return PublishedKey(kid=self.kid, use=use, jwk=_public(self.jose), valid_from=valid_from, valid_to=valid_to)

    @classmethod
    def _of(cls, key: JoseKey, curve: Curve) -> Self:
        return cls(Digest(key.thumbprint()), curve, key)


def _imported(curve: Curve, members: dict[str, str]) -> JoseKey:
    values: dict[str, str | list[str]] = {**members}
    return ECKey.import_key(values) if curve == "P-256" else OKPKey.import_key(values)


def _public(key: JoseKey) -> Jwk:
    """Give the public half as the key itself makes it, whatever its members said."""
    half = ECKey.import_key(key.public_key) if isinstance(key, ECKey) else OKPKey.import_key(key.public_key)
    return Jwk.model_validate(half.as_dict(private=False))
