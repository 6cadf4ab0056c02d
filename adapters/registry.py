"""The only list of adapters. Each is loaded when it is asked for: most files need one of them.

The folder of an adapter has `adapter.py` with `ADAPTER` (see `adapters.base`), and `sniff.py` with `recognises`, which
tells whether a path looks like its return and raises Rejected where the path may not be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from adapters.base import ReturnAdapter
from adapters.cin.sniff import require_census
from adapters.input_file import is_folder, require_file
from adapters.sniff import OfAnotherKind
from schemas.errors import Misconfigured, Rejected

# The name of the return, and the folder of its adapter. The last takes any folder and workbook.
ADAPTERS = {
    "cin": "adapters.cin",
    "annex-a": "adapters.annex_a",
    "ssda903": "adapters.ssda903",
}


def adapters() -> Iterator[ReturnAdapter]:
    """Give every adapter, in the order in which they are asked for a file."""
    return map(_loaded, ADAPTERS)


@cache
def _loaded(name: str) -> ReturnAdapter:
    adapter: ReturnAdapter = import_module(f"{ADAPTERS[name]}.adapter").ADAPTER
    return adapter


def _recognises(name: str, path: Path) -> bool:
    found: bool = import_module(f"{ADAPTERS[name]}.sniff").recognises(path)
    return found


def adapter_for(paths: Sequence[Path], return_name: str | None = None) -> ReturnAdapter:
    """Find the adapter for files or folders: the one named, else the first that recognises one of them.

    Raise Rejected where there is nothing to read or none recognises it, Misconfigured where there is no such return.
    """
    for path in paths:
        if not is_folder(path):
            require_file(path)
    if return_name:
        return adapter_named(return_name)
    found = next((name for name in ADAPTERS for path in paths if _recognises(name, path)), None)
    if found is None:
        raise _of_none(paths[0])
    return _loaded(found)


def _of_none(path: Path) -> Rejected:
    """Say what a file is that no return recognises: what kind of file it is, where that can be told."""
    try:
        require_census(path)
    except OfAnotherKind:
        pass
    except Rejected as refused:
        return refused
    titles = ", ".join(adapter.definition.title for adapter in adapters())
    return Rejected(
        f"{path.name} is none of the returns that the gateway reads: {titles}.",
        hint=f"Give the file as the case system exports it, or say with --return what it is: {', '.join(ADAPTERS)}.",
    )


def adapter_named(return_name: str) -> ReturnAdapter:
    """Find the adapter of a return by its name; raise Misconfigured where there is none."""
    if return_name not in ADAPTERS:
        raise Misconfigured(f"There is no return called {return_name}.", hint=f"Known: {', '.join(ADAPTERS)}.")
    return _loaded(return_name)
