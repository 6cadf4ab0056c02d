"""One partner against the messages of another, on every route that the OpenAPI document has."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from api_calls import JSON, OCTETS, Answer, Authority, ask, authority, bare, new_transfer, signed
from gateway.api import openapi
from gateway.itp.directory import Endpoint
from gateway.itp.identifiers import MessageId
from gateway.itp.seal import Envelope, Payload
from gateway.pipeline.send import send as send_out
from gateway.store.store import Store
from itp_exchange import ANN, CAT, CHUNK, CONVERSATION, MESSAGE, NOW, PAYLOAD, TERMS, Package, directory, send
from store_builder import counts, later

BEGUN = MESSAGE
COMPLETE = MessageId("019ab000-0000-7000-8000-00000000000c")
NOWHERE = MessageId("019ab000-0000-7000-8000-00000000000d")
ABOUT_A_MESSAGE = [
    (path, method.upper(), operation)
    for path, methods in openapi.document()["paths"].items()
    for method, operation in methods.items()
    if "{message_id}" in path
]


def package(message_id: MessageId) -> Package:
    """Seal what Ann sends under this id."""
    return send(envelope=Envelope(message_id, CONVERSATION, NOW, later(3600)))


@pytest.fixture
def ben(sqlite_store: Store, tmp_path: Path) -> Authority:
    """Make an authority that has two messages of Ann's."""
    at = authority(sqlite_store, tmp_path)
    for message_id, whole in ((BEGUN, False), (COMPLETE, True)):
        body = new_transfer(package(message_id), whole=whole)
        path = f"/itp/1/transfers/{message_id}"
        assert ask(at.app, signed(bare("PUT", path, body, JSON, message_id))).status == 201
    return at


def as_cat(at: Authority, path: str, method: str, operation: dict[str, Any], message_id: MessageId) -> Answer:
    """Call a route as another partner, with the best body that she could have."""
    bodies = {JSON: new_transfer(package(message_id), whole=True), OCTETS: package(message_id).chunks[0]}
    content_type = next(iter(operation.get("requestBody", {}).get("content", ())), None)
    where = path.replace("{message_id}", message_id).replace("{index}", "0")
    body = bodies[content_type] if content_type else b""
    return ask(at.app, signed(bare(method, where, body, content_type, message_id), CAT))


@pytest.mark.parametrize(("path", "method", "operation"), ABOUT_A_MESSAGE, ids=lambda value: str(value)[:60])
def test_a_message_of_another_is_as_one_that_is_not_there(
    ben: Authority, path: str, method: str, operation: dict[str, Any]
) -> None:
    ben.known.directory = directory(ANN.partner(endpoints=(Endpoint(mode="poll", address="-"),)))
    payload = Payload(io.BytesIO(PAYLOAD), len(PAYLOAD), CHUNK)
    waits = send_out(ben.exchange, ANN.organisation, TERMS, payload)
    # Only her own nonce is kept, and an alert where she claims to be another.
    before = {**counts(ben.exchange.store), "nonces": 0, "alerts": 0}
    nowhere = as_cat(ben, path, method, operation, NOWHERE)
    assert nowhere.code in {"itp-404-unknown", "itp-403-org-mismatch"}
    for message_id in (BEGUN, COMPLETE, waits):
        answer = as_cat(ben, path, method, operation, message_id)
        assert answer.apart_from_its_id == nowhere.apart_from_its_id
    assert {**counts(ben.exchange.store), "nonces": 0, "alerts": 0} == before


def test_the_routes_without_an_id_are_these() -> None:
    others = {path for path in openapi.document()["paths"] if path.startswith("/itp/") and "{message_id}" not in path}
    # What they give to whom is shown in test_outbox.py.
    assert others == {"/itp/1/receipts", "/itp/1/outbox/lease"}
    assert len(ABOUT_A_MESSAGE) == 6
