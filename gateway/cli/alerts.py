"""ics-gateway alerts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="List open alerts, and close one by hand.")


@app.command("list")
def listed() -> None:
    """List what a person must see."""
    from rich.console import Console  # noqa: PLC0415  # loaded when the command runs
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    from gateway.alerts.listing import open_alerts  # noqa: PLC0415  # as above
    from gateway.store.store import database  # noqa: PLC0415  # as above

    found = open_alerts(database())
    console = Console(highlight=False)
    if not found:
        console.print("No alert is open.")
        return
    table = Table()
    for heading in ("Code", "About", "Since", "Times"):
        table.add_column(heading, no_wrap=True)
    table.add_column("What to do")
    for alert in found:
        since = f"{alert.raised:%Y-%m-%d %H:%M}"
        action = Text(f"{alert.code.meaning} {alert.code.action}")
        table.add_row(alert.code.value, alert.subject, since, str(alert.count), action)
    console.print(table)


@app.command("close")
def close(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code of the alert.")],
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="Whom or what it is about.")],
) -> None:
    """Close an alert whose cause a person has settled; what is still wrong opens it again."""
    from gateway.alerts import listing  # noqa: PLC0415  # loaded when the command runs
    from gateway.store.store import database  # noqa: PLC0415  # as above

    listing.close(database(), code, subject, datetime.now(UTC))
    typer.echo(f"Closed: {code} {subject}")
