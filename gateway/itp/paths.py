"""Where the calls of the protocol are (messaging profile 4.6): the server mounts them, and the client calls them."""

from __future__ import annotations

ROOT = "/itp/1"
TRANSFERS = f"{ROOT}/transfers"
RECEIPTS = f"{ROOT}/receipts"
OUTBOX = f"{ROOT}/outbox"


def transfer(message_id: str) -> str:
    """Give the path of a transfer to a partner."""
    return f"{TRANSFERS}/{message_id}"


def offer(message_id: str) -> str:
    """Give the path of a message that a partner offers us."""
    return f"{OUTBOX}/{message_id}"
