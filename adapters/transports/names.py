"""How files are named: a message id (UUID v7, RFC 9562) and an ending; nothing else is ever opened."""

from __future__ import annotations

import hashlib
import re

from schemas.errors import Permanent

PARCEL = ".itp"
RECEIPT = ".jws"
RECEIPTS = "receipts"

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_IDENTIFIER = re.compile(_ID)
_DRAFT = re.compile(_ID + r"\.[0-9a-f]{16}\.part")


def is_identifier(text: str) -> bool:
    """Tell whether this is a message id."""
    return _IDENTIFIER.fullmatch(text) is not None


def file_name(identifier: str, ending: str) -> str:
    """Name the finished file. Raise Permanent where this is no message id."""
    if not is_identifier(identifier):
        raise Permanent("This is not a message id, so nothing is named by it.")
    return identifier + ending


def draft_name(identifier: str, *content: bytes) -> str:
    """Name the unfinished file by id and content, so that two contents never share one."""
    digest = hashlib.sha256()
    for part in content:
        digest.update(len(part).to_bytes(8, "big") + part)
    return file_name(identifier, f".{digest.hexdigest()[:16]}.part")


def identifier_in(name: str, ending: str) -> str | None:
    """Read the message id from the name of a finished file; None where it is not named by one."""
    identifier = name.removesuffix(ending)
    return identifier if identifier != name and is_identifier(identifier) else None


def is_draft(name: str) -> bool:
    """Tell whether a file is one that somebody is still writing."""
    return _DRAFT.fullmatch(name) is not None
