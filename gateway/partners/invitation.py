"""An invitation to one organisation: a nonce that counts once and for a while, and a challenge for each curve."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from gateway.itp.directory import Partner
from gateway.itp.documents import Document, Instant, Malformed, read, written
from gateway.itp.identifiers import Digest, Draw, Organisation
from gateway.itp.keys import Jwk, PrivateKey, PublishedKey, Use
from gateway.itp.suites import Curve
from gateway.partners.folders import alone, check_private, make_private, write_private
from gateway.partners.life import whole
from schemas.errors import Misconfigured, Rejected

LIFE = timedelta(days=14)
_MAX_FILE = 1 << 20
_NONCE = 32
_CURVES: tuple[Curve, ...] = ("X25519", "P-256")


class Invitation(Document):
    """The file that goes to the organisation. It holds no secret; the roots in it are compared by telephone."""

    spec: Literal["itp-invitation/1"] = "itp-invitation/1"
    organisation: Organisation
    nonce: Digest
    issued: Instant
    expires: Instant
    challenges: tuple[Jwk, ...]
    roots: tuple[PublishedKey, ...] = Field(min_length=1, max_length=8)

    def challenge(self, curve: Curve) -> Jwk | None:
        """Find the challenge of a curve."""
        return next((jwk for jwk in self.challenges if jwk.crv == curve), None)


class Stage(StrEnum):
    """How far an invitation is."""

    INVITED = "invited"
    VERIFIED = "verified"
    ACTIVATED = "activated"


class Invited(Document):
    """What the partnership keeps of an invitation. The secrets of the challenges are gone once it is answered."""

    spec: Literal["ics-gateway-invited/1"] = "ics-gateway-invited/1"
    invitation: Invitation
    stage: Stage = Stage.INVITED
    secrets: tuple[dict[str, str], ...] = Field(default=(), repr=False)
    entry: Partner | None = None
    verified: Instant | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.stage is Stage.INVITED) != (self.entry is None):
            raise ValueError("An invitation that was answered, and no other, has an entry.")
        return self

    def secret(self, curve: Curve) -> PrivateKey | None:
        """Find the private half of the challenge of a curve."""
        found = (PrivateKey.from_jwk(members) for members in self.secrets if members.get("crv") == curve)
        return next(found, None)


class Invitations:
    """The invitations of a partnership, a file for each organisation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(
        self,
        organisation: Organisation,
        roots: tuple[PublishedKey, ...],
        now: datetime,
        draw: Draw,
        life: timedelta = LIFE,
    ) -> Invitation:
        """Make an invitation. An earlier one that was not answered counts no longer."""
        secrets = tuple(PrivateKey.generate(curve) for curve in _CURVES)
        # What a key publishes does not hold its times: any will do to see its public half.
        challenges = tuple(key.published(Use.ENCRYPT, whole(now), whole(now) + life).jwk for key in secrets)
        invitation = Invitation(
            organisation=organisation,
            nonce=Digest.encoded(draw(_NONCE)),
            issued=whole(now),
            expires=whole(now) + life,
            challenges=challenges,
            roots=roots,
        )
        self.keep(Invited(invitation=invitation, secrets=tuple(key.to_jwk() for key in secrets)))
        return invitation

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes that answer an invitation waiting."""
        make_private(self.folder)
        with alone(self.folder):
            yield

    def keep(self, invited: Invited) -> None:
        """Write what became of an invitation."""
        make_private(self.folder)
        write_private(self._path(invited.invitation.organisation), written(invited))

    def find(self, organisation: Organisation) -> Invited:
        """Find the invitation of an organisation. Raise Rejected where there is none, Misconfigured."""
        path = self._path(organisation)
        if not path.is_file():
            raise Rejected(f"{organisation} was not invited.", hint="Run: ics-gateway partners invite")
        check_private(path, path.stat().st_mode)
        try:
            return read(Invited, path.read_bytes(), limit=_MAX_FILE)
        except (Malformed, ValidationError):
            raise Misconfigured(f"The file {path.name} of invitations is damaged.", hint="Invite again.") from None

    def all(self) -> tuple[Invited, ...]:
        """Give every invitation, by organisation."""
        if not self.folder.is_dir():
            return ()
        names = (f"urn:ics:org:ods:{path.stem}" for path in sorted(self.folder.glob("[!.]*.json")))
        return tuple(self.find(Organisation(name)) for name in names)

    def _path(self, organisation: Organisation) -> Path:
        return self.folder / f"{organisation.rpartition(':')[2]}.json"


def read_invitation(arrived: bytes) -> Invitation:
    """Read an invitation that came. Raise Rejected."""
    try:
        return read(Invitation, arrived, limit=_MAX_FILE)
    except Malformed as error:
        raise Rejected(f"This is no invitation. {error}", hint="Ask the partnership for the file again.") from None
