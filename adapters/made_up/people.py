"""Items of made-up people."""

from __future__ import annotations

from random import Random

from schemas.cin.layout import code_set
from schemas.identifiers import upn_check_letter

_PSEUDO_AUTHORITIES = ("001", "002", "003", "004", "005")


def upn(number: int, rng: Random) -> str:
    """Make a valid UPN of a pseudo-authority, a different one for every number."""
    body = f"{rng.choice(_PSEUDO_AUTHORITIES)}{number // 1000 % 10000:04d}{rng.randint(8, 24):02d}{number % 1000:03d}"
    return f"{upn_check_letter(body)}{body}"


def ethnicity(rng: Random) -> str:
    """Choose an ethnicity; the first of the list is the most frequent."""
    codes = code_set("Ethnicity").values(2017)
    return codes[0] if rng.random() < 0.6 else rng.choice(codes)  # noqa: PLR2004  # about three in five
