"""Put the records of a package together again from the parts of the family and of each child."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from adapters.transfer.facts import FACT, Row
from adapters.transfer.index import Index, Listed, parse
from adapters.transfer.package import ReducedValue, in_order
from adapters.transfer.part import MIB, Kind, Part
from adapters.transfer.refusal import Code, NotAPackage
from adapters.transfer.scopes import scopes
from adapters.transfer.write import PART_FORMAT, whose_part
from schemas.case.record import CaseFile
from schemas.case.refusals import refused
from schemas.case.tables import TABLES
from schemas.case.text import read_case
from schemas.errors import Rejected

_DEPTH = 6
# A fact is written once and may be referred to often: so much of them may be spelt out.
_MOST_SPELT = 64 * MIB
_MEMBERS = {"format", "facts", "records", "reduced"}
_REDUCED = TypeAdapter(tuple[ReducedValue, ...])
Tables = dict[str, list[Row]]


def read_records(index: Index, content: Mapping[str, bytes]) -> tuple[CaseFile, tuple[ReducedValue, ...]]:
    """Read all records and reduced values of a package; raise NotAPackage."""
    told = {item.name: _object(item, content[item.name]) for item in index.parts if item.kind in _HOLDERS}
    family = [name for name in told if name == Kind.FAMILY]
    names = [item.child for item in index.parts if item.kind is Kind.CHILD]
    if len(family) != 1 or sorted(map(str, names)) != sorted(child.reference for child in index.children):
        raise NotAPackage(Code.MISSING)
    facts = _facts(told[family[0]]["facts"])
    tables: Tables = {}
    left = _MOST_SPELT
    for name, part in told.items():
        for table, row, size in _rows(name, part["records"], facts):
            tables.setdefault(table, []).append(row)
            left -= size
            if left < 0:
                raise NotAPackage(Code.TOO_LARGE, name)
    case = _case(index.records, tables)
    if not {person.id for person in case.person}.issuperset(child.person for child in index.children):
        raise NotAPackage(Code.CHILD)
    reduced = _reduced([value for part in told.values() for value in part["reduced"]], case)
    _check_places(index, told, case)
    return in_order(case), reduced


_HOLDERS = frozenset({Kind.FAMILY, Kind.CHILD})


def _object(item: Listed, content: bytes) -> dict[str, Any]:
    """Give a part's members, of the types that they must have."""
    value = parse(Part(item.name, content), item.kind, _DEPTH)
    if not isinstance(value, dict) or value.keys() != _MEMBERS or value["format"] != PART_FORMAT:
        raise NotAPackage(Code.FORM, item.name)
    lists_fit = isinstance(value["facts"], list) and isinstance(value["reduced"], list)
    tables = value["records"]
    if not lists_fit or not isinstance(tables, dict) or (value["facts"] and item.kind is not Kind.FAMILY):
        raise NotAPackage(Code.FORM, item.name)
    for table, rows in tables.items():
        if table not in TABLES:
            raise NotAPackage(Code.TABLE, item.name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise NotAPackage(Code.FORM, item.name)
    return value


Facts = list[tuple[str, Row, int]]
"""Table, values and size of each shared fact."""


def _facts(told: list[object]) -> Facts:
    found: Facts = []
    for fact in told:
        if not isinstance(fact, dict) or fact.keys() != {"table", "values"} or not isinstance(fact["values"], dict):
            raise NotAPackage(Code.FORM, Kind.FAMILY.value)
        found.append((fact["table"], fact["values"], len(json.dumps(fact["values"]))))
    return found


def _rows(name: str, tables: Tables, facts: Facts) -> Facts:
    """Give each row whole, with its table and the size of what was put in from shared facts."""
    return [
        (table, *(_whole(name, table, row, facts) if FACT in row else (row, 0)))
        for table, rows in tables.items()
        for row in rows
    ]


def _whole(name: str, table: str, row: Row, facts: Facts) -> tuple[Row, int]:
    place = row[FACT]
    if type(place) is not int or not 0 <= place < len(facts) or facts[place][0] != table:
        raise NotAPackage(Code.FACT, name)
    own = {key: value for key, value in row.items() if key != FACT}
    _, values, size = facts[place]
    if own.keys() & values.keys():
        raise NotAPackage(Code.FACT, name)
    return own | values, size


def _case(identifier: str, tables: Tables) -> CaseFile:
    try:
        return CaseFile.model_validate_json(json.dumps({"id": identifier, **tables}))
    except (ValidationError, UnicodeEncodeError) as error:
        more = refused("the package", error).message if isinstance(error, ValidationError) else ""
        raise NotAPackage(Code.RECORDS, more=more) from None


def _reduced(told: list[object], case: CaseFile) -> tuple[ReducedValue, ...]:
    try:
        found = _REDUCED.validate_json(json.dumps(told))
    except ValidationError:
        raise NotAPackage(Code.FORM) from None
    known = {(table, record.id): record for table, record in case.records()}
    for value in found:
        row = known.get((value.table, value.record))
        if row is None or value.field not in TABLES[value.table].model_fields:
            raise NotAPackage(Code.RECORDS)
        if getattr(row, value.field) not in {None, ()}:
            raise NotAPackage(Code.RECORDS)
    return tuple(sorted(found, key=lambda value: (value.table, value.record, value.field)))


def _check_places(index: Index, told: Mapping[str, dict[str, Any]], case: CaseFile) -> None:
    """Check that what is in a child's part is about that child, and that what is about one child is in its part."""
    reach = scopes(case, [child.person for child in index.children])
    person_of = {child.reference: child.person for child in index.children}
    part_of = {item.name: person_of.get(item.child or "", "") for item in index.parts}
    for name, part in told.items():
        for table, rows in part["records"].items():
            if any(whose_part(reach[table, str(row["id"])]) != part_of[name] for row in rows):
                raise NotAPackage(Code.PLACE, name)


def read_places(content: bytes, item: Listed, index: Index) -> CaseFile:
    """Read the places of a hidden child that were released; raise NotAPackage."""
    parse(Part(item.name, content), item.kind, _DEPTH)
    persons = {child.reference: child.person for child in index.children}
    try:
        case = read_case(content)
    except Rejected as error:
        raise NotAPackage(Code.RECORDS, item.name, more=error.message) from None
    if item.child is None or [person.id for person in case.person] != [persons.get(item.child)]:
        raise NotAPackage(Code.PLACE, item.name)
    return case
