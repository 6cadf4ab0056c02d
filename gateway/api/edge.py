"""Around every request: its id, the headers of every answer, and the end of what nobody expected."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.problems import Fault, answer, told
from gateway.logs import logger

REQUEST_ID = "itp-request-id"
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
}
"""What a browser that comes here by mistake is told."""

log = logger(__name__)


class Edge:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, new_id: Callable[[], str]) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        reply = _Reply(send, request_id)
        try:
            await self._app(scope, receive, reply)
        except Exception:  # the boundary of a request: a fault ends as an answer without data
            log.exception("fault", request_id=request_id, method=scope["method"])
            if reply.started:
                raise RuntimeError("An answer was cut off.") from None
            await answer(told(Fault.INTERNAL), request_id)(scope, receive, reply)


class _Reply:
    """Sends an answer on, with the headers of every answer."""

    def __init__(self, send: Send, request_id: str) -> None:
        self.started = False
        self._send = send
        self._request_id = request_id

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            headers.update({**HEADERS, REQUEST_ID: self._request_id})
        await self._send(message)
