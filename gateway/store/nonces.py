"""Nonces of request signatures: each counts once until it expires."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from gateway.store.engine import once, writing
from gateway.store.models import Nonce
from gateway.store.store import Store


def remember(store: Store, key_id: str, nonce: str, expires: datetime, at: datetime) -> bool:
    """Remember a nonce of a signing key; false where it was seen and has not expired."""
    with writing(store.engine) as connection:
        row = once(connection, Nonce).values(key_id=key_id, nonce=nonce, expires=expires)
        new = row.on_conflict_do_update(
            index_elements=[Nonce.key_id, Nonce.nonce], set_={"expires": expires}, where=Nonce.expires <= at
        )
        return connection.execute(new.returning(Nonce.nonce)).first() is not None


def purge(store: Store, at: datetime) -> int:
    """Forget the nonces that have expired; say how many."""
    with writing(store.engine) as connection:
        return connection.execute(delete(Nonce).where(Nonce.expires <= at)).rowcount
