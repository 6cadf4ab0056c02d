"""Changes to the values of a file: what stood where, and what stands there now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One changed value: its file, line and field (`Table.Field`), the text before and after, and in what they differ.

    Put back in the reverse order, the texts before give the file that was.
    """

    file: str
    line: int
    field: str
    before: str
    after: str
    reason: str
