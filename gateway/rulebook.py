"""The rules, written out for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from schemas.errors import Misconfigured
from schemas.findings import Severity
from schemas.form import FORM_RULES
from schemas.rules import FIRST_RULE_YEAR, ReturnDefinition, Rule

_ROOT = Path(__file__).parent.parent
_FORM_SOURCE = "schemas/form.py"

Described: TypeAlias = dict[str, str | int | bool | list[str] | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule as the book shows it: a rule of the return, or one way to break the form of its file."""

    code: str
    years: str
    severity: Severity
    means: str
    details: str
    fix: str
    fields: tuple[str, ...]
    group: str
    defined_in: str
    since: int
    until: int | None
    draft: bool


def holding(definitions: Sequence[ReturnDefinition], code: str | None) -> ReturnDefinition:
    """Find the first return that has a rule called `code`, in any letter case; the first of all without a code.

    A form rule is found in the first. Raise Misconfigured where no return has such a rule.
    """
    having = (item for item in definitions if code is None or _wanted(code) in _named(item))
    found = next(having, None)
    if found is None:
        every = {upper: known for item in definitions for upper, known in _named(item).items()}
        raise _no_such("No return has a", code or "", every)
    return found


def _wanted(code: str) -> str:
    return code.strip().upper()


def _named(definition: ReturnDefinition) -> dict[str, str]:
    """Give the codes of a return, form rules too, by their capitals."""
    codes = (*(rule.code for rule in FORM_RULES), *(rule.code for rule in definition.all_rules))
    return {code.upper(): code for code in codes}


def _no_such(who: str, code: str, known: Mapping[str, str]) -> Misconfigured:
    close = [known[near] for near in get_close_matches(_wanted(code), known, n=3)]
    meant = f" Did you mean {' or '.join(close)}?" if close else ""
    return Misconfigured(f"{who} rule {code} in any year.{meant}", hint="List them with: ics-gateway rules")


def entries(definition: ReturnDefinition, *, year: int | None = None, code: str | None = None) -> tuple[Entry, ...]:
    """List the rules of a return, those of one collection alone, or the one called `code`.

    Form rules are given when asked for by code. Raise Misconfigured where the year or the code is
    not known, or the rule is not in force in the year.
    """
    _require_year(definition, year)
    if code is not None:
        return (_entry_named(definition, code, year),)
    found = definition.all_rules if year is None else definition.rules(year)
    return tuple(_entry(rule) for rule in found)


def _require_year(definition: ReturnDefinition, year: int | None) -> None:
    if year is not None and year not in definition.years:
        first, last = definition.years[0], definition.years[-1]
        raise Misconfigured(
            f"{definition.title}: the gateway knows the collections of {first} to {last}, not of {year}.",
            hint="A year is the calendar year in which the collection ends.",
        )


def _entry_named(definition: ReturnDefinition, code: str, year: int | None) -> Entry:
    form = {rule.code: _form_entry(rule.code, definition) for rule in FORM_RULES}
    book = form | {rule.code: _entry(rule) for rule in definition.all_rules}
    wanted = _named(definition).get(_wanted(code))
    if wanted is None:
        raise _no_such(f"{definition.title} has no", code, _named(definition))
    entry = book[wanted]
    if year is not None and wanted not in form and wanted not in {rule.code for rule in definition.rules(year)}:
        raise Misconfigured(
            f"Rule {wanted} is not in force in {year}. Its years: {entry.years}.",
            hint=f"To read it: ics-gateway rules {wanted}",
        )
    return entry


def years(rule: Rule) -> str:
    """Say in which collection years the rule is in force."""
    text = f"{rule.since} on" if rule.until is None else f"{rule.since} to {rule.until}"
    return f"{text} (draft)" if rule.draft else text


def _entry(rule: Rule) -> Entry:
    return Entry(
        rule.code,
        years(rule),
        rule.severity,
        rule.summary,
        rule.doc,
        rule.hint,
        tuple(f"{field.table}.{field.field}" for field in rule.fields),
        rule.group,
        f"{Path(rule.source_file).relative_to(_ROOT).as_posix()}:{rule.source_line}",
        rule.since,
        rule.until,
        rule.draft,
    )


def _form_entry(code: str, definition: ReturnDefinition) -> Entry:
    rule = next(rule for rule in FORM_RULES if rule.code == code)
    first = definition.years[0]
    details = "A form rule: it says what makes a file break the collection's schema."
    return Entry(
        code,
        f"{first} on",
        Severity.ERROR,
        rule.summary,
        details,
        rule.hint,
        (),
        "form",
        _FORM_SOURCE,
        first,
        None,
        draft=False,
    )


def described(entry: Entry) -> Described:
    """Give a rule for programs."""
    return {
        "code": entry.code,
        "severity": entry.severity.value,
        "since": entry.since,
        "until": entry.until,
        "draft": entry.draft,
        "means": entry.means,
        "details": entry.details,
        "fix": entry.fix,
        "fields": list(entry.fields),
        "group": entry.group,
        "defined_in": entry.defined_in,
    }


def explained(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Give a rule for a person, as labels and texts; labels without a text are left out."""
    severity = {
        Severity.ERROR: "error: it must be corrected",
        Severity.QUERY: "query: correct it, or explain why it is right",
    }
    found = (
        ("Rule", entry.code),
        ("What is wrong", entry.means),
        ("How to fix it", entry.fix),
        ("Severity", severity[entry.severity]),
        ("Years", entry.years),
        ("Boundary", entry.details),
        ("Items", ", ".join(entry.fields)),
        ("Defined in", entry.defined_in),
    )
    return tuple((label, text) for label, text in found if text)


def markdown(definition: ReturnDefinition, book: tuple[Entry, ...]) -> str:
    """Give the rules as a page, by group."""
    parts = [
        f"# Rules: {definition.title}",
        "",
        "Made from the code by `make docs`. To read one rule: `ics-gateway rules CODE`.",
        "",
        f"A year is the calendar year in which the collection ends. Files from before {FIRST_RULE_YEAR} are checked",
        f"with the rules of {FIRST_RULE_YEAR}.",
    ]
    for group in dict.fromkeys(entry.group for entry in book):
        held = [entry for entry in book if entry.group == group]
        parts += ["", f"## {group.replace('_', ' ').capitalize()}", ""]
        parts += [f"Defined in `{held[0].defined_in.rpartition(':')[0] or held[0].defined_in}`.", ""]
        parts += ["| Rule | Severity | Years | What is wrong | Boundary | How to fix it |"]
        parts += ["| --- | --- | --- | --- | --- | --- |", *(_line(entry) for entry in held)]
    return "\n".join(parts) + "\n"


def _line(entry: Entry) -> str:
    cells = (entry.code, entry.severity.value, entry.years, entry.means, entry.details, entry.fix)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
