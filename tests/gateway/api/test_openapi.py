"""The OpenAPI document against the routes and the page, and the API against the document with made-up requests."""

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
from fastapi import FastAPI
from http_message_signatures import HTTPMessageSignaturesException
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, CheckFunction, load_all_checks
from starlette.types import Receive, Scope, Send

from api_calls import JSON, ORIGIN, Authority, ask, authority, bare, new_transfer, signed
from gateway.api import openapi
from gateway.api.declared import ALWAYS, OF_A_MESSAGE
from gateway.api.limits import ApiLimits, Rate
from gateway.api.problems import Fault, told
from gateway.itp.codes import Code
from gateway.itp.identifiers import MessageId
from gateway.itp.request_message import Request
from gateway.store.store import Store
from itp_exchange import MESSAGE, send
from store_builder import opened

ROOT = Path(__file__).parents[3]
DOCUMENT = openapi.document()


NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
load_all_checks()
JUDGES = cast("list[CheckFunction]", CHECKS.get_by_names(NAMES))


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_document_of_the_docs_is_fresh() -> None:
    assert (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8") == openapi.text(), "run: make docs"


def test_the_document_has_every_route_and_no_other(sqlite_store: Store, tmp_path: Path) -> None:
    at = authority(sqlite_store, tmp_path, debug=True)
    assert json.loads(ask(at.app, bare("GET", "/openapi.json")).body) == DOCUMENT
    for path, method, _ in operations():
        where = path.replace("{message_id}", MESSAGE).replace("{index}", "0")
        answer = ask(at.app, bare(method.upper(), where))
        assert answer.status in {200, 401}
        assert answer.header("itp-request-id")


def test_every_code_is_declared_with_an_example_that_is_what_is_sent() -> None:
    shared = DOCUMENT["components"]["responses"]
    for code in (*Code, *Fault):
        found = told(code)
        example = shared[f"Refused{found.status}"]["content"]["application/problem+json"]["examples"][code]["value"]
        assert example == found.document(MESSAGE).model_dump()


@pytest.mark.parametrize(("path", "method", "operation"), list(operations()), ids=lambda value: str(value)[:40])
def test_every_request_declares_what_may_be_refused(path: str, method: str, operation: dict[str, Any]) -> None:
    statuses = {int(status) for status in operation["responses"]}
    if path.startswith("/itp/"):
        assert {told(code).status for code in ALWAYS} <= statuses
        assert operation["security"] == [{"signature": []}, {"signature": [], "certificate": []}]
        assert "itp-message-id" in {parameter["name"] for parameter in operation["parameters"]}
    if method == "put":
        assert {told(code).status for code in OF_A_MESSAGE} <= statuses
    assert operation["summary"]
    assert operation["description"]


def test_nothing_of_the_library_is_left_in_the_document() -> None:
    assert "HTTPValidationError" not in openapi.text()
    references = set(re.findall(r'"#/components/(\w+)/(\w+)"', openapi.text()))
    assert references == {
        (kind, name) for kind in ("schemas", "responses") for name in DOCUMENT["components"][kind]
    } - {("responses", f"Refused{told(Fault.METHOD).status}")}


class Signer(requests.auth.AuthBase):
    """Signs what schemathesis sends, as a partner would, so that it gets past the gate."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        path = str(request.url).partition("testserver")[2]
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        assert isinstance(body, bytes)
        about = re.search(f"/({MessageId.form.pattern})", path)
        if about and MessageId.form.fullmatch(str(request.headers.get("itp-message-id"))):
            request.headers["itp-message-id"] = about[1]
        headers = tuple((name, str(value)) for name, value in request.headers.items())
        try:
            made = signed(Request(str(request.method), ORIGIN + path, headers, body))
        except HTTPMessageSignaturesException:
            return request
        request.headers.update(dict(made.headers))
        return request


@pytest.fixture(scope="module")
def api(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Run an authority that has begun to receive the message of the examples, and has no rate."""
    folder = tmp_path_factory.mktemp("api")
    store = opened(f"sqlite:///{shutil.copy(sqlite_template, folder / 'store.sqlite')}")
    at = authority(store, folder, limits=ApiLimits(rate=Rate(burst=1_000_000)))
    begun = ask(at.app, signed(bare("PUT", f"/itp/1/transfers/{MESSAGE}", new_transfer(send()), JSON)))
    assert begun.status == 201
    SERVED.app = at.app
    yield at
    store.engine.dispose()


class Served:
    """Stands for the application while the tests are collected, when there is none yet."""

    app: FastAPI

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


SERVED = Served()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = SERVED
# The signer makes the signature; that requests without one are refused is shown beside the gate.
SCHEMA.config.generation.update(with_security_parameters=False)


@SCHEMA.parametrize()
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_api_or_its_document(case: schemathesis.Case[Any], api: Authority) -> None:
    case.call_and_validate(auth=Signer(), checks=JUDGES)
