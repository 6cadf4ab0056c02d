from __future__ import annotations

from pathlib import Path

import pytest

from gateway.explanations import Note, explain, read_notes, write_template
from report_builder import error, query, report
from schemas.errors import Misconfigured


def notes(folder: Path, text: str, encoding: str = "utf-8") -> tuple[Note, ...]:
    path = folder / "notes.csv"
    path.write_text(text, encoding=encoding)
    return read_notes(path)


def test_the_note_for_the_child_comes_before_the_note_for_the_rule() -> None:
    found = explain(report(query("C1"), query("C2")), (Note("8525Q", "", "all"), Note("8525Q", "C2", "own")))
    assert found.by_finding == {0: "all", 1: "own"}
    assert (found.stale, found.on_errors) == ((), ())


def test_a_note_that_matches_nothing_is_stale_and_an_empty_one_is_not() -> None:
    gone = Note("8525Q", "C9", "moved away")
    found = explain(report(query("C1")), (gone, Note("8525Q", "C1", "")))
    assert (found.by_finding, found.stale) == ({}, (gone,))


def test_a_note_on_an_error_explains_nothing() -> None:
    note = Note("8810", "C1", "we like it so")
    found = explain(report(error("C1")), (note,))
    assert (found.by_finding, found.stale, found.on_errors) == ({}, (), (note,))


def test_two_notes_on_one_query_are_both_shown() -> None:
    found = explain(report(query("C1")), (Note("8525Q", "C1", "first"), Note("8525Q", "C1", "second")))
    assert (found.by_finding, found.stale) == ({0: "first; second"}, ())


def test_notes_are_read_as_a_spreadsheet_saves_them(tmp_path: Path) -> None:
    text = 'note,rule,child,seen by\r\n"a, b\nc", 8525Q ,\'-1,AB\r\nx,8545Q\r\n'
    assert notes(tmp_path, text, "utf-8-sig") == (
        Note("8525Q", "-1", "a, b\nc", (("seen by", "AB"),)),
        Note("8545Q", "", "x", (("seen by", ""),)),
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "notes.csv needs the columns rule, child, note."),
        (b"rule;child;note\n", "notes.csv needs the columns rule, child, note."),
        (b"rule,child,note\n8525Q,C1,Andr\xe9\n", "notes.csv cannot be read (UnicodeDecodeError)."),
        (b"rule,child,note\n8525Q,C1,died, moved\n", "notes.csv line 2 has more cells than headings."),
    ],
)
def test_a_file_that_is_none_of_notes_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes(content)
    with pytest.raises(Misconfigured) as caught:
        read_notes(path)
    assert caught.value.message == told


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"^There is no file none\.csv\.$"):
        read_notes(tmp_path / "none.csv")


def test_the_template_asks_once_for_each_query_and_for_no_error(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    count = write_template(path, report(error("C1"), query("C1"), query("C1"), query("=1+1"), query("")), ())
    assert count == 3
    assert path.read_bytes() == b"\xef\xbb\xbfrule,child,note\r\n8525Q,C1,\r\n8525Q,'=1+1,\r\n8525Q,,\r\n"


def test_writing_again_keeps_every_note_and_column(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    kept = (Note("8525Q", "C1", "=HYPERLINK(1)", (("seen by", "AB"),)), Note("9999Q", "C9", "stale"))
    assert write_template(path, report(query("C1"), query("C2")), kept) == 1
    assert path.read_text("utf-8-sig").splitlines() == [
        "rule,child,note,seen by",
        "8525Q,C1,'=HYPERLINK(1),AB",
        "9999Q,C9,stale,",
        "8525Q,C2,,",
    ]
    again = read_notes(path)
    write_template(path, report(query("C1"), query("C2")), again)
    assert read_notes(path) == again
    assert [note.note for note in again] == ["=HYPERLINK(1)", "stale", ""]
