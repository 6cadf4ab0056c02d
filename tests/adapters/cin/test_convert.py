"""Census to folder of CSV and back: the same bytes, the same ids, and every loss named."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.cin.convert import convert_census
from adapters.cin.demo.census import write_demo
from adapters.cin.folder_read import read_folder
from adapters.cin.folder_write import write_folder
from adapters.cin.read import read_cin
from adapters.cin.write import write_census
from adapters.xml.limits import Limits
from census_builder import census, child, episode
from census_files import EPISODE, HEADER, message, write
from census_files import child as child_xml
from schemas.cin.layout import YEARS, cin_layout
from schemas.errors import GatewayError, Misconfigured, Rejected
from schemas.fields import Group

Rows = list[list[str]]


def folder_of(place: Path, content: str | None = None) -> Path:
    """Convert a census, by default two children with a disability each, to a folder."""
    inside = EPISODE.replace("<ReferralNFA>1", "<ReferralNFA>0")
    text = content or message(child_xml(inside, "C1"), child_xml(inside, "C2")).replace(
        "</Ethnicity>", "</Ethnicity><Disabilities><Disability>MOB</Disability></Disabilities>"
    )
    assert convert_census(write(place, text), place / "folder") == ()
    return place / "folder"


def rows(folder: Path, table: str) -> Rows:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def put(folder: Path, table: str, content: Rows, **dialect: str) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, **dialect).writerows(content)  # type: ignore[arg-type]  # only a delimiter


def back(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Convert a folder to a file; give its text and the losses."""
    target = folder.parent / "back.xml"
    losses = convert_census(folder, target)
    return target.read_text(encoding="utf-8"), losses


def refused(folder: Path) -> tuple[str, str]:
    """Convert a folder that is refused, with nothing written; give the message and the hint."""
    with pytest.raises(GatewayError) as caught:
        convert_census(folder, folder.parent / "back.xml")
    assert not (folder.parent / "back.xml").exists()
    return caught.value.message, caught.value.hint


# --- there and back ---------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_valid_census_comes_back_byte_for_byte(tmp_path: Path, year: int, seed: int) -> None:
    source, folder, target = tmp_path / "a.xml", tmp_path / "folder", tmp_path / "b.xml"
    write_demo(source, year=year, children=40, seed=seed, damage=0.0)
    assert convert_census(source, folder) == ()
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{table.name}.csv" for table in cin_layout(year))
    assert convert_census(folder, target) == ()
    assert target.read_bytes() == source.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xml", "b.xml", "folder"]


def test_the_ids_are_positions_and_the_same_every_time(tmp_path: Path) -> None:
    source = tmp_path / "a.xml"
    write_demo(source, year=2027, children=60, seed=5, damage=0.5)
    convert_census(source, tmp_path / "one")
    convert_census(source, tmp_path / "two")
    for table in cin_layout(2027):
        assert (tmp_path / "one" / f"{table.name}.csv").read_bytes() == (
            tmp_path / "two" / f"{table.name}.csv"
        ).read_bytes()
    folder = folder_of(tmp_path)
    assert rows(folder, "CINdetails") == [
        ["id", "within", *(field.name for field in cin_layout(2026).table("CINdetails"))],
        ["c1.CINdetails1", "c1", "2025-06-02", "1A", "", "", "", "", "0"],
        ["c2.CINdetails1", "c2", "2025-06-02", "1A", "", "", "", "", "0"],
    ]
    assert rows(folder, "Disabilities")[1:] == [
        ["c1.ChildCharacteristics1.Disabilities1", "c1.ChildCharacteristics1", "MOB"],
        ["c2.ChildCharacteristics1.Disabilities1", "c2.ChildCharacteristics1", "MOB"],
    ]


_WRITABLE = st.characters(exclude_categories=["Cs"], min_codepoint=0x20, max_codepoint=0x1FFFF)
_CELL = st.text(_WRITABLE, min_size=1).map(lambda text: text.replace("\ufffe", "").replace("\uffff", "").strip(" "))
_RISKY = st.sampled_from(["=2+2", "'=x", "''", '"', 'a"b', "a,b;c", "a\nb", "\u00a0x\u00a0", "]]>", "&amp;", "<x/>"])


@given(st.lists(st.one_of(_CELL, _RISKY), min_size=1, max_size=12))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    place = tmp_path_factory.mktemp("text")
    data = census(2026, *(child(episode(), LAchildID=text or None) for text in texts))
    write_census(place / "a.xml", data.layout, data.tables)
    assert convert_census(place / "a.xml", place / "folder") == ()
    blank = [text for text in texts if not text]
    assert len(convert_census(place / "folder", place / "b.xml")) == len(texts) + len(blank)  # no ethnicity either
    assert (place / "a.xml").read_bytes() == (place / "b.xml").read_bytes()
    assert read_cin(place / "b.xml").tables["ChildIdentifiers"]["LAchildID"].to_list() == [t or None for t in texts]


def groups(group: Group) -> set[str]:
    return {group.tag}.union(*(groups(item) for item in group.content if isinstance(item, Group)))


def canonical(element: etree._Element, wrappers: set[str]) -> tuple[str, object]:
    """Give the tree without white space and without groups that hold nothing."""
    if not len(element):
        return (element.tag, (element.text or "").strip(" \t\r\n"))
    inside = [canonical(item, wrappers) for item in element]
    return (element.tag, [item for item in inside if item[1] or item[0] not in wrappers])


@pytest.mark.parametrize("seed", range(30))
def test_what_a_damaged_census_loses_is_named_or_nothing_is_lost(tmp_path: Path, seed: int) -> None:
    source, folder, target = tmp_path / "a.xml", tmp_path / "folder", tmp_path / "b.xml"
    write_demo(source, year=2017 + seed % 11, children=3, seed=seed, damage=1.0)
    losses = convert_census(source, folder)
    convert_census(folder, target)
    wrappers = groups(cin_layout(2017).tree) | groups(cin_layout(2027).tree)
    before, after = (canonical(etree.parse(path).getroot(), wrappers) for path in (source, target))
    same = before == after
    assert same == (losses == ()), losses


def test_losses_of_a_file_have_line_and_element(tmp_path: Path) -> None:
    text = message(child_xml("<Shoe>9</Shoe>" + EPISODE))
    losses = convert_census(write(tmp_path, text), tmp_path / "folder")
    at = next(number for number, line in enumerate(text.splitlines(), start=1) if "<Shoe>" in line)
    (loss,) = losses
    assert loss == (
        f"line {at}: This element is not part of the collection. "
        "The element is Shoe, and its value was not checked. The upload would be rejected."
    )


def test_a_file_that_breaks_off_gives_its_complete_children_and_the_break(tmp_path: Path) -> None:
    text = message(child_xml(identifier="C1"), child_xml(identifier="C2"))
    (loss,) = convert_census(write(tmp_path, text[: text.index("C2") + 2]), tmp_path / "folder")
    assert "The file stops being well-formed XML." in loss
    assert [row[0] for row in rows(tmp_path / "folder", "ChildIdentifiers")] == ["id", "c1"]


# --- folder to file: what has no place is named -----------------------------------------------


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


# --- year, targets, crashes -------------------------------------------------------------------


def test_the_year_comes_from_the_option_or_the_header(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    assert read_folder(folder).data.layout.year == 2026
    other = read_folder(folder, year=2024)
    assert other.data.layout.year == 2024
    assert other.losses == ("ChildIdentifiers.csv, column Sex: the 2024 table has no such item. Values: 2.",)
    with pytest.raises(Rejected, match=r"^The gateway knows the census of 2017 to 2027, not of 2031\.$"):
        read_folder(folder, year=2031)


def test_a_folder_without_any_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("x", encoding="utf-8")
    assert refused(tmp_path / "folder") == (
        f"{tmp_path / 'folder'} holds no table of the census.",
        "Its files are called ChildIdentifiers.csv and so on.",
    )


def test_a_folder_in_use_is_left_as_it_is(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(Rejected, match=r"folder is in use\.$"):
        convert_census(tmp_path / "census.xml", folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert (folder_of(tmp_path) / "Header.csv").is_file()


def test_a_missing_source_and_impossible_targets_are_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    with pytest.raises(Rejected, match=r"^There is no file or folder .*nothing\.xml\.$"):
        convert_census(tmp_path / "nothing.xml", tmp_path / "x")
    with pytest.raises(Misconfigured, match=r"^There is no folder .*nowhere\.$"):
        convert_census(folder, tmp_path / "nowhere" / "x.xml")
    with pytest.raises(Misconfigured, match=r"folder is a folder\.$"):
        convert_census(folder, folder)


@pytest.mark.parametrize("name", ["x.xlsx", "x.ZIP", "x.csv", "x.xml"])
def test_a_file_that_a_census_cannot_become_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match=rf"^{name} ends in {name[1:].lower()}, and the return is not") as refused:
        convert_census(write(tmp_path, message()), tmp_path / name)
    assert refused.value.hint == "An XML file becomes a folder of CSV files: name a folder."
    assert not (tmp_path / name).exists()


def test_a_folder_becomes_no_other_file_than_xml(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    with pytest.raises(Misconfigured, match=r"^x\.xlsx ends in \.xlsx, and the return is not written in") as refused:
        convert_census(folder, tmp_path / "x.xlsx")
    assert refused.value.hint == "A folder of CSV files becomes one XML file: give its name the ending .xml."
    assert not (tmp_path / "x.xlsx").exists()


def test_the_limits_hold(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="more than the 10 that the gateway reads"):
        convert_census(write(tmp_path, message()), tmp_path / "folder", limits=Limits(file_size=10))


def test_a_crash_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = read_cin(write(tmp_path, message()))
    monkeypatch.setattr(pl.DataFrame, "iter_rows", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_folder(tmp_path / "folder", data)
    assert [path.name for path in tmp_path.iterdir()] == ["census.xml"]


def test_a_crash_while_writing_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path)
    (tmp_path / "back.xml").write_text("before", encoding="utf-8")
    monkeypatch.setattr("adapters.cin.write.lines", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        convert_census(folder, tmp_path / "back.xml")
    assert (tmp_path / "back.xml").read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back.xml", "census.xml", "folder"]


def test_a_census_without_a_header_needs_the_year(tmp_path: Path) -> None:
    source = write(tmp_path, message().replace(HEADER, ""))
    assert convert_census(source, tmp_path / "folder", year=2026) == ()
    assert convert_census(tmp_path / "folder", tmp_path / "back.xml", year=2026) == ()
    assert "<Header>" not in (tmp_path / "back.xml").read_text(encoding="utf-8")


def test_a_census_that_is_written_in_parts_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = census(2026, *(child(episode(), episode(), LAchildID=f"C{number}") for number in range(5)))
    write_census(tmp_path / "whole.xml", data.layout, data.tables)
    monkeypatch.setattr("adapters.xml.tree.SIZE", 2)
    write_census(tmp_path / "parts.xml", data.layout, data.tables)
    assert (tmp_path / "parts.xml").read_bytes() == (tmp_path / "whole.xml").read_bytes()
    assert (tmp_path / "whole.xml").read_text().count("<CINdetails") == 10
