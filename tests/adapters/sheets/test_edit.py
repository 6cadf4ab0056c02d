"""Changing cells of a CSV file in place."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sheets.edit import CellEdit, edited

EDIT = [CellEdit(2, 1, "new")]


@pytest.mark.parametrize(
    ("before", "delimiter", "after"),
    [
        ("a,b,c\n1,2,3\n", ",", "a,b,c\n1,new,3\n"),
        ("a,b\r\n1,2\r\n", ",", "a,b\r\n1,new\r\n"),
        ("a,b\r1,2\r3,4", ",", "a,b\r1,new\r3,4"),
        ("a;b\n 1 ; 2 \n\n;\n3;4", ";", "a;b\n 1 ;new\n\n;\n3;4"),
        ('a,b\n"1,""0""\n",2\n', ",", 'a,b\n"1,""0""\n",new\n'),
        ('a,b\n5" x,"2"\n', ",", 'a,b\n5" x,"new"\n'),
        ("\ufeffa,b\n1,2\n", ",", "\ufeffa,b\n1,new\n"),
    ],
)
def test_one_cell_changes_and_nothing_else(before: str, delimiter: str, after: str) -> None:
    assert edited(before.encode(), delimiter, EDIT) == after.encode()


@pytest.mark.parametrize("codec", ["cp1252", "utf-16", "utf-16-le"])
def test_the_encoding_stays(codec: str) -> None:
    assert edited("a,b\né,2\n".encode(codec), ",", EDIT).decode(codec) == "a,b\né,new\n"


def test_bytes_that_are_no_letters_stay() -> None:
    assert edited(b"a,b\n\x81\xe9,2\n", ",", EDIT) == b"a,b\n\x81\xe9,new\n"


@pytest.mark.parametrize(("text", "written"), [("x,y", '"x,y"'), ('x"y', '"x""y"'), ("x\ny", '"x\ny"'), ("x;y", "x;y")])
def test_a_text_that_needs_quotation_marks_gets_them(text: str, written: str) -> None:
    assert edited(b"a,b\n1,2\n", ",", [CellEdit(2, 1, text)]) == f"a,b\n1,{written}\n".encode()


CELL = st.text(st.sampled_from('ab,;"\né'), max_size=5)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6), st.data())
def test_the_edited_file_reads_as_the_edited_table(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    reader = csv.reader(io.StringIO(written.getvalue()))
    lines = []
    for _ in rows:
        lines.append(reader.line_num + 1)
        next(reader)
    at, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 1))
    text = data.draw(CELL)
    after = edited(written.getvalue().encode(), ",", [CellEdit(lines[at], column, text)]).decode()
    expected = [list(row) for row in rows]
    expected[at][column] = text
    assert list(csv.reader(io.StringIO(after))) == expected
