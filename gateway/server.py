"""Run the partner API and, at an address of its own, that for people; and the worker where there is no broker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

import uvicorn

from gateway import logs, settings
from gateway.api.app import create_app
from gateway.api.health import Probes
from gateway.api.proxy import ProxyTrust
from gateway.authority import opened
from gateway.broker import waker
from gateway.doctor.run import readiness
from gateway.pipeline.embedded import EmbeddedWorker
from gateway.pipeline.exchange import Exchange
from schemas.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the server listens, and its certificate where no proxy ends TLS."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def origin(self) -> str:
        """Give its address as a browser writes it."""
        return f"{'https' if self.certificate else 'http'}://{self.host}:{self.port}"


def run(partners: Listen | None, operators: Listen | None, *, worker: bool = True) -> None:
    """Serve partners, people or both until a signal ends it. Raise Misconfigured."""
    logs.configure()
    broker = settings.text_of(settings.BROKER_URL)
    embedded = EmbeddedWorker() if worker and not broker else None
    wake = waker(broker) if broker else embedded.wake if embedded else None
    with opened(wake=wake) as exchange:
        servers = tuple(_servers(exchange, partners, operators))
        if embedded:
            embedded.start(exchange)
        try:
            _serve(servers)
        finally:
            if embedded:
                embedded.stop()


def _servers(exchange: Exchange, partners: Listen | None, operators: Listen | None) -> Iterator[uvicorn.Server]:
    debug = bool(settings.value_of(settings.DEBUG))
    if partners is not None:
        probes = Probes(ready=lambda: readiness(exchange))
        app = create_app(exchange, trust_proxy=trusted_proxy(), probes=probes, debug=debug)
        yield uvicorn.Server(configuration(app, partners))
    if operators is not None:
        from gateway.api.operator.app import create_operator_app  # noqa: PLC0415  # who serves partners needs none of it
        from gateway.operator.settled import desk  # noqa: PLC0415  # as above

        people = create_operator_app(desk(exchange, operators.origin), debug=debug)
        yield uvicorn.Server(configuration(people, operators))


def _serve(servers: tuple[uvicorn.Server, ...]) -> None:
    """Run them until a signal ends the first, and with it the others."""
    first, *others = servers
    with _beside(others, first):
        first.run()


@contextmanager
def _beside(servers: list[uvicorn.Server], first: uvicorn.Server) -> Iterator[None]:
    def serve(server: uvicorn.Server) -> None:
        try:
            server.run()
        finally:
            # One that cannot listen, or fails, must not leave the other to look as if all were well.
            first.should_exit = True

    threads = [threading.Thread(target=serve, args=(server,), name="server") for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for server in servers:
            server.should_exit = True
        for thread in threads:
            thread.join()


def configuration(app: object, listen: Listen) -> uvicorn.Config:
    """Say how the server runs: no header that names it, no log of paths, no belief in forwarding headers."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        host=listen.host,
        port=listen.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        ssl_certfile=listen.certificate,
        ssl_keyfile=str(listen.key) if listen.key else None,
    )


def trusted_proxy() -> ProxyTrust | None:
    """Give the proxy that may name client certificates. Raise Misconfigured."""
    if not settings.value_of(settings.TRUST_PROXY):
        return None
    text = settings.text_of(settings.PROXY_NETWORKS)
    try:
        return ProxyTrust(tuple(ip_network(part.strip()) for part in text.split(",")))
    except ValueError:
        raise Misconfigured(
            f"{settings.PROXY_NETWORKS.variable} is no list of networks.", hint=settings.PROXY_NETWORKS.help
        ) from None
