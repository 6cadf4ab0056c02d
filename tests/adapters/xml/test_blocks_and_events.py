"""The columnar reader against a plain parser, on any XML and however the blocks fall."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from xml.parsers import expat
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.xml.blocks import WellFormed
from adapters.xml.events import ElementReader, tags_of, tokenise
from adapters.xml.limits import Limits
from adapters.xml.nodes import nodes_of
from schemas.cin.layout import cin_layout

NODES = nodes_of(cin_layout(2027))
NAMES = st.sampled_from(["Message", "Child", "CINdetails", "LAchildID", "Other", "x-y.z"])
TEXTS = st.text(alphabet="ab<>&\"'\n \u00e9\u20ac/]", max_size=8)


@st.composite
def documents(draw: st.DrawFn) -> str:
    def element(depth: int) -> str:
        name = draw(NAMES)
        attribute = draw(st.sampled_from(["", ' a="1>2"', " a='/'", '\nb="&lt;"']))
        if draw(st.integers(0, 5)) == 0:
            return f"<{name}{attribute}/>"
        parts = [content(depth) for _ in range(draw(st.integers(0, 3)))]
        return f"<{name}{attribute}>{''.join(parts)}</{name}{draw(st.sampled_from(['', ' ']))}>"

    def content(depth: int) -> str:
        kind = draw(st.integers(0, 4 if depth < 5 else 3))
        text = draw(TEXTS)
        if kind == 1:
            return f"<!--{text.replace('-', '')}-->"
        if kind == 2:
            return f"<![CDATA[{text.replace(']', '')}]]>"
        if kind == 3:
            return f"<?p {text.replace('?', '').replace('>', '')}?>"
        return element(depth + 1) if kind == 4 else escape(text)

    return draw(st.sampled_from(["", '<?xml version="1.0"?>\n', "<!-- a <b> -->\n"])) + element(1)


def expected(document: str) -> list[tuple[str, int, int, str]]:
    """Walk through with a plain parser: name, line, depth, and the text up to the first inner tag."""
    found: list[list[object]] = []
    open_texts: list[int | None] = []
    parser = expat.ParserCreate()

    def start(name: str, _: dict[str, str]) -> None:
        if open_texts:
            open_texts[-1] = None
        found.append([name, parser.CurrentLineNumber, len(open_texts) + 1, ""])
        open_texts.append(len(found) - 1)

    def end(_: str) -> None:
        open_texts.pop()
        if open_texts:
            open_texts[-1] = None

    def text(data: str) -> None:
        at = open_texts[-1]
        if at is not None:
            found[at][3] = str(found[at][3]) + data

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(document.encode(), True)
    return [(str(n), int(str(at)), int(str(d)), str(t).strip(" \t\r\n")) for n, at, d, t in found]


def blocks_of(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def actual(document: str, size: int) -> list[tuple[str, int, int, str]]:
    reader, tags = ElementReader(NODES), tags_of(NODES)
    rows: list[tuple[str, int, int, str]] = []
    well_formed = WellFormed(blocks_of(document.encode(), size), Limits())
    for block in well_formed:
        opened = reader.read(tokenise(block, tags)).opened
        rows += opened.select("name", "line", "depth", "text").rows()
    assert well_formed.broken is None
    return rows


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(), st.sampled_from([1, 3, 7, 64, 4096]))
def test_the_same_elements_lines_and_texts_as_a_plain_parser(document: str, size: int) -> None:
    ET.fromstring(document)
    assert actual(document, size) == expected(document)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_the_place_of_a_break_does_not_depend_on_the_blocks(size: int) -> None:
    broken = WellFormed(blocks_of(b"<A>\n<B>1</B>\n<C></A>", size), Limits())
    text = "".join(block.text for block in broken)
    assert text.rstrip() == "<A>\n<B>1</B>\n<C>".rstrip() or text == "<A>\n<B>1</B>\n"
    assert broken.broken is not None
    assert (broken.broken.line, broken.broken.column) == (3, 6)
