"""ics-gateway transfers: take in what another authority sends, and answer it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator
from gateway.cli.operator import Staff
from schemas.errors import Rejected

if TYPE_CHECKING:
    from gateway.transfers.arrival import Arrival

Role = Annotated[str, typer.Option(help="In which role you act: duty, manager, practitioner, support and others.")]
Reference = Annotated[str, typer.Argument(metavar="TRANSFER", help="Its reference in the list.")]
Children = Annotated[
    list[str] | None, typer.Option("--child", help="A child by the message's reference, such as child-1; else all.")
]
Reason = Annotated[str, typer.Option(help="The code of the reason, which the sender reads.")]


def see(transfer: Reference, role: Role = "duty", staff: Staff = None) -> int:
    """Say that you have seen a transfer: the sender hears it, and where each child stands."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.see import see as step_of  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        step_of(exchange, operator.acting(role, staff), transfer)
    typer.echo("Seen.")
    return 0


def accept(
    transfer: Reference,
    effective: Annotated[str, typer.Option("--from", help="From which day you answer for them, as 2026-12-01.")],
    child: Children = None,
    reference: Annotated[
        list[str] | None, typer.Option(help="Our own reference of a child: CHILD=REFERENCE; once for each.")
    ] = None,
    role: Role = "manager",
    staff: Staff = None,
) -> int:
    """Accept a transfer, or some of its children: the records are filed, and what differs is listed."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.answer import Acceptance  # noqa: PLC0415  # as above
    from gateway.transfers.answer import accept as step_of  # noqa: PLC0415  # as above

    ours = dict(_pair(text) for text in reference or ())
    with opened(clock=operator.now) as exchange:
        accepted = Acceptance(_day(effective), ours)
        _show(step_of(exchange, operator.acting(role, staff), transfer, accepted, child or ()))
    return 0


def decline(
    transfer: Reference, reason: Reason, child: Children = None, role: Role = "manager", staff: Staff = None
) -> int:
    """Decline a transfer, or some of its children."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.answer import decline as step_of  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        _show(step_of(exchange, operator.acting(role, staff), transfer, reason, child or ()))
    return 0


def complete(
    transfer: Reference,
    on: Annotated[str, typer.Option(help="The day on which it happened, as 2026-12-14.")],
    child: Children = None,
    role: Role = "duty",
    staff: Staff = None,
) -> int:
    """Record that the outcome happened, such as the conference."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.answer import complete as step_of  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        _show(step_of(exchange, operator.acting(role, staff), transfer, _day(on), child or ()))
    return 0


def settle(
    transfer: Reference,
    number: Annotated[int, typer.Argument(help="Its number in the list of what differs.", min=0)],
    take: Annotated[bool, typer.Option("--take/--keep", help="Take theirs, or keep ours.")],
    role: Role = "manager",
    staff: Staff = None,
) -> int:
    """Decide on a value of theirs that is not ours."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.settle import settle as step_of  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        _show(step_of(exchange, operator.acting(role, staff), transfer, number, take=take))
    return 0


def reply(
    transfer: Reference,
    case: Annotated[str, typer.Option(help="The case file, by its id.")] = "",
    child: Annotated[list[str] | None, typer.Option(help="A child of the file, by its id; once for each.")] = None,
    nothing: Annotated[bool, typer.Option("--nothing", help="There is no record that they may be told of.")] = False,  # noqa: FBT002  # a flag
    step: Annotated[str, typer.Option(help="The step of the process.")] = "answer",
    role: Role = "duty",
    staff: Staff = None,
) -> int:
    """Prepare the reply to what came, with records or with nothing to tell. A second person authorises it."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers import prepare, recall  # noqa: PLC0415  # as above

    if nothing == bool(case and child):
        raise Rejected("Give --case and --child, or --nothing.")
    actor = operator.acting(role, staff)
    with opened(clock=operator.now) as exchange:
        if nothing:
            typer.echo(recall.prepare_nothing(exchange, actor, transfer))
            return 0
        asked, links = recall.answer_links(exchange, transfer)
        conversation = asked.conversation_id
        wanted = prepare.Wanted(
            case, tuple(child or ()), asked.process, step=step, links=links, conversation=conversation
        )
        for made in prepare.prepare(exchange, actor, wanted, (asked.partner,)):
            typer.echo(made)
    return 0


def answer_recall(
    transfer: Reference,
    comply: Annotated[bool, typer.Option("--delete/--keep", help="Delete what it brought, or keep it.")],
    reason: Annotated[str, typer.Option(help="The code of why it stays, which the sender reads.")] = "",
    role: Role = "manager",
    staff: Staff = None,
) -> int:
    """Decide on a recall of what was accepted."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers.withdraw import answer_recall as step_of  # noqa: PLC0415  # as above

    with opened(clock=operator.now) as exchange:
        step_of(exchange, operator.acting(role, staff), transfer, comply=comply, reason=reason)
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected("The day cannot be read.", hint="Write it as 2026-12-01.") from None


def _pair(text: str) -> tuple[str, str]:
    child, equals, reference = text.partition("=")
    if not (child and equals and reference):
        raise Rejected("A reference is written CHILD=REFERENCE.", hint="For example: child-1=S-2026-117.")
    return child, reference


def _show(arrival: Arrival) -> None:
    operator.show(
        ("Child", "Match", "Our person", "Told", "Reference", "Answer", "From", "Reason"),
        [
            (
                each.reference,
                each.match.value,
                each.ours,
                each.told,
                each.local_ref,
                each.answer.value,
                each.effective,
                each.reason,
            )
            for each in arrival.children
        ],
    )
    differs = [(number, each) for number, each in enumerate(arrival.differences) if each.settled is None]
    if differs:
        typer.echo(
            "What differs from ours; decide each with: ics-gateway transfers settle TRANSFER NUMBER --take|--keep"
        )
        operator.show(
            ("Number", "Case file", "Table", "Record", "Field"),
            [(number, each.case_file, each.table, each.record, each.field) for number, each in differs],
        )
