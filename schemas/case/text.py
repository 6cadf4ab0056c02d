"""The JSON form of a case file: what is left out of it is empty."""

from __future__ import annotations

import json

from pydantic import ValidationError

from schemas.case.record import CaseFile
from schemas.case.refusals import refused
from schemas.errors import Rejected

# A family of ten with every table full is a hundredth of it.
MOST_CHARACTERS = 64 * 1024 * 1024


def write_case(case: CaseFile) -> str:
    """Give the file as JSON in one line, its fields in the order of the declaration."""
    content = case.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({"format": case.format, **content}, ensure_ascii=False, separators=(",", ":"))


def read_case(text: str | bytes) -> CaseFile:
    """Read a file from JSON; raise Rejected where it is none. Nothing is mended and nothing is dropped."""
    if len(text) > MOST_CHARACTERS:
        raise Rejected(f"The case file is too long: at most {MOST_CHARACTERS:,} characters are read.")
    try:
        case = CaseFile.model_validate_json(text)
    except ValidationError as error:
        raise refused("the file", error) from None
    json.loads(text, object_pairs_hook=_once)
    return case


def _once(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise Rejected("The case file says something twice: two entries of one object have the same name.")
