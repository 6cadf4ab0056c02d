"""Make the question to an agreement about children of a case file, with what follows from process and agreement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gateway.policy.agreement import Agreement
from gateway.policy.compiled import Compiled
from gateway.policy.facts import facts
from gateway.policy.request import Request, Staff
from schemas.case.record import CaseFile
from schemas.errors import Misconfigured
from schemas.processes.process import Process
from schemas.processes.registry import process_of
from schemas.processes.spans import LONDON


def question(
    compiled: Compiled,
    case: CaseFile,
    children: Iterable[str],
    sender: str,
    recipient: str,
    process: str,
    at: datetime,
    requester: Staff,
    *,
    step: str = "",
    purpose: str = "",
) -> Request:
    """Ask to send children's records.

    Without a step it is the last of those that carry most, without a purpose the agreement's first for the process.
    Raise Rejected where the file has no such child, Misconfigured where there is no such process or step.
    """
    found, day = process_of(process), at.astimezone(LONDON).date()
    return Request(
        sender,
        recipient,
        process,
        found.step(step).name if step else largest_step(found),
        purpose or first_purpose(compiled.agreement, process),
        grounds(compiled, found, at),
        at,
        requester,
        facts(case, children, day),
    )


def largest_step(process: Process) -> str:
    """Give the last of the steps that carry most."""
    return max(reversed(process.steps), key=lambda item: len(process.fields(item.name))).name


def first_purpose(agreement: Agreement, process: str) -> str:
    """Give the agreement's first purpose for a process. Raise Misconfigured where it has none."""
    for purpose in agreement.purposes:
        if process in purpose.processes:
            return purpose.code
    raise Misconfigured(f"The agreement has no purpose for process {process}.")


def grounds(compiled: Compiled, process: Process, at: datetime) -> tuple[str, ...]:
    """List the legal gateways of a process that the agreement has and that are in force."""
    listed = process.legal_gateways(at.astimezone(LONDON).date(), compiled.commenced)
    return tuple(item.code for item in listed if item.code in compiled.agreement.lawful_basis.gateways)
