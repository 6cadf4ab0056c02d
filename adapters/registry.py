"""The only list of adapters. Each is loaded when it is asked for: most files need one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from adapters.base import ReturnAdapter
from adapters.input_file import is_folder, require_file
from schemas.errors import Misconfigured

# The name of the return, and where its adapter is. What none of them recognises goes to the first, which says what
# it is; the last takes any folder and workbook.
ADAPTERS = {
    "cin": "adapters.cin.adapter:CinAdapter",
    "annex-a": "adapters.annex_a.adapter:AnnexAAdapter",
    "ssda903": "adapters.ssda903.adapter:Ssda903Adapter",
}


def adapters() -> Iterator[ReturnAdapter]:
    """Give every adapter, in the order in which they are asked whether they recognise a file."""
    return map(_loaded, ADAPTERS)


@cache
def _loaded(name: str) -> ReturnAdapter:
    module, _, attribute = ADAPTERS[name].partition(":")
    adapter: ReturnAdapter = getattr(import_module(module), attribute)()
    return adapter


def adapter_for(paths: Sequence[Path], return_name: str | None = None) -> ReturnAdapter:
    """Find the adapter for files or folders: the one named, else the first that recognises one of them.

    Raise Rejected where there is nothing to read, Misconfigured where there is no such return.
    """
    for path in paths:
        if not is_folder(path):
            require_file(path)
    if return_name:
        return adapter_named(return_name)
    recognising = (adapter for adapter in adapters() for path in paths if adapter.recognises(path))
    return next(recognising, None) or next(adapters())


def adapter_named(return_name: str) -> ReturnAdapter:
    """Find the adapter of a return by its name; raise Misconfigured where there is none."""
    if return_name not in ADAPTERS:
        raise Misconfigured(f"There is no return called {return_name}.", hint=f"Known: {', '.join(ADAPTERS)}.")
    return _loaded(return_name)
