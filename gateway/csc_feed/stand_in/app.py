"""The stand-in as a server: the receiver, and below /stand-in/ what it holds and which faults come next."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.csc_feed.stand_in.receiver import BASE, TOKEN_PATH, Asked, Fault, Receiver, Rules

HOST = "127.0.0.1"


class _Broken(Response):
    """Begins an answer and breaks the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head alone."""
        del scope, receive
        head = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]}
        await send(head)
        raise ConnectionAbortedError


def create_app(receiver: Receiver) -> Starlette:
    """Make the application."""

    async def call(request: Request) -> Response:
        asked = Asked(request.method, request.url.path, dict(request.headers), await request.body())
        reply = receiver.answer(asked)
        if reply.drops:
            return _Broken()
        return Response(reply.body, reply.status, dict(reply.headers), "application/json")

    async def held(_request: Request) -> Response:
        return JSONResponse({child: record.members() for child, record in sorted(receiver.held.items())})

    async def seen(_request: Request) -> Response:
        return JSONResponse({"stored": receiver.stored, "calls": receiver.calls})

    async def faults(request: Request) -> Response:
        receiver.faults.extend(Fault(name) for name in await request.json())  # type: ignore[call-arg]  # looked up by value
        return Response(status_code=204)

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return Starlette(
        routes=[
            Route("/stand-in/held", held),
            Route("/stand-in/seen", seen),
            Route("/stand-in/faults", faults, methods=["POST"]),
            Route("/{path:path}", call, methods=methods),
        ]
    )


def serve(rules: Rules, port: int) -> None:
    """Serve until a signal ends it, on this machine alone."""
    # A connection that is broken on purpose is no fault to report.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    app = create_app(Receiver(rules, lambda: datetime.now(UTC)))
    uvicorn.run(app, host=HOST, port=port, log_config=None, access_log=False)


def configuration(rules: Rules, port: int) -> str:
    """Give the part of the feed's configuration that calls this stand-in."""
    values = {
        "address": f"http://{HOST}:{port}{BASE}",
        "token_address": f"http://{HOST}:{port}{TOKEN_PATH}",
        "client": rules.client,
        "scope": rules.scope,
        "secrets": ["env:CSC_API_SECRET"],
        "keys": ["env:CSC_API_KEY"],
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    return "\n".join(
        (f'authority = "{rules.authority}"', 'environment = "test"', "", "[environments.test]", *lines, "")
    )
