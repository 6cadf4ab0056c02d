"""ics-gateway messages replay, replays, pause and resume."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator
from gateway.cli.operator import Format, Role, Shown, Staff
from schemas.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.deadletters.replay import Plan
    from gateway.deadletters.selection import Choice, Line

Partner = Annotated[str | None, typer.Option(help="Those from or to this organisation: urn:ics:org:ods:CODE.")]
Reason = Annotated[str | None, typer.Option(help="Those that stopped with this code.")]
Direction = Annotated[str | None, typer.Option(help="Those that came (in) or go (out).")]
Since = Annotated[str | None, typer.Option(help="Those that stopped at this time or later: 2026-11-25, in UTC.")]
Owner = Annotated[str | None, typer.Option(help="Those that this role looks after.")]
PerMinute = Annotated[int | None, typer.Option(min=1, help="At most so many a minute; unless given, all at once.")]
Id = Annotated[str, typer.Argument(metavar="REPLAY", help="The id that the replay gave.")]


def replay(
    messages: Annotated[
        list[str] | None, typer.Argument(metavar="[MESSAGE...]", help="Only these, by number or message id.")
    ] = None,
    partner: Partner = None,
    reason: Reason = None,
    direction: Direction = None,
    since: Since = None,
    owner: Owner = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,  # noqa: FBT002  # a flag
    per_minute: PerMinute = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,  # noqa: FBT002  # a flag
    shown: Shown = Format.TABLE,
    role: Role = "operator",
    staff: Staff = None,
) -> int:
    """Put dead letters back to work, the oldest first; what cannot arrive stays, with the reason."""
    from gateway.deadletters import replay as step  # noqa: PLC0415  # loaded when the command runs
    from gateway.deadletters.selection import find  # noqa: PLC0415  # as above

    if not (messages or everything or any((partner, reason, direction, since, owner))):
        raise Rejected("Say which dead letters.", hint="Name messages, give a filter such as --reason, or say --all.")
    with operator.opened() as store:
        numbers = [find(store, name) for name in messages or ()]
        choice = chosen(partner, reason, direction, since, owner, numbers=numbers)
        if dry_run:
            _show(step.plan(store, choice, operator.now(), per_minute), shown, "would go")
            return 0
        actor = operator.acting(role, staff)
        done = step.replay(store, actor, choice, operator.now(), os.urandom, per_minute=per_minute)
    _show(done.plan, shown, "go")
    typer.echo(f"Replay {done.id}. Stop it with: ics-gateway messages pause {done.id}", err=True)
    return 0


def replays(shown: Shown = Format.TABLE) -> int:
    """List the replays of which messages wait for their turn."""
    from gateway.deadletters.pause import going  # noqa: PLC0415  # loaded when the command runs

    with operator.opened() as store:
        found = going(store, operator.now())
    if shown is Format.JSON:
        operator.write_json(found)
    else:
        rows = [(one.id, one.messages, operator.at(one.first), operator.at(one.last)) for one in found]
        operator.show(("Replay", "Waiting", "Next (UTC)", "Last (UTC)"), rows)
    return 0


def pause(name: Id, role: Role = "operator", staff: Staff = None) -> int:
    """Stop a replay: what has not had its turn goes back to the dead letters."""
    from gateway.deadletters.pause import pause as step  # noqa: PLC0415  # loaded when the command runs
    from gateway.reports.words import counted  # noqa: PLC0415  # as above

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        count = step(store, actor, name, operator.now())
    typer.echo(f"{counted(count, 'message')} went back. Go on with: ics-gateway messages resume {name}")
    return 0


def resume(
    name: Id,
    per_minute: PerMinute = None,
    shown: Shown = Format.TABLE,
    role: Role = "operator",
    staff: Staff = None,
) -> int:
    """Go on with a replay that was stopped, under a new id."""
    from gateway.deadletters.pause import resume as step  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        done = step(store, actor, name, operator.now(), os.urandom, per_minute=per_minute)
    _show(done.plan, shown, "go")
    typer.echo(f"Replay {done.id}. Stop it with: ics-gateway messages pause {done.id}", err=True)
    return 0


def chosen(
    partner: str | None,
    reason: str | None,
    direction: str | None,
    since: str | None,
    owner: str | None,
    *,
    states: Iterable[str] | None = None,
    numbers: Iterable[int] = (),
) -> Choice:
    """Make the choice that the options say. Raise Rejected."""
    from gateway.deadletters.selection import Choice  # noqa: PLC0415  # loaded when a command runs
    from gateway.store import states as store_states  # noqa: PLC0415  # as above

    try:
        way = None if direction is None else store_states.Direction(direction)
        wanted = frozenset(store_states.State(name) for name in states or (store_states.State.DEAD_LETTERED,))
    except ValueError:
        raise Rejected(
            "There is no such state or direction.",
            hint=f"States: {', '.join(store_states.State)}. Directions: {', '.join(store_states.Direction)}.",
        ) from None
    return Choice(wanted, partner, reason, way, operator.moment(since), owner, frozenset(numbers))


def show_lines(lines: Iterable[Line]) -> None:
    """Write messages as a table."""
    headings = ("No.", "Message", "Way", "Partner", "State", "Reason", "Since (UTC)", "Expires (UTC)", "Owner")
    operator.show(
        headings,
        [
            (
                line.number,
                line.message_id,
                line.direction,
                line.partner,
                line.state,
                line.reason,
                operator.at(line.since),
                operator.at(line.expires),
                line.owner,
            )
            for line in lines
        ],
    )


def _show(plan: Plan, shown: Format, go: str) -> None:
    if shown is Format.JSON:
        operator.write_json(plan)
        return
    if plan.going:
        rows = [(one.line.number, one.line.message_id, one.line.partner, operator.at(one.due)) for one in plan.going]
        operator.show(("No.", "Message", "Partner", "Due (UTC)"), rows)
    if plan.staying:
        stay = [(one.line.number, one.line.message_id, one.why) for one in plan.staying]
        operator.show(("No.", "Message", "Why it stays"), stay)
    typer.echo(f"{len(plan.going)} {go}, {len(plan.staying)} stay.")
