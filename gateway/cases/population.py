"""Everybody whom we hold, as matching needs them: in memory, and brought up to date before each search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from gateway.cases import files, links
from gateway.matching.candidate import Candidate
from gateway.matching.case import children
from gateway.matching.index import Index
from gateway.matching.pairs import Link, Standing
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.store import Store


class Population:
    """The children of our case files on one day. Only files that have changed since the last search are read again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._day = date.min
        self._known: dict[str, int] = {}
        self._people: dict[str, tuple[Candidate, ...]] = {}
        self._links: dict[str, int] = {}
        self._index = Index()

    def index(self, store: Store, day: date) -> Index:
        """Give the index of a day. Raise Damaged, UnknownKey."""
        with self._lock:
            found, linked = (documents.latest_versions(store, kind) for kind in (Kind.CASE, Kind.LINK))
            if day != self._day or linked != self._links:
                # What holds on another day, or under another name, may be true of anybody.
                self._day, self._links, self._known = day, linked, {}
            changed = {name for name, version in found.items() if self._known.get(name) != version}
            if changed or found.keys() != self._known.keys():
                self._refresh(store, changed, self._known.keys() - found.keys())
                self._known = found
        return self._index

    def _refresh(self, store: Store, changed: Iterable[str], gone: Iterable[str]) -> None:
        known_as = _references(links.every(store))
        for name in (*changed, *gone):
            for person in self._people.pop(name, ()):
                self._index.remove(person.reference)
        for name in changed:
            case = files.held(store, name).file
            self._people[name] = tuple(
                replace(person, known_as=person.known_as | known_as.get(person.reference, frozenset()))
                for person in children(case, self._day)
            )
            for person in self._people[name]:
                self._index.put(person)


def _references(found: Iterable[Link]) -> dict[str, frozenset[str]]:
    """Give the partners' references by which each of our people is known."""
    known: dict[str, frozenset[str]] = {}
    for link in found:
        if link.standing is Standing.LINKED:
            known[link.ours] = known.get(link.ours, frozenset()) | {link.theirs}
    return known


_POPULATIONS: WeakKeyDictionary[Engine, Population] = WeakKeyDictionary()


def population(store: Store) -> Population:
    """Give the population of a store: one for each that this process has open."""
    return _POPULATIONS.setdefault(store.engine, Population())
