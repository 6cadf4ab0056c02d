"""Who may read what a transfer carries of children of the closest classes: whoever is cleared for them."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.matching.candidate import Restriction
from gateway.operator.caller import Caller
from gateway.operator.errors import Forbidden
from gateway.store.states import Direction
from gateway.store.store import Store
from gateway.transfers import rows
from gateway.transfers.rows import Transfer

CLOSE = frozenset({Restriction.ADOPTION, Restriction.WATCHED})
"""The classes whose records not everybody reads who works on the case: adoption, and those with a list of readers."""


def check(store: Store, who: Caller, transfer: Transfer) -> None:
    """Raise Forbidden where a child of the transfer is of such a class and the person is not cleared for it."""
    said = _of_draft(store, transfer) if transfer.direction is Direction.OUT else _of_arrival(store, transfer)
    if (CLOSE & set(map(Restriction, said))) - who.account.clearances:
        raise Forbidden(
            "You are not cleared for the records of this transfer.", hint="Governance says who is, by account."
        )


def access(who: Caller, children: Iterable[str]) -> frozenset[str]:
    """Give those of the children whose records of class X4 the person may use: all, or nobody's."""
    return frozenset(children if Restriction.WATCHED in who.account.clearances else ())


def _of_draft(store: Store, transfer: Transfer) -> Iterable[str]:
    draft = rows.draft(store, transfer.reference)
    about = (subject for subject in draft.request.subjects if subject.person in draft.children)
    return (found for subject in about for found in subject.restrictions)


def _of_arrival(store: Store, transfer: Transfer) -> Iterable[str]:
    return (found for child in rows.arrival(store, transfer.reference).children for found in child.restriction)
