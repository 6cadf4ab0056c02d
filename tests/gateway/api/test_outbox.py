"""A partner without a way in: it leases what waits, collects the chunks, and pushes its receipts."""

from __future__ import annotations

import io
import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest

from api_calls import JSON, Answer, Authority, ask, authority, bare, signed, with_headers
from gateway.itp.directory import Endpoint
from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.keys import Use
from gateway.itp.label import read_label
from gateway.itp.receipts import Receipt, Subject, make
from gateway.itp.seal import Payload
from gateway.pipeline.send import send
from gateway.store import messages, receiving
from gateway.store.models import Part
from gateway.store.store import Store
from itp_exchange import (
    ANN,
    BEN,
    CAT,
    CHUNK,
    CONVERSATION,
    MESSAGE,
    NOW,
    PAYLOAD,
    TERMS,
    Package,
    Side,
    deliver,
    directory,
)
from store_builder import counts

FRESH = "019ab000-0000-7000-8000-00000000000f"
POLL = (Endpoint(mode="poll", address="-"),)
CHUNKS = 4


@pytest.fixture
def ben(store: Store, tmp_path: Path) -> Authority:
    at = authority(store, tmp_path)
    at.known.directory = directory(ANN.partner(endpoints=POLL), CAT.partner(endpoints=POLL))
    return at


@pytest.fixture
def small(sqlite_store: Store, tmp_path: Path) -> Authority:
    """Make an authority on one database alone, for what the database has no part in."""
    return authority(sqlite_store, tmp_path)


def sent(by: Authority, to: Side = ANN) -> MessageId:
    return send(by.exchange, to.organisation, TERMS, Payload(io.BytesIO(PAYLOAD), len(PAYLOAD), CHUNK))


def lease(at: Authority, most: object = 10, by: Side = ANN) -> Answer:
    body = json.dumps({"most": most}).encode()
    return ask(at.app, signed(bare("POST", "/itp/1/outbox/lease", body, JSON, FRESH), by, at=at.clock.now))


def collect(at: Authority, message_id: str, index: object, *lines: tuple[str, str], by: Side = ANN) -> Answer:
    request = signed(bare("GET", f"/itp/1/outbox/{message_id}/chunks/{index}", message_id=message_id), by)
    return ask(at.app, with_headers(request, *lines))


def push(at: Authority, *tokens: str, by: Side = ANN) -> Answer:
    body = json.dumps({"receipts": tokens}).encode()
    return ask(at.app, signed(bare("POST", "/itp/1/receipts", body, JSON, FRESH), by))


def receipt_for(label: str, side: Side = ANN, **changes: Any) -> str:
    about = Subject.of(read_label(label.encode()))
    members = {
        "receipt_id": CONVERSATION,
        "iss": side.organisation,
        "aud": about.label.sender,
        "message_id": about.label.message_id,
        "manifest_digest": about.label.manifest_digest,
        "label_digest": about.label_digest,
        "level": "R1",
        "outcome": "intact",
        "at": NOW,
    }
    return make(Receipt(**{**members, **changes}), side.keys[Use.RECEIPT_LOG, "Ed25519"]).decode()


def test_what_waits_is_leased_collected_opened_and_receipted(ben: Authority) -> None:
    message_id = sent(ben)
    leased = lease(ben)
    assert leased.status == 200
    (offered,) = leased.json["messages"]
    assert (offered["message_id"], offered["expires"]) == (message_id, "2026-11-25T09:10:00Z")
    chunks = tuple(collect(ben, message_id, index).body for index in range(CHUNKS))
    quarantine = io.BytesIO()
    package = Package(offered["label"].encode(), offered["manifest"].encode(), chunks)
    deliver(package, to=ANN, proved=(BEN.organisation,), quarantine=quarantine)
    assert quarantine.getvalue() == PAYLOAD

    token = receipt_for(offered["label"])
    assert push(ben, token).json == {"new": 1, "known": 0}
    assert push(ben, token).json == {"new": 0, "known": 1}
    assert counts(ben.exchange.store)["receipts"] == 1


def test_a_lease_that_lapses_makes_its_message_available_again(ben: Authority) -> None:
    sent(ben)
    (first,) = lease(ben).json["messages"]
    assert lease(ben).json == {"messages": []}
    ben.clock.forward(10 * 60)
    (again,) = lease(ben).json["messages"]
    assert {**again, "lease": "", "expires": ""} == {**first, "lease": "", "expires": ""}
    assert again["lease"] != first["lease"]


def test_no_more_are_leased_than_are_asked_for(ben: Authority) -> None:
    wanted = {sent(ben) for _ in range(3)}
    got = [lease(ben, 2).json["messages"] for _ in range(3)]
    assert [len(each) for each in got] == [2, 1, 0]
    assert {offered["message_id"] for each in got for offered in each} == wanted


@pytest.mark.parametrize("most", [0, -1, 101, "1", 1.5, True, None, [1], 10**30])
def test_a_lease_is_asked_for_with_a_number(small: Authority, most: object) -> None:
    answer = lease(small, most)
    assert (answer.status, answer.code) == (400, "itp-400-malformed")


def test_a_partner_pushes_receipts_for_its_own_messages_alone(ben: Authority) -> None:
    label = offered_label(ben, sent(ben))
    answer = push(ben, receipt_for(label, CAT), by=CAT)
    assert (answer.status, answer.code) == (404, "itp-404-unknown")
    nowhere = push(ben, receipt_for(label, CAT, message_id=MESSAGE), by=CAT)
    assert answer.apart_from_its_id == nowhere.apart_from_its_id
    assert counts(ben.exchange.store)["receipts"] == 0


def test_what_waits_for_one_partner_is_not_leased_by_another(ben: Authority) -> None:
    sent(ben)
    assert lease(ben, by=CAT).json == {"messages": []}
    assert len(lease(ben).json["messages"]) == 1


def test_a_message_that_ann_sends_us_is_not_one_that_waits_for_her(ben: Authority) -> None:
    message_id = sent(ben)
    path = f"/itp/1/transfers/{message_id}"
    assert ask(ben.app, signed(bare("GET", path, message_id=message_id))).code == "itp-404-unknown"
    assert ask(ben.app, signed(bare("GET", f"{path}/receipts", message_id=message_id))).code == "itp-404-unknown"


@pytest.mark.parametrize(
    ("wanted", "status", "slice_", "content_range"),
    [
        ("bytes=0-", 206, slice(0, 32), "bytes 0-31/32"),
        ("bytes=4-9", 206, slice(4, 10), "bytes 4-9/32"),
        ("bytes=31-31", 206, slice(31, 32), "bytes 31-31/32"),
        ("bytes=30-999999999999", 206, slice(30, 32), "bytes 30-31/32"),
        ("bytes=-5", 200, slice(0, 32), None),
        ("bytes=0-1,4-5", 200, slice(0, 32), None),
        ("rows=0-1", 200, slice(0, 32), None),
        ("bytes=x", 200, slice(0, 32), None),
        ("bytes=" + "9" * 40 + "-", 200, slice(0, 32), None),
    ],
)
def test_a_range_of_a_chunk_can_be_collected(
    small: Authority, wanted: str, status: int, slice_: slice, content_range: str | None
) -> None:
    message_id = sent(small)
    whole = collect(small, message_id, 0)
    assert (whole.status, len(whole.body), whole.header("content-type")) == (200, 32, "application/octet-stream")
    part = collect(small, message_id, 0, ("range", wanted))
    assert (part.status, part.body) == (status, whole.body[slice_])
    assert dict(part.headers).get("content-range") == content_range
    assert part.header("content-length") == str(len(part.body))


@pytest.mark.parametrize("wanted", ["bytes=32-", "bytes=32-40", "bytes=5-4"])
def test_a_range_that_the_chunk_does_not_have_is_refused(small: Authority, wanted: str) -> None:
    answer = collect(small, sent(small), 0, ("range", wanted))
    assert (answer.status, answer.code) == (416, "http-416-range")


def test_a_chunk_that_the_message_does_not_have_is_unknown(small: Authority) -> None:
    assert collect(small, sent(small), CHUNKS).code == "itp-404-unknown"


def test_a_receipt_that_does_not_hold_keeps_no_other_out(small: Authority) -> None:
    labels = [offered_label(small, sent(small)) for _ in range(2)]
    good = [receipt_for(label) for label in labels]
    forged = receipt_for(labels[0], manifest_digest=Digest.of(b"other"))
    answer = push(small, good[0], forged, good[1])
    assert (answer.status, answer.code) == (422, "itp-422-manifest")
    assert push(small, *good).json == {"new": 0, "known": 2}


def offered_label(at: Authority, message_id: str) -> str:
    """Read the label of a message of ours as the store has it."""
    found = receiving.find(at.exchange.store, BEN.organisation, message_id)
    assert found is not None
    return messages.read(at.exchange.store, found.message, Part.LABEL).decode()


def unsigned(claims: object) -> str:
    """Write claims as a receipt that nobody signed."""
    parts = ({"alg": "none", "typ": "itp-receipt+jws"}, claims)
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("x", "itp-400-malformed"),
        ("..", "itp-400-malformed"),
        ("a.b.c.d.e", "itp-400-malformed"),
        ("\u00e9.\u00e9.\u00e9", "itp-400-malformed"),
        (unsigned([]), "itp-400-malformed"),
        (unsigned({}), "itp-404-unknown"),
        (unsigned({"message_id": MESSAGE}), "itp-404-unknown"),
        (unsigned({"message_id": 7}), "itp-404-unknown"),
        (unsigned({"message_id": "x" * 2000}), "itp-404-unknown"),
    ],
)
def test_what_is_no_receipt_is_refused(small: Authority, token: str, code: str) -> None:
    assert push(small, token).code == code


@pytest.mark.parametrize("message_id", ["\x00", "\ud800"])
def test_a_receipt_may_name_what_no_database_can_hold(ben: Authority, message_id: str) -> None:
    assert push(ben, unsigned({"message_id": message_id})).code == "itp-404-unknown"


@pytest.mark.parametrize("tokens", [(), ("",), ("x" * 10_000,), ("x",) * 101])
def test_receipts_come_in_reasonable_numbers_and_sizes(small: Authority, tokens: Any) -> None:
    assert push(small, *tokens).code == "itp-400-malformed"
