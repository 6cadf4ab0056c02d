"""How columns of the return are declared: about the child, made ready before, read back or not."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from adapters.mapping.items import Mapped, child, same

SEX = {"M": "1", "F": "2"}
"""The codes of the sexes that the return had before 2025."""


def seen(target: str, sources: tuple[str, ...], how: str, column: str) -> Mapped:
    """Take what was made ready; nothing of it is read back."""
    return Mapped(target, sources, how, lambda _year: pl.col(column))


def kept(
    target: str, sources: tuple[str, ...], how: str, column: str, back: Callable[[pl.Expr], pl.Expr] = same
) -> Mapped:
    """Take what was made ready; it is read back into the first source."""
    return Mapped(target, sources, how, lambda _year: pl.col(column), back)


KNOWN_AS = child("CHILD")
_BORN = seen("DOB", ("person.date_of_birth",), "Of the child.", "_born")
ABOUT = (KNOWN_AS, _BORN)
