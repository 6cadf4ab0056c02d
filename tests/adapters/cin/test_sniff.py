"""What a file is, told from its start: a census is never taken for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.cin.sniff import require_census
from census_files import message, write
from schemas.errors import Rejected


def lets_pass(path: Path) -> bool:
    try:
        require_census(path)
    except Rejected:
        return False
    return True


@pytest.mark.parametrize(
    "content",
    [
        message(),
        "<!-- made from SSDA903 and CIN -->" + message(),
        message().replace(">test<", ">SSDA903 and CIN exporter<"),
        "<!--" + " <Other> " * 20_000 + "-->" + message(),
        "<?xml version='1.0'?>\n<?p <Other> ?><!-- <html> --><!----><?q?>" + message(),
        "<!-- <Collection>CLA</Collection> -->" + message(),
        message().replace("<Message>", '<c:Message xmlns:c="urn:x">').replace("</Message>", "</c:Message>"),
        "\ufeff<?xml version='1.0' encoding='utf-16'?>" + message(),
        "<Message\n>",
    ],
)
def test_a_census_is_let_pass(tmp_path: Path, content: str) -> None:
    assert lets_pass(write(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<!-- <Message> --><?p <Message> ?><Other a='1'/>", "This XML file is no census: it starts with <Other>"),
        (f"<{'x' * 5000}>", f"This XML file is no census: it starts with <{'x' * 40}>, a census with <Message>."),
        ("<ns:Other>", "This XML file is no census: it starts with <Other>"),
        ("<message>", "This XML file is no census: it starts with <message>"),
        ("<!-- a --><!doctype HTML>", "This is a web page"),
        ("\n\nCHILD,DECOM\n", "This is a CSV file of the looked-after return"),
        ("{\\rtf1 }", "This is a text processor's document"),
    ],
)
def test_anything_else_is_named(tmp_path: Path, content: str, sentence: str) -> None:
    path = write(tmp_path, content)
    assert not lets_pass(path)
    with pytest.raises(Rejected) as caught:
        require_census(path)
    assert caught.value.message.startswith(sentence)
    assert caught.value.hint


@pytest.mark.parametrize("piece", ["<!--", "<?", "<!-- --><?", "<!---->", "<M<"])
def test_comments_without_end_are_left_to_the_reader(tmp_path: Path, piece: str) -> None:
    assert lets_pass(write(tmp_path, piece * 16_000))
