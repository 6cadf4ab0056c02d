"""The only list of adapters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.annex_a.adapter import AnnexAAdapter
from adapters.annex_a.build.builder import AnnexABuilder
from adapters.base import ReturnAdapter, ReturnBuilder
from adapters.cin.adapter import CinAdapter
from adapters.cin.build.builder import CinBuilder
from adapters.input_file import require_file
from adapters.ssda903.adapter import Ssda903Adapter
from adapters.ssda903.build.builder import Ssda903Builder
from schemas.errors import Misconfigured

# What none of them recognises goes to the first, which says what it is; the last takes any folder and workbook.
ADAPTERS: tuple[ReturnAdapter, ...] = (CinAdapter(), AnnexAAdapter(), Ssda903Adapter())
# Those that can be built from case records.
BUILDERS: tuple[ReturnBuilder, ...] = (CinBuilder(), AnnexABuilder(), Ssda903Builder())


def builder_named(return_name: str) -> ReturnBuilder:
    """Find what builds a return by its name; raise Misconfigured where nothing does."""
    for builder in BUILDERS:
        if builder.definition.name == return_name:
            return builder
    names = ", ".join(builder.definition.name for builder in BUILDERS)
    raise Misconfigured(f"No return called {return_name} is built from case records.", hint=f"Known: {names}.")


def adapter_for(paths: Sequence[Path], return_name: str | None = None) -> ReturnAdapter:
    """Find the adapter for files or folders: the one named, else the first that recognises one of them.

    Raise Rejected where there is nothing to read, Misconfigured where there is no such return.
    """
    for path in paths:
        if not path.is_dir():
            require_file(path)
    if return_name:
        return adapter_named(return_name)
    recognising = (adapter for adapter in ADAPTERS for path in paths if adapter.recognises(path))
    return next(recognising, ADAPTERS[0])


def adapter_named(return_name: str) -> ReturnAdapter:
    """Find the adapter of a return by its name; raise Misconfigured where there is none."""
    for adapter in ADAPTERS:
        if adapter.definition.name == return_name:
            return adapter
    names = ", ".join(adapter.definition.name for adapter in ADAPTERS)
    raise Misconfigured(f"There is no return called {return_name}.", hint=f"Known: {names}.")
