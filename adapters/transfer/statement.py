"""The completeness statement: for each child and element of the process whether it is there, and if not, why.

It goes to the receiver. It tells therefore only what may be told of what stays: that it is not shared, never by which
rule, and of what an adoption keeps apart not even that there is any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated

from pydantic import StringConstraints

from adapters.transfer.header import Child, Reference
from adapters.transfer.scopes import Scope, scopes
from schemas.case.base import Frozen
from schemas.case.record import CaseFile
from schemas.case.tables import KEYS, table_fields
from schemas.processes.elements import Element, Need, elements
from schemas.processes.explained import Explained
from schemas.processes.process import Process


class Status(Explained):
    """Whether an element is in the package."""

    INCLUDED = "included", "It is here."
    MISSING = "missing", "It is missing."
    WITHHELD = "withheld", "It is withheld."


class Why(Explained):
    """What more is to be known of an element."""

    NOT_RECORDED = "not-recorded", "The sender has no record of it that could be shared."
    NOT_SHARED = "not-shared", "The sender does not share it in this step."
    IN_PART = "in-part", "Some of it is not shared in this step."
    REDUCED = "reduced", "Some of it is in a form that tells less."


class Entry(Frozen):
    """What is to be known of one element of one child; `need` is M, S or - as in the process's list."""

    child: Reference
    element: Annotated[str, StringConstraints(pattern=r"^E[0-9]{2}$")]
    need: Need
    status: Status
    reasons: tuple[Why, ...] = ()


Cells = Mapping[str, Counter[tuple[str, str]]]
"""How many values there are for each child, by field and the kind of the row that it is in."""

# That somebody is a person is no name.
_SAYS_NOTHING = frozenset({"person.kind"})
_DOCUMENTS = "E38"


def statement(
    process: Process,
    step: str,
    children: Iterable[Child],
    recorded: CaseFile,
    sent: CaseFile,
    reduced: Iterable[tuple[str, str, str]],
) -> tuple[Entry, ...]:
    """Say of each element what became of it.

    `recorded` is what the sender has and may tell that it has, `sent` what goes, `reduced` the values that go in a form
    that tells less: table, record and field. An element that goes only when asked for is named where it goes.
    """
    them = tuple(children)
    persons = [child.person for child in them]
    here, less = cells(sent, persons), reduced_cells(sent, persons, reduced)
    there = cells(recorded, persons)
    return tuple(
        entry
        for child in them
        for code, need in process.needs(step).items()
        for entry in _entries(child, elements()[code], need, (here, less, there))
    )


def lessened(
    told: Iterable[Entry], children: Iterable[Child], had: Cells, left: Cells, less: Cells
) -> tuple[Entry, ...]:
    """Say anew what is there for these children, of whose records and the family's some have been left out.

    `had` counts all values before, `left` and `less` those that stay, in full and in a form that tells less.
    """
    persons = {child.reference: child.person for child in children}
    found = (
        _lessened(entry, elements()[entry.element], persons[entry.child], (left, less, had))
        for entry in told
        if entry.child in persons
    )
    return tuple(entry for entry in found if entry.need is not Need.ASKED or entry.status is Status.INCLUDED)


def _lessened(entry: Entry, element: Element, person: str, found: tuple[Cells, Cells, Cells]) -> Entry:
    if entry.status is not Status.INCLUDED:
        return entry
    status, reasons = _status(element, *(count(element, cells_of[person]) for cells_of in found))
    before = (Why.IN_PART,) if Why.IN_PART in entry.reasons and status is Status.INCLUDED else ()
    return entry.model_copy(update={"status": status, "reasons": tuple(dict.fromkeys((*reasons, *before)))})


def _entries(child: Child, element: Element, need: Need, found: tuple[Cells, Cells, Cells]) -> Iterator[Entry]:
    whole, less, had = (count(element, cells_of[child.person]) for cells_of in found)
    if need is Need.ASKED and not whole + less:
        return
    status, reasons = _status(element, whole, less, had)
    yield Entry(child=child.reference, element=element.code, need=need, status=status, reasons=reasons)


def _status(element: Element, whole: int, less: int, had: int) -> tuple[Status, tuple[Why, ...]]:
    if whole + less or is_of_the_package(element):
        reasons = [(Why.REDUCED, less > 0), (Why.IN_PART, had > whole + less)]
        return Status.INCLUDED, tuple(why for why, holds in reasons if holds)
    return (Status.WITHHELD, (Why.NOT_SHARED,)) if had else (Status.MISSING, (Why.NOT_RECORDED,))


def is_of_the_package(element: Element) -> bool:
    """Tell whether the package itself always carries an element; documents it may have none."""
    return bool(element.package) and element.code != _DOCUMENTS


def count(element: Element, found: Counter[tuple[str, str]]) -> int:
    """Count the values that belong to an element."""
    return sum(found[name, kind] for name, kind in _cells_of(element.code))


@cache
def _cells_of(code: str) -> frozenset[tuple[str, str]]:
    """Give the fields of an element with each kind of row in which they count."""
    return frozenset(
        (name, kind)
        for held in elements()[code].held
        for name in held.names
        if name not in _SAYS_NOTHING
        for kind in held.kinds or _kinds(held.table)
    )


@cache
def _kinds(table: str) -> tuple[str, ...]:
    """Give every kind that rows of a table can have, none among them."""
    kind = next((item.codes for item in table_fields(table) if item.field == "kind"), None)
    return ("", *(code.value for code in kind.codes)) if kind else ("",)


def cells(case: CaseFile, persons: Iterable[str]) -> Cells:
    """Count the values that a file has for each child, those of the family with them."""
    them = tuple(persons)
    found: dict[str, Counter[tuple[str, str]]] = {person: Counter() for person in them}
    reach = scopes(case, them)
    for table, record in case.records():
        kind = getattr(record, "kind", None) or ""
        filled = [(name, kind) for name in _names(table) if getattr(record, name.partition(".")[2]) not in (None, ())]
        for person in reach[table, record.id].children:
            found[person].update(filled)
    return found


def reduced_cells(case: CaseFile, persons: Iterable[str], reduced: Iterable[tuple[str, str, str]]) -> Cells:
    """Count the values that go in a form that tells less, for each child."""
    persons = tuple(persons)
    found: dict[str, Counter[tuple[str, str]]] = {person: Counter() for person in persons}
    reach: Mapping[tuple[str, str], Scope] = scopes(case, persons)
    kinds = {(table, row.id): getattr(row, "kind", None) or "" for table, row in case.records()}
    for table, record, field in reduced:
        for person in reach[table, record].children:
            found[person][f"{table}.{field}", kinds[table, record]] += 1
    return found


def _names(table: str) -> Iterator[str]:
    return (item.name for item in table_fields(table) if item.field not in KEYS)
