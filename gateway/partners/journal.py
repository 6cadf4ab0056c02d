"""What is done to keys and partners, noted for the audit log in the transaction in which it is done."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.itp.keys import PublishedKey
from gateway.store.engine import writing


@dataclass(frozen=True, slots=True)
class Journal:
    """The events of one organisation, as they wait in its database for their place in the log."""

    engine: Engine
    actor: Actor
    clock: Callable[[], datetime]

    @contextmanager
    def noting(self, action: Action, objects: list[str]) -> Iterator[None]:
        """Note what the block does, about the objects that are in the list when it ends.

        What the block raises keeps the event out. Where the event cannot be stored, what the block did stays done and
        the error says that it is not noted.
        """
        with writing(self.engine) as connection:
            yield
            note(connection, self.clock(), self.actor.event(action, *objects))


def key_object(key: PublishedKey) -> str:
    """Name a key as the audit log does: by its thumbprint in hex."""
    return f"key:{urlsafe_b64decode(key.kid + '=').hex()}"
