"""Unique pupil numbers as the looked-after return takes them: the form of a number, and the codes for none."""

import polars as pl

from schemas.identifiers import UPN_ALPHABET
from schemas.periods import Period
from schemas.ssda903.layout import code_set
from schemas.ssda903.rules.terms import among

BELOW_SCHOOL_AGE = "UN1"
NOT_YET_KNOWN = "UN4"
_NUMBER = f"^[{UPN_ALPHABET}][0-9]{{11}}[0-9A-Z]$"


def is_number(upn: pl.Expr) -> pl.Expr:
    """Say that a UPN has the form of a number, whatever its check letter; null where blank."""
    return upn.str.contains(_NUMBER)


def stands_for_none(upn: pl.Expr, period: Period) -> pl.Expr:
    """Say that a UPN is one of the codes UN1 to UN5; a blank one is not."""
    return among(upn, code_set("UPNunknown").values(period.year))
