"""What all tests share: databases, where the programs that some need are, and a last word when one is not there."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import nginx_front
import openssh
from databases import (
    bare_url,
    postgresql_store,
    postgresql_template,
    postgresql_url,
    server,
    sqlite_store,
    sqlite_template,
    sqlite_url,
    store,
    url,
)
from gateway.logs import OURS

__all__ = (
    "bare_url",
    "postgresql_store",
    "postgresql_template",
    "postgresql_url",
    "server",
    "sqlite_store",
    "sqlite_template",
    "sqlite_url",
    "store",
    "url",
)


# Loggers of servers and workers that are quietened where they are started.
_OTHERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "celery", "celery.task", "celery.worker", "celery.redirected")


@dataclass(frozen=True)
class Needed:
    """A program that the tests of one marker need, and the packages that bring it."""

    name: str
    packages: str
    found: Callable[[], str | None]


def chromium() -> str | None:
    """Find the browser, as CHROMIUM names it or where Debian puts it."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium")


NEEDED = {
    "browser": Needed("Chromium", "chromium fonts-dejavu-core", chromium),
    "sshd": Needed("an OpenSSH server", "openssh-server", openssh.server),
    "nginx": Needed("nginx", "nginx", nginx_front.program),
}


@pytest.fixture(autouse=True)
def _logs_as_they_were(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back how this process logs: a command that a test runs configures that, and tests come in any order."""
    for place, name in ((logging, "raiseExceptions"), (sys, "excepthook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    loggers = [logging.getLogger(name) for name in (None, *OURS, *_OTHERS)]
    before = [(one, one.level, one.propagate, list(one.handlers)) for one in loggers]
    yield
    logging.captureWarnings(capture=False)
    for one, level, propagate, handlers in before:
        one.setLevel(level)
        one.propagate = propagate
        one.handlers[:] = handlers


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = chromium()
    assert found, f"no Chromium; install it with: {_install('browser')}"
    return found


def pytest_xdist_auto_num_workers() -> int:
    # Many tests wait, for servers and for processes of their own.
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    # What was collected stays to the end: looking through it for garbage again and again takes a twentieth of the time.
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # In CI a missing program fails the tests; on a person's machine the last lines tell.
    missing = {} if os.environ.get("CI") else {marker: NEEDED[marker].name for marker in _missing()}
    for item in items:
        for marker in item.iter_markers():
            if marker.name in missing:
                # The last lines name it, and the command that installs it; .ci/run has installed it.
                item.add_marker(pytest.mark.skip(reason=f"needs {missing[marker.name]}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped, missing = terminalreporter.stats.get("skipped", []), _missing()
    if skipped and missing:
        names = sorted({Path(report.nodeid.split("::")[0]).name for report in skipped})
        without = " and ".join(NEEDED[marker].name for marker in missing)
        terminalreporter.write_line(f"Not run without {without}: {len(skipped)} tests in {', '.join(names)}.")
        terminalreporter.write_line(f"Install it with: {_install(*missing)}")


def _missing() -> list[str]:
    return [marker for marker, needed in NEEDED.items() if not needed.found()]


def _install(*markers: str) -> str:
    return f"apt-get install -y {' '.join(NEEDED[marker].packages for marker in markers)}"
