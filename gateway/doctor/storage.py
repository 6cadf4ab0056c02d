"""Checks of what the gateway keeps: database, keys at rest, disks, evidence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Engine, func, select

from gateway.alerts.alerts import AlertCode
from gateway.audit.pending import backlog, check_evidence
from gateway.audit.store import EvidenceNotStored
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.store import migrate
from gateway.store.engine import reading
from gateway.store.models import Chunk, Document

_GIB = 1 << 30
EVIDENCE_WARN = timedelta(minutes=5)


def database(installation: Installation) -> Iterator[Finding]:
    """Look whether the database answers and has the tables of this version."""
    engine = installation.engine()
    migrate.check_current(engine)
    if engine.dialect.name == "postgresql" and _is_standby(engine):
        yield fail("The database is a standby, which only reads.", "Point ICS_GATEWAY_DATABASE_URL at the primary.")
        return
    yield ok(f"The database ({engine.dialect.name}) answers, and its tables fit this version.")


def store_key(installation: Installation) -> Iterator[Finding]:
    """Look whether every key that a stored chunk or document needs is here."""
    ring = installation.key_ring()
    with reading(installation.engine()) as connection:
        used = {
            name
            for table in (Chunk, Document)
            for name in connection.execute(select(table.key_id).distinct()).scalars()
        }
    missing = sorted(name for name in used if name not in ring)
    if missing:
        yield fail(
            f"Stored messages need keys that are not here: {', '.join(missing)}.",
            "Put the earlier keys back as later lines of the key file.",
        )
    elif used - {ring.current}:
        yield warn(
            "Some stored messages are still under an earlier key.", "Run: python -m gateway.store rotate, then drop it."
        )
    else:
        yield ok("The key of the store is here, and no stored message needs another.")


def disks(installation: Installation) -> Iterator[Finding]:
    """Look whether the folders can be written and have space."""
    for name, folder in installation.folders.items():
        if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield fail(f"The folder {name} is not there or cannot be written.", "Make it, and give it to this user.")
            continue
        yield _space(name, shutil.disk_usage(folder).free, installation)


def evidence(installation: Installation) -> Iterator[Finding]:
    """Look whether audit events get their place in the log, and the log its checkpoints."""
    action = "Check that a worker runs, and the database; sending goes on by itself once the log is written."
    engine, now = installation.engine(), installation.clock()
    try:
        check_evidence(engine, now)
        waiting, oldest = backlog(engine, lambda: now)
    except EvidenceNotStored as error:
        yield fail(error.message, error.hint or action, AlertCode.EVIDENCE_BACKLOG, "audit")
        return
    if oldest > EVIDENCE_WARN:
        minutes = oldest // timedelta(minutes=1)
        sentence = f"{waiting} audit events wait, the oldest for {minutes} minutes."
        yield warn(sentence, action, AlertCode.EVIDENCE_BACKLOG, "audit")
    else:
        yield ok(f"The audit log is kept up; {waiting} events wait.")


def _is_standby(engine: Engine) -> bool:
    with reading(engine) as connection:
        return bool(connection.execute(select(func.pg_is_in_recovery())).scalar_one())


def _space(name: str, free: int, installation: Installation) -> Finding:
    sentence = f"The disk of the folder {name} has {free / _GIB:.1f} GiB free."
    action = "Make space, or move the folder to a larger disk."
    if free < installation.thresholds.disk_fail:
        return fail(sentence, action, AlertCode.DISK_LOW, name)
    if free < installation.thresholds.disk_warn:
        return warn(sentence, action, AlertCode.DISK_LOW, name)
    return ok(sentence)
