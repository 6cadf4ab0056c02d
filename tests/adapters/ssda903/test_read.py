"""Reading a looked-after return in every form in which it may come."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from adapters.registry import adapter_for
from adapters.sheets.write import write_workbook
from adapters.ssda903.recognise import is_last_year, table_of, tables
from adapters.xml.limits import Limits
from looked_after_files import EPISODE, HEADER, REVIEW, codes, folder_of, left_out, put, read, table_text, texts, told
from schemas.errors import Rejected
from schemas.ssda903.layout import csv_columns

MESSAGE = """<?xml version="1.0"?>
<EXPSSDA903>
  <CHILD>
    <HEADER>
      <CHILDID>C1</CHILDID><UPN></UPN><SEX>F</SEX><DOB>01/05/2012</DOB><ETHNIC>WBRI</ETHNIC><UASC>1</UASC>
      <DUC>01/05/2030</DUC>
      <AREVIEW><REVIEW>20/06/2025</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
    </HEADER>
    <EPISODE>
      <DECOM>01/06/2025</DECOM><RNE>S</RNE><LS>V2</LS><CIN>N1</CIN><PL>U6</PL>
      <DEC></DEC><REC></REC>
    </EPISODE>
  </CHILD>
</EXPSSDA903>
"""


# --- which table a file is --------------------------------------------------------------------


@pytest.mark.parametrize("table", [table.name for table in tables()])
def test_each_table_is_known_by_its_headings_in_any_order_and_letter_case(table: str) -> None:
    declared = next(item for item in tables() if item.name == table)
    headings = tuple(name.lower() for name in reversed(csv_columns(declared)))
    found = table_of(headings)
    assert found is not None
    assert found.name == table


@pytest.mark.parametrize("table", [table.name for table in tables() if len(csv_columns(table)) > 5])
@pytest.mark.parametrize("gone", ["CHILD", "DOB"])
def test_a_table_with_a_heading_missing_is_known_all_the_same(table: str, gone: str) -> None:
    declared = next(item for item in tables() if item.name == table)
    found = table_of(tuple(name for name in csv_columns(declared) if name != gone))
    assert found is not None
    assert found.name == table


@pytest.mark.parametrize("headings", [(), ("a",), ("CHILD",), ("CHILD", "DOB"), ("URN", "Local Authority", "Postcode")])
def test_other_headings_are_those_of_no_table(headings: tuple[str, ...]) -> None:
    assert table_of(headings) is None


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("episodes_last.csv", True), ("last/episodes.csv", True), ("Episodes last.csv", True),
        ("x.xlsx, sheet Header_last", True), ("header last year.csv", True), ("LAST-header.csv", True),
        ("episodes.csv", False), ("previous_permanence.csv", False), ("plaster.csv", False), ("blast.csv", False),
    ],
)  # fmt: skip
def test_last_years_files_are_known_by_their_names(name: str, last: bool) -> None:
    assert is_last_year(name) is last


# --- forms of the return ----------------------------------------------------------------------


def test_a_folder_is_read(tmp_path: Path) -> None:
    data = read(folder_of(tmp_path / "cla", Reviews=[REVIEW]))
    assert texts(data, "Episodes", "CHILD", "DECOM", "PLACE", "URN") == [("C1", "01/06/2025", "U6", None)]
    assert data.tables["Episodes"].item(0, "DECOM.value") == date(2025, 6, 1)
    assert data.tables["Episodes"].select("@line", "@Children", "@Header").row(0) == (2, 0, 0)
    assert set(data.tables) == {"Children", "Header", "Episodes", "Reviews"}
    assert (data.layout.year, data.authority, data.source.name, data.form) == (2026, "209", "cla", ())
    assert data.notices == ("Read: Episodes from episodes.csv; Header from header.csv; Reviews from reviews.csv.",)


def test_loose_files_under_any_name_and_in_any_order_are_read(tmp_path: Path) -> None:
    one = put(tmp_path, "export (3).txt", table_text("Episodes", EPISODE))
    two = put(tmp_path, "zz", table_text("Header", HEADER))
    for paths in ([one, two], [two, one]):
        data = read(*paths)
        assert texts(data, "Header", "CHILD") == texts(data, "Episodes", "CHILD") == [("C1",)]


def test_a_zip_file_is_read(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("cla/header.csv", table_text("Header", HEADER))
        packed.writestr("cla/last/header.csv", table_text("Header", HEADER | {"UPN": "UN1"}))
        packed.writestr("cla/note.pdf", b"%PDF\0\0\0\0\0\0\0\0")
    data = read(put(tmp_path, "cla.zip", content.getvalue()))
    assert texts(data, "Header", "UPN") == [("A000000000000",)]
    assert texts(data, "Header_last", "UPN") == [("UN1",)]
    assert left_out(data) == ["note.pdf is no table and was not read."]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    frames = {"One": pl.DataFrame([HEADER]), "Two": pl.DataFrame([EPISODE])}
    write_workbook(tmp_path / "cla.xlsx", frames)
    data = read(tmp_path / "cla.xlsx")
    assert texts(data, "Episodes", "CHILD", "DECOM") == [("C1", "01/06/2025")]
    assert data.notices == ("Read: Episodes from cla.xlsx, sheet Two; Header from cla.xlsx, sheet One.",)
    assert codes(data) == ["FORM14"] * len(told(data, "FORM14"))


def test_the_xml_form_is_read_into_the_same_tables(tmp_path: Path) -> None:
    data = read(put(tmp_path, "cla.xml", MESSAGE))
    assert texts(data, "Header", "CHILD", "UPN", "UASC") == [("C1", None, "1")]
    assert texts(data, "UASC", "CHILD", "SEX", "DOB", "DUC") == [("C1", "F", "01/05/2012", "01/05/2030")]
    assert texts(data, "Reviews", "CHILD", "DOB", "REVIEW") == [("C1", "01/05/2012", "20/06/2025")]
    assert texts(data, "Episodes", "CHILD", "PLACE", "DEC") == [("C1", "U6", None)]
    assert data.tables["Episodes"].select("@line", "DECOM.line", "@Header").row(0) == (9, 10, 0)
    assert data.tables["OC3"].height == data.tables["AD1"].height == 0
    assert data.form == ()


def test_an_unaccompanied_child_is_one_whose_item_says_so(tmp_path: Path) -> None:
    text = MESSAGE.replace("<UASC>1</UASC>", "<UASC>0</UASC>")
    assert texts(read(put(tmp_path, "a.xml", text)), "UASC", "DUC") == [("01/05/2030",)]
    text = text.replace("<DUC>01/05/2030</DUC>", "")
    assert texts(read(put(tmp_path, "b.xml", text)), "UASC", "DUC") == []
    text = text.replace("<UASC>0</UASC>", "<UASC></UASC>")
    assert "UASC" not in read(put(tmp_path, "c.xml", text)).tables


def test_what_the_xml_form_breaks_is_told_of_the_child(tmp_path: Path) -> None:
    text = MESSAGE.replace("<UPN></UPN>", "<Shoe>9</Shoe>").replace("<RNE>S</RNE>", "<RNE/>")
    data = read(put(tmp_path, "cla.xml", text))
    assert [(f.code, f.child_id, f.child_rows, f.locations[0].line) for f in data.form] == [
        ("FORM02", "C1", (0,), 5),
        ("FORM05", "C1", (0,), 3),
        ("FORM22", "C1", (0,), 10),
    ]


def test_social_workers_go_with_the_xml_form_in_a_file_of_their_own(tmp_path: Path) -> None:
    row = {"CHILD": "C1", "DOB": "01/05/2012", "SW_ID": "SW1234", "SW_DECOM": "01/06/2025", "SW_REASON": "FCONTA"}
    extra = put(tmp_path, "workers.csv", table_text("SWEpisodes", row))
    data = read(extra, put(tmp_path, "cla.xml", MESSAGE))
    assert texts(data, "SWEpisodes", "CHILD", "SW_ID") == [("C1", "SW1234")]
    assert data.tables["SWEpisodes"].item(0, "@Header") == 0


# --- encodings, delimiters, headings ----------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "delimiter", "remark"),
    [
        ("utf-8", ",", None),
        ("utf-8-sig", ",", None),
        ("cp1252", ",", "header.csv line 2: the file is not in UTF-8; it was read as Windows-1252."),
        ("utf-16", ",", "header.csv is in UTF-16; it was read all the same. Save it as CSV UTF-8."),
        ("utf-8", ";", "header.csv has semicolons between its cells; the collection takes commas."),
        ("utf-8", "\t", "header.csv has tabs between its cells; the collection takes commas."),
    ],
)
def test_the_same_records_come_from_every_encoding_and_delimiter(
    tmp_path: Path, codec: str, delimiter: str, remark: str | None
) -> None:
    text = table_text("Header", HEADER | {"CHILD": "Zoë1"}, delimiter=delimiter).lower()
    data = read(put(tmp_path, "header.csv", text.encode(codec)))
    assert texts(data, "Header", "CHILD", "SEX", "DOB") == [("zoë1", "f", "01/05/2012")]
    assert data.form == ()
    assert data.notices[1:] == (() if remark is None else (remark,))


def test_headings_that_are_missing_unknown_or_repeated_are_told(tmp_path: Path) -> None:
    content = "CHILD,SEX,DOB,Sex,ETHNICITY,UPN,MOTHER,,\nC1,F,01/05/2012,M,WBRI,UN1,0,x,y\n"
    data = read(put(tmp_path, "header.csv", content))
    found = [(f.code, f.message, f.locations[0].field, f.locations[0].line, f.locations[0].path) for f in data.form]
    upload = " The upload would be rejected."
    assert found == [
        (
            "FORM14",
            f"A column of the table is missing. There is no column ETHNIC, so every ETHNIC counts as blank.{upload}",
            "ETHNIC",
            None,
            "header.csv",
        ),
        (
            "FORM14",
            f"A column of the table is missing. There is no column MC_DOB, so every MC_DOB counts as blank.{upload}",
            "MC_DOB",
            None,
            "header.csv",
        ),
        (
            "FORM15",
            f"This column stands more than once. The values of a further column SEX were not checked: 1.{upload}",
            "SEX",
            1,
            "header.csv",
        ),
        (
            "FORM13",
            f"This column is not part of the table. Its values were not checked: 1. Is ETHNIC meant?{upload}",
            "ETHNICITY",
            1,
            "header.csv",
        ),
        (
            "FORM17",
            f"Text stands outside the columns of the table. Cells in columns without a heading: 2.{upload}",
            "",
            2,
            "header.csv",
        ),
    ]
    assert data.form[-1].child_id == "C1"
    assert texts(data, "Header", "SEX", "ETHNIC") == [("F", None)]


def test_text_outside_the_columns_keeps_its_record(tmp_path: Path) -> None:
    content = table_text("Header", HEADER).rstrip() + ",,left over\r\n" + "," * 9 + "alone\r\n"
    data = read(put(tmp_path, "header.csv", content))
    assert [(f.message.split(". ")[1], f.child_id, f.locations[0].row) for f in told(data, "FORM17")] == [
        ("Cells after the last heading: 1", "C1", 0),
        ("Cells after the last heading: 1", "", 1),
    ]
    assert data.tables["Header"].height == 2


def test_a_record_whose_quotation_marks_do_not_match_is_told_and_the_others_are_whole(tmp_path: Path) -> None:
    content = table_text("Header", HEADER, HEADER | {"CHILD": "C2"}).replace("C1", '"C1')
    data = read(put(tmp_path, "header.csv", content))
    assert [(f.code, f.locations[0].line, f.child_id) for f in told(data, "FORM18")] == [("FORM18", 2, '"C1')]
    assert texts(data, "Header", "CHILD", "DOB") == [('"C1', "01/05/2012"), ("C2", "01/05/2012")]


def test_lines_are_those_of_the_file_although_cells_have_line_breaks(tmp_path: Path) -> None:
    content = table_text("Header", HEADER | {"UPN": '"A\r\n0"'}, HEADER | {"CHILD": "C2", "DOB": "soon"})
    data = read(put(tmp_path, "header.csv", content))
    assert data.tables["Header"]["@line"].to_list() == [2, 4]
    assert [(f.child_id, f.locations[0].line) for f in told(data, "FORM07")] == [("C1", 2), ("C2", 4)]


def test_letters_that_no_encoding_has_are_told(tmp_path: Path) -> None:
    data = read(
        put(
            tmp_path,
            "header.csv",
            table_text("Header", HEADER | {"UPN": "A~0"}).replace("~", "\udc81").encode("cp1252", "surrogateescape"),
        )
    )
    (found,) = told(data, "FORM21")
    assert (found.child_id, found.locations[0].field, found.locations[0].line) == ("C1", "UPN", 2)


# --- several files, strangers, years ----------------------------------------------------------


def test_a_table_in_two_files_is_read_whole_and_told(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", table_text("Header", HEADER))
    put(tmp_path, "b.csv", table_text("Header", HEADER | {"CHILD": "C2"}, HEADER | {"CHILD": "C3", "DOB": "x"}))
    data = read(tmp_path)
    assert texts(data, "Header", "CHILD") == [("C1",), ("C2",), ("C3",)]
    assert [f.message.split(". ")[1] for f in told(data, "FORM16")] == [
        "Records 1 to 1 are from here",
        "Records 2 to 3 are from here",
    ]
    assert [f.locations[0].row for f in told(data, "FORM07")] == [2]


def test_a_file_that_is_no_table_is_told(tmp_path: Path) -> None:
    put(tmp_path, "notes.csv", "Name,Telephone\nx,1\n")
    (found,) = told(read(folder_of(tmp_path)), "FORM12")
    assert found.message == (
        "This file is none of the return's tables. The first line is: Name, Telephone. The upload would be rejected."
    )
    assert found.locations[0].path == "notes.csv"


def test_a_table_of_another_year_is_told_and_kept_for_last_years_return(tmp_path: Path) -> None:
    order = {"CHILD": "C1", "DOB": "01/05/2012", "DOLO_START": "01/07/2025"}
    data = read(folder_of(tmp_path, DoLo=[order]))
    (found,) = told(data, "FORM20")
    assert "DoLo is not in 2026; its records were not checked: 1." in found.message
    assert data.tables["DoLo"].height == 1
    assert not data.layout.has("DoLo")


def test_the_year_is_that_of_most_dates(tmp_path: Path) -> None:
    assert read(folder_of(tmp_path, Reviews=[REVIEW]), year=None).layout.year == 2026
    other = REVIEW | {"REVIEW": "01/04/2026"}
    assert read(folder_of(tmp_path, Reviews=[other, other]), year=None).layout.year == 2027
    with pytest.raises(Rejected, match=r"from several years, most from these: 2027 \(1\), 2026 \(1\)\.$") as mixed:
        read(folder_of(tmp_path, Reviews=[other]), year=None)
    assert mixed.value.hint.startswith("Give last year's files with --previous")
    with pytest.raises(Rejected, match="it has no dates of that year") as caught:
        read(put(tmp_path, "alone/header.csv", table_text("Header", HEADER)), year=None)
    assert caught.value.hint.startswith("Say which with --year")
    with pytest.raises(Rejected, match=r"^The gateway knows the looked-after return of 2017 to 2027, not of 2031\.$"):
        read(folder_of(tmp_path), year=2031)


def test_the_year_found_is_told(tmp_path: Path) -> None:
    notice = "The dates of the return are those of the 2026 collection; --year says otherwise."
    assert read(folder_of(tmp_path), year=None).notices[0] == notice


def test_a_folder_without_any_table_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "cla/a.csv", "x,y\n")
    with pytest.raises(Rejected, match=r"^cla holds no table of the looked-after return\. The first line is: x, y\.$"):
        read(tmp_path / "cla")


def test_the_size_limit_holds(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="more than the 50 bytes"):
        read(folder_of(tmp_path), limits=Limits(file_size=50))


SEALED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def test_a_workbook_with_a_password_is_told_of_and_never_passed_over(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    path = put(folder, "oc3.xlsx", SEALED)
    (found,) = told(read(folder), "FORM12")
    assert found.locations[0].path == "oc3.xlsx"
    assert "It is a workbook with a password, or of a form from before Excel 2007, and was not read." in found.message
    assert adapter_for([path]).definition.name == "ssda903"
    with pytest.raises(Rejected, match=r"^oc3\.xlsx is a workbook with a password") as refused:
        read(path)
    assert refused.value.hint == "Save it as .xlsx without a password."


def test_folders_inside_that_are_not_read_are_told_of(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "cla")
    put(folder, "final/oc2.csv", table_text("OC2"))
    told_of = "The folder final was not read: of the folders inside, only one with last year's files is."
    assert left_out(read(folder)) == [told_of]
    put(tmp_path, "outer/final/oc2.csv", table_text("OC2"))
    with pytest.raises(Rejected, match=r"Folders inside it were not read: final\.$"):
        read(tmp_path / "outer")


def test_a_file_without_anything_in_it_and_a_zip_file_within_are_told_of(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "cla")
    put(folder, "oc2.csv", "\r\n")
    with zipfile.ZipFile(put(folder, "inner.zip", b""), "w") as packed:
        packed.writestr("oc3.csv", table_text("OC3"))
    assert left_out(read(folder)) == [
        "inner.zip is a zip file within what was given, and was not read. Unpack it.",
        "oc2.csv is empty.",
    ]


def test_what_is_no_text_is_not_shown(tmp_path: Path) -> None:
    (found,) = told(read(folder_of(tmp_path / "cla"), put(tmp_path, "x", b"\x1b[2J\x07 x,\xff")), "FORM12")
    assert found.message.startswith("This file is none of the return's tables. It is no text. ")


def test_a_table_again_in_a_file_without_records_is_told_of(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "cla")
    put(folder, "more.csv", table_text("Episodes"))
    assert [finding.message.split(". ")[1] for finding in told(read(folder), "FORM16")] == [
        "Records 1 to 1 are from here",
        "It has no records",
    ]


def test_of_two_files_that_are_the_same_one_is_asked_about(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "cla", OC2=[], OC3=[])
    for name, table in (("header (1).csv", "header.csv"), ("last/episodes.csv", "episodes.csv"), ("x.csv", "oc2.csv")):
        put(folder, name, (folder / table).read_bytes())
    assert [note for note in read(folder).notices if "byte for byte" in note] == [
        "header.csv is the same as header (1).csv, byte for byte. Is one of them too many?",
        "last/episodes.csv is the same as episodes.csv, byte for byte. Is each of them of its own year?",
    ]


def test_a_return_of_headings_alone_is_told_of(tmp_path: Path) -> None:
    told_of = "No file has any record: there are only headings."
    assert told_of in read(folder_of(tmp_path / "cla", Header=[], Episodes=[])).notices
    assert told_of not in read(folder_of(tmp_path / "other", Episodes=[])).notices


@pytest.mark.parametrize(
    ("name", "content", "told_of", "hint"),
    [
        ("in.zip", b"PK\x03\x04", " in.zip is a zip file within what was given, and was not read. Unpack it.", "Each "),
        ("oc2.csv", b"", " oc2.csv is empty.", "Each "),
        ("oc3.csv", b"\x81\x02,\x8d", " It is no text.", "Each "),
        (".hidden", b"", "", "There is nothing in it. Each "),
    ],
)
def test_what_stands_in_place_of_a_return_is_told_of(
    tmp_path: Path, name: str, content: bytes, told_of: str, hint: str
) -> None:
    put(tmp_path / "cla", name, content)
    with pytest.raises(Rejected) as refused:
        read(tmp_path / "cla")
    assert refused.value.message == f"cla holds no table of the looked-after return.{told_of}"
    assert refused.value.hint.startswith(hint)


def test_files_that_all_bear_last_years_name_are_a_return_themselves(tmp_path: Path) -> None:
    header = put(tmp_path / "prev", "header_last.csv", table_text("Header", HEADER))
    put(tmp_path / "prev", "episodes_last.csv", table_text("Episodes", EPISODE))
    put(tmp_path / "prev", "note.pdf", b"%PDF\0\0\0\0\0\0\0\0")
    data = read(tmp_path / "prev")
    assert texts(data, "Episodes", "CHILD") == texts(read(header), "Header", "CHILD") == [("C1",)]
    assert left_out(data) == ["note.pdf is no table and was not read."]


def test_a_folder_in_which_only_last_years_is_filled_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "cla", "last/header.csv", table_text("Header", HEADER))
    put(tmp_path / "cla", "now/header.csv", table_text("Header", HEADER))
    told_of = r"^cla holds last year's files alone\. Folders inside it were not read: now\.$"
    with pytest.raises(Rejected, match=told_of) as refused:
        read(tmp_path / "cla")
    assert refused.value.hint.startswith("Put this year's files beside them.")


def test_a_year_that_is_not_that_of_the_dates_is_asked_about(tmp_path: Path) -> None:
    asked = "Most dates of the return are those of the 2026 collection, not of 2025. Is --year right?"
    assert read(folder_of(tmp_path), year=2025).notices[0] == asked
    assert asked not in read(folder_of(tmp_path), year=2026).notices


def test_a_message_of_another_return_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        Rejected, match=r"^cin\.xml is an XML file, and not one of the looked-after return\.$"
    ) as caught:
        read(put(tmp_path, "cin.xml", '<?xml version="1.0"?>\n<Message><Header/></Message>\n'))
    assert "EXPSSDA903" in caught.value.hint
