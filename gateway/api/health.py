"""How this process is: alive, able to do its work, and in figures. For the operator's own network, not for partners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import plain
from gateway.metrics import CONTENT_TYPE, exposition

Probe = Callable[[], Mapping[str, bool]]
"""Give what was looked at by name, and whether it is in order."""


def _nothing() -> Mapping[str, bool]:
    return {}


@dataclass(frozen=True, slots=True)
class Probes:
    """What the two addresses look at. Alive looks at nothing outside the process."""

    live: Probe = field(default=_nothing)
    ready: Probe = field(default=_nothing)


class Health(BaseModel):
    """How it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["ok", "failing"]
    checks: dict[str, bool]


router = APIRouter(tags=["health"])
_RESPONSES: dict[int | str, dict[str, object]] = {
    200: {"model": Health, "description": "In order."},
    503: {"model": Health, "description": "Something is not in order."},
}


@router.get("/health/live", responses=_RESPONSES, operation_id="live", summary="Whether the process lives")
def live(request: Request) -> Response:
    """Answer while the process runs; restart it where it does not."""
    return _answered(request.app.state.probes.live)


@router.get("/health/ready", responses=_RESPONSES, operation_id="ready", summary="Whether it can do its work")
def ready(request: Request) -> Response:
    """Answer 200 while the gateway can sign, store and send; give it no requests while it cannot."""
    return _answered(request.app.state.probes.ready)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"description": "The figures.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    operation_id="metrics",
    summary="Figures for Prometheus",
)
def metrics(request: Request) -> Response:
    """Give the figures as they are now; docs/metrics.md explains each."""
    return Response(exposition(request.app.state.metrics), media_type=CONTENT_TYPE)


def _answered(probe: Probe) -> Response:
    checks = dict(probe())
    well = all(checks.values())
    return plain(Health(status="ok" if well else "failing", checks=checks), 200 if well else 503)
