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
from adapters.input_file import is_folder, require_file
from schemas.errors import Misconfigured

# The name of the return, and the folder of its adapter. What none of them recognises goes to the first, which says what
# it is; the last takes any folder and workbook.
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

    Raise Rejected where there is nothing to read, Misconfigured where there is no such return.
    """
    for path in paths:
        if not is_folder(path):
            require_file(path)
    if return_name:
        return adapter_named(return_name)
    recognising = (name for name in ADAPTERS for path in paths if _recognises(name, path))
    return _loaded(next(recognising, None) or next(iter(ADAPTERS)))


def adapter_named(return_name: str) -> ReturnAdapter:
    """Find the adapter of a return by its name; raise Misconfigured where there is none."""
    if return_name not in ADAPTERS:
        raise Misconfigured(f"There is no return called {return_name}.", hint=f"Known: {', '.join(ADAPTERS)}.")
    return _loaded(return_name)
