"""By which names people are found without their names standing in clear: keyed digests of ids and numbers."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.matching.candidate import partner_reference
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import writing
from gateway.store.errors import Busy
from gateway.store.store import Store
from schemas.case.record import CaseFile

_OCTETS = 32
_NAME = "people"


class What(StrEnum):
    """What kind of name somebody is found by."""

    PERSON = "person"
    """Our own id."""
    PARTNER = "partner"
    """A partner's id, with the partner."""
    NUMBER = "number"
    """A number in a scheme, as "NHS_NUMBER:9990000018"."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Makes digests under the key of this store: without it nobody can tell whose they are."""

    _key: bytes = field(repr=False)

    def of(self, what: What, value: str) -> str:
        """Give the digest of one name, in hex (HMAC-SHA256)."""
        return hmac.new(self._key, f"{what}\x00{value}".encode(), hashlib.sha256).hexdigest()

    def of_person(self, case: CaseFile, person: str, partner: str = "") -> frozenset[str]:
        """Give every digest by which somebody of a file is found; `partner` is who sent the file, if anybody."""
        own = self.of(What.PARTNER, partner_reference(partner, person)) if partner else self.of(What.PERSON, person)
        return frozenset({own, *(self.of(What.NUMBER, number) for number in numbers(case, person))})


def digests(store: Store, now: datetime) -> Digests:
    """Give the digests of a store; its key is made when it is first needed. Raise Damaged, UnknownKey."""
    found = documents.newest(store, Kind.INDEX_KEY, _NAME)
    if found is None:
        try:
            with writing(store.engine) as connection:
                documents.keep(store, connection, Kind.INDEX_KEY, _NAME, secrets.token_bytes(_OCTETS), now)
        except Busy:
            # Another process made it meanwhile: that one counts.
            return digests(store, now)
        return digests(store, now)
    return Digests(found.content)


def numbers(case: CaseFile, person: str) -> Iterator[str]:
    """Give the numbers of somebody in other schemes than ours, now and before."""
    found = case.somebody(person)
    for scheme, value in (("NHS_NUMBER", found.nhs_number), ("UPN", found.upn), ("ULN", found.uln)):
        if value:
            yield f"{scheme}:{value}"
    for row in case.linked_identifiers:
        if row.person == person:
            yield f"{row.kind.removeprefix('FORMER_')}:{row.value}"
