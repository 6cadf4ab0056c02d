"""Who runs a command, on which store, at what time: what the commands of operators share."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.errors import Misconfigured, Rejected

if TYPE_CHECKING:
    from gateway.actor import Actor
    from gateway.store.store import Store

_WIDE = 500
KID_FIRST = {"ignore_unknown_options": True}
"""For commands that take the id of a key: it may begin with a hyphen, and is no option then."""


class Format(StrEnum):
    """How a list is shown."""

    TABLE = "table"
    JSON = "json"


Role = Annotated[str, typer.Option(help="In which role you act: operator, governance, data-steward, manager.")]
Staff = Annotated[str | None, typer.Option(help="Your opaque staff id (a UUID), for the audit log; never a name.")]
Shown = Annotated[Format, typer.Option("--format", help="How it is shown.")]


def now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


@contextmanager
def opened() -> Iterator[Store]:
    """Open the store of the settings for one command."""
    from gateway.store.store import open_store  # noqa: PLC0415  # loaded when a command runs

    store = open_store()
    try:
        yield store
    finally:
        store.engine.dispose()


def acting(role: str, staff: str | None) -> Actor:
    """Say who acts. Raise Misconfigured where the settings do not name the organisation, Rejected."""
    from gateway import settings  # noqa: PLC0415  # loaded when a command runs
    from gateway.actor import Actor  # noqa: PLC0415  # as above
    from gateway.audit import entry  # noqa: PLC0415  # as above

    organisation = settings.text_of(settings.ORGANISATION)
    if not organisation:
        raise Misconfigured(f"Set {settings.ORGANISATION.variable}.", hint=settings.ORGANISATION.help)
    if role not in set(entry.Role):
        raise Rejected("There is no such role.", hint=f"The roles: {', '.join(entry.Role)}.")
    return Actor(organisation, entry.Role(role), staff)


def moment(text: str | None) -> datetime | None:
    """Read a day or a time; without an offset it is in UTC. Raise Rejected."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Rejected("The time cannot be read.", hint="Write 2026-11-25 or 2026-11-25T09:00.") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def content_of(path: Path, most: int) -> bytes:
    """Read a file of at most so many bytes. Raise Rejected."""
    try:
        if path.stat().st_size > most:
            raise Rejected(f"{path.name} is too large.", hint=f"At most {most:,} bytes are read.")
        return path.read_bytes()
    except OSError:
        raise Rejected(f"{path.name} cannot be read.") from None


def at(value: datetime | None) -> str:
    """Show a time, in UTC, to the minute."""
    return "" if value is None else f"{value:%Y-%m-%d %H:%M}"


def show(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table."""
    from rich import box  # noqa: PLC0415  # only people need it
    from rich.console import Console  # noqa: PLC0415  # as above
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    table = Table(*headings, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console = Console(highlight=False)
    # A pipe or a file has no width; only a screen folds what does not fit.
    (console if console.is_terminal else Console(highlight=False, width=_WIDE)).print(table)


def write_json(value: object) -> None:
    """Write JSON; dataclasses become objects, times texts."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return str(value)
