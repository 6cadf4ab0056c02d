"""The store as the steps take it: an engine and the keys at rest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from gateway import settings
from gateway.store.engine import connect
from gateway.store.keys import KeyRing
from schemas.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Store:
    """Where everything is kept."""

    engine: Engine
    keys: KeyRing


def open_store(environment: Mapping[str, str] = os.environ) -> Store:
    """Open the store that the settings name. Raise Misconfigured."""
    keys = key_ring(environment)
    return Store(database(environment), keys)


def database(environment: Mapping[str, str] = os.environ) -> Engine:
    """Make the engine of the database that the settings name, for what needs no key. Raise Misconfigured."""
    return connect(settings.text_of(settings.DATABASE_URL, environment))


def key_ring(environment: Mapping[str, str] = os.environ) -> KeyRing:
    """Read the keys at rest from their one place. Raise Misconfigured where that is none, or two, or no file."""
    text = settings.text_of(settings.STORE_KEYS, environment)
    name = settings.text_of(settings.STORE_KEY_FILE, environment)
    if bool(text) == bool(name):
        raise Misconfigured(
            f"Set exactly one of {settings.STORE_KEY_FILE.variable} and {settings.STORE_KEYS.variable}.",
            hint=settings.STORE_KEY_FILE.help,
        )
    return KeyRing.read(text or _contents(Path(name)))


def _contents(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured("The key file of the store cannot be read.", hint=settings.STORE_KEY_FILE.help) from None
