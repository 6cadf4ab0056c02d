"""What must hold before anything is looked at: the agreement, the parties, the process, the purpose, the ground."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gateway.policy.agreement import Agreement, Status
from gateway.policy.checks import SAFEGUARDING
from gateway.policy.compiled import Compiled
from gateway.policy.decision import Finding
from gateway.policy.request import Request
from schemas.processes.gateways import GATEWAYS
from schemas.processes.registry import PROCESSES


def refusals(compiled: Compiled, request: Request) -> tuple[Finding, ...]:
    """List what stands against the request as a whole; where nothing does, the rules are asked."""
    agreement = compiled.agreement
    return (
        *_agreement(agreement, request),
        *_parties(agreement, request.sender, request.recipient),
        *_process(request),
        *_purpose(agreement, request.process, request.purpose),
        *_gateways(compiled, request),
    )


def in_emergency(agreement: Agreement, process: str, gateways: tuple[str, ...], day: date) -> bool:
    """Tell whether an agreement that has run out still serves: a statutory emergency that it names."""
    return day > agreement.valid_to and process in agreement.emergency and SAFEGUARDING in gateways


def _agreement(agreement: Agreement, request: Request) -> Iterator[Finding]:
    if agreement.status is not Status.LIVE:
        yield Finding("status", f"The agreement is {agreement.status}, not live.")
    if request.day < agreement.valid_from:
        yield Finding("validity", f"The agreement begins on {agreement.valid_from}.")
    if request.day <= agreement.valid_to:
        return
    if not in_emergency(agreement, request.process, request.gateways, request.day):
        yield Finding("validity", f"The agreement ended on {agreement.valid_to}, and this is no statutory emergency.")
    elif not request.break_glass.strip():
        yield Finding("break-glass", f"The agreement ended on {agreement.valid_to}: an emergency needs a reason.")


def _parties(agreement: Agreement, sender: str, recipient: str) -> Iterator[Finding]:
    if not agreement.names_party(sender) or not agreement.names_party(recipient):
        yield Finding("party", "Sender and recipient are not both parties of the agreement.")
    elif not any((flow.sender, flow.recipient) == (sender, recipient) for flow in agreement.directions):
        yield Finding("direction", "The agreement has no flow in this direction.")


def _process(request: Request) -> Iterator[Finding]:
    process = PROCESSES.get(request.process)
    if process is None or request.step not in {step.name for step in process.steps}:
        yield Finding("process", "There is no such step of such a process.")
    elif not process.in_force(request.day):
        yield Finding("process", f"Process {process.code} is not in force.")


def _purpose(agreement: Agreement, process: str, purpose: str) -> Iterator[Finding]:
    if not any(item.code == purpose and process in item.processes for item in agreement.purposes):
        yield Finding("purpose", "The agreement does not have this purpose for this process.")


def _gateways(compiled: Compiled, request: Request) -> Iterator[Finding]:
    process = PROCESSES.get(request.process)
    if not request.gateways:
        yield Finding("gateway", "No legal gateway is named.")
    for code in request.gateways:
        gateway = GATEWAYS.get(code)
        if gateway is None or code not in compiled.agreement.lawful_basis.gateways:
            yield Finding("gateway", "A legal gateway is named that the agreement does not have.")
        elif process is not None and code not in process.gateways:
            yield Finding("gateway", f"{code} is no legal gateway of process {process.code}.")
        elif not gateway.in_force(request.day, compiled.commenced):
            yield Finding("gateway", f"{code} is not in force yet.")
