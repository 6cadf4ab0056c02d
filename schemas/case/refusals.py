"""Why a case file or record is refused, in a sentence that holds nothing of what was in it."""

from __future__ import annotations

from functools import cache

from pydantic import ValidationError

from schemas.case.tables import TABLES, fields, provenance_fields
from schemas.errors import Rejected

_SHOWN = 10


def refused(what: str, error: ValidationError) -> Rejected:
    """Tell what is wrong where; `what` names what was read. Values and unknown names are not told: they may be data."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = [f"{_place(item['loc'])}{item['msg'].removeprefix('Value error, ')}" for item in found[:_SHOWN]]
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return Rejected(
        f"This is no case record, in {what}: {'; '.join(told)}{more}.",
        hint="Correct it where it was made. The page case-records lists every table and field.",
    )


def _place(location: tuple[int | str, ...]) -> str:
    parts = [_part(part) for part in location if part not in {"function-after", "constrained-str"}]
    return f"{' '.join(parts)} " if parts else ""


def _part(part: int | str) -> str:
    if isinstance(part, int):
        return f"no. {part + 1}"
    return part if part in _names() else "(a field that there is not)"


@cache
def _names() -> frozenset[str]:
    own = {item.field for item in fields().values()} | {item.field for item in provenance_fields()}
    return frozenset({"format", *TABLES, *own})
