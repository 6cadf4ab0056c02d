"""The OpenAPI document, made from the routes. docs/openapi.json is this document."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from gateway.api import health, outbox, receipts, transfers
from gateway.api.declared import shared_refusals
from gateway.api.documents import LeaseRequest, NewTransfer, PushedReceipts
from gateway.api.problems import Problem

ROUTERS = (transfers.router, receipts.router, outbox.router, health.router)
TITLE = "ICS Transfer Profile 1"
_DESCRIPTION = (
    "Sealed messages between two gateways, with signed receipts. docs/api.md explains how requests are signed, and "
    "docs/itp.md what a package is."
)
_SCHEMES = {
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "signature",
        "description": "HTTP message signature (RFC 9421) by a signing key of the directory, with the headers "
        "signature-input and content-digest.",
    },
    "certificate": {
        "type": "mutualTLS",
        "description": "A client certificate that names the organisation, where the gateway stands behind its proxy.",
    },
}
_TAGS = [
    {"name": "transfers", "description": "Messages that a partner sends to us."},
    {"name": "receipts", "description": "Receipts that a partner gives for messages of ours."},
    {"name": "outbox", "description": "Messages of ours that a partner collects."},
    {"name": "health", "description": "For the operator; not for partners."},
]


@cache
def document() -> dict[str, Any]:
    """Make the document. It is shared: do not change it."""
    made = get_openapi(
        title=TITLE,
        version=version("ics-gateway"),
        openapi_version="3.1.0",
        description=_DESCRIPTION,
        routes=_all_routes().routes,
        tags=_TAGS,
    )
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas |= _schemas()
    made["components"] |= {"responses": shared_refusals(), "securitySchemes": _SCHEMES}
    for path, operations in made["paths"].items():
        for operation in operations.values():
            _mend(operation, signed=path.startswith("/itp/"))
    return made


def text() -> str:
    """Give the document as it is in docs/openapi.json."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _all_routes() -> APIRouter:
    every = APIRouter()
    for router in ROUTERS:
        every.include_router(router)
    return every


def _schemas() -> dict[str, Any]:
    models = (NewTransfer, PushedReceipts, LeaseRequest)
    wanted = [*((model, "validation") for model in models), (Problem, "serialization")]
    _, made = models_json_schema(wanted, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # a list of a wider type
    definitions: dict[str, Any] = made["$defs"]
    return definitions


def _mend(operation: dict[str, Any], *, signed: bool) -> None:
    # FastAPI declares its own answer to a request that does not validate; ours is itp-400-malformed.
    if "HTTPValidationError" in str(operation["responses"].get("422")):
        del operation["responses"]["422"]
    operation["security"] = [{"signature": []}, {"signature": [], "certificate": []}] if signed else []
