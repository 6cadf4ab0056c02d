"""What is written comes back as it was, carriage returns included."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from adapters.xml.write import lines


def test_a_text_comes_back_whole() -> None:
    text = "a\rb\r\nc & <d> \u00e9"
    assert ET.fromstring("".join(lines("Note", text, 0))).text == text
