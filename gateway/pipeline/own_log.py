"""Our own audit log: sign it, verify it as an auditor would, and tell a person where it is not what was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.audit.checkpoint import Trust
from gateway.audit.database import DatabaseStore, newest_checkpoint, sequence, signed_tree
from gateway.audit.export import Lines, rows
from gateway.audit.keys import public_keys
from gateway.audit.note import Kind
from gateway.audit.sign import checkpoint as sign_checkpoint
from gateway.audit.store import LogChanged
from gateway.audit.verify import Verdict, verify
from gateway.itp.keys import Use
from gateway.logs import logger
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import reading, writing
from schemas.errors import Held

SUBJECT = "audit"
log = logger(__name__)


def record(exchange: Exchange) -> int:
    """Give pending audit events their place in the log, and count them. Raise LogChanged, EvidenceNotStored."""
    with _told(exchange):
        return sequence(exchange.store.engine, exchange.organisation)


def checkpoint(exchange: Exchange) -> None:
    """Sign where the audit log stands. Raise LogChanged or Held where it does not continue what was signed before."""
    key = exchange.keys.current(Use.RECEIPT_LOG, "Ed25519")
    with _told(exchange):
        sign_checkpoint(exchange.store.engine, exchange.organisation, key, exchange.clock)


def verify_log(exchange: Exchange) -> Verdict | None:
    """Replay the whole log against its checkpoints, in memory that does not grow with it; none before the first.

    Raise LogChanged where what stands in the database is not readable as a log.
    """
    with _told(exchange):
        if not _is_signed(exchange):
            return None
        verdict = verify(Lines(rows(DatabaseStore(exchange.store.engine, exchange.organisation))), _trust(exchange))
    if verdict.fault is not None:
        log.error("audit-log-changed", reason=verdict.fault.reason.value, count=verdict.entries)
        _alert(exchange)
    return verdict


def _is_signed(exchange: Exchange) -> bool:
    """Say whether there is a checkpoint. Raise LogChanged where the newest one that was signed is not there."""
    with reading(exchange.store.engine) as connection:
        signed = signed_tree(connection, exchange.organisation).size
        newest = newest_checkpoint(connection)
    if newest is None and signed:
        raise LogChanged(f"A checkpoint over {signed} entries was signed, and the database has none.")
    return newest is not None


def _trust(exchange: Exchange) -> Trust:
    us = exchange.organisation
    witnesses = (
        key
        for partner in exchange.directory().partners
        if partner.organisation != us
        for key in public_keys(partner.keys, partner.organisation, Kind.COSIGNATURE)
    )
    return Trust(us, public_keys(exchange.keys.published(), us), tuple(witnesses))


@contextmanager
def _told(exchange: Exchange) -> Iterator[None]:
    try:
        yield
    except (LogChanged, Held):
        _alert(exchange)
        raise


def _alert(exchange: Exchange) -> None:
    with writing(exchange.store.engine) as connection:
        raise_alert(connection, AlertCode.AUDIT_CHANGED, SUBJECT, exchange.clock())
