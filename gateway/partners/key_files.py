"""Private keys as files: one for each key, named by its kid, that only its owner reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from gateway.itp.documents import Document, Instant, Malformed, read, written
from gateway.itp.keys import KeyStatus, PrivateKey, PublishedKey
from gateway.partners.folders import check_private, overwrite_private, write_private
from schemas.errors import Misconfigured

_MAX_FILE = 16 << 10
_HINT = "Put it back from the backup, or move it out of the folder of keys."


class KeyFile(Document):
    """One key of ours. Without its private half it is destroyed, and says when."""

    spec: Literal["ics-gateway-key/1"] = "ics-gateway-key/1"
    published: PublishedKey
    jwk: dict[str, str] | None = Field(default=None, repr=False)
    destroyed_at: Instant | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.jwk is None) != (self.destroyed_at is not None):
            raise ValueError("A destroyed key, and no other, has no private half.")
        if self.jwk is not None and PrivateKey.from_jwk(self.jwk).kid != self.published.kid:
            raise ValueError("The two halves are of different keys.")
        return self

    def private(self) -> PrivateKey | None:
        """Give the private half, unless the key is revoked or destroyed."""
        if self.jwk is None or self.published.status is KeyStatus.REVOKED:
            return None
        return PrivateKey.from_jwk(self.jwk)

    def changed(self, published: PublishedKey) -> Self:
        """Give the file with another public half of the same key."""
        return type(self)(published=published, jwk=self.jwk, destroyed_at=self.destroyed_at)


def key_path(folder: Path, kid: str) -> Path:
    """Give the place of a key."""
    return folder / f"{kid}.json"


def read_keys(folder: Path) -> Mapping[str, KeyFile]:
    """Read every key of the folder, by its kid. Raise Misconfigured where a file is open to others or damaged."""
    return {path.stem: _read(path) for path in sorted(folder.glob("[!.]*.json"))}


def write_key(folder: Path, key: KeyFile) -> None:
    """Write a key in place of what was there."""
    write_private(key_path(folder, key.published.kid), written(key))


def destroy_key(folder: Path, key: KeyFile, at: datetime) -> KeyFile:
    """Write over the private half; the public one stays, with the time."""
    destroyed = KeyFile(published=key.published, destroyed_at=at)
    overwrite_private(key_path(folder, key.published.kid), written(destroyed))
    return destroyed


def _read(path: Path) -> KeyFile:
    try:
        check_private(path, path.stat().st_mode)
        key = read(KeyFile, path.read_bytes(), limit=_MAX_FILE)
    except OSError as error:
        raise Misconfigured(f"The key {path.name} cannot be read ({error.strerror}).", hint=_HINT) from None
    except (Malformed, ValidationError):
        raise Misconfigured(f"The key {path.name} is damaged.", hint=_HINT) from None
    if key.published.kid != path.stem:
        raise Misconfigured(f"The file {path.name} holds another key than its name says.", hint=_HINT)
    return key
