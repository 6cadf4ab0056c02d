"""What the weekly checks found: counts kept beside each other, the newest report, and the alerts that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, select

from adapters.registry import adapter_named
from gateway.actor import Actor, digest
from gateway.alerts.alerts import AlertCode, close_alert, raise_alert
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.reports.formats import Format, rendered
from gateway.reports.view import View
from gateway.retention.rules import CHECKED, LOGS
from gateway.returns.book import About
from gateway.returns.checks import FORMATS
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import once, reading, writing
from gateway.store.errors import NotAllowed
from gateway.store.return_models import ReturnWatch
from gateway.store.store import Store
from schemas.findings import Report

_LONGEST = 512


class Source(StrEnum):
    """From what a return was checked."""

    DATASET = "dataset"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Watch:
    """One weekly check: when it was due and made, and what it counted, or the reason why it could not."""

    name: str
    due: datetime
    at: datetime
    source: Source
    errors: int | None
    queries: int | None
    reason: str


def is_done(store: Store, about: About, due: datetime) -> bool:
    """Tell whether the check that was due then was made, or cannot be."""
    rows = select(ReturnWatch.id).where(ReturnWatch.name == about.name, ReturnWatch.due == due)
    with reading(store.engine) as connection:
        return connection.execute(rows).first() is not None


def listed(store: Store) -> tuple[Watch, ...]:
    """List the weekly checks, the newest first."""
    rows = select(*_COLUMNS).order_by(ReturnWatch.due.desc(), ReturnWatch.name)
    with reading(store.engine) as connection:
        found = connection.execute(rows).all()
    return tuple(Watch(row.name, row.due, row.at, Source(row.source), *row[4:]) for row in found)


def keep(store: Store, actor: Actor, about: About, due: datetime, at: datetime, source: Source, report: Report) -> None:
    """Keep what a check found, with its report; tell a person where the errors rose."""
    view = View(report, adapter_named(report.return_name).definition)
    made = {each: rendered(view, each) for each in FORMATS}
    values = {"source": source.value, "errors": report.errors, "queries": report.queries, "reason": ""}
    with writing(store.engine) as connection:
        before = _errors_before(connection, about, due)
        if not _added(connection, about, due, at, values):
            return
        for each, content in made.items():
            documents.put(store, connection, Kind.REPORT, f"{about.name}.{each}", content, at)
        note(connection, at, actor.event(Action.VALIDATE, f"return:{digest(about.name)}", count=report.errors))
        close_alert(connection, AlertCode.RETURN_NOT_CHECKED, about.name, at)
        if before is not None and report.errors > before:
            raise_alert(connection, AlertCode.RETURN_ERRORS_ROSE, about.name, at)
        else:
            close_alert(connection, AlertCode.RETURN_ERRORS_ROSE, about.name, at)


def keep_failure(store: Store, about: About, due: datetime, at: datetime, source: Source, reason: str) -> None:
    """Keep why a check could not be made, and tell a person."""
    values = {"source": source.value, "errors": None, "queries": None, "reason": reason.strip()[:_LONGEST]}
    with writing(store.engine) as connection:
        if _added(connection, about, due, at, values):
            raise_alert(connection, AlertCode.RETURN_NOT_CHECKED, about.name, at)


def tell_away(store: Store, about: About, at: datetime) -> None:
    """Tell a person that a check waits for something that is away; it is tried again."""
    with writing(store.engine) as connection:
        raise_alert(connection, AlertCode.RETURN_NOT_CHECKED, about.name, at)


def report(store: Store, about: About, report_format: Format) -> bytes:
    """Give the report of the newest check that was made. Raise NotAllowed where there is none."""
    content = b"".join(documents.pieces(store, Kind.REPORT, f"{about.name}.{report_format}"))
    if not content:
        raise NotAllowed("This return has had no weekly check yet.")
    return content


def clear(store: Store, at: datetime) -> None:
    """Delete the reports and the counts that are past their time."""
    with writing(store.engine) as connection:
        newest = select(ReturnWatch.name).group_by(ReturnWatch.name).having(func.max(ReturnWatch.at) <= at - CHECKED)
        for name in connection.execute(newest).scalars().all():
            for each in FORMATS:
                documents.forget(connection, Kind.REPORT, f"{name}.{each}")
        connection.execute(delete(ReturnWatch).where(ReturnWatch.at <= at - LOGS))


_COLUMNS = (
    ReturnWatch.name,
    ReturnWatch.due,
    ReturnWatch.at,
    ReturnWatch.source,
    ReturnWatch.errors,
    ReturnWatch.queries,
    ReturnWatch.reason,
)


def _errors_before(connection: Connection, about: About, due: datetime) -> int | None:
    """Count the errors of the last check before that was made."""
    earlier = (ReturnWatch.name == about.name, ReturnWatch.due < due, ReturnWatch.errors.is_not(None))
    rows = select(ReturnWatch.errors).where(*earlier).order_by(ReturnWatch.due.desc()).limit(1)
    return connection.execute(rows).scalar()


def _added(connection: Connection, about: About, due: datetime, at: datetime, values: dict[str, Any]) -> bool:
    """Add a check; say whether no other process had made it meanwhile."""
    row = once(connection, ReturnWatch).values(name=about.name, due=due, at=at, **values)
    return connection.execute(row.on_conflict_do_nothing()).rowcount == 1
