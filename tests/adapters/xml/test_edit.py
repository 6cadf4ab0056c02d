"""Texts of a message are changed in place; every other byte stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.edits import Edit
from adapters.xml.edit import edit_message
from schemas.cin.layout import cin_layout
from schemas.corrections import Correction
from schemas.errors import Rejected
from schemas.fields import Field

LAYOUT = cin_layout(2026)
TEXT = """<?xml version="1.0" encoding="{encoding}"?>
<!-- exported by hand --><Message xmlns="urn:of:somebody">
 <Children><Child other="1"><ChildIdentifiers><LAchildID>C1</LAchildID><UPN>{upn}</UPN><Odd>{upn}</Odd>
 </ChildIdentifiers></Child></Children>\r
</Message>
"""


def shout(field: Field, text: str) -> Correction | None:
    return Correction(f"{text.upper()}&", "loud") if field.name == "UPN" else None


def edited(tmp_path: Path, content: bytes) -> tuple[bytes, tuple[Edit, ...]]:
    source, target = tmp_path / "in.xml", tmp_path / "out.xml"
    source.write_bytes(content)
    edits = edit_message(source, LAYOUT, shout, target)
    assert source.read_bytes() == content
    return target.read_bytes(), edits


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "windows-1252"])
def test_only_the_text_of_the_field_changes_whatever_the_encoding(tmp_path: Path, encoding: str) -> None:
    made, edits = edited(tmp_path, TEXT.format(encoding=encoding, upn="\u00e9 &lt;x").encode(encoding))
    expected = TEXT.format(encoding=encoding, upn="\u00e9 &lt;x").replace(
        "<UPN>\u00e9 &lt;x<", "<UPN>\u00c9 &lt;X&amp;<"
    )  # fmt: skip
    assert made == expected.encode(encoding)
    assert edits == (Edit("in.xml", 3, "ChildIdentifiers.UPN", "\u00e9 <x", "\u00c9 <X&", "loud"),)


@pytest.mark.parametrize("upn", ["a<!-- b -->c", "<![CDATA[a]]>", "a<?b c?>", "a<b/>c", ""])
def test_a_text_with_anything_inside_it_is_left_as_it_is(tmp_path: Path, upn: str) -> None:
    content = TEXT.format(encoding="UTF-8", upn=upn).encode()
    assert edited(tmp_path, content) == (content, ())


def test_without_a_target_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "in.xml"
    source.write_text(TEXT.format(encoding="UTF-8", upn="a"), encoding="utf-8")
    assert len(edit_message(source, LAYOUT, shout, None)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in.xml"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<Message><Children></Message>", "Line 1, column 22: the file is not well-formed."),
        (b'<!DOCTYPE M [<!ENTITY a "b">]><Message>&a;</Message>', "The file has a document type declaration."),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(Rejected) as caught:
        edited(tmp_path, content)
    assert str(caught.value.message) == told
