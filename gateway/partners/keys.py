"""Our private keys in a folder: found by kid, or by what they are for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gateway.itp.keys import PrivateKey, PublishedKey, Use
from gateway.itp.suites import Curve
from gateway.partners.folders import check_private
from gateway.partners.key_files import KeyFile, read_keys
from schemas.errors import Misconfigured

# A file system may give two changes the same time; what was read so soon after a change is read again.
_SETTLED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What the folder held when its time of change was `changed`, in nanoseconds."""

    changed: int
    settled: bool
    files: Mapping[str, KeyFile] = field(repr=False)
    private: Mapping[str, PrivateKey] = field(repr=False)


class KeyStore:
    """The keys of one organisation. A call looks at the folder, and reads the files only after they changed."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.folder = folder
        self.clock = clock
        self._loaded: _Loaded | None = None

    def __repr__(self) -> str:
        return f"KeyStore({str(self.folder)!r})"

    def private(self, kid: str) -> PrivateKey | None:
        """Find a private key: also a retired one as long as it is kept, never a revoked or destroyed one."""
        return self._now().private.get(kid)

    def current(self, use: Use, curve: Curve) -> PrivateKey:
        """Give the key to use now: of several, the one whose life began last. Raise Misconfigured."""
        now, loaded = self.clock(), self._now()
        found = [
            file.published
            for kid, file in loaded.files.items()
            if kid in loaded.private
            and file.published.use is use
            and file.published.jwk.crv == curve
            and file.published.in_use(now)
        ]
        newest = max(found, key=lambda key: key.valid_from, default=None)
        if newest is None:
            raise Misconfigured(
                f"There is no {use} key on {curve} that is valid now.",
                hint=f"Make one: ics-gateway keys new {use} --curve {curve}",
            )
        return loaded.private[newest.kid]

    def published(self) -> tuple[PublishedKey, ...]:
        """Give the public half of every key, of retired, revoked and destroyed ones too, oldest first."""
        return tuple(file.published for file in self.files())

    def files(self) -> tuple[KeyFile, ...]:
        """Give every key with what its file says, oldest first."""
        found = self._now().files.values()
        return tuple(
            sorted(found, key=lambda file: (file.published.valid_from, file.published.use, str(file.published.kid)))
        )

    def _now(self) -> _Loaded:
        changed, loaded = self._changed(), self._loaded
        if loaded is None or loaded.changed != changed or not loaded.settled:
            settled = time.time_ns() - changed > _SETTLED
            files = read_keys(self.folder)
            private = {kid: key for kid, file in files.items() if (key := file.private()) is not None}
            loaded = self._loaded = _Loaded(changed, settled, files, private)
        return loaded

    def _changed(self) -> int:
        try:
            found = self.folder.stat()
        except OSError as error:
            raise Misconfigured(
                f"The folder of keys {self.folder.name} cannot be read ({error.strerror}).",
                hint="Make an authority's folder: ics-gateway init FOLDER",
            ) from None
        check_private(self.folder, found.st_mode)
        return found.st_mtime_ns
