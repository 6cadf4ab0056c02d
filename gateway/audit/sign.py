"""Sign where our log stands, every 15 minutes, and say it in manifests and receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from gateway.actor import Actor
from gateway.audit.checkpoint import Head, HeadGuard, Signer, Trust, empty, open_checkpoint, read_head
from gateway.audit.database import (
    DatabaseStore,
    keep,
    keep_signed,
    locked,
    newest_checkpoint,
    sequence,
    signed_tree,
    state_of,
)
from gateway.audit.entry import Role
from gateway.audit.events import Action
from gateway.audit.keys import signing_key
from gateway.audit.merkle import Frontier, leaf_hash
from gateway.audit.note import Note
from gateway.audit.pending import evidence, note
from gateway.audit.proofs import prove_growth
from gateway.audit.store import LogChanged, State
from gateway.itp.identifiers import Digest
from gateway.itp.keys import PrivateKey
from gateway.itp.manifest import LogHead
from gateway.store.engine import reading, writing
from gateway.store.models import AuditEntry
from schemas.errors import Rejected

_PAGE = 1000


def head(engine: Engine, origin: str) -> LogHead:
    """Give where the log stands now. Raise EvidenceNotStored where it cannot be read, LogChanged where it was changed.

    A partner that signs a receipt over it, or over a manifest that says it, vouches for the log from outside.
    """
    with evidence(), reading(engine) as connection:
        state = state_of(connection, origin)
    return LogHead(size=state.size, root=Digest.encoded(state.tree().root()))


def checkpoint(engine: Engine, origin: str, key: PrivateKey, clock: Callable[[], datetime]) -> Note:
    """Give what is pending its place, then sign and keep the head of the log with our receipt-log key.

    Each is an event of the log itself, and so shows later when it was signed. Raise LogChanged or Held, and sign
    nothing, where the log does not continue what was signed before; raise EvidenceNotStored as `sequence` does.
    """
    sequence(engine, origin)
    signing = signing_key(key, origin)
    with evidence(), writing(engine) as connection:
        state, at = locked(connection, origin), clock()
        seen = _last_signed(connection, origin)
        now = Head(origin, state.size, state.tree().root())
        proof = _proof(connection, origin, seen, state) if seen.size <= state.size else ()
        signed = Signer(signing, HeadGuard(seen)).sign(now, proof, at)
        keep(connection, signed)
        keep_signed(connection, origin, state)
        us = Actor(origin, Role.GATEWAY)
        note(connection, at, us.event(Action.CHECKPOINT, f"checkpoint:{now.root.hex()}", count=now.size))
    return signed


def checkpoint_for_export(engine: Engine, actor: Actor, key: PrivateKey, clock: Callable[[], datetime]) -> Note:
    """Record who writes the log out, and sign a checkpoint that covers this too. Raise as `checkpoint` does."""
    size = head(engine, actor.organisation).size
    with evidence(), writing(engine) as connection:
        note(connection, clock(), actor.event(Action.EXPORT, count=size))
    return checkpoint(engine, actor.organisation, key, clock)


def keep_cosigned(engine: Engine, trust: Trust, cosigned: Note) -> bool:
    """Keep a checkpoint of ours that a partner cosigned; say whether the cosignature is new.

    Raise Rejected where we or the partner did not sign it, or where it is not what our log says at that size.
    """
    head_then = open_checkpoint(cosigned, trust)
    store = DatabaseStore(engine, trust.origin)
    ours = [item for item in store.checkpoints() if item.text == cosigned.text]
    if not ours:
        raise Rejected(f"We keep no checkpoint over {head_then.size} entries that says this.")
    known = {signature for item in ours for signature in item.signatures}
    if set(cosigned.signatures) <= known:
        return False
    store.keep(cosigned)
    return True


def _last_signed(connection: Connection, origin: str) -> Head:
    # Whose signature it has is not asked: a head that nobody signed can only make us refuse, and export shows it.
    newest = newest_checkpoint(connection)
    return empty(origin) if newest is None else read_head(newest.text)


def _proof(connection: Connection, origin: str, seen: Head, state: State) -> tuple[bytes, ...]:
    """Prove from the entries in the table that the log continues the head seen.

    The tree that was kept then saves reading the log from its start; it counts only if it has the root that was signed.
    """
    old = signed_tree(connection, origin)
    if (old.size, old.root()) != (seen.size, seen.root):
        old = Frontier()
        _grow(old, _leaves(connection, 0, seen.size))
    grown = old.copy()
    _grow(grown, _leaves(connection, seen.size, state.size))
    if (grown.size, grown.root()) != (state.size, state.tree().root()):
        raise LogChanged(f"The entries {seen.size} to {state.size - 1} of the audit log are not those that it wrote.")
    return prove_growth(old, _leaves(connection, seen.size, state.size), state.size)


def _grow(tree: Frontier, leaves: Iterator[bytes]) -> None:
    for leaf in leaves:
        tree.append(leaf)


def _leaves(connection: Connection, first: int, size: int) -> Iterator[bytes]:
    while first < size:
        page = (
            select(AuditEntry.entry)
            .where(AuditEntry.sequence >= first, AuditEntry.sequence < size)
            .order_by(AuditEntry.sequence)
            .limit(_PAGE)
        )
        entries = connection.execute(page).scalars().all()
        if not entries:
            raise LogChanged(f"Entry {first} is missing in the audit log.")
        yield from map(leaf_hash, entries)
        first += len(entries)
