"""ics-gateway cases: our case files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import operator
from gateway.cli.operator import Format, Shown, Staff

app = typer.Typer(no_args_is_help=True, help="Import case files, and see which we hold.")

Role = Annotated[str, typer.Option(help="In which role you act: data-steward, support, duty and others.")]
_MOST = 100 * 1024 * 1024


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The case file, as JSON.")],
    documents: Annotated[Path | None, typer.Option(help="The folder with the documents that it names by hash.")] = None,
    role: Role = "data-steward",
    staff: Staff = None,
) -> int:
    """Import a case file: it becomes the next version of what we hold."""
    from gateway.cases import imports  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        held = imports.import_case(store, actor, operator.content_of(file, _MOST), operator.now())
        paths = sorted(path for path in documents.iterdir() if path.is_file()) if documents else []
        left = imports.import_papers(store, actor, (operator.content_of(path, _MOST) for path in paths), operator.now())
    count = sum(1 for _ in held.file.records())
    typer.echo(f"{held.file.id} version {held.version}: {len(held.file.children)} children, {count} records.")
    if left:
        typer.echo(f"Documents that no case file names, and that were not kept: {left}.", err=True)
    return 0


@app.command("list")
def list_files(shown: Shown = Format.TABLE) -> int:
    """List the case files that we hold. It names nobody."""
    from gateway.cases import files  # noqa: PLC0415  # loaded when the command runs

    with operator.opened() as store:
        found = [files.held(store, name) for name in files.names(store)]
    lines = [
        (held.file.id, held.version, operator.at(held.at), " ".join(child.id for child in held.file.children))
        for held in found
    ]
    if shown is Format.JSON:
        operator.write_json(lines)
    else:
        operator.show(("Case file", "Version", "Since", "Children"), lines)
    return 0
