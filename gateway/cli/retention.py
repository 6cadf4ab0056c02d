"""ics-gateway retention: how long what is kept, legal holds, and the purge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator
from gateway.cli.operator import Format, Role, Shown, Staff
from schemas.errors import Rejected

if TYPE_CHECKING:
    from gateway.retention.plan import Plan

app = typer.Typer(no_args_is_help=True, help="How long what is kept: rules, legal holds, purge.")
Approved = Annotated[
    list[str] | None, typer.Option("--approve", help="A rule whose deletions you approve; may be repeated.")
]


@app.command("rules")
def rules() -> int:
    """List the rules: what is kept for how long, from when, and why."""
    from gateway.retention.rules import RULES  # noqa: PLC0415  # loaded when the command runs

    rows = [
        (
            rule.name,
            rule.what,
            "with the case record" if rule.keep is None else f"{rule.keep.days} days",
            rule.since,
            "yes" if rule.approval else "no",
            rule.basis,
        )
        for rule in RULES
    ]
    operator.show(("Rule", "What", "Kept", "From", "Approval", "Why"), rows)
    return 0


@app.command("plan")
def plan(approve: Approved = None, shown: Shown = Format.TABLE, role: Role = "operator", staff: Staff = None) -> int:
    """Say what a purge would delete and what it would spare; delete nothing."""
    from gateway.retention import plan as step  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        planned = step.plan(store, operator.now(), frozenset(approve or ()))
        step.record(store, actor, planned)
    if shown is Format.JSON:
        operator.write_json(planned)
    else:
        _show(planned)
    return 0


@app.command("purge")
def purge(approve: Approved = None, role: Role = "operator", staff: Staff = None) -> int:
    """Delete what is past its time. What a legal hold names stays."""
    from gateway.retention.purge import purge as step  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        done = step(store, operator.now(), actor, approved=frozenset(approve or ()))
    typer.echo(f"Deleted the sealed copies of {done.messages} messages, in {done.chunks} chunks.")
    for records in done.records:
        typer.echo(f"Deleted {records.count} records: {records.rule.what}.")
    return 0


@app.command("hold")
def hold(
    scope: Annotated[str, typer.Argument(help="What it names: message, conversation, partner or dates.")],
    value: Annotated[str, typer.Argument(help="Its id; of a partner urn:ics:org:ods:CODE, of dates FIRST/LAST.")],
    reason: Annotated[str, typer.Option(help="The code of the reason, such as legal-claim.")],
    review: Annotated[str, typer.Option(help="The day by which somebody looks again: 2027-06-30.")],
    role: Role = "operator",
    staff: Staff = None,
) -> int:
    """Set a legal hold: nothing that it names is deleted. Only the role governance may."""
    from gateway.retention.holds import Scope, set_hold  # noqa: PLC0415  # loaded when the command runs

    if scope not in set(Scope):
        raise Rejected("A hold names a message, a conversation, a partner or dates.", hint="Begin with one of these.")
    actor = operator.acting(role, staff)
    review_by = operator.moment(review) or operator.now()
    with operator.opened() as store:
        made = set_hold(store, actor, Scope(scope), value, operator.now(), reason=reason, review_by=review_by)
    typer.echo(f"Legal hold {made.number} is set, to be reviewed by {operator.at(made.review_by)} UTC.")
    return 0


@app.command("lift")
def lift(
    number: Annotated[int, typer.Argument(help="The number of the hold.")], role: Role = "operator", staff: Staff = None
) -> int:
    """Lift a legal hold; it stays on record. Only the role governance may."""
    from gateway.retention.holds import lift as step  # noqa: PLC0415  # loaded when the command runs

    actor = operator.acting(role, staff)
    with operator.opened() as store:
        step(store, actor, number, operator.now())
    typer.echo(f"Legal hold {number} is lifted.")
    return 0


@app.command("holds")
def holds(
    lifted: Annotated[bool, typer.Option("--lifted", help="Show the lifted ones too.")] = False,  # noqa: FBT002  # a flag
    shown: Shown = Format.TABLE,
) -> int:
    """List the legal holds, the next review first."""
    from gateway.retention.holds import listed  # noqa: PLC0415  # loaded when the command runs

    with operator.opened() as store:
        found = listed(store, lifted=lifted)
    if shown is Format.JSON:
        operator.write_json(found)
        return 0
    now = operator.now()
    rows = [
        (
            one.number,
            one.scope,
            one.value,
            one.reason,
            one.set_by,
            operator.at(one.set_at),
            f"{operator.at(one.review_by)}{' OVERDUE' if one.overdue(now) else ''}",
            operator.at(one.lifted_at),
        )
        for one in found
    ]
    operator.show(("No.", "Names", "Which", "Reason", "Set by", "Set (UTC)", "Review by (UTC)", "Lifted (UTC)"), rows)
    return 0


def _show(planned: Plan) -> None:
    if planned.copies:
        rows = [(c.message, c.message_id, c.rule.name, operator.at(c.since), c.chunks, c.size) for c in planned.copies]
        operator.show(("No.", "Message", "Rule", "Since (UTC)", "Chunks", "Bytes"), rows)
    if planned.spared:
        spared = [(one.copy.message, one.copy.message_id, one.copy.rule.name, one.why) for one in planned.spared]
        operator.show(("No.", "Message", "Rule", "Why it stays"), spared)
    typer.echo(
        f"{len(planned.copies)} sealed copies would go: {planned.chunks} chunks, {planned.size} bytes. "
        f"{len(planned.spared)} are spared."
    )
    for records in planned.records:
        typer.echo(f"{records.count} records would go: {records.rule.what}.")
    for one in planned.overdue:
        typer.echo(f"The review of legal hold {one.number} is overdue since {operator.at(one.review_by)} UTC.")
