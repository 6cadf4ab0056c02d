"""That a person let the feed go to an environment: without it nothing leaves this machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, insert, select, update

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.csc_feed.configuration import Configuration
from gateway.store.engine import reading, writing
from gateway.store.feed_models import FeedConsent
from schemas.errors import Held, Rejected


@dataclass(frozen=True, slots=True)
class Consent:
    """Who let the feed go, and when."""

    role: str
    staff: str
    given: datetime


def give(engine: Engine, settled: Configuration, actor: Actor, at: datetime) -> None:
    """Record that a person lets the feed go to the environment, address and authority of the configuration.

    Raise Rejected where nobody stands behind it, or where it was given already.
    """
    if not actor.staff:
        raise Rejected("Somebody must stand behind it.", hint="Give your opaque staff id with --staff.")
    row = {"environment": settled.environment, "place": settled.place, "role": actor.role.value, "staff": actor.staff}
    with writing(engine) as connection:
        if connection.execute(select(FeedConsent.id).where(_in_force(settled))).first() is not None:
            raise Rejected(f"Consent for {settled.environment} was given already.")
        connection.execute(insert(FeedConsent).values(**row, given=at))
        note(connection, at, actor.event(Action.FEED_CONSENT, after=settled.place, count=1))


def withdraw(engine: Engine, settled: Configuration, actor: Actor, at: datetime) -> None:
    """Record that the feed must not go to the environment any more. Raise Rejected where it must not now."""
    with writing(engine) as connection:
        gone = update(FeedConsent).where(_in_force(settled)).values(withdrawn=at)
        if not connection.execute(gone).rowcount:
            raise Rejected(f"There is no consent for {settled.environment}.")
        note(connection, at, actor.event(Action.FEED_CONSENT, before=settled.place, count=0))


def current(engine: Engine, settled: Configuration) -> Consent | None:
    """Give the consent in force; one for another address or authority does not count."""
    with reading(engine) as connection:
        row = connection.execute(
            select(FeedConsent.role, FeedConsent.staff, FeedConsent.given).where(_in_force(settled))
        ).first()
    return None if row is None else Consent(row.role, row.staff, row.given)


def check(engine: Engine, settled: Configuration) -> None:
    """Raise Held where nobody let the feed go."""
    if current(engine, settled) is None:
        raise Held(
            f"Nobody has let the feed go to {settled.environment} at this address.",
            hint="A person who may decide it: ics-gateway csc-api consent give --staff ID. Or try: --dry-run",
        )


def _in_force(settled: Configuration) -> ColumnElement[bool]:
    here = and_(FeedConsent.environment == settled.environment, FeedConsent.place == settled.place)
    return and_(here, FeedConsent.withdrawn.is_(None))
