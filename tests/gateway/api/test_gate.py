"""Who is let in: the layers of a request against each other, and every refusal before the protocol begins."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from api_calls import (
    JSON,
    OCTETS,
    ORIGIN,
    TRANSFER,
    Answer,
    Authority,
    ask,
    asked,
    authority,
    bare,
    certificate,
    client_cert,
    new_transfer,
    signed,
    with_headers,
)
from gateway.api.limits import ApiLimits, Rate
from gateway.api.proxy import ProxyTrust
from gateway.itp.directory import Standing
from gateway.store.engine import reading
from gateway.store.models import Alert
from gateway.store.store import Store
from itp_exchange import ANN, BEN, CAT, CONVERSATION, MESSAGE, NOW, directory, send
from store_builder import opened

LOOK = bare("GET", TRANSFER)
TINY = ApiLimits(document=100, chunk=50, body_seconds=0.05, concurrent=2, rate=Rate(burst=3, per_second=0.5))
UNKNOWN = (404, "itp-404-unknown")
"""The answer of a request that was let in, about a message that is not there."""


@pytest.fixture
def ben(sqlite_store: Store, tmp_path: Path) -> Authority:
    return authority(sqlite_store, tmp_path)


@pytest.fixture
def tiny(sqlite_store: Store, tmp_path: Path) -> Authority:
    return authority(sqlite_store, tmp_path, limits=TINY)


@pytest.fixture
def proxied(sqlite_store: Store, tmp_path: Path) -> Authority:
    return authority(sqlite_store, tmp_path, trust_proxy=ProxyTrust())


def result(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


def alerts(at: Authority) -> list[tuple[str, str, int]]:
    with reading(at.exchange.store.engine) as connection:
        rows = connection.execute(select(Alert.code, Alert.subject, Alert.count).order_by(Alert.code, Alert.subject))
        return [(code, subject, count) for code, subject, count in rows]


def test_a_signed_request_of_a_partner_is_let_in(ben: Authority) -> None:
    assert result(ask(ben.app, signed(LOOK))) == UNKNOWN
    assert result(ask(ben.app, signed(LOOK, curve="P-256"))) == UNKNOWN
    assert alerts(ben) == []


@pytest.mark.parametrize("without", [{"signature"}, {"signature-input"}, {"signature", "signature-input"}])
def test_an_unsigned_request_is_refused_before_its_body_is_read(ben: Authority, without: set[str]) -> None:
    request = signed(bare("PUT", TRANSFER, b"{}", JSON))
    answer = ask(ben.app, request.with_headers(request.without(without)), hang=True)
    assert result(answer) == (401, "itp-401-signature")


@pytest.mark.parametrize("late", [timedelta(minutes=-8), timedelta(minutes=3)])
def test_a_stale_or_early_signature_is_refused(ben: Authority, late: timedelta) -> None:
    assert result(ask(ben.app, signed(LOOK, at=NOW + late))) == (401, "itp-401-signature")


def test_a_signature_for_another_body_target_or_authority_is_refused(ben: Authority) -> None:
    request = signed(bare("PUT", TRANSFER, b'{"most":1}', JSON))
    other_body = replace(request, body=b'{"most":2}')
    other_target = replace(request, url=request.url + "?x=1")
    other_method = replace(signed(replace(request, method="POST")), method="PUT")
    elsewhere = replace(signed(replace(LOOK, url=LOOK.url.replace("ben", "cat"))), url=LOOK.url)
    for forged in (other_body, other_target, other_method, elsewhere):
        assert result(ask(ben.app, forged)) == (401, "itp-401-signature")


def test_a_key_that_the_directory_does_not_have_signs_nothing(ben: Authority) -> None:
    ben.known.directory = directory(ANN.partner(keys=()))
    assert result(ask(ben.app, signed(LOOK))) == (401, "itp-401-signature")


def test_nobody_calls_a_gateway_in_its_own_name(ben: Authority) -> None:
    assert result(ask(ben.app, signed(LOOK, BEN))) == (401, "itp-401-signature")


def test_a_request_counts_once(ben: Authority) -> None:
    request = signed(LOOK)
    assert result(ask(ben.app, request)) == UNKNOWN
    assert result(ask(ben.app, request)) == (401, "itp-401-replay")
    assert result(ask(ben.app, signed(LOOK))) == UNKNOWN


@pytest.mark.parametrize("status", [Standing.PENDING, Standing.SUSPENDED, Standing.LEFT])
def test_a_partner_that_is_not_live_is_refused_and_keeps_its_nonce(ben: Authority, status: Standing) -> None:
    request = signed(LOOK)
    ben.known.directory = directory(ANN.partner(status=status))
    assert result(ask(ben.app, request)) == (403, "itp-403-partner-status")
    ben.known.directory = directory(ANN.partner(status=Standing.TEST), sequence=2)
    assert result(ask(ben.app, request)) == UNKNOWN


def test_the_id_of_the_header_is_that_of_the_path(ben: Authority) -> None:
    assert result(ask(ben.app, signed(bare("GET", TRANSFER, message_id=CONVERSATION)))) == (400, "itp-400-malformed")


@pytest.mark.parametrize("message_id", ["x", MESSAGE.upper(), "00000000-0000-4000-8000-000000000000"])
def test_the_header_has_a_message_id(ben: Authority, message_id: str) -> None:
    request = signed(bare("POST", "/itp/1/outbox/lease", b'{"most":1}', JSON, message_id))
    assert result(ask(ben.app, request)) == (400, "itp-400-malformed")


@pytest.mark.parametrize("path", ["/itp/1/transfers/x", "/itp/1/transfers/%F0%9F%92%A5", "/itp/1/transfers/%00"])
def test_a_path_that_has_no_message_id_is_refused(ben: Authority, path: str) -> None:
    assert result(ask(ben.app, signed(bare("GET", path)))) == (400, "itp-400-malformed")


def test_a_target_that_is_not_ascii_is_refused(ben: Authority) -> None:
    request = signed(LOOK)
    answer = ask(ben.app, replace(request, url=f"{ORIGIN}/itp/1/transfers/\xe9"))
    assert result(answer) == (400, "itp-400-malformed")


def test_headers_that_no_signature_could_have_are_refused(ben: Authority) -> None:
    request = signed(LOOK)
    for name in ("signature", "signature-input", "content-digest", "itp-message-id"):
        kept = request.without({name})
        for value in ("", "\xff", "a=b;c", "(((", "itp=:" + "A" * 5000 + ":"):
            answer = ask(ben.app, request.with_headers((*kept, (name, value))))
            assert result(answer) == (401, "itp-401-signature")


class TestLimits:
    def test_a_body_over_the_limit_of_its_route_is_refused(self, tiny: Authority) -> None:
        for path, size, content_type in ((TRANSFER, 101, JSON), (f"{TRANSFER}/chunks/0", 51, OCTETS)):
            request = signed(bare("PUT", path, b"x" * size, content_type))
            assert result(ask(tiny.app, request, hang=True)) == (413, "itp-413-too-large")
        assert result(ask(tiny.app, signed(bare("GET", TRANSFER, b"x", JSON)))) == (413, "itp-413-too-large")

    def test_a_body_without_a_length_is_counted_as_it_comes(self, tiny: Authority) -> None:
        request = with_headers(signed(bare("PUT", TRANSFER, b"x" * 150, JSON)), ("transfer-encoding", "chunked"))
        answer = ask(tiny.app, request, parts=[b"x" * 50] * 3, hang=True)
        assert result(answer) == (413, "itp-413-too-large")

    def test_a_body_that_hangs_is_given_up(self, tiny: Authority) -> None:
        request = signed(bare("PUT", TRANSFER, b"x" * 50, JSON))
        assert result(ask(tiny.app, request, parts=[b"x"], hang=True)) == (408, "http-408-body-time")

    def test_a_sender_that_leaves_does_no_harm(self, tiny: Authority) -> None:
        request = signed(bare("PUT", TRANSFER, b"x" * 50, JSON))
        assert result(ask(tiny.app, request, parts=[b"x"], leave=True)) == (400, "itp-400-malformed")

    def test_a_partner_over_its_rate_waits_and_keeps_its_nonce(self, tiny: Authority) -> None:
        assert [result(ask(tiny.app, signed(LOOK))) for _ in range(3)] == [UNKNOWN] * 3
        request = signed(LOOK)
        answer = ask(tiny.app, request)
        assert result(answer) == (429, "itp-429-slow")
        assert answer.header("retry-after") == "2"
        assert result(ask(tiny.app, signed(LOOK, CAT))) == UNKNOWN
        tiny.clock.forward(2)
        assert result(ask(tiny.app, request)) == UNKNOWN

    def test_only_so_many_requests_are_answered_at_a_time(self, sqlite_store: Store, tmp_path: Path) -> None:
        at = authority(sqlite_store, tmp_path, limits=replace(TINY, body_seconds=30))
        request = signed(bare("PUT", TRANSFER, b"x" * 50, JSON))

        async def many() -> Answer:
            slow = [asyncio.create_task(asked(at.app, request, parts=[b"x"], hang=True)) for _ in range(2)]
            await asyncio.sleep(0.05)
            answer = await asked(at.app, signed(LOOK))
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
            return answer

        answer = asyncio.run(many())
        assert result(answer) == (503, "itp-503-busy")
        assert answer.header("retry-after") == "5"
        assert result(ask(at.app, signed(LOOK))) == UNKNOWN


class TestBehindTheProxy:
    OF_ANN = ("client-cert", client_cert(certificate(str(ANN.organisation))))
    OF_CAT = ("client-cert", client_cert(certificate(str(CAT.organisation))))
    OF_NOBODY = ("client-cert", client_cert(certificate("urn:ics:org:ods:ZZZ")))

    def test_certificate_and_signature_of_one_organisation_are_let_in(self, proxied: Authority) -> None:
        assert result(ask(proxied.app, with_headers(signed(LOOK), self.OF_ANN))) == UNKNOWN

    def test_an_alias_of_the_directory_names_the_organisation_too(self, proxied: Authority) -> None:
        proxied.known.directory = directory(ANN.partner(aliases=("urn:ics:org:ods:ZZZ",)))
        assert result(ask(proxied.app, with_headers(signed(LOOK), self.OF_NOBODY))) == UNKNOWN

    @pytest.mark.parametrize("lines", [(), (OF_CAT,), (OF_NOBODY,), (OF_ANN, OF_ANN), (("client-cert", "x"),)])
    def test_other_certificates_are_refused_and_keep_the_nonce(
        self, proxied: Authority, lines: tuple[tuple[str, str], ...]
    ) -> None:
        request = signed(LOOK)
        assert result(ask(proxied.app, with_headers(request, *lines))) == (403, "itp-403-org-mismatch")
        assert result(ask(proxied.app, with_headers(request, self.OF_ANN))) == UNKNOWN

    def test_who_goes_round_the_proxy_is_refused(self, proxied: Authority) -> None:
        request = with_headers(signed(LOOK), self.OF_ANN)
        assert result(ask(proxied.app, request, host="192.0.2.1")) == (403, "itp-403-org-mismatch")

    def test_a_refused_certificate_is_not_listened_to(self, proxied: Authority) -> None:
        request = signed(bare("PUT", TRANSFER, b"{}", JSON))
        assert result(ask(proxied.app, request, hang=True)) == (403, "itp-403-org-mismatch")

    def test_where_no_proxy_is_trusted_nobody_may_claim_a_certificate(self, ben: Authority) -> None:
        assert result(ask(ben.app, with_headers(signed(LOOK), self.OF_ANN))) == (403, "itp-403-org-mismatch")


class TestAlerts:
    def test_a_mismatch_of_identities_is_an_alert_about_who_connected(self, proxied: Authority) -> None:
        request = with_headers(signed(LOOK, CAT), TestBehindTheProxy.OF_ANN)
        ask(proxied.app, request)
        assert alerts(proxied) == [("identity-mismatch", ANN.organisation, 1)]

    def test_a_flood_of_bad_signatures_is_written_once_a_minute(self, ben: Authority) -> None:
        for _ in range(5):
            ask(ben.app, LOOK)
        assert alerts(ben) == [("signature-refused", "unknown", 1)]
        ben.clock.forward(60)
        for _ in range(5):
            ask(ben.app, LOOK)
        assert alerts(ben) == [("signature-refused", "unknown", 2)]

    def test_what_is_only_a_mistake_is_no_alert(self, ben: Authority) -> None:
        request = signed(LOOK)
        for each in (request, request, signed(bare("GET", TRANSFER, message_id=CONVERSATION))):
            ask(ben.app, each)
        assert alerts(ben) == []

    def test_without_a_database_a_refusal_stands_and_the_rest_waits(self, tmp_path: Path) -> None:
        away = opened("postgresql://nobody@127.0.0.1:1/none")
        at = authority(away, tmp_path)
        assert result(ask(at.app, LOOK)) == (401, "itp-401-signature")
        answer = ask(at.app, signed(LOOK))
        assert result(answer) == (503, "itp-503-busy")
        assert answer.header("retry-after") == "5"
        away.engine.dispose()


def test_what_is_refused_after_the_door_alerts_too(ben: Authority) -> None:
    """An id that comes again with other content, and a label in another's name."""
    whole = new_transfer(send(), whole=True)
    assert ask(ben.app, signed(bare("PUT", TRANSFER, whole, JSON))).status == 201
    other = new_transfer(send(b"Other content."), whole=True)
    assert result(ask(ben.app, signed(bare("PUT", TRANSFER, other, JSON)))) == (409, "itp-409-conflict")
    assert result(ask(ben.app, signed(bare("PUT", TRANSFER, whole, JSON), CAT))) == (403, "itp-403-org-mismatch")
    with reading(ben.exchange.store.engine) as connection:
        rows = connection.execute(select(Alert.code, Alert.subject).order_by(Alert.id)).all()
    assert [tuple(row) for row in rows] == [
        ("message-id-conflict", ANN.organisation),
        ("identity-mismatch", CAT.organisation),
    ]
