"""The application for people. It is another one than that for partners, at another address."""

from __future__ import annotations

from fastapi import FastAPI

from gateway.api import errors
from gateway.api.edge import Edge
from gateway.api.operator import openapi
from gateway.api.operator.gate import DeskLimits, Gate
from gateway.api.operator.problems import tell
from gateway.api.operator.routes import access_of, served
from gateway.itp.identifiers import MessageId
from gateway.operator.desk import Desk


def create_operator_app(desk: Desk, *, limits: DeskLimits | None = None, debug: bool = False) -> FastAPI:
    """Make the operators' API of a desk. `debug` serves the OpenAPI document at /api/openapi.json.

    Raise TypeError where an address was declared without its access: it must not be served.
    """
    app = FastAPI(
        title=openapi.TITLE,
        openapi_url="/api/openapi.json" if debug else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.openapi = openapi.document  # type: ignore[method-assign]  # as FastAPI says to give a document of one's own
    app.include_router(openapi.router())
    for route in served(app.routes):
        access_of(route)
    app.state.gate = Gate(desk, limits or DeskLimits())
    errors.install(app, tell)
    app.add_middleware(Edge, new_id=lambda: MessageId.new(desk.now(), desk.draw))
    return app
