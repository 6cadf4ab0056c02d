"""The hash chain beside the tree: each entry's hash takes in the one before (layer 1 of the audit trail)."""

from __future__ import annotations

from hashlib import sha256

_TAG = b"ics-gateway/audit/chain/1\n"


def start(origin: str) -> bytes:
    """Give what stands before the first entry of the log of that name: entries of two logs never mix."""
    return sha256(_TAG + origin.encode()).digest()


def link(previous: bytes, entry: bytes) -> bytes:
    """Give the chain hash of an entry's canonical bytes after the hash before it."""
    return sha256(_TAG + previous + entry).digest()
