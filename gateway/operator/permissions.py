"""What may be done, by whom, to whose objects: the one table. What is not in it is not allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from gateway.operator.roles import Role


class Reach(IntEnum):
    """To whose objects a permission reaches; a wider one is greater."""

    OWN = 1
    """To what the person made."""
    TEAM = 2
    """To what somebody of the person's team made too."""
    ALL = 3
    """To everybody's."""


class Permission(StrEnum):
    """Something that may be done. The value is what a token's scope names."""

    SELF_READ = "self.read"
    SELF_CHANGE = "self.change"
    TOKENS_READ = "tokens.read"
    TOKENS_MAKE = "tokens.make"
    TOKENS_REVOKE = "tokens.revoke"
    ACCOUNTS_READ = "accounts.read"
    ACCOUNTS_CHANGE = "accounts.change"
    RETURNS_CHECK = "returns.check"
    RETURNS_READ = "returns.read"
    RETURNS_DELETE = "returns.delete"
    RETURNS_FOLLOW = "returns.follow"
    RETURNS_PREPARE = "returns.prepare"
    RETURNS_SIGN = "returns.sign"
    CASES_FIND = "cases.find"
    CASES_IMPORT = "cases.import"
    TRANSFERS_READ = "transfers.read"
    TRANSFERS_PREPARE = "transfers.prepare"
    TRANSFERS_AUTHORISE = "transfers.authorise"
    TRANSFERS_RECALL = "transfers.recall"
    TRANSFERS_SEE = "transfers.see"
    TRANSFERS_ANSWER = "transfers.answer"
    MATCHING_READ = "matching.read"
    MATCHING_DECIDE = "matching.decide"
    SUBJECTS_REPORT = "subjects.report"
    AGREEMENTS_READ = "agreements.read"
    AGREEMENTS_CHECK = "agreements.check"
    PARTNERS_READ = "partners.read"
    PARTNERS_PAUSE = "partners.pause"
    MESSAGES_READ = "messages.read"
    MESSAGES_DECIDE = "messages.decide"
    MESSAGES_END = "messages.end"
    ALERTS_READ = "alerts.read"
    ALERTS_CLOSE = "alerts.close"
    HOLDS_READ = "holds.read"
    HOLDS_CHANGE = "holds.change"
    AUDIT_READ = "audit.read"
    AUDIT_VERIFY = "audit.verify"
    BREAK_GLASS_OPEN = "break-glass.open"
    BREAK_GLASS_READ = "break-glass.read"
    BREAK_GLASS_REVIEW = "break-glass.review"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who has a permission and how far it reaches; `by_person` means that no token can have it."""

    meaning: str
    reach: Mapping[Role, Reach] = field(default_factory=dict)
    by_person: bool = False


def _everyone(reach: Reach) -> Mapping[Role, Reach]:
    return dict.fromkeys(Role, reach)


def _these(*roles: Role, reach: Reach = Reach.ALL) -> Mapping[Role, Reach]:
    return dict.fromkeys(roles, reach)


_CASE_WORK = _these(Role.DUTY, Role.MANAGER, reach=Reach.TEAM)

RULES: Mapping[Permission, Rule] = {
    Permission.SELF_READ: Rule("See one's own account.", _everyone(Reach.OWN)),
    Permission.SELF_CHANGE: Rule("Sign out, and change one's own password.", _everyone(Reach.OWN), by_person=True),
    Permission.TOKENS_READ: Rule(
        "List tokens.", {**_everyone(Reach.OWN), Role.GOVERNANCE: Reach.ALL, Role.AUDITOR: Reach.ALL}
    ),
    Permission.TOKENS_MAKE: Rule("Make a token for a program.", _everyone(Reach.OWN), by_person=True),
    Permission.TOKENS_REVOKE: Rule("Revoke a token.", {**_everyone(Reach.OWN), Role.GOVERNANCE: Reach.ALL}),
    Permission.ACCOUNTS_READ: Rule("See accounts.", _these(Role.GOVERNANCE, Role.AUDITOR)),
    Permission.ACCOUNTS_CHANGE: Rule(
        "Make, change and close accounts of others.", _these(Role.GOVERNANCE), by_person=True
    ),
    Permission.RETURNS_CHECK: Rule("Have a return checked.", _these(Role.OFFICER, reach=Reach.OWN)),
    Permission.RETURNS_READ: Rule("Follow checks and read reports.", _these(Role.OFFICER, reach=Reach.TEAM)),
    Permission.RETURNS_DELETE: Rule("Delete a check with its file and reports.", _these(Role.OFFICER, reach=Reach.OWN)),
    Permission.RETURNS_FOLLOW: Rule(
        "See a return with its files, reports and notes.", _these(Role.OFFICER, Role.MANAGER, reach=Reach.TEAM)
    ),
    Permission.RETURNS_PREPARE: Rule(
        "Add, check, explain and pack a return, and record what DfE did with it.",
        _these(Role.OFFICER, reach=Reach.TEAM),
    ),
    Permission.RETURNS_SIGN: Rule(
        "Sign a return off, as one of two people.",
        _these(Role.OFFICER, Role.MANAGER, reach=Reach.TEAM),
        by_person=True,
    ),
    Permission.CASES_FIND: Rule("Find case files by a person's id.", _these(Role.DUTY, Role.MANAGER)),
    Permission.CASES_IMPORT: Rule("Bring a case file from the case system.", _these(Role.DUTY, Role.MANAGER)),
    Permission.TRANSFERS_READ: Rule("See transfers.", _CASE_WORK),
    Permission.TRANSFERS_PREPARE: Rule("Prepare, preview, change and send transfers.", _CASE_WORK),
    Permission.TRANSFERS_AUTHORISE: Rule(
        "Authorise, as the second person, what somebody else prepared.", _CASE_WORK, by_person=True
    ),
    Permission.TRANSFERS_RECALL: Rule("Take back what was sent, and end an alert.", _CASE_WORK, by_person=True),
    Permission.TRANSFERS_SEE: Rule(
        "Read what arrived, tell the sender that it was seen, and record the outcome.", _CASE_WORK, by_person=True
    ),
    Permission.TRANSFERS_ANSWER: Rule(
        "Accept or decline, for the authority, what arrives, and settle what differs from ours.",
        _these(Role.MANAGER, reach=Reach.TEAM),
        by_person=True,
    ),
    Permission.MATCHING_READ: Rule("See the review queue.", _these(Role.DUTY, Role.MANAGER)),
    Permission.MATCHING_DECIDE: Rule("Decide who somebody is.", _these(Role.DUTY, Role.MANAGER), by_person=True),
    Permission.SUBJECTS_REPORT: Rule(
        "Report what was sent or received about somebody.", _these(Role.GOVERNANCE), by_person=True
    ),
    Permission.AGREEMENTS_READ: Rule(
        "See agreements.", _these(Role.OFFICER, Role.DUTY, Role.MANAGER, Role.GOVERNANCE, Role.AUDITOR)
    ),
    Permission.AGREEMENTS_CHECK: Rule("Ask an agreement what it lets go.", _these(Role.DUTY, Role.MANAGER)),
    Permission.PARTNERS_READ: Rule("See partners.", _these(Role.DUTY, Role.MANAGER, Role.ENGINEER, Role.GOVERNANCE)),
    Permission.PARTNERS_PAUSE: Rule("Stop sending to a partner, and begin again.", _these(Role.ENGINEER)),
    Permission.MESSAGES_READ: Rule(
        "See messages and why they stopped; never what is in them.",
        _these(Role.MANAGER, Role.ENGINEER, Role.GOVERNANCE),
    ),
    Permission.MESSAGES_DECIDE: Rule("Replay, hold and release messages.", _these(Role.ENGINEER)),
    Permission.MESSAGES_END: Rule("Discard or return messages for good.", _these(Role.MANAGER), by_person=True),
    Permission.ALERTS_READ: Rule("See alerts.", _these(Role.MANAGER, Role.ENGINEER, Role.GOVERNANCE)),
    Permission.ALERTS_CLOSE: Rule("Close an alert.", _these(Role.ENGINEER)),
    Permission.HOLDS_READ: Rule("See legal holds.", _these(Role.ENGINEER, Role.GOVERNANCE, Role.AUDITOR)),
    Permission.HOLDS_CHANGE: Rule("Set and lift legal holds.", _these(Role.GOVERNANCE), by_person=True),
    Permission.AUDIT_READ: Rule("Search the audit log.", _these(Role.GOVERNANCE, Role.AUDITOR)),
    Permission.AUDIT_VERIFY: Rule("Verify the audit log.", _these(Role.ENGINEER, Role.GOVERNANCE, Role.AUDITOR)),
    Permission.BREAK_GLASS_OPEN: Rule(
        "Reach one object of another team in an emergency.", _these(Role.DUTY, Role.MANAGER), by_person=True
    ),
    Permission.BREAK_GLASS_READ: Rule(
        "See emergency accesses.",
        {
            Role.DUTY: Reach.OWN,
            Role.MANAGER: Reach.OWN,
            Role.GOVERNANCE: Reach.ALL,
            Role.AUDITOR: Reach.ALL,
        },
    ),
    Permission.BREAK_GLASS_REVIEW: Rule(
        "Review an emergency access of somebody else.", _these(Role.GOVERNANCE), by_person=True
    ),
}
"""Every permission, with its rule."""
