"""What a form or a page shows of a carrier's configuration, and how text becomes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, TypeVar

from schemas.errors import Misconfigured

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Option:
    """One field of a configuration. A secret one is never shown once it is set."""

    name: str
    title: str
    help: str
    secret: bool
    required: bool


def described(title: str, text: str, *, read: Callable[[str], object] = str, secret: bool = False) -> dict[str, object]:
    """Give the metadata of a field; `read` makes its value from text and raises ValueError where it cannot."""
    return {"title": title, "help": text, "read": read, "secret": secret}


def options(configuration: type[Any]) -> tuple[Option, ...]:
    """List the fields of a configuration, which is a dataclass whose fields are all `described`."""
    return tuple(_option(item) for item in fields(configuration))


def configured(configuration: type[C], values: Mapping[str, str]) -> C:
    """Make a configuration from text. Raise Misconfigured, which never repeats a value, where it does not fit."""
    known = {item.name: item for item in fields(configuration)}  # type: ignore[arg-type]  # a dataclass, see options()
    unknown = sorted(values.keys() - known.keys())
    missing = sorted(name for name, item in known.items() if _required(item) and name not in values)
    if unknown or missing:
        raise Misconfigured(
            "The carrier's settings do not fit.",
            hint=f"Missing: {', '.join(missing) or 'none'}. Unknown: {', '.join(unknown) or 'none'}.",
        )
    return configuration(**{name: _read(known[name], value) for name, value in values.items()})


def _option(item: Field[Any]) -> Option:
    found = item.metadata
    return Option(item.name, found["title"], found["help"], found["secret"], _required(item))


def _required(item: Field[Any]) -> bool:
    return item.default is MISSING


def _read(item: Field[Any], value: str) -> object:
    try:
        found: object = item.metadata["read"](value)
    except ValueError:
        raise Misconfigured(f"The carrier's setting {item.name} cannot be read.", hint=item.metadata["help"]) from None
    return found
