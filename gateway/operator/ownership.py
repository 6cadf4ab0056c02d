"""Whose a transfer is: of who prepared it, and of that person's team; what came from a partner is nobody's alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, select

from gateway.operator.caller import Caller, Owned
from gateway.operator.errors import unknown
from gateway.store.engine import reading
from gateway.store.models import TransferEvent
from gateway.store.operator_models import AccountRow
from gateway.store.store import Store
from gateway.transfers import rows
from gateway.transfers.rows import Did, Transfer
from schemas.errors import Rejected

_BATCH = 500


def find(store: Store, who: Caller, reference: str) -> Transfer:
    """Give a transfer that is within reach. Raise Unknown, the same where there is none."""
    try:
        transfer = rows.find(store, reference)
    except Rejected:
        raise unknown("transfer") from None
    with reading(store.engine) as connection:
        owned = _owners(connection, (transfer,))[transfer.id]
    who.check(owned, "transfer")
    return transfer


def within(store: Store, who: Caller, transfers: Iterable[Transfer]) -> Iterator[Transfer]:
    """Give those that are within reach, in their order."""
    found = tuple(transfers)
    for start in range(0, len(found), _BATCH):
        batch = found[start : start + _BATCH]
        with reading(store.engine) as connection:
            owners = _owners(connection, batch)
        yield from (transfer for transfer in batch if who.reaches(owners[transfer.id]))


def _owners(connection: Connection, transfers: tuple[Transfer, ...]) -> dict[int, Owned]:
    """Say of each who prepared it, by the first line of its history, and in which team that person is now."""
    first = (
        select(func.min(TransferEvent.id))
        .where(TransferEvent.transfer.in_([transfer.id for transfer in transfers]))
        .group_by(TransferEvent.transfer)
    )
    lines = (
        select(TransferEvent.transfer, TransferEvent.staff, AccountRow.team)
        .join(AccountRow, AccountRow.id == TransferEvent.staff, isouter=True)
        .where(TransferEvent.id.in_(first), TransferEvent.event == Did.PREPARED.value)
    )
    prepared = {row.transfer: (row.staff, row.team) for row in connection.execute(lines)}
    return {
        transfer.id: Owned(f"transfer:{transfer.reference}", *prepared.get(transfer.id, (None, None)))
        for transfer in transfers
    }
