"""ics-gateway read-back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.asked import Asked, protect


def read_back(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="The file or folder of the return.")],
    out: Annotated[Path, typer.Option(help="The new folder to write: a Parquet file for each case table.")],
    return_name: Annotated[
        str | None, typer.Option("--return", help="Which return it is, where the file does not tell.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The year in which the collection ends.")] = None,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")] = False,  # noqa: FBT002  # an option is a flag
) -> int:
    """Read a return back into case tables, by the mapping that builds it.

    Exit status: 0 written, 2 the return could not be read or the call is wrong.
    """
    from adapters.builders import builder_named  # noqa: PLC0415  # as above
    from adapters.case.folder import write_tables  # noqa: PLC0415  # loaded when the command runs

    protect(tuple(paths), out)
    definition, data = Asked(return_name, year, None, show=not no_progress).read(*paths)
    tables = builder_named(definition.name).case_tables(data, datetime.now(UTC))
    write_tables(out, tables)
    rows = sum(frame.height for frame in tables.values())
    typer.echo(f"Written to {out}: {rows:,} records in {len(tables)} tables.", err=True)
    return 0
