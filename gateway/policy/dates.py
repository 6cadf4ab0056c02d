"""When an agreement must be looked at again: warnings 60, 30 and 7 days before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateway.policy.agreement import Agreement, Status

STEPS = (7, 30, 60)
_ACTIVE = frozenset({Status.APPROVED, Status.LIVE})


@dataclass(frozen=True, slots=True)
class DueDate:
    """A date that is near or past; `within` is the step of the warning in days, 0 once the day is past."""

    agreement_id: str
    what: str
    day: date
    within: int

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        when = f"was due on {self.day}" if self.within == 0 else f"is due on {self.day}, within {self.within} days"
        return f"{self.agreement_id}: {self.what} {when}."


def warnings(agreement: Agreement, day: date) -> tuple[DueDate, ...]:
    """List what is due within 60 days, or overdue."""
    if agreement.status not in _ACTIVE:
        return ()
    dates = [("the review", agreement.review_by), ("the end of the agreement", agreement.valid_to)]
    dates += [(f"{held.scheme} of {held.organisation}", held.expires) for held in agreement.assurance]
    found = []
    for what, due in dates:
        left = (due - day).days
        within = 0 if left < 0 else next((step for step in STEPS if left <= step), None)
        if within is not None:
            found.append(DueDate(agreement.agreement_id, what, due, within))
    return tuple(found)
