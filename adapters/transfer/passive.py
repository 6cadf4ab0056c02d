"""Tell a page that can only be read from one that can do something: run, load, lead away, take an answer."""

from __future__ import annotations

from html.parser import HTMLParser

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page's own content security policy: nothing is run and nothing is loaded."""

_ELEMENTS = frozenset(
    name
    for line in (
        "html head meta title style body h1 h2 h3 h4 p br span div section header nav ul ol li dl dt dd",
        "table caption thead tbody tr th td svg g line rect circle path text b strong em code details summary",
    )
    for name in line.split()
)
_ATTRIBUTES = frozenset(
    name
    for line in (
        "lang charset http-equiv content name class id scope colspan role aria-labelledby aria-label",
        "viewbox width height x y x1 y1 x2 y2 r d transform",
    )
    for name in line.split()
)
_STYLE = ("url(", "@import", "expression(", "\\", "</")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passive = True
        self.policies: list[str | None] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.in_style = tag == "style"
        self.passive &= tag in _ELEMENTS and values.keys() <= _ATTRIBUTES and len(values) == len(attrs)
        if tag == "meta" and "http-equiv" in values:
            self.policies.append(values.get("content"))
            self.passive &= values["http-equiv"] == "Content-Security-Policy"

    def handle_endtag(self, tag: str) -> None:
        self.in_style &= tag != "style"

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.passive &= not any(found in data.casefold() for found in _STYLE)

    def handle_comment(self, data: str) -> None:  # noqa: ARG002  # whatever it says
        self.passive = False

    handle_pi = handle_comment
    unknown_decl = handle_comment


def is_passive(content: bytes) -> bool:
    """Tell whether a page has our own policy, and none but elements and attributes that do nothing."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.passive and reader.policies == [POLICY]
