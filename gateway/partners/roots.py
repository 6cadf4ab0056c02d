"""The pinned roots: the public keys that may sign the directory, in a file that came by a trusted way."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from gateway.itp.documents import Document, Malformed, read
from gateway.itp.keys import PublishedKey, Use
from schemas.errors import Misconfigured

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
