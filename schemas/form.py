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
        rows = () if child_row is None else (child_row,)
        message = f"{self.summary} {detail} {_UPLOAD}"
        return Finding(self.code, self.severity, child_id, message, self.hint, (place,), rows)


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
    "Write dates as YYYY-MM-DD, counts as whole numbers from 0, and flags as 0 or 1.",
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
)
