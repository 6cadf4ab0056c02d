from __future__ import annotations

import json
from pathlib import Path

import pytest

from api_calls import JSON, OCTETS, ORIGIN, TRANSFER, Answer, Authority, ask, authority, bare, new_transfer, signed
from gateway.itp.label import read_label
from gateway.itp.receipts import Subject, check
from gateway.itp.request_verification import Verifier
from gateway.store.store import Store
from itp_exchange import ANN, BEN, CAT, MESSAGE, NOW, Package, Side, directory, send
from store_builder import counts

PACKAGE = send()
WHOLE = new_transfer(PACKAGE, whole=True)


@pytest.fixture
def ben(store: Store, tmp_path: Path) -> Authority:
    return authority(store, tmp_path)


@pytest.fixture
def small(sqlite_store: Store, tmp_path: Path) -> Authority:
    """Make an authority on one database alone, for what the database has no part in."""
    return authority(sqlite_store, tmp_path)


def put(at: Authority, body: bytes = new_transfer(PACKAGE), by: Side = ANN) -> Answer:
    return ask(at.app, signed(bare("PUT", TRANSFER, body, JSON), by))


def put_chunk(at: Authority, index: int, body: bytes | None = None, by: Side = ANN) -> Answer:
    body = PACKAGE.chunks[index] if body is None else body
    return ask(at.app, signed(bare("PUT", f"{TRANSFER}/chunks/{index}", body, OCTETS), by))


def look(at: Authority, by: Side = ANN) -> Answer:
    return ask(at.app, signed(bare("GET", TRANSFER), by))


def complete(at: Authority, by: Side = ANN) -> Answer:
    return ask(at.app, signed(bare("POST", f"{TRANSFER}/complete"), by))


def check_receipt(token: str) -> None:
    subject = Subject.of(read_label(PACKAGE.label))
    receipt = check(token.encode(), subject, directory(), NOW, previous=None)
    assert (receipt.level, receipt.outcome, receipt.iss) == ("R1", "intact", BEN.organisation)


def check_signed_by_ben(answer: Answer) -> None:
    keys = {str(key.kid): key for key in BEN.partner().keys}
    verified = Verifier(ORIGIN, keys.get, lambda *_: True, lambda: NOW).response(answer.as_response())
    assert verified.key.kid in keys


def test_a_message_is_sent_in_chunks_and_receipted(ben: Authority) -> None:
    begun = put(ben)
    assert begun.status == 201
    assert begun.json == {"message_id": MESSAGE, "state": "receiving", "missing": [[0, 3]], "receipts": []}
    check_signed_by_ben(begun)

    for index in (0, 2):
        stored = put_chunk(ben, index)
        assert (stored.status, stored.body) == (201, b"")
    assert put_chunk(ben, 2).status == 200
    assert look(ben).json["missing"] == [[1, 1], [3, 3]]
    again = put(ben)
    assert (again.status, again.json["missing"]) == (200, [[1, 1], [3, 3]])

    early = complete(ben)
    assert (early.status, early.code) == (400, "itp-400-malformed")
    for index in (1, 3):
        assert put_chunk(ben, index).status == 201
    done = complete(ben)
    assert (done.status, done.json["state"], done.json["missing"]) == (200, "accepted", [])
    (receipt,) = done.json["receipts"]
    check_receipt(receipt)
    check_signed_by_ben(done)

    for answer in (put(ben), put(ben, WHOLE), look(ben), complete(ben)):
        assert (answer.status, answer.json["receipts"]) == (200, [receipt])
    given = ask(ben.app, signed(bare("GET", f"{TRANSFER}/receipts"), ANN))
    assert (given.status, given.json) == (200, {"receipts": [receipt]})
    check_signed_by_ben(given)


def test_a_small_message_is_sent_in_one_request(ben: Authority) -> None:
    taken = put(ben, WHOLE)
    assert (taken.status, taken.json["state"], taken.json["missing"]) == (201, "accepted", [])
    check_receipt(taken.json["receipts"][0])
    check_signed_by_ben(taken)
    again = put(ben, WHOLE)
    assert (again.status, again.json) == (200, taken.json)
    stored = counts(ben.exchange.store)
    assert (stored["messages"], stored["chunks"], stored["receipts"]) == (1, len(PACKAGE.chunks) + 2, 1)


@pytest.mark.parametrize("whole", [True, False])
def test_nobody_sends_in_the_name_of_another(small: Authority, whole: bool) -> None:
    answer = put(small, new_transfer(PACKAGE, whole=whole), by=CAT)
    assert (answer.status, answer.code) == (403, "itp-403-org-mismatch")
    assert counts(small.exchange.store)["messages"] == 0


def test_two_partners_may_use_the_same_id(ben: Authority) -> None:
    of_cat = send(sender=CAT)
    assert put(ben, WHOLE).status == 201
    assert put(ben, new_transfer(of_cat, whole=True), by=CAT).status == 201
    assert look(ben).json["receipts"] != look(ben, by=CAT).json["receipts"]


def test_the_same_id_with_other_content_is_a_conflict(ben: Authority) -> None:
    put(ben)
    other = send(b"Other synthetic content.")
    for body in (new_transfer(other), new_transfer(other, whole=True)):
        assert put(ben, body).code == "itp-409-conflict"
    put_chunk(ben, 0)
    assert put_chunk(ben, 0, bytes(32)).code == "itp-409-conflict"
    assert look(ben).json["missing"] == [[1, 3]]


@pytest.mark.parametrize("index", [4, 9999])
def test_a_chunk_that_the_label_does_not_have_is_refused(small: Authority, index: int) -> None:
    put(small)
    assert put_chunk(small, index, PACKAGE.chunks[0]).code == "itp-400-malformed"


@pytest.mark.parametrize("index", ["-1", "10000", "x", "1.5", "%00", "9" * 40])
def test_an_index_is_a_number_in_range(small: Authority, index: str) -> None:
    put(small)
    path = f"{TRANSFER}/chunks/{index}"
    answer = ask(small.app, signed(bare("PUT", path, PACKAGE.chunks[0], OCTETS)))
    assert (answer.status, answer.code) == (400, "itp-400-malformed")


def test_a_message_past_its_expiry_is_refused_but_a_repeat_is_answered(ben: Authority) -> None:
    first = put(ben, WHOLE)
    ben.clock.forward(6 * 24 * 3600)
    again = ask(ben.app, signed(bare("PUT", TRANSFER, WHOLE, JSON), at=ben.clock.now))
    assert (again.status, again.json["receipts"]) == (200, first.json["receipts"])


def test_a_message_that_comes_after_its_expiry_is_refused(small: Authority) -> None:
    small.clock.forward(6 * 24 * 3600)
    late = ask(small.app, signed(bare("PUT", TRANSFER, WHOLE, JSON), at=small.clock.now))
    assert (late.status, late.code) == (410, "itp-410-expired")


BAD_BODIES = {
    "empty": b"",
    "no-json": b"{",
    "no-object": b"[]",
    "missing-member": json.dumps({"label": "x"}).encode(),
    "unknown-member": WHOLE[:-1] + b',"note":"x"}',
    "member-twice": WHOLE[:-1] + b',"label":"x"}',
    "number-for-text": b'{"label":1,"manifest":"x"}',
    "lone-surrogate": b'{"label":"\\ud800","manifest":"x"}',
    "no-label": b'{"label":"x","manifest":"x"}',
    "nul": b'{"label":"\\u0000","manifest":"\\u0000"}',
    "not-base64": new_transfer(PACKAGE)[:-1] + b',"chunks":["*"]}',
    "too-few-chunks": new_transfer(PACKAGE)[:-1] + b',"chunks":["AAAA"]}',
    "no-chunks": new_transfer(PACKAGE)[:-1] + b',"chunks":[]}',
    "deep": b'{"label":' + b"[" * 5000 + b"]" * 5000 + b',"manifest":"x"}',
    "not-utf-8": b'{"label":"\xff","manifest":"x"}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_transfer_is_refused(small: Authority, body: bytes) -> None:
    answer = put(small, body)
    assert (answer.status, answer.code) == (400, "itp-400-malformed")
    assert answer.json["detail"] == "The label, its JSON or a size is wrong."
    assert counts(small.exchange.store)["messages"] == 0


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/octet-stream", "application/jsonx", ""])
def test_a_document_says_that_it_is_json(small: Authority, content_type: str | None) -> None:
    request = bare("PUT", TRANSFER, WHOLE, content_type or "application/json")
    if not content_type:
        request = request.with_headers(request.without({"content-type"}))
        answer = ask(small.app, request)
        assert answer.code == "itp-401-signature"
        return
    assert ask(small.app, signed(request)).code == "itp-400-malformed"


def test_a_chunk_says_that_it_is_octets(small: Authority) -> None:
    put(small)
    request = bare("PUT", f"{TRANSFER}/chunks/0", PACKAGE.chunks[0], JSON)
    assert ask(small.app, signed(request)).code == "itp-400-malformed"


def test_a_sealed_message_to_somebody_else_is_refused(small: Authority) -> None:
    answer = put(small, new_transfer(send(recipient=CAT), whole=True))
    assert (answer.status, answer.code) == (403, "itp-403-org-mismatch")


def test_a_manifest_that_is_not_the_one_of_the_label_is_refused(small: Authority) -> None:
    answer = put(small, new_transfer(Package(PACKAGE.label, PACKAGE.manifest + b"A", PACKAGE.chunks)))
    assert (answer.status, answer.code) == (422, "itp-422-manifest")
