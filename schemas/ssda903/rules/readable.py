"""Items with a value that can be read: a date that cannot be counts as blank."""

from collections.abc import Iterable

import polars as pl

from schemas.rules import FieldRef


def any_readable(fields: Iterable[FieldRef]) -> pl.Expr:
    """Say that at least one of the fields has a value that can be read."""
    return pl.any_horizontal(pl.col(field.field).is_not_null() for field in fields)


def all_readable(fields: Iterable[FieldRef]) -> pl.Expr:
    """Say that every one of the fields has a value that can be read."""
    return pl.all_horizontal(pl.col(field.field).is_not_null() for field in fields)
