"""ics-gateway agreements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator

if TYPE_CHECKING:
    from gateway.policy.agreement import Agreement
    from gateway.policy.compiled import Compiled
    from gateway.policy.request import Request

app = typer.Typer(no_args_is_help=True, help="Read, compile and ask sharing agreements.")

_FOLDER = Path("agreements")
Folder = Annotated[Path, typer.Option("--agreements", help="The folder with the agreements, as TOML.")]


@app.command("list")
def list_agreements(agreements: Folder = _FOLDER) -> int:
    """List the agreements with their dates, and warn of those to be reviewed."""
    from gateway.policy.dates import warnings  # noqa: PLC0415  # loaded when the command runs

    found = _read(agreements)
    operator.show(
        ("Agreement", "Version", "Status", "From", "To", "Review by", "Processes"),
        [
            (
                item.agreement_id,
                item.version,
                item.status.value,
                item.valid_from,
                item.valid_to,
                item.review_by,
                " ".join(sorted({code for purpose in item.purposes for code in purpose.processes})),
            )
            for item in found
        ],
    )
    for item in found:
        for due in warnings(item, operator.now().date()):
            typer.echo(due.text, err=True)
    return 0


@app.command("show")
def show(
    agreement: Annotated[str, typer.Argument(help="Its id.")],
    version: Annotated[str, typer.Option(help="The version; else the last by name.")] = "",
    agreements: Folder = _FOLDER,
) -> int:
    """Show the rules of an agreement and what each is about."""
    found = _compiled(_one(_read(agreements), agreement, version))
    typer.echo(f"{found.agreement.agreement_id} version {found.agreement.version}: {found.agreement.status}")
    typer.echo(f"Compiled as {found.version}")
    operator.show(
        ("Rule", "Need", "Processes", "Steps", "Form", "Names", "Free text", "Documents"),
        [
            (
                rule.id,
                rule.item.need.value,
                " ".join(rule.item.processes),
                " ".join(rule.item.steps) or "every",
                rule.item.transform.value,
                " ".join(rule.item.fields),
                " ".join(rule.item.text),
                " ".join(rule.item.documents),
            )
            for rule in found.rules
        ],
    )
    return 0


@app.command("compile")
def compile_to(
    out: Annotated[Path, typer.Option(help="The folder to write the artefacts in.")],
    agreements: Folder = _FOLDER,
) -> int:
    """Compile every agreement; each artefact is named by its version, the hash of all that it decides by."""
    made = [_compiled(item) for item in _read(agreements)]
    out.mkdir(parents=True, exist_ok=True)
    for item in made:
        (out / f"{item.version}.json").write_bytes(item.content)
        typer.echo(f"{item.agreement.agreement_id} version {item.agreement.version}: {item.version}")
    return 0


@app.command("check")
def check(  # an option each
    case: Annotated[Path, typer.Option(help="The case file, as JSON.")],
    child: Annotated[list[str], typer.Option(help="A child of the file, by its id; once for each.")],
    partner: Annotated[str, typer.Option(help="To whom: urn:ics:org:ods:CODE.")],
    process: Annotated[str, typer.Option(help="The process, such as P1.")],
    organisation: Annotated[str, typer.Option(help="Who sends: urn:ics:org:ods:CODE; else the settings say.")] = "",
    step: Annotated[str, typer.Option(help="The step; else the last of those that carry most.")] = "",
    purpose: Annotated[str, typer.Option(help="The purpose's code; else the first for the process.")] = "",
    tick: Annotated[list[str] | None, typer.Option(help="A record that was read: table/id; once for each.")] = None,
    approver: Annotated[list[str] | None, typer.Option(help="Who approves, as an opaque reference.")] = None,
    break_glass: Annotated[str, typer.Option(help="The reason, in an emergency after the agreement's end.")] = "",
    agreements: Folder = _FOLDER,
) -> int:
    """Explain what would be sent, what withheld, and by which rule. Nothing is sent; no value of a record is shown."""
    from gateway import settings  # noqa: PLC0415  # loaded when the command runs
    from gateway.policy import explain  # noqa: PLC0415  # as above
    from gateway.policy.ask import question  # noqa: PLC0415  # as above
    from gateway.policy.choose import choose  # noqa: PLC0415  # as above
    from gateway.policy.decide import decide  # noqa: PLC0415  # as above
    from gateway.policy.decision import Outcome  # noqa: PLC0415  # as above
    from gateway.policy.mask import masked  # noqa: PLC0415  # as above
    from gateway.policy.request import Staff  # noqa: PLC0415  # as above
    from schemas.case.text import read_case  # noqa: PLC0415  # as above

    sender = organisation or settings.text_of(settings.ORGANISATION)
    compiled = _compiled(choose(_read(agreements), sender, partner, process))
    file = read_case(case.read_bytes())
    requester = Staff("duty", "preview")
    request = question(
        compiled, file, child, sender, partner, process, operator.now(), requester, step=step, purpose=purpose
    )
    request = _with(request, tick or [], approver or [], break_glass)
    decision = decide(compiled, request)
    for line in explain.decided(decision):
        typer.echo(line)
    if decision.outcome in {Outcome.DENY, Outcome.NEEDS_APPROVAL}:
        return 1
    view = masked(file, decision)
    typer.echo("\nWould be sent")
    operator.show(("Table", "Records", "Fields", "Form"), list(explain.sent(view)))
    typer.echo("\nWould be withheld")
    operator.show(("Table", "Values", "Field", "Why", "Rule"), list(explain.withheld(view)))
    for line in explain.missing(view):
        typer.echo(line)
    return 0


def _read(folder: Path) -> tuple[Agreement, ...]:
    from gateway.policy.read import read_folder  # noqa: PLC0415  # loaded when a command runs
    from schemas.errors import Misconfigured  # noqa: PLC0415  # as above

    found = read_folder(folder)
    if not found:
        raise Misconfigured(f"There is no agreement in {folder}.", hint="Name the folder with --agreements.")
    return found


def _one(found: tuple[Agreement, ...], identifier: str, version: str) -> Agreement:
    from schemas.errors import Misconfigured  # noqa: PLC0415  # loaded when a command runs

    fitting = [item for item in found if item.agreement_id == identifier and version in {"", item.version}]
    if not fitting:
        raise Misconfigured(f"There is no agreement {identifier} {version}".rstrip() + ".")
    return max(fitting, key=lambda item: item.version)


def _compiled(agreement: Agreement) -> Compiled:
    from gateway.policy.compiled import compile_agreement  # noqa: PLC0415  # loaded when a command runs

    return compile_agreement(agreement)


def _with(request: Request, ticks: list[str], approvers: list[str], break_glass: str) -> Request:
    from dataclasses import replace  # noqa: PLC0415  # loaded when a command runs

    from gateway.policy.request import Staff  # noqa: PLC0415  # as above

    approvals = tuple(Staff("manager", reference) for reference in approvers)
    return replace(request, ticks=frozenset(ticks), approvals=approvals, break_glass=break_glass)
