"""An attempt that did not succeed, as the steps pass it on: what the partner answered, or that it did not."""

from __future__ import annotations

from gateway.itp.codes import Code
from gateway.pipeline.outcome import Answered, Lost, Outcome
from schemas.errors import Transient


class Failed(Transient):
    """The partner refused, or did not answer. What follows is decided by gateway.pipeline.retry."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"The attempt did not succeed: {reason(outcome)}.")
        self.outcome = outcome


def reason(outcome: Outcome) -> str:
    """Name an outcome as the ledger does."""
    if isinstance(outcome, Lost):
        return "no-connection" if outcome is Lost.NOT_SENT else "no-answer"
    return outcome.code or f"http-{outcome.status}"


def code_of(outcome: Outcome) -> Code | None:
    """Give the protocol's code, if the partner answered with one."""
    return outcome.code if isinstance(outcome, Answered) else None
