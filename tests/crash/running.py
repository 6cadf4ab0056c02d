"""Real processes, forked from a server that has loaded the gateway already: to start one takes no time."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

_PRELOADED = [
    "gateway.cli.app",
    "gateway.server",
    "celery.__main__",
    "celery.bin.worker",
    "authorities",
    "crash.launch",
]


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


class Running:
    """One process, with those that it starts itself."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        tests = str(Path(__file__).parents[1])
        # The server of forks reads the path from the environment when it starts.
        path = os.environ.get("PYTHONPATH", "")
        if tests not in path.split(os.pathsep):
            os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (tests, path)))
        self._process = _context().Process(target=target, args=arguments)
        self._process.start()

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    @property
    def exitcode(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        """Kill it and all that it started with SIGKILL."""
        if self._process.pid is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                # It is no group of its own yet, or is gone.
                self._process.kill()
        self._process.join(20)

    def wait(self, seconds: float) -> bool:
        """Wait until it ended; false where it did not in time."""
        self._process.join(seconds)
        return not self._process.is_alive()
