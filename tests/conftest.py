"""What all tests share: databases, where Chromium is, and a last word when it is not there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from databases import bare_url as bare_url
from databases import postgresql_store as postgresql_store
from databases import postgresql_template as postgresql_template
from databases import postgresql_url as postgresql_url
from databases import server as server
from databases import sqlite_store as sqlite_store
from databases import sqlite_template as sqlite_template
from databases import sqlite_url as sqlite_url
from databases import store as store
from databases import url as url

INSTALL = "apt-get install -y chromium fonts-dejavu-core"


def chromium() -> str | None:
    """Find the browser, as CHROMIUM names it or where Debian puts it."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = chromium()
    assert found, f"no Chromium; install it with: {INSTALL}"
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # In CI a missing browser fails the tests; on a person's machine the last lines tell.
    if chromium() or os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="needs Chromium"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        names = sorted({Path(report.nodeid.split("::")[0]).name for report in skipped})
        terminalreporter.write_line(f"Not run without Chromium: {len(skipped)} tests in {', '.join(names)}.")
        terminalreporter.write_line(f"Install it with: {INSTALL}")
