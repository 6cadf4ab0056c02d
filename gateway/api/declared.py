"""What the routes declare of themselves for the OpenAPI document: parameters, bodies, and every answer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel

from gateway.api.documents import JSON, OCTETS
from gateway.api.edge import REQUEST_ID
from gateway.api.problems import MEDIA_TYPE, TITLES, Fault, Told, told
from gateway.itp.chunks import MAX_CHUNK, MAX_CHUNKS, TAG
from gateway.itp.codes import Code
from gateway.itp.documents import Document
from gateway.itp.identifiers import MessageId

Responses = dict[int | str, dict[str, Any]]
Extra = dict[str, Any]

ChunkIndex = Annotated[int, Path(ge=0, lt=MAX_CHUNKS, description="The index of the chunk, from 0.")]

_ID = {"type": "string", "pattern": f"^{MessageId.form.pattern}$"}
_EXAMPLE_ID = "019ab000-0000-7000-8000-000000000001"
_REQUEST_ID_HEADER = {REQUEST_ID: {"schema": _ID, "description": "The id of this request in our logs."}}
_WAIT_HEADER = {"retry-after": {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "description": "Seconds to wait."}}
_SIGNED_HEADERS = {
    name: {"schema": {"type": "string"}, "description": "Of the signature of the answer (RFC 9421, RFC 9530)."}
    for name in ("content-digest", "signature-input", "signature")
}
_WAITS = {Code.SLOW, Code.BUSY}

# What may befall every request.
ALWAYS: tuple[Code | Fault, ...] = (
    Code.MALFORMED,
    Code.SIGNATURE,
    Code.REPLAY,
    Code.ORG_MISMATCH,
    Code.PARTNER_STATUS,
    Fault.BODY_TIME,
    Code.TOO_LARGE,
    Code.SLOW,
    Fault.INTERNAL,
    Code.BUSY,
)
# What may be wrong with a message.
OF_A_MESSAGE = (Code.CONFLICT, Code.EXPIRED, Code.SCHEMA, Code.KEY, Code.MANIFEST, Code.POLICY, Code.CONTENT)

MESSAGE_ID_HEADER = {
    "name": "itp-message-id",
    "in": "header",
    "required": True,
    "schema": _ID,
    "example": _EXAMPLE_ID,
    "description": "The id of the path; where the path has none, a new one.",
}
_MESSAGE_ID_PATH = {
    "name": "message_id",
    "in": "path",
    "required": True,
    "schema": _ID,
    "example": _EXAMPLE_ID,
    "description": "The id of the message.",
}


def about_a_message(body: Extra | None = None) -> Extra:
    """Declare the parameters of a request whose path has a message id."""
    return {"parameters": [_MESSAGE_ID_PATH, MESSAGE_ID_HEADER], **(body or {})}


def about_no_message(body: Extra) -> Extra:
    """Declare the parameters of a request whose path has none."""
    return {"parameters": [MESSAGE_ID_HEADER], **body}


def json_body(model: type[Document], example: Mapping[str, object]) -> Extra:
    """Declare a body that is a JSON document."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema, "example": example}}}}


def chunk_body() -> Extra:
    """Declare a body that is a sealed chunk."""
    schema = {"type": "string", "format": "binary", "minLength": TAG, "maxLength": MAX_CHUNK + TAG}
    return {"requestBody": {"required": True, "content": {OCTETS: {"schema": schema}}}}


def answers(
    model: type[BaseModel],
    statuses: Mapping[int, str],
    example: Mapping[str, object],
    *codes: Code | Fault,
    signed: bool = False,
) -> Responses:
    """Declare the good answers of a route, with one example, and every refusal."""
    headers = _REQUEST_ID_HEADER | (_SIGNED_HEADERS if signed else {})
    content = {JSON: {"example": example}}
    good: Responses = {
        status: {"model": model, "description": description, "headers": headers, "content": content}
        for status, description in statuses.items()
    }
    return good | refusals(*codes)


def empty_answers(statuses: Mapping[int, str], *codes: Code | Fault) -> Responses:
    """Declare good answers without a body, and every refusal."""
    good: Responses = {
        status: {"description": description, "headers": _REQUEST_ID_HEADER} for status, description in statuses.items()
    }
    return good | refusals(*codes)


def chunk_answers(*codes: Code | Fault) -> Responses:
    """Declare the answers of a route that gives a sealed chunk, or a range of one."""
    content = {OCTETS: {"schema": {"type": "string", "format": "binary"}}}
    whole = {"description": "The sealed chunk.", "headers": _REQUEST_ID_HEADER, "content": content}
    part = {"description": "The range that was asked for.", "headers": _REQUEST_ID_HEADER, "content": content}
    return {200: whole, 206: part} | refusals(*codes)


def refusals(*codes: Code | Fault) -> Responses:
    """Declare what a route refuses, beside what every route does: by status, for a status is one shared answer."""
    statuses = sorted({told(code).status for code in {*ALWAYS, *codes}})
    return {
        status: {"$ref": f"#/components/responses/{_name(status)}", "description": TITLES[status]}
        for status in statuses
    }


def shared_refusals() -> Extra:
    """Give the answer of each status that is a refusal, with an example for each code."""
    found = sorted((told(code) for code in (*Code, *Fault)), key=lambda item: (item.status, item.code))
    return {
        _name(status): _refusal(status, list(group)) for status, group in groupby(found, key=lambda item: item.status)
    }


def _refusal(status: int, group: list[Told]) -> Extra:
    examples = {
        item.code.value: {"summary": item.meaning, "value": item.document(_EXAMPLE_ID).model_dump()} for item in group
    }
    waits = any(item.code in _WAITS for item in group)
    return {
        "description": TITLES[status],
        "headers": _REQUEST_ID_HEADER | (_WAIT_HEADER if waits else {}),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }


def _name(status: int) -> str:
    return f"Refused{status}"
