"""Why a message cannot be put back to work."""

from __future__ import annotations

from datetime import datetime

from gateway.deadletters.selection import Line
from gateway.store.states import Direction


def refusal(line: Line, at: datetime, due: datetime) -> str | None:
    """Say at `at` why a message whose turn comes at `due` could not come to a good end; none where it could."""
    if line.purged is not None:
        return f"Its content was deleted on {line.purged:%Y-%m-%d}."
    if line.expires <= at:
        return f"It expired on {line.expires:%Y-%m-%d %H:%M} UTC."
    if line.expires <= due:
        return f"It expires on {line.expires:%Y-%m-%d %H:%M} UTC, before its turn."
    if line.negative:
        return _NEGATIVE[line.direction]
    return None


# A negative receipt ends the chain of receipts: none may follow it (gateway/itp/receipts.py).
_NEGATIVE = {
    Direction.OUT: "The partner refused it with a negative receipt, and would give the same one again.",
    Direction.IN: "We refused it with a negative receipt, and its sender counts it as refused.",
}
