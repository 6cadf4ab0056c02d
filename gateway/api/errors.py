"""Turn what went wrong in a request into its answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from gateway.api.problems import Fault, Told, answer, told
from gateway.logs import logger
from schemas.errors import GatewayError

Teller = Callable[[Exception], tuple[Told, int | None]]
"""Say what is answered to an error, and after how many seconds the caller may ask again."""
log = logger(__name__)


def install(app: FastAPI, teller: Teller) -> None:
    """Have this application answer every error from its one table."""
    methods = _Methods(app.openapi()["paths"])

    async def refused(request: Request, error: Exception) -> Response:
        found, wait = teller(error)
        return _answered(request, found, {} if wait is None else {"retry-after": str(wait)}, error)

    async def no_route(request: Request, error: Exception) -> Response:
        allowed = methods.of(request.url.path)
        if not allowed:
            return _answered(request, told(Fault.NO_PATH), {}, error)
        return _answered(request, told(Fault.METHOD), {"allow": ", ".join(allowed)}, error)

    app.add_exception_handler(GatewayError, refused)
    app.add_exception_handler(RequestValidationError, refused)
    app.add_exception_handler(HTTPException, no_route)


def _answered(request: Request, found: Told, headers: Mapping[str, str], error: Exception) -> Response:
    request_id: str = request.state.request_id
    level = log.error if found.code is Fault.INTERNAL else log.info
    level("request-refused", request_id=request_id, method=request.method, code=found.code.value, exc_info=error)
    return answer(found, request_id, headers)


class _Methods:
    """Which methods an address takes, whichever route of it was looked at first."""

    def __init__(self, paths: Mapping[str, Mapping[str, object]]) -> None:
        self._paths: list[tuple[re.Pattern[str], list[str]]] = [
            (compile_path(path)[0], sorted(method.upper() for method in operations))
            for path, operations in paths.items()
        ]

    def of(self, path: str) -> list[str]:
        """List the methods of an address; none where there is no such address."""
        return next((methods for pattern, methods in self._paths if pattern.match(path)), [])
