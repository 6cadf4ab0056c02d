"""Text in cells that a spreadsheet opens: never a formula, and still the same text."""

from __future__ import annotations

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run, or that starts with one."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def unguarded(text: str) -> str:
    """Undo `guarded`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_DANGEROUS) else text
