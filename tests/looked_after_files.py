"""Write small looked-after returns as files: rows by table, each file under the name that a test wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from adapters.ssda903.convert import file_name
from adapters.ssda903.read import read_files
from adapters.xml.limits import Limits
from schemas.findings import Finding
from schemas.returns import ReturnData
from schemas.ssda903.layout import LAST_YEAR, csv_columns, ssda903_layout

YEAR = 2026
HEADER = {"CHILD": "C1", "SEX": "F", "DOB": "01/05/2012", "ETHNIC": "WBRI", "UPN": "A000000000000"}
EPISODE = {
    "CHILD": "C1", "DECOM": "01/06/2025", "RNE": "S", "LS": "V2", "CIN": "N1", "PLACE": "U6", "PLACE_PROVIDER": "PR1",
    "DEC": "01/07/2025", "REC": "E4A",
}  # fmt: skip
REVIEW = {"CHILD": "C1", "DOB": "01/05/2012", "REVIEW": "20/06/2025", "REVIEW_CODE": "PN1"}


def table_text(table: str, *rows: Mapping[str, str], delimiter: str = ",") -> str:
    """Give the text of a table's file, with all of its columns."""
    columns = csv_columns(ssda903_layout(LAST_YEAR).table(table))
    return "".join(
        delimiter.join(cells) + "\r\n"
        for cells in (columns, *([row.get(name, "") for name in columns] for row in rows))
    )


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file; make its folders."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def folder_of(folder: Path, **tables: Sequence[Mapping[str, str]]) -> Path:
    """Write tables under the names that convert gives them; a Header and an episode where none is named."""
    for table, rows in ({"Header": [HEADER], "Episodes": [EPISODE]} | tables).items():
        put(folder, file_name(table), table_text(table, *rows))
    return folder


def read(*paths: Path, year: int | None = YEAR, limits: Limits | None = None) -> ReturnData:
    """Read a return."""
    return read_files(paths, year=year, authority="209", limits=limits or Limits(), progress=None)


def told(data: ReturnData, code: str) -> list[Finding]:
    """Give the form findings of one code."""
    return [finding for finding in data.form if finding.code == code]


def left_out(data: ReturnData) -> list[str]:
    """Give what is said of the files and folders that were not read."""
    return [item.told for item in data.left_out]


def texts(data: ReturnData, table: str, *columns: str) -> list[tuple[str | None, ...]]:
    """Give some columns of a table."""
    return data.tables[table].select(columns).rows()


def codes(data: ReturnData) -> list[str]:
    """List the codes of the form findings, in their order."""
    return [finding.code for finding in data.form]
