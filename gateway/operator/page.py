"""The documentation page of roles and permissions, made from the tables."""

from __future__ import annotations

from gateway.operator.permissions import RULES, Reach
from gateway.operator.roles import SEPARATE, Role

_REACH = {Reach.OWN: "own", Reach.TEAM: "team", Reach.ALL: "all"}


def page() -> str:
    """Give the page."""
    roles = tuple(Role)
    parts = [
        "# Roles and permissions",
        "",
        "Made from `gateway/operator/permissions.py` and `gateway/operator/roles.py`; a test holds them together.",
        "[The operators' API](operator-api.md) says how people sign in and what they can ask.",
        "",
        "| Role | What somebody does in it |",
        "| --- | --- |",
        *(f"| `{role.value}` | {role.meaning} |" for role in roles),
        "",
        "Nobody has roles together that keep each other in check:",
        "",
        "| Role | Not together with | Why |",
        "| --- | --- | --- |",
        *(f"| {_listed(one)} | {_listed(others)} | {why} |" for one, others, why in SEPARATE),
        "",
        "A permission reaches to what somebody made (own), to what somebody of the same team made too (team), or to",
        "everything (all). What came from outside is of every team. Where a cell is empty, the role may not. Programs",
        "with a token never do what only a person does.",
        "",
        f"| Permission | Meaning | {' | '.join(roles)} | Only a person |",
        f"| --- | --- |{' --- |' * (len(roles) + 1)}",
    ]
    for permission, rule in RULES.items():
        cells = " | ".join(_REACH[rule.reach[role]] if role in rule.reach else "" for role in roles)
        parts.append(f"| `{permission.value}` | {rule.meaning} | {cells} | {'yes' if rule.by_person else ''} |")
    return "\n".join(parts) + "\n"


def _listed(roles: frozenset[Role]) -> str:
    return ", ".join(f"`{role.value}`" for role in Role if role in roles)
