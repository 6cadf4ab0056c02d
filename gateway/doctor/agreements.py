"""The check of what we may send and take: the sharing agreements of this installation."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.alerts.alerts import AlertCode
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.policy.agreement import Status
from gateway.policy.dates import warnings
from schemas.errors import Misconfigured

SUBJECT = "agreements"


def agreements(installation: Installation) -> Iterator[Finding]:
    """Look whether the agreements can be read, whether any is live, and which must be looked at again."""
    try:
        found = tuple(item.agreement for item in installation.agreements())
    except Misconfigured as error:
        # What arrives waits until it is mended: nobody can say what covers it.
        yield fail(error.message, error.hint, AlertCode.AGREEMENTS_UNREADABLE, SUBJECT)
        return
    live = [item for item in found if item.status is Status.LIVE]
    if not live:
        yield warn("No agreement is live: nothing is sent, and nothing is taken.", "See docs/agreements.md.")
        return
    yield ok(f"Live agreements: {', '.join(sorted({item.agreement_id for item in live}))}.")
    for item in live:
        for due in warnings(item, installation.clock().date()):
            yield warn(due.text, "Review it with its parties, and save the new version.")
