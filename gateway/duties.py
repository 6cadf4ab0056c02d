"""Who may do which step with case records, and where another person must: checked by the steps themselves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from gateway.actor import Actor
from gateway.audit.entry import Role
from schemas.errors import Rejected


class Duty(StrEnum):
    """A step that a person does."""

    IMPORT = "import case files"
    PREPARE = "prepare a transfer"
    AUTHORISE = "authorise a transfer"
    SEND = "send a transfer"
    RECALL = "recall a message or end an alert"
    SEE = "see a transfer"
    MATCH = "decide on a match"
    SETTLE = "settle what two matches differ in"
    ANSWER = "accept or decline a transfer"
    COMPLETE = "record an outcome"
    ACCESS = "answer a request for access"
    RETURN = "prepare a statutory return"
    SIGN_OFF = "sign off a statutory return"


_CASEWORK = frozenset({Role.PRACTITIONER, Role.DUTY, Role.MANAGER, Role.REVIEWING_OFFICER})

DUTIES: Mapping[Duty, frozenset[Role]] = MappingProxyType(
    {
        Duty.IMPORT: _CASEWORK | {Role.SUPPORT, Role.DATA_STEWARD},
        Duty.PREPARE: _CASEWORK | {Role.SUPPORT},
        Duty.AUTHORISE: frozenset({Role.MANAGER, Role.DUTY}),
        Duty.SEND: _CASEWORK | {Role.SUPPORT},
        Duty.RECALL: frozenset({Role.MANAGER, Role.DUTY, Role.GOVERNANCE}),
        Duty.SEE: _CASEWORK,
        Duty.MATCH: _CASEWORK | {Role.DATA_STEWARD},
        Duty.SETTLE: frozenset({Role.MANAGER}),
        # The ladder of acknowledgements: a manager answers for the authority.
        Duty.ANSWER: frozenset({Role.MANAGER}),
        Duty.COMPLETE: _CASEWORK,
        Duty.ACCESS: frozenset({Role.GOVERNANCE, Role.DATA_STEWARD}),
        Duty.RETURN: frozenset({Role.DATA_STEWARD}),
        Duty.SIGN_OFF: frozenset({Role.DATA_STEWARD, Role.MANAGER}),
    }
)


def may(actor: Actor, duty: Duty) -> bool:
    """Tell whether somebody's role allows a step."""
    return actor.role in DUTIES[duty]


def require(actor: Actor, duty: Duty) -> str:
    """Give the opaque id of whoever does a step. Raise Rejected where the role may not, or nobody is named."""
    if not may(actor, duty):
        roles = ", ".join(sorted(DUTIES[duty]))
        raise Rejected(f"Your role may not {duty}.", hint=f"It is for: {roles}.")
    if actor.staff is None:
        raise Rejected(f"Nobody can {duty} without being named.", hint="Give your opaque staff id.")
    return actor.staff


def require_another(staff: str, but: str) -> None:
    """Raise Rejected where the second person is the first."""
    if staff == but:
        raise Rejected("Somebody else has to authorise what you prepared.", hint="Ask a manager or the duty team.")
