"""The roles of people, and which of them one person may not have together (governance, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.audit.entry import Role as AuditRole
from schemas.errors import Rejected
from schemas.processes.explained import Explained


class Role(Explained):
    """What somebody does here."""

    OFFICER = "officer", "Gets statutory returns clean."
    DUTY = "duty", "Prepares transfers, and takes those that arrive."
    MANAGER = "manager", "Authorises transfers as the second person, and settles what is disputed."
    ENGINEER = "engineer", "Looks after partners, messages and alerts; sees no case data."
    GOVERNANCE = "governance", "Looks after agreements, legal holds, accounts and emergency access."
    AUDITOR = "auditor", "Reads and verifies the audit log, and changes nothing."


AUDITED: Mapping[Role, AuditRole] = {
    Role.OFFICER: AuditRole.DATA_STEWARD,
    Role.DUTY: AuditRole.DUTY,
    Role.MANAGER: AuditRole.MANAGER,
    Role.ENGINEER: AuditRole.OPERATOR,
    Role.GOVERNANCE: AuditRole.GOVERNANCE,
    Role.AUDITOR: AuditRole.AUDITOR,
}
"""As what the audit log records a role."""

CASE_DATA = frozenset({Role.OFFICER, Role.DUTY, Role.MANAGER})
SEPARATE: tuple[tuple[frozenset[Role], frozenset[Role], str], ...] = (
    (frozenset({Role.ENGINEER}), CASE_DATA, "Who runs the platform sees no case data."),
    (
        frozenset({Role.GOVERNANCE}),
        CASE_DATA | {Role.ENGINEER},
        "Who gives out accounts and reviews emergency access does not use either.",
    ),
    (frozenset({Role.AUDITOR}), frozenset(Role) - {Role.AUDITOR}, "Who audits does nothing that is audited."),
)
"""Roles that exclude others, and why."""


def checked(names: Iterable[str]) -> frozenset[Role]:
    """Take roles by name; raise Rejected where one is none, there is none, or two exclude each other."""
    wanted = frozenset(names)
    unknown = wanted - set(Role)
    if unknown or not wanted:
        raise Rejected("There is no such role.", hint=f"The roles: {', '.join(Role)}.")
    roles = frozenset(Role(name) for name in wanted)
    for one, others, why in SEPARATE:
        if roles & one and roles & others:
            raise Rejected(f"One person cannot have these roles. {why}", hint="Give them to different people.")
    return roles
