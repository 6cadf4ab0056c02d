"""The application that a server runs."""

from __future__ import annotations

from fastapi import FastAPI

from gateway.api import errors, openapi
from gateway.api.edge import Edge
from gateway.api.gate import Gate
from gateway.api.health import Probes
from gateway.api.limits import ApiLimits
from gateway.api.problems import teller
from gateway.api.proxy import ProxyTrust
from gateway.itp.identifiers import MessageId
from gateway.metrics import registry
from gateway.pipeline.exchange import Exchange


def create_app(
    exchange: Exchange,
    *,
    trust_proxy: ProxyTrust | None,
    limits: ApiLimits = ApiLimits(),  # noqa: B008  # it is frozen
    probes: Probes = Probes(),  # noqa: B008  # as above
    debug: bool = False,
) -> FastAPI:
    """Make the partner API of an exchange.

    `trust_proxy` says which proxy ends TLS; without one nobody may claim a client certificate. `debug` serves the
    OpenAPI document at /openapi.json, and nothing else: no answer ever has more in it.
    """
    app = FastAPI(
        title=openapi.TITLE,
        openapi_url="/openapi.json" if debug else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.openapi = openapi.document  # type: ignore[method-assign]  # as FastAPI says to give a document of one's own
    for router in openapi.ROUTERS:
        app.include_router(router)
    app.state.gate = Gate(exchange, trust_proxy, limits)
    app.state.probes = probes
    app.state.metrics = registry(exchange.store.engine, exchange.clock)
    errors.install(app, teller(limits.busy_seconds))
    app.add_middleware(Edge, new_id=lambda: MessageId.new(exchange.clock(), exchange.draw))
    return app
