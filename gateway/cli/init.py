"""ics-gateway init."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make.")],
    organisation: Annotated[str, typer.Option(help="Our ODS code, or urn:ics:org:ods:CODE.")],
    name: Annotated[str, typer.Option(help="The name of our organisation.")],
    origin: Annotated[str, typer.Option(help="How partners reach us: https://HOST. Without it we only poll.")] = "",
    operator: Annotated[str, typer.Option(help="The name of the first account: it gives out the others.")] = "",
    suite: Annotated[list[str] | None, typer.Option(help="Make keys for this suite; once for each.")] = None,
) -> int:
    """Make the folder of an authority: keys, an empty database, and a file with its settings."""
    from gateway import settings  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners import ours  # noqa: PLC0415  # as above
    from gateway.partners.found import Authority, environment, found  # noqa: PLC0415  # as above

    authority = Authority(ours.organisation(organisation), name, origin, tuple(suite or ("itp-a",)))
    path = found(folder, authority, ours.wall_clock)
    typer.echo(f"Made {folder}. Load its settings: set -a; . {path}; set +a")
    typer.echo("Keep a copy of its keys where only you can read it; without store.key nobody reads the database.")
    if operator:
        from gateway.cli.operators import first  # noqa: PLC0415  # as above

        made = environment(folder.resolve(), authority)
        first(made[settings.DATABASE_URL.variable], str(authority.organisation), operator)
    return 0
