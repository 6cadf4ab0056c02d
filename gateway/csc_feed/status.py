"""Tell where the feed stands: consent, runs, children by state, and one child in detail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from gateway.csc_feed import consent, runs
from gateway.csc_feed.configuration import Configuration
from gateway.csc_feed.consent import Consent
from gateway.csc_feed.ledger import Ledger
from gateway.csc_feed.runs import Run
from gateway.csc_feed.standing import Child, State
from gateway.store.engine import reading
from gateway.store.feed_models import FeedSend
from gateway.store.store import Store
from schemas.errors import Rejected

WAITING = (State.INVALID, State.REFUSED, State.UNKNOWN, State.NOT_SENT)
"""The states of children whom DfE does not hold as the source has them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the feed to one environment stands."""

    environment: str
    consent: Consent | None
    runs: tuple[Run, ...]
    children: Mapping[State, int]


@dataclass(frozen=True, slots=True)
class SentRecord:
    """One record that was sent of a child; `token` is DfE's receipt, `message` what DfE said of it."""

    revision: int
    kind: str
    outcome: str
    at: datetime
    status: int | None
    token: str | None
    request: str | None
    message: str


def standing(store: Store, settled: Configuration) -> Standing:
    """Give where the feed stands."""
    children = Counter(child.state for child in Ledger(store, settled.environment).children().values())
    return Standing(
        settled.environment,
        consent.current(store.engine, settled),
        runs.latest(store.engine, settled.environment),
        {state: children[state] for state in State if children[state]},
    )


def waiting(store: Store, settled: Configuration) -> tuple[Child, ...]:
    """Give the children whom DfE does not hold as the source has them, by id."""
    children = Ledger(store, settled.environment).children()
    return tuple(child for _, child in sorted(children.items()) if child.state in WAITING)


def history(store: Store, settled: Configuration, child: str) -> tuple[SentRecord, ...]:
    """Give what was sent of a child and what came of it, the newest first. Raise Rejected where nothing was."""
    wanted = select(FeedSend).where(FeedSend.environment == settled.environment, FeedSend.child == child)
    with reading(store.engine) as connection:
        rows = connection.execute(wanted.order_by(FeedSend.revision.desc())).all()
    if not rows:
        raise Rejected("Nothing was sent of this child.")
    contents = Ledger(store, settled.environment).contents((child, row.revision) for row in rows)
    return tuple(
        SentRecord(
            row.revision,
            row.kind,
            row.outcome,
            row.at,
            row.status,
            row.token,
            row.request,
            contents[child, row.revision].message,
        )
        for row in rows
    )
