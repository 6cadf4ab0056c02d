"""Let a request in: hold a place for it, read it within its limits, and say who makes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest

from gateway.api.alarms import Alarms
from gateway.api.bodies import read_body
from gateway.api.callers import Call, identified
from gateway.api.limits import ApiLimits
from gateway.api.proxy import CLIENT_CERT, ProxyTrust, proved
from gateway.api.rates import Buckets, Places
from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Organisation
from gateway.itp.request_message import SIGNATURE, SIGNATURE_INPUT, Request
from gateway.pipeline.exchange import Exchange

UNKNOWN = "unknown"
"""The subject of an alert about a caller whom no certificate names."""


class Gate:
    """Lets the requests of one process in."""

    def __init__(self, exchange: Exchange, trust_proxy: ProxyTrust | None, limits: ApiLimits) -> None:
        self.limits = limits
        self._exchange = exchange
        self._trust_proxy = trust_proxy
        self._places = Places(limits.concurrent)
        self._buckets = Buckets(limits.rate, exchange.clock)
        self._alarms = Alarms(exchange.store, exchange.clock)

    @asynccontextmanager
    async def admitted(self, http: HttpRequest, most: int) -> AsyncIterator[Call]:
        """Give the call of a request whose body has at most `most` bytes; its place is held until it is answered.

        Raise Refused, Faulted.
        """
        with self._places.one():
            call = await self._identified(http, most)
            if http.path_params.get("message_id", call.message_id) != call.message_id:
                raise Refused(Code.MALFORMED, "The header itp-message-id is not the id of the path.")
            try:
                yield call
            except Refused as refused:
                await run_in_threadpool(self._alarms.sound, refused.code, call.caller.organisation)
                raise

    async def _identified(self, http: HttpRequest, most: int) -> Call:
        by_tls: Organisation | None = None
        try:
            by_tls = self._by_tls(http)
            _check_signed(http)
            body = await read_body(http, most, self.limits.body_seconds)
            request = _request(http, self._exchange.origin, body)
            return await run_in_threadpool(identified, self._exchange, self._buckets, request, by_tls)
        except Refused as refused:
            await run_in_threadpool(self._alarms.sound, refused.code, by_tls or UNKNOWN)
            raise

    def _by_tls(self, http: HttpRequest) -> Organisation | None:
        host = http.client.host if http.client else None
        return proved(self._trust_proxy, host, http.headers.getlist(CLIENT_CERT), self._exchange.clock())


def _check_signed(http: HttpRequest) -> None:
    # Before the body: who does not even sign need not be listened to.
    if not (http.headers.get(SIGNATURE) and http.headers.get(SIGNATURE_INPUT)):
        raise Refused(Code.SIGNATURE, "The request is not signed.")


def _request(http: HttpRequest, origin: str, body: bytes) -> Request:
    target = http.scope["raw_path"]
    if http.scope["query_string"]:
        target += b"?" + http.scope["query_string"]
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in http.headers.raw)
    try:
        return Request(http.method, origin + target.decode("ascii"), headers, body)
    except UnicodeDecodeError:
        raise Refused(Code.MALFORMED, "The address is not ASCII.") from None


def _gate(http: HttpRequest) -> Gate:
    gate: Gate = http.app.state.gate
    return gate


async def _with_document(http: HttpRequest) -> AsyncIterator[Call]:
    gate = _gate(http)
    async with gate.admitted(http, gate.limits.document) as call:
        yield call


async def _with_chunk(http: HttpRequest) -> AsyncIterator[Call]:
    gate = _gate(http)
    async with gate.admitted(http, gate.limits.chunk) as call:
        yield call


async def _without_body(http: HttpRequest) -> AsyncIterator[Call]:
    async with _gate(http).admitted(http, 0) as call:
        yield call


WithDocument = Annotated[Call, Depends(_with_document)]
"""A call whose body is a JSON document."""
WithChunk = Annotated[Call, Depends(_with_chunk)]
"""A call whose body is a sealed chunk."""
WithoutBody = Annotated[Call, Depends(_without_body)]
"""A call that has no body."""
