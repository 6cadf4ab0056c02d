"""For which children a record is there: by that it is put in parts, and goes or stays where some go alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile
from schemas.case.tables import table_fields

Key = tuple[str, str]
"""A record by its table and its identifier there."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The children for whom a record is there: with `every` it goes only where all of them go, else where one does.

    `own` tells that the record is about the children themselves.
    """

    children: frozenset[str]
    every: bool
    own: bool = False

    def reaches(self, released: frozenset[str]) -> bool:
        """Tell whether a record goes when these children are released."""
        return self.children <= released if self.every else not self.children.isdisjoint(released)


def scopes(case: CaseFile, children: Iterable[str]) -> Mapping[Key, Scope]:
    """Give the scope of every record of a file that is about these children.

    A record that mentions children is theirs. One about somebody else is for the children to whom that person is tied
    by any record; about somebody with no tie, for all of them together. One about nobody, such as a team, is for whom
    the records are that refer to it.
    """
    them = frozenset(children)
    told = {(table, record.id): mentioned(table, record) for table, record in case.records()}
    ties = _ties(told.values(), them)
    found = {key: _scope(persons, ties, them) for key, persons in told.items() if persons}
    found |= _referred(case, found)
    everybody = Scope(them, every=True)
    return {key: found.get(key, everybody) for key in told}


_BESIDE = frozenset({"households", "department", "professionals"})


def mentioned(table: str, record: CaseRecord) -> frozenset[str]:
    """Give everybody whom a record mentions: whom it is about, and to whom it points."""
    found = set(record.subjects) | ({record.id} if table == "person" else set())
    for item in table_fields(table):
        if item.points_to == "person":
            found.update(pointers(record, item.field))
    return frozenset(found)


def pointers(record: CaseRecord, field: str) -> tuple[str, ...]:
    """Give the identifiers that a reference holds: none, one or many."""
    value = getattr(record, field)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _ties(told: Iterable[frozenset[str]], children: frozenset[str]) -> dict[str, frozenset[str]]:
    ties: dict[str, frozenset[str]] = {}
    for persons in told:
        for person in persons - children:
            ties[person] = ties.get(person, frozenset()) | (persons & children)
    return ties


def _scope(persons: frozenset[str], ties: Mapping[str, frozenset[str]], children: frozenset[str]) -> Scope:
    own = persons & children
    if own:
        return Scope(own, every=True, own=True)
    reaches = [ties[person] for person in persons]
    if not reaches or not all(reaches):
        return Scope(children, every=True)
    common = frozenset.intersection(*reaches)
    return Scope(common, every=False) if common else Scope(frozenset().union(*reaches), every=True)


def _referred(case: CaseFile, known: Mapping[Key, Scope]) -> dict[Key, Scope]:
    """Give the scopes of records about nobody: for whom anything is that leads to them, step by step."""
    leading = {(table, record.id): tuple(_beside(table, record)) for table, record in case.records()}
    reached: dict[Key, frozenset[str]] = {}
    waiting = [(key, scope.children) for key, scope in known.items() if not scope.every or len(scope.children) == 1]
    while waiting:
        key, children = waiting.pop()
        for place in leading[key]:
            more = children - reached.get(place, frozenset())
            if more and place in leading:
                reached[place] = reached.get(place, frozenset()) | more
                waiting.append((place, more))
    return {key: Scope(children, every=False) for key, children in reached.items()}


def _beside(table: str, record: CaseRecord) -> Iterator[Key]:
    for item in table_fields(table):
        if item.points_to in _BESIDE:
            yield from ((item.points_to, key) for key in pointers(record, item.field))
