from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_network

import pytest

from api_calls import DAY, certificate, client_cert
from gateway.api.proxy import MAX_CERTIFICATE, ProxyTrust, proved
from gateway.itp.codes import Code, Refused
from itp_exchange import ANN, NOW

TRUST = ProxyTrust()


def refused(values: Sequence[str], trust: ProxyTrust | None = TRUST, host: str | None = "127.0.0.1") -> str:
    with pytest.raises(Refused) as error:
        proved(trust, host, list(values), NOW)
    assert error.value.code is Code.ORG_MISMATCH
    return error.value.message


GOOD = client_cert(certificate(str(ANN.organisation)))


def test_the_certificate_names_the_organisation() -> None:
    assert proved(TRUST, "127.0.0.1", [GOOD], NOW) == ANN.organisation
    assert proved(TRUST, "::1", [GOOD], NOW) == ANN.organisation


def test_other_names_beside_it_do_not_matter() -> None:
    value = client_cert(certificate("https://ann.example/", str(ANN.organisation)))
    assert proved(TRUST, "127.0.0.1", [value], NOW) == ANN.organisation


def test_without_a_proxy_nothing_is_proved_and_nothing_may_be_claimed() -> None:
    assert proved(None, "127.0.0.1", [], NOW) is None
    message = "A client certificate is claimed, and no proxy is trusted to say so."
    assert refused([GOOD], trust=None) == message
    assert refused([""], trust=None) == message


@pytest.mark.parametrize("host", ["192.0.2.1", "", None, "proxy.example", "unix:"])
def test_only_the_proxy_is_believed(host: str | None) -> None:
    assert refused([GOOD], host=host) == "The request did not come through the proxy."


def test_the_networks_of_the_proxy_can_be_named() -> None:
    trust = ProxyTrust((ip_network("192.0.2.0/24"),))
    assert proved(trust, "192.0.2.9", [GOOD], NOW) == ANN.organisation
    assert refused([GOOD], trust=trust) == "The request did not come through the proxy."


@pytest.mark.parametrize("values", [[], [GOOD, GOOD]])
def test_there_is_one_certificate(values: list[str]) -> None:
    assert refused(values) == "The proxy must name one client certificate."


@pytest.mark.parametrize(
    "value",
    ["", "::", GOOD[1:], GOOD[:-1], GOOD + ", " + GOOD, "-----BEGIN CERTIFICATE-----", f":{'A' * MAX_CERTIFICATE}:"],
)
def test_a_certificate_has_one_spelling(value: str) -> None:
    assert refused([value]) == "The client certificate is not written as RFC 9440 says."


@pytest.mark.parametrize("value", [":AAAA:", ":A:", client_cert(certificate(str(ANN.organisation))[:-20])])
def test_a_certificate_that_is_none_is_refused(value: str) -> None:
    assert refused([value]) == "The client certificate cannot be read."


@pytest.mark.parametrize(
    "der",
    [
        certificate(names=False),
        certificate(),
        certificate(name=str(ANN.organisation)),
        certificate("urn:ics:org:ods:"),
        certificate("urn:ics:org:ods:aaa"),
        certificate(str(ANN.organisation), "urn:ics:org:ods:BBB"),
    ],
    ids=["no-names", "no-organisation", "only-in-the-subject", "empty", "small-letters", "two"],
)
def test_a_certificate_names_exactly_one_organisation(der: bytes) -> None:
    assert refused([client_cert(der)]) == "The client certificate does not name one organisation."


@pytest.mark.parametrize(("starts", "ends"), [(timedelta(seconds=1), DAY), (-DAY, -timedelta(seconds=1))])
def test_a_certificate_counts_while_it_is_valid(starts: timedelta, ends: timedelta) -> None:
    value = client_cert(certificate(str(ANN.organisation), starts=starts, ends=ends))
    assert refused([value]) == "The client certificate is not valid now."
