"""ics-gateway returns."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator, returns_sent
from gateway.cli.operator import Format, Shown, Staff
from gateway.cli.returns_sent import Role, Which
from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from gateway.returns.book import File, Return
    from gateway.store.store import Store

_MOST_NOTES = 100 << 20
app = typer.Typer(no_args_is_help=True, help="Take a return from its first draft to DfE's answer.")
_MOST_NOTES = 100 << 20
app.command("pack")(returns_sent.pack)
app.command("produce")(returns_sent.produce)
app.command("submitted")(returns_sent.submitted)
app.command("answer")(returns_sent.answer)
app.command("compare")(returns_sent.compare)
app.command("weekly")(returns_sent.weekly)


@app.command("add")
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="The file or folder of the return.")],
    return_name: Annotated[str | None, typer.Option("--return", help="Which it is, if it does not tell.")] = None,
    year: Annotated[int | None, typer.Option(help="The year in which the collection ends.")] = None,
    authority: Annotated[str | None, typer.Option(help="The authority's three digits.")] = None,
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Add a file to its return, as the newest; the first file makes the return."""
    from gateway import settings  # noqa: PLC0415  # loaded when the command runs
    from gateway.returns import adding, plain  # noqa: PLC0415  # as above
    from gateway.returns.gathered import gathered  # noqa: PLC0415  # as above

    actor, told = operator.acting(role, staff), adding.Told(return_name, year, authority)
    with operator.opened() as store, gathered(paths) as content:
        with plain.named(content.file.fileno(), content.ending) as path:
            about, serial = adding.identified(path, told, settings.limits())
        given = (content, operator.now(), secrets.token_bytes)
        file = adding.add(store, actor, about, serial, *given, owner=adding.Owner())
    typer.echo(f"{about.name}: file {file.number}, {file.size:,} bytes, SHA-256 {file.sha256}")
    return 0


@app.command("list")
def list_returns(shown: Shown = Format.TABLE) -> int:
    """List the returns, and how far each is."""
    from gateway.returns import book  # noqa: PLC0415  # loaded when the command runs

    with operator.opened() as store:
        found = [(each, book.newest(store, each.id)) for each in book.listed(store)]
    if shown is Format.JSON:
        operator.write_json([{"return": each, "file": file} for each, file in found])
    else:
        rows = [(each.about.name, *_counts(file), operator.at(file.submitted)) for each, file in found]
        operator.show(("Return", *_COUNTS, "Submitted"), rows)
    return 0


@app.command("show")
def show(which: Which, shown: Shown = Format.TABLE) -> int:
    """Show the files of a return, what was done to them by whom, and the digest to sign."""
    from gateway.returns import book  # noqa: PLC0415  # loaded when the command runs

    with operator.opened() as store:
        found = book.find(store, which)
        files, done = book.files(store, found.id), book.history(store, found.id)
    if shown is Format.JSON:
        operator.write_json({"return": found, "files": files, "history": done, "seal": files[-1].seal})
        return 0
    operator.show((*_COUNTS, "Name"), [(*_counts(file), file.name) for file in files])
    rows = [(each.number, each.step, each.stage, operator.at(each.at), each.role, each.staff) for each in done]
    operator.show(("File", "Done", "Then", "When (UTC)", "Role", "Staff"), rows)
    if files[-1].report is not None:
        typer.echo(f"To sign file {files[-1].number}: {files[-1].seal}")
    return 0


@app.command("check")
def check(
    which: Which,
    previous: Annotated[Path | None, typer.Option(help="Last year's return; else the one submitted here.")] = None,
    report: Annotated[Path | None, typer.Option(help="Where the report is written, in the format of its name.")] = None,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")] = False,  # noqa: FBT002  # an option is a flag
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Check the newest file of a return, and keep the report with it.

    Exit status: 0 no errors (queries allowed), 1 errors found, 2 the input could not be read or the call is wrong.
    """
    from gateway import settings  # noqa: PLC0415  # loaded when the command runs
    from gateway.cli.progress import progress_bar  # noqa: PLC0415  # as above
    from gateway.returns import book, checking  # noqa: PLC0415  # as above

    actor = operator.acting(role, staff)
    with operator.opened() as store, progress_bar(show=not no_progress) as moved:
        how = checking.Reading(settings.limits(), previous=previous, progress=moved)
        file, made = checking.check(store, actor, book.find(store, which), operator.now(), how)
        if report is not None:
            _write_report(store, file, report)
    _say(file)
    return 0 if made.ready else 1


@app.command("explain")
def explain(
    which: Which,
    notes: Annotated[Path | None, typer.Argument(help="Your notes: a CSV file with rule, child, note.")] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write such a file, with your notes and a row for each query without one.")
    ] = None,
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Keep the notes on the queries of a return, in place of those before.

    Exit status: 0 every query has a note, 1 some have none, 2 the call is wrong.
    """
    from gateway.returns import book, checking  # noqa: PLC0415  # loaded when the command runs

    if (notes is None) is (template is None):
        raise Misconfigured("Give either the file with notes, or --template.")
    with operator.opened() as store:
        found = book.find(store, which)
        if template is not None:
            return _write_template(store, found, template)
        content = operator.content_of(notes or Path(), _MOST_NOTES)
        file = checking.explain(store, operator.acting(role, staff), found, content, operator.now())
    _say(file)
    return 1 if file.unexplained else 0


@app.command("sign-off")
def sign_off(
    which: Which,
    seen: Annotated[str, typer.Option(help="The digest that show ended with, when you looked at it.")],
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Sign the newest file with its report and notes; two people have to, the second never the first."""
    from gateway.returns import book, signing  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        _say(signing.sign(store, actor, book.find(store, which), seen, operator.now()))
    return 0


_COUNTS = ("File", "Stage", "Serial", "Errors", "Queries", "Without note")


def _counts(file: File) -> tuple[object, ...]:
    return (file.number, file.stage, file.serial, file.errors, file.queries, file.unexplained)


def _say(file: File) -> None:
    typer.echo(f"File {file.number} is {file.stage}: {file.stage.meaning}")
    if file.report is not None:
        typer.echo(f"{file.errors:,} errors, {file.queries:,} queries, {file.unexplained:,} without a note.")


def _write_report(store: Store, file: File, target: Path) -> None:
    from gateway.files import whole_file  # noqa: PLC0415  # loaded when the command runs
    from gateway.returns.stored_report import report_bytes  # noqa: PLC0415  # as above

    content = report_bytes(store, file, returns_sent.report_format(target))
    with whole_file(target) as place:
        place.write_bytes(content)


def _write_template(store: Store, found: Return, target: Path) -> int:
    from gateway.explanations import write_template  # noqa: PLC0415  # loaded when the command runs
    from gateway.returns import book, noted  # noqa: PLC0415  # as above
    from gateway.returns.stored_report import report_of  # noqa: PLC0415  # as above

    report = report_of(store, book.newest(store, found.id))
    count = write_template(target, report, noted.read(noted.kept(store, found.id)))
    typer.echo(f"{target}: {count:,} queries to explain.", err=True)
    return 0
