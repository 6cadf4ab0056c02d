"""Read agreements from TOML: strictly, within limits, and with errors that name the place."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError

from gateway.policy.agreement import Agreement
from schemas.errors import Misconfigured

MAX_BYTES = 256 * 1024
MAX_FILES = 500
_SHOWN = 5


def read_agreement(content: bytes, name: str = "the agreement") -> Agreement:
    """Read one version; raise Misconfigured where it is none."""
    try:
        # Through JSON, where lists stand for tuples, and nothing else for anything but itself.
        return Agreement.model_validate_json(json.dumps(_parsed(content, name), default=_day))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        told = [f"{_place(item['loc'])}: {item['msg'].removeprefix('Value error, ')}" for item in found[:_SHOWN]]
        raise Misconfigured(f"{name} is no agreement: {'; '.join(told)}.", hint="See the page agreements.") from None
    except TypeError:
        raise Misconfigured(f"{name} is no agreement: it has a time where only a day can be.") from None


def read_folder(folder: Path) -> tuple[Agreement, ...]:
    """Read every `*.toml` of a folder by name; raise Misconfigured where a version stands there twice."""
    paths = sorted(folder.glob("*.toml"))
    if len(paths) > MAX_FILES:
        raise Misconfigured(f"There are more than {MAX_FILES} agreements in {folder.name}.")
    found: dict[tuple[str, str], Agreement] = {}
    for path in paths:
        agreement = read_agreement(_content(path), path.name)
        key = (agreement.agreement_id, agreement.version)
        if key in found:
            raise Misconfigured(f"{path.name}: version {key[1]} of {key[0]} is there twice.")
        found[key] = agreement
    return tuple(found.values())


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _parsed(content: bytes, name: str) -> dict[str, object]:
    if len(content) > MAX_BYTES:
        raise Misconfigured(f"{name} is larger than {MAX_BYTES // 1024} KiB.")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise Misconfigured(f"{name} is no TOML.", hint="See the page agreements.") from None


def _day(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise TypeError


def _place(location: tuple[int | str, ...]) -> str:
    known = _known()
    parts = [f"no. {part + 1}" if isinstance(part, int) else part if part in known else "?" for part in location]
    return " ".join(parts) or "as a whole"


def _known() -> frozenset[str]:
    names = set(Agreement.model_fields)
    for info in Agreement.model_json_schema()["$defs"].values():
        names |= set(info.get("properties", {}))
    return frozenset(names)
