"""What is done to keys and partners is noted with it, or not done."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.actor import Actor
from gateway.audit.entry import Role, read_event
from gateway.audit.events import Action
from gateway.itp.directory import DirectoryRefused, signed
from gateway.itp.keys import Use
from gateway.partners import life
from gateway.partners.journal import Journal, key_object
from gateway.partners.revisions import Revisions
from gateway.store.engine import reading
from gateway.store.models import PendingEvent
from gateway.store.store import Store
from itp_exchange import PINNED, ROOT, directory, private_key
from partner_folders import NOW, SOUTH, Clock, Council


def events(store: Store) -> list[tuple[str, tuple[str, ...], str]]:
    with reading(store.engine) as connection:
        found = [read_event(text) for text in connection.scalars(select(PendingEvent.event).order_by(PendingEvent.id))]
    return [(event.action.value, event.objects, event.outcome.value) for event in found]


def test_what_was_done_is_noted(store: Store, tmp_path: Path) -> None:
    keys = Council(tmp_path / "keys", Clock()).keys
    journal = Journal(store.engine, Actor(SOUTH, Role.OPERATOR), lambda: NOW)
    objects: list[str] = []
    with journal.noting(Action.KEY_CREATE, objects):
        key = life.new(keys, Use.SIGN, "Ed25519")
        objects.append(key_object(key))
    assert events(store) == [("key-create", (key_object(key),), "done")]
    assert len(key_object(key)) == len("key:") + 64


def test_what_failed_is_not_noted(store: Store) -> None:
    journal = Journal(store.engine, Actor(SOUTH, Role.OPERATOR), lambda: NOW)
    with pytest.raises(RuntimeError), journal.noting(Action.KEY_CREATE, []):
        raise RuntimeError
    assert events(store) == []


def test_revisions_are_noted_once_accepted_or_refused(store: Store) -> None:
    revisions = Revisions(store.engine, PINNED, lambda: NOW, organisation=SOUTH)
    revisions.accept(signed(directory(sequence=2), ROOT))
    revisions.accept(signed(directory(sequence=2), ROOT))
    with pytest.raises(DirectoryRefused):
        revisions.accept(signed(directory(sequence=1), ROOT))
    with pytest.raises(DirectoryRefused):
        revisions.accept(signed(directory(sequence=3), private_key("another root", "Ed25519")))
    assert [(action, outcome) for action, _, outcome in events(store)] == [
        ("directory-change", "done"),
        ("directory-change", "refused"),
        ("directory-change", "refused"),
    ]
