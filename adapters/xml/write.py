"""Write a message in the one canonical form: UTF-8, two spaces a level, elements in tree order."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TypeAlias

from schemas.fields import Field, Group

# What XML cannot hold.
UNWRITABLE = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_STEP = "  "
# A reader takes a plain carriage return for a line feed.
_RETURN = "&#13;"

# One element's content by tag: text, inner content, or a list of either where it repeats.
Record: TypeAlias = "dict[str, str | Record | list[str] | list[Record]]"
# An element ready to be written: its tag, and its text or inner elements.
Element: TypeAlias = "tuple[str, str | list[Element]]"


def elements(group: Group, record: Record) -> list[Element]:
    """Put the content of a record into the order of its group; what the group lacks is left out."""
    found: list[Element] = []
    for child in group.content:
        content = record.get(child.tag)
        if content is None:
            continue
        for one in content if isinstance(content, list) else [content]:
            if isinstance(one, dict):
                found.append((child.tag, elements(child, one) if isinstance(child, Group) else []))
            elif isinstance(child, Field):
                found.append((child.tag, one))
    return found


def lines(tag: str, content: str | list[Element], depth: int) -> Iterator[str]:
    """Write one element, each line with its line break."""
    indent = _STEP * depth
    if isinstance(content, str):
        text = escape(content, quote=False).replace("\r", _RETURN)
        yield f"{indent}<{tag}>{text}</{tag}>\n"
    elif content:
        yield f"{indent}<{tag}>\n"
        for inner, inside in content:
            yield from lines(inner, inside, depth + 1)
        yield f"{indent}</{tag}>\n"
    else:
        yield f"{indent}<{tag}/>\n"
