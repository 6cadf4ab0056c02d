"""ics-gateway maintenance: stop the work for a while, and go on."""

from __future__ import annotations

import typer

from gateway.cli import operator
from gateway.cli.operator import Role, Staff

app = typer.Typer(no_args_is_help=True, help="Stop sending and receiving for a while; nothing is lost.")


@app.command("on")
def begin(role: Role = "operator", staff: Staff = None) -> int:
    """Turn maintenance mode on: nothing is sent, and partners are told to come back later."""
    from gateway import maintenance as step  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        begun = step.begin(store.engine, actor, operator.now())
    typer.echo("Maintenance mode is on." if begun else "Maintenance mode was on already.")
    return 0


@app.command("off")
def end(role: Role = "operator", staff: Staff = None) -> int:
    """Turn maintenance mode off: the work goes on where it was."""
    from gateway import maintenance as step  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        ended = step.end(store.engine, actor, operator.now())
    typer.echo("Maintenance mode is off." if ended else "Maintenance mode was not on.")
    return 0


@app.command("status")
def status() -> int:
    """Say whether maintenance mode is on."""
    from gateway import maintenance as step  # noqa: PLC0415  # loaded when the command runs

    with operator.opened() as store:
        found = step.current(store.engine)
    if found is None:
        typer.echo("Maintenance mode is off.")
    else:
        typer.echo(f"Maintenance mode is on since {operator.at(found.since)} UTC, by the role {found.by}.")
    return 0
