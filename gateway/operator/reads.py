"""That somebody read or searched something is on record too."""

from __future__ import annotations

from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.operator.caller import Caller
from gateway.operator.desk import Desk
from gateway.store.engine import writing


def read(desk: Desk, who: Caller, *objects: str) -> None:
    """Record that somebody reads these objects."""
    _noted(desk, who, Action.READ, *objects)


def searched(desk: Desk, who: Caller) -> None:
    """Record that somebody searches."""
    _noted(desk, who, Action.SEARCH)


def verified(desk: Desk, who: Caller) -> None:
    """Record that somebody verifies the audit log."""
    _noted(desk, who, Action.VERIFY)


def _noted(desk: Desk, who: Caller, action: Action, *objects: str) -> None:
    with writing(desk.engine) as connection:
        note(connection, desk.now(), who.actor.event(action, *objects))
