"""The shipped nginx configuration, run by a real nginx over loopback TLS, before an application that echoes headers."""

from __future__ import annotations

import base64
import json
import shutil
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from authorities import free_port
from gateway.api.edge import HEADERS
from gateway.api.limits import ApiLimits
from gateway.api.proxy import ProxyTrust, proved
from nginx_front import placed, running, wait_for
from tls_authority import Authority, Identity

pytestmark = pytest.mark.nginx

PARTNER = "urn:ics:org:ods:Y63"
PATH = "/itp/1/transfers/019d0000-0000-7000-8000-000000000001"
MARK = "Zebedee-Quillfeather"


@dataclass(frozen=True)
class Front:
    """A running nginx, and the authority that it knows."""

    url: str
    authority: Authority
    stranger: Authority
    log: Path
    requests: list[dict[str, Any]]

    def client(self, identity: Identity | None, **options: Any) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.authority.root_file))
        if identity:
            context.load_cert_chain(identity.certificate_file, identity.key_file)
        return httpx.Client(base_url=self.url, verify=context, timeout=20, **options)


class Echo:
    """An ASGI application that keeps what it was sent, and answers as the path says."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        headers = [(name.decode().lower(), value.decode()) for name, value in scope["headers"]]
        self.requests.append({"path": scope["path"], "headers": headers, "size": size})
        busy = scope["path"].endswith("/busy")
        told = [(b"cache-control", b"no-store"), (b"content-type", b"application/json")]
        told += [(b"retry-after", b"7")] if busy else []
        await send({"type": "http.response.start", "status": 503 if busy else 200, "headers": told})
        await send({"type": "http.response.body", "body": b'{"ours":true}'})


@contextmanager
def elsewhere(
    place: Path, folder: Path, authorities: tuple[Authority, Authority], upstream: int, *changes: tuple[str, str]
) -> Iterator[Front]:
    """Run another nginx for one test."""
    for name in ("tls_certificate", "tls_key", "partner_authorities"):
        shutil.copy(folder / name, place)
    port = free_port()
    with running(placed(place, port, upstream, *changes), port):
        yield Front(f"https://127.0.0.1:{port}", *authorities, place / "access.log", [])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def authorities(folder: Path) -> tuple[Authority, Authority]:
    known, stranger = Authority(folder, "known"), Authority(folder, "stranger")
    server = known.server()
    shutil.copy(server.certificate_file, folder / "tls_certificate")
    shutil.copy(server.key_file, folder / "tls_key")
    shutil.copy(known.root_file, folder / "partner_authorities")
    return known, stranger


@pytest.fixture(scope="module")
def echo() -> Iterator[tuple[Echo, int]]:
    application, port = Echo(), free_port()
    config = uvicorn.Config(application, port=port, log_config=None, lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_for(port)
    yield application, port
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def front(folder: Path, authorities: tuple[Authority, Authority], echo: tuple[Echo, int]) -> Iterator[Front]:
    port = free_port()
    configuration = placed(folder, port, echo[1])
    with running(configuration, port):
        yield Front(f"https://127.0.0.1:{port}", *authorities, folder / "access.log", echo[0].requests)


def logged(front: Front, count: int) -> list[dict[str, Any]]:
    """Give the lines of the access log; nginx writes each after it has answered."""
    for _ in range(400):
        lines = front.log.read_text(encoding="utf-8").splitlines()
        if len(lines) >= count:
            break
        time.sleep(0.025)
    return [json.loads(line) for line in lines]


def sent(front: Front, name: str) -> list[str]:
    """Give the values of a header that the application saw last."""
    return [value for header, value in front.requests[-1]["headers"] if header == name]


def test_a_certificate_of_a_known_authority_arrives_as_rfc_9440_says(front: Front) -> None:
    identity = front.authority.client(PARTNER)
    with front.client(identity) as client:
        assert client.get(PATH).json() == {"ours": True}
    assert sent(front, "client-cert") == [f":{base64.b64encode(identity.der).decode()}:"]


def test_the_api_takes_the_header_that_the_configuration_makes(front: Front) -> None:
    with front.client(front.authority.client(PARTNER)) as client:
        client.get(PATH)
    now = front.authority.root.not_valid_after_utc
    assert proved(ProxyTrust(), "127.0.0.1", sent(front, "client-cert"), now.replace(microsecond=0)) == PARTNER


@pytest.mark.parametrize("who", ["nobody", "stranger"])
def test_without_a_certificate_of_a_known_authority_nothing_gets_through(front: Front, who: str) -> None:
    before = len(front.requests)
    identity = front.stranger.client(PARTNER) if who == "stranger" else None
    with front.client(identity) as client:
        answer = client.get(PATH, headers={"client-cert": ":QUJD:"})
    assert (answer.status_code, answer.json()["code"]) == (403, "http-403-certificate")
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(front.requests) == before


def test_headers_that_only_the_proxy_may_set_are_replaced_or_taken_out(front: Front) -> None:
    identity = front.authority.client(PARTNER)
    forged = [
        ("client-cert", ":QUJD:"),
        ("Client-Cert", ":REVG:"),
        ("client_cert", ":R0hJ:"),
        ("client-cert-chain", ":QUJD:"),
        ("forwarded", "for=10.0.0.1"),
        *((f"x-forwarded-{name}", "10.0.0.1") for name in ("for", "host", "port", "proto", "prefix")),
        ("x-real-ip", "10.0.0.1"),
    ]
    with front.client(identity) as client:
        client.get(PATH, headers=forged)
    assert sent(front, "client-cert") == [f":{base64.b64encode(identity.der).decode()}:"]
    names = {name for name, _ in front.requests[-1]["headers"]}
    assert names.isdisjoint({"client_cert", *(name.lower() for name, _ in forged[3:])})


@pytest.mark.parametrize("padding", [1, 47, 48, 49, 1000, 3900])
def test_a_certificate_of_any_usual_length_arrives_whole(front: Front, padding: int) -> None:
    identity = front.authority.client(PARTNER, padding)
    with front.client(identity) as client:
        client.get(PATH)
    assert sent(front, "client-cert") == [f":{base64.b64encode(identity.der).decode()}:"]


def test_a_certificate_that_is_too_long_is_refused_and_never_cut(front: Front) -> None:
    before = len(front.requests)
    with front.client(front.authority.client(PARTNER, 5000)) as client:
        assert client.get(PATH).status_code == 403
    assert len(front.requests) == before


def test_an_older_tls_is_refused(front: Front) -> None:
    context = ssl.create_default_context(cafile=str(front.authority.root_file))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with httpx.Client(base_url=front.url, verify=context) as client, pytest.raises(httpx.ConnectError):
        client.get(PATH)


@pytest.mark.parametrize(
    "path", ["/health/ready", "/metrics", "/openapi.json", "/", "/itp/1/../../metrics", "/itp/1/%2e%2e/%2e%2e/metrics"]
)
def test_nothing_but_the_protocol_is_passed_on(front: Front, path: str) -> None:
    before = len(front.requests)
    with front.client(front.authority.client(PARTNER)) as client:
        answer = client.build_request("GET", front.url)
        answer.url = answer.url.copy_with(raw_path=path.encode())
        refused = client.send(answer)
    assert (refused.status_code, refused.json()["code"]) == (404, "http-404-path")
    assert len(front.requests) == before


def test_a_body_over_the_limit_is_refused_and_one_at_it_goes_through(front: Front) -> None:
    with front.client(front.authority.client(PARTNER)) as client:
        largest = client.put(PATH, content=b"x" * ApiLimits().document)
        assert (largest.status_code, front.requests[-1]["size"]) == (200, ApiLimits().document)
        refused = client.put(PATH, content=b"x" * (ApiLimits().document + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "itp-413-too-large")


def test_every_answer_has_the_headers_of_the_api_once(front: Front) -> None:
    with front.client(front.authority.client(PARTNER)) as client:
        answers = [client.get(PATH), client.get("/nothing")]
    for answer in answers:
        found = {name: answer.headers.get_list(name) for name in HEADERS}
        assert found == {name: [value] for name, value in HEADERS.items()}
        assert answer.headers["server"] == "nginx"


def test_one_partner_that_asks_too_much_is_told_to_wait_and_another_is_not(
    tmp_path: Path, folder: Path, authorities: tuple[Authority, Authority], echo: tuple[Echo, int]
) -> None:
    # So slow that however slow this machine is, what may come at once is used up first.
    with elsewhere(tmp_path, folder, authorities, echo[1], ("rate=100r/s", "rate=1r/m")) as front:
        with front.client(authorities[0].client(PARTNER)) as client:
            answers = [client.get(PATH) for _ in range(202)]
        assert [answer.status_code for answer in answers] == [200] * 201 + [429]
        assert (answers[-1].json()["code"], answers[-1].headers["retry-after"]) == ("itp-429-slow", "1")
        with front.client(authorities[0].client("urn:ics:org:ods:X26")) as client:
            assert client.get(PATH).status_code == 200


def test_the_wait_that_the_api_asks_for_is_passed_on_once(front: Front) -> None:
    with front.client(front.authority.client(PARTNER)) as client:
        assert client.get(f"{PATH}/busy").headers.get_list("retry-after") == ["7"]


def test_the_access_log_names_routes_and_never_what_was_asked_for(front: Front) -> None:
    before = len(front.log.read_text(encoding="utf-8").splitlines())
    with front.client(front.authority.client(PARTNER)) as client:
        client.get(f"{PATH}?child={MARK}", headers={"referer": MARK, "user-agent": MARK})
        client.get(f"/itp/1/outbox/{MARK}/chunks/0")
        client.get(f"/{MARK}")
        client.get(PATH)
    lines = logged(front, before + 4)
    assert MARK not in repr(lines)
    assert [line["route"] for line in lines[-4:]] == [
        "/itp/1/transfers/{message_id}",
        "/itp/1/outbox/{message_id}/chunks/{index}",
        "other",
        "/itp/1/transfers/{message_id}",
    ]
    assert set(lines[-1]) == {"at", "event", "method", "route", "status", "size", "seconds"}


def test_while_the_gateway_is_away_a_partner_is_told_to_come_back(
    tmp_path: Path, folder: Path, authorities: tuple[Authority, Authority]
) -> None:
    nobody = free_port()
    with (
        elsewhere(tmp_path, folder, authorities, nobody) as front,
        front.client(authorities[0].client(PARTNER)) as client,
    ):
        answer = client.get(PATH)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "itp-503-busy", "30")
