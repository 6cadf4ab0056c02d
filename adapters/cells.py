"""Text in cells that a spreadsheet opens: never a formula, and still the same text."""

from __future__ import annotations

import polars as pl

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")
_STARTS = r"^([=+\-@\t\r'])"
_GUARDED = r"^'([=+\-@\t\r'])"


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run, or that starts with one."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def unguarded(text: str) -> str:
    """Undo `guarded`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_DANGEROUS) else text


def guarded_texts(texts: pl.Expr) -> pl.Expr:
    """Guard every text of a column; see `guarded`."""
    return texts.str.replace(_STARTS, "'${1}")


def unguarded_texts(texts: pl.Expr) -> pl.Expr:
    """Undo `guarded_texts`."""
    return texts.str.replace(_GUARDED, "${1}")
