"""The only list of adapters."""

from __future__ import annotations

from pathlib import Path

from adapters.base import ReturnAdapter
from adapters.cin.adapter import CinAdapter
from adapters.input_file import require_file
from schemas.errors import Misconfigured

ADAPTERS: tuple[ReturnAdapter, ...] = (CinAdapter(),)


def adapter_for(path: Path, return_name: str | None = None) -> ReturnAdapter:
    """Find the adapter for a file: the one named, else the only one that there is.

    Raise Rejected where there is no file to read, Misconfigured where there is no such return.
    """
    require_file(path)
    return adapter_named(return_name) if return_name else ADAPTERS[0]


def adapter_named(return_name: str) -> ReturnAdapter:
    """Find the adapter of a return by its name; raise Misconfigured where there is none."""
    for adapter in ADAPTERS:
        if adapter.definition.name == return_name:
            return adapter
    names = ", ".join(adapter.definition.name for adapter in ADAPTERS)
    raise Misconfigured(f"There is no return called {return_name}.", hint=f"Known: {names}.")
