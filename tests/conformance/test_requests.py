"""Hostile requests over HTTP: each is refused with its code before anything of it is believed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from api_calls import JSON, certificate, client_cert, new_transfer
from conformance_server import Server, code
from gateway.itp.codes import Code
from gateway.itp.directory import Standing
from gateway.itp.identifiers import MessageId
from gateway.itp.keys import Use
from gateway.itp.request_message import Request
from gateway.itp.request_signature import fresh_nonce, sign
from gateway.store import receiving
from itp_exchange import ANN, BEN, CAT, NOW, directory, private_key

MINUTE = timedelta(minutes=1)
OF_ANN = ("client-cert", client_cert(certificate(ANN.organisation)))
OF_CAT = ("client-cert", client_cert(certificate(CAT.organisation)))


def begin(ben: Server) -> Request:
    """Make the request that begins a transfer, unsigned."""
    package = ben.seal()
    message = MessageId(f"019ab000-0000-7000-8000-{next(ben.numbers) - 1:012x}")
    return ben.request("PUT", f"/itp/1/transfers/{message}", message, new_transfer(package, whole=True), JSON)


def known(ben: Server, request: Request) -> bool:
    return receiving.find(ben.exchange.store, ANN.organisation, request.values("itp-message-id")[0]) is not None


def signed_by(name: str) -> Callable[[Server, Request], Request]:
    return lambda _ben, request: sign(request, private_key(name, "Ed25519"), NOW, fresh_nonce())


def with_header(request: Request, name: str, change: Callable[[str], str]) -> Request:
    return request.with_headers(tuple((n, change(v) if n.lower() == name else v) for n, v in request.headers))


def altered(name: str, change: Callable[[str], str]) -> Callable[[Server, Request], Request]:
    return lambda ben, request: with_header(ben.signed(request), name, change)


def body_flipped(ben: Server, request: Request) -> Request:
    made = ben.signed(request)
    return dataclasses.replace(made, body=made.body[:50] + bytes([made.body[50] ^ 1]) + made.body[51:])


def other_target(ben: Server, request: Request) -> Request:
    made = ben.signed(request)
    return dataclasses.replace(made, url=made.url + "?again=1")


def other_method(ben: Server, request: Request) -> Request:
    return dataclasses.replace(ben.signed(dataclasses.replace(request, method="POST")), method="PUT")


def other_authority(ben: Server, request: Request) -> Request:
    elsewhere = dataclasses.replace(request, url=request.url.replace(ben.url, "https://cat.example"))
    return dataclasses.replace(ben.signed(elsewhere), url=request.url)


def stale(minutes: int) -> Callable[[Server, Request], Request]:
    return lambda ben, request: ben.signed(request, at=NOW + minutes * MINUTE)


_OTHER = {True: ":B", False: ":A"}
SIGNATURES: dict[str, Callable[[Server, Request], Request]] = {
    "no signature": lambda _ben, request: request,
    "a key that nobody has": signed_by("nobody"),
    "our own key": lambda ben, request: ben.signed(request, BEN),
    "a key for receipts": lambda _ben, request: sign(request, ANN.keys[Use.RECEIPT_LOG, "Ed25519"], NOW, fresh_nonce()),
    "alg none": altered("signature-input", lambda value: value.replace('alg="ed25519"', 'alg="none"')),
    "alg HMAC": altered("signature-input", lambda value: value.replace('alg="ed25519"', 'alg="hmac-sha256"')),
    "another's keyid": altered(
        "signature-input",
        lambda value: value.replace(ANN.keys[Use.SIGN, "Ed25519"].kid, CAT.keys[Use.SIGN, "Ed25519"].kid),
    ),
    "flipped signature": altered(
        "signature", lambda value: re.sub(":.", ":B" if ":A" in value else ":A", value, count=1)
    ),
    "flipped body": body_flipped,
    "another target": other_target,
    "another method": other_method,
    "another gateway": other_authority,
    "clock ten minutes behind": stale(-10),
    "clock ten minutes ahead": stale(10),
}


@pytest.mark.parametrize("forge", SIGNATURES.values(), ids=SIGNATURES)
def test_a_request_whose_signature_does_not_hold_is_refused(
    ben: Server, forge: Callable[[Server, Request], Request]
) -> None:
    request = begin(ben)
    answer = ben.ask(forge(ben, request))
    assert (answer.status_code, code(answer)) == (401, Code.SIGNATURE)
    assert not known(ben, request)
    assert ben.ask(ben.signed(request)).status_code == 201, "the same from Ann herself is taken"


def test_a_request_that_is_replayed_is_refused(ben: Server) -> None:
    request = ben.signed(begin(ben))
    assert ben.ask(request).status_code == 201
    again = ben.ask(request)
    assert (again.status_code, code(again)) == (401, Code.REPLAY)
    nonce = ben.signed(begin(ben), nonce="A" * 22)
    assert ben.ask(nonce).status_code == 201
    assert code(ben.ask(ben.signed(begin(ben), nonce="A" * 22))) == Code.REPLAY


def test_a_request_that_was_recorded_does_not_count_once_its_window_is_over(ben: Server) -> None:
    request = ben.signed(begin(ben))
    ben.clock.now += 8 * MINUTE
    assert code(ben.ask(request)) == Code.SIGNATURE


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.LEFT, Standing.PENDING])
def test_a_partner_that_is_not_live_is_refused(ben: Server, standing: Standing) -> None:
    ben.known.directory = directory(ANN.partner(status=standing))
    request = begin(ben)
    assert code(ben.ask(ben.signed(request))) == Code.PARTNER_STATUS
    assert not known(ben, request)


@pytest.mark.parametrize(
    ("more", "expected"),
    [([OF_CAT], 403), ([], 403), ([OF_ANN, OF_CAT], 403), ([("client-cert", ":AAAA:")], 403), ([OF_ANN], 201)],
    ids=["another's certificate", "no certificate", "two", "none at all", "Ann's"],
)
def test_behind_the_proxy_certificate_and_signature_are_one_organisation(
    ben: Server, more: list[tuple[str, str]], expected: int
) -> None:
    request = begin(ben)
    answer = ben.ask(ben.signed(request), *more, url=ben.proxied)
    assert answer.status_code == expected
    if expected == 403:
        assert code(answer) == Code.ORG_MISMATCH
    assert known(ben, request) == (expected == 201)


def test_without_a_proxy_nobody_claims_a_certificate(ben: Server) -> None:
    assert code(ben.ask(ben.signed(begin(ben)), OF_ANN)) == Code.ORG_MISMATCH


def test_the_id_of_the_header_is_that_of_the_path_and_of_the_label(ben: Server) -> None:
    request = begin(ben)
    other = "019ab000-0000-7000-8000-00000000fffe"
    assert code(ben.ask(ben.signed(with_header(request, "itp-message-id", lambda _: other)))) == Code.MALFORMED
    elsewhere = ben.request("PUT", f"/itp/1/transfers/{other}", other, request.body, JSON)
    assert code(ben.ask(ben.signed(elsewhere))) == Code.MALFORMED


def test_what_one_partner_sent_is_unknown_to_another(ben: Server) -> None:
    request = ben.signed(begin(ben))
    ben.ask(request)
    message = request.values("itp-message-id")[0]
    for path in (f"/itp/1/transfers/{message}", f"/itp/1/transfers/{message}/receipts"):
        assert code(ben.call("GET", path, message, by=CAT)) == Code.UNKNOWN


@pytest.mark.parametrize("token", ["e30.e30.e30", "x", "eyJhbGciOiJub25lIn0.e30."], ids=["empty", "no JWS", "alg none"])
def test_a_receipt_that_is_none_is_refused(ben: Server, token: str) -> None:
    message = "019ab000-0000-7000-8000-00000000fffd"
    answer = ben.call("POST", "/itp/1/receipts", message, f'{{"receipts":["{token}"]}}'.encode(), JSON)
    assert code(answer) in {Code.MALFORMED, Code.UNKNOWN, Code.MANIFEST}
