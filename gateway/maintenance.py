"""Maintenance mode: while it is on, nothing is sent or claimed, and partners are told to come back later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.store.engine import once, reading, writing
from gateway.store.models import Mode

NAME = "maintenance"


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Since when it is on, and which role turned it on."""

    since: datetime
    by: str


def begin(engine: Engine, actor: Actor, at: datetime) -> bool:
    """Turn maintenance mode on. False where it was on already."""
    with writing(engine) as connection:
        row = once(connection, Mode).values(name=NAME, since=at, by=actor.role.value)
        first = row.on_conflict_do_nothing(index_elements=[Mode.name]).returning(Mode.name)
        begun = connection.execute(first).first() is not None
        if begun:
            note(connection, at, actor.event(Action.MAINTENANCE, count=1))
    return begun


def end(engine: Engine, actor: Actor, at: datetime) -> bool:
    """Turn it off. False where it was not on."""
    with writing(engine) as connection:
        ended = connection.execute(delete(Mode).where(Mode.name == NAME)).rowcount == 1
        if ended:
            note(connection, at, actor.event(Action.MAINTENANCE, count=0))
    return ended


def current(engine: Engine) -> Maintenance | None:
    """Say since when maintenance mode is on; none where it is off."""
    with reading(engine) as connection:
        row = connection.execute(select(Mode.since, Mode.by).where(Mode.name == NAME)).one_or_none()
    return None if row is None else Maintenance(row.since, row.by)


def active(engine: Engine) -> bool:
    """Say whether maintenance mode is on."""
    return current(engine) is not None
