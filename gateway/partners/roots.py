"""The pinned roots: the public keys that may sign the directory, in a file that came by a trusted way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from gateway.itp.documents import Document, Malformed, read, written
from gateway.itp.keys import PublishedKey, Use
from gateway.partners.fingerprints import fingerprint, heard
from gateway.partners.folders import write_private
from schemas.errors import Misconfigured, Rejected

_MAX_FILE = 64 << 10
_HINT = "Take the file of roots from the partnership that publishes the directory."


class Roots(Document):
    """The file of roots."""

    spec: Literal["itp-roots/1"] = "itp-roots/1"
    roots: tuple[PublishedKey, ...] = Field(min_length=1, max_length=8)


def read_roots(path: Path) -> tuple[PublishedKey, ...]:
    """Read the pinned roots. Raise Misconfigured."""
    try:
        found = read(Roots, path.read_bytes(), limit=_MAX_FILE).roots
    except OSError as error:
        raise Misconfigured(f"The file of roots {path.name} cannot be read ({error.strerror}).", hint=_HINT) from None
    except Malformed as error:
        raise Misconfigured(f"The file of roots {path.name} is not usable. {error}", hint=_HINT) from None
    if any(root.use is not Use.SIGN for root in found):
        raise Misconfigured(f"The file of roots {path.name} holds a key that does not sign.", hint=_HINT)
    return found


def pin(path: Path, arrived: Sequence[PublishedKey], heard_fingerprint: str) -> PublishedKey:
    """Pin the root of that fingerprint beside those that are pinned. Raise Rejected where none of these has it."""
    for root in arrived:
        if heard(heard_fingerprint, fingerprint(root.kid)):
            pinned = read_roots(path) if path.exists() else ()
            others = tuple(key for key in pinned if key.kid != root.kid)
            write_private(path, written(Roots(roots=(*others, root))))
            return root
    raise Rejected(
        "No root in this file has that fingerprint. Nothing was pinned.",
        hint="Ask the partnership by telephone again; where it still differs, the file is not theirs.",
    )
