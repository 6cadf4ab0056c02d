"""Run the partner API, with the worker in the same process where there is no broker."""

from __future__ import annotations

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
from schemas.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the server listens, and its certificate where no proxy ends TLS."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None


def run(listen: Listen, *, worker: bool = True) -> None:
    """Serve until a signal ends it. Raise Misconfigured."""
    logs.configure()
    broker = settings.text_of(settings.BROKER_URL)
    embedded = EmbeddedWorker() if worker and not broker else None
    wake = waker(broker) if broker else embedded.wake if embedded else None
    with opened(wake=wake) as exchange:
        probes = Probes(ready=lambda: readiness(exchange))
        debug = bool(settings.value_of(settings.DEBUG))
        app = create_app(exchange, trust_proxy=trusted_proxy(), probes=probes, debug=debug)
        if embedded:
            embedded.start(exchange)
        try:
            uvicorn.Server(configuration(app, listen)).run()
        finally:
            if embedded:
                embedded.stop()


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
