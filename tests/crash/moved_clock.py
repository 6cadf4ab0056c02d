"""A clock that several processes share: a file says how far it is ahead of this machine's, and a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from authorities import SetClock


class MovedClock(SetClock):
    """Reads the file at every call, so that all processes go forward at once."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead."""
        return timedelta(microseconds=int(self._file.read_text())) if self._file.exists() else timedelta()

    def forward(self, by: timedelta) -> None:
        draft = self._file.with_suffix(".draft")
        draft.write_text(str((self.ahead + by) // timedelta(microseconds=1)))
        draft.replace(self._file)
