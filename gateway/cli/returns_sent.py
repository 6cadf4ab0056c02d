"""ics-gateway returns: what goes to DfE, and what comes back."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator
from gateway.cli.operator import Format, Shown, Staff
from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from gateway.reports.formats import Format as ReportFormat
    from gateway.returns.book import File, Return
    from gateway.returns.comparing import Compared
    from gateway.store.store import Store

Which = Annotated[str, typer.Argument(metavar="RETURN", help="Its name, such as cin-2026-209; returns list shows it.")]
Role = Annotated[str, typer.Option(help="In which role you act: data-steward or manager.")]
Number = Annotated[int | None, typer.Option("--file", help="The number of the file; else the newest there is.", min=1)]


class Answer(StrEnum):
    """What DfE answered."""

    ACCEPTED = "accepted"
    QUERIED = "queried"


def pack(
    which: Which,
    out: Annotated[Path, typer.Option(help="The folder to write it in.")],
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Pack what two people signed for its upload, and write it: the file, its zip, checksums, the notes as one text."""
    from gateway.returns import book, packing  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        _write(store, packing.pack(store, actor, book.find(store, which), operator.now()), out)
    return 0


def produce(
    which: Which,
    out: Annotated[Path, typer.Option(help="The folder to write it in.")],
    number: Number = None,
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Write again what was submitted, byte for byte."""
    from gateway.returns import book, packing  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        found = book.find(store, which)
        file = _sent(store, found, number)
        packing.produced(store, actor, file, operator.now())
        _write(store, file, out)
    return 0


def submitted(
    which: Which,
    at: Annotated[str | None, typer.Option(help="When, as 2026-06-30T15:00 in UTC; else now.")] = None,
    upload: Annotated[Path | None, typer.Option(help="The very file that was uploaded, to be sure which.")] = None,
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Record that the packed file was uploaded to DfE: by you, when, and which."""
    from gateway.returns import book, submitting  # noqa: PLC0415  # loaded when the command runs

    actor, now = operator.acting(role, staff), operator.now()
    sha256 = submitting.digest_of(upload) if upload is not None else None
    with operator.opened() as store:
        found = book.find(store, which)
        when = operator.moment(at) or now
        file = submitting.submit(store, actor, found, now, uploaded=when, sha256=sha256)
    typer.echo(f"File {file.number} is {file.stage}: {file.name}, SHA-256 {file.sha256}")
    return 0


def answer(
    which: Which,
    answered: Annotated[Answer, typer.Argument(metavar="ANSWER", help="accepted, or queried.")],
    number: Number = None,
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Record what DfE answered on the file that was submitted last."""
    from gateway.returns import book, submitting  # noqa: PLC0415  # loaded when the command runs
    from gateway.returns.stages import Stage  # noqa: PLC0415  # as above

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        found, to = book.find(store, which), Stage(answered.value)
        file = submitting.answer(store, actor, found, to, operator.now(), number=number)
    typer.echo(f"File {file.number} is {file.stage}: {file.stage.meaning}")
    return 0


def compare(
    which: Which,
    theirs: Annotated[
        Path | None, typer.Argument(help="DfE's error report, CSV or a workbook; else the one kept.")
    ] = None,
    number: Number = None,
    shown: Shown = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="Where the comparison is written.")] = None,
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Compare DfE's error report on the file that was submitted last with ours, rule by rule and child by child.

    Exit status: 0 both found the same, 1 they differ, 2 the report could not be read or the call is wrong.
    """
    from gateway import settings  # noqa: PLC0415  # loaded when the command runs
    from gateway.returns import book, error_report  # noqa: PLC0415  # as above
    from gateway.returns.checking import Reading  # noqa: PLC0415  # as above

    actor, limits = operator.acting(role, staff), settings.limits()
    with operator.opened() as store:
        found = book.find(store, which)
        file = _sent(store, found, number)
        if theirs is not None:
            content = operator.content_of(theirs, error_report.MOST)
            error_report.keep(store, actor, file, content, operator.now(), limits)
        made = error_report.compared(store, found, file, Reading(limits))
    _deliver(made, shown, out)
    return 0 if made.agreed else 1


def weekly(
    which: Annotated[str, typer.Argument(metavar="[RETURN]", help="The return whose newest report is written.")] = "",
    report: Annotated[Path | None, typer.Option(help="Where it is written, in the format of its name.")] = None,
    shown: Shown = Format.TABLE,
) -> int:
    """List the weekly checks of returns; with a RETURN and --report write the newest report."""
    from gateway.returns import book, watches  # noqa: PLC0415  # loaded when the command runs

    if bool(which) is (report is None):
        raise Misconfigured("Give a RETURN and --report together, or neither.")
    with operator.opened() as store:
        if report is not None:
            content = watches.report(store, book.read_name(which), report_format(report))
            _put(report, content)
            return 0
        found = watches.listed(store)
    if shown is Format.JSON:
        operator.write_json(found)
        return 0
    rows = [(each.name, operator.at(each.due), each.source, each.errors, each.queries, each.reason) for each in found]
    operator.show(("Return", "Due (UTC)", "From", "Errors", "Queries", "Why not"), rows)
    return 0


def report_format(target: Path) -> ReportFormat:
    """Give the format of a report that the name of a file asks for. Raise Misconfigured."""
    from gateway.cli.check import format_of  # noqa: PLC0415  # loaded when the command runs
    from gateway.returns.checks import FORMATS  # noqa: PLC0415  # as above

    wanted = format_of(target)
    if wanted not in FORMATS:
        raise Misconfigured(f"A report ends in {', '.join(FORMATS)}.")
    return wanted


def _sent(store: Store, found: Return, number: int | None) -> File:
    """Give the file of a number; else the one that was submitted last."""
    from gateway.returns import book  # noqa: PLC0415  # loaded when the command runs

    return book.numbered(store, found.id, number) if number else book.uploaded(store, found.id)


def _put(target: Path, content: bytes) -> None:
    from gateway.files import whole_file  # noqa: PLC0415  # loaded when the command runs

    with whole_file(target) as place:
        place.write_bytes(content)


def _deliver(made: Compared, shown: Format, out: Path | None) -> None:
    from gateway.reports.compared import render_compared, render_compared_json  # noqa: PLC0415  # loaded when the command runs

    if shown is Format.JSON:
        content = render_compared_json(made).encode()
    else:
        content = render_compared(made, sys.stdout.encoding if out is None else "utf-8")
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    _put(out, content)
    typer.echo(f"Comparison written to {out}", err=True)


def _write(store: Store, file: File, folder: Path) -> None:
    from gateway.returns.packing import parcel  # noqa: PLC0415  # loaded when the command runs

    made = parcel(store, file)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.files.items():
        _put(folder / name, content)
        typer.echo(f"{folder / name}: {len(content):,} bytes")
