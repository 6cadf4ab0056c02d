"""A report page in a real browser, and what it complains of or asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page

DESKTOP, PHONE = (1200, 900), (390, 844)


@dataclass
class Opened:
    """A report in the browser, and what the page complained of or asked for."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def count(self) -> str:
        return self.page.inner_text("#count")

    def cards(self) -> list[str]:
        """Give the text of each finding shown, without the empty lines between its parts."""
        texts = self.page.locator("#list > li").all_inner_texts()
        return ["\n".join(line for line in text.splitlines() if line) for text in texts]

    def choose(self, **filters: str) -> str:
        """Set the filters by name; give the count that the page then shows."""
        for name, value in filters.items():
            if name == "child":
                self.page.fill("#by-child", value)
            else:
                self.page.select_option(f"#by-{name}", value)
        return self.count()


Open = Callable[..., Opened]
