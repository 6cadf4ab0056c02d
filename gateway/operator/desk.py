"""What the steps of the operators' API work with: the gateway itself, and how people sign in to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from gateway.itp.identifiers import Draw
from gateway.operator.oidc import Provider
from gateway.operator.passwords import Passwords
from gateway.operator.sessions import Lasting
from gateway.pipeline.exchange import Exchange
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """One gateway as people work with it. `origin` is the address of our own pages: scheme, host and port.

    `provider` vouches for people where there is one; `local` says whether names and passwords are taken here.
    """

    exchange: Exchange
    origin: str
    lasting: Lasting = field(default_factory=Lasting)
    passwords: Passwords = field(default_factory=Passwords)
    provider: Provider | None = None
    local: bool = True

    @property
    def store(self) -> Store:
        """Give the store."""
        return self.exchange.store

    @property
    def engine(self) -> Engine:
        """Give the database."""
        return self.exchange.store.engine

    @property
    def organisation(self) -> str:
        """Say who we are."""
        return self.exchange.organisation

    @property
    def clock(self) -> Callable[[], datetime]:
        """Give the clock."""
        return self.exchange.clock

    @property
    def draw(self) -> Draw:
        """Give the source of chance."""
        return self.exchange.draw

    def now(self) -> datetime:
        """Read the clock."""
        return self.exchange.clock()
