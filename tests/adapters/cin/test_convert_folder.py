"""Folder to census: what has no place is named, and what spreadsheets make of a table is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.cin.convert import convert_census
from census_folders import back, folder_of, put, refused, rows
from schemas.cin.layout import cin_layout
from schemas.errors import Rejected


def test_an_unknown_column_is_named_with_the_item_that_was_meant(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    content = rows(folder, "ChildIdentifiers")
    content[0][content[0].index("Sex")] = "sex"
    put(folder, "ChildIdentifiers", content)
    text, losses = back(folder)
    assert losses == (
        "ChildIdentifiers.csv, column sex: the 2026 table has no such item. Values: 2. Did you mean Sex?",
    )
    assert "<Sex>" not in text


def test_an_item_of_another_year_is_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    content = rows(folder, "ChildIdentifiers")
    put(folder, "ChildIdentifiers", [[*content[0], "GenderCurrent"], [*content[1], "1"], [*content[2], ""]])
    _, losses = back(folder)
    assert losses == ("ChildIdentifiers.csv, column GenderCurrent: the 2026 table has no such item. Values: 1.",)


def test_unknown_files_and_tables_of_other_years_are_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "notes.txt").write_text("call back", encoding="utf-8")
    (folder / "section47.csv").write_text("id\n", encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"\0")
    put(folder, "PreProceedings", [["id", "within", "PPStartDate"], ["p1", "c1.CINdetails1", "2026-01-02"]])
    _, losses = back(folder)
    assert losses == (
        "notes.txt: no table of the census is called that.",
        "section47.csv: no table of the census is called that. Did you mean Section47?",
        "PreProceedings.csv: the 2026 collection has no such table. Records: 1.",
    )


def test_a_second_header_or_characteristics_record_is_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    header = rows(folder, "Header")
    put(folder, "Header", [*header, ["h2", *header[1][1:]]])
    kinds = rows(folder, "ChildCharacteristics")
    put(folder, "ChildCharacteristics", [kinds[0], ["x", "c2", "WIRI"], *kinds[1:2], ["y", "c1", "WROM"]])
    put(folder, "Disabilities", [["id", "within", "Disability"]])
    text, losses = back(folder)
    assert losses == (
        "Header.csv line 3: only one record may stand there; this is another.",
        "ChildCharacteristics.csv line 4: only one record may stand there; this is another.",
    )
    assert [part[:4] for part in text.split("<Ethnicity>")[1:]] == ["WBRI", "WIRI"]


def test_a_child_without_characteristics_leaves_those_of_others_in_place(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    kinds = rows(folder, "ChildCharacteristics")
    put(folder, "ChildCharacteristics", [kinds[0], ["x", "c2", "WIRI"]])
    put(folder, "Disabilities", [["id", "within", "Disability"], ["d", "x", "HAND"]])
    text, losses = back(folder)
    assert losses == ()
    first, second = text.split("<Child>")[1:]
    assert "ChildCharacteristics" not in first
    assert "<Ethnicity>WIRI</Ethnicity>" in second
    assert "<Disability>HAND</Disability>" in second


def test_surplus_cells_and_cells_without_a_heading_are_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    content = rows(folder, "CINdetails")
    put(folder, "CINdetails", [[*content[0], ""], [*content[1], "left"], [*content[2], "", "", "far", ""], ["", ""]])
    _, losses = back(folder)
    unheaded, surplus = losses
    assert unheaded == "CINdetails.csv line 2: cells in columns without a heading: 1."
    assert surplus == (
        "CINdetails.csv line 3: cells after the last heading: 1. "
        "Look for a comma inside a value: the cells after it are in the wrong column."
    )


def test_records_without_a_value_that_get_no_element_are_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    for table in ("Header", "ChildIdentifiers", "ChildCharacteristics", "Disabilities", "CINdetails"):
        content = rows(folder, table)
        links = 1 + (content[0][1] == "within")
        put(folder, table, [content[0], content[1][:links], *content[2:]])
    with pytest.raises(Rejected, match="does not say which collection year"):
        convert_census(folder, tmp_path / "back.xml")
    losses = convert_census(folder, tmp_path / "back.xml", year=2026)
    blank = "line 2: the record has no value, so it has no element in the file."
    assert losses == tuple(
        f"{table}.csv {blank}" for table in ("Header", "ChildIdentifiers", "ChildCharacteristics", "Disabilities")
    )
    assert "<CINdetails/>" in (tmp_path / "back.xml").read_text(encoding="utf-8")


def test_a_record_without_ethnicity_stays_where_it_holds_a_disability(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    content = rows(folder, "ChildCharacteristics")
    put(folder, "ChildCharacteristics", [content[0], content[1][:2], content[2]])
    text, losses = back(folder)
    assert losses == ()
    assert text.count("<Disability>MOB</Disability>") == 2


# --- folder to file: what spreadsheets make of it ---------------------------------------------


@pytest.mark.parametrize(("mark", "delimiter"), [("", ","), ("\ufeff", ","), ("", ";"), ("\ufeff", ";"), ("", "\t")])
def test_a_byte_order_mark_semicolons_and_tabs_are_read(tmp_path: Path, mark: str, delimiter: str) -> None:
    folder = folder_of(tmp_path)
    expected = back(folder)
    for table in cin_layout(2026):
        put(folder, table.name, rows(folder, table.name), delimiter=delimiter)
        path = folder / f"{table.name}.csv"
        path.write_text(mark + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert back(folder) == expected


def test_quoted_headings_in_another_order_and_blank_rows_are_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    expected = back(folder)
    content = [[f'"{cell}"' for cell in reversed(row)] for row in rows(folder, "CINdetails")]
    lines = [";".join(row) for row in content]
    text = "\r\n".join([lines[0], "", ";;;", *lines[1:], ";;;;;;;;", ""])
    (folder / "CINdetails.csv").write_text(text, encoding="utf-8", newline="")
    assert back(folder) == expected


@pytest.mark.parametrize(
    ("content", "message_of", "hint"),
    [
        (
            b"id,within,Ethnicity\r\nx,c1,WBRI\r\ny,c2,caf\xe9\r\n",
            "line 3: a letter is not in UTF-8.",
            'Save it as "CSV UTF-8" with commas.',
        ),
        ("id,within\n".encode("utf-16"), "is in UTF-16, not in UTF-8.", 'Save it as "CSV UTF-8" with commas.'),
        (
            b"c1.x,c1,WBRI\r\n",
            "the first line has no heading id.",
            "Put the headings into the first line, as they are in a folder that convert writes.",
        ),
        (
            b"",
            "the first line has no heading id.",
            "Put the headings into the first line, as they are in a folder that convert writes.",
        ),
        (
            b"id,Ethnicity\r\nx,WBRI\r\n",
            "the first line has no heading within.",
            "It is the column with the id of the ChildIdentifiers record around each record.",
        ),
        (
            b"id,within,Ethnicity,Ethnicity\r\n",
            "the heading Ethnicity stands more than once.",
            "Keep one column of each.",
        ),
        (
            b'id,within,Ethnicity\r\nx,c1,WBRI\r\ny,c2,"WB\r\n\r\n',
            "line 3: the row cannot be read (its quotation marks do not match).",
            "Look for a quotation mark too many or too few from that line on.",
        ),
        (
            b"id,within,Ethnicity\r\nx,c1,WBRI\r\nx,c2,WBRI\r\n",
            "line 3: the id is missing or not the only one.",
            "Give each record an id of its own.",
        ),
        (
            b"id,within,Ethnicity\r\n,c1,WBRI\r\n",
            "line 2: the id is missing or not the only one.",
            "Give each record an id of its own.",
        ),
        (
            b"id,within,Ethnicity\r\nx,c9,WBRI\r\n",
            "line 2: within names no record of ChildIdentifiers.csv.",
            "Put the id of the ChildIdentifiers record around it there.",
        ),
        (
            b'id,within,Ethnicity\r\nx,c1,"WB\nRI"\r\ny,c2,WB\x01RI\r\n',
            "line 4, column Ethnicity: XML cannot hold the character U+0001.",
            "Remove it; it cannot be seen, so type the text of the cell anew.",
        ),
        (
            b"id,within,Ethnicity\r\nx,c1,\xef\xbf\xbe\r\n",
            "line 2, column Ethnicity: XML cannot hold the character U+FFFE.",
            "Remove it; it cannot be seen, so type the text of the cell anew.",
        ),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_words(
    tmp_path: Path, content: bytes, message_of: str, hint: str
) -> None:
    folder = folder_of(tmp_path)
    (folder / "ChildCharacteristics.csv").write_bytes(content)
    message_found, hint_found = refused(folder)
    assert message_found.removeprefix("ChildCharacteristics.csv").lstrip(": ") == message_of
    assert message_found.startswith("ChildCharacteristics.csv")
    assert hint_found == hint
