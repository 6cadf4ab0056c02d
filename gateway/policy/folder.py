"""The agreements that are in force here: those of one folder, read again whenever a file of it changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from gateway.policy.compiled import Compiled, compile_agreement
from gateway.policy.read import read_folder
from schemas.processes.gateways import NONE_COMMENCED

_Seen = tuple[tuple[str, int, int], ...]


class Agreements:
    """The compiled agreements of a folder. A suspension counts from the moment at which its file is saved.

    A folder that is not there has no agreement, so that nothing may be sent or taken.
    """

    def __init__(self, folder: Path, commenced: Mapping[str, date] = NONE_COMMENCED) -> None:
        self._folder = folder
        self._commenced = commenced
        self._read: tuple[_Seen, tuple[Compiled, ...]] = ((), ())

    def __call__(self) -> tuple[Compiled, ...]:
        """Give every version. Raise Misconfigured where a file is no agreement."""
        seen = self._listing()
        before, compiled = self._read
        if seen != before:
            compiled = tuple(compile_agreement(item, self._commenced) for item in read_folder(self._folder))
            self._read = (seen, compiled)
        return compiled

    def _listing(self) -> _Seen:
        found = ((path.name, path.stat()) for path in self._folder.glob("*.toml"))
        return tuple(sorted((name, status.st_mtime_ns, status.st_size) for name, status in found))
