"""Correcting what is certain in the files of a looked-after return."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from adapters.edits import Edit
from adapters.sheets.write import write_workbook
from adapters.ssda903.adapter import Ssda903Adapter
from adapters.ssda903.convert import convert_return
from adapters.xml.limits import Limits
from looked_after_files import EPISODE, HEADER, YEAR, folder_of, put, read, table_text, texts
from schemas.errors import Misconfigured

SLOPPY = EPISODE | {"DECOM": "2025-06-01", "PLACE": "u6", "LS": " V2", "DEC": "soon", "REC": "E99"}
EDITS = [
    ("Episodes.DECOM", "2025-06-01", "01/06/2025", "date form"),
    ("Episodes.LS", " V2", "V2", "white space"),
    ("Episodes.PLACE", "u6", "U6", "letter case"),
]


def fixed(*paths: Path, target: Path | None = None) -> tuple[Edit, ...]:
    return Ssda903Adapter().fix(paths, read(*paths), target)


def told(edits: tuple[Edit, ...]) -> list[tuple[str, str, str, str]]:
    return [(edit.field, edit.before, edit.after, edit.reason) for edit in edits]


def test_a_file_is_corrected_cell_by_cell_and_the_rest_of_it_stays(tmp_path: Path) -> None:
    text = table_text("Episodes", EPISODE, SLOPPY, delimiter=";").replace("C1", '"C1"') + "\r\n;;\r\nC2;x;;\r\n"
    raw = b"\xff\xfe" + text.encode("utf-16-le")
    source = put(tmp_path, "x.txt", raw)
    edits = fixed(source, target=tmp_path / "new.txt")
    assert told(edits) == EDITS
    assert {(edit.file, edit.line) for edit in edits} == {("x.txt", 3)}
    after = text
    for _, before, new, _ in EDITS:
        after = after.replace(before, new)
    assert (tmp_path / "new.txt").read_bytes() == b"\xff\xfe" + after.encode("utf-16-le")
    assert source.read_bytes() == raw


def test_without_a_target_nothing_is_written(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "cla", Episodes=[SLOPPY])
    assert told(fixed(source)) == EDITS
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["cla", "episodes.csv", "header.csv"]


def test_a_folder_is_copied_with_its_corrections_and_last_years_files_are_left(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "cla", Episodes=[SLOPPY])
    put(source, "note.pdf", b"%PDF\0\0\0\0\0\0\0\0\0\0\0\0")
    put(source, "last/header.csv", table_text("Header", HEADER | {"SEX": "f"}))
    target = tmp_path / "new"
    target.mkdir()
    assert told(fixed(source, target=target)) == EDITS
    assert texts(read(target), "Episodes", "DECOM", "LS", "PLACE", "DEC", "REC") == [
        ("01/06/2025", "V2", "U6", "soon", "E99"),
    ]  # fmt: skip
    for name in ("note.pdf", "last/header.csv", "header.csv"):
        assert (target / name).read_bytes() == (source / name).read_bytes()


def test_files_that_all_bear_last_years_name_are_corrected(tmp_path: Path) -> None:
    source = put(tmp_path / "2025", "episodes_last.csv", table_text("Episodes", SLOPPY))
    assert told(fixed(source.parent)) == told(fixed(source)) == EDITS


def test_files_named_one_by_one_are_written_to_a_folder(tmp_path: Path) -> None:
    one, two = put(tmp_path, "a", table_text("Header", HEADER)), put(tmp_path, "b", table_text("Episodes", SLOPPY))
    target = tmp_path / "new"
    target.mkdir()
    assert told(fixed(one, two, target=target)) == EDITS
    assert sorted(path.name for path in target.iterdir()) == ["a", "b"]
    again = put(tmp_path, "other/a", table_text("Reviews"))
    with pytest.raises(Misconfigured, match=r"^Two of the files have the same name\.$"):
        fixed(one, again, target=target)


def test_a_zip_file_stays_one(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("cla/header.csv", table_text("Header", HEADER))
        packed.writestr("cla/episodes.csv", table_text("Episodes", SLOPPY))
    source = put(tmp_path, "cla.zip", content.getvalue())
    assert told(fixed(source, target=tmp_path / "new.zip")) == EDITS
    with zipfile.ZipFile(tmp_path / "new.zip") as packed:
        assert sorted(packed.namelist()) == ["episodes.csv", "header.csv"]
    assert texts(read(tmp_path / "new.zip"), "Episodes", "PLACE") == [("U6",)]


def test_a_workbook_comes_out_as_the_texts_of_its_cells(tmp_path: Path) -> None:
    sheets = {
        "Kids": pl.DataFrame([HEADER]),
        "Spells": pl.DataFrame([EPISODE, SLOPPY]),
        "Notes": pl.DataFrame({"x": ["y"]}),
    }
    write_workbook(tmp_path / "cla.xlsx", sheets)
    edits = fixed(tmp_path / "cla.xlsx", target=tmp_path / "new.xlsx")
    assert told(edits) == EDITS
    assert {(edit.file, edit.line) for edit in edits} == {("cla.xlsx, sheet Spells", 3)}
    assert texts(read(tmp_path / "new.xlsx"), "Episodes", "DECOM") == [("01/06/2025",)] * 2


def test_the_xml_form_is_corrected_in_place(tmp_path: Path) -> None:
    convert_return(folder_of(tmp_path / "cla", Episodes=[SLOPPY]), tmp_path / "cla.xml", year=YEAR, limits=Limits())
    before = (tmp_path / "cla.xml").read_text(encoding="utf-8")
    edits = fixed(tmp_path / "cla.xml", target=tmp_path / "new.xml")
    assert told(edits) == [edit for edit in EDITS if edit[0] != "Episodes.LS"]
    after = before.replace(">2025-06-01<", ">01/06/2025<").replace(">u6<", ">U6<")
    assert (tmp_path / "new.xml").read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    ("field", "text"),
    [("DECOM", "1/2/25"), ("DECOM", "45809"), ("PLACE", "U9"), ("PLACE", "Z1"), ("CHILD", "001"), ("HOME_POST", "'=x")],
)
def test_what_is_not_certain_is_left(tmp_path: Path, field: str, text: str) -> None:
    assert fixed(folder_of(tmp_path / "cla", Episodes=[EPISODE | {field: text}])) == ()


def test_a_record_whose_quotation_marks_do_not_match_is_left(tmp_path: Path) -> None:
    content = table_text("Episodes", EPISODE | {"PLACE": "u6"}, SLOPPY).replace("C1", '"C1', 1)
    assert {edit.line for edit in fixed(put(tmp_path, "x.csv", content))} == {3}
