"""What a partner is told when something goes wrong: one table, from our errors to problem documents (RFC 9457).

The detail is the meaning of the code and nothing else, so no answer can say whether a child is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from gateway.itp.codes import TABLE, Code, Refused
from gateway.store.errors import Conflict, Incomplete
from schemas.errors import GatewayError, Rejected, Transient

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:ics:problem:"


class Fault(StrEnum):
    """What goes wrong outside the protocol. A partner judges these by their status."""

    NO_PATH = "http-404-path"
    METHOD = "http-405-method"
    BODY_TIME = "http-408-body-time"
    RANGE = "http-416-range"
    INTERNAL = "http-500-internal"


FAULTS = {
    Fault.NO_PATH: "There is nothing at this address.",
    Fault.METHOD: "This address does not take this method.",
    Fault.BODY_TIME: "The body took too long to arrive.",
    Fault.RANGE: "The chunk has no such range.",
    Fault.INTERNAL: "The gateway failed. The request id leads its operator to the reason.",
}


# The library's phrases differ between versions of Python.
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Faulted(Rejected):
    """A request fails outside the protocol."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(FAULTS[fault])
        self.fault = fault


class Slow(Refused):
    """A partner asks too much; `seconds` is when it may ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(Code.SLOW, "The partner is over its rate.")
        self.seconds = seconds


class Problem(BaseModel):
    """A problem document."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(pattern=f"^{TYPE}")
    title: str
    status: int
    detail: str
    code: str
    request_id: str = Field(description="The id of this request in the gateway's logs.")


@dataclass(frozen=True, slots=True)
class Told:
    """What is answered: the code, its status and its meaning."""

    code: StrEnum
    status: int
    meaning: str

    def document(self, request_id: str) -> Problem:
        """Make the problem document."""
        return Problem(
            type=TYPE + self.code,
            title=TITLES[self.status],
            status=self.status,
            detail=self.meaning,
            code=self.code,
            request_id=request_id,
        )


def told(code: Code | Fault) -> Told:
    """Give what is answered under this code."""
    if isinstance(code, Fault):
        return Told(code, int(code.split("-")[1]), FAULTS[code])
    return Told(code, TABLE[code].status, TABLE[code].meaning)


# The first that fits. What is not here is ours to mend: the partner asks again later, and an operator looks.
_CODES: tuple[tuple[type[GatewayError], Code | Fault], ...] = (
    (Conflict, Code.CONFLICT),
    (Incomplete, Code.MALFORMED),
    (Transient, Code.BUSY),
    (GatewayError, Fault.INTERNAL),
)


def code_of(error: GatewayError) -> Code | Fault:
    """Say under which code an error is answered."""
    if isinstance(error, Refused):
        return error.code
    if isinstance(error, Faulted):
        return error.fault
    return next(code for kind, code in _CODES if isinstance(error, kind))


def teller(busy_seconds: int) -> Callable[[Exception], tuple[Told, int | None]]:
    """Give the table as an application takes it; who finds us busy is asked to wait for so many seconds."""

    def tell(error: Exception) -> tuple[Told, int | None]:
        code = code_of(error) if isinstance(error, GatewayError) else Code.MALFORMED
        if isinstance(error, Slow):
            return told(code), error.seconds
        return told(code), busy_seconds if code in {Code.SLOW, Code.BUSY} else None

    return tell


def answer(found: Told, request_id: str, headers: Mapping[str, str] | None = None) -> Response:
    """Make the answer."""
    body = found.document(request_id).model_dump_json()
    return Response(body, found.status, headers, MEDIA_TYPE)
