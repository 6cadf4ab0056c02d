"""Ask again when sealing: what was shown when composing must still be the answer, and then it binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gateway.policy.compiled import Compiled
from gateway.policy.decide import decide
from gateway.policy.decision import Decision
from gateway.policy.mask import masked
from gateway.policy.view import Masked
from schemas.case.record import CaseFile
from schemas.errors import Held


def confirmed(compiled: Compiled, case: CaseFile, decision: Decision, at: datetime) -> Masked:
    """Give what a decision lets go, if the agreement of now still lets it go.

    Raises Held where the agreement, the time or the records have changed the answer, Rejected where nothing goes.
    """
    now = decide(compiled, replace(decision.request, at=at))
    same = (now.outcome, now.grants) == (decision.outcome, decision.grants)
    if not same or decide(compiled, decision.request) != decision:
        raise Held("The agreement no longer gives the same answer.", hint="Ask again, and look at the new preview.")
    masked(case, now)
    return masked(case, decision)
