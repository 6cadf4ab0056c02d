"""Turn what went wrong in a request into its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from gateway.api.problems import Fault, Slow, answer, code_of
from gateway.itp.codes import Code
from gateway.logs import logger
from schemas.errors import GatewayError

log = logger(__name__)


def install(app: FastAPI, busy_seconds: int) -> None:
    """Have this application answer every error from the one table."""
    methods = _Methods(app.openapi()["paths"])

    async def refused(request: Request, error: Exception) -> Response:
        code = code_of(error) if isinstance(error, GatewayError) else Code.MALFORMED
        headers = {}
        if code in {Code.SLOW, Code.BUSY}:
            headers["retry-after"] = str(error.seconds if isinstance(error, Slow) else busy_seconds)
        return _answered(request, code, headers, error)

    async def no_route(request: Request, error: Exception) -> Response:
        allowed = methods.of(request.url.path)
        if not allowed:
            return _answered(request, Fault.NO_PATH, {}, error)
        return _answered(request, Fault.METHOD, {"allow": ", ".join(allowed)}, error)

    app.add_exception_handler(GatewayError, refused)
    app.add_exception_handler(RequestValidationError, refused)
    app.add_exception_handler(HTTPException, no_route)


def _answered(request: Request, code: Code | Fault, headers: Mapping[str, str], error: Exception) -> Response:
    request_id: str = request.state.request_id
    level = log.error if code is Fault.INTERNAL else log.info
    level("request-refused", request_id=request_id, method=request.method, code=code.value, exc_info=error)
    return answer(code, request_id, headers)


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
