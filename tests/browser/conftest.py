"""A real browser that opens report pages and lets nothing out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser_page import DESKTOP, Open, Opened
from gateway.reports.html import render_html
from gateway.reports.view import View

_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


# Not for the session: while it is open, its event loop runs in this thread, and other tests need their own.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    opened: list[Opened] = []

    def start(view: View, size: tuple[int, int] = DESKTOP, *, scripts: bool = True) -> Opened:
        path = tmp_path / f"report-{len(opened)}.html"
        path.write_text(render_html(view), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, offline=True
        )
        found = Opened(context.new_page(), path.as_uri())
        found.page.on("console", lambda message: found.complaints.append(message.text))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on("dialog", lambda dialog: found.complaints.append(f"dialog {dialog.message}"))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.goto(found.address)
        opened.append(found)
        return found

    yield start
    for item in opened:
        complaints, requests = item.complaints, item.requests
        item.page.context.close()
        assert complaints == []
        assert requests == [item.address]
