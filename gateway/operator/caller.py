"""Who makes a request of the operators' API, and what that person may do to which object."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.actor import Actor
from gateway.operator.accounts import Account
from gateway.operator.errors import Forbidden, unknown
from gateway.operator.permissions import RULES, Permission, Reach
from gateway.operator.roles import AUDITED, Role


@dataclass(frozen=True, slots=True)
class Owned:
    """An object as rights are asked about it: who made it, for which team; neither where it came from outside."""

    object_id: str
    account: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, or a program with a token of that person's; `scopes` are those of the token.

    `emergencies` are the objects that the person may reach by break-glass now; `permission` is the one in use.
    """

    organisation: str
    account: Account
    scopes: frozenset[Permission] | None = None
    emergencies: frozenset[str] = frozenset()
    permission: Permission = Permission.SELF_READ

    @property
    def permissions(self) -> frozenset[Permission]:
        """Give what may be done: of a token never more than its owner may now, and never what only a person does."""
        held = frozenset(item for item, rule in RULES.items() if self.account.roles & set(rule.reach))
        if self.scopes is None:
            return held
        return frozenset(item for item in held & self.scopes if not RULES[item].by_person)

    def using(self, permission: Permission) -> Caller:
        """Use a permission. Raise Forbidden."""
        if permission not in self.permissions:
            raise Forbidden("Your role does not allow this.", hint=RULES[permission].meaning)
        return replace(self, permission=permission)

    @property
    def role(self) -> Role:
        """Give the role in which the permission is used: what reaches farthest, a manager's before a worker's."""
        reach = RULES[self.permission].reach
        order = list(Role)
        held = self.account.roles & set(reach)
        return max(held, key=lambda role: (reach[role], order.index(role)))

    @property
    def reach(self) -> Reach:
        """Say how far the permission reaches."""
        return RULES[self.permission].reach[self.role]

    @property
    def actor(self) -> Actor:
        """Give who acts, for the step and the audit log."""
        return Actor(self.organisation, AUDITED[self.role], self.account.id)

    def reaches(self, owned: Owned) -> bool:
        """Tell whether the permission reaches an object; one that nobody here made is everybody's of the role."""
        if self.reach is Reach.ALL or owned.account in {None, self.account.id} or owned.object_id in self.emergencies:
            return True
        return self.reach is Reach.TEAM and owned.team is not None and owned.team == self.account.team

    def check(self, owned: Owned, what: str) -> None:
        """Raise Unknown, as where it does not exist, for an object that is not within reach."""
        if not self.reaches(owned):
            raise unknown(what)
