"""The OpenAPI document of the operators' API, made from its routes. docs/operator-openapi.json is this document."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from gateway.api.operator import (
    accounts,
    agreements,
    alerts,
    arrivals,
    audit,
    cases,
    emergencies,
    holds,
    me,
    messages,
    partners,
    return_files,
    return_steps,
    returns,
    reviews,
    subjects,
    tokens,
    transfers,
)
from gateway.api.operator.gate import COOKIE
from gateway.api.operator.routes import bodies, served, shared_refusals
from gateway.api.problems import Problem

ROUTES = (
    me.routes,
    returns.routes,
    return_steps.routes,
    return_files.routes,
    cases.routes,
    transfers.routes,
    arrivals.routes,
    reviews.routes,
    subjects.routes,
    agreements.routes,
    partners.routes,
    messages.routes,
    holds.routes,
    alerts.routes,
    audit.routes,
    emergencies.routes,
    tokens.routes,
    accounts.routes,
)
TITLE = "ICS Gateway for operators"
_DESCRIPTION = (
    "What people of an authority do with their gateway, and programs with a token of theirs. docs/operator-api.md "
    "explains signing in, roles and pages of lists. x-permission names the permission that a request uses."
)
_SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    "token": {"type": "http", "scheme": "bearer", "description": "A token made at /api/tokens."},
}


def router() -> APIRouter:
    """Give every route."""
    every = APIRouter()
    for each in ROUTES:
        every.include_router(each.router)
    return every


@cache
def document() -> dict[str, Any]:
    """Make the document. It is shared: do not change it."""
    made = get_openapi(
        title=TITLE,
        version=version("ics-gateway"),
        openapi_version="3.1.0",
        description=_DESCRIPTION,
        routes=router().routes,
    )
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, schema in _schemas().items():
        schemas.setdefault(name, schema)
    made["components"] |= {"responses": shared_refusals(), "securitySchemes": _SCHEMES}
    return made


def text() -> str:
    """Give the document as it is in docs/operator-openapi.json."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _schemas() -> dict[str, Any]:
    models = {model for route in served(router().routes) for model in bodies(route.endpoint)}
    ordered = sorted(models, key=lambda model: model.__name__)
    wanted = [*((model, "validation") for model in ordered), (Problem, "serialization")]
    _, made = models_json_schema(wanted, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # a list of a wider type
    definitions: dict[str, Any] = made["$defs"]
    return definitions
