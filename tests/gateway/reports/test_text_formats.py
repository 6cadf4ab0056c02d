"""The report as table, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

from rich.console import Console

from gateway.comparison import Comparison, finding_of
from gateway.explanations import Explained, Note
from gateway.reports.formats import Format, rendered
from gateway.reports.table import print_table, render_table
from gateway.reports.view import View
from report_builder import error, place, query, view
from schemas.findings import Origin

LONG = "Every word of this message stands in one line, however narrow the place is that it is printed to, as it must."


def full() -> View:
    return view(
        error("C1", place(), place(field="CINclosureDate", value=None, line=1230), message=LONG),
        query("=1+1"),
        comparison=Comparison("monday.json", frozenset({0}), (query("C7", message="Gone."),), 1),
        explained=Explained({1: "-2+3"}, (Note("8525Q", "C9", "old"),), ()),
        crashed=("1510",),
    )


def test_the_table_has_headline_rules_children_fixed_and_unchecked_in_this_order() -> None:
    text = render_table(full()).decode()
    lines = text.splitlines()
    assert lines[0] == "Not ready: 1 error and 1 query (1 explained). 1 of 3 children have errors."
    assert lines[1] == "Children in need census 2026, authority 999, made.xml"
    assert "Note: Since monday.json: 1 new, 1 fixed, 1 unchanged." in lines
    at = [lines.index(line) for line in (
        "C1: 1 finding",
        f"  8810 {LONG} [new]",
        "      CINdetails.ReasonForClosure = RC8 (line 1234, record 5)",
        "      CINdetails.CINclosureDate = (none) (line 1230, record 5)",
        "      Mend it.",
        "=1+1: 1 finding",
        "  8525Q Odd. [unchanged explained]",
        "      Your note: -2+3",
        "Fixed since monday.json: 1 finding",
        "  8525Q C7: Gone.",
        "Not evaluated: 1 rule",
        "  4011: No such table.",
        "Crashed: 1 rule",
        "  1510: The rule crashed (KeyError).",
    )]  # fmt: skip
    assert at == sorted(at)
    row = next(line for line in lines if line.startswith("│ 8810"))
    assert row.split("│")[1:4] == [" 8810  ", "        1 ", " error    "]


def test_the_table_lists_the_first_children_and_counts_the_rest() -> None:
    text = render_table(view(*(error(f"C{at}") for at in range(10)), *(error("C0") for _ in range(7)))).decode()
    assert "C7: 1 finding" in text
    assert "C8: 1 finding" not in text
    assert "C0: 8 findings" in text
    assert "... and 2 more" in text
    assert "2 children more. The full list: --format html or xlsx." in text


def test_the_table_reads_no_markup_colour_or_control_mark_from_the_return() -> None:
    text = render_table(view(error("[red]C1", place(value="[bold]\x1b[31m\u202e:smile:")))).decode()
    assert "[red]C1: 1 finding" in text
    assert "= [bold]\\u001b[31m\\u202e:smile: (line" in text
    assert "\x1b" not in text


def test_the_table_fits_an_encoding_that_has_no_lines_and_no_accents() -> None:
    text = render_table(view(error("Zoë")), "ascii").decode("ascii")
    assert "Zo?: 1 finding" in text
    assert "| 8810 " in text


def test_a_narrow_terminal_breaks_between_words_and_keeps_the_indent() -> None:
    text = io.StringIO()
    print_table(view(error(message=LONG)), Console(file=text, width=50, color_system=None))
    lines = [line.rstrip() for line in text.getvalue().splitlines()]
    start = lines.index("  8810 Every word of this message stands in one")
    assert lines[start + 1] == "  line, however narrow the place is that it is"


def test_csv_has_a_row_for_each_cell_and_runs_no_formula() -> None:
    text = rendered(full(), Format.CSV).decode()
    assert text.startswith(
        "finding,rule,severity,child,table,row,field,value,line,message,how to fix,since,explanation,"
        "from table,from key,from person,file\r\n"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [list(row.values())[:-4] for row in rows] == [
        ["1", "8810", "error", "C1", "CINdetails", "4", "ReasonForClosure", "RC8", "1234", LONG, "Mend it.", "new", ""],
        ["1", "8810", "error", "C1", "CINdetails", "4", "CINclosureDate", "", "1230", LONG, "Mend it.", "new", ""],
        ["2", "8525Q", "query", "'=1+1", "CINdetails", "4", "ReasonForClosure", "RC8", "1234", "Odd.",
         "Mend or explain it.", "unchanged", "'-2+3"],
        ["", "8525Q", "query", "C7", "CINdetails", "4", "ReasonForClosure", "RC8", "1234", "Gone.",
         "Mend or explain it.", "fixed", ""],
    ]  # fmt: skip
    assert {tuple(row.values())[-4:] for row in rows} == {("", "", "", "")}


def test_a_cell_of_a_return_in_several_files_names_its_file() -> None:
    told = view(error("C1", replace(place(), file="=a.csv")))
    assert "(=a.csv line 1234, record 5)" in render_table(told).decode()
    (finding,) = json.loads(rendered(told, Format.JSON))["findings"]
    assert finding["locations"][0]["file"] == "=a.csv"
    assert finding_of(finding).locations[0].file == "=a.csv"
    assert rendered(told, Format.CSV).decode().endswith(",'=a.csv\r\n")


def test_a_cell_of_a_return_that_was_built_names_the_record_of_the_case_system() -> None:
    built = view(error("C1", replace(place(), origin=Origin("ssd_cin_episodes", "=7", "P1"))))
    assert "(line 1234, record 5, from ssd_cin_episodes =7)" in render_table(built).decode()
    (finding,) = json.loads(rendered(built, Format.JSON))["findings"]
    assert finding["locations"][0]["origin"] == {"table": "ssd_cin_episodes", "key": "=7", "person": "P1"}
    assert rendered(built, Format.CSV).decode().endswith("ssd_cin_episodes,'=7,P1,\r\n")


def test_json_is_the_contract_with_comparison_and_notes_beside() -> None:
    places = [
        {"table": "CINdetails", "row": 4, "field": "ReasonForClosure", "value": "RC8", "line": 1234},
        {"table": "CINdetails", "row": 4, "field": "CINclosureDate", "value": None, "line": 1230},
    ]
    assert json.loads(rendered(full(), Format.JSON)) == {
        "return": "cin",
        "year": 2026,
        "authority": "999",
        "source": {"name": "made.xml", "sha256": "a" * 64},
        "rows": {"ChildIdentifiers": 3},
        "summary": {
            "ready": False,
            "errors": 1,
            "queries": 1,
            "children_with_errors": 1,
            "form_errors": 0,
            "by_rule": {"8810": 1, "8525Q": 1},
            "outcomes": {"passed": 1, "failed": 2, "not_evaluated": 1, "errored": 1},
        },
        "not_evaluated": [{"code": "4011", "reason": "No such table."}],
        "errored": [{"code": "1510", "error": "The rule crashed (KeyError)."}],
        "notices": [],
        "findings": [
            {"code": "8810", "severity": "error", "child_id": "C1", "message": LONG, "hint": "Mend it.",
             "locations": places, "since": "new"},
            {"code": "8525Q", "severity": "query", "child_id": "=1+1", "message": "Odd.",
             "hint": "Mend or explain it.", "locations": places[:1], "since": "unchanged", "explanation": "-2+3"},
        ],
        "since": {
            "report": "monday.json",
            "new": 1,
            "fixed": [{"code": "8525Q", "severity": "query", "child_id": "C7", "message": "Gone."}],
            "unchanged": 1,
            "unchecked": 0,
        },
        "explanations": {"explained": 1, "stale": [{"rule": "8525Q", "child": "C9"}], "on_errors": []},
    }  # fmt: skip
