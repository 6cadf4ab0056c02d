"""Keep of whom a transfer tells and in which way, so that all of it is found when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from adapters.transfer.package import Package
from gateway.cases.digests import Digests
from gateway.transfers import rows
from gateway.transfers.rows import Way
from schemas.case.record import CaseFile

_WAYS = {"P6": Way.BROADCAST, "P12": Way.CHECK}


def name_everybody(
    connection: Connection, known: Digests, number: int, package: Package, identities: CaseFile, partner: str = ""
) -> None:
    """Name everybody in a package in the caller's transaction, adults too.

    `identities` is the file that knows their numbers: our own where we send, the package's where `partner` does.
    """
    people = _digests(known, identities, (person.id for person in package.records.person), partner)
    rows.name_people(connection, number, people, _WAYS.get(package.header.process, Way.RECORDS))
    papers = {paper.record for paper in package.papers}
    about = {row.person for row in package.records.documents if row.id in papers}
    rows.name_people(connection, number, _digests(known, identities, about, partner), Way.DOCUMENT)


def _digests(known: Digests, case: CaseFile, people: Iterable[str], partner: str) -> frozenset[str]:
    return frozenset(digest for person in people for digest in known.of_person(case, person, partner))
