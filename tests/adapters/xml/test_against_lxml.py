"""The reader against a slow, obvious one built on lxml: the same tables, and the same verdict on what is XML."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import adapters.xml.read
from adapters.cin.demo.census import write_demo
from adapters.cin.read import read_cin
from adapters.xml.blocks import WellFormed
from adapters.xml.limits import Limits
from adapters.xml.source import Utf8Blocks
from census_files import child, message, write
from schemas.cin.layout import cin_layout
from schemas.errors import Rejected
from schemas.tables import TYPED, Layout, Table, above, line, value

YEAR = 2027
BLANK = " \t\r\n"
BREAK = re.compile(r"\r\n?|\n")
DECLARATION = re.compile(r"^<\?xml\s.*?\?>", re.DOTALL)
Tables = dict[str, list[dict[str, Any]]]
Path_ = tuple[str, ...]


# The oracle


def tables_of(text: str, layout: Layout) -> Tables:
    """Read a message, given as text, one element at a time."""
    plain = BREAK.sub("\n", DECLARATION.sub(lambda found: "\n" * len(BREAK.findall(found.group())), text))
    root = etree.fromstring(plain, etree.XMLParser(resolve_entities=False, huge_tree=False))
    found: Tables = {table.name: [] for table in layout}
    for element in root.iter(etree.Element):
        path = path_of(element)
        for table in layout:
            if path == table.path:
                found[table.name].append(record(table, found, element.sourceline))
            for field, below in zip(table, table.field_paths, strict=True):
                if path == table.path + below:
                    fill(found[table.name][-1], field.name, element)
    return found


def path_of(element: etree._Element) -> Path_:
    above_it = [etree.QName(item).localname for item in element.iterancestors()]
    return (*reversed(above_it), etree.QName(element).localname)


def record(table: Table, found: Tables, at: int) -> dict[str, Any]:
    links = {above(name): len(found[name]) - 1 for name in table.ancestors}
    cells = {name: None for field in table for name in (field.name, line(field.name))}
    return {"@row": len(found[table.name]), "@line": at} | links | cells


def fill(row: dict[str, Any], field: str, element: etree._Element) -> None:
    if row[line(field)] is None:
        row[line(field)] = element.sourceline
        row[field] = own_text(element) or None


def own_text(element: etree._Element) -> str:
    """Give the text up to the first inner element; comments and instructions do not end it."""
    texts = [element.text or ""]
    for inner in element:
        if isinstance(inner.tag, str):
            break
        texts.append(inner.tail or "")
    return "".join(texts).strip(BLANK)


def rows_of(tables: dict[str, pl.DataFrame], layout: Layout) -> Tables:
    typed = {value(field.name) for table in layout for field in table if field.kind in TYPED}
    return {
        name: [{key: cell for key, cell in row.items() if key not in typed} for row in frame.rows(named=True)]
        for name, frame in tables.items()
    }


# Changes to a file that leave it well-formed. A message is a list: text, tag, text, tag, ..., text.

Tokens = list[str]
Change = Callable[[Tokens, int, Random], None]


def split(text: str) -> Tokens:
    """Cut into tags and texts; a `>` in the value of an attribute ends no tag."""
    return re.split(r"""(<(?:[^>"']|"[^"]*"|'[^']*')*>)""", text)


def in_text(tokens: Tokens, place: int, inserted: str) -> None:
    """Insert into a text inside the message, anywhere but in a reference."""
    at = 2 * (1 + place % (len(tokens) // 2 - 1))
    text = tokens[at]
    cut = place % (len(text) + 1)
    if "&" not in text and "<" not in text:
        tokens[at] = text[:cut] + inserted + text[cut:]


def comment(tokens: Tokens, place: int, rng: Random) -> None:
    in_text(tokens, place, rng.choice(("<!---->", "<!-- <Child> & ]]> -->", "<!--\n<![CDATA[\n-->", "<!--?>'\"-->")))


def instruction(tokens: Tokens, place: int, rng: Random) -> None:
    in_text(tokens, place, rng.choice(("<?p?>", "<?p a > b <Child> ?>", "<?p\n<!--\n?>", "<?p ??>")))


def cdata(tokens: Tokens, place: int, rng: Random) -> None:
    inside = ("", "<!-- & -->", "</Child>", "]]", "&amp;", "1\n2", "<?p?>", "]>", "\u00e9")
    in_text(tokens, place, f"<![CDATA[{rng.choice(inside)}]]>")


def stray(tokens: Tokens, place: int, rng: Random) -> None:
    in_text(tokens, place, rng.choice(("x", "&lt;", "a > b", "\u00e9", "\n\n", "\t", "'\"", "&#x20ac;", "&amp;lt;")))


def unknown(tokens: Tokens, place: int, rng: Random) -> None:
    inside = ("<Note/>", "<a.b-c>x</a.b-c>", "<Child><CINdetails/></Child>", "<Sex>M</Sex>", "<X a='/'/>", "<Y ></Y\n>")
    in_text(tokens, place, rng.choice(inside))


def deep(tokens: Tokens, place: int, rng: Random) -> None:
    levels = rng.randint(2, 20)
    in_text(tokens, place, "<D>" * levels + "<Sex>M</Sex>" + "</D>" * levels)


def a_tag(tokens: Tokens, place: int) -> int:
    return 2 * (place % (len(tokens) // 2)) + 1


def attribute(tokens: Tokens, place: int, rng: Random) -> None:
    at = a_tag(tokens, place)
    tag = tokens[at]
    if tag[1] not in "/?!" and "=" not in tag:
        added = rng.choice((' a="x>y"', " a='\"' b=\"'\"", '\ta="/"', ' a="&lt;"', " a = '>'"))
        tokens[at] = tag[:-2] + added + "/>" if tag.endswith("/>") else tag[:-1] + added + rng.choice(("", " ")) + ">"


def space_in_tag(tokens: Tokens, place: int, rng: Random) -> None:
    at = a_tag(tokens, place)
    tag = tokens[at]
    if tag.startswith("</"):
        tokens[at] = tag[:-1] + rng.choice((" ", "\n", "\t", "\r\n")) + ">"
    elif not tag.endswith(("/>", "?>")):
        tokens[at] = tag[:-1] + rng.choice((" ", "\t")) + ">"


def leaf(tokens: Tokens, place: int) -> int | None:
    """Find an element without inner ones: the place of its start tag."""
    at = a_tag(tokens, place)
    name = tokens[at][1:-1]
    return at if at + 2 < len(tokens) and tokens[at + 2] == f"</{name}>" else None


def emptied(tokens: Tokens, place: int, rng: Random) -> None:
    at = leaf(tokens, place)
    if at is not None:
        tokens[at : at + 3] = [f"{tokens[at][:-1]}{rng.choice(('', ' '))}/>"]


def prefixed(tokens: Tokens, place: int, rng: Random) -> None:
    at = leaf(tokens, place)
    if at is not None and ":" not in tokens[at] and "=" not in tokens[at]:
        name = tokens[at][1:-1]
        tokens[at], tokens[at + 2] = f'<n:{name} xmlns:n="urn:{rng.randint(0, 9)}">', f"</n:{name}>"


def referred(tokens: Tokens, place: int, rng: Random) -> None:
    at = leaf(tokens, place)
    if at is not None and tokens[at + 1].strip().isalnum():
        form = rng.choice(("&#{};", "&#x{:x};", "&#x{:X};", "&#000{};"))
        tokens[at + 1] = "".join(form.format(ord(letter)) for letter in tokens[at + 1].strip())


def wrapped(tokens: Tokens, place: int, rng: Random) -> None:
    at = leaf(tokens, place)
    if at is not None and not set("&<") & set(tokens[at + 1]):
        tokens[at + 1] = f"{rng.choice(('', ' ', '&amp;'))}<![CDATA[{tokens[at + 1]}]]>"


CHANGES: tuple[Change, ...] = (
    comment, instruction, cdata, stray, unknown, deep, attribute, space_in_tag, emptied, prefixed, referred, wrapped,
)  # fmt: skip

# How a message is written: (what stands before it, codec).
FORMS = (
    ("", "utf-8"),
    ("", "utf-8-sig"),
    ('<?xml version="1.0"?>', "utf-8"),
    ("<!-- <Other> --><?p <Message> ?>\n", "utf-8"),
    ('<?xml version="1.0" encoding="UTF-16"?>\n', "utf-16"),
    ("", "utf-16-le"),
    ("<?xml version='1.0' encoding='utf-16be'?>", "utf-16-be"),
    ('<?xml version="1.0" encoding="windows-1252" standalone="yes"?>\n<!-- \u00e9 -->', "cp1252"),
    ('<?xml\nversion="1.0"\nencoding="ISO-8859-15"\n?>', "iso8859-15"),
)


def made(folder: Path, seed: int, changes: list[tuple[int, int]], breaks: str) -> str:
    path = folder / "made.xml"
    write_demo(path, year=YEAR, children=1 + seed % 2, seed=seed, damage=1.0)
    tokens = split(path.read_text(encoding="utf-8").partition("?>\n")[2])
    rng = Random(seed)
    for kind, place in changes:
        CHANGES[kind](tokens, place, rng)
        tokens = split("".join(tokens)) if "<!" not in "".join(tokens) and "<?" not in "".join(tokens) else tokens
    return "".join(tokens).replace("\r\n", "\n").replace("\n", breaks)


def read_in_blocks(monkeypatch: pytest.MonkeyPatch, path: Path, size: int) -> Tables:
    monkeypatch.setattr(adapters.xml.read, "Utf8Blocks", partial(Utf8Blocks, block_size=size))
    return rows_of(read_cin(path, year=YEAR).tables, cin_layout(YEAR))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10_000),
    changes=st.lists(st.tuples(st.integers(0, len(CHANGES) - 1), st.integers(0, 100_000)), max_size=12),
    form=st.sampled_from(FORMS),
    breaks=st.sampled_from(["\n", "\r\n", "\r"]),
    size=st.sampled_from([700, 4096, 1 << 20]),
)
def test_changed_files_give_the_tables_that_a_plain_reader_gives(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int, changes: list[tuple[int, int]], form: tuple[str, str], breaks: str, size: int,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("changed")
    before, codec = form
    text = before.replace("\n", breaks) + made(folder, seed, changes, breaks)
    path = write(folder, text.encode(codec))
    with pytest.MonkeyPatch.context() as patch:
        assert read_in_blocks(patch, path, size) == tables_of(text, cin_layout(YEAR))


def test_a_block_without_a_tag_is_read_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n" * (700 - len("<Message>")) + message(child())
    path = write(tmp_path, text)
    assert read_in_blocks(monkeypatch, path, 700) == tables_of(text, cin_layout(YEAR))


# Every kind of token, so that each is cut at each of its bytes.
TANGLED = message(
    child(
        "<!-- <a> --><CINdetails><CINreferralDate>2025<![CDATA[-06]]>-02<?p >?></CINreferralDate>\r\n"
        "<ReferralSource a='>'>&#49;A</ReferralSource>&amp;<ReferralNFA\t>1</ReferralNFA ></CINdetails>",
        identifier="C\u00e9\u20ac&lt;",
    ),
    declaration='<?xml version="1.0"?>\r\n',
)


@pytest.mark.parametrize("part", range(2))
def test_a_cut_between_blocks_at_any_byte_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    data = TANGLED.encode()
    path = write(tmp_path, data)
    expected = tables_of(TANGLED, cin_layout(YEAR))
    start, end = data.index(b"C\xc3"), data.index(b"</CINdetails>")
    # Each round cuts at two places; the two parts take turns.
    for cut in range(start + 2 * part, end, 4):
        blocks = [data[:cut], data[cut : cut + 1], data[cut + 1 :]]
        monkeypatch.setattr(Utf8Blocks, "__iter__", lambda _, now=blocks: iter([block for block in now if block]))
        assert rows_of(read_cin(path, year=YEAR).tables, cin_layout(YEAR)) == expected, cut


# What is XML


def accepted_by_lxml(data: bytes) -> bool:
    """Tell whether libxml2 takes the bytes for well-formed; a prefix without a namespace is no fault of XML 1.0."""
    try:
        etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=False))
    except etree.XMLSyntaxError as error:
        return all(entry.domain_name == "NAMESPACE" for entry in error.error_log)
    return True


def accepted(folder: Path, data: bytes) -> bool:
    well_formed = WellFormed(Utf8Blocks(write(folder, data), 64), Limits())
    for _ in well_formed:
        pass
    return well_formed.broken is None


PIECES = (
    b"<", b">", b"&", b"/", b"?", b"!", b"'", b'"', b"=", b"-", b"--", b"]]>", b"<!--", b"-->", b"<![CDATA[", b"<?",
    b"?>", b"<?xml ?>", b"&#0;", b"&#xD800;", b"&#x10FFFF;", b"&#x110000;", b"&#xFFFE;", b"&#9;", b"&#1;", b"&a;",
    b"&amp", b"\x00", b"\x01", b"\x0b", b"\x7f", b"\x85", b"\xe9", b"\xc3\xa9", b"\xed\xa0\x80", b"\xef\xbf\xbe",
    b"\xef\xbb\xbf", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\r", b"\n", b" a='1'", b" a=1", b":", b"1", b".",
    b"</Child>", b"<Child>", b"<a/>",
)  # fmt: skip


@settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.sampled_from(PIECES)), min_size=1, max_size=3
    )
)
def test_the_same_bytes_are_xml_as_for_lxml(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, bytes]]
) -> None:
    data = message(child("<!-- a --><![CDATA[b]]><A b='c'/>&amp;<?d e?>")).encode()
    for place, removed, piece in changes:
        at = place % (len(data) + 1)
        data = data[:at] + piece + data[at + removed :]
    folder = tmp_path_factory.getbasetemp()
    assert accepted(folder, data) == accepted_by_lxml(data), data


def test_a_document_type_is_the_one_thing_that_lxml_reads_and_the_gateway_refuses(tmp_path: Path) -> None:
    data = b"<!DOCTYPE Message>" + message().encode()
    assert accepted_by_lxml(data)
    with pytest.raises(Rejected, match="document type declaration"):
        accepted(tmp_path, data)
