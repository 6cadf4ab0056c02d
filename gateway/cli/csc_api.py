"""ics-gateway csc-api."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator
from gateway.cli.operator import Format, Role, Shown, Staff

if TYPE_CHECKING:
    from gateway.csc_feed.run import Report
    from gateway.csc_feed.status import Standing

app = typer.Typer(no_args_is_help=True, help="Send children's social care data to DfE, daily.")


class Decision(StrEnum):
    """What is decided about sending."""

    GIVE = "give"
    WITHDRAW = "withdraw"


Day = Annotated[str, typer.Option(help="The day for which it is built, as 2026-11-02; else today.")]


@app.command("build")
def build(
    out: Annotated[Path | None, typer.Option(help="The file to write the records to, a JSON array.")] = None,
    faults: Annotated[Path | None, typer.Option(help="The file to write the faults to, as CSV.")] = None,
    source: Annotated[str, typer.Option("--from", help="The dataset or folder; else as configured.")] = "",
    day: Day = "",
) -> int:
    """Build the record of each child and check it. Nothing is sent.

    Exit status: 0 where no child has a fault, 1 where some have, 2 where nothing can be built.
    """
    from gateway.csc_feed import building  # noqa: PLC0415  # loaded when the command runs

    found = building.built(source, _day(day), operator.now())
    if out is not None:
        building.write_records(found, out)
    if faults is not None:
        building.write_faults(found, faults)
    typer.echo(f"{len(found.feed.children):,} children built, {len(found.faults):,} with faults.")
    for left in found.feed.left_out:
        typer.echo(f"{left.count:,} rows of {left.block} have no place in a record, and are left out.", err=True)
    operator.show(("Code", "Children", "What is wrong"), building.by_code(found))
    return 1 if found.faults else 0


@app.command("send")
def send(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Build, check and compare; send nothing.")] = False,  # noqa: FBT002  # an option is a flag
    parked: Annotated[bool, typer.Option("--parked", help="Send again too what DfE refused unchanged.")] = False,  # noqa: FBT002  # as above
    allow_removals: Annotated[bool, typer.Option("--allow-removals", help="Remove, although of many.")] = False,  # noqa: FBT002  # as above
    day: Day = "",
) -> int:
    """Send what changed since DfE last accepted it; a run that died goes on where it was.

    Exit status: 0 where DfE holds what the source has, 1 where some children wait, 2 where the run stopped.
    """
    from gateway.csc_feed.configuration import needed  # noqa: PLC0415  # loaded when the command runs
    from gateway.csc_feed.opening import feeding  # noqa: PLC0415  # as above
    from gateway.csc_feed.run import Asked  # noqa: PLC0415  # as above
    from gateway.csc_feed.run import send as step  # noqa: PLC0415  # as above

    settled = needed()
    actor = operator.acting("operator", None)
    with operator.opened() as store:
        work = feeding(store, settled, actor.organisation, operator.now)
        report = step(work, Asked(_day(day), dry=dry_run, parked=parked, allow_removals=allow_removals))
    return _told(report, dry=dry_run)


@app.command("status")
def status(
    children: Annotated[bool, typer.Option("--children", help="List the children who wait, and why.")] = False,  # noqa: FBT002  # as above
    child: Annotated[str, typer.Option(help="Show what was sent of one child.")] = "",
    shown: Shown = Format.TABLE,
) -> int:
    """Say where the feed stands: consent, last runs, children by state."""
    from gateway.csc_feed import status as step  # noqa: PLC0415  # loaded when the command runs
    from gateway.csc_feed.configuration import needed  # noqa: PLC0415  # as above

    settled = needed()
    with operator.opened() as store:
        if child:
            _list(shown, step.history(store, settled, child))
        elif children:
            _list(shown, step.waiting(store, settled))
        else:
            _standing(shown, step.standing(store, settled))
    return 0


@app.command("consent")
def consent(
    decision: Annotated[Decision, typer.Argument(help="give, or withdraw.")],
    role: Role = "manager",
    staff: Staff = None,
) -> int:
    """Record that a person lets the feed go to the configured environment and address, or not any more."""
    from gateway.csc_feed import consent as step  # noqa: PLC0415  # loaded when the command runs
    from gateway.csc_feed.configuration import needed  # noqa: PLC0415  # as above

    settled = needed()
    actor = operator.acting(role, staff)
    with operator.opened() as store:
        if decision is Decision.GIVE:
            step.give(store.engine, settled, actor, operator.now())
            typer.echo(f"The feed may go to {settled.environment}: {settled.endpoint.address}")
        else:
            step.withdraw(store.engine, settled, actor, operator.now())
            typer.echo(f"The feed does not go to {settled.environment} any more.")
    return 0


@app.command("schema")
def schema() -> int:
    """Write the JSON Schema of what is posted."""
    from schemas.csc_api import json_schema  # noqa: PLC0415  # loaded when the command runs

    sys.stdout.write(json_schema.text())
    return 0


@app.command("stand-in")
def stand_in(
    port: Annotated[int, typer.Option(help="The port to listen on, of this machine alone.", min=1, max=65535)] = 8099,
    authority: Annotated[str, typer.Option(help="The authority's three digits.")] = "846",
    configuration: Annotated[bool, typer.Option("--configuration", help="Write its configuration, and end.")] = False,  # noqa: FBT002  # an option is a flag
) -> int:
    """Run a stand-in of DfE's endpoint on this machine, for made-up data; it forgets everything when it ends."""
    from gateway.csc_feed.stand_in import app as server  # noqa: PLC0415  # loaded when the command runs
    from gateway.csc_feed.stand_in.receiver import Rules  # noqa: PLC0415  # as above

    rules = Rules(authority)
    if configuration:
        sys.stdout.write(server.configuration(rules, port))
    else:
        typer.echo(f"Listening on http://{server.HOST}:{port}; what it holds: /stand-in/held", err=True)
        server.serve(rules, port)
    return 0


def _told(report: Report, *, dry: bool) -> int:
    from gateway.csc_feed.runs import COUNTS, End  # noqa: PLC0415  # loaded when the command runs

    counts = report.run.counts
    operator.show(("Children", ""), [(name.replace("_", " "), f"{getattr(counts, name):,}") for name in COUNTS])
    if report.plan is not None and dry:
        typer.echo(f"Dry run: {len(report.plan.to_send):,} records would be sent, {report.plan.removing:,} removals.")
    if report.run.outcome is not End.DONE:
        typer.echo(f"The run stopped: {report.hint}", err=True)
        return 2
    return 1 if counts.faults or counts.unknown or counts.not_sent else 0


def _list(shown: Format, rows: tuple[object, ...]) -> None:
    from dataclasses import fields  # noqa: PLC0415  # loaded when the command runs

    if shown is Format.JSON:
        operator.write_json(rows)
    elif rows:
        names = [field.name for field in fields(rows[0])]  # type: ignore[arg-type]  # they are dataclasses
        operator.show(names, [[getattr(row, name) for name in names] for row in rows])
    else:
        typer.echo("There are none.")


def _standing(shown: Format, found: Standing) -> None:
    if shown is Format.JSON:
        operator.write_json(found)
        return
    given = found.consent
    typer.echo(
        f"Environment {found.environment}: " + (f"consent since {operator.at(given.given)}" if given else "no consent")
    )
    rows = [
        (run.day, run.kind, operator.at(run.started), run.outcome, run.reason, run.counts.accepted, run.counts.faults)
        for run in found.runs
    ]
    operator.show(("Day", "Kind", "Started", "Outcome", "Reason", "Accepted", "Faults"), rows)
    operator.show(
        ("State", "Children", "Meaning"), [(state, count, state.meaning) for state, count in found.children.items()]
    )


def _day(text: str) -> date:
    from gateway.csc_feed.alarms import ENGLAND  # noqa: PLC0415  # loaded when the command runs

    found = operator.moment(text or None)
    return (found or operator.now().astimezone(ENGLAND)).date()
