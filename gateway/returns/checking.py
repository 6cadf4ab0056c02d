"""Check a file of a return, and keep the notes on its queries: both ask for new signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.registry import adapter_named
from adapters.xml.limits import Limits
from gateway import duties
from gateway.actor import Actor
from gateway.check import accompanied, check_data, read_return
from gateway.duties import Duty
from gateway.reports.formats import Format, rendered
from gateway.reports.view import View
from gateway.returns import book, noted, plain
from gateway.returns.book import About, File, Return
from gateway.returns.checks import FORMATS
from gateway.returns.moves import move
from gateway.returns.stages import UPLOADED, Stage, Step, check_step
from gateway.returns.stored_report import report_of
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import reading, writing
from gateway.store.store import Store
from schemas.findings import Outcome, Report
from schemas.returns import ReturnData

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: within which limits, where it is spooled, and last year's return where it is not kept."""

    limits: Limits
    inbox: Path | None = None
    previous: Path | None = None
    progress: Progress | None = None


def check(store: Store, actor: Actor, found: Return, at: datetime, how: Reading) -> tuple[File, Report]:
    """Check the newest file of a return and keep the reports. Raise Rejected, NotAllowed, Misconfigured."""
    duties.require(actor, Duty.RETURN)
    file = book.newest(store, found.id)
    check_step(Step.CHECK, file.stage, Stage.CHECKED)
    report = checked(store, found.about, file, how)
    made = {each: rendered(View(report, adapter_named(report.return_name).definition), each) for each in FORMATS}
    with writing(store.engine) as connection:
        notes = noted.kept(store, found.id, within=connection)
        unexplained = noted.left(report, noted.read(notes))
        values = {
            "round": file.round + 1,
            "report": hashlib.sha256(made[Format.JSON]).hexdigest(),
            "notes": hashlib.sha256(notes).hexdigest(),
            "errors": report.errors,
            "queries": report.queries,
            "unexplained": unexplained,
            "crashed": len(report.with_outcome(Outcome.ERRORED)),
        }
        after = move(connection, file, Step.CHECK, _stage(report, unexplained), actor, at, **values)
        for each, content in made.items():
            documents.put(store, connection, Kind.REPORT, f"{file.document}.{each}", content, at)
    return after, report


def explain(store: Store, actor: Actor, found: Return, notes: bytes, at: datetime) -> File:
    """Keep these notes in place of those before. Raise Rejected, Misconfigured, NotAllowed."""
    duties.require(actor, Duty.RETURN)
    file = book.newest(store, found.id)
    report = report_of(store, file)
    unexplained = noted.left(report, noted.read(notes))
    values = {"round": file.round + 1, "notes": hashlib.sha256(notes).hexdigest(), "unexplained": unexplained}
    with writing(store.engine) as connection:
        documents.keep(store, connection, Kind.NOTES, found.id, notes, at)
        return move(connection, file, Step.EXPLAIN, _stage(report, unexplained), actor, at, **values)


def checked(store: Store, about: About, file: File, how: Reading) -> Report:
    """Check a kept file beside last year's return: the one that is given, else the one that was submitted."""
    with plain.written(store, Kind.RETURN, file.document, file.ending, how.inbox) as path:
        now = read_return(
            path,
            return_name=about.return_name,
            year=about.year,
            authority=about.authority,
            limits=how.limits,
            progress=how.progress,
        )
        with last_year(store, about, how) as before:
            return check_data(*accompanied(now, before), limits=how.limits)


@contextmanager
def last_year(store: Store, about: About, how: Reading) -> Iterator[ReturnData | None]:
    """Give last year's return, none where there is none."""
    before = About(about.return_name, about.year - 1, about.authority)
    if how.previous is not None:
        yield _read(how.previous, before, how)
        return
    with reading(store.engine) as connection:
        kept = book.named(connection, before)
    sent = [file for file in book.files(store, kept.id) if file.stage in UPLOADED] if kept else []
    if not sent:
        yield None
        return
    with plain.written(store, Kind.RETURN, sent[-1].document, sent[-1].ending, how.inbox) as path:
        yield _read(path, before, how)


def _read(path: Path, about: About, how: Reading) -> ReturnData:
    given = {"return_name": about.return_name, "year": about.year, "authority": about.authority}
    return read_return(path, limits=how.limits, **given)[1]  # type: ignore[arg-type]  # as it takes them


def _stage(report: Report, unexplained: int) -> Stage:
    crashed = report.with_outcome(Outcome.ERRORED)
    return Stage.CHECKED if report.errors or crashed or unexplained else Stage.EXPLAINED
