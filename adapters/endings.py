"""Tell from the name of a target in which form a return is written there."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import Path

from schemas.errors import Misconfigured

# An ending has a letter and is short, so that cla-31.03.2026 names a folder.
_ENDING = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,5}")


def form_of(target: Path, forms: Container[str], instead: str) -> str:
    """Give the ending of a target where it is one of `forms`, and no text where the target names a folder.

    Raise Misconfigured, with `instead` for its hint, where the ending is that of another form.
    """
    ending = target.suffix.lower()
    if ending in forms:
        return ending
    if _ENDING.fullmatch(ending) and not target.is_dir():
        raise Misconfigured(
            f"{target.name} ends in {ending}, and the return is not written in that form.", hint=instead
        )
    return ""
