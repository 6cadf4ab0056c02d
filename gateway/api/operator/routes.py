"""How an address is declared: with its access, or not at all; with its body, its answers and its summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, get_type_hints

from fastapi import APIRouter, Depends
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from starlette.requests import Request

from gateway.api.bodies import read_body
from gateway.api.documents import JSON
from gateway.api.edge import REQUEST_ID
from gateway.api.operator.gate import Access, Guarded, Open, gate_of
from gateway.api.operator.problems import MEANINGS, Trouble, trouble
from gateway.api.problems import TITLES, Fault, told
from gateway.itp.codes import Code, Refused
from gateway.itp.documents import Document, Malformed, read
from gateway.itp.identifiers import MessageId

D = TypeVar("D", bound=Document)
Endpoint = Callable[..., Any]
STATUSES = sorted({*(trouble(code).status for code in Trouble), *(told(code).status for code in Fault)} - {405, 416})
"""What any request may be refused with."""
_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"$ref": f"#/components/responses/Refused{status}", "description": TITLES[status]} for status in STATUSES
}
_HEADERS = {
    REQUEST_ID: {
        "schema": {"type": "string", "pattern": f"^{MessageId.form.pattern}$"},
        "description": "The id of this request in our logs.",
    }
}


class Reading:
    """Reads the body of a request as a document of one form."""

    def __init__(self, model: type[Document]) -> None:
        self.model = model

    async def __call__(self, request: Request) -> Document:
        """Read it within its limits. Raise Refused (itp-400-malformed, itp-413-too-large), Faulted."""
        limits = gate_of(request).limits
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != JSON:
            raise Refused(Code.MALFORMED, f"The content type must be {JSON}.")
        data = await read_body(request, limits.document, limits.body_seconds)
        try:
            return read(self.model, data, limit=limits.document)
        except Malformed as error:
            raise Refused(Code.MALFORMED, f"The body is not usable. {error}") from None


def body(model: type[Document]) -> Any:  # noqa: ANN401  # what stands in Annotated
    """Declare a parameter that is the body, as a document of this form."""
    return Depends(Reading(model))


class Routes:
    """The addresses of one noun."""

    def __init__(self, prefix: str, tag: str) -> None:
        self.router = APIRouter(prefix=prefix, tags=[tag])

    def get(self, path: str, access: Access, **declared: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401  # as FastAPI takes it
        """Declare an address that changes nothing."""
        return self._declared("GET", path, access, declared)

    def post(self, path: str, access: Access, **declared: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401  # as above
        """Declare an address that does something."""
        return self._declared("POST", path, access, declared)

    def delete(self, path: str, access: Access, **declared: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401  # as above
        """Declare an address that deletes."""
        return self._declared("DELETE", path, access, declared)

    def _declared(
        self, method: str, path: str, access: Access, declared: dict[str, Any]
    ) -> Callable[[Endpoint], Endpoint]:
        def declare(endpoint: Endpoint) -> Endpoint:
            status = declared.pop("status_code", 200)
            self.router.add_api_route(
                path,
                endpoint,
                methods=[method],
                status_code=status,
                dependencies=[Depends(Guarded(access))],
                operation_id=_camel(endpoint.__name__),
                openapi_extra={**_access(access), **_body(endpoint), **declared.pop("openapi_extra", {})},
                responses={**_REFUSALS, status: {"headers": _HEADERS}, **declared.pop("responses", {})},
                **declared,
            )
            return endpoint

        return declare


def served(routes: Iterable[object]) -> Iterator[APIRoute]:
    """Give the routes, those of routers that were put into others too."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from served(inner.routes)
        elif isinstance(route, APIRoute):
            yield route


def access_of(route: APIRoute) -> Access:
    """Give the access of a route. Raise TypeError for one that was declared without: it must not be served."""
    for dependency in route.dependencies:
        if isinstance(dependency.dependency, Guarded):
            return dependency.dependency.access
    raise TypeError(f"The route {route.path} has no access.")


def bodies(endpoint: Endpoint) -> list[type[Document]]:
    """Give the form of the body of an endpoint, if it has one."""
    hints = get_type_hints(endpoint, include_extras=True)
    marks = [mark for hint in hints.values() for mark in getattr(hint, "__metadata__", ())]
    readers = [mark.dependency for mark in marks if isinstance(mark, Dependency)]
    return [reader.model for reader in readers if isinstance(reader, Reading)]


def shared_refusals() -> dict[str, Any]:
    """Give the answer of each status that is a refusal, for the document."""
    meanings: dict[str, str] = {code.value: MEANINGS[code] for code in Trouble}
    meanings |= {code.value: told(code).meaning for code in Fault}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        f"Refused{status}": {
            "description": " ".join(meaning for code, meaning in meanings.items() if int(code.split("-")[1]) == status),
            "headers": _HEADERS,
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in STATUSES
    }


def _access(access: Access) -> dict[str, Any]:
    if isinstance(access, Open):
        return {"x-access": "open", "security": []}
    return {"x-permission": access.value, "security": [{"session": []}, {"token": []}]}


def _body(endpoint: Endpoint) -> dict[str, Any]:
    for model in bodies(endpoint):
        schema = {"$ref": f"#/components/schemas/{model.__name__}"}
        return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}
    return {}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
