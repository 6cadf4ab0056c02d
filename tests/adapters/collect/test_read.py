"""DfE's error report is read by its headings, however it was saved; what is none is refused."""

from __future__ import annotations

import pytest

from adapters.collect.read import read_errors
from adapters.sheets.write import fill_workbook
from adapters.xml.limits import Limits
from schemas.errors import Rejected

ROWS = [("8925", "C1", "error", 2), ("8770Q", "C2", "query", 1), ("8925", "", "error", 1)]
LIST = """Rule Number,Error Type,LA Child ID,Error Message
8925,Error,C1,"Ends, before it starts"
8770Q,Query,C2,No UPN
8925,Error,C1,Again
8925,Error,,Of the return
"""
TITLED = f"Errors of the return,,,\n,,,\n{LIST}"


def read(content: bytes) -> tuple[list[tuple[str, str, str, int]], bool]:
    found = read_errors("errors", content, Limits())
    return sorted(found.rows.rows()), found.by_child


def workbook(*sheets: str) -> bytes:
    return fill_workbook(
        {f"S{at}": [line.replace('"', "").split(",") for line in text.splitlines()] for at, text in enumerate(sheets)}
    )


@pytest.mark.parametrize(
    "content",
    [
        LIST.encode(),
        LIST.encode("utf-8-sig"),
        LIST.replace("Ends, before", "Ends before").replace(",", ";").encode("cp1252"),
        TITLED.encode(),
        LIST.replace("Rule Number", "error_no").replace("LA Child ID", "LAchildID").encode(),
        LIST.replace("\n8", "\nError 8").encode(),
        LIST.replace("Error,", "E,").replace("Query,", "Q,").encode(),
        workbook(LIST.replace("Ends, before", "Ends before")),
        workbook("Rule,Count\n8925,3\n8770Q,1", TITLED.replace("Ends, before", "Ends before")),
    ],
    ids=["plain", "mark", "semicolons", "title", "spelling", "words", "letters", "workbook", "summary-beside"],
)
def test_the_same_report_is_read_however_it_was_saved(content: bytes) -> None:
    assert read(content) == (sorted(ROWS), True)


def test_a_report_that_only_counts_has_no_children() -> None:
    content = b'Rule,Description,Number of errors\n8925,Ends before it starts,"1,200"\nTotal,,1\n'
    assert read(content) == ([("8925", "", "", 1200)], False)


@pytest.mark.parametrize("code", ["103", "197B", "392a", "SW01aSTG1", "EPI", "INT01", "FORM01"])
def test_every_form_of_a_code_is_read(code: str) -> None:
    assert read(f"Rule,Child\n{code},7\n".encode())[0] == [(code.upper(), "7", "", 1)]


def test_a_cell_that_a_spreadsheet_was_kept_from_running_is_read_as_it_was() -> None:
    assert read(b"Rule,Child\n8925,'=1+1\n")[0] == [("8925", "=1+1", "", 1)]


@pytest.mark.parametrize("content", [b"", b"Name,Age\nx,1\n", b"\x00\x01", b"<html></html>", workbook("a,b\n1,2")])
def test_what_is_no_error_report_is_refused(content: bytes) -> None:
    with pytest.raises(Rejected, match="no column with the number of a rule"):
        read(content)
