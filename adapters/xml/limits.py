"""How much of a file the gateway reads before it calls the file broken."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.findings import MOST_LISTED

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one message. Sizes are in bytes.

    `text` bounds one run of text and one tag; `depth` the nesting of elements; `elements` their
    number in the whole file; `findings` how many of one form rule are listed.
    The defaults pass ten times the largest English census.
    """

    file_size: int = 8192 * _MIB
    text: int = _MIB
    depth: int = 64
    elements: int = 500_000_000
    findings: int = MOST_LISTED
