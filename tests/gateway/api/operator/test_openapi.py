"""The OpenAPI document against the routes and the pages, and the API against the document with made-up requests."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, CheckFunction, load_all_checks
from starlette.types import ASGIApp, Receive, Scope, Send

import operator_objects as objects
from gateway.api.limits import Rate
from gateway.api.operator import openapi
from gateway.api.operator.gate import COOKIE, DeskLimits
from gateway.api.operator.problems import MEANINGS, Trouble
from gateway.api.operator.returns import MEDIA
from gateway.operator.permissions import RULES, Permission
from gateway.operator.roles import Role
from gateway.operator.sessions import Lasting, proof_of
from gateway.operator.sign_in import LOCK, TRIES
from gateway.reports.formats import Format
from operator_rig import Rig, rig
from store_builder import opened

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "operator-api.md").read_text(encoding="utf-8")
DOCUMENT = openapi.document()
NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)
load_all_checks()
JUDGES = cast("list[CheckFunction]", CHECKS.get_by_names(NAMES))


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_page_has_every_request(tmp_path: Path) -> None:
    told = set(re.findall(r"^\| `((?:GET|POST|DELETE) /api/[^`]*)` \|", PAGE, re.MULTILINE))
    assert told == {f"{method.upper()} {path}" for path, method, _ in operations()}


def test_the_page_explains_every_code() -> None:
    assert dict(re.findall(r"^\| `(api-\d{3}-[a-z-]+)` \| (.+) \|$", PAGE, re.MULTILINE)) == {
        code.value: MEANINGS[code] for code in Trouble
    }


def test_the_page_has_the_numbers_of_the_code() -> None:
    limits, lasting = DeskLimits(), Lasting()
    assert (TRIES, LOCK.total_seconds()) == (5, 900)
    assert "Five failures within a quarter of an\nhour" in PAGE.replace("an hour", "an\nhour")
    assert (lasting.idle.total_seconds(), lasting.longest.total_seconds()) == (1800, 43200)
    assert "It ends after 30 minutes without a request and after 12 hours altogether" in PAGE
    assert (limits.document >> 20, limits.rate, limits.concurrent) == (8, Rate(100, 20.0), 32)
    assert "at most 8 MiB" in PAGE
    assert "may make 100 requests at once,\nthen 20 a second; a process answers 32 at a time" in PAGE


def test_nothing_of_a_person_stands_in_an_address() -> None:
    """Parameters of path and query are ids, numbers, codes and dates of forms that have no room for a name."""
    free = set()
    for path, method, operation in operations():
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            kinds = [kind for kind in schema.get("anyOf", [schema]) if kind.get("type") != "null"]
            closed = {"pattern", "enum", "$ref", "maximum"}
            if not all(kind.get("type") == "boolean" or closed & set(kind) for kind in kinds):
                free.add((method, path, parameter["name"]))
    assert free == {
        # What the issuer made.
        ("get", "/api/sign-in/oidc/callback", "state"),
        ("get", "/api/sign-in/oidc/callback", "code"),
        # The version of an agreement.
        ("get", "/api/agreements/{agreement_id}", "version"),
    }


@pytest.mark.parametrize(("path", "method", "operation"), list(operations()), ids=lambda value: str(value)[:50])
def test_every_request_declares_its_permission_and_what_may_be_refused(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    assert {400, 401, 403, 404, 409, 413, 422, 429, 500, 503} <= {int(status) for status in operation["responses"]}
    assert operation["summary"]
    assert operation["description"]
    if "x-permission" in operation:
        assert operation["x-permission"] in set(Permission)
        assert operation["security"] == [{"session": []}, {"token": []}]
    else:
        assert (operation["x-access"], operation["security"]) == ("open", [])


def test_nothing_of_the_library_is_left_in_the_document() -> None:
    text = openapi.text()
    assert "HTTPValidationError" not in text
    for kind, name in set(re.findall(r'"#/components/(\w+)/([^"]+)"', text)):
        assert name in DOCUMENT["components"][kind]


class Session(requests.auth.AuthBase):
    """Puts a session and its proof into what schemathesis sends, of the role that may do it."""

    def __init__(self, tokens: dict[Role, str], role: Role) -> None:
        self._token = tokens[role]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["cookie"] = f"{COOKIE}={self._token}"
        request.headers["x-csrf-token"] = proof_of(self._token)
        return request


class Served:
    """Stands for the application while the tests are collected, when there is none yet."""

    app: ASGIApp
    tokens: dict[Role, str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@schemathesis.serializer("application/zip", "application/xml", "text/csv", MEDIA[Format.XLSX])
def as_it_is(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """Send a file as it was made up."""
    return value if isinstance(value, bytes) else str(value).encode()


SERVED = Served()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = SERVED
# The session is put in by the tests; that requests without one are refused is shown with the matrix.
SCHEMA.config.generation.update(with_security_parameters=False)
APART = ("/api/sign-out", "/api/me/password", "/api/accounts/{account_id}/close")
"""What ends the session that the next request needs."""


@pytest.fixture(scope="module")
def api(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Run a gateway with somebody of each role, and something to find."""
    folder = tmp_path_factory.mktemp("api")
    store = opened(f"sqlite:///{shutil.copy(sqlite_template, folder / 'store.sqlite')}")
    at = rig(store, folder)
    people = {role: at.account(f"{role.value}.one", role, team="north") for role in Role}
    objects.with_agreement(at)
    objects.transfer(at, people[Role.DUTY])
    objects.dead_letter(at, people[Role.DUTY])
    SERVED.app = at.app
    SERVED.tokens = {role: at.tokens[account.id] for role, account in people.items()}
    yield at
    store.engine.dispose()


def role_of(operation: dict[str, Any]) -> Role:
    """Give a role that may make a request."""

    named = operation.get("x-permission")
    return Role.OFFICER if named is None else next(iter(RULES[Permission(named)].reach))


@SCHEMA.exclude(path=list(APART)).parametrize()
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_api_or_its_document(case: schemathesis.Case[Any], api: Rig) -> None:
    role = role_of(case.operation.definition.raw)
    case.call_and_validate(auth=Session(SERVED.tokens, role), checks=JUDGES)


def test_the_document_is_served_where_faults_are_looked_for(api: Rig) -> None:
    answer = api.browser().get("/api/openapi.json")
    assert json.loads(answer.content) == DOCUMENT
