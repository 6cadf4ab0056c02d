"""ics-gateway messages: look at messages, and decide about those that have stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator, replays
from gateway.cli.operator import Format, Role, Shown, Staff
from gateway.cli.replays import Direction, Owner, Partner, Reason, Since

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.deadletters.explanation import Explanation
    from gateway.store.store import Store

app = typer.Typer(no_args_is_help=True, help="Look at messages, and decide about those that have stopped.")
app.command("replay")(replays.replay)
app.command("replays")(replays.replays)
app.command("pause")(replays.pause)
app.command("resume")(replays.resume)

Names = Annotated[list[str], typer.Argument(metavar="MESSAGE...", help="Their numbers in the list, or message ids.")]
Name = Annotated[str, typer.Argument(metavar="MESSAGE", help="Its number in the list, or its message id.")]
Why = Annotated[str, typer.Option(help="The code of the reason: small letters, digits and hyphens.")]
States = Annotated[
    list[str] | None, typer.Option("--state", help="Those in this state; may be repeated. Unless given: dead-lettered.")
]


@app.command("list")
def list_messages(
    state: States = None,
    partner: Partner = None,
    reason: Reason = None,
    direction: Direction = None,
    since: Since = None,
    owner: Owner = None,
    limit: Annotated[int, typer.Option(min=1, help="Show at most so many.")] = 100,
    counts: Annotated[bool, typer.Option("--counts", help="Only count them by reason.")] = False,  # noqa: FBT002  # a flag
    shown: Shown = Format.TABLE,
) -> int:
    """List the messages that have stopped, the oldest first, or count them by reason."""
    from gateway.deadletters import selection  # noqa: PLC0415  # loaded when the command runs

    choice = replays.chosen(partner, reason, direction, since, owner, states=state)
    with operator.opened() as store:
        number = selection.counts(store, choice)
        lines = () if counts else selection.listed(store, choice, limit)
    if shown is Format.JSON:
        operator.write_json(number if counts else lines)
    elif counts:
        operator.show(("Reason", "Messages"), list(number.items()))
    else:
        replays.show_lines(lines)
        typer.echo(f"{len(lines)} of {sum(number.values())}. Explain one with: ics-gateway messages explain MESSAGE")
    return 0


@app.command("show")
def show(message: Name, shown: Shown = Format.TABLE) -> int:
    """Show what is known of one message: its history, its attempts, and what is due for it."""
    told = _explained(message)
    if shown is Format.JSON:
        operator.write_json(told)
    else:
        _show(told)
    return 0


@app.command("explain")
def explain(message: Name) -> int:
    """Say in words what happened to one message, and what to do."""
    told = _explained(message)
    line = told.line
    typer.echo(f"Message {line.number} ({line.message_id}) is {line.state} since {operator.at(line.since)} UTC.")
    typer.echo(f"Reason: {line.reason}. {told.meaning.means}")
    typer.echo(f"What to do: {told.todo}")
    _show(told)
    return 0


@app.command("drop")
def drop(messages: Names, reason: Why, role: Role = "operator", staff: Staff = None) -> int:
    """Give up dead letters or held messages for good."""
    from gateway.deadletters import decisions  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    return _each(messages, "dropped", lambda store, n: decisions.drop(store, actor, n, operator.now(), reason=reason))


@app.command("return")
def send_back(messages: Names, reason: Why, role: Role = "operator", staff: Staff = None) -> int:
    """Return dead letters or held messages to their sender."""
    from gateway.deadletters import decisions  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    return _each(
        messages, "returned", lambda store, n: decisions.send_back(store, actor, n, operator.now(), reason=reason)
    )


@app.command("release")
def release(messages: Names, reason: Why = "released", role: Role = "operator", staff: Staff = None) -> int:
    """Let held messages go on."""
    from gateway.deadletters import decisions  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    return _each(
        messages, "released", lambda store, n: decisions.release(store, actor, n, operator.now(), reason=reason)
    )


@app.command("hold")
def hold(messages: Names, reason: Why = "held-by-person", role: Role = "operator", staff: Staff = None) -> int:
    """Stop messages that are being worked on until a person has looked. This is no legal hold."""
    from gateway.deadletters import decisions  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    return _each(messages, "held", lambda store, n: decisions.hold(store, actor, n, operator.now(), reason=reason))


@app.command("own")
def own(
    messages: Names,
    owner: Annotated[str, typer.Option(help="The role that looks after them, such as data-steward.")],
    role: Role = "operator",
    staff: Staff = None,
) -> int:
    """Name the role that looks after messages that have stopped."""
    from gateway.deadletters import decisions  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    return _each(
        messages, f"owned by {owner}", lambda store, n: decisions.own(store, actor, n, operator.now(), owner=owner)
    )


@app.command("purge")
def purge(messages: Names, role: Role = "operator", staff: Staff = None) -> int:
    """Delete the sealed copies of ended messages before their time. Only the role governance may."""
    from gateway.retention.purge import purge_one  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    return _each(messages, "purged", lambda store, n: purge_one(store, operator.now(), actor, n))


def _each(messages: list[str], done: str, decide: Callable[[Store, int], object]) -> int:
    """Decide about each in turn; those before one that is refused stay decided."""
    from gateway.deadletters.selection import find  # noqa: PLC0415  # loaded when a command runs

    with operator.opened() as store:
        for name in messages:
            number = find(store, name)
            decide(store, number)
            typer.echo(f"Message {number} is {done}.")
    return 0


def _explained(message: str) -> Explanation:
    from gateway.deadletters.explanation import explain as explained  # noqa: PLC0415  # loaded when a command runs
    from gateway.deadletters.selection import find  # noqa: PLC0415  # as above

    with operator.opened() as store:
        return explained(store, find(store, message), operator.now())


def _show(told: Explanation) -> None:
    replays.show_lines((told.line,))
    operator.show(("At (UTC)", "Event", "Reason"), [(operator.at(e.at), e.event, e.reason) for e in told.history])
    tries = [(t.task, t.number, operator.at(t.ended), t.outcome, t.reason) for t in told.attempts]
    if tries:
        operator.show(("Task", "Attempt", "Ended (UTC)", "Outcome", "Reason"), tries)
    due = [(w.task, operator.at(w.due), w.attempts, w.owner) for w in told.work]
    if due:
        operator.show(("Task", "Due (UTC)", "Attempts", "Worker"), due)
