"""Find the agreement by which two organisations share in a process."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.policy.agreement import Agreement, Status
from schemas.errors import Misconfigured

_BEST = (Status.LIVE, Status.SUSPENDED, Status.ENDED, Status.APPROVED, Status.DRAFT)


def choose(agreements: Iterable[Agreement], sender: str, recipient: str, process: str) -> Agreement:
    """Give the one live version that covers the flow; without one, the nearest, by which the decision says why not.

    Raises Misconfigured where none covers it, or two that are live do.
    """
    found = [
        agreement
        for agreement in agreements
        if any((flow.sender, flow.recipient) == (sender, recipient) for flow in agreement.directions)
        and any(process in purpose.processes for purpose in agreement.purposes)
    ]
    if not found:
        raise Misconfigured(
            f"No agreement covers process {process} from {sender} to {recipient}.",
            hint="List what there is: ics-gateway agreements list",
        )
    best = min(_BEST.index(agreement.status) for agreement in found)
    nearest = [agreement for agreement in found if _BEST.index(agreement.status) == best]
    if len(nearest) > 1 and nearest[0].status is Status.LIVE:
        raise Misconfigured(
            f"Two live agreements cover process {process}: {nearest[0].agreement_id} and {nearest[1].agreement_id}.",
            hint="Suspend or end one of them: it must be clear by which one is decided.",
        )
    return nearest[-1]
