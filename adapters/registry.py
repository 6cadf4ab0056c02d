"""The only list of adapters."""

from __future__ import annotations

from pathlib import Path

from adapters.base import ReturnAdapter
from adapters.cin.adapter import CinAdapter
from schemas.errors import Misconfigured, Rejected

ADAPTERS: tuple[ReturnAdapter, ...] = (CinAdapter(),)


def adapter_for(path: Path, return_name: str | None = None) -> ReturnAdapter:
    """Find the adapter for a file: the one named, else the only one that there is.

    Raise Rejected where there is no such file, Misconfigured where there is no such return.
    """
    if path.is_dir():
        raise Rejected(f"{path.name} is a folder.", hint="Give the census file itself.")
    if not path.is_file():
        raise Rejected(f"There is no file {path}.", hint="Check the path and the spelling.")
    return adapter_named(return_name) if return_name else ADAPTERS[0]


def adapter_named(return_name: str) -> ReturnAdapter:
    """Find the adapter of a return by its name; raise Misconfigured where there is none."""
    for adapter in ADAPTERS:
        if adapter.definition.name == return_name:
            return adapter
    names = ", ".join(adapter.definition.name for adapter in ADAPTERS)
    raise Misconfigured(f"There is no return called {return_name}.", hint=f"Known: {names}.")
