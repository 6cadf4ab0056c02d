"""Form findings: what makes a file fail the collection's schema, each declared once."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.findings import Finding, Location, Severity

_UPLOAD = "The upload would be rejected."


@dataclass(frozen=True, slots=True)
class FormRule:
    """One way in which a file can break its schema."""

    code: str
    summary: str
    hint: str

    @property
    def severity(self) -> Severity:
        """Say that it is an error: the upload would be rejected."""
        return Severity.ERROR

    def found(self, detail: str, place: Location, child_id: str = "", child_row: int | None = None) -> Finding:
        """Make the finding; `detail` says what stands in the file, the child is the one around the place."""
        return self.stated(f"{detail} {_UPLOAD}", place, child_id, child_row)

    def stated(self, detail: str, place: Location, child_id: str = "", child_row: int | None = None) -> Finding:
        """Make the finding of a return that no upload refuses."""
        rows = () if child_row is None else (child_row,)
        return Finding(
            self.code, self.severity, child_id, f"{self.summary} {detail}".rstrip(), self.hint, (place,), rows
        )


NOT_WELL_FORMED = FormRule(
    "FORM01",
    "The file stops being well-formed XML.",
    "Export the file again. The complete children before the break were checked; those after it were not.",
)
UNKNOWN_ELEMENT = FormRule(
    "FORM02",
    "This element is not part of the collection.",
    "Remove the element, or check the spelling and capital letters of its name and the collection year.",
)
MISPLACED_ELEMENT = FormRule(
    "FORM03",
    "This element stands in the wrong place.",
    "Move the element to its place in the collection's order.",
)
REPEATED_ELEMENT = FormRule(
    "FORM04",
    "This element stands more than once where one is allowed.",
    "Keep the right one. Only the first was checked.",
)
MISSING_ELEMENT = FormRule(
    "FORM05",
    "A required element is missing.",
    "Add the element with its value in the case system, then export again.",
)
EMPTY_ELEMENT = FormRule(
    "FORM06",
    "This element is empty.",
    "Leave the element out, or give it a value.",
)
WRONG_TYPE = FormRule(
    "FORM07",
    "This value has the wrong form.",
    "Write dates in the form of the collection, counts as whole numbers from 0, and flags as 0 or 1.",
)
UNKNOWN_CODE = FormRule(
    "FORM08",
    "This code is not on the list for the year.",
    "Choose a code from the list of the collection year; capital letters count.",
)
STRAY_TEXT = FormRule(
    "FORM09",
    "Text stands between elements, where none may be.",
    "Remove the text, or put it into the element that it belongs to.",
)
UNEXPECTED_ATTRIBUTE = FormRule(
    "FORM10",
    "This element has an attribute or a namespace, and the collection uses none.",
    "Have the export leave out attributes, namespaces and prefixes.",
)
OVER_LIMIT = FormRule(
    "FORM11",
    "This part of the file is larger than the gateway reads.",
    "Check whether the export ran wild; if the size is right, raise the limit in the settings.",
)
UNKNOWN_FILE = FormRule(
    "FORM12",
    "This file is none of the return's tables.",
    "Put the headings of the table into the first line, or take the file out.",
)
UNKNOWN_COLUMN = FormRule(
    "FORM13",
    "This column is not part of the table.",
    "Correct the heading, or leave the column out.",
)
MISSING_COLUMN = FormRule(
    "FORM14",
    "A column of the table is missing.",
    "Add the column with its heading, even where all of its cells are blank.",
)
REPEATED_COLUMN = FormRule(
    "FORM15",
    "This column stands more than once.",
    "Keep the right one. Only the first was checked.",
)
REPEATED_TABLE = FormRule(
    "FORM16",
    "This table stands in more than one file.",
    "Give each table once. The records of all of these files were checked together.",
)
OUTSIDE_CELL = FormRule(
    "FORM17",
    "Text stands outside the columns of the table.",
    "Look for a delimiter inside a value, which moves the cells after it; put such a value in quotation marks.",
)
BROKEN_QUOTES = FormRule(
    "FORM18",
    "The quotation marks of this record do not match.",
    "Look for a quotation mark too many or too few. The record was cut at every delimiter.",
)
SPREADSHEET_DAMAGE = FormRule(
    "FORM19",
    "A spreadsheet has changed this value.",
    "Export the file again, and import every column as text before you save it from a spreadsheet.",
)
OTHER_YEAR = FormRule(
    "FORM20",
    "The collection of this year has no such table.",
    "Leave the file out, or say with --year which collection it is.",
)
DAMAGED_LETTERS = FormRule(
    "FORM21",
    "Some letters of the file cannot be read.",
    "Export the file again as UTF-8.",
)
BLANK = FormRule(
    "FORM22",
    "A value that must be given is blank.",
    "Give the value in the case system, then export again.",
)
OTHER_DATE = FormRule(
    "FORM23",
    "This date is written in another form than that of the collection.",
    "Write it in the form of the collection. It was read as the day that is meant.",
)

FORM_RULES = (
    NOT_WELL_FORMED,
    UNKNOWN_ELEMENT,
    MISPLACED_ELEMENT,
    REPEATED_ELEMENT,
    MISSING_ELEMENT,
    EMPTY_ELEMENT,
    WRONG_TYPE,
    UNKNOWN_CODE,
    STRAY_TEXT,
    UNEXPECTED_ATTRIBUTE,
    OVER_LIMIT,
    UNKNOWN_FILE,
    UNKNOWN_COLUMN,
    MISSING_COLUMN,
    REPEATED_COLUMN,
    REPEATED_TABLE,
    OUTSIDE_CELL,
    BROKEN_QUOTES,
    SPREADSHEET_DAMAGE,
    OTHER_YEAR,
    DAMAGED_LETTERS,
    BLANK,
    OTHER_DATE,
)

# What breaks one of these is not in the tables that were read.
LOSSES = frozenset(
    rule.code
    for rule in (
        NOT_WELL_FORMED,
        UNKNOWN_ELEMENT,
        MISPLACED_ELEMENT,
        REPEATED_ELEMENT,
        EMPTY_ELEMENT,
        STRAY_TEXT,
        UNEXPECTED_ATTRIBUTE,
        OVER_LIMIT,
        UNKNOWN_FILE,
        UNKNOWN_COLUMN,
        REPEATED_COLUMN,
        OUTSIDE_CELL,
        DAMAGED_LETTERS,
    )
)
