"""The example of an agreement, between two made-up authorities, in force on the day on which it is wanted."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib.resources import files

_NORTH, _SOUTH = "urn:ics:org:ods:N99", "urn:ics:org:ods:S99"
_BEFORE, _REVIEW, _AFTER = timedelta(days=30), timedelta(days=180), timedelta(days=365)


def between(first: str, second: str, day: date) -> str:
    """Give the text of the example with these two for its parties, both ways, and with dates around a day."""
    text = files("gateway.policy").joinpath("examples", "moves.toml").read_text(encoding="utf-8")
    for name, found in (("valid_from", day - _BEFORE), ("review_by", day + _REVIEW), ("valid_to", day + _AFTER)):
        text = re.sub(rf"^{name} = .*$", f"{name} = {found.isoformat()}", text, flags=re.MULTILINE)
    return text.replace(_NORTH, first).replace(_SOUTH, second)
