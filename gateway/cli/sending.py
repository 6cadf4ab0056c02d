"""ics-gateway sending."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Stop sending to a partner, and begin again.")
Partner = Annotated[str, typer.Argument(metavar="ORGANISATION", help="The partner: urn:ics:org:ods:CODE.")]


@app.command("hold")
def hold(organisation: Partner) -> None:
    """Send nothing to a partner until it is resumed; what is for it waits."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.pipeline import gate  # noqa: PLC0415  # as above

    with opened() as exchange:
        gate.hold(exchange, _known(organisation))
    typer.echo(f"Nothing goes to {organisation} until it is resumed.")


@app.command("resume")
def resume(organisation: Partner) -> None:
    """End a pause or a hold: the oldest message goes first, alone, then the others."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.pipeline import gate  # noqa: PLC0415  # as above

    with opened() as exchange:
        gate.resume(exchange, _known(organisation))
    typer.echo(f"Sending to {organisation} begins again, the oldest message first.")


def _known(text: str) -> str:
    from gateway.itp.identifiers import Organisation  # noqa: PLC0415  # loaded when the command runs
    from schemas.errors import Misconfigured  # noqa: PLC0415  # as above

    try:
        return Organisation(text)
    except ValueError:
        raise Misconfigured("This is no organisation.", hint="Write it as urn:ics:org:ods:CODE.") from None
