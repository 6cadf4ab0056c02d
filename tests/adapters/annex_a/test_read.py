"""Lists as people have them: titles, spellings, dates of spreadsheets, several files; and what cannot be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from adapters.annex_a.adapter import AnnexAAdapter
from adapters.annex_a.read import read_lists
from adapters.annex_a.write import write_lists
from adapters.registry import adapter_for, adapters
from adapters.sheets.write import fill_workbook
from adapters.xml.limits import Limits
from annex_a_lists import AT, good, lists
from schemas.annex_a.layout import LISTS, annex_a_layout
from schemas.errors import Misconfigured, Rejected
from schemas.returns import ReturnData

Cells = Sequence[str | None]
LIST_6 = annex_a_layout(2026).table("List 6")
HEADINGS: list[str] = [field.tag for field in LIST_6]


def record(**changes: str | None) -> Cells:
    row = good("List 6") | changes
    return [row.get(field.name) for field in LIST_6]


def csv(*rows: Cells) -> str:
    return "\n".join(",".join(f'"{cell or ""}"' for cell in row) for row in rows) + "\n"


def workbook(path: Path, **sheets: Sequence[Cells]) -> Path:
    path.write_bytes(fill_workbook({name.replace("_", " "): rows for name, rows in sheets.items()}))
    return path


def read(*paths: Path, at: date | None = AT) -> ReturnData:
    return read_lists(paths, at=at, authority=None, limits=Limits())


def test_folders_inside_are_not_read_and_told_of(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    for name in ("list_6.csv", "old/list_6.csv"):
        (tmp_path / name).write_text(csv(HEADINGS, record()))
    data = read(tmp_path)
    assert data.tables["List 6"].height == 1
    assert [item.told for item in data.left_out] == ["The folder old was not read."]


def test_titles_above_the_headings_are_passed_over(tmp_path: Path) -> None:
    rows = [["Annex A"], ["Authority 209, extract date 31/03/2026"], [], HEADINGS, record()]
    data = read(workbook(tmp_path / "a.xlsx", List_6=rows), at=None)
    assert (data.at, data.authority, data.form) == (AT, "209", ())
    assert data.tables["List 6"].select("child_id", "@line").rows() == [("C1", 5)]


def test_a_sheet_is_known_by_its_name_or_by_its_headings(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", Children_in_need=[HEADINGS, record()], Notes=[["Made by", "the team"]])
    data = read(file)
    assert data.tables["List 6"].height == 1
    assert [item.told for item in data.left_out] == [f"{file.name}, sheet Notes is no list and was not checked."]
    assert any(note.startswith("Not there, so that no rule on them was evaluated: List 1, ") for note in data.notices)


def test_a_sheet_with_the_number_of_a_list_and_other_headings_is_told_of(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", List_6=[HEADINGS, record()], List_7=[["a", "b"], ["1", "2"]])
    (finding,) = read(file).form
    assert (finding.code, finding.locations[0].path) == ("FORM12", "a.xlsx, sheet List 7")
    assert "upload" not in finding.message


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("age", "age"),
        ("AGE OF CHILD (YEARS)", "age"),
        ("Child's Unique ID", "child_id"),
        ("Does the child have a disability", "disability"),
        ("Date Child Was Last", "seen_date"),
        ("CIN closure-date", "closure_date"),
    ],
)
def test_headings_are_known_in_other_spellings(tmp_path: Path, heading: str, field: str) -> None:
    at = [item.name for item in LIST_6].index(field)
    other = [*HEADINGS[:at], heading, *HEADINGS[at + 1 :]]
    (tmp_path / "list_6.csv").write_text(csv(other, record(seen_date="02/03/2026", closure_date="03/03/2026")))
    data = read(tmp_path / "list_6.csv")
    assert data.form == ()
    assert data.tables["List 6"].item(0, field) is not None


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("gender", "Female", "F"),
        ("gender", "2", "F"),
        ("gender", "c)", "U"),
        ("ethnicity", "WBRI - White British", "WBRI"),
        ("ethnicity", "White (WOTH)", "WOTH"),
        ("ethnicity", "C2", "APKN"),
        ("ethnicity", "white and asian", "MWAS"),
        ("disability", "1 - Yes", "Y"),
        ("disability", "FALSE", "N"),
        ("disability", "C) UNKNOWN", "U"),
        ("primary_need", "N1 - Abuse, neglect or exploitation", "N1"),
        ("primary_need", "n10", None),
        ("closure_reason", "RC8: case closed", "RC8"),
        ("status", "LAC", "LOOKED_AFTER"),
        ("status", "e) closed", "CLOSED"),
        ("status", "#MULTIVALUE", None),
    ],
)
def test_choices_are_understood_in_other_spellings(tmp_path: Path, field: str, text: str, code: str | None) -> None:
    (tmp_path / "list_6.csv").write_text(csv(HEADINGS, record(**{field: text})))
    data = read(tmp_path / "list_6.csv")
    assert data.tables["List 6"].select(field, f"{field}.value").row(0) == (text, code)
    assert ("List 6: 1 values are spelled in another way than Ofsted's and were understood." in data.notices) is (
        code is not None
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [("03/02/2026", 3), ("2026-02-03", 3), ("3.2.2026", 3), ("46056", 3), ("nan", None), ("02/2026", None)],
)
def test_days_are_read_as_spreadsheets_leave_them(tmp_path: Path, text: str, day: int | None) -> None:
    (tmp_path / "list_6.csv").write_text(csv(HEADINGS, record(start_date=text)))
    found = read(tmp_path / "list_6.csv").tables["List 6"].item(0, "start_date.value")
    assert found == (date(2026, 2, day) if day else None)


def test_blanks_of_other_programs_are_blank(tmp_path: Path) -> None:
    (tmp_path / "list_6.csv").write_text(csv(HEADINGS, record(team="NaN", worker="NaT")))
    assert read(tmp_path / "list_6.csv").tables["List 6"].select("team", "worker").row(0) == (None, None)


def test_columns_that_are_absent_or_no_part_of_the_list_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "list_6.csv").write_text(csv([*HEADINGS[:-1], "Ward"], record()))
    found = [(item.code, item.message) for item in read(tmp_path / "list_6.csv").form]
    assert [code for code, _ in found] == ["FORM14", "FORM13"]
    assert "There is no column Allocated Worker, so every one counts as blank." in found[0][1]
    assert "Ward: its values were not checked: 1." in found[1][1]


def test_a_list_in_two_files_is_put_together_and_told_of(tmp_path: Path) -> None:
    for name in ("list_6.csv", "list_6b.csv"):
        (tmp_path / name).write_text(csv(HEADINGS, record(child_id=name)))
    data = read(tmp_path)
    assert data.tables["List 6"]["@row"].to_list() == [0, 1]
    assert [item.code for item in data.form] == ["FORM16"]


def test_without_a_word_the_day_is_the_last_on_which_something_began(tmp_path: Path) -> None:
    layout = annex_a_layout(2026).table("List 1")
    days = ["02/03/2026", "30/03/2026", "31/12/2062", "01/03/2026"]
    rows = [[(good("List 1") | {"contact_date": day}).get(field.name) for field in layout] for day in days]
    (tmp_path / "list_1.csv").write_text(csv([field.tag for field in layout], *rows))
    data = read(tmp_path, at=None)
    assert data.at == date(2026, 3, 30)
    assert data.notices[0].startswith("The lists do not say of which day they are; 30/03/2026 is the last in them.")


def test_lists_without_any_day_are_refused(tmp_path: Path) -> None:
    (tmp_path / "list_6.csv").write_text(csv(HEADINGS, record()))
    with pytest.raises(Rejected, match="do not say on which day") as refusal:
        read(tmp_path, at=None)
    assert "--at" in refusal.value.hint
    with pytest.raises(Rejected, match="from 01/04/2022 on, and these are of 01/01/2020"):
        read(tmp_path, at=date(2020, 1, 1))


def test_what_has_no_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Rejected, match="holds none of the lists of Annex A"):
        read(tmp_path / "a.csv")


def test_lists_are_recognised_and_other_returns_are_not(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "list_6.csv").write_text(csv(HEADINGS))
    (tmp_path / "cin.csv").write_text(csv(HEADINGS, record()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("list_6.csv", csv(HEADINGS, record()))
    (tmp_path / "a.zip").write_bytes(packed.getvalue())
    for name in ("lists", "cin.csv", "a.zip", workbook(tmp_path / "a.xlsx", List_6=[HEADINGS]).name):
        assert isinstance(adapter_for([tmp_path / name]), AnnexAAdapter), name
    (tmp_path / "903").mkdir()
    (tmp_path / "903" / "header.csv").write_text("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n")
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 no zip file")
    (tmp_path / "checklist 3.csv").write_text("done,by\n1,2\n")
    for name in (
        "903",
        "checklist 3.csv",
        "903/header.csv",
        "b.zip",
        workbook(tmp_path / "903.xlsx", header=[["CHILD", "DOB"]]).name,
    ):
        assert not isinstance(adapter_for([tmp_path / name]), AnnexAAdapter), name


def test_a_year_for_lists_and_a_day_for_a_year_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="of a day, not of a year"):
        AnnexAAdapter().read([tmp_path], year=2026, authority=None, limits=None, progress=None)
    for adapter in adapters():
        if not adapter.definition.months:
            with pytest.raises(Misconfigured, match="of a year, not of a day"):
                adapter.read([tmp_path], year=None, authority=None, limits=None, progress=None, at=AT)


def test_convert_writes_what_ofsted_asks_for_and_names_what_is_lost(tmp_path: Path) -> None:
    rows: list[Cells] = [["Extract date 31/03/2026"], ["age", *HEADINGS[:4], *HEADINGS[5:], "Ward"]]
    cells = record(gender="2", start_date="2026-01-03", status="LAC", worker="=1+1")
    rows.append([cells[4], *cells[:4], *cells[5:], "North"])
    file = workbook(tmp_path / "a.xlsx", List_6=rows)
    (lost,) = AnnexAAdapter().convert(file, tmp_path / "out", year=None, limits=None)
    assert lost.startswith("a.xlsx, sheet List 6 line 1: ")
    written = pl.read_csv(tmp_path / "out" / "list_6.csv", infer_schema=False)
    assert written.columns == HEADINGS
    row = written.row(0, named=True)
    assert (row["Gender"], row["CIN Start Date"], row["Case Status"]) == (
        "b) Female",
        "03/01/2026",
        "a) Looked after child",
    )
    assert row["Allocated Worker"] == "'=1+1"
    assert (tmp_path / "out" / "about.csv").read_text() == "Item,Value\nExtract date,31/03/2026\nAuthority,\n"


def test_lists_are_not_written_in_a_form_that_nobody_asks_for(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"^out\.xml ends in \.xml, and the return is not written") as refusal:
        write_lists(tmp_path / "out.xml", lists({"List 6": [{}]}))
    assert refusal.value.hint == "Name a folder for CSV files, or a file that ends in .xlsx or .zip."


def test_lists_are_not_corrected_in_place(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refusal:
        AnnexAAdapter().fix([tmp_path], lists({"List 6": [{}]}), None)
    assert "ics-gateway convert" in refusal.value.hint


def test_every_list_keeps_its_headings_in_a_workbook(tmp_path: Path) -> None:
    sheets = {name.replace(" ", "_"): [[field.tag for field in annex_a_layout(2026).table(name)]] for name in LISTS}
    data = read(workbook(tmp_path / "a.xlsx", **sheets))
    assert data.form == ()
    assert [table.name for table in data.layout if table.name in data.tables] == ["Children", *LISTS]
