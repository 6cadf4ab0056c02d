"""Tell a person of a request that was refused for who made it, without letting its maker flood the database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.alerts.alerts import OF_CODE, raise_alert
from gateway.itp.codes import Code
from gateway.store.engine import writing
from gateway.store.errors import Busy
from gateway.store.store import Store

EVERY = timedelta(minutes=1)
"""How often one alert is counted again at the most."""


class Alarms:
    """Raises the alerts of one process."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._last: dict[tuple[Code, str], datetime] = {}
        self._lock = threading.Lock()

    def sound(self, code: Code, subject: str) -> None:
        """Raise the alert of a code about an organisation, if the code has one."""
        now = self._clock()
        if code not in OF_CODE or not self._is_due((code, subject), now):
            return
        try:
            with writing(self._store.engine) as connection:
                raise_alert(connection, OF_CODE[code], subject, now)
        except Busy:
            # The refusal stands without its alert; the next one raises it.
            self._forget((code, subject))

    def _is_due(self, alarm: tuple[Code, str], now: datetime) -> bool:
        with self._lock:
            last = self._last.get(alarm)
            if last is not None and last <= now < last + EVERY:
                return False
            self._last[alarm] = now
            return True

    def _forget(self, alarm: tuple[Code, str]) -> None:
        with self._lock:
            self._last.pop(alarm, None)
