"""Do the checks that are queued, each under a lease: one whose worker died is done again by the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update

from gateway import settings
from gateway.audit.events import Action
from gateway.logs import logger
from gateway.pipeline.exchange import Exchange
from gateway.reports.formats import rendered
from gateway.reports.view import View
from gateway.returns import plain
from gateway.returns.checks import FORMATS, State, Wanted
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import writing
from gateway.store.operator_models import CheckRow
from schemas.errors import GatewayError, Transient
from schemas.findings import Report

LEASE = timedelta(minutes=1)
BEAT = 15.0
"""Seconds between two renewals of a lease."""
ATTEMPTS = 3
"""How often a check may end with its worker before it is given up."""
log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one check."""

    id: str
    owner: str
    attempt: int
    wanted: Wanted
    total: int


def check_queued(exchange: Exchange, owner: str) -> int:
    """Do the checks that wait, the oldest first; count them."""
    count = 0
    while lease := claim(exchange, owner):
        _do(exchange, lease)
        count += 1
    return count


def claim(exchange: Exchange, owner: str) -> Lease | None:
    """Lease the check that has waited longest, or whose worker is gone; give up what ends its workers."""
    now = exchange.clock()
    lapsed = and_(CheckRow.state == State.RUNNING.value, CheckRow.lease_expires <= now)
    waits = or_(CheckRow.state == State.QUEUED.value, lapsed)
    oldest = select(CheckRow.id).where(waits).order_by(CheckRow.created, CheckRow.id).limit(1)
    columns = (
        CheckRow.id,
        CheckRow.attempts,
        CheckRow.ending,
        CheckRow.return_name,
        CheckRow.year,
        CheckRow.authority,
        CheckRow.size,
    )
    taken = update(CheckRow).where(CheckRow.id.in_(oldest.with_for_update(skip_locked=True).scalar_subquery()))
    values = {"state": State.RUNNING.value, "lease_owner": owner, "lease_expires": now + LEASE, "done": 0}
    with writing(exchange.store.engine) as connection:
        row = connection.execute(
            taken.values(attempts=CheckRow.attempts + 1, **values).returning(*columns)
        ).one_or_none()
    if row is None:
        return None
    return Lease(row.id, owner, row.attempts, Wanted(row.ending, row.return_name, row.year, row.authority), row.size)


def _do(exchange: Exchange, lease: Lease) -> None:
    try:
        if lease.attempt > ATTEMPTS:
            _fail(exchange, lease, "The check ended its worker again and again. Tell whoever runs the gateway.")
            return
        with _held(exchange, lease):
            _checked(exchange, lease)
    except Transient:
        # The lease lapses, and somebody tries again.
        log.warning("check-waits", task="check-returns")
    except GatewayError as error:
        _fail(exchange, lease, f"{error.message} {error.hint}".strip())
    except Exception as error:  # the boundary of a job: one return stops no other
        log.exception("check-failed", task="check-returns")
        _fail(exchange, lease, f"A fault of the gateway ({type(error).__name__}). Nothing was changed.")


def _checked(exchange: Exchange, lease: Lease) -> None:
    from gateway.check import check_return  # noqa: PLC0415  # it loads every rule, which only a check needs

    with plain.written(exchange.store, Kind.UPLOAD, lease.id, lease.wanted.ending, exchange.inbox) as path:
        report = check_return(
            path,
            return_name=lease.wanted.return_name,
            year=lease.wanted.year,
            authority=lease.wanted.authority,
            limits=settings.limits(),
            progress=_progress(exchange, lease),
        )
    _keep(exchange, lease, report)


def _keep(exchange: Exchange, lease: Lease, report: Report) -> None:
    from adapters.registry import adapter_named  # noqa: PLC0415  # as above

    view = View(report, adapter_named(report.return_name).definition)
    made = {each: rendered(view, each) for each in FORMATS}
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        values = {"state": State.DONE.value, "finished": now, "errors": report.errors, "queries": report.queries}
        mine = update(CheckRow).where(_mine(lease)).values(done=CheckRow.total, lease_owner=None, **values)
        if connection.execute(mine).rowcount != 1:
            return
        for each, content in made.items():
            documents.put(exchange.store, connection, Kind.REPORT, f"{lease.id}.{each}", content, now)
        # The gateway keeps no copy of what an officer has anyway.
        documents.forget(connection, Kind.UPLOAD, lease.id)
        exchange.note(connection, Action.VALIDATE, f"return:{lease.id}")


def _fail(exchange: Exchange, lease: Lease, reason: str) -> None:
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        values = {"state": State.FAILED.value, "finished": now, "reason": reason[:512], "lease_owner": None}
        if connection.execute(update(CheckRow).where(_mine(lease)).values(**values)).rowcount == 1:
            documents.forget(connection, Kind.UPLOAD, lease.id)


def _progress(exchange: Exchange, lease: Lease) -> Callable[[int, int], None]:
    """Give a function that writes down how far the reading is, once a second at most."""
    last = list[datetime]()

    def moved(done: int, total: int) -> None:
        now = exchange.clock()
        if last and now < last[-1] + timedelta(seconds=1):
            return
        last[:] = [now]
        with writing(exchange.store.engine) as connection:
            connection.execute(update(CheckRow).where(_mine(lease)).values(done=done, total=max(done, total)))

    return moved


@contextmanager
def _held(exchange: Exchange, lease: Lease) -> Iterator[None]:
    """Renew the lease while the block runs: a check may take minutes, and a dead worker is noticed in one."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(BEAT):
            try:
                with writing(exchange.store.engine) as connection:
                    longer = update(CheckRow).where(_mine(lease))
                    connection.execute(longer.values(lease_expires=exchange.clock() + LEASE))
            except Transient:
                # The next beat tries again; the lease lasts for several.
                log.warning("check-lease-not-renewed", task="check-returns")

    beat = threading.Thread(target=renew, name="check-lease", daemon=True)
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join()


def _mine(lease: Lease) -> ColumnElement[bool]:
    return and_(CheckRow.id == lease.id, CheckRow.lease_owner == lease.owner, CheckRow.attempts == lease.attempt)
