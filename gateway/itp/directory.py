"""The directory of partners: a signed document with a rising number, and who may do what by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from gateway.itp.documents import Document, Instant, Malformed, Token, read, written
from gateway.itp.identifiers import Organisation
from gateway.itp.jose import MAX_TOKEN, InvalidToken, sign, verify
from gateway.itp.keys import PrivateKey, PublishedKey, Use
from schemas.errors import Held

KIND = "itp-directory+jws"
WARN_AFTER = timedelta(days=2)
REFUSE_AFTER = timedelta(days=7)


class Fault(StrEnum):
    """Why a directory is not used. These are ours alone and never sent."""

    SIGNATURE = "directory-signature"
    MALFORMED = "directory-malformed"
    ROLLBACK = "directory-rollback"
    CONFLICT = "directory-conflict"
    STALE = "directory-stale"


class DirectoryRefused(Held):
    """A directory cannot be used; a person must find out why."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message, hint="Fetch the directory again; ask the partnership that publishes it.")
        self.fault = fault


class Standing(StrEnum):
    """Where a partner is in its membership. Only `live` exchanges real data; `test` made-up data only."""

    PENDING = "pending"
    TEST = "test"
    LIVE = "live"
    SUSPENDED = "suspended"
    LEFT = "left"


class Endpoint(Document):
    """One way to reach a partner."""

    mode: Literal["push", "poll", "folder", "mesh", "sftp", "portal"]
    address: str = Field(max_length=500)


class Partner(Document):
    """One organisation of the directory. `max_size` is the largest payload it takes, in bytes."""

    organisation: Organisation
    aliases: tuple[Token, ...] = ()
    name: str = Field(max_length=200)
    endpoints: tuple[Endpoint, ...] = ()
    suites: tuple[Token, ...]
    minimum_suite: Literal["itp-a", "itp-b"]
    max_size: int = Field(ge=0)
    status: Standing
    keys: tuple[PublishedKey, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.minimum_suite not in self.suites:
            raise ValueError("The minimum suite is one of the suites.")
        return self

    def may_exchange(self, *, test: bool) -> bool:
        """Say whether this partner exchanges such a message now."""
        return self.status is Standing.LIVE or (test and self.status is Standing.TEST)

    def key(self, kid: str, use: Use, moment: datetime) -> PublishedKey | None:
        """Find a key of that use by its id that was valid at `moment`."""
        found = (key for key in self.keys if key.kid == kid and key.use is use)
        return next((key for key in found if key.valid_at(moment)), None)

    def newest(self, use: Use, curve: str, moment: datetime) -> PublishedKey | None:
        """Find the active key to use at `moment`: of several, the one that became valid last."""
        found = [key for key in self.keys if key.use is use and key.jwk.crv == curve and key.in_use(moment)]
        return max(found, key=lambda key: key.valid_from, default=None)


class Directory(Document):
    """One revision of the directory."""

    spec: Literal["itp-directory/1"] = "itp-directory/1"
    sequence: int = Field(ge=1)
    issued: Instant
    partners: tuple[Partner, ...]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        names = [name for partner in self.partners for name in (partner.organisation, *partner.aliases)]
        kids = [key.kid for partner in self.partners for key in partner.keys]
        if len(set(names)) < len(names) or len(set(kids)) < len(kids):
            raise ValueError("An organisation, an alias or a key is there twice.")
        return self

    def partner(self, name: str) -> Partner | None:
        """Find a partner by its URN or an alias."""
        return self._by_name.get(name)

    def is_old(self, now: datetime) -> bool:
        """Say whether to warn that no newer revision came."""
        return now - self.issued >= WARN_AFTER

    def check_fresh(self, now: datetime) -> None:
        """Check before a new message is sealed. Raise DirectoryRefused where the revision is too old."""
        if now - self.issued >= REFUSE_AFTER:
            raise DirectoryRefused(Fault.STALE, f"Revision {self.sequence} of the directory is too old to send by.")

    @cached_property
    def _by_name(self) -> dict[str, Partner]:
        return {str(name): partner for partner in self.partners for name in (partner.organisation, *partner.aliases)}


def signed(directory: Directory, root: PrivateKey) -> bytes:
    """Sign a revision with the root key."""
    return sign(written(directory), KIND, root)


def accept(arrived: bytes, roots: Sequence[PublishedKey], current: Directory | None = None) -> Directory:
    """Read a revision that a pinned root signed and that does not go back behind `current`.

    Raise DirectoryRefused.
    """
    revision = _read(arrived, roots)
    if current is not None and revision.sequence < current.sequence:
        raise DirectoryRefused(
            Fault.ROLLBACK, f"Revision {revision.sequence} of the directory is older than {current.sequence}."
        )
    if current is not None and revision.sequence == current.sequence and revision != current:
        raise DirectoryRefused(Fault.CONFLICT, f"There are two revisions {revision.sequence} of the directory.")
    return revision


def _read(arrived: bytes, roots: Sequence[PublishedKey]) -> Directory:
    pinned = {str(root.kid): root for root in roots}
    try:
        verified = verify(arrived, KIND, pinned.get)
        revision = read(Directory, verified.payload, limit=MAX_TOKEN)
    except InvalidToken:
        raise DirectoryRefused(Fault.SIGNATURE, "No pinned root signed this directory.") from None
    except Malformed as error:
        raise DirectoryRefused(Fault.MALFORMED, f"The directory is not usable. {error}") from None
    if not verified.key.valid_at(revision.issued):
        raise DirectoryRefused(Fault.SIGNATURE, "The root was not valid when this directory was issued.")
    return revision
