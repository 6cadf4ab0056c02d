"""ics-gateway transfers: send case records to another authority, and follow what becomes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator, transfers_in
from gateway.cli.operator import Format, Shown, Staff

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gateway.transfers.follow import Followed
    from gateway.transfers.look import Look
    from schemas.processes.clocks import Event

app = typer.Typer(no_args_is_help=True, help="Transfer case records between authorities.")
app.command("see")(transfers_in.see)
app.command("accept")(transfers_in.accept)
app.command("decline")(transfers_in.decline)
app.command("complete")(transfers_in.complete)
app.command("settle")(transfers_in.settle)
app.command("reply")(transfers_in.reply)
app.command("answer-recall")(transfers_in.answer_recall)

Role = Annotated[str, typer.Option(help="In which role you act: duty, manager, practitioner, support and others.")]
Reference = Annotated[str, typer.Argument(metavar="TRANSFER", help="Its reference in the list.")]
References = Annotated[list[str], typer.Argument(metavar="TRANSFER...", help="Their references in the list.")]
Test = Annotated[bool, typer.Option("--test", help="Mark the message as a test: made-up data alone.")]


@app.command("list")
def list_transfers(
    came: Annotated[bool, typer.Option("--came", help="Those that came to us.")] = False,  # noqa: FBT002  # a flag
    sent: Annotated[bool, typer.Option("--sent", help="Those that we send.")] = False,  # noqa: FBT002  # a flag
    stage: Annotated[list[str] | None, typer.Option(help="Those at this stage; may be repeated.")] = None,
    shown: Shown = Format.TABLE,
) -> int:
    """List transfers, the oldest first."""
    from gateway.store.states import Direction  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers import rows  # noqa: PLC0415  # as above
    from gateway.transfers.draft import Stage  # noqa: PLC0415  # as above
    from schemas.errors import Rejected  # noqa: PLC0415  # as above

    if not set(stage or ()) <= set(Stage):
        raise Rejected("There is no such stage.", hint=f"The stages: {', '.join(Stage)}.")
    direction = None if came is sent else Direction.IN if came else Direction.OUT
    with operator.opened() as store:
        found = rows.listed(store, direction=direction, stages={Stage(word) for word in stage or ()})
    if shown is Format.JSON:
        operator.write_json(found)
        return 0
    operator.show(
        ("Transfer", "Way", "Partner", "Process", "Step", "What", "Stage", "Since"),
        [
            (
                each.reference,
                each.direction.value,
                each.partner,
                each.process,
                each.step,
                each.kind.value,
                each.stage.value,
                operator.at(each.changed),
            )
            for each in found
        ],
    )
    return 0


@app.command("prepare")
def prepare(
    case: Annotated[str, typer.Option(help="The case file, by its id.")],
    child: Annotated[list[str], typer.Option(help="A child of the file, by its id; once for each.")],
    process: Annotated[str, typer.Option(help="The process, such as P1.")],
    to: Annotated[list[str], typer.Option(help="To whom: urn:ics:org:ods:CODE; once for each.")],
    step: Annotated[str, typer.Option(help="The step; else the last of those that carry most.")] = "",
    purpose: Annotated[str, typer.Option(help="The purpose's code; else the first for the process.")] = "",
    asked: Annotated[list[str] | None, typer.Option(help="An element that they asked for, such as E05.")] = None,
    tick: Annotated[list[str] | None, typer.Option(help="A record that was read: table/id; once for each.")] = None,
    happened: Annotated[
        list[str] | None, typer.Option(help="An event that starts a clock: EVENT=TIME, such as T0=2026-11-02.")
    ] = None,
    local: Annotated[list[str] | None, typer.Option(help="A local rule that binds both, such as norfolk.")] = None,
    supersedes: Annotated[str, typer.Option(help="The message that this one corrects.")] = "",
    break_glass: Annotated[str, typer.Option(help="The reason, in an emergency after the agreement's end.")] = "",
    role: Role = "duty",
    staff: Staff = None,
) -> int:
    """Prepare a transfer to each partner. Nothing is decided or sent."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers import prepare as step_of  # noqa: PLC0415  # as above
    from gateway.transfers.draft import Links  # noqa: PLC0415  # as above

    wanted = step_of.Wanted(
        case,
        tuple(child),
        process,
        step=step,
        purpose=purpose,
        asked=frozenset(asked or ()),
        ticks=frozenset(tick or ()),
        break_glass=break_glass,
        happened=dict(_events(happened or ())),
        local=tuple(local or ()),
        links=Links(supersedes=supersedes or None),
    )
    with opened(clock=operator.now) as exchange:
        for reference in step_of.prepare(exchange, operator.acting(role, staff), wanted, to):
            typer.echo(reference)
    typer.echo("Look at what would go: ics-gateway transfers preview TRANSFER", err=True)
    return 0


@app.command("preview")
def preview(transfer: Reference, role: Role = "duty", staff: Staff = None) -> int:
    """Show what would be sent and what not, with the digest that authorising takes. No value of a record is shown."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers import look  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        _show_preview(look.look(exchange, operator.acting(role, staff), transfer))
    return 0


@app.command("release")
def release(
    transfer: Reference,
    child: Annotated[str, typer.Option(help="The hidden child, by its id in the case file.")],
    place: Annotated[list[str], typer.Option(help="What goes: address, school, health, contact; once for each.")],
    reason: Annotated[str, typer.Option(help="The code of the reason.")],
    role: Role = "manager",
    staff: Staff = None,
) -> int:
    """Let the places of a hidden child go to this partner. Whoever prepared it cannot."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.policy.request import Place  # noqa: PLC0415  # as above
    from gateway.transfers.release import release as step_of  # noqa: PLC0415  # as above
    from schemas.errors import Rejected  # noqa: PLC0415  # as above

    if not set(place) <= set(Place):
        raise Rejected("There is no such place.", hint=f"The places: {', '.join(Place)}.")
    with opened(clock=operator.now) as exchange:
        actor = operator.acting(role, staff)
        step_of(exchange, actor, transfer, child, [Place(word) for word in place], reason=reason)
    typer.echo("Released. Look at the preview again, and authorise that.")
    return 0


@app.command("authorise")
def authorise(
    transfer: Reference,
    seen: Annotated[str, typer.Option(help="The digest of the preview that you have seen.")],
    role: Role = "manager",
    staff: Staff = None,
) -> int:
    """Let a transfer go as you have seen it. Whoever prepared it cannot."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.authorise import authorise as step_of  # noqa: PLC0415  # as above
    from gateway.transfers.draft import Stage  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        stage = step_of(exchange, operator.acting(role, staff), transfer, seen)
    needed = "Authorised." if stage is Stage.AUTHORISED else "Approved. The agreement wants yet another person."
    typer.echo(needed)
    return 0


@app.command("send")
def send(transfers: References, test: Test = False, role: Role = "duty", staff: Staff = None) -> int:  # noqa: FBT002  # a flag
    """Seal what was authorised; the gateway delivers it."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.dispatch import dispatch  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        for reference in transfers:
            typer.echo(f"Message {dispatch(exchange, operator.acting(role, staff), reference, test=test)}")
    return 0


@app.command("cancel")
def cancel(transfers: References, role: Role = "duty", staff: Staff = None) -> int:
    """Give up transfers that were not sent."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers import prepare as step_of  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        for reference in transfers:
            step_of.cancel(exchange, operator.acting(role, staff), reference)
    return 0


@app.command("recall")
def recall(
    transfer: Reference,
    reason: Annotated[str, typer.Option(help="The code of the reason, which stays here.")],
    test: Test = False,  # noqa: FBT002  # a flag
    role: Role = "manager",
    staff: Staff = None,
) -> int:
    """Take back what was sent: the receiver deletes it and signs that."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.recall import recall as step_of  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        typer.echo(f"Message {step_of(exchange, operator.acting(role, staff), transfer, reason, test=test)}")
    return 0


@app.command("stand-down")
def stand_down(transfer: Reference, test: Test = False, role: Role = "duty", staff: Staff = None) -> int:  # noqa: FBT002  # a flag
    """End an alert with everybody who had it."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.recall import stand_down as step_of  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        for message in step_of(exchange, operator.acting(role, staff), transfer, test=test):
            typer.echo(f"Message {message}")
    return 0


@app.command("show")
def show(transfer: Reference, shown: Shown = Format.TABLE) -> int:
    """Show where a transfer stands: receipts, children, clocks, acknowledgements, who did what."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.follow import follow  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        found = follow(exchange, transfer)
    if shown is Format.JSON:
        operator.write_json(found)
    else:
        _show(found)
    return 0


@app.command("read")
def read(
    transfer: Reference,
    out: Annotated[Path, typer.Option(help="The file to write: a page that needs nothing else. It has personal data.")],
    role: Role = "duty",
    staff: Staff = None,
) -> int:
    """Write what a transfer carries, or a draft would, as a page for reading, made here and not by the sender."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.read_page import read_page  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        page = read_page(exchange, operator.acting(role, staff), transfer)
    out.write_text(page, encoding="utf-8")
    return 0


def _events(texts: Iterable[str]) -> Iterable[tuple[Event, datetime]]:
    from schemas.errors import Rejected  # noqa: PLC0415  # loaded when a command runs
    from schemas.processes.clocks import Event  # noqa: PLC0415  # as above

    for text in texts:
        name, _, time = text.partition("=")
        moment = operator.moment(time or None)
        if name not in set(Event) or moment is None:
            raise Rejected("There is no such event.", hint=f"Write EVENT=TIME; the events: {', '.join(Event)}.")
        yield Event(name), moment


def _show_preview(seen: Look) -> None:
    from gateway.policy import explain  # noqa: PLC0415  # loaded when a command runs

    if seen.preview is None:
        typer.echo(f"A notice without records: {seen.notice}")
    else:
        for line in explain.decided(seen.preview.decision):
            typer.echo(line)
        typer.echo("\nWould be sent")
        operator.show(("Table", "Records", "Fields", "Form"), list(seen.preview.sent()))
        typer.echo("\nWould be withheld")
        operator.show(("Table", "Values", "Field", "Why", "Rule"), list(seen.preview.withheld()))
        typer.echo("\nDocuments")
        operator.show(("Record", "Outcome"), [(item.record, item.outcome.meaning) for item in seen.preview.documents])
        typer.echo("\nMissing, as the receiver reads it")
        told = [entry for entry in seen.preview.statement if entry.status != "included"]
        operator.show(
            ("Child", "Element", "Need", "Status", "Why"),
            [(each.child, each.element, each.need, each.status, " ".join(each.reasons)) for each in told],
        )
        for line in seen.preview.demanded():
            typer.echo(line)
    typer.echo(f"\nDigest: {seen.digest}")


def _show(found: Followed) -> None:
    one = found.transfer
    typer.echo(f"Transfer {one.reference}: {one.process} {one.step}, {found.state}")
    typer.echo(f"Partner {one.partner}, message {one.message_id or '(none yet)'}")
    operator.show(
        ("Receipt", "Says", "Child", "By", "At", "Reference", "From", "Reason"),
        [
            (
                each.level,
                each.outcome,
                each.subject,
                each.by_role,
                operator.at(each.at),
                each.local_ref,
                each.effective,
                each.reason or each.code,
            )
            for each in found.receipts
        ],
    )
    operator.show(
        ("Clock", "Due", "Rule", "Runs from", "Stands"),
        [
            (
                each.clock,
                operator.at(due.at),
                due.rule,
                due.start.value,
                (each.standing or "") if binds else "beside it",
            )
            for each in found.clocks
            for binds, due in ((True, each.due), *((False, other) for other in each.others))
        ]
        + [
            (each.rung.receipt, operator.at(each.due.at), each.due.rule, each.due.start.value, each.standing.value)
            for each in found.ladder
        ],
    )
    operator.show(
        ("Done", "Role", "Staff", "At", "Reason"),
        [(each.did.value, each.role, each.staff, operator.at(each.at), each.reason) for each in found.history],
    )
