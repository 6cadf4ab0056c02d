"""Receipts: kept byte for byte, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.store.engine import once, reading, writing
from gateway.store.ledger import Event, append
from gateway.store.models import ReceiptRow
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class Receipt:
    """A signed receipt; `token` is what was signed, `digest` the digest of it that the next receipt names."""

    level: str
    digest: str
    token: bytes


def keep(store: Store, message: int, receipt: Receipt, at: datetime) -> bool:
    """Keep a receipt about a message, with its line in the ledger. False where the very same is here already."""
    with writing(store.engine) as connection:
        return write(connection, message, receipt, at)


def write(connection: Connection, message: int, receipt: Receipt, at: datetime) -> bool:
    """Keep a receipt in the transaction of what it is about. False where the very same is here already."""
    row = once(connection, ReceiptRow).values(
        message=message, level=receipt.level, digest=receipt.digest, token=receipt.token, at=at
    )
    first = row.on_conflict_do_nothing(index_elements=[ReceiptRow.message, ReceiptRow.digest])
    new = connection.execute(first.returning(ReceiptRow.id)).first() is not None
    if new:
        append(connection, message, Event.RECEIPT, receipt.level.lower(), at)
    return new


def receipts(store: Store, message: int) -> tuple[Receipt, ...]:
    """List the receipts about a message in the order in which they were kept."""
    rows = (
        select(ReceiptRow.level, ReceiptRow.digest, ReceiptRow.token)
        .where(ReceiptRow.message == message)
        .order_by(ReceiptRow.id)
    )
    with reading(store.engine) as connection:
        return tuple(Receipt(row.level, row.digest, row.token) for row in connection.execute(rows))


def last(store: Store, message: int) -> bytes | None:
    """Give the token that the next receipt about a message must follow; none before the first."""
    newest = select(ReceiptRow.token).where(ReceiptRow.message == message).order_by(ReceiptRow.id.desc()).limit(1)
    with reading(store.engine) as connection:
        token: bytes | None = connection.execute(newest).scalar_one_or_none()
    return token
